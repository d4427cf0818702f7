"""What a crystal must be: tests of columns, joined by and, or and not.

A row of which a property is missing neither meets a test of it nor fails it: the test is unknown,
and so is its contrary (the three-valued logic of Kleene).
Shape letters: b rows.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any as Anything

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from clac.errors import InputError
from index.arrow import flags, numbers, valid, words_array

_ORDER: Mapping[str, Callable[..., Anything]] = {
    "=": np.equal, "!=": np.not_equal, "<": np.less, "<=": np.less_equal, ">": np.greater,
    ">=": np.greater_equal,
}  # fmt: skip
_WORD_ORDER = {"<": pc.less, "<=": pc.less_equal, ">": pc.greater, ">=": pc.greater_equal}
_PARTS = {"contains": pc.match_substring, "starts": pc.starts_with, "ends": pc.ends_with}
_SETS = ("has_all", "has_any", "has_none", "has_only")
_BARE = ("known", "missing")
_MANY = ("in", *_SETS)
OPS = (*_ORDER, *_PARTS, *_MANY, *_BARE)
_FITS: Mapping[str, tuple[str, ...]] = {
    "a number": (*_ORDER, "in", *_BARE),
    "true or false": ("=", "!=", "in", *_BARE),
    "a word": (*_ORDER, *_PARTS, "in", *_BARE),
    "a list of words": (*_SETS, *_BARE),
}
"""kind of column -> ops that ask it something"""
_DEEPEST = 100
"""levels of a filter in JSON"""


@dataclass(frozen=True, slots=True)
class Test:
    """One column compared with a value."""

    __test__ = False  # pytest takes a class of this name for tests

    column: str
    op: str
    """one of OPS: =, !=, <, <=, >, >=; contains, starts, ends (words); in (any of the values);
    has_all, has_any, has_none, has_only (lists of words); known, missing"""
    value: Anything = None
    """number, word or bool; a tuple of them for 'in' and lists; None for known and missing"""

    def __post_init__(self) -> None:
        """Check that op and value go together; a list of values becomes a tuple."""
        if self.op not in OPS:
            raise InputError("", f"filter: unknown op {self.op!r}; known: {', '.join(OPS)}")
        if self.op in _MANY and isinstance(self.value, (list, set, frozenset)):
            listed = self.value if isinstance(self.value, list) else sorted(self.value)
            object.__setattr__(self, "value", tuple(listed))
        if not self._is_sound():
            raise InputError(
                "", f"filter: {self.column} {self.op} cannot take {self.value!r}; {_wanted(self)}"
            )

    def _is_sound(self) -> bool:
        if self.op in _BARE:
            return self.value is None
        if self.op in _MANY:
            kind = str if self.op in _SETS else (str, int, float)
            listed = self.value if isinstance(self.value, tuple) else ()
            return bool(listed) and all(_is_plain(value, kind) for value in listed)
        return _is_plain(self.value, str if self.op in _PARTS else (str, int, float))


@dataclass(frozen=True, slots=True)
class All:
    """Holds where every part holds."""

    parts: tuple[Filter, ...]
    """at least one"""

    def __post_init__(self) -> None:
        """Check that there is a part."""
        _check_parts(self.parts)


@dataclass(frozen=True, slots=True)
class Any:
    """Holds where at least one part holds."""

    parts: tuple[Filter, ...]
    """at least one"""

    def __post_init__(self) -> None:
        """Check that there is a part."""
        _check_parts(self.parts)


@dataclass(frozen=True, slots=True)
class Not:
    """Holds where its part is known not to hold."""

    part: Filter


Filter = Test | All | Any | Not


def columns_of(filter: Filter) -> tuple[str, ...]:
    """Name the columns that a filter asks, each once, in their order."""
    return tuple(dict.fromkeys(test.column for test in _tests(filter)))


def changed(filter: Filter, change: Callable[[Test], Filter]) -> Filter:
    """Return the filter with each of its tests put through a function."""
    match filter:
        case All(parts):
            return All(tuple(changed(part, change) for part in parts))
        case Any(parts):
            return Any(tuple(changed(part, change) for part in parts))
        case Not(part):
            return Not(changed(part, change))
    return change(filter)


def joined(filters: Iterable[Filter | None]) -> Filter | None:
    """Ask for all filters at once; None where there is none."""
    parts = tuple(filter for filter in filters if filter is not None)
    return All(parts) if len(parts) > 1 else parts[0] if parts else None


class Lists:
    """A column of lists of words, laid out by the rows that hold each word."""

    def __init__(self, column: pa.Array) -> None:
        """Take the lists of all rows (b,)."""
        words = pc.list_flatten(column)
        words = words if pa.types.is_dictionary(words.type) else words.dictionary_encode()
        codes = numbers(words.indices)
        order = np.argsort(codes, kind="stable")
        self.column = column
        self._rows = numbers(pc.list_parent_indices(column))[order].astype(np.int32)
        names = words.dictionary.to_pylist()
        ends = np.searchsorted(codes[order], np.arange(len(names) + 1))
        self._places = {name: slice(*ends[i : i + 2]) for i, name in enumerate(names)}

    def holding(self, words: Iterable[str]) -> np.ndarray:
        """Return which rows hold at least one of some words, (b,) bool."""
        held = np.zeros(len(self.column), bool)
        for word in words:
            if word in self._places:
                held[self._rows[self._places[word]]] = True
        return held

    def others(self, words: Iterable[str]) -> set[str]:
        """Return the words of all rows without some words."""
        return self._places.keys() - set(words)


Column = pa.Array | Lists


def evaluate(filter: Filter, table: Mapping[str, Column]) -> tuple[np.ndarray, np.ndarray]:
    """Ask every row of some columns; return where the filter is true and where unknown, (b,) bool.

    Raises InputError for a column that is not there and for a test that does not fit its type.
    """
    yes, no = _verdict(filter, table)
    return yes, ~(yes | no)


def there(column: Column) -> np.ndarray:
    """Return where a column has a value, (b,) bool."""
    return valid(column.column if isinstance(column, Lists) else column)


def to_json(filter: Filter) -> dict[str, Anything]:
    """Return a filter as JSON values: {"column", "op", "value"}, or one of all, any and not."""
    match filter:
        case All(parts):
            return {"all": [to_json(part) for part in parts]}
        case Any(parts):
            return {"any": [to_json(part) for part in parts]}
        case Not(part):
            return {"not": to_json(part)}
    value = list(filter.value) if isinstance(filter.value, tuple) else filter.value
    given = {} if filter.op in _BARE else {"value": value}
    return {"column": filter.column, "op": filter.op, **given}


def from_json(value: Anything) -> Filter:
    """Read what `to_json` wrote; raises InputError that names what is wrong."""
    return _read(value, _DEEPEST)


def _check_parts(parts: tuple[Filter, ...]) -> None:
    if not parts:
        raise InputError("", "filter: all and any need at least one part")


def _read(value: Anything, levels: int) -> Filter:
    if not levels:
        raise InputError("", f"filter: nested more than {_DEEPEST} levels deep")
    match value:
        case {"all": list(parts), **rest} if not rest:
            return All(tuple(_read(part, levels - 1) for part in parts))
        case {"any": list(parts), **rest} if not rest:
            return Any(tuple(_read(part, levels - 1) for part in parts))
        case {"not": part, **rest} if not rest:
            return Not(_read(part, levels - 1))
        case {"column": str(column), "op": str(op), **rest} if rest.keys() <= {"value"}:
            return Test(column, op, rest.get("value"))
    shown = repr(value)[:80]
    expected = '{"column", "op", "value"}, {"all": [...]}, {"any": [...]} or {"not": ...}'
    raise InputError("", f"filter: expected {expected}, found {shown}")


def _tests(filter: Filter) -> Iterable[Test]:
    match filter:
        case All(parts) | Any(parts):
            for part in parts:
                yield from _tests(part)
        case Not(part):
            yield from _tests(part)
        case _:
            yield filter


def _verdict(filter: Filter, table: Mapping[str, Column]) -> tuple[np.ndarray, np.ndarray]:
    """Return where a filter holds and where it is known not to hold, (b,) bool each."""
    match filter:
        case All(parts):
            yes, no = zip(*(_verdict(part, table) for part in parts), strict=True)
            return np.logical_and.reduce(yes), np.logical_or.reduce(no)
        case Any(parts):
            yes, no = zip(*(_verdict(part, table) for part in parts), strict=True)
            return np.logical_or.reduce(yes), np.logical_and.reduce(no)
        case Not(part):
            yes, no = _verdict(part, table)
            return no, yes
    if filter.column not in table:
        raise InputError("", f"filter: no column {filter.column!r}; known: {', '.join(table)}")
    return _tested(filter, table[filter.column])


def _tested(test: Test, column: Column) -> tuple[np.ndarray, np.ndarray]:
    """Ask one column."""
    known = there(column)
    kind = _kind(column)
    if test.op not in _FITS[kind] or not _suits(test, kind):
        raise InputError("", f"filter: {test.column} is {kind}; {_advice(test, kind)}")
    if test.op in _BARE:
        return (known, ~known) if test.op == "known" else (~known, known)
    if isinstance(column, Lists):
        holds = _of_list(test, column)
    elif kind == "a word":
        holds = _of_words(test, column)
    else:
        holds = _of_numbers(test, column)
    return known & holds, known & ~holds


def _of_numbers(test: Test, column: pa.Array) -> np.ndarray:
    """Compare numbers or truth values; what stands in a missing place has no meaning."""
    values = flags(column) if pa.types.is_boolean(column.type) else numbers(column)
    if test.op == "in":
        return np.logical_or.reduce([values == value for value in test.value])
    return _ORDER[test.op](values, test.value)


def _of_words(test: Test, column: pa.Array) -> np.ndarray:
    if test.op in _PARTS:
        return flags(_PARTS[test.op](column, test.value))
    if test.op in _WORD_ORDER:
        return flags(_WORD_ORDER[test.op](column, words_array([test.value])[0]))
    wanted = test.value if test.op == "in" else (test.value,)
    holds = flags(pc.is_in(column, value_set=words_array(wanted)))
    return ~holds if test.op == "!=" else holds


def _of_list(test: Test, lists: Lists) -> np.ndarray:
    """Compare lists with a set of words."""
    match test.op:
        case "has_all":
            return np.logical_and.reduce([lists.holding((word,)) for word in test.value])
        case "has_only":
            return ~lists.holding(lists.others(test.value))
        case "has_none":
            return ~lists.holding(test.value)
    return lists.holding(test.value)


def _kind(column: Column) -> str:
    """Name what a column holds as one of the kinds of `_FITS`."""
    if isinstance(column, Lists):
        return "a list of words"
    if pa.types.is_string(column.type):
        return "a word"
    return "true or false" if pa.types.is_boolean(column.type) else "a number"


def _suits(test: Test, kind: str) -> bool:
    """Tell whether the values of a test are of a column's kind."""
    if test.op in _BARE:
        return True
    values = test.value if isinstance(test.value, tuple) else (test.value,)
    types = {bool} if kind == "true or false" else {int, float} if kind == "a number" else {str}
    return all(type(value) in types for value in values)


def _is_plain(value: Anything, kinds: Anything) -> bool:
    """Tell a value that a column may hold; NaN and infinity are none."""
    return isinstance(value, kinds) and not (isinstance(value, float) and not math.isfinite(value))


def _wanted(test: Test) -> str:
    """Say which value an op takes."""
    if test.op in _BARE:
        return "it takes no value"
    if test.op in _MANY:
        return "it takes one word or more" if test.op in _SETS else "it takes one value or more"
    return "it takes a word" if test.op in _PARTS else "it takes a number, a word, true or false"


def _advice(test: Test, kind: str) -> str:
    """Say what may be asked of a kind of column."""
    if test.op not in _FITS[kind]:
        return f"{test.op!r} does not fit; known: {', '.join(_FITS[kind])}"
    return f"{test.op} cannot compare it with {test.value!r}"
