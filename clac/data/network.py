"""The bonded network of a crystal in numbers: what its bonds say of each node, and of the whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations_with_replacement

import numpy as np

from clac.data.bonds import find_bonds
from clac.data.chemistry import compound_classes, electronegativity_rank, principal_anion
from clac.data.dimension import dimensionality
from clac.data.elements import SYMBOLS
from clac.data.environment import LINKED, SHAPES, SHARINGS, Environment, environment, shapes_of
from clac.data.symmetry import Symmetry

MOST_NEIGHBOURS = 20
"""coordination numbers above are counted as it"""
_LINKS = tuple(combinations_with_replacement(sorted(LINKED), 2))
ROLES = ("site", "cation_site", "anion_site")
POLYHEDRA = ("cation_polyhedron", "anion_polyhedron")
NETWORK: tuple[tuple[str, str], ...] = (
    *(("dimensionality", word) for word in ("0D", "1D", "2D", "3D")),  # first: see dimension_of
    *((role, str(n)) for role in ROLES for n in range(1, MOST_NEIGHBOURS + 1)),
    *((role, shape) for role in POLYHEDRA for shape in SHAPES),
    *(("linkage", f"{a}|{sharing}|{b}")
      for a, b in _LINKS for sharing in (*SHARINGS, "isolated")),
)  # fmt: skip
"""kinds and words, as in `clac.data.claims`, that are true or false of a network"""
_PLACE = {claim: place for place, claim in enumerate(NETWORK)}


@dataclass(frozen=True, slots=True)
class Network:
    """What the bonds of a crystal say."""

    coordination: np.ndarray
    """(n,) int64, bonds of each atom of the primitive cell"""
    shape: np.ndarray
    """(n,) int64, one more than the place among SHAPES of what they span, 0 for none"""
    words: np.ndarray
    """(q,) float32, 1 for each of NETWORK that is true"""
    around: Environment

    @property
    def dimensionality(self) -> str:
        """'0D' to '3D'."""
        return dimension_of(self.words)


def network(symmetry: Symmetry) -> Network:
    """Describe the bonded network of a crystal."""
    cell = symmetry.primitive
    symbols = [SYMBOLS[z - 1] for z in cell.numbers]
    rank = electronegativity_rank()
    elements = tuple(sorted(set(symbols), key=lambda symbol: (rank[symbol], symbol)))
    anion = principal_anion(elements) if compound_classes(cell, elements) else ""
    bonds = find_bonds(symmetry)
    shapes = shapes_of(cell, bonds, symmetry.orbits)
    coordination = np.bincount(bonds.centre, minlength=len(cell))
    around = environment(cell, bonds, anion, shapes)
    words = np.zeros(len(NETWORK), dtype=np.float32)
    words[_PLACE["dimensionality", dimensionality(cell)]] = 1
    counted = coordination.clip(max=MOST_NEIGHBOURS).tolist()
    for role, word in _said(symbols, counted, around, anion):
        words[_PLACE[role, word]] = 1
    span = [1 + SHAPES.index(shapes[i]) if i in shapes else 0 for i in range(len(cell))]
    return Network(coordination, np.array(span, dtype=np.int64), words, around)


def dimension_of(words: np.ndarray) -> str:
    """Return the dimensionality among the words (q,) of a network: '0D' to '3D'."""
    return next(word for (_, word), true in zip(NETWORK, words) if true)


def _said(
    symbols: list[str], coordination: list[int], around: Environment, anion: str
) -> Iterator[tuple[str, str]]:
    alone = {symbol for symbol, n in zip(symbols, coordination) if n < 1}
    for symbol, n in set(zip(symbols, coordination)):
        if symbol not in alone:
            yield "site", str(n)
            yield ("anion_site" if symbol == anion else "cation_site"), str(n)
    for symbol, shape in around.polyhedra:
        yield ("anion_polyhedron" if symbol == anion else "cation_polyhedron"), shape
    for linkage in around.linkages:
        yield "linkage", "|".join(linkage)
