"""A filter goes before the ranking: the hits are those of a full sort of the rows that pass."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from doubles import HashEmbedder, rock_salt, some_records
from hypothesis import given
from hypothesis import strategies as st

from clac.errors import InputError
from clac.types import Record
from index import Query, SearchEngine
from index.filters import All, Any, Filter, Not, Test
from index.ranking import WORDS_WEIGHT
from index.segments import open_index
from index.vectors import VectorIndex

METALS, ANIONS = (3, 11, 12, 19, 20, 22, 25, 26, 27, 28), (7, 8, 9, 16, 17, 35)


def many_records() -> list[Record]:
    """Return sixty rock salts, of some of which a gap is known."""
    records = []
    for i, (metal, anion) in enumerate((m, a) for m in METALS for a in ANIONS):
        gaps = {} if i % 4 == 0 else {"band_gap_mp_2020": i / 10}
        known = {"note": f"row {i}", "good": i % 2 == 0, "Thermal cond. (W/mK)": i, **gaps}
        known |= {"band_gap": 0.5} if i == 8 else {}
        known |= {"created_at": f"20{10 + i % 5}-03-01"} if i % 3 else {"created_at": "long ago"}
        structure = rock_salt(metal, anion, 4.0 + 0.02 * i)
        records.append(Record(f"r{i}", structure, "salt of the earth" * (i % 3), known))
    return records


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> SearchEngine:
    out = tmp_path_factory.mktemp("filtered") / "index"
    SearchEngine.build(many_records(), out, HashEmbedder())
    return SearchEngine.open(out, HashEmbedder())


def gap_of(record: Record) -> float | None:
    return record.properties.get("band_gap", record.properties.get("band_gap_mp_2020"))


def ranked(engine: SearchEngine, text: str, rows: list[int]) -> list[str]:
    """Sort the given rows by cosine and share of words, ties in the order of rows."""
    stored = open_index(engine.folder).vectors.vectors(np.arange(len(engine)))
    scores = stored @ HashEmbedder().encode_texts([text])[0]
    held, shares = open_index(engine.folder).words.search(text, len(engine))
    scores = scores.astype(np.float64)
    scores[held] += WORDS_WEIGHT * shares
    return [f"r{i}" for i in sorted(rows, key=lambda i: (-round(scores[i], 6), i))]


CASES = {
    'elements HAS ALL "Li"': lambda r: r.structure.numbers[0] == 3,
    'elements HAS ONLY "Li","O","N"': lambda r: set(r.structure.numbers) <= {3, 7, 8},
    'NOT elements HAS ANY "Li","O"': lambda r: not set(r.structure.numbers) & {3, 8},
    "band_gap>=1 AND band_gap<2": lambda r: gap_of(r) is not None and 1 <= gap_of(r) < 2,
    "NOT band_gap<2": lambda r: gap_of(r) is not None and gap_of(r) >= 2,
    "band_gap IS UNKNOWN": lambda r: gap_of(r) is None,
    'formula="ONi"': lambda r: r.id == "r55",
    'space_group="F m -3 m" AND nelements=2 AND n_atoms=2 AND nsites=2': lambda r: True,
    'prototype="halite" AND crystal_system="cubic" AND chemical_formula_anonymous="AB"':
        lambda r: True,
    'chemical_system="O-Li"': lambda r: r.id == "r1",
    'date>="2013-01-01"': lambda r: r.properties["created_at"] >= "2013"
        and r.properties["created_at"] != "long ago",
    'note ENDS WITH "7" OR good=TRUE': lambda r: r.id[-1] in "024678",
    "_clac_thermal_cond___w_mk_<5": lambda r: int(r.id[1:]) < 5,
    'id="r3" OR id="r4" OR id="r99"': lambda r: r.id in ("r3", "r4"),
    'classes HAS "oxide"': lambda r: r.structure.numbers[1] == 8,
}  # fmt: skip


@pytest.mark.parametrize("text", CASES)
def test_hits_are_those_of_filtering_and_a_full_sort(engine: SearchEngine, text: str) -> None:
    records = many_records()
    rows = [i for i, record in enumerate(records) if CASES[text](record)]
    for words in ("earth salt", "NaCl", "oxide of lithium"):
        hits = engine.search(words, k=5, filter=text, parse=False)
        assert [hit.id for hit in hits] == ranked(engine, words, rows)[:5]
        assert hits.filtered is not None and hits.filtered.passing == len(rows)
        assert hits.path == f"exact scan of {len(rows)} row{'s' * (len(rows) != 1)}"


@given(st.sets(st.sampled_from(METALS), min_size=1), st.integers(1, 80), st.floats(0, 6))
def test_random_filters_equal_brute_force(
    engine: SearchEngine, metals: set[int], k: int, gap: float
) -> None:
    ids = tuple(r.id for r in many_records() if r.structure.numbers[0] in metals)
    wanted: Filter = Any((Test("id", "in", ids), Not(Test("band_gap", "<", gap))))
    rows = [
        i for i, r in enumerate(many_records())
        if r.id in ids or (gap_of(r) is not None and gap_of(r) >= gap)
    ]  # fmt: skip
    found = [hit.id for hit in engine.search("salt", k=k, filter=wanted)]
    assert found == ranked(engine, "salt", rows)[:k]


def test_what_is_not_known_is_counted(engine: SearchEngine) -> None:
    report = engine.search("salt", filter="band_gap>2").filtered
    unknown = sum(gap_of(record) is None for record in many_records())
    assert report.unknown == unknown == 14 and report.missing == {"band_gap": unknown}
    assert report.text == "_clac_band_gap>2" and report.alone == {}
    report = engine.search("salt", filter='band_gap>2 AND elements HAS "Li"').filtered
    assert report.missing == {"band_gap": 2}, "where the other condition fails, all is known"
    report = engine.search("salt", filter="nelements=2").filtered
    assert (report.unknown, report.missing) == (0, {})


def test_where_nothing_passes_each_condition_tells_its_own_count(engine: SearchEngine) -> None:
    hits = engine.search("salt", filter='elements HAS "Li" AND (nsites=2 AND elements HAS "Na")')
    assert list(hits) == [] and hits.filtered.passing == 0
    assert hits.filtered.alone == {
        'elements HAS ALL "Li"': 6, "nsites=2": 60, 'elements HAS ALL "Na"': 6,
    }  # fmt: skip


def test_a_batch_may_ask_for_different_filters(engine: SearchEngine) -> None:
    asked = [
        Query(text="salt", k=3, filter="band_gap>1"), Query(text="earth", k=4),
        Query(text="NaCl", k=2, filter=Test("band_gap", ">", 1)),
        Query(like="r5", k=9, filter='elements HAS "Li"'), Query(text="x", filter="nelements=3"),
        Query(like=rock_salt(3, 9, 4.0), k=2, filter=All((Test("good", "=", False),))),
    ]  # fmt: skip
    together = engine.search_batch(asked)
    alone = [engine.search_batch([query])[0] for query in asked]
    assert together == alone
    assert [hits.filtered for hits in together] == [hits.filtered for hits in alone]
    assert [len(hits) for hits in together] == [3, 4, 2, 5, 0, 2]
    assert together[1].filtered is None and together[1].path == "exact scan of 60 rows"


def test_queries_of_one_filter_ask_the_vectors_once(
    engine: SearchEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = [
        Query(text, k=k, filter=filter, unique=k == 4)
        for filter in (None, "nelements=2", 'elements HAS "O"')
        for text in ("salt", "NaCl", "an oxide", "salt of the earth")
        for k in (3, 4)
    ] + [Query("salt", ("r1",), k=2), Query(None, ("r2",), k=2)]
    alone = [engine.search_batch([query])[0] for query in asked]
    counts, search = [], VectorIndex.search

    def counted(self: VectorIndex, queries: np.ndarray, *given: object) -> object:
        counts.append(len(queries))
        return search(self, queries, *given)

    monkeypatch.setattr(VectorIndex, "search", counted)
    assert engine.search_batch(asked) == alone
    assert len(counts) < len(asked) / 2


def test_similar_takes_a_filter(engine: SearchEngine) -> None:
    hits = engine.similar(id="r0", k=99, filter='elements HAS "Li"')
    assert sorted(hit.id for hit in hits) == ["r1", "r2", "r3", "r4", "r5"]
    assert engine.similar(many_records()[0], k=1, filter='id="r7"')[0].id == "r7"


@pytest.mark.parametrize(
    ("wanted", "reason"),
    [
        ("colour=1", "no column 'colour' in this index; known: .*band_gap.*elements.*note"),
        ("note>1", "note is a word; > cannot compare it with 1"),
        ("elements>1", "elements is a list of words"),
        ('elements HAS "Xx"', "'Xx' is no element"),
        ("nelements<<1", "column 11"),
        ("properties.nothing=1", "no column 'properties.nothing'"),
    ],
)
def test_a_filter_that_does_not_fit_is_an_input_error(
    engine: SearchEngine, wanted: str, reason: str
) -> None:
    with pytest.raises(InputError, match=reason.replace(".*elements", "")) as caught:
        engine.search("salt", filter=wanted)
    assert "\n" not in str(caught.value)


def test_a_text_query_without_filter_reads_no_filter_column(tmp_path: Path) -> None:
    SearchEngine.build(some_records(), tmp_path / "i", HashEmbedder())
    engine = SearchEngine.open(tmp_path / "i", HashEmbedder())
    engine.search("salt")
    assert not engine.catalog._known._read and not engine.catalog._asked


def test_properties_of_many_kinds_keep_their_types(tmp_path: Path) -> None:
    structure = rock_salt(11, 17, 5.6)
    rows = [
        {"whole": 1, "mixed": 1, "flag": True, "odd": "x", "a.b": 1, "a": 5, "formula": "mine"},
        {"whole": 2**40, "mixed": 0.5, "odd": 2, "huge": 2**80, "a": 6},
        {},
    ]
    records = [Record(f"r{i}", structure, properties=row) for i, row in enumerate(rows)]
    SearchEngine.build(records, tmp_path / "i", HashEmbedder())
    engine = SearchEngine.open(tmp_path / "i", HashEmbedder())

    def ids(wanted: str) -> list[str]:
        return sorted(hit.id for hit in engine.search("salt", filter=wanted))

    assert ids(f"whole={2**40}") == ["r1"] and ids("mixed>0.7") == ["r0"]
    assert ids("flag=TRUE") == ["r0"] and ids("odd IS UNKNOWN") == ["r2"]
    assert ids('odd="2"') == ["r1"] and ids("huge>1e20") == ["r1"]
    assert ids("a=5") == ["r0"] and ids("a_b=1") == ["r0"]
    assert ids('formula="NaCl"') == ["r0", "r1", "r2"]
    assert ids('properties.formula="mine"') == ["r0"]
    assert set(engine.filter_columns()) >= {"elements", "date", "whole", "odd", "a.b"}


def test_an_index_without_properties_is_filtered(tmp_path: Path) -> None:
    bare = [dataclasses.replace(record, properties={}) for record in some_records()]
    SearchEngine.build(bare, tmp_path / "i", HashEmbedder())
    engine = SearchEngine.open(tmp_path / "i", HashEmbedder())
    assert [hit.id for hit in engine.search("x", filter='formula="CaO"')] == ["cao"]
    unknown = engine.search("x", filter="band_gap>1").filtered
    assert (unknown.passing, unknown.missing) == (0, {"band_gap": 5})
    with pytest.raises(InputError, match="no column 'colour'"):
        engine.search("x", filter="colour>1")
