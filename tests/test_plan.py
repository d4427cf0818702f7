"""What a text says for certain filters or raises hits, and is told."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from doubles import HashEmbedder, rock_salt
from typer.testing import CliRunner

from clac.errors import InputError
from clac.types import Record
from index import Query, SearchEngine
from index.cli import app
from index.plan import SOFT_SHARE, plan
from index.ranking import WORDS_WEIGHT
from index.segments import open_index

METALS, ANIONS = (3, 11, 12, 20, 26, 28, 82), (8, 16, 17)
K = 100


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> SearchEngine:
    """Index rock salts; every third has no gap, and no energy above hull is known."""
    records = []
    for i, (metal, anion) in enumerate((m, a) for m in METALS for a in ANIONS):
        gap = {} if i % 3 == 0 else {"band_gap": i / 4}
        records.append(Record(f"r{i}", rock_salt(metal, anion, 4 + 0.05 * i), "", gap))
    out = tmp_path_factory.mktemp("plan") / "index"
    SearchEngine.build(records, out, HashEmbedder())
    return SearchEngine.open(out, HashEmbedder())


def ids(hits: list) -> set[str]:
    return {hit.id for hit in hits}


def test_what_is_certain_is_a_filter_and_the_whole_text_is_encoded(engine: SearchEngine) -> None:
    hits = engine.search("lead-free sulfides with a gap above 1 eV for catalysis", k=K)
    sure = {f"r{i}" for i in range(1, 18, 3) if i / 4 > 1}
    assert ids(hits) == sure and hits.filtered.passing == len(sure)
    assert [c.use for c in hits.understood] == ["filter"] * 3
    assert all(set(hit.why) == {c.says for c in hits.understood} for hit in hits)
    text = "lead-free sulfides with a gap above 1 eV for catalysis"
    plain = engine.search(text, k=K, parse=False, filter=hits.filtered.text)
    assert [h.id for h in hits] == [h.id for h in plain]


def test_without_parsing_all_words_go_to_the_encoder(engine: SearchEngine) -> None:
    hits = engine.search("lead-free oxides", k=K, parse=False)
    assert len(hits) == len(engine) and not hits.understood and hits.filtered is None


def test_softly_nothing_is_left_out_and_the_order_is_that_of_a_full_sort(
    engine: SearchEngine,
) -> None:
    text = "oxide without lead"
    hits = engine.search(text, k=K, soft=True)
    rows = np.arange(len(engine))
    scores = open_index(engine.folder).vectors.vectors(rows)
    scores = (scores @ HashEmbedder().encode_texts([text])[0]).astype(np.float64)
    held, shares = open_index(engine.folder).words.search(text, K)
    scores[held] += WORDS_WEIGHT * shares
    scores += [SOFT_SHARE * (int(i % 3 == 0) + int(i // 3 < 6)) / 2 for i in rows]
    assert [h.id for h in hits] == [f"r{i}" for i in np.lexsort((rows, -scores.round(6)))]
    assert {c.use for c in hits.understood} == {"boost"} and hits[0].why
    assert len(engine.search(text, k=2, soft=True)) == 2


def test_what_no_crystal_meets_is_taken_softly_and_said(engine: SearchEngine) -> None:
    hits = engine.search("oxide with a gap above 90 eV", k=3)
    assert hits.relaxed and len(hits) == 3 and {len(hit.why) for hit in hits} == {1}


def test_what_the_index_knows_of_no_crystal_is_not_used(engine: SearchEngine) -> None:
    hits = engine.search("stable oxide", k=K)
    assert {c.says: c.use for c in hits.understood}["oxide"] == "filter"
    assert "unknown" in {c.use for c in hits.understood}
    assert len(hits) == len(METALS) and not hits.relaxed


def test_rows_whose_property_is_missing_are_counted_and_stand_last(engine: SearchEngine) -> None:
    hits = engine.search("lead-free, gap below 2 eV", k=K)
    assert hits.filtered.unknown == 6 and hits.filtered.missing == {"band_gap": 6}
    known = [i for i in range(8) if i % 3]
    assert {h.id for h in hits[: len(known)]} == {f"r{i}" for i in known}
    assert {h.id for h in hits[len(known) :]} == {f"r{i}" for i in range(0, 18, 3)}
    assert [len(h.why) for h in hits] == [2] * len(known) + [1] * 6


def test_a_filter_goes_with_what_the_text_says(engine: SearchEngine) -> None:
    hits = engine.search("oxide", k=K, filter='elements HAS ANY "Li","Na"')
    assert ids(hits) == {"r0", "r3"}
    soft = engine.search("oxide", k=K, filter='elements HAS ANY "Li","Na"', soft=True)
    assert ids(soft) == {f"r{i}" for i in range(6)} and {h.id for h in soft[:2]} == {"r0", "r3"}


def test_where_nothing_passes_a_filter_no_row_is_allowed(engine: SearchEngine) -> None:
    query = Query("oxide", filter="nelements>5")
    how = plan(query, open_index(engine.folder).catalog)
    assert how.allowed is not None and how.allowed.tolist() == [False] * len(engine)
    (hits,) = engine.search_batch([query])
    assert len(hits) == 0 and hits.path == "exact scan of 0 rows"


@pytest.mark.parametrize("text", ["oxide", "lithium oxide", "crystal", "oxide with lead, sulfur"])
def test_hits_are_some_of_the_rows_that_are_named(engine: SearchEngine, text: str) -> None:
    rows = np.arange(len(engine)) % 2 == 0
    query = Query(text, k=len(engine), rows=rows)
    how = plan(query, engine.catalog)
    assert how.filter is None and how.report is not None
    assert how.report.passing <= rows.sum()
    (hits,) = engine.search_batch([query])
    whole = engine.search(text, k=len(engine))
    named = {f"r{row}" for row in np.flatnonzero(rows)}
    assert ids(hits) <= named and (hits.relaxed or [h.id for h in hits] == [
        h.id for h in whole if h.id in named
    ])  # fmt: skip
    (none,) = engine.search_batch([Query(text, rows=np.zeros(len(engine), bool))])
    assert not none
    with pytest.raises(InputError, match="rows must be"):
        engine.search(text, rows=rows[1:])


def test_a_batch_equals_one_by_one(engine: SearchEngine) -> None:
    asked = [
        Query("oxide"), Query("oxide", soft=True), Query("oxide", parse=False), Query(like="r4"),
    ]  # fmt: skip
    batch = engine.search_batch(asked)
    assert batch == [engine.search_batch([query])[0] for query in asked]


def test_the_command_tells_what_it_understood(engine: SearchEngine) -> None:
    def asked(*more: str) -> str:
        return CliRunner().invoke(app, ["search", "lead-free oxide", *more]).output

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("index.inputs.engine", lambda *_: engine)
        told = asked()
        first = json.loads(asked("--json").splitlines()[0])
        plain = json.loads(asked("--json", "--no-parse").splitlines()[0])
    assert "understood: no Pb; oxide" in told
    assert [c["use"] for c in first["understood"]] == ["filter", "filter"]
    assert first["why"] == ["no Pb", "oxide"] and plain["understood"] == [] == plain["why"]


def test_a_use_comes_first_and_leaves_none_out(tmp_path: Path) -> None:
    records = [
        Record(f"r{i}", rock_salt(20, 8, 4 + i / 9), "", {"uses": use} if use else {})
        for i, use in enumerate(("", "pigment shop", "", "pigment", "white pigment"))
    ]
    SearchEngine.build(records, tmp_path / "index", HashEmbedder())
    engine = SearchEngine.open(tmp_path / "index", HashEmbedder())
    hits = engine.search("pigments", k=9)
    assert {h.id for h in hits[:2]} == {"r3", "r4"} and len(hits) == len(records)
    assert [c.use for c in hits.understood] == ["boost"] and hits[0].why == ("used for pigment",)
