"""What a beginner types, written before anyone looked at an answer, against the shipped model."""

import json
from pathlib import Path

import pytest

from clac import checkpoint
from index import SearchEngine

QUERIES = [
    json.loads(line)
    for line in Path(__file__).with_name("beginner_queries.jsonl").read_text().splitlines()
]
AT_LEAST = 0.9


def answers(query: dict, hit) -> bool:
    group = query.get("space_group")
    return hit.formula in query["expect"] and group in (None, hit.space_group_number)


@pytest.fixture(scope="module")
def engine(tmp_path_factory) -> SearchEngine:
    if not (checkpoint.DEFAULT_FOLDER / "weights.safetensors").exists():
        pytest.skip("no model in clac/weights")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CLAC_CACHE", str(tmp_path_factory.mktemp("cache")))
        return SearchEngine.open()


def test_there_are_enough_queries_of_each_kind():
    kinds = {query["kind"] for query in QUERIES}
    assert len(QUERIES) >= 40
    assert kinds >= {"mineral", "prototype", "use", "elements", "symmetry"}


def test_beginners_find_what_they_look_for(engine):
    found = engine.search_batch([query["query"] for query in QUERIES], k=5)
    missed = [
        f"{q['query']!r}: {[h.formula for h in hits]}"
        for q, hits in zip(QUERIES, found)
        if not any(answers(q, hit) for hit in hits)
    ]
    share = 1 - len(missed) / len(QUERIES)
    print(f"hit@5 {share:.3f} over {len(QUERIES)} queries; missed:", *missed, sep="\n  ")
    assert share >= AT_LEAST, missed


def test_the_first_promise_is_kept(engine):
    # Of its four nitrides with the wurtzite structure InN has a gap of 0.7 eV.
    text = "wide band gap nitride with the wurtzite structure"
    assert {hit.formula for hit in engine.search(text, k=4)} == {"GaN", "AlN", "BN"}
    found = engine.search(text, k=4, parse=False)
    assert {hit.formula for hit in found} == {"GaN", "AlN", "InN", "BN"}
