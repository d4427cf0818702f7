"""POSCAR and CONTCAR text to structures.

Format: https://www.vasp.at/wiki/index.php/POSCAR (version 5, which names its elements).
"""

from __future__ import annotations

import math
import re

import numpy as np

from clac.config import LimitsConfig
from clac.data.elements import number_of
from clac.data.validate import make_structure
from clac.errors import InputError
from clac.types import Structure

_COUNTS = re.compile(r"\s*\d+(\s+\d+)*\s*(!.*)?")


def read_poscar(text: str, limits: LimitsConfig) -> Structure:
    """Return the crystal of a POSCAR text.

    Raises InputError without a place; a text of version 4, which names no elements, is refused.
    """
    lines = text.splitlines()
    if len(lines) < 8:
        raise InputError("", "too short for a POSCAR: the file may be cut off")
    cell = np.array([_numbers(lines, at, 3) for at in (2, 3, 4)])
    factors = _scale(lines, cell)
    symbols, counts = _species(lines)
    n = sum(counts)
    if not 0 < n <= limits.max_atoms:
        raise InputError("", f"line 7: {n} atoms, expected 1 to {limits.max_atoms}")
    at = 8 if lines[7].strip()[:1] in {"s", "S"} else 7
    mode = lines[at].strip()[:1] if at < len(lines) else ""
    if mode not in set("dDcCkK"):
        raise InputError("", f"line {at + 1}: expected Direct or Cartesian")
    coords = np.array([_numbers(lines, at + 1 + atom, 3) for atom in range(n)])
    cartesian = mode not in {"d", "D"}
    numbers = [number_of(name) for name, count in zip(symbols, counts, strict=True)
               for _ in range(count)]  # fmt: skip
    return make_structure(cell * factors, coords * factors if cartesian else coords, numbers,
                          limits, cartesian=cartesian)  # fmt: skip


def _numbers(lines: list[str], at: int, count: int) -> list[float]:
    """Return the first numbers of a line, or refuse with the line's number."""
    words = lines[at].split()[:count] if at < len(lines) else []
    try:
        values = [float(word) for word in words]
    except ValueError:
        values = []
    if len(values) < count or not all(map(math.isfinite, values)):
        raise InputError("", f"line {at + 1}: expected {count} numbers")
    return values


def _scale(lines: list[str], cell: np.ndarray) -> np.ndarray:
    """Return the factors (3,) on Cartesian axes; a negative one states the volume."""
    words = lines[1].split("!")[0].split()
    factors = np.array(_numbers(lines, 1, 3 if len(words) >= 3 else 1))
    if factors.size == 3 and (factors > 0).all():
        return factors
    with np.errstate(all="ignore"):
        volume = abs(float(np.linalg.det(cell)))
    if factors.size != 1 or not factors[0] or not 0 < volume < math.inf:
        raise InputError("", "line 2: expected one factor, a negative volume or three factors")
    factor = factors[0] if factors[0] > 0 else math.cbrt(-factors[0] / volume)
    return np.full(3, factor)


def _species(lines: list[str]) -> tuple[list[str], list[int]]:
    """Return element symbols and how often each stands, from lines 6 and 7."""
    if _COUNTS.fullmatch(lines[5]):
        raise InputError("", "line 6: a POSCAR of version 4 names no elements; "
                             "insert a line with them before the counts")  # fmt: skip
    # VASP appends potential variants and hashes: Fe_pv, Si/9f2c
    symbols = [re.split(r"[_/.]", word)[0] for word in lines[5].split("!")[0].split()]
    if not _COUNTS.fullmatch(lines[6]):
        raise InputError("", "line 7: expected how many atoms of each element")
    counts = [int(word) if len(word) < 9 else 10**9 for word in lines[6].split("!")[0].split()]
    if len(counts) != len(symbols):
        raise InputError("", f"lines 6 and 7: {len(symbols)} elements but {len(counts)} counts")
    return symbols, counts
