"""Coordination polyhedra and how they are linked, from the bonds of a crystal.

Angles between bonds tell the shape around an atom; shared ligands tell whether two polyhedra meet
in a corner, an edge or a face.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

import numpy as np

from clac.data.elements import SYMBOLS
from clac.types import Structure

SHAPES: tuple[str, ...] = (
    "linear", "bent", "trigonal planar", "trigonal pyramid", "tetrahedron", "square planar",
    "see-saw", "square pyramid", "trigonal bipyramid", "octahedron", "trigonal prism", "cube",
    "cuboctahedron", "icosahedron",
)  # fmt: skip
SHARINGS: tuple[str, ...] = ("corner", "edge", "face")
LINKED = frozenset(
    ("tetrahedron", "square planar", "square pyramid", "trigonal bipyramid", "octahedron",
     "trigonal prism", "trigonal planar")
)  # fmt: skip
"""shapes of which it is said how they are linked"""


@dataclass(frozen=True, slots=True)
class Bonds:
    """Bonds of a cell, each in both directions."""

    centre: np.ndarray
    """(e,) int64, index of an atom of the cell"""
    ligand: np.ndarray
    """(e,) int64, index of the atom that it is bonded to"""
    image: np.ndarray
    """(e, 3) int64, lattice image of the ligand"""

    @classmethod
    def from_codes(cls, first: Sequence[int], second: Sequence[int], codes: Sequence[int]) -> Bonds:
        """Read bonds as crystal_bonds.parquet lists them.

        Pairs stand once, self pairs in both directions; a code is
        (ix + 5) 100 + (iy + 5) 10 + (iz + 5).
        """
        i, j, code = (np.asarray(x, dtype=np.int64) for x in (first, second, codes))
        image = np.stack([code // 100, code // 10 % 10, code % 10], axis=1) - 5
        other = i != j
        return cls(
            np.concatenate([i, j[other]]), np.concatenate([j, i[other]]),
            np.concatenate([image, -image[other]]),
        )  # fmt: skip

    def follow(self, cells: np.ndarray) -> Bonds:
        """Return the same bonds after each atom was moved by whole cells (n, 3)."""
        moved = cells[self.ligand] - cells[self.centre]
        return Bonds(self.centre, self.ligand, self.image - moved)


@dataclass(frozen=True, slots=True)
class Environment:
    """The polyhedra of a crystal and how they are linked."""

    polyhedra: tuple[tuple[str, str], ...]
    """(element, shape), each once"""
    linkages: tuple[tuple[str, str, str], ...]
    """(shape, 'corner' | 'edge' | 'face' | 'isolated', shape), the shapes in alphabetical order"""


def environment(
    structure: Structure, bonds: Bonds, anion: str, shapes: Mapping[int, str] | None = None
) -> Environment:
    """Name the polyhedra around atoms that are not the anion, and around anions their shapes too.

    Only polyhedra whose ligands are all anions are linked; `anion` is a symbol, or "" for none.
    Shapes: those of `shapes_of`, where they are known already.
    """
    if shapes is None:
        shapes = shapes_of(structure, bonds, np.arange(len(structure)))
    order = np.argsort(bonds.centre, kind="stable")
    starts = np.searchsorted(bonds.centre[order], np.arange(len(structure) + 1))
    symbols = [SYMBOLS[z - 1] for z in structure.numbers]
    polyhedra = sorted({(symbols[atom], found) for atom, found in shapes.items()})
    if not anion:
        return Environment(tuple(polyhedra), ())
    centres = {
        atom: found
        for atom, found in shapes.items()
        if found in LINKED and symbols[atom] != anion
        and all(symbols[x] == anion for x in bonds.ligand[order[starts[atom] : starts[atom + 1]]])
    }  # fmt: skip
    return Environment(tuple(polyhedra), tuple(_linkages(centres, bonds)))


def shapes_of(structure: Structure, bonds: Bonds, orbits: np.ndarray) -> dict[int, str]:
    """Name the shape that the bonds of each atom span, where one fits; one atom an orbit is seen.

    Orbits: (n,) a label for each atom, the same for those that symmetry makes alike.
    """
    vectors = structure.frac[bonds.ligand] + bonds.image - structure.frac[bonds.centre]
    vectors = vectors @ structure.cell
    order = np.argsort(bonds.centre, kind="stable")
    starts = np.searchsorted(bonds.centre[order], np.arange(len(structure) + 1))
    _, first, orbit = np.unique(orbits, return_index=True, return_inverse=True)
    found = [shape(vectors[order[starts[atom] : starts[atom + 1]]]) for atom in first]
    return {atom: found[mine] for atom, mine in enumerate(orbit.tolist()) if found[mine]}


def _linkages(centres: dict[int, str], bonds: Bonds) -> list[tuple[str, str, str]]:
    """Count the ligands that each pair of neighbouring polyhedra shares."""
    around: dict[int, list[tuple[int, tuple[int, ...]]]] = defaultdict(list)
    for centre, ligand, image in zip(
        bonds.centre.tolist(), bonds.ligand.tolist(), bonds.image.tolist()
    ):
        if centre in centres:
            around[ligand].append((centre, tuple(-x for x in image)))
    shared: Counter[tuple[int, int, tuple[int, ...]]] = Counter()
    for meeting in around.values():
        for (a, at_a), (b, at_b) in combinations(sorted(meeting), 2):
            shared[a, b, tuple(y - x for x, y in zip(at_a, at_b))] += 1
    found = set()
    for (a, b, _), count in shared.items():
        first, second = sorted((centres[a], centres[b]))
        found.add((first, SHARINGS[min(count, 3) - 1], second))
    for kind in set(centres.values()):
        if not any(first == second == kind for first, _, second in found):
            found.add((kind, "isolated", kind))
    return sorted(found)


def shape(vectors: np.ndarray) -> str:
    """Name the polyhedron that bonds (k, 3) span, or "" where none fits."""
    k = len(vectors)
    if not 2 <= k <= 12:
        return ""
    unit = vectors / np.linalg.norm(vectors, axis=1)[:, None]
    angles = np.degrees(np.arccos(np.clip((unit @ unit.T)[_pairs(k)], -1, 1)))
    opposite = int((angles > 155).sum())
    return _shape(k, angles, opposite)


@lru_cache(maxsize=16)
def _pairs(k: int) -> tuple[np.ndarray, np.ndarray]:
    return np.triu_indices(k, 1)


def _shape(k: int, angles: np.ndarray, opposite: int) -> str:
    match k:
        case 2:
            return "linear" if angles[0] > 165 else "bent"
        case 3:
            return "trigonal planar" if angles.sum() > 350 else "trigonal pyramid"
        case 4:
            if opposite == 2:
                return "square planar"
            if opposite == 0 and angles.min() > 80 and angles.max() < 145:
                return "tetrahedron"
            return "see-saw" if opposite == 1 else ""
        case 5:
            return {1: "trigonal bipyramid", 2: "square pyramid"}.get(opposite, "")
        case 6:
            # In a prism each ligand has two far ones, those of the other triangle.
            prism = opposite == 0 and int((angles > 112).sum()) == 6
            return "trigonal prism" if prism else "octahedron" if opposite == 3 else ""
        case 8:
            return "cube" if opposite == 4 and _near(angles, (70.5, 109.5, 180)) else ""
        case 12 if opposite == 6:
            # First the icosahedron: its angles lie near some of the cuboctahedron's, not near 90.
            return "icosahedron" if _near(angles, (63.4, 116.6, 180)) else (
                "cuboctahedron" if _near(angles, (60, 90, 120, 180)) else "")  # fmt: skip
    return ""


def _near(angles: np.ndarray, ideal: Iterable[float], within: float = 12.0) -> bool:
    return bool((np.abs(angles[:, None] - np.array(tuple(ideal))).min(axis=1) < within).all())
