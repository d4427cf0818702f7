"""What was read in a query: pieces with their filters, and how some change others."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from clac.data.chemistry import ANION_NOUNS
from index.filters import All, Any, Filter, Test

_SYMBOL = re.compile("[A-Z][a-z]?")


@dataclass(frozen=True, slots=True)
class Part:
    """What was read in the tokens from start to end."""

    start: int
    end: int
    filter: Filter
    negated: bool = False
    worded: bool = False
    """said in words, not with a number"""
    wider: Filter | None = None
    """see `sentence.Found`"""
    silent: bool = False
    """understood, but nothing to ask for"""


def settled(parts: list[Part]) -> list[Part]:
    """Let a number win over a word on the side that it bounds: 'heavy, 6 g/cm3 or more'."""
    sides = {side for part in parts if not part.worded for side in _sides(part.filter)}
    kept_parts = []
    for part in map(lambda part: _widened(part, parts), parts):
        own = _sides(part.filter) if part.worded else set()
        if not own & sides:
            kept_parts.append(part)
        elif isinstance(part.filter, All):
            kept = [test for test in part.filter.parts if not _sides(test) & sides]
            if len(kept) == 1:
                kept_parts.append(replace(part, filter=kept[0]))
    return kept_parts


def _widened(part: Part, parts: list[Part]) -> Part:
    """Let 'ternary lithium oxide' be any oxide with lithium that is ternary.

    So 'structure of NaCl' is one of rock salt where other elements are asked.
    """
    if part.wider is None:
        return part
    if isinstance(part.filter, Test) and part.filter.column == "formula":
        parts = [other for other in parts if columns_said(other.filter) != {"formula"}]
    own = _elements(part.filter)
    kind = columns_said(part.wider) == {"prototype"}
    others = (other.filter for other in parts if other is not part)
    if any(_is_beyond(filter, own, kind) for filter in others):
        return replace(part, filter=part.wider)
    return part


def _is_beyond(filter: Filter, own: set[str], kind: bool) -> bool:
    """Tell whether a filter speaks of elements besides those of a compound.

    With kind, the compound may be the namesake of a structure type: what is absent tells nothing.
    """
    match filter:
        case Test("nelements", "=", value):
            return value != len(own)
        case Test("nelements"):
            return True
        case Test("elements", "has_any"):
            return not _elements(filter) & own
        case Test("elements", "has_none"):
            return not kind
        case All(parts):
            return any(_is_beyond(part, own, kind) for part in parts)
    return not _elements(filter) <= own


def _elements(filter: Filter) -> set[str]:
    """Return the elements that a filter speaks of."""
    match filter:
        case Test("chemical_system", _, value):
            return set(str(value).split("-"))
        case Test("elements"):
            return set(map(str, values_of(filter)))
        case Test("formula", _, value):
            return set(_SYMBOL.findall(str(value)))
        case Test("classes", "has_all", (word,)):
            return {symbol for symbol, nouns in ANION_NOUNS.items() if word == nouns[0]}
        case All(parts) | Any(parts):
            return set().union(*map(_elements, parts))
    return set()


def _sides(filter: Filter) -> set[tuple[str, str]]:
    """Return the columns that a filter bounds, with '<' or '>'."""
    match filter:
        case Test(column, op):
            return {(column, op[0])} if op[0] in "<>" else set()
        case All(parts):
            return set().union(*map(_sides, parts))
    return set()


def columns_said(filter: Filter) -> set[str]:
    """Return the columns that a filter tests."""
    match filter:
        case Test(column):
            return {column}
        case All(parts) | Any(parts):
            return set().union(*map(columns_said, parts))
    return columns_said(filter.part)


def values_of(test: Test) -> tuple[object, ...]:
    """Return the values of a test as a tuple."""
    return test.value if isinstance(test.value, tuple) else (test.value,)
