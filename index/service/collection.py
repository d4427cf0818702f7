"""Paths that show what is there: indexes, crystals, health, meters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
from fastapi import APIRouter, Path, Query
from fastapi.responses import JSONResponse, Response

from clac import __version__
from clac.data.elements import SYMBOLS
from clac.data.writers import write_cif
from clac.errors import refuse
from clac.types import Record
from index.engine import SearchEngine
from index.plane import Plane, placed, plane
from index.service.answers import Health, Indexes, IndexInfo, MapResponse, Site, StructureResponse
from index.service.bodies import CIF, SALT, MapRequest, ReadRequest
from index.service.document import KEY
from index.service.meters import CONTENT_TYPE
from index.service.problems import Problems
from index.service.questions import Served

if TYPE_CHECKING:
    from clac.data.facts import Facts

router = APIRouter(responses=Problems)
Id = Annotated[str, Path(min_length=1, max_length=300, description="of a crystal", examples=[SALT])]
Index = Annotated[
    str,
    Query(
        max_length=100, description="which index; the first where it is left out",
        examples=["collection"],
    ),
]  # fmt: skip
_METERS = "# TYPE clac_requests_total counter\n"


def _text(kind: str, example: str) -> dict[int | str, dict[str, Any]]:
    """Describe an answer that is no JSON."""
    return {200: {"content": {kind: {"schema": {"type": "string"}, "example": example}}}}


@router.head("/healthz", include_in_schema=False)
@router.get("/healthz", tags=["service"])
async def healthz() -> Health:
    """Tell that the process answers."""
    return Health(status="ok")


@router.head("/readyz", include_in_schema=False)
@router.get("/readyz", tags=["service"])
async def readyz(house: Served) -> Health:
    """Tell whether indexes and model are loaded."""
    house.engine("")
    return Health(status="ok")


@router.get(
    "/metrics", tags=["service"], response_class=Response, responses=_text("text/plain", _METERS),
    dependencies=KEY,
)  # fmt: skip
async def metrics(house: Served) -> Response:
    """Return counters as Prometheus reads them."""
    return Response(house.meters.text(), media_type=CONTENT_TYPE)


@router.get("/v1/indexes", tags=["collection"], dependencies=KEY)
async def indexes(house: Served) -> Indexes:
    """List the indexes of the service."""
    from clac.data.grammar.prompts import TASKS

    house.engine("")
    return Indexes(
        indexes=[
            IndexInfo(
                name=name, crystals=len(engine), model_id=engine.embedder.model_id,
                kind=engine.manifest.kind, columns=list(engine.filter_columns()),
                predicts=list(house.predictors[name].properties),
            )
            for name, engine in house.engines.items()
        ],
        tasks=list(TASKS),
        version=__version__,
    )  # fmt: skip


@router.get("/v1/map", tags=["collection"], dependencies=KEY)
async def map_of(house: Served, index: Index = "") -> MapResponse:
    """Lay the crystals of an index out on a plane, like ones near each other."""
    name, engine = house.engine(index)
    found = await house.call(lambda: plane(engine), "index")
    return _mapped(name, engine, found)


@router.post("/v1/map", tags=["collection"], dependencies=KEY)
async def map_some(asked: MapRequest, house: Served) -> MapResponse:
    """Tell where some crystals lie on the map, those that are no part of its sample too."""
    name, engine = house.engine(asked.index)
    rows = np.array([house.row(engine, id, f"ids.{n}") for n, id in enumerate(asked.ids)])
    found = await house.call(lambda: placed(engine, rows), "ids", is_quick=True)
    return _mapped(name, engine, found)


@router.get(
    "/v1/structures/{id:path}.cif", tags=["collection"], response_class=Response,
    responses=_text("chemical/x-cif", CIF), dependencies=KEY,
)  # fmt: skip
async def structure_cif(id: Id, house: Served, index: Index = "") -> Response:
    """Download a crystal of an index as CIF.

    Where an id itself ends in '.cif', its own path gives JSON as any other, and a second '.cif' the
    file.
    """
    _, engine = house.engine(index)
    if engine.catalog.row_of(whole := f"{id}.cif") is not None:
        return JSONResponse((await structure(whole, house, index)).model_dump(mode="json"))
    row = house.row(engine, id)
    record = await house.call(lambda: engine.catalog.record(row), "id", is_quick=True)
    name = "".join(c if (c.isalnum() and c.isascii()) or c in "-_." else "_" for c in id)
    headers = {"content-disposition": f'attachment; filename="{name[:100]}.cif"'}
    return Response(write_cif(record), media_type="chemical/x-cif", headers=headers)


@router.post("/v1/structures", tags=["structure"], dependencies=KEY)
async def read_structure(asked: ReadRequest, house: Served) -> StructureResponse:
    """Read an upload: its atoms, symmetry and structure type; nothing of it is kept."""
    from clac.data.facts import collect_facts
    from clac.data.symmetry import reduced_formula  # brings pymatgen: never on the query path

    name, engine = house.engine(asked.index)
    record = await house.record(asked.structure)

    def ask() -> Facts:
        (row,) = engine.embedder.analyze([record], refuse)
        return collect_facts(row.record, row.symmetry, network=row.network)

    facts = await house.call(ask, "structure")
    found = {
        "id": "", "formula": reduced_formula(record.structure.numbers), "caption": "",
        "space_group": facts.symbol, "space_group_number": facts.space_group,
        "prototype": facts.prototype, "prototype_name": next(iter(facts.prototype_names), ""),
        "properties": dict(record.properties),
    }  # fmt: skip
    return _shown(name, record, found)


@router.get("/v1/structures/{id:path}", tags=["collection"], dependencies=KEY)
async def structure(id: Id, house: Served, index: Index = "") -> StructureResponse:
    """Return a crystal of an index with its atoms."""
    name, engine = house.engine(index)
    row, catalog = house.row(engine, id), engine.catalog

    def ask() -> StructureResponse:
        (shown,), (caption,) = catalog.rows([row]), catalog.texts([row], "caption")
        return _shown(name, catalog.record(row), {**shown, "id": id, "caption": caption})

    return await house.call(ask, "id", is_quick=True)


def _mapped(name: str, engine: SearchEngine, found: Plane) -> MapResponse:
    """Dress crystals of a map."""
    return MapResponse(
        index=name, crystals=len(engine), ids=list(found.ids), formulas=list(found.formulas),
        groups=list(found.groups), x=_rounded(found.places[:, 0]), y=_rounded(found.places[:, 1]),
    )  # fmt: skip


def _shown(index: str, record: Record, found: Mapping[str, Any]) -> StructureResponse:
    """Dress a crystal and what is known of it."""
    structure = record.structure
    known = {name: found[name] for name in StructureResponse.model_fields if name in found}
    return StructureResponse(
        **known, index=index, cell=structure.cell.tolist(),
        sites=[
            Site(element=SYMBOLS[int(z) - 1], frac=tuple(place))
            for z, place in zip(structure.numbers, structure.frac.tolist(), strict=True)
        ],
    )  # fmt: skip


def _rounded(places: np.ndarray) -> list[float]:
    """Return places (b,) as short numbers."""
    return [round(place, 4) for place in places.tolist()]
