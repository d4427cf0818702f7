"""Filters in the boolean expression language of Milvus, where that can say them exactly.

A missing value makes a test unknown here and false there, so a contrary is never written with
`not` over a whole filter: it is written for each test, as what is known and fails it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any as Anything

from clac.data.elements import SYMBOLS
from index.filters import All, Any, Filter, Not, Test

WORD, WORDS, WHOLE, NUMBER, FLAG = "word", "words", "whole", "number", "flag"
"""kinds of column: fields of their own that no row lacks, whole numbers among them; numbers and
truth values of the JSON field, which a row may lack"""
ROW = "row"
PROPERTIES = "properties"
_CONTRARY = {"=": "!=", "!=": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}
_SAFE_NAME = re.compile(r"[\w .:+()-]+", re.ASCII)
MOST = 1 << 53
"""whole numbers up to here are the same as numbers"""
_VOCABULARY: Mapping[str, frozenset[str]] = {"elements": frozenset(SYMBOLS)}
"""lists all of whose possible words are known"""


class _CannotSay(Exception):
    """A part of a filter that Milvus has no exact words for."""


def write_milvus(filter: Filter, columns: Mapping[str, str]) -> str | None:
    """Write a filter as `index.selection.read_filter` gives it; None where it cannot be said.

    Columns: the kind of each column that the cluster holds.
    """
    try:
        return _written(filter, columns, True)
    except _CannotSay:
        return None


def sayable_name(name: str) -> bool:
    """Tell a name that may stand in an expression."""
    return _SAFE_NAME.fullmatch(name) is not None


def _written(filter: Filter, columns: Mapping[str, str], holds: bool) -> str:
    """Write that a filter is known to hold, or known not to."""
    match filter:
        case All(parts) | Any(parts):
            together = isinstance(filter, All) == holds
            return _joined([_written(p, columns, holds) for p in parts], together)
        case Not(part):
            return _written(part, columns, not holds)
    kind = columns.get(filter.column)
    if kind not in _SAID:
        raise _CannotSay
    return _SAID[kind](filter, holds)


def _of_word(test: Test, holds: bool) -> str:
    if test.op in ("known", "missing"):
        return _always((test.op == "known") == holds)
    if test.op == "in":
        listed = ", ".join(map(_quoted, test.value))
        return f"{test.column} {'in' if holds else 'not in'} [{listed}]"
    if test.op == "starts" and not set(test.value) & set("%_"):
        return _turned(f"{test.column} like {_quoted(test.value + '%')}", holds)
    return f"{test.column} {_sign(test.op, holds)} {_quoted(test.value)}"


def _of_words(test: Test, holds: bool) -> str:
    if test.op in ("known", "missing"):
        return _always((test.op == "known") == holds)
    words = test.value
    if test.op == "has_only":
        if test.column not in _VOCABULARY:
            raise _CannotSay
        words = sorted(_VOCABULARY[test.column].difference(words))
    if not words:
        return _always(holds)
    how = "all" if test.op == "has_all" else "any"
    said = f"array_contains_{how}({test.column}, [{', '.join(map(_quoted, words))}])"
    return _turned(said, holds == (test.op in ("has_all", "has_any")))


def _of_whole(test: Test, holds: bool) -> str:
    if test.op in ("known", "missing"):
        return _always((test.op == "known") == holds)
    if test.op == "in":
        listed = ", ".join(map(_whole, test.value))
        return f"{test.column} {'in' if holds else 'not in'} [{listed}]"
    return f"{test.column} {_sign(test.op, holds)} {_whole(test.value)}"


def _of_number(test: Test, holds: bool) -> str:
    """Ask the JSON field for a number, with comparisons alone: of a missing one none holds.

    `!=` would hold of it, and Milvus 2.3 cannot join `exists` to anything.
    """
    field = f"{PROPERTIES}[{_quoted(test.column)}]"
    if test.op in ("known", "missing"):
        known = f"({field} <= 0.0 or {field} > 0.0)"
        return _turned(known, (test.op == "known") == holds)
    values = test.value if test.op == "in" else (test.value,)
    signs = ["=" if test.op == "in" else test.op] * len(values)
    signs = [_sign(op, holds) for op in signs]
    said = [
        f"({field} < {value} or {field} > {value})" if sign == "!=" else f"{field} {sign} {value}"
        for sign, value in zip(signs, map(_number, values), strict=True)
    ]
    return _joined(said, not holds)


def _of_flag(test: Test, holds: bool) -> str:
    """Ask the JSON field for a truth value; a missing one is neither."""
    field = f"{PROPERTIES}[{_quoted(test.column)}]"
    if test.op in ("known", "missing"):
        known = f"({field} == true or {field} == false)"
        return _turned(known, (test.op == "known") == holds)
    if test.op not in ("=", "!=", "in"):
        raise _CannotSay
    wanted = set(test.value if test.op == "in" else (test.value,))
    if holds == (test.op == "!="):
        wanted = {True, False} - wanted
    said = [f"{field} == {'true' if value else 'false'}" for value in sorted(wanted)]
    return _joined(said, False) if said else _always(False)


def _joined(parts: Sequence[str], together: bool) -> str:
    return f"({(' and ' if together else ' or ').join(parts)})" if len(parts) > 1 else parts[0]


def _turned(said: str, holds: bool) -> str:
    return said if holds else f"not ({said})"


def _always(holds: bool) -> str:
    return f"{ROW} >= 0" if holds else f"{ROW} < 0"


def _sign(op: str, holds: bool) -> str:
    if op not in _CONTRARY:
        raise _CannotSay
    sign = op if holds else _CONTRARY[op]
    return "==" if sign == "=" else sign


def _quoted(word: Anything) -> str:
    if not isinstance(word, str) or not word.isprintable() or "\\" in word:
        raise _CannotSay
    return json.dumps(word, ensure_ascii=False)


def _whole(value: Anything) -> str:
    if type(value) not in (int, float) or value != int(value) or abs(value) > MOST:
        raise _CannotSay
    return str(int(value))


def _number(value: Anything) -> str:
    if type(value) not in (int, float) or abs(value) > MOST:
        raise _CannotSay
    return repr(float(value))


_SAID: Mapping[str, Callable[[Test, bool], str]] = {
    WORD: _of_word,
    WORDS: _of_words,
    WHOLE: _of_whole,
    NUMBER: _of_number,
    FLAG: _of_flag,
}
"""kind of column -> what writes that a test of it is known to hold, or known not to"""
