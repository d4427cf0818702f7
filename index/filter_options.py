"""The options of the command that make a filter: each turns what was typed into one."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any as Anything

from clac.errors import InputError
from index.columns import canonical
from index.filters import Any, Filter, Test, joined
from index.optimade_filter import read_optimade

_COMPARED = re.compile(r"(.+?)(!=|<=|>=|=|<|>)(.*)", re.DOTALL)
_RANGE = re.compile(r"(\d*)\s*-\s*(\d*)")
_ANONYMOUS = re.compile(r"(?:([A-Z])\d*)+")


@dataclass(frozen=True, slots=True)
class FilterOption:
    """An option of the command."""

    name: str
    flag: str
    help: str
    read: Callable[[str], Filter]


def read_options(given: Mapping[str, Sequence[str] | None]) -> Filter | None:
    """Join what the options ask, by their names; None where none was given.

    Raises InputError that names the option which cannot be read.
    """
    filters = []
    for option in OPTIONS:
        for value in given.get(option.name) or ():
            try:
                filters.append(canonical(option.read(value)))
            except InputError as error:
                reason = error.reason.removeprefix("filter: ")
                raise InputError(option.flag, reason) from error
    return joined(filters)


def _listed(text: str) -> tuple[str, ...]:
    """Split a list at its commas."""
    words = tuple(word.strip() for word in text.split(",") if word.strip())
    if not words:
        raise InputError("", "the list is empty; part its entries by commas")
    return words


def _either(filters: Iterable[Filter]) -> Filter:
    parts = tuple(filters)
    return Any(parts) if len(parts) > 1 else parts[0]


def _elements(op: str) -> Callable[[str], Filter]:
    return lambda text: Test("elements", op, _listed(text))


def _among(column: str) -> Callable[[str], Filter]:
    def read(text: str) -> Filter:
        words = _listed(text)
        return Test(column, "in", words) if len(words) > 1 else Test(column, "=", words[0])

    return read


def _formula(text: str) -> Filter:
    return _either(map(_one_formula, _listed(text)))


def _one_formula(word: str) -> Filter:
    """Tell a formula (LiCoO2) from a system (Li-Co-O) and from an anonymous formula (ABC2)."""
    if "-" in word:
        return Test("chemical_system", "=", word)
    letters = sorted(re.findall("[A-Z]", word))
    is_anonymous = _ANONYMOUS.fullmatch(word) and letters == [
        chr(ord("A") + i) for i in range(len(letters))
    ]  # no element has the symbol A
    return Test("anonymous_formula" if is_anonymous else "formula", "=", word)


def _space_group(text: str) -> Filter:
    return _either(map(_one_space_group, _listed(text)))


def _one_space_group(word: str) -> Filter:
    if not re.fullmatch(r"\d[\d\s-]*", word):
        return Test("space_group", "=", word)
    numbers = [int(number) for number in re.findall(r"\d+", word)]
    if not all(1 <= number <= 230 for number in numbers):
        raise InputError("", f"{word!r} is no space group; give numbers from 1 to 230")
    return _spread("space_group_number", word)


def _spread(column: str, text: str) -> Filter:
    """Read 8, 1-20, 8- or -20."""
    if text.strip().isdecimal():
        return Test(column, "=", int(text))
    found = _RANGE.fullmatch(text.strip())
    if not found or not any(found.groups()):
        raise InputError("", f"{text!r} is no range; give one such as 1-20, 8- or 8")
    low, high = found.groups()
    return _between(column, int(low) if low else None, int(high) if high else None)


def _between(column: str, low: Anything, high: Anything) -> Filter:
    ends = ((">=", low), ("<=", high))
    found = joined(Test(column, op, end) for op, end in ends if end is not None)
    if found is None:
        raise InputError("", f"the range of {column} has no end; give one such as 1..2")
    return found


def _where(text: str) -> Filter:
    """Read band_gap=1..2, band_gap>1, name=periclase, band_gap=known or band_gap=missing."""
    found = _COMPARED.fullmatch(text.strip())
    if found is None or not found[3].strip():
        raise InputError("", f"{text!r} is no condition; give one such as band_gap=1..2")
    column, op, value = (part.strip() for part in found.groups())
    if op == "=" and value in ("known", "missing"):
        return Test(column, value)
    if op == "=" and ".." in value and value[0] != '"':
        low, high = (end.strip() for end in value.split("..", 1))
        return _between(column, _value(low) if low else None, _value(high) if high else None)
    return Test(column, op, _value(value))


def _value(word: str) -> float | int | str | bool:
    """Read a number, true or false, else a word, for which quotes may stand."""
    if len(word) > 1 and word[0] == word[-1] == '"':
        return word[1:-1]
    if word.lower() in ("true", "false"):
        return word.lower() == "true"
    for kind in (int, float):
        try:
            number = kind(word)
        except ValueError:
            continue
        return number if math.isfinite(number) else word
    return word


def _ids(text: str) -> Filter:
    """Read ids from a file, one a line, or from a list with commas."""
    if not os.path.isfile(text):  # unlike Path.is_file, false for a list too long for a name
        return Test("id", "in", _listed(text))
    try:
        lines = Path(text).read_text(encoding="utf-8-sig").splitlines()
    except (OSError, ValueError) as error:
        raise InputError("", f"{text}: cannot be read as a list of ids: {error}") from error
    ids = tuple(dict.fromkeys(line.strip() for line in lines if line.strip()))
    if not ids:
        raise InputError("", f"{text}: holds no id")
    return Test("id", "in", ids)


# fmt: off
OPTIONS: tuple[FilterOption, ...] = (
    FilterOption("optimade", "--filter", "A filter in the OPTIMADE language.", read_optimade),
    FilterOption("elements", "--elements", "Holds all of these: Li,O.", _elements("has_all")),
    FilterOption("any_of", "--any-of", "Holds at least one of these.", _elements("has_any")),
    FilterOption("without", "--without", "Holds none of these.", _elements("has_none")),
    FilterOption("only", "--only", "Holds no others than these.", _elements("has_only")),
    FilterOption("formula", "--formula", "LiCoO2, or ABC3, or a system Li-Co-O.", _formula),
    FilterOption("space_group", "--space-group", "Such as 225, Fm-3m or 195-230.", _space_group),
    FilterOption("crystal_system", "--crystal-system", "Such as cubic.", _among("crystal_system")),
    FilterOption("prototype", "--prototype", "A label, or a name: rock salt.", _among("prototype")),
    FilterOption("atoms", "--atoms", "Atoms of the primitive cell: 1-20.",
                 lambda text: _spread("n_atoms", text)),
    FilterOption("where", "--where", "Any column: band_gap=1..2, >, known, missing.", _where),
    FilterOption("ids", "--ids", "A file of ids, one a line, or a,b,c.", _ids),
)
# fmt: on
"""all of them may be given again, and all that are given must hold"""
