"""Queries by hand: their claims can be judged, and none stands in a benchmark or a test set."""

import json
from pathlib import Path

from known import known_facts

from clac.data.claims import FactTable
from clac.data.queries import handwritten

ROOT = Path(__file__).parents[1]
HELD_OUT = (ROOT / "benchmarks/paraphrases.jsonl", ROOT / "tests/beginner_queries.jsonl")


def plain(text: str) -> str:
    return " ".join(text.lower().split())


def test_every_query_claims_what_can_be_judged() -> None:
    table, found = FactTable(known_facts()), 0
    for query in handwritten():
        assert query.text.strip() == query.text and 0 < len(query.claims) <= 6, query
        assert all(claim.low <= claim.high for claim in query.claims), query
        found += bool(table.all_hold(query.claims).any())
    assert found > 50


def test_no_query_stands_twice_or_in_a_benchmark() -> None:
    own = [plain(query.text) for query in handwritten()]
    assert len(set(own)) == len(own)
    for path in HELD_OUT:
        theirs = {plain(json.loads(line)["query"]) for line in path.read_text().splitlines()}
        assert not theirs & set(own)
