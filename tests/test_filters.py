"""Filters equal a reading row by row, with what is missing neither true nor false."""

from __future__ import annotations

import json

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clac.errors import InputError
from index.columns import canonical
from index.filters import (
    All,
    Any,
    Column,
    Filter,
    Lists,
    Not,
    Test,
    changed,
    columns_of,
    evaluate,
    from_json,
    joined,
    to_json,
)

TYPES = {
    "n": pa.int16(), "gap": pa.float64(), "flag": pa.bool_(), "word": pa.string(),
    "list": pa.list_(pa.string()),
}  # fmt: skip
WORDS = st.sampled_from(["", "Li", "O", "LiO", "Ö", 'a"b\\', "Zr"])
GAPS = st.sampled_from([-1.5, 0.0, 1, 2, 2.5, 1e22])
VALUES = {
    "n": st.integers(-3, 3), "gap": GAPS.map(float), "flag": st.booleans(), "word": WORDS,
    "list": st.lists(WORDS, max_size=3),
}  # fmt: skip
ROWS = st.fixed_dictionaries({name: st.none() | values for name, values in VALUES.items()})
ORDER = st.sampled_from(["=", "!=", "<", "<=", ">", ">="])
NUMBERS = st.integers(-4, 4) | GAPS | st.just(2**70)
TESTS = st.one_of(
    st.builds(Test, st.sampled_from(["n", "gap"]), ORDER, NUMBERS),
    st.builds(Test, st.sampled_from(["n", "gap"]), st.just("in"), st.tuples(NUMBERS, NUMBERS)),
    st.builds(Test, st.just("flag"), st.sampled_from(["=", "!="]), st.booleans()),
    st.builds(Test, st.just("word"), ORDER, WORDS),
    st.builds(Test, st.just("word"), st.sampled_from(["contains", "starts", "ends"]), WORDS),
    st.builds(Test, st.just("word"), st.just("in"), st.lists(WORDS, min_size=1, max_size=3)),
    st.builds(
        Test, st.just("list"), st.sampled_from(["has_all", "has_any", "has_none", "has_only"]),
        st.lists(WORDS, min_size=1, max_size=3),
    ),
    st.builds(Test, st.sampled_from(list(TYPES)), st.sampled_from(["known", "missing"])),
)  # fmt: skip
FILTERS = st.recursive(
    TESTS,
    lambda part: st.one_of(
        st.builds(All, st.lists(part, min_size=1, max_size=3).map(tuple)),
        st.builds(Any, st.lists(part, min_size=1, max_size=3).map(tuple)),
        st.builds(Not, part),
    ),
    max_leaves=8,
)

OPS = {
    "=": lambda a, b: a == b, "!=": lambda a, b: a != b, "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b, ">": lambda a, b: a > b, ">=": lambda a, b: a >= b,
    "contains": lambda a, b: b in a, "starts": lambda a, b: a.startswith(b),
    "ends": lambda a, b: a.endswith(b), "in": lambda a, b: a in b,
    "has_all": lambda a, b: set(b) <= set(a), "has_any": lambda a, b: bool(set(b) & set(a)),
    "has_none": lambda a, b: not set(b) & set(a), "has_only": lambda a, b: set(a) <= set(b),
}  # fmt: skip


def naive(filter: Filter, row: dict) -> bool | None:
    """Ask one row: true, false or unknown (DOI 10.2307/2267778, the strong tables of Kleene)."""
    match filter:
        case All(parts):
            held = [naive(part, row) for part in parts]
            return False if False in held else None if None in held else True
        case Any(parts):
            held = [naive(part, row) for part in parts]
            return True if True in held else None if None in held else False
        case Not(part):
            held = naive(part, row)
            return None if held is None else not held
    value = row[filter.column]
    if filter.op in ("known", "missing"):
        return (value is not None) == (filter.op == "known")
    return None if value is None else OPS[filter.op](value, filter.value)


def table_of(rows: list[dict], skip: int = 0) -> dict[str, Column]:
    return columns_in(pa.Table.from_pylist(rows, schema=pa.schema(list(TYPES.items()))), skip)


def columns_in(table: pa.Table, skip: int = 0) -> dict[str, Column]:
    """Lay out columns as a catalog does."""
    plain = {name: table[name].combine_chunks()[skip:] for name in table.column_names}
    return {n: Lists(c) if pa.types.is_list(c.type) else c for n, c in plain.items()}


@given(FILTERS, st.lists(ROWS, max_size=12), st.integers(0, 3))
def test_a_filter_equals_a_reading_row_by_row(filter: Filter, rows: list[dict], skip: int) -> None:
    true, unknown = evaluate(filter, table_of(rows, skip))
    expected = [naive(filter, row) for row in rows[skip:]]
    assert true.dtype == unknown.dtype == bool
    assert true.tolist() == [held is True for held in expected]
    assert unknown.tolist() == [held is None for held in expected]


@given(FILTERS)
def test_json_gives_back_the_filter(filter: Filter) -> None:
    assert from_json(json.loads(json.dumps(to_json(filter)))) == filter
    assert changed(filter, lambda test: test) == filter
    assert set(columns_of(filter)) <= set(TYPES)


def test_filters_are_joined() -> None:
    one, two = Test("n", ">", 1), Test("gap", "known")
    assert joined([]) is None and joined([None, one]) == one
    assert joined([one, None, two]) == All((one, two))
    assert columns_of(All((one, Not(two), one))) == ("n", "gap")


@pytest.mark.parametrize(
    ("filter", "reason"),
    [
        (Test("colour", "=", 1), "no column 'colour'; known: n, gap, flag, word, list"),
        (Test("gap", "contains", "x"), "gap is a number; 'contains' does not fit"),
        (Test("gap", "=", "wide"), "gap is a number; = cannot compare it with 'wide'"),
        (Test("gap", "=", True), "gap is a number; = cannot compare it with True"),
        (Test("flag", "<", 1), "flag is true or false; '<' does not fit"),
        (Test("word", "in", (1,)), "word is a word; in cannot compare"),
        (Test("list", "=", "Li"), "list is a list of words; '=' does not fit; known: has_all"),
    ],
)
def test_a_test_that_does_not_fit_is_named(filter: Filter, reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        evaluate(filter, table_of([]))


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ({"column": "n", "op": "~", "value": 1}, "unknown op '~'; known: ="),
        ({"column": "n", "op": "=", "value": float("nan")}, "n = cannot take nan"),
        ({"column": "n", "op": "known", "value": 1}, "it takes no value"),
        ({"column": "n", "op": "in", "value": []}, "one value or more"),
        ({"column": "list", "op": "has_all", "value": ["Li", 1]}, "one word or more"),
        ({"column": "n", "op": "=", "value": [1]}, "a number, a word"),
        ({"column": "n", "op": "=", "value": 1, "unit": "eV"}, "expected"),
        ({"all": []}, "at least one part"),
        ({"all": {}}, "expected"),
        ([], "expected"),
    ],
)
def test_what_is_no_filter_is_refused(value: object, reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        from_json(value)


def test_a_filter_in_json_cannot_exhaust_the_stack() -> None:
    value: object = {"column": "n", "op": "known"}
    for _ in range(5000):
        value = {"not": value}
    with pytest.raises(InputError, match="levels deep"):
        from_json(value)


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        (Test("formula", "=", "LiCoO2"), Test("chemical_formula_reduced", "=", "CoLiO2")),
        (Test("formula", "!=", "O4Co2Li2"), Test("chemical_formula_reduced", "!=", "CoLiO2")),
        (Test("chemical_formula_anonymous", "=", "AB2C"),
         Test("chemical_formula_anonymous", "=", "A2BC")),
        (Test("anonymous_formula", "starts", "A2"),
         Test("chemical_formula_anonymous", "starts", "A2")),
        (Test("chemical_system", "=", "O-Li-Co"), Test("chemical_system", "=", "Co-Li-O")),
        (Test("elements", "has_all", ("li", "oxygen")), Test("elements", "has_all", ("Li", "O"))),
        (Test("space_group", "=", "P6_3/mmc"), Test("space_group_number", "=", 194)),
        (Test("space_group", "in", ("P 63/m m c", "Pbnm")),
         Test("space_group_number", "in", (194, 62))),
        (Test("crystal_system", "=", "Cubic"), Test("crystal_system", "=", "cubic")),
        (Test("prototype", "=", "halite"), Test("prototypes", "has_any", ("rock salt",))),
        (Test("prototype", "!=", "AB_cF8_225_a_b"),
         Test("prototypes", "has_none", ("AB_cF8_225_a_b",))),
        (Test("date", ">=", "2020-01-31T00:00:00Z"), Test("date", ">=", "2020-01-31")),
        (Test("band_gap", ">", 1), Test("band_gap", ">", 1)),
        (Test("formula", "known"), Test("formula", "known")),
    ],
)  # fmt: skip
def test_values_are_written_as_they_are_stored(given: Test, stored: Test) -> None:
    assert canonical(Not(given)) == Not(stored)
    assert canonical(stored) == stored


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("formula", "LiCo2O?", "no formula"), ("formula", "XyO", "'Xy' is no element"),
        ("formula", "", "no formula"), ("formula", "Li0", "no formula"),
        ("anonymous_formula", "AAB", "a letter twice"), ("anonymous_formula", "a", "no anonymous"),
        ("space_group", "Fm-3x", "no space group"), ("crystal_system", "round", "known: triclinic"),
        ("date", "last week", "no day"), ("chemical_system", "Li-", "no element"),
    ],
)  # fmt: skip
def test_values_that_no_crystal_has_are_refused(column: str, value: str, reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        canonical(Test(column, "=", value))


def test_a_big_table_is_asked() -> None:
    rng = np.random.default_rng(0)
    lists = [[f"e{i}" for i in rng.choice(80, 3, replace=False)] for _ in range(2000)]
    table = pa.table({"list": pa.array(lists * 5), "n": pa.array(rng.integers(0, 9, 10_000))})
    filter = All((Test("list", "has_any", ("e1",)), Test("n", "<", 5)))
    true, unknown = evaluate(filter, columns_in(table))
    expected = ["e1" in row and n < 5 for row, n in zip(lists * 5, table["n"].to_pylist())]
    assert true.tolist() == expected and not unknown.any()
