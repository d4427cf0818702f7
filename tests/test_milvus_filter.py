"""Filters in the language of Milvus: what can be said is said exactly, the rest not at all."""

from __future__ import annotations

import pytest

from index.filters import All, Any, Filter, Not, Test
from index.milvus_filter import write_milvus

COLUMNS = {
    "elements": "words", "prototypes": "words", "nelements": "whole", "formula": "word",
    "band_gap": "number", "polar": "flag",
}  # fmt: skip
GAP = 'properties["band_gap"]'


@pytest.mark.parametrize(
    ("filter", "said"),
    [
        (Test("nelements", "<=", 3), "nelements <= 3"),
        (Test("nelements", "in", (2, 3.0)), "nelements in [2, 3]"),
        (Not(Test("nelements", "<=", 3)), "nelements > 3"),
        (Test("formula", "!=", 'a"b'), 'formula != "a\\"b"'),
        (Test("formula", "starts", "Li"), 'formula like "Li%"'),
        (Test("elements", "has_all", ("Li", "O")), 'array_contains_all(elements, ["Li", "O"])'),
        (Test("elements", "has_none", ("Pb",)), 'not (array_contains_any(elements, ["Pb"]))'),
        (Not(Test("elements", "has_none", ("Pb",))), 'array_contains_any(elements, ["Pb"])'),
        (Test("band_gap", ">", 1), f"{GAP} > 1.0"),
        (Not(Test("band_gap", ">", 1)), f"{GAP} <= 1.0"),
        (Test("band_gap", "missing"), f"not (({GAP} <= 0.0 or {GAP} > 0.0))"),
        (Not(Test("band_gap", "in", (1, 2))),
         f"(({GAP} < 1.0 or {GAP} > 1.0) and ({GAP} < 2.0 or {GAP} > 2.0))"),
        (Test("polar", "!=", True), 'properties["polar"] == false'),
        (Not(Any((Test("nelements", "=", 1), Test("formula", "=", "C")))),
         '(nelements != 1 and formula != "C")'),
        (All((Test("nelements", "=", 1),)), "nelements == 1"),
    ],
)  # fmt: skip
def test_a_filter_is_said_in_the_words_of_milvus(filter: Filter, said: str) -> None:
    assert write_milvus(filter, COLUMNS) == said


@pytest.mark.parametrize(
    "test",
    [
        Test("nelements", "<", 2.5),
        Test("nelements", "<", 1e300),
        Test("formula", "contains", "Li"),
        Test("formula", "starts", "A_"),
        Test("formula", "=", "a\\b"),
        Test("formula", "=", "two\nlines"),
        Test("prototypes", "has_only", ("spinel",)),
        Test("band_gap", "=", 2**60),
        Test("density", ">", 1),
    ],
)
def test_what_milvus_cannot_say_exactly_is_not_said(test: Test) -> None:
    assert write_milvus(test, COLUMNS) is None
    assert write_milvus(All((Test("nelements", "=", 1), Not(test))), COLUMNS) is None


def test_only_some_elements_is_none_of_all_others() -> None:
    said = write_milvus(Test("elements", "has_only", ("Li", "O")), COLUMNS) or ""
    assert said.startswith("not (array_contains_any(elements, [")
    assert '"Fe"' in said and '"Li"' not in said
