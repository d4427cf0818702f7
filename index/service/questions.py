"""Paths that ask the model: search, similar, describe, classify, predict, embed."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import numpy as np
from fastapi import APIRouter, Depends, Request

from clac.errors import ClacError, InputError, refuse
from clac.types import Record
from index.engine import SearchEngine
from index.filters import Filter, Test, joined
from index.hits import Hits
from index.optimade_filter import read_optimade
from index.plane import inside
from index.service.answers import (
    Count,
    EmbedResponse,
    FilterReport,
    LabelResponse,
    MatchResponse,
    PredictResponse,
    SearchResponse,
    Understood,
)
from index.service.bodies import (
    ClassifyRequest,
    DescribeRequest,
    EmbedRequest,
    Narrowing,
    PredictRequest,
    SearchRequest,
    SimilarRequest,
    Upload,
)
from index.service.house import House, of_request
from index.service.problems import Problems, of_error
from index.types import Facet, Query

router = APIRouter(prefix="/v1", responses=Problems)
Served = Annotated[House, Depends(of_request)]


@router.post("/search", tags=["search"])
async def search(asked: SearchRequest, request: Request, house: Served) -> SearchResponse:
    """Find crystals that a text describes, that are like others, or both."""
    start = time.perf_counter()
    name, engine = house.engine(asked.index)
    query = Query(
        asked.text, await _examples(house, engine, asked.like, "like"),
        await _examples(house, engine, asked.unlike, "unlike"), k=asked.k + asked.offset,
        filter=_filter(asked), parse=asked.parse, soft=asked.soft, radius=asked.radius,
        unique=asked.unique, rows=await _inside(house, engine, asked), diversity=asked.diversity,
    )  # fmt: skip
    if house.settings.log_queries:
        request.state.asked = {"text": asked.text, "filter": asked.filter}
    hits = await _found(house, engine, query)
    counted: Mapping[str, Sequence[Facet]] = {}
    if asked.facets:
        counted = await house.call(lambda: engine.facets(query), "filter", is_quick=True)
    return _told(name, hits, asked.offset, counted, start)


@router.post("/similar", tags=["search"])
async def similar(asked: SimilarRequest, house: Served) -> SearchResponse:
    """Find the crystals nearest to one."""
    start = time.perf_counter()
    name, engine = house.engine(asked.index)
    (example,) = (await house.example(engine, asked)).values()
    query = Query(
        like=(example,), k=asked.k + asked.offset, filter=_filter(asked), radius=asked.radius,
        unique=asked.unique, rows=await _inside(house, engine, asked),
    )  # fmt: skip
    return _told(name, await _found(house, engine, query), asked.offset, {}, start)


@router.post("/describe", tags=["structure"])
async def describe(asked: DescribeRequest, house: Served) -> MatchResponse:
    """Put a crystal in words: descriptors and captions that fit it best, or your own texts."""
    _, engine = house.engine(asked.index)
    given = await house.example(engine, asked)
    if asked.texts:
        found = await house.call(
            lambda: engine.rank_texts(asked.texts, **given, k=asked.k), "texts"
        )
    else:
        found = await house.call(lambda: engine.describe(**given, k=asked.k), "structure")
    return MatchResponse(matches=found)


@router.post("/classify", tags=["structure"])
async def classify(asked: ClassifyRequest, house: Served) -> LabelResponse:
    """Say which class a crystal belongs to, with probabilities; no class needs training."""
    from clac.data.grammar.prompts import task_labels

    _, engine = house.engine(asked.index)
    try:
        labels = asked.labels or list(task_labels(asked.task))
    except ClacError as error:
        raise of_error(InputError("", str(error)), "task") from error
    given = await house.example(engine, asked)
    found = await house.call(lambda: engine.classify(labels, **given, task=asked.task), "labels")
    return LabelResponse(task=asked.task, labels=found)


@router.post("/predict", tags=["structure"])
async def predict(asked: PredictRequest, house: Served) -> PredictResponse:
    """Predict properties of a crystal, with an interval and the known crystals behind it."""
    name, engine = house.engine(asked.index)
    predictor = house.predictors[name]
    try:
        predictor.check(asked.properties)
    except ClacError as error:
        raise of_error(error, "properties") from error
    given = await house.example(engine, asked)
    left = frozenset([asked.id]) if asked.id else frozenset()
    wanted = asked.properties or list(predictor.properties)

    def ask() -> list[Any]:
        record = given.get("structure") or engine.catalog.record(engine.row(given["id"]))
        return list(predictor.predict([record], wanted, refuse, left))

    return PredictResponse(answers=await house.call(ask, "structure"))


@router.post("/embed", tags=["structure"])
async def embed(asked: EmbedRequest, house: Served) -> EmbedResponse:
    """Return unit vectors of texts and structures; their cosines compare them."""
    _, engine = house.engine("")
    fields = [f"structures.{i}" for i in range(len(asked.structures))]
    records = await house.records(asked.structures, fields)

    def ask() -> tuple[np.ndarray, np.ndarray]:
        embedder = engine.embedder
        return embedder.encode_texts(asked.texts), embedder.encode_structures(records)

    texts, structures = await house.call(ask, "texts")
    return EmbedResponse(
        model_id=engine.embedder.model_id, dim=engine.embedder.dim,
        texts=texts.tolist(), structures=structures.tolist(),
    )  # fmt: skip


async def _examples(
    house: House, engine: SearchEngine, given: Sequence[str | Upload], field: str
) -> tuple[str | Record, ...]:
    """Return the ids and crystals of a request."""
    found: list[str | Record] = []
    for number, one in enumerate(given):
        if isinstance(one, str):
            house.row(engine, one, f"{field}.{number}")
            found.append(one)
        else:
            found.append(await house.record(one, f"{field}.{number}"))
    return tuple(found)


def _filter(asked: Narrowing) -> Filter | str | None:
    """Return what hits must be. Raises Problem for a filter that cannot be read."""
    if not asked.among:
        return asked.filter
    try:
        given = None if asked.filter is None else read_optimade(asked.filter)
    except InputError as error:
        raise of_error(error, "filter") from error
    return joined((given, Test("id", "in", tuple(asked.among))))


async def _inside(house: House, engine: SearchEngine, asked: Narrowing) -> np.ndarray | None:
    """Return the rows (b,) bool of a part of the map; None where none is named."""
    corners = asked.inside
    if corners is None:
        return None
    return await house.call(lambda: inside(engine, corners), "inside")


async def _found(house: House, engine: SearchEngine, query: Query) -> Hits:
    """Ask an engine a query. Raises Problem that names the field that is wrong."""
    try:
        return await house.desk.search(engine, query)
    except InputError as error:
        said = str(error)
        field = "filter" if said.startswith("filter") else "unlike" if "unlike" in said else "text"
        raise of_error(error, field) from error


def _told(
    name: str, hits: Hits, offset: int, counted: Mapping[str, Sequence[Facet]], start: float
) -> SearchResponse:
    """Dress hits as the service answers them."""
    return SearchResponse(
        index=name,
        hits=hits[offset:],
        understood=[Understood.of(condition) for condition in hits.understood],
        filter=FilterReport.of(hits.filtered),
        relaxed=hits.relaxed,
        path=hits.path,
        facets={
            column: [Count(value=f.value, count=f.count, filter=f.filter) for f in values]
            for column, values in counted.items()
        },
        took_ms=round((time.perf_counter() - start) * 1000, 2),
    )
