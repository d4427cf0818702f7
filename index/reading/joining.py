"""Neighbours in a query that belong together: 'cubic or tetragonal', 'space groups 14 and 15'."""

from __future__ import annotations

from itertools import pairwise

from index.filters import All, Any, Filter, Test
from index.reading.negation import negate
from index.reading.parts import Part, columns_said, values_of
from index.reading.sentence import Sentence

_JOINTS = frozenset((",", "or", "and", "/", "either", "a", "an", "nor", "the", "with"))
_DESCRIBED = 4
"""words of a description of a class, which may be shorter"""
_SINGLE = frozenset(
    ("crystal_system", "prototype", "space_group_number", "dimensionality", "centring", "formula",
     "anonymous_formula", "nelements", "chemical_system", "point_group", "pearson")
)  # fmt: skip
"""columns with one value for each crystal: 'cubic and tetragonal' can only mean either"""


def joined(s: Sentence, parts: list[Part]) -> list[Part]:
    """Join neighbours: 'cubic or tetragonal', 'space groups 14 and 15', 'not cubic or layered'."""
    found: list[Part] = []
    k = 0
    while k < len(parts):
        last = k
        while (
            last + 1 < len(parts)
            and _joint(s, parts[last], parts[last + 1])
            and (
                (
                    _column(parts[last]) == _column(parts[last + 1]) != ""
                    and not any(map(_is_described, parts[last : last + 2]))
                )
                or "or" in _joint(s, parts[last], parts[last + 1])
            )
        ):
            last += 1
        found += _join(s, parts[k : last + 1])
        k = last + 1
    return found


def _is_described(part: Part) -> bool:
    """Tell a class in many words, which is no item of a list: 'compound whose anion is oxygen'."""
    return _column(part) == "classes" and part.end - part.start >= _DESCRIBED


def _joint(s: Sentence, first: Part, second: Part) -> tuple[str, ...]:
    """Return the words between two parts where they only join, else ()."""
    words = s.words[first.end : second.start]
    if words == ("/",) and not s.glued(first.end) and not _is_value(first.filter):
        return ()  # a stroke between blanks parts the items of a list
    return words if words and _JOINTS.issuperset(words) else ()


def _join(s: Sentence, run: list[Part]) -> list[Part]:
    if len(run) < 2:
        return run
    joints = [word for a, b in pairwise(run) for word in _joint(s, a, b)]
    some = "or" in joints or "/" in joints or "nor" in joints
    if run[0].negated:
        if not some:
            return run
        tests = [p.filter if p.negated else negate(p.filter) for p in run]
        return [Part(p.start, p.end, t, True) for p, t in zip(run, tests)]
    if any(part.negated for part in run):
        return run
    if _column(run[0]) == "classes":
        return [Part(run[0].start, run[-1].end, _any_class([part.filter for part in run]))]
    if not some and not (_column(run[0]) in _SINGLE and all(_is_value(p.filter) for p in run)):
        return run
    return [Part(run[0].start, run[-1].end, _any([part.filter for part in run]))]


def _column(part: Part) -> str:
    """Return the one column that a part tests, 'classes' for a class with its elements, or ''."""
    columns = columns_said(part.filter)
    if columns == {"classes", "elements"} and _class_of(part.filter):
        return "classes"
    return columns.pop() if len(columns) == 1 else ""


def _class_of(filter: Filter) -> tuple[tuple[Filter, ...], Test] | None:
    """Part 'oxides of iron' into the tests of its elements and that of its class."""
    parts = filter.parts if isinstance(filter, All) else (filter,)
    classes = [p for p in parts if isinstance(p, Test) and p.column == "classes"]
    others = tuple(p for p in parts if p not in classes)
    return (others, classes[0]) if len(classes) == 1 and classes[0].op == "has_all" else None


def _any_class(filters: list[Filter]) -> Filter:
    """Join classes; in 'nitrides and carbides of tungsten' the elements belong to all of them."""
    split = [found for found in map(_class_of, filters) if found]
    named = [others for others, _ in split if others]
    if len(split) < len(filters) or len(named) > 1:
        return Any(tuple(filters))
    some = _any([test for _, test in split])
    return All((*named[0], some)) if named else some


def _is_value(filter: Filter) -> bool:
    return isinstance(filter, Test) and filter.op in ("=", "in")


def _any(filters: list[Filter]) -> Filter:
    """Join filters by or; values of one column become one test."""
    columns = {column for filter in filters for column in columns_said(filter)}
    if len(columns) == 1 and all(isinstance(f, Test) for f in filters):
        (column,) = columns
        tests = [f for f in filters if isinstance(f, Test)]
        values = tuple(dict.fromkeys(value for test in tests for value in values_of(test)))
        if all(map(_is_value, tests)) and not isinstance(values[0], bool):
            return Test(column, "in", values) if len(values) > 1 else tests[0]
        if all(t.op in ("has_any", "has_all") and len(values_of(t)) == 1 for t in tests):
            return Test(column, "has_any", values)
    return Any(tuple(filters))
