"""Filters in English: what is shown above the hits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from clac.data.chemistry import FAMILIES
from clac.properties import PROPERTIES
from index.filters import All, Any, Filter, Not, Test
from index.reading.elements import METALS
from index.reading.phrases import CHIRAL

_LABELS: Mapping[str, tuple[str, str]] = {
    **{name: (spec.label, spec.unit) for name, spec in PROPERTIES.items()},
    "density": ("density", "g/cm3"),
    "volume_per_atom": ("volume per atom", "angstrom^3"),
    "n_atoms": ("atoms per primitive cell", ""),
    "nelements": ("number of elements", ""),
    "space_group_number": ("space group", ""),
    "crystal_system": ("crystal system", ""),
    "chemical_system": ("exactly the elements", ""),
    "anonymous_formula": ("formula of the type", ""),
    "prototype": ("structure type", ""),
    "centring": ("lattice centring", ""),
    "point_group": ("point group", ""),
    "pearson": ("Pearson symbol", ""),
    "dimensionality": ("dimensionality", ""),
}
_PHRASES: Mapping[str, str] = {
    "<": "below", "<=": "at most", ">": "above", ">=": "at least", "!=": "not", "=": "",
}  # fmt: skip
_LISTS: Mapping[tuple[str, str], str] = {
    ("elements", "has_all"): "contains {and}", ("elements", "has_any"): "contains {or}",
    ("elements", "has_none"): "no {or}", ("elements", "has_only"): "no element but {and}",
    ("classes", "has_all"): "{and}", ("classes", "has_any"): "{or}",
    ("classes", "has_none"): "no {or}",
    ("uses", "has_any"): "used for {or}", ("notable", "has_any"): "{or}",
}  # fmt: skip


def say(filter: Filter) -> str:
    """Write a filter as a short English phrase, as 'band gap 1 to 2 eV'."""
    match filter:
        case All(parts):
            return _range(parts) or " and ".join(_inner(part) for part in parts)
        case Any(parts):
            return " or ".join(_inner(part) for part in _said_once(parts))
        case Not(part):
            return f"not ({say(part)})"
    return _test(filter)


def _said_once(parts: tuple[Filter, ...]) -> Iterator[Filter]:
    """Leave out a use whose words are also looked for in what is notable of a crystal."""
    notable = [p.value for p in parts if isinstance(p, Test) and p.column == "notable"]
    for part in parts:
        if not (isinstance(part, Test) and part.column == "uses" and part.value in notable):
            yield part


def _inner(filter: Filter) -> str:
    joined = isinstance(filter, (All, Any)) and not _is_range(filter)
    return f"({say(filter)})" if joined else say(filter)


def _is_range(filter: Filter) -> bool:
    return isinstance(filter, All) and bool(_range(filter.parts))


def _range(parts: tuple[Filter, ...]) -> str:
    """Write the two ends of a range in one phrase, or '' where the parts are none."""
    if len(parts) != 2 or not all(isinstance(part, Test) for part in parts):
        return ""
    low, high = parts
    assert isinstance(low, Test) and isinstance(high, Test)
    if low.column != high.column or low.op not in (">", ">=") or high.op not in ("<", "<="):
        return ""
    label, unit = _LABELS.get(low.column, (low.column, ""))
    if (low.op, high.op) == (">=", "<="):
        return f"{label} {_number(low.value)} to {_number(high.value)} {unit}".rstrip()
    first, second = _PHRASES[low.op], _PHRASES[high.op]
    ends = f"{first} {_number(low.value)} and {second} {_number(high.value)} {unit}"
    return f"{label} {ends}".rstrip()


def _number(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _test(test: Test) -> str:
    if test.column == "centrosymmetric":
        return "centrosymmetric" if test.value else "not centrosymmetric"
    if test.column == "polar":
        return "polar" if test.value else "not polar"
    if test.value == CHIRAL:
        return "chiral space group"
    values = test.value if isinstance(test.value, tuple) else (test.value,)
    shown = [_number(value) for value in values]
    if (test.column, test.op) in _LISTS:
        family = _family(values) if test.column == "elements" else ""
        if family:
            return ("no " if test.op == "has_none" else f"contains {_article(family)} ") + family
        text = {"and": _join(shown, "and"), "or": _join(shown, "or")}
        return _LISTS[test.column, test.op].format(**text)
    label, unit = _LABELS.get(test.column, (test.column.replace("_", " "), ""))
    if test.op in ("known", "missing"):
        return f"{label} {test.op}"
    if test.op == "in":
        return f"{label} {_join(shown, 'or')}"
    if test.op.startswith("has_"):
        return f"{'no ' if test.op == 'has_none' else ''}{label} {_join(_plain(shown), 'and')}"
    return " ".join(part for part in (label, _PHRASES[test.op], *shown, unit) if part)


def _plain(words: list[str]) -> list[str]:
    return [_linkage(word) for word in words]


def _linkage(word: str) -> str:
    if word.count("|") != 2:
        return word.replace(":", " ")
    first, kind, second = word.split("|")
    return f"{kind} ({first}, {second})"


def _family(values: tuple[object, ...]) -> str:
    members = frozenset(map(str, values))
    if members == METALS:
        return "metal"
    return next((name for name, group in FAMILIES.items() if group == members), "")


def _article(word: str) -> str:
    return "an" if word[0] in "aeiou" else "a"


def _join(words: list[str], last: str) -> str:
    return f"{', '.join(words[:-1])} {last} {words[-1]}" if len(words) > 1 else "".join(words)
