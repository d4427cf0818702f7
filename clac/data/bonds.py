"""Which atoms are bonded: the faces of Voronoi cells, weighed by size, polarity and distance.

The method and its constants are those of CrystalNN (DOI 10.1021/acs.inorgchem.0c02996), but that
polarity does not count where all elements are metals, as in the published table of bonds that the
captions are written from. Only one atom of each orbit is looked at; symmetry carries its bonds to
the others.

Shape letters: n atoms, k neighbours of some atoms, c corners of faces.
"""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, pairwise

import numpy as np
from scipy.spatial import ConvexHull, QhullError, cKDTree

from clac.data.chemistry import is_metal
from clac.data.elements import SYMBOLS
from clac.data.environment import Bonds
from clac.data.symmetry import Symmetry, operations
from clac.types import Structure

N_NUMBERS = 119
"""atomic numbers 0..118; 0 is never used"""
REACHES_ANG = (7.0, 14.0, 28.0)
"""faces are looked for so far; where a Voronoi cell is open, twice as far"""
POLARITY, MOST_POLAR = 3.0, 3.3
"""weight of a difference of electronegativity, and the greatest difference"""
SURELY_ANG, HARDLY_ANG = 0.5, 1.0
"""beyond the sum of the radii: up to where a distance counts in full, from where not at all"""
LEAST_AREA_ANG2 = 1e-9
SAME_PLACE = 1e-3
"""in fractions of the cell"""
FEW = 30_000
"""pairs of places and atoms that are quicker compared one by one than by a tree"""
_GOLDEN = (1 + 5**0.5) / 2
_WALLS = np.array(
    [np.roll((0, a, b * _GOLDEN), k) for a in (-1, 1) for b in (-1, 1) for k in range(3)]
) / math.hypot(1, _GOLDEN)
"""twelve directions, evenly: what closes a cell that is still open at last, too far for a bond"""


@dataclass(frozen=True, slots=True)
class _Near:
    """Neighbours of some atoms, those of one together."""

    centre: np.ndarray
    """(k,) int64"""
    neighbour: np.ndarray
    """(k,) int64"""
    vector: np.ndarray
    """(k, 3) float64, Angstrom"""
    distance: np.ndarray
    """(k,) float64, Angstrom"""

    def take(self, rows: np.ndarray) -> _Near:
        """Return some rows."""
        return _Near(*(getattr(self, name)[rows] for name in self.__slots__))


def find_bonds(symmetry: Symmetry) -> Bonds:
    """Find the bonds of the primitive cell; two atoms are bonded where either sees the other."""
    cell = symmetry.primitive
    seen, rotations = _copies(symmetry)
    original, vector = _around(cell, np.unique(seen))
    atom, row = np.nonzero(seen[:, None] == original)
    place = cell.frac[atom] + np.einsum("kij,kj->ki", rotations[atom], vector[row])
    ligand = _atoms_at(cell, place)
    image = np.rint(place - cell.frac[ligand]).astype(np.int64)
    one_way = np.column_stack([atom, ligand, image])
    other_way = np.column_stack([ligand, atom, -image])
    return Bonds(*_once(np.concatenate([one_way, other_way]), len(cell)))


def _once(rows: np.ndarray, n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return each of the rows (e, 5) once, in order, as centre, ligand and image."""
    # As one number a row: numpy is slow to sort rows.
    far = int(np.abs(rows[:, 2:]).max(initial=0))
    shape = (n, n, *[2 * far + 1] * 3)
    codes = np.unique(np.ravel_multi_index(tuple((rows + [0, 0, far, far, far]).T), shape))
    centre, ligand, *image = np.unravel_index(codes, shape)
    return centre, ligand, np.stack(image, axis=1) - far


def _copies(symmetry: Symmetry) -> tuple[np.ndarray, np.ndarray]:
    """Return for each atom (n,) the one to look at, and the rotation (n, 3, 3) that brings it here.

    Rotations act on fractions. An atom that no operation reaches is looked at itself.
    """
    frac = symmetry.primitive.frac
    _, first, orbit = np.unique(symmetry.orbits, return_index=True, return_inverse=True)
    rotations, translations = operations(symmetry.number)
    moved = np.einsum("gij,nj->gni", rotations, frac[first[orbit]]) + translations[:, None]
    off = moved - frac
    off = np.abs(off - np.rint(off)).max(axis=2)
    best = off.argmin(axis=0)
    atoms = np.arange(len(frac))
    reached = off[best, atoms] < SAME_PLACE
    turned = np.where(reached[:, None, None], rotations[best], np.eye(3))
    return np.where(reached, first[orbit], atoms), turned


def _atoms_at(cell: Structure, places: np.ndarray) -> np.ndarray:
    """Return the atoms (k,) at places (k, 3) in fractions, in whichever cell."""
    if len(places) * len(cell) < FEW:
        off = places[:, None] - cell.frac
        return np.abs(off - np.rint(off)).max(axis=2).argmin(axis=1)
    # Twice: what is just below zero becomes one at first.
    return cKDTree(cell.frac % 1 % 1, boxsize=1.0).query(places % 1 % 1)[1]


def _around(cell: Structure, atoms: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return what some atoms see: which atom sees (k,), and the vectors (k, 3) in fractions."""
    centre, vector = [np.empty(0, dtype=np.int64)], [np.empty((0, 3))]
    for reach in REACHES_ANG:
        near = _neighbours(cell, reach, atoms)
        starts = np.searchsorted(near.centre, np.append(atoms, len(cell)))
        corners = [_corners(near.vector[a:b]) for a, b in pairwise(starts)]
        closed = np.array([c is not None for c in corners], dtype=bool)
        if closed.any():
            faces = np.concatenate([c[0] + a for c, a in zip(corners, starts) if c is not None])
            places = np.concatenate([c[1] for c in corners if c is not None])
            rows, face = np.unique(faces.ravel(), return_inverse=True)
            near = near.take(rows)
            sizes = _sizes(near.vector, face, np.repeat(places, 3, axis=0))
            chosen = _chosen(near.centre, _weights(cell.numbers, near, *sizes))
            centre.append(near.centre[chosen])
            vector.append(near.vector[chosen])
        atoms = atoms[~closed]
        if not len(atoms):
            break
    return np.concatenate(centre), np.concatenate(vector) @ np.linalg.inv(cell.cell)


def _neighbours(cell: Structure, reach: float, atoms: np.ndarray) -> _Near:
    """Return all neighbours of some atoms; at the last reach, with walls around each."""
    most = np.ceil(reach * np.linalg.norm(np.linalg.inv(cell.cell), axis=0))
    images = np.stack(np.meshgrid(*(np.arange(-k, k + 1) for k in most), indexing="ij"), axis=-1)
    points = ((images.reshape(-1, 1, 3) + cell.frac) @ cell.cell).reshape(-1, 3)
    own = cell.frac[atoms] @ cell.cell
    # A tree, so that only the atoms that are asked for cost anything.
    seen = cKDTree(points).query_ball_point(own, reach)
    count = [len(rows) for rows in seen]
    rows = np.fromiter(chain.from_iterable(seen), np.int64, sum(count))
    vector = points[rows] - np.repeat(own, count, axis=0)
    near = _Near(np.repeat(atoms, count), rows % len(cell), vector, np.sqrt(_dot(vector, vector)))
    near = near.take(np.flatnonzero(near.distance > 1e-6))  # all but the atom itself
    if reach < REACHES_ANG[-1]:
        return near
    wall = np.repeat(atoms, len(_WALLS))
    walls = _Near(wall, wall, np.tile(reach * _WALLS, (len(atoms), 1)), np.full(len(wall), reach))
    parts = ((getattr(x, name) for x in (near, walls)) for name in _Near.__slots__)
    both = _Near(*(np.concatenate(tuple(part)) for part in parts))
    return both.take(np.argsort(both.centre, kind="stable"))


def _corners(vector: np.ndarray) -> tuple[np.ndarray, np.ndarray] | None:
    """Return the three faces (c, 3) that meet in each corner of a Voronoi cell, and its place.

    Faces are rows of the vectors (k, 3). Corners are the facets of the convex hull of the inverted
    points. None for a cell that is open.
    """
    try:
        hull = ConvexHull(vector / _dot(vector, vector)[:, None])
    except (QhullError, ValueError):  # flat, or too few points
        return None
    normal, offset = hull.equations[:, :3], hull.equations[:, 3:]
    return None if offset.max() > -1e-9 else (hull.simplices, normal / (-2 * offset))


def _sizes(
    vector: np.ndarray, face: np.ndarray, corner: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return solid angle and area (k,) of faces, sums over triangles about the middle of each.

    Face (c,) and corner (c, 3): each corner of each face.
    """
    k = len(vector)
    count = np.bincount(face, minlength=k)[:, None]
    middle = np.stack([np.bincount(face, x, minlength=k) for x in corner.T], axis=1) / count
    # Corners in their order around a face: by the angle in two directions across it.
    normal = vector / np.sqrt(_dot(vector, vector))[:, None]
    first = _cross(normal, np.eye(3)[np.abs(normal).argmin(axis=1)])
    second = _cross(normal, first)
    out = corner - middle[face]
    turn = np.arctan2(_dot(out, second[face]), _dot(out, first[face]))
    order = np.lexsort((turn, face))
    face, b = face[order], corner[order]
    follows = np.arange(1, len(face) + 1)
    last = np.flatnonzero(np.append(face[1:] != face[:-1], True))
    follows[last] = np.append(0, last[:-1] + 1)
    a, c = middle[face], b[follows]
    across = _cross(b - a, c - a)
    area = np.sqrt(_dot(across, across)) / 2
    return (np.bincount(face, _solid_angles(a, b, c), minlength=k),
            np.bincount(face, area, minlength=k))  # fmt: skip


def _solid_angles(a: np.ndarray, b: np.ndarray, c: np.ndarray) -> np.ndarray:
    """Return the solid angles (t,) of triangles, seen from the origin.

    Source: Van Oosterom and Strackee, DOI 10.1109/TBME.1983.325207.
    """
    la, lb, lc = (np.sqrt(_dot(x, x)) for x in (a, b, c))
    volume = np.abs(_dot(a, _cross(b, c)))
    return 2 * np.arctan2(
        volume, la * lb * lc + _dot(a, b) * lc + _dot(b, c) * la + _dot(c, a) * lb
    )


# numpy's own take much longer for the few rows of one crystal.
def _cross(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    (ax, ay, az), (bx, by, bz) = a.T, b.T
    return np.stack([ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx], axis=1)


def _dot(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.einsum("ij,ij->i", a, b)


def _weights(numbers: np.ndarray, near: _Near, angle: np.ndarray, area: np.ndarray) -> np.ndarray:
    """Weigh neighbours (k,), rounded to three decimals as the method has it."""
    radius, polar, metal = _elements()
    ours, theirs = numbers[near.centre], numbers[near.neighbour]
    real = area > LEAST_AREA_ANG2
    weight = np.where(real, angle**2 / np.maximum(area, LEAST_AREA_ANG2), 0)
    if not metal[numbers].all():
        apart = np.nan_to_num(np.abs(polar[ours] - polar[theirs]))
        weight *= 1 + POLARITY * np.sqrt(apart / MOST_POLAR)
    most = np.full(len(numbers), 1e-30)
    np.maximum.at(most, near.centre, weight)
    beyond = near.distance - radius[ours] - radius[theirs]
    share = ((beyond - SURELY_ANG) / (HARDLY_ANG - SURELY_ANG)).clip(0, 1)
    return np.round(weight / most[near.centre] * (1 + np.cos(math.pi * share)) / 2, 3)


def _chosen(centre: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Return the rows of each centre's likeliest set of neighbours, those of the greatest weights.

    The likelihood that all above a weight are bonded is the part of a quarter circle between it
    and the next lower weight; that of none is what is left.
    """
    order = np.lexsort((-weight, centre))
    centre, weight = centre[order], weight[order]
    below = (weight * np.sqrt(1 - weight**2) + np.arcsin(weight)) / (math.pi / 2)
    ends = np.append(centre[1:] != centre[:-1], True)
    likely = below - np.where(ends, 0, np.append(below[1:], 0))
    most, whole, least = np.zeros((3, centre[-1] + 1))
    np.maximum.at(most, centre, likely)
    np.maximum.at(whole, centre, below)
    np.maximum.at(least, centre, np.where(likely == most[centre], weight, 0))
    some = 1 - whole <= most
    return order[(weight > 0) & (weight >= least[centre]) & some[centre]]


@lru_cache(maxsize=1)
def _elements() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Tabulate covalent radius in Angstrom, electronegativity and metals (119,) by number.

    Radii: DOI 10.1039/b801115j, those of Mn, Fe and Co between their states of spin.
    """
    # Imported here so that words alone do not pay for ase.
    from ase.data import covalent_radii
    from pymatgen.core import Element

    radius = covalent_radii[:N_NUMBERS].copy()
    radius[[6, 25, 26, 27]] = 0.73, 1.50, 1.42, 1.38
    polar, metal = np.full(N_NUMBERS, np.nan), np.zeros(N_NUMBERS, dtype=bool)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pymatgen warns of each value that is not known
        for z in range(1, 104):  # of heavier ones next to nothing is known
            polar[z] = Element.from_Z(z).X
            metal[z] = is_metal(SYMBOLS[z - 1])
    return radius, polar, metal
