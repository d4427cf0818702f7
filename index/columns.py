"""The columns that a filter may name, and the one spelling of their values.

A formula is the same in any order of its elements, a space group has many symbols, a structure type
many names: `canonical` turns all of them into what the catalog holds.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from math import gcd
from string import ascii_lowercase, ascii_uppercase
from typing import Any as Anything

import pyarrow as pa

from clac.data.elements import ELEMENT_NAMES, OTHER_SPELLINGS, SYMBOLS
from clac.errors import InputError
from index.filters import Any, Filter, Test, changed

FACTS = pa.schema(
    [
        ("elements", pa.list_(pa.string())),
        ("nelements", pa.int16()),
        ("chemical_formula_reduced", pa.string()),
        ("chemical_formula_anonymous", pa.string()),
        ("chemical_system", pa.string()),
        ("nsites", pa.int32()),
        ("prototypes", pa.list_(pa.string())),
        ("classes", pa.list_(pa.string())),
        ("centring", pa.string()),
        ("point_group", pa.string()),
        ("pearson", pa.string()),
        ("centrosymmetric", pa.bool_()),
        ("polar", pa.bool_()),
        ("dimensionality", pa.string()),
        ("coordination", pa.list_(pa.string())),
        ("polyhedra", pa.list_(pa.string())),
        ("linkages", pa.list_(pa.string())),
        ("uses", pa.list_(pa.string())),
        ("notable", pa.list_(pa.string())),
        ("density", pa.float64()),
        ("volume_per_atom", pa.float64()),
        ("date", pa.string()),
    ]
)
"""what only filters ask for: formulas as OPTIMADE writes them (elements by alphabet, CoLiO2; A2BC),
system as Co-Li-O, sites of the cell as it was given, prototype label and lower-case names, compound
classes, coordination 6 and Ti:6, polyhedra octahedron and Ti octahedron, linkages corner and
octahedron|corner|octahedron, uses and notable properties in the words of the lexicon, g/cm3,
Angstrom^3, day as 2020-01-31; missing where unknown"""
OF_OPTIMADE = frozenset(
    ("id", "elements", "nelements", "nsites", "chemical_formula_reduced",
     "chemical_formula_anonymous")
)  # fmt: skip
"""columns that the OPTIMADE standard defines; others bear the prefix of their owner"""
DATES = ("date", "created_at", "last_modified")
"""properties that may hold the day, the preferred one first"""
_SYSTEMS = ("triclinic", "monoclinic", "orthorhombic", "tetragonal", "trigonal", "hexagonal",
            "cubic")  # fmt: skip
_PART = re.compile(r"([A-Z][a-z]?)(\d*)")
_GROUP = re.compile(r"\(((?:[A-Z][a-z]?\d*)+)\)(\d*)")
_LONGEST_FORMULA = 200
_NAMES: Mapping[str, str] = {
    **{name: symbol for symbol, name in ELEMENT_NAMES.items()},
    **{OTHER_SPELLINGS[name]: s for s, name in ELEMENT_NAMES.items() if name in OTHER_SPELLINGS},
}


def canonical(filter: Filter) -> Filter:
    """Write the values of a filter as the catalog holds them.

    Raises InputError for a value that no crystal can have, such as an unknown element.
    """
    return changed(filter, _canonical)


def reduced(elements: tuple[str, ...], amounts: tuple[int, ...]) -> str:
    """Write a reduced formula with its elements in alphabetical order: CoLiO2."""
    divisor = gcd(*amounts)
    return _written(sorted((e, n // divisor) for e, n in zip(elements, amounts, strict=True)))


def anonymous(amounts: tuple[int, ...]) -> str:
    """Write an anonymous formula with its amounts falling: A2BC."""
    divisor = gcd(*amounts)
    # The 27th letter of OPTIMADE is Aa, then Ba.
    letters = (*ascii_uppercase, *(a + b for b in ascii_lowercase for a in ascii_uppercase))
    falling = sorted((n // divisor for n in amounts), reverse=True)
    return _written(list(zip(letters, falling, strict=False)))


def day_of(properties: Mapping[str, Anything]) -> str | None:
    """Return the day of a record as 2020-01-31, or None where it states none."""
    for name in DATES:
        try:
            return _day(properties[name])
        except (InputError, KeyError):
            continue
    return None


def column_slug(column: str) -> str:
    """Write a column's name with the letters that OPTIMADE allows: a-z, 0-9 and _."""
    return re.sub(r"[^a-z0-9_]", "_", column.lower())


def _canonical(test: Test) -> Filter:
    """Write the values of one test as the catalog holds them."""
    column, read = _SPELLINGS.get(test.column, (test.column, None))
    if test.op in ("contains", "starts", "ends") and test.column == "prototype":
        return Any((test, Test("prototype_name", test.op, test.value)))
    exact = test.op in ("=", "!=", "in") or test.op.startswith("has_") or column == "date"
    if read is None or not exact or test.value is None:  # words as they are shown
        return Test(_SHOWN.get(test.column, test.column), test.op, test.value)
    values = test.value if isinstance(test.value, tuple) else (test.value,)
    values = tuple(dict.fromkeys(map(read, values)))
    if column == "prototypes" and test.op in ("=", "!=", "in"):
        return Test(column, "has_none" if test.op == "!=" else "has_any", values)
    return Test(column, test.op, values if isinstance(test.value, tuple) else values[0])


def _formula(value: Anything) -> str:
    """Read a formula in any order of its elements, with or without brackets."""
    parts = _PART.findall(_without_brackets(str(value)))
    plain = "".join(a + b for a, b in parts)
    if not parts or plain != _without_brackets(str(value)) or "0" in {b for _, b in parts}:
        raise InputError("", f"filter: {value!r} is no formula; give one such as LiCoO2")
    amounts: dict[str, int] = {}
    for symbol, amount in parts:
        symbol = _symbol(symbol)
        amounts[symbol] = amounts.get(symbol, 0) + int(amount or 1)
    return reduced(tuple(amounts), tuple(amounts.values()))


def _without_brackets(text: str) -> str:
    """Multiply out groups: 'Ca(OH)2' -> 'CaO2H2'; what is no group stays as it is."""
    while (group := _GROUP.search(text)) and len(text) <= _LONGEST_FORMULA:
        times = int(group[2] or 1)
        inner = "".join(f"{s}{int(n or 1) * times}" for s, n in _PART.findall(group[1]))
        text = text[: group.start()] + inner + text[group.end() :]
    return text


def _anonymous(value: Anything) -> str:
    """Read an anonymous formula in any order of its letters."""
    parts = _PART.findall(str(value))
    if not parts or "".join(a + b for a, b in parts) != str(value) or "0" in {b for _, b in parts}:
        raise InputError("", f"filter: {value!r} is no anonymous formula; give one such as ABC3")
    if len({letter for letter, _ in parts}) < len(parts):
        raise InputError("", f"filter: {value!r} names a letter twice; give one such as ABC3")
    return anonymous(tuple(int(amount or 1) for _, amount in parts))


def _system(value: Anything) -> str:
    """Read a chemical system in any order: Li-Co-O, 'Li Co O' or Li,Co,O."""
    return "-".join(sorted({_symbol(part) for part in re.split(r"[-,\s]+", str(value).strip())}))


def _symbol(value: Anything) -> str:
    """Read a chemical symbol or the English name of an element."""
    word = str(value).strip()
    symbol = _NAMES.get(word.lower(), word.title())
    if symbol not in SYMBOLS:
        raise InputError("", f"filter: {word!r} is no element; give a symbol such as Li")
    return symbol


def _space_group(value: Anything) -> int:
    """Read a number or a Hermann-Mauguin symbol of any setting, such as P6_3/mmc or Pbnm."""
    import gemmi  # a tenth of a second that only symbols need

    found = gemmi.find_spacegroup_by_name(str(value).replace("_", "").strip())
    if found is None:
        known = "give a number from 1 to 230 or a symbol such as P6_3/mmc"
        raise InputError("", f"filter: {value!r} is no space group; {known}")
    return int(found.number)


def _crystal_system(value: Anything) -> str:
    word = str(value).strip().lower()
    if word not in _SYSTEMS:
        known = ", ".join(_SYSTEMS)
        raise InputError("", f"filter: {value!r} is no crystal system; known: {known}")
    return word


def _prototype(value: Anything) -> str:
    """Read a label of a prototype or any name of a structure type, such as NaCl-type."""
    from clac.data.structure_types import find_structure_type

    word = str(value).strip()
    if re.search(r"_[a-z]{2}\d+_\d+_", word, re.IGNORECASE):
        return word
    kind = find_structure_type(word)
    return (kind.name if kind else word).lower()


def _day(value: Anything) -> str:
    """Read a day, or a time that begins one."""
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError as error:
        reason = f"filter: {value!r} is no day; give one such as {date(2020, 1, 31)}"
        raise InputError("", reason) from error
    return found.date().isoformat()


def _written(parts: list[tuple[str, int]]) -> str:
    return "".join(f"{name}{n if n > 1 else ''}" for name, n in parts)


_SHOWN = {"anonymous_formula": "chemical_formula_anonymous"}
_SPELLINGS: Mapping[str, tuple[str, Callable[[Anything], Anything]]] = {
    "formula": ("chemical_formula_reduced", _formula),
    "chemical_formula_reduced": ("chemical_formula_reduced", _formula),
    "anonymous_formula": ("chemical_formula_anonymous", _anonymous),
    "chemical_formula_anonymous": ("chemical_formula_anonymous", _anonymous),
    "chemical_system": ("chemical_system", _system),
    "elements": ("elements", _symbol),
    "space_group": ("space_group_number", _space_group),
    "crystal_system": ("crystal_system", _crystal_system),
    "prototype": ("prototypes", _prototype),
    "prototypes": ("prototypes", _prototype),
    "date": ("date", _day),
}
"""column as it may be named -> column of the catalog, and how its values are read"""
