"""Which atoms are bonded: the faces of Voronoi cells, weighed by size, polarity and distance.

The method and its constants are those of CrystalNN (DOI 10.1021/acs.inorgchem.0c02996); where all
elements are metals, polarity is not counted. Only one atom of each orbit is looked at; symmetry
carries its bonds to the others.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import moyopy
import numpy as np
from scipy.spatial import ConvexHull, QhullError

from clac.data.chemistry import is_metal
from clac.data.elements import SYMBOLS
from clac.data.environment import Bonds
from clac.data.neighbours import neighbours_within
from clac.data.symmetry import Symmetry
from clac.types import Structure

REACH_ANG, FARTHEST_ANG = 7.0, 60.0
"""faces are looked for so far; where a Voronoi cell is open there, twice as far, again and again"""
N_NUMBERS = 119
"""atomic numbers 0..118; 0 is never used"""
NEAREST = 48
"""neighbours that nearly always hold every face"""
POLARITY, MOST_POLAR = 3.0, 3.3
"""weight of a difference of electronegativity, and the greatest difference"""
SURELY_ANG, HARDLY_ANG = 0.5, 1.0
"""beyond the sum of the radii: up to where a distance counts in full, from where not at all"""
LEAST_AREA_ANG2 = 1e-9
SAME_PLACE = 1e-3
"""in fractions of the cell"""

Seen = tuple[np.ndarray, np.ndarray]
"""indices (k,) of the atoms bonded to one, and the vectors (k, 3) to them in fractions"""


def find_bonds(symmetry: Symmetry) -> Bonds:
    """Find the bonds of the primitive cell; two atoms are bonded where either sees the other."""
    cell = symmetry.primitive
    seen, rotations = _copies(symmetry)
    found = []
    for original, (ligand, vectors) in _around(cell, np.unique(seen)).items():
        atoms = np.flatnonzero(seen == original)
        centre = np.repeat(atoms, len(ligand))
        vectors = np.einsum("aij,kj->aki", rotations[atoms], vectors).reshape(-1, 3)
        ligand = _atoms_at(cell, cell.frac[centre] + vectors)
        image = np.rint(vectors + cell.frac[centre] - cell.frac[ligand]).astype(np.int64)
        found.append(np.column_stack([centre, ligand, image]))
    one_way = np.concatenate(found)
    other_way = np.column_stack([one_way[:, 1], one_way[:, 0], -one_way[:, 2:]])
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
    rotations, translations = _operations(symmetry.number)
    moved = np.einsum("gij,nj->gni", rotations, frac[first[orbit]]) + translations[:, None]
    off = moved - frac
    off = np.abs(off - np.rint(off)).max(axis=2)
    best = off.argmin(axis=0)
    atoms = np.arange(len(frac))
    reached = off[best, atoms] < SAME_PLACE
    turned = np.where(reached[:, None, None], rotations[best], np.eye(3))
    return np.where(reached, first[orbit], atoms), turned


@lru_cache(maxsize=230)
def _operations(number: int) -> tuple[np.ndarray, np.ndarray]:
    """Return rotations (g, 3, 3) and translations (g, 3) of a space group's primitive cell."""
    found = moyopy.operations_from_number(number, primitive=True)
    return np.array(found.rotations, dtype=float), np.array(found.translations)


def _atoms_at(cell: Structure, places: np.ndarray) -> np.ndarray:
    """Return the atoms (k,) at places (k, 3) in fractions, in whichever cell."""
    off = places[:, None] - cell.frac
    return np.abs(off - np.rint(off)).max(axis=2).argmin(axis=1)


def _around(cell: Structure, atoms: np.ndarray) -> dict[int, Seen]:
    """Return what each of some atoms sees; one whose Voronoi cell stays open sees nothing."""
    nothing = (np.empty(0, dtype=np.int64), np.empty((0, 3)))
    found = dict.fromkeys(atoms.tolist(), nothing)
    to_fractions = np.linalg.inv(cell.cell)
    left, reach = set(found), REACH_ANG
    while left and reach < FARTHEST_ANG:
        near = _neighbours(cell, reach)
        cells = {a: c for a in sorted(left) if (c := _cell_of(near, near.rows(a))) is not None}
        if cells:
            weight = _weights(cell.numbers, near, *_sizes(near.vector, *_joined(cells)))
            for atom in cells:
                rows = near.rows(atom)
                chosen = np.arange(rows.start, rows.stop)[_chosen(weight[rows])]
                found[atom] = (near.neighbour[chosen], near.vector[chosen] @ to_fractions)
        left -= cells.keys()
        reach *= 2
    return found


@dataclass(frozen=True, slots=True)
class _Near:
    """The neighbours of all atoms, those of one together, the nearest first."""

    centre: np.ndarray
    neighbour: np.ndarray
    distance: np.ndarray
    vector: np.ndarray
    starts: np.ndarray

    def rows(self, atom: int) -> slice:
        """Return the rows of an atom's neighbours."""
        return slice(self.starts[atom], self.starts[atom + 1])


def _neighbours(cell: Structure, reach: float) -> _Near:
    i, j, distance, vector = neighbours_within(cell, reach)
    order = np.lexsort((distance, i))
    starts = np.searchsorted(i[order], np.arange(len(cell) + 1))
    return _Near(i[order], j[order], distance[order], vector[order], starts)


Corners = tuple[np.ndarray, np.ndarray]
"""the three faces (s, 3) of each corner of a Voronoi cell, by row, and its place (s, 3)"""


def _cell_of(near: _Near, rows: slice) -> Corners | None:
    """Return the corners of an atom's Voronoi cell, None if it is open.

    The nearest neighbours are tried first: what is twice as far as the farthest corner cuts
    nothing.
    """
    vector = near.vector[rows]
    for some in (vector[:NEAREST], vector):
        corners = _corners(some)
        if corners is None:
            continue
        faces, places = corners
        farthest = np.sqrt((places * places).sum(axis=1).max())
        if len(some) == len(vector) or 2 * farthest < near.distance[rows.start + len(some)]:
            return faces + rows.start, places
    return None


def _joined(cells: Mapping[int, Corners]) -> Corners:
    faces, places = zip(*cells.values())
    return np.concatenate(faces), np.concatenate(places)


def _corners(vector: np.ndarray) -> Corners | None:
    """Return the corners of a Voronoi cell: the facets of the convex hull of inverted points."""
    try:
        hull = ConvexHull(2 * vector / (vector * vector).sum(axis=1)[:, None])
    except (QhullError, ValueError):  # flat, or too few points
        return None
    if (hull.equations[:, 3] > -1e-9).any():
        return None
    return hull.simplices, -hull.equations[:, :3] / hull.equations[:, 3:]


def _sizes(
    vector: np.ndarray, faces: np.ndarray, corners: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return solid angle and area (k,) of the faces to neighbours (k, 3), zero where none is.

    They are sums over triangles about the middle of a face.
    """
    k = len(vector)
    face, corner = faces.ravel(), np.repeat(corners, 3, axis=0)
    count = np.bincount(face, minlength=k)
    middle = np.stack([np.bincount(face, corner[:, x], minlength=k) for x in range(3)], axis=1)
    middle /= np.maximum(count, 1)[:, None]
    # Corners in their order around a face: by the angle in two directions across it.
    flat = np.abs(vector[:, :1]) < 0.6 * np.linalg.norm(vector, axis=1)[:, None]
    first = np.cross(vector, np.where(flat, [[1.0, 0, 0]], [[0, 1.0, 0]]))
    first /= np.linalg.norm(first, axis=1)[:, None]
    second = np.cross(vector / np.linalg.norm(vector, axis=1)[:, None], first)
    from_middle = corner - middle[face]
    turn = np.arctan2((from_middle * second[face]).sum(1), (from_middle * first[face]).sum(1))
    order = np.lexsort((turn, face))
    face, b = face[order], corner[order]
    follows = np.arange(1, len(face) + 1)
    last = np.flatnonzero(np.append(face[1:] != face[:-1], True))
    follows[last] = np.append(0, last[:-1] + 1)
    a, c = middle[face], b[follows]
    area = np.linalg.norm(np.cross(b - a, c - a), axis=1) / 2
    return (np.bincount(face, _solid_angles(a, b, c), minlength=k),
            np.bincount(face, area, minlength=k))  # fmt: skip


def _solid_angles(a: np.ndarray, b: np.ndarray, c: np.ndarray) -> np.ndarray:
    """Return the solid angles (t,) of triangles, seen from the origin.

    Source: Van Oosterom and Strackee, DOI 10.1109/TBME.1983.325207.
    """
    la, lb, lc = (np.linalg.norm(x, axis=1) for x in (a, b, c))
    ab, bc, ca = (a * b).sum(axis=1), (b * c).sum(axis=1), (c * a).sum(axis=1)
    volume = np.abs((a * np.cross(b, c)).sum(axis=1))
    return 2 * np.arctan2(volume, la * lb * lc + ab * lc + bc * la + ca * lb)


def _weights(
    numbers: np.ndarray, near: _Near, angle: np.ndarray, area: np.ndarray
) -> np.ndarray:
    """Weigh neighbours (k,), rounded to three decimals as the method has it."""
    radius, polar, metal = _elements()
    ours, theirs = numbers[near.centre], numbers[near.neighbour]
    real = area > LEAST_AREA_ANG2
    weight = np.zeros(len(area))
    weight[real] = angle[real] ** 2 / area[real]
    if not metal[numbers].all():
        apart = np.abs(polar[ours] - polar[theirs])
        weight *= 1 + POLARITY * np.sqrt(np.where(np.isnan(apart), 0, apart) / MOST_POLAR)
    most = np.full(len(near.starts) - 1, 1e-30)
    np.maximum.at(most, near.centre, weight)
    beyond = near.distance - radius[ours] - radius[theirs]
    share = ((beyond - SURELY_ANG) / (HARDLY_ANG - SURELY_ANG)).clip(0, 1)
    return np.round(weight / most[near.centre] * (1 + np.cos(math.pi * share)) / 2, 3)


def _chosen(weight: np.ndarray) -> np.ndarray:
    """Return the likeliest set of neighbours, those of the greatest weights.

    The likelihood that all above a weight are bonded is the part of a quarter circle between it
    and the next lower weight.
    """
    edges = sorted(set(weight[weight > 0].tolist()), reverse=True)
    below = [(x * math.sqrt(1 - x * x) + math.asin(x)) / (math.pi / 2) for x in (*edges, 0.0)]
    likely = [a - b for a, b in pairwise(below)]
    if not likely or 1 - below[0] > max(likely):
        return np.empty(0, dtype=np.int64)
    return np.flatnonzero(weight >= edges[likely.index(max(likely))])


@lru_cache(maxsize=1)
def _elements() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Tabulate covalent radius in Angstrom, electronegativity and metals (119,) by number.

    Radii: DOI 10.1039/b801115j, those of Mn, Fe and Co between their states of spin.
    """
    # Imported here so that words alone do not pay for ase.
    from ase.data import covalent_radii
    from pymatgen.core import Element

    radius = covalent_radii[: N_NUMBERS].copy()
    radius[[6, 25, 26, 27]] = 0.73, 1.50, 1.42, 1.38
    polar, metal = np.full(N_NUMBERS, np.nan), np.zeros(N_NUMBERS, dtype=bool)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pymatgen warns of each value that is not known
        for z in range(1, 104):  # of heavier ones next to nothing is known
            polar[z] = Element.from_Z(z).X
            metal[z] = is_metal(SYMBOLS[z - 1])
    return radius, polar, metal
