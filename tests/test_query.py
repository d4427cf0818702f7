"""Plain English to constraints; `tests/query_format.py` says how the sentences are written."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from query_format import content, expected, load, normal

from index.query import Understood, understand

OWN = load("query_sentences.jsonl")
BLIND = load("query_sentences_blind.jsonl")
EXACT_SHARE = 0.95


def fits(line: dict) -> bool:
    read = understand(line["text"])
    return normal(read.filter) == expected(line["filter"]) and (
        "rest" not in line or content(read.rest) == content(line["rest"])
    )


@pytest.mark.parametrize("line", OWN, ids=lambda line: line["text"])
def test_a_sentence_is_read_exactly(line: dict) -> None:
    read = understand(line["text"])
    assert normal(read.filter) == expected(line["filter"]), [c.says for c in read.constraints]
    if "rest" in line:
        assert content(read.rest) == content(line["rest"])


def test_nearly_all_sentences_are_read_exactly() -> None:
    lines = [*OWN, *BLIND]
    wrong = [line["text"] for line in lines if not fits(line)]
    assert len(wrong) <= (1 - EXACT_SHARE) * len(lines), "\n".join(wrong)


def test_there_are_enough_sentences() -> None:
    assert len(OWN) >= 140
    assert len({line["text"] for line in OWN}) == len(OWN)


def check(read: Understood) -> None:
    place = 0
    for constraint in read.constraints:
        assert place <= constraint.start < constraint.end <= len(read.text)
        assert constraint.text == read.text[constraint.start : constraint.end]
        assert constraint.says
        place = constraint.end


@given(st.text(max_size=120))
def test_any_text_is_read_without_an_error(text: str) -> None:
    check(understand(text))


_WORDS = sorted({word for line in OWN for word in line["text"].split()})


@given(st.lists(st.sampled_from(_WORDS), max_size=25).map(" ".join))
def test_known_words_in_any_order_are_read_without_an_error(text: str) -> None:
    check(understand(text))


@pytest.mark.parametrize("line", OWN, ids=lambda line: line["text"])
def test_words_are_in_a_constraint_or_in_the_rest(line: dict) -> None:
    read = understand(line["text"])
    place, left = 0, ""
    for constraint in read.constraints:
        left += f" {read.text[place : constraint.start]}"
        place = constraint.end
    assert content(f"{left} {read.text[place:]}") == content(read.rest)


def test_reading_brings_no_slow_library() -> None:
    slow = "pymatgen", "torch", "pandas", "ase", "scipy"
    code = (
        "import sys, index.query as q; q.understand('cubic LiCoO2, gap > 1 eV');"
        f"print([m for m in {slow!r} if m in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert result.stdout.strip() == "[]", result.stderr
