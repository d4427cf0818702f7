"""The tools for assistants: what each is asked, and how the engine answers it.

Nothing here knows of a protocol, and nothing waits: each answer is a plain function.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any
from urllib.parse import quote

from clac.data.facts import Facts
from clac.data.grammar.prompts import TASKS, task_labels
from clac.data.writers import write_cif
from clac.errors import InputError, refuse
from clac.types import Record
from index.answer import Predictor
from index.dossier import COMPUTED, TEXTBOOK, dossier, known_values, title_of
from index.engine import SearchEngine
from index.hits import Hits as Ranked
from index.service.answers import FilterReport, Understood
from index.stages import facts_of
from index.tool_bodies import (
    Asked,
    Classes,
    ClassifyCrystal,
    Collection,
    CollectionInfo,
    DescribeCrystal,
    Description,
    Document,
    Fetch,
    Found,
    FoundCrystal,
    GetStructure,
    Hits,
    OneCrystal,
    Predictions,
    PredictProperty,
    Search,
    SearchCrystals,
    SearchResult,
    SimilarCrystals,
    StructureText,
    Told,
)
from index.types import Filtered, Query

SEARCHED = 10
"""results of the plain search"""
_ANY = "crystal"
"""is searched where only a filter is given"""
_NEAR = 3
"""ids that are named where one is unknown"""
_COMPARED = 20_000
"""ids whose spelling is compared with that of an unknown one"""
_OF_MATERIALS_PROJECT = re.compile(r"mp-\d+")


@dataclass(frozen=True, slots=True)
class Shelf:
    """What the tools ask: an opened index and its predictor."""

    engine: SearchEngine
    predictor: Predictor
    is_embedded: bool
    """it is the embedded collection, of which more is known than the index tells"""

    def row(self, id: str) -> int:
        """Return the row of an id. Raises InputError with ids that are like it."""
        row = self.engine.catalog.row_of(id)
        if row is not None:
            return row
        near = ", ".join(self._near(id))
        raise InputError(id, f"no such id in this collection; like it: {near}; `search` finds ids")

    def _near(self, id: str) -> Sequence[str]:
        """Return ids that hold an unknown one, that are spelt like it, or that it describes."""
        catalog = self.engine.catalog
        if near := [one for one in catalog.ids_like(id, _NEAR) if id.lower() in one.lower()]:
            return near
        if len(self.engine) <= _COMPARED and (
            near := get_close_matches(id.lower(), catalog.ids(), _NEAR)
        ):
            return near
        return [hit.id for hit in self.engine.search(id, k=_NEAR, soft=True)]

    def url(self, id: str) -> str:
        """Return where a crystal can be looked up: its page, its source, else a name of ours."""
        if _OF_MATERIALS_PROJECT.fullmatch(id):
            return f"https://materialsproject.org/materials/{id}"
        if not self.is_embedded:
            (origin,) = self.engine.catalog.texts([self.row(id)], "origin")
            if origin.startswith(("https://", "http://")):
                return origin
        return f"clac:{quote(id)}"

    def record(self, id: str) -> tuple[Record, Facts]:
        """Return record and facts of an id. Raises InputError as `row` does."""
        record = self.engine.catalog.record(self.row(id))
        return record, self.facts(record)

    def facts(self, record: Record) -> Facts:
        """Find the facts of a crystal. Raises InputError where it cannot be represented."""
        (row,) = self.engine.embedder.analyze([record], refuse)
        return facts_of(row)


@dataclass(frozen=True, slots=True)
class Tool:
    """One tool; what it takes tells what it is for."""

    name: str
    title: str
    """for people"""
    asks: type[Asked]
    answers: type[Told]
    answer: Callable[[Shelf, Any, Record | None], Told]
    """gets the arguments, and the crystal of a file where one was given"""


def search(shelf: Shelf, asked: Search, _: Record | None) -> SearchResult:
    """Answer a plain search."""
    hits = shelf.engine.search(asked.query, k=SEARCHED)
    return SearchResult(
        results=[Found(id=h.id, title=h.title, url=h.url) for h in _dressed(shelf, hits)]
    )


def fetch(shelf: Shelf, asked: Fetch, _: Record | None) -> Document:
    """Tell all that is known of a crystal."""
    record, facts = shelf.record(asked.id)
    values = known_values(record.properties, shelf.is_embedded)
    prototype = next(iter(facts.prototype_names), facts.prototype)
    return Document(
        id=asked.id, title=_title(facts), text=dossier(facts, record, values),
        url=shelf.url(asked.id),
        metadata={
            "formula": facts.formula, "space_group": facts.symbol,
            "space_group_number": facts.space_group, "crystal_system": facts.crystal_system,
            "prototype": prototype, "n_atoms": facts.n_atoms,
            **{f"{v.name} ({v.unit})" if v.unit else v.name: v.value for v in values},
        },
    )  # fmt: skip


def search_crystals(shelf: Shelf, asked: SearchCrystals, _: Record | None) -> Hits:
    """Answer a search by words, filter and likeness."""
    for id in (*asked.like, *asked.unlike):
        shelf.row(id)
    query = Query(
        asked.text.strip() or None, tuple(asked.like), tuple(asked.unlike),
        k=asked.k + asked.offset, filter=asked.filter.strip() or None, soft=asked.soft,
        unique=asked.unique,
    )  # fmt: skip
    if query.text is None and not query.like:
        query = dataclasses.replace(query, text=_ANY, parse=False)
    return _told(shelf, shelf.engine.search_batch([query])[0], asked.offset)


def similar_crystals(shelf: Shelf, asked: SimilarCrystals, given: Record | None) -> Hits:
    """Answer with the nearest crystals."""
    example = _example(shelf, asked, given)
    hits = shelf.engine.similar(**example, k=asked.k, filter=asked.filter.strip() or None)
    return _told(shelf, hits, 0)


def describe_crystal(shelf: Shelf, asked: DescribeCrystal, given: Record | None) -> Description:
    """Answer with facts and phrases."""
    if given is None:
        record, facts = shelf.record(asked.id)
        values = known_values(record.properties, shelf.is_embedded)
    else:
        record, facts, values = given, shelf.facts(given), known_values(given.properties, False)
    found = shelf.engine.describe(**_example(shelf, asked, given), k=asked.k)
    return Description(title=_title(facts), facts=dossier(facts, record, values), phrases=found)


def classify_crystal(shelf: Shelf, asked: ClassifyCrystal, given: Record | None) -> Classes:
    """Answer with probabilities of classes."""
    if asked.task and asked.task not in TASKS:
        raise InputError("", f"task: no task {asked.task!r}; known: {', '.join(TASKS)}")
    labels = asked.labels or task_labels(asked.task)
    example = _example(shelf, asked, given)
    found = shelf.engine.classify(labels, **example, task=asked.task)
    return Classes(title=_title(shelf.facts(_record(shelf, asked, given))), labels=found)


def predict_property(shelf: Shelf, asked: PredictProperty, given: Record | None) -> Predictions:
    """Answer with predictions, and with what is known."""
    shelf.predictor.check(asked.properties)
    wanted = asked.properties or list(shelf.predictor.properties)
    record = _record(shelf, asked, given)
    without = frozenset() if given is not None else frozenset([record.id])
    found = list(shelf.predictor.predict([record], wanted, refuse, without))
    known = known_values(record.properties, shelf.is_embedded and given is None)
    return Predictions(
        title=_title(shelf.facts(record)),
        predictions=found,
        known=[value for value in known if value.name in wanted],
    )


def get_structure(shelf: Shelf, asked: GetStructure, _: Record | None) -> StructureText:
    """Answer with a CIF."""
    record, facts = shelf.record(asked.id)
    return StructureText(
        id=asked.id, title=_title(facts), url=shelf.url(asked.id), cif=write_cif(record)
    )


def collection_info(shelf: Shelf, _: CollectionInfo, __: Record | None) -> Collection:
    """Tell what there is."""
    embedded = f"well-known real crystals; a value is a {TEXTBOOK}"
    own = f"crystals of an index of the user's own; columns of the Materials Project are {COMPUTED}"
    return Collection(
        crystals=len(shelf.engine), filter_columns=list(shelf.engine.filter_columns()),
        predicts=list(shelf.predictor.properties), tasks=list(TASKS),
        about=embedded if shelf.is_embedded else own,
    )  # fmt: skip


TOOLS: Mapping[str, Tool] = {
    tool.name: tool
    for tool in (
        Tool("search", "Search crystals", Search, SearchResult, search),
        Tool("fetch", "Read about a crystal", Fetch, Document, fetch),
        Tool("search_crystals", "Search with filters", SearchCrystals, Hits, search_crystals),
        Tool("similar_crystals", "Similar crystals", SimilarCrystals, Hits, similar_crystals),
        Tool("describe_crystal", "Crystal to words", DescribeCrystal, Description,
             describe_crystal),
        Tool("classify_crystal", "Classify a crystal", ClassifyCrystal, Classes, classify_crystal),
        Tool("predict_property", "Predict properties", PredictProperty, Predictions,
             predict_property),
        Tool("get_structure", "Atoms as CIF", GetStructure, StructureText, get_structure),
        Tool("collection_info", "About the collection", CollectionInfo, Collection,
             collection_info),
    )
}  # fmt: skip
"""by their names"""


def _record(shelf: Shelf, asked: OneCrystal, given: Record | None) -> Record:
    return given or shelf.engine.catalog.record(shelf.row(asked.id))


def _example(shelf: Shelf, asked: OneCrystal, given: Record | None) -> dict[str, Any]:
    """Return a crystal as the engine takes it."""
    if given is not None:
        return {"structure": given}
    shelf.row(asked.id)
    return {"id": asked.id}


def _title(facts: Facts) -> str:
    return title_of(facts.formula, next(iter(facts.prototype_names), ""), facts.symbol)


def _dressed(shelf: Shelf, hits: Ranked, offset: int = 0) -> Iterator[FoundCrystal]:
    """Dress hits with titles, addresses and units."""
    for hit in hits[offset:]:
        yield FoundCrystal(
            id=hit.id, title=title_of(hit.formula, hit.prototype_name, hit.space_group),
            url=shelf.url(hit.id), rank=hit.rank, formula=hit.formula,
            space_group=hit.space_group, space_group_number=hit.space_group_number,
            prototype=hit.prototype_name or hit.prototype, score=round(hit.score, 4),
            values=known_values(hit.properties, shelf.is_embedded), why=list(hit.why),
        )  # fmt: skip


def _told(shelf: Shelf, hits: Ranked, offset: int) -> Hits:
    done = hits.filtered
    return Hits(
        hits=list(_dressed(shelf, hits, offset)),
        understood=[Understood.of(condition) for condition in hits.understood],
        filter=FilterReport.of(done),
        notes=list(_notes(hits, done)),
    )  # fmt: skip


def _notes(hits: Ranked, done: Filtered | None) -> Iterator[str]:
    """Say in words what a reader of the hits must not miss."""
    if hits.relaxed and hits:
        yield "no crystal here meets all conditions of the text: those that meet most come first"
    unused: Sequence[str] = [c.says for c in hits.understood if c.use == "unknown"]
    if unused:
        yield f"not used, since it is known of no crystal here: {'; '.join(unused)}"
    if done is None:
        return
    if not done.passing:
        yield f"no crystal passes the filter {done.text}"
    if len(done.alone) > 1:
        each = "; ".join(f"{part}: {count}" for part, count in done.alone.items())
        yield f"crystals that pass each condition alone: {each}"
    behind = any(c.use == "filter" for c in hits.understood)
    for column, count in done.missing.items():
        where = "stand behind those that meet all" if behind else "are left out"
        yield f"{column} is not known of {count} crystals: they {where}"
