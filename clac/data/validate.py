"""The gate before all numerical code: only crystals that can be computed with pass.

Neighbour lists and symmetry searches crash, hang or eat all memory on NaN, flat, tiny or crowded
cells, so everything here is plain arithmetic until the cell is known to be sane.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from typing import Any

import numpy as np

from clac.config import GraphConfig, LimitsConfig
from clac.data.elements import SYMBOLS
from clac.errors import InputError
from clac.types import Structure

BLOCK = 256
"""atoms whose pairs are looked at in one step"""
MAX_FRACTION = 1e4
"""coordinates so many cells away have lost the digits that matter"""
FLATNESS = 0.1
"""least spacing of lattice planes over least length: below, a cell is flat or needs reduction"""

Vector = list[float]


@contextmanager
def place(origin: str) -> Iterator[None]:
    """Give an InputError without a place this one."""
    try:
        yield
    except InputError as error:
        if error.origin:
            raise
        raise InputError(origin, error.reason) from error


def check_structure(structure: Structure, limits: LimitsConfig | None = None) -> None:
    """Refuse what cannot be computed with; return nothing for a sane crystal.

    Shapes (3, 3), (n, 3), (n,); Angstrom. Checks in this order: shapes, atom count, atomic
    numbers, finite values, lengths, volume, skewness, coordinates, predicted edges within the
    graph cutoff, and the shortest periodic distance.
    Raises InputError without a place, with a reason that tells what to mend.
    """
    limits = limits or LimitsConfig()
    _check_shapes(structure, limits)
    spacings, volume = _check_cell(structure.cell.tolist(), len(structure), limits)
    _check_edges(len(structure), volume, limits)
    _check_distances(structure, spacings, limits)


def make_structure(
    cell: Any, coords: Any, numbers: Any, limits: LimitsConfig | None = None, *,
    cartesian: bool = False,
) -> Structure:  # fmt: skip
    """Build a checked structure from (3, 3) or six cell values, (n, 3) coordinates, (n,) numbers.

    Nested lists, flat lists and arrays are all right; coordinates are wrapped into [0, 1).
    Raises InputError without a place for what `check_structure` refuses.
    """
    limits = limits or LimitsConfig()
    matrix = _numeric(cell, "the cell")
    if matrix.shape == (6,):
        matrix = cell_from_parameters(*matrix.tolist())
    elif matrix.shape == (9,):
        matrix = matrix.reshape(3, 3)
    z = _numeric(numbers, "atomic numbers")
    points = _numeric(coords, "coordinates")
    if points.ndim == 1 and z.ndim == 1 and points.size == 3 * z.size:
        points = points.reshape(-1, 3)
    if not np.array_equal(z, np.rint(z)) or (z.size and not 0 < z.min() <= z.max() < 1000):
        raise InputError("", "atomic numbers must be whole numbers from 1 to 118")
    raw = Structure(matrix, points, z.astype(np.int64))
    _check_shapes(raw, limits)
    if cartesian:
        # a singular cell cannot be inverted, so it is judged first
        _check_cell(matrix.tolist(), len(z), limits)
        points = points @ np.linalg.inv(matrix)
    structure = Structure(matrix, wrapped(points), raw.numbers)
    check_structure(structure, limits)
    return structure


def cell_from_parameters(
    a: float, b: float, c: float, alpha: float, beta: float, gamma: float
) -> np.ndarray:
    """Return the (3, 3) cell of lengths in Angstrom and angles in degrees: a along x, b in xy.

    Raises InputError without a place for angles that no cell has.
    """
    values = (a, b, c, alpha, beta, gamma)
    if not all(map(math.isfinite, values)):
        raise InputError("", f"the cell has a value that is no number: {_listed(values)}")
    if min(a, b, c) <= 0 or not all(0 < angle < 180 for angle in values[3:]):
        raise InputError("", f"no cell has the lengths and angles {_listed(values)}")
    cos_a, cos_b, cos_g = (_cosine(angle) for angle in values[3:])
    sin_g = math.sqrt(1 - cos_g * cos_g)
    x = cos_b
    y = (cos_a - cos_b * cos_g) / sin_g
    rest = 1 - x * x - y * y
    if rest <= 0:
        raise InputError("", f"the angles {_listed(values[3:])} close no cell: it would be flat")
    rows = [[a, 0, 0], [b * cos_g, b * sin_g, 0], [c * x, c * y, c * math.sqrt(rest)]]
    return np.array(rows, dtype=np.float64)


def wrapped(frac: np.ndarray) -> np.ndarray:
    """Return fractional coordinates moved into [0, 1)."""
    inside = frac - np.floor(frac)
    inside[inside >= 1.0] = 0.0  # -1e-17 - floor(-1e-17) rounds to one
    return inside


def _cosine(degrees: float) -> float:
    """Return a cosine that is exact where cells are."""
    exact = {90.0: 0.0, 60.0: 0.5, 120.0: -0.5}
    return exact.get(degrees, math.cos(math.radians(degrees)))


def _listed(values: Any) -> str:
    """Write numbers side by side."""
    return " ".join(f"{value:g}" for value in values)


def _numeric(values: Any, what: str) -> np.ndarray:
    """Return an array of float64 or refuse."""
    try:
        array = np.array(values, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        raise InputError("", f"{what}: not a regular table of numbers") from None
    if not np.isfinite(array).all():
        raise InputError("", f"{what}: a value is missing, infinite or no number")
    return array


def _check_shapes(structure: Structure, limits: LimitsConfig) -> None:
    """Refuse wrong shapes and types, too many atoms, unknown elements, values not finite."""
    cell, frac, numbers = structure.cell, structure.frac, structure.numbers
    if not all(isinstance(array, np.ndarray) for array in (cell, frac, numbers)):
        raise InputError("", "cell, coordinates and atomic numbers must be numpy arrays")
    if cell.shape != (3, 3):
        raise InputError("", f"no cell: expected three lattice vectors, found shape {cell.shape}")
    if numbers.ndim != 1 or frac.shape != (len(numbers), 3):
        raise InputError("", f"{frac.shape} coordinates do not fit {numbers.shape} atoms")
    if not len(numbers):
        raise InputError("", "no atoms")
    if len(numbers) > limits.max_atoms:
        raise InputError("", f"{len(numbers)} atoms in the cell, at most {limits.max_atoms}; "
                             "give a smaller cell")  # fmt: skip
    if cell.dtype.kind != "f" or frac.dtype.kind != "f" or numbers.dtype.kind not in "iu":
        raise InputError("", "cell and coordinates must be real, atomic numbers whole numbers")
    if numbers.min() < 1 or numbers.max() > len(SYMBOLS):
        raise InputError("", "an atomic number is not between 1 and 118; dummy atoms are not atoms")
    if not np.isfinite(cell).all():
        raise InputError("", "the cell has a value that is missing, infinite or no number")
    if not np.abs(frac).max() < MAX_FRACTION:  # also true for NaN
        raise InputError("", "a coordinate is missing, no number, or far outside the cell")


def _check_cell(rows: list[Vector], n: int, limits: LimitsConfig) -> tuple[Vector, float]:
    """Refuse absurd lengths, volumes and skewness; return plane spacings and the volume."""
    for name, row in zip("abc", rows, strict=True):
        length = math.sqrt(_dot(row, row))
        if not limits.min_length_ang <= length <= limits.max_length_ang:
            raise InputError("", f"lattice vector {name} is {length:.4g} Angstrom long (allowed "
                                 f"{limits.min_length_ang:g} to {limits.max_length_ang:g}); "
                                 "check the unit")  # fmt: skip
    crosses = [_cross(rows[i - 2], rows[i - 1]) for i in range(3)]
    volume = abs(_dot(rows[0], crosses[0]))
    spacings = [volume / (math.sqrt(_dot(normal, normal)) or math.inf) for normal in crosses]
    least, most = limits.min_volume_per_atom_ang3, limits.max_volume_per_atom_ang3
    if not least <= volume / n <= most:
        raise InputError("", f"the cell holds {volume / n:.4g} cubic Angstrom per atom (allowed "
                             f"{least:g} to {most:g}): flat, empty or crowded; check cell and "
                             "unit")  # fmt: skip
    if min(spacings) < FLATNESS * limits.min_length_ang:
        raise InputError("", "the cell is almost flat; give a reduced (Niggli) cell")
    return spacings, volume


def _check_edges(n: int, volume: float, limits: LimitsConfig) -> None:
    """Refuse a crystal whose graph would not fit, from its density alone."""
    cutoff = GraphConfig().cutoff_ang
    edges = n * n * 4.0 / 3.0 * math.pi * cutoff**3 / volume
    if edges > limits.max_edges:
        raise InputError("", f"about {edges:.2g} neighbours within {cutoff:g} Angstrom, at most "
                             f"{limits.max_edges}; give a smaller cell")  # fmt: skip


def _check_distances(structure: Structure, spacings: Vector, limits: LimitsConfig) -> None:
    """Refuse overlapping atoms, also across the faces of skewed cells."""
    least = limits.min_distance_ang
    cell, frac = structure.cell, structure.frac
    if min(spacings) < max(limits.min_length_ang, 2 * least):
        cell, frac = _reduced(cell, frac)
        closest = _shortest_translation(cell)
        if closest < limits.min_length_ang:
            raise InputError("", f"atoms repeat every {closest:.3g} Angstrom; check the cell")
        spacings = (1.0 / np.linalg.norm(np.linalg.inv(cell), axis=0)).tolist()
    i, j, distance = _closest_pair(cell, frac, spacings, least)
    if distance < least:
        symbols = [SYMBOLS[structure.numbers[k] - 1] for k in (i, j)]
        raise InputError("", f"atoms {i + 1} ({symbols[0]}) and {j + 1} ({symbols[1]}) are "
                             f"{distance:.3f} Angstrom apart, closer than {least:g}; "
                             "remove duplicate or disordered sites")  # fmt: skip


def _closest_pair(
    cell: np.ndarray, frac: np.ndarray, spacings: Vector, within: float
) -> tuple[int, int, float]:
    """Return the closest two atoms and their distance, exact wherever it is below `within`.

    Along each axis a pair closer than d differs from whole cells by at most d / spacing, so
    rounding finds the image unless that exceeds one half; then the next images are tried too.
    Comparing along one axis first leaves few pairs. (vesin would be faster above 500 atoms, but
    its import takes two seconds where torch is installed.)
    """
    axis = max(range(3), key=spacings.__getitem__)
    reach = [max(0, math.ceil(within / spacing - 0.5)) for spacing in spacings]
    images = list(product(*(range(-r, r + 1) for r in reach)))
    best = (0, 0, math.inf)
    for start in range(0, len(frac), BLOCK):
        along = frac[start : start + BLOCK, None, axis] - frac[None, start:, axis]
        along -= np.rint(along)
        i, j = np.nonzero(np.abs(along) * spacings[axis] < within)
        i, j = i[j > i] + start, j[j > i] + start
        if not len(i):
            continue
        delta = frac[i] - frac[j]
        delta -= np.rint(delta)
        for image in images:
            vectors = (delta + image) @ cell
            squares = np.einsum("ij,ij->i", vectors, vectors)
            at = int(squares.argmin())
            if squares[at] < best[2] ** 2:
                best = (int(i[at]), int(j[at]), math.sqrt(squares[at]))
    return best


def _reduced(cell: np.ndarray, frac: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the same crystal on short lattice vectors, by greedy pairwise reduction.

    Each step subtracts from a vector the whole multiple of another that shortens it.
    """
    rows = cell.copy()
    for _ in range(1000):
        squares = np.einsum("ij,ij->i", rows, rows)
        gram = rows @ rows.T
        steps = np.rint(gram / squares[None, :])
        np.fill_diagonal(steps, 0)
        gains = 2 * steps * gram - steps * steps * squares[None, :]
        i, j = np.unravel_index(int(gains.argmax()), gains.shape)
        if gains[i, j] <= 1e-9 * squares[i]:
            break
        rows[i] -= steps[i, j] * rows[j]
    return rows, wrapped(frac @ (cell @ np.linalg.inv(rows)))


def _shortest_translation(cell: np.ndarray) -> float:
    """Return the length of the shortest lattice vector of a reduced cell."""
    steps = np.array([image for image in product(range(-2, 3), repeat=3) if any(image)])
    return float(np.sqrt(((steps @ cell) ** 2).sum(axis=1).min()))


def _dot(u: Vector, v: Vector) -> float:
    """Return the scalar product."""
    return u[0] * v[0] + u[1] * v[1] + u[2] * v[2]


def _cross(u: Vector, v: Vector) -> Vector:
    """Return the vector product."""
    return [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]]
