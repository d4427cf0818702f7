"""OPTIMADE text to filters and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_filters import FILTERS, ROWS, naive

from clac.errors import InputError
from index.filters import All, Any, Filter, Not, Test
from index.optimade_filter import read_optimade, write_optimade


@given(FILTERS, st.lists(ROWS, max_size=4))
def test_what_is_written_is_read_as_the_same_question(filter: Filter, rows: list[dict]) -> None:
    text = write_optimade(filter)
    again = read_optimade(text)
    assert write_optimade(again) == text
    assert [naive(again, row) for row in rows] == [naive(filter, row) for row in rows]


@given(st.text(max_size=40) | st.text('ab="()<>AND ORNOTHS,1.', max_size=40))
def test_any_text_is_a_filter_or_one_clear_line(text: str) -> None:
    try:
        read_optimade(text)
    except InputError as error:
        assert str(error).startswith("filter") and "\n" not in str(error)


@given(st.text(max_size=20))
def test_every_word_comes_through(word: str) -> None:
    assert read_optimade(write_optimade(Test("name", "=", word))) == Test("name", "=", word)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('elements HAS ALL "Li","O" AND nelements<=3',
         All((Test("elements", "has_all", ("Li", "O")), Test("nelements", "<=", 3)))),
        ('elements HAS "Li"', Test("elements", "has_all", ("Li",))),
        ('elements HAS ONLY "Li" , "O"', Test("elements", "has_only", ("Li", "O"))),
        ('NOT elements HAS ANY "Pb"', Test("elements", "has_none", ("Pb",))),
        ("elements LENGTH 3", Test("nelements", "=", 3)),
        ("elements LENGTH >= 3", Test("nelements", ">=", 3)),
        ("3 >= nelements", Test("nelements", "<=", 3)),
        ("_clac_band_gap>1.5", Test("band_gap", ">", 1.5)),
        ("band_gap>-1.5e-3", Test("band_gap", ">", -0.0015)),
        ("properties.formula IS KNOWN", Test("properties.formula", "known")),
        ("a IS UNKNOWN OR NOT (b=TRUE AND c!=FALSE)",
         Any((Test("a", "missing"), Not(All((Test("b", "=", True), Test("c", "!=", False))))))),
        ('a STARTS "x" AND a ENDS WITH "y"',
         All((Test("a", "starts", "x"), Test("a", "ends", "y")))),
    ],
)  # fmt: skip
def test_the_language_is_read(text: str, expected: Filter) -> None:
    assert read_optimade(text) == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "it is empty"),
        ("nelements<<3", "column 11: expected .*a number.*, found '<3'"),
        ("nelements<", "column 11: .* found the end"),
        ("(a=1", r"column 5: expected a bracket \), found the end"),
        ("Band=1", "column 1: expected a property in lower case"),
        ("a=1 and b=2", "column 9: expected AND, OR, .* in capitals"),
        ('elements has all "Li"', "column 10: expected AND, OR, HAS.* in capitals"),
        ("a=1 b=2", "column 5: two conditions need AND or OR between them"),
        ("a=b", "column 3: a property cannot be compared with another"),
        ("nelements=3 AND a HAS 3", "column 17: a has_all cannot take"),
        ('a:b HAS "x":"y"', "column 2: this comparison of lists is not supported"),
        ("classes LENGTH 3", "not supported"),
        ("a=1e999", "cannot take inf"),
        ("(" * 5000 + "a=1" + ")" * 5000, "nested too deeply"),
        ("a" * 200_000, "200000 characters"),
    ],
)
def test_a_bad_filter_says_where_it_went_wrong(text: str, reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        read_optimade(text)
