"""Symmetry operations of a file or of a named space group, applied to sites.

gemmi parses the operations, numpy applies them to all sites at once.
"""

from __future__ import annotations

import math
import re
from functools import lru_cache

import gemmi
import numpy as np

from clac.data.validate import wrapped
from clac.errors import InputError

MAX_OPERATIONS = 1536
"""192 operations of the largest space groups, in an eightfold cell"""
SAME_SITE_ANG = 0.1
"""images of one site that are closer stand on a special position and are one atom"""

Operations = tuple[np.ndarray, np.ndarray]
"""rotations (m, 3, 3) and translations (m, 3) on fractional coordinates, the identity first"""
_Operation = tuple[tuple[tuple[float, ...], ...], tuple[float, ...]]
_IDENTITY: _Operation = (((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)), (0.0, 0.0, 0.0))
_TERM = re.compile(r"(?P<sign>[+-]?)(?P<number>\d{1,9}(?:\.\d{0,9})?|\.\d{1,9})?"
                   r"(?:/(?P<below>\d{1,9}))?\*?(?P<letter>[xyz])?", re.ASCII)  # fmt: skip


@lru_cache(maxsize=256)
def parsed_operations(triplets: tuple[str, ...]) -> Operations:
    """Turn triplets such as 'x, y+1/2, -z' into arrays.

    Raises InputError without a place for a triplet that is none.
    """
    return _as_arrays([_parsed(triplet) for triplet in triplets])


def _parsed(triplet: str) -> _Operation:
    """Return rotation and translation of a triplet."""
    text = "".join(gemmi.cif.as_string(triplet).split()).lower()
    try:
        return _plain(gemmi.Op(text))
    except (RuntimeError, ValueError) as error:
        problem = f"symmetry operation {triplet[:40]}: {error}"
    # gemmi leaves out settings with factors (2x-z) and shifts that are no twenty-fourths
    parts = text.split(",")
    rows = [_terms(part) for part in parts]
    if len(parts) != 3 or not all(rows):
        raise InputError("", problem)
    return tuple(row[:3] for row in rows if row), tuple(row[3] for row in rows if row)


def _terms(part: str) -> tuple[float, ...]:
    """Return the factors of x, y, z and one in a sum of terms; empty where it is none."""
    factors, at = [0.0] * 4, 0
    while at < len(part):
        term = _TERM.match(part, at)
        if term is None or (at and not term["sign"]):
            return ()
        if term["letter"] is None and term["number"] is None:
            return ()
        value = float(term["number"] or 1) / (float(term["below"] or 1) or math.inf)
        if not 0 < value < 100:
            return ()
        column = "xyz".index(term["letter"]) if term["letter"] else 3
        factors[column] += -value if term["sign"] == "-" else value
        at = term.end()
    near = round(factors[3] * gemmi.Op.DEN) / gemmi.Op.DEN
    return (*factors[:3], near if abs(near - factors[3]) < 1e-3 else factors[3])


def _plain(operation: gemmi.Op) -> _Operation:
    """Return rotation and translation of gemmi's operation."""
    den = gemmi.Op.DEN
    rotation = tuple(tuple(value / den for value in row) for row in operation.rot)
    return rotation, tuple(value / den for value in operation.tran)


def _as_arrays(operations: list[_Operation]) -> Operations:
    """Return distinct operations as arrays, the identity first."""
    distinct = dict.fromkeys([_IDENTITY, *((rotation, tuple(value % 1.0 for value in shift))
                                           for rotation, shift in operations)])  # fmt: skip
    rotations = np.array([rotation for rotation, _ in distinct])
    shifts = np.array([shift for _, shift in distinct])
    if not np.allclose(np.abs(np.linalg.det(rotations)), 1.0):
        raise InputError("", "a symmetry operation changes the volume; mend the list")
    return rotations, shifts


@lru_cache(maxsize=1024)
def named_operations(
    hall: str, name: str, number: str, alpha: str, gamma: str
) -> tuple[Operations, ...]:
    """Return the operations of a space group, once per origin that its name leaves open.

    A Hall symbol wins over a Hermann-Mauguin name, a name over a number; the angles in degrees
    tell rhombohedral from hexagonal axes. Without any of them: P 1.
    Raises InputError without a place for an unknown space group.
    """
    if hall:
        try:
            return (_as_arrays([_plain(one) for one in gemmi.symops_from_hall(hall)]),)
        except (RuntimeError, ValueError):
            pass  # Hall symbols are often mistyped where the other name is right
    if not name and not number:
        return (_as_arrays([]),)
    angles = [gemmi.cif.as_number(angle, 90.0) for angle in (alpha, gamma)]
    # "F d -3 m Z" and "S" are ICSD's way to name the second and the first origin
    if match := re.fullmatch(r"(.*\S)\s*[:\s]\s*([SZ])", name):
        name = f"{match[1]}:{'12'['SZ'.index(match[2])]}"
    for text in (name, number):
        group = gemmi.find_spacegroup_by_name(text, *angles) if text else None
        if group is None:
            continue
        groups = [group]
        if group.ext in "12" and group.ext and ":" not in text:
            groups = [other for other in gemmi.spacegroup_table()
                      if other.hm == group.hm and other.ext in "12"]  # fmt: skip
        return tuple(_as_arrays([_plain(op) for op in one.operations()]) for one in groups)
    raise InputError("", f"unknown space group {(name or number)[:40]!r}; list its operations")


def expand(
    cell: np.ndarray, frac: np.ndarray, numbers: np.ndarray, operations: Operations
) -> tuple[np.ndarray, np.ndarray]:
    """Return all atoms (n, 3), (n,) of the cell from its sites (s, 3), (s,).

    Images of a site on a special position coincide; they become one atom at their mean, which
    also mends coordinates such as 0.333.
    """
    rotations, shifts = operations
    images = np.einsum("mij,sj->smi", rotations, frac) + shifts
    m = len(rotations)
    special = (_near(images - images[:, :1], cell).sum(axis=1) > 1).nonzero()[0]
    keep = np.ones((len(frac), m), dtype=bool)
    if len(special):
        images[special], keep[special] = _merged(images[special], cell)
    return wrapped(images[keep]), np.repeat(numbers, keep.sum(axis=1))


def _merged(images: np.ndarray, cell: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return images (s, m, 3) with the first of each coincident set moved to its mean, and which.

    Each round settles one more position of every site, so a site of high symmetry needs few.
    """
    images = images.copy()
    sites = np.arange(len(images))
    free = np.ones(images.shape[:2], dtype=bool)
    first = np.zeros_like(free)
    while (open_sites := free.any(axis=1)).any():
        at = free.argmax(axis=1)
        offsets = images - images[sites, at][:, None]
        offsets -= np.rint(offsets)
        same = _near(offsets, cell) & free
        count = np.maximum(same.sum(axis=1), 1)[:, None]
        images[sites, at] += np.einsum("sm,smi->si", same, offsets) / count
        first[sites[open_sites], at[open_sites]] = True
        free &= ~same
    return images, first


def _near(offsets: np.ndarray, cell: np.ndarray) -> np.ndarray:
    """Tell which fractional offsets (..., 3) are short, up to lattice vectors."""
    vectors = (offsets - np.rint(offsets)).reshape(-1, 3) @ cell
    squares = np.einsum("ij,ij->i", vectors, vectors)
    return (squares < SAME_SITE_ANG**2).reshape(offsets.shape[:-1])
