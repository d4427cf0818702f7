"""A small picture of a crystal as SVG: its cell, and its atoms as discs, drawn from far to near.

Shape letters: n atoms, m drawn atoms, which repeat those on faces, edges and corners of the cell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib import resources
from itertools import product

import numpy as np

from clac.data.chemistry import SYMBOLS
from clac.data.symmetry import analyze
from clac.errors import InputError
from clac.types import Structure

_OTHER = "c8659b"
"""colour of elements that the page has none for"""
SIZE = 120
"""pixels across"""
_MARGIN = 3
_MOST_ATOMS = 100
"""of a conventional cell; of a larger one the primitive cell is drawn"""
_FACE = 0.02
"""an atom that is so near to a face, as a fraction of the cell, is drawn on the opposite one too"""
_BALL = (0.3, 0.3)
"""radius of a disc: so many Angstrom, and so much of the covalent radius"""
_PIECES = 4
"""of an edge of the cell, each of which may lie behind an atom or before it"""
_EYE = np.array([0.90, 0.36, 0.30])
"""where the picture is looked at from: a points at the eye, more or less, and c up"""


def thumbnail(structure: Structure) -> str:
    """Draw a crystal as an SVG element; the same crystal always gives the same letters."""
    cell, frac, numbers = _shown(structure)
    across, depth = _seen(cell)
    spots, species = _repeated(frac, numbers)
    radii = _BALL[0] + _BALL[1] * _radii()[species]
    corners = np.array(list(product((0.0, 1.0), repeat=3)))
    reach = np.vstack([spots @ across - radii[:, None], spots @ across + radii[:, None],
                       corners @ across])  # fmt: skip
    low, high = reach.min(axis=0), reach.max(axis=0)
    scale = (SIZE - 2 * _MARGIN) / max(float((high - low).max()), 1e-6)
    to_pixels = _Pixels(across, (low + high) / 2, scale)
    drawn = [*_edges(cell, depth, to_pixels), *_atoms(spots, species, radii, depth, to_pixels)]
    body = "".join(text for _, text in sorted(drawn))
    told = ", ".join(dict.fromkeys(SYMBOLS[int(z)] for z in numbers))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{SIZE}" height="{SIZE}" '
        f'viewBox="0 0 {SIZE} {SIZE}" role="img" aria-label="unit cell with {told}" '
        f'stroke="#333" stroke-width="0.6" stroke-linecap="round">{body}</svg>'
    )


def colour_of(symbol: str) -> str:
    """Return the colour of an element, which is that of the page, as #rrggbb."""
    return _colours()[SYMBOLS.index(symbol)]


class _Pixels:
    """Where points of the cell stand in the picture."""

    def __init__(self, across: np.ndarray, centre: np.ndarray, scale: float) -> None:
        self._across, self._centre, self.scale = across, centre, scale

    def __call__(self, frac: np.ndarray) -> tuple[float, float]:
        """Return the place (right, down) of one point."""
        x, y = (frac @ self._across - self._centre) * self.scale
        return round(SIZE / 2 + float(x), 1), round(SIZE / 2 - float(y), 1)


def _shown(structure: Structure) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return cell, fractions and atomic numbers of the cell that is drawn."""
    try:
        found = analyze(structure)
    except InputError:  # it is drawn as it was given
        return structure.cell, structure.frac, structure.numbers
    chosen = found.conventional if len(found.conventional) <= _MOST_ATOMS else found.primitive
    return chosen.cell, chosen.frac, chosen.numbers


def _seen(cell: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return what turns fractions into right and up (3, 2), and into nearness (3,), Angstrom."""
    up = cell[2] / np.linalg.norm(cell[2])
    front = cell[0] - (cell[0] @ up) * up
    front /= np.linalg.norm(front)
    side = np.cross(up, front)
    eye = _EYE / np.linalg.norm(_EYE)
    right = np.cross([0.0, 0.0, 1.0], eye)
    right /= np.linalg.norm(right)
    own = cell @ np.array([front, side, up]).T
    return own @ np.array([right, np.cross(eye, right)]).T, own @ eye


def _repeated(frac: np.ndarray, numbers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Repeat atoms on the faces of a cell; returns fractions (m, 3) and atomic numbers (m,)."""
    spots, species = [], []
    for place, z in zip(frac, numbers, strict=True):
        place = np.where(place > 1 - _FACE, place - 1, place)
        for shift in product(*((0, 1) if near < _FACE else (0,) for near in place)):
            spots.append(place + shift)
            species.append(int(z))
    return np.array(spots), np.array(species)


def _edges(cell: np.ndarray, depth: np.ndarray, to_pixels: _Pixels) -> Iterator[tuple[float, str]]:
    """Draw the twelve edges of a cell in pieces, each with its nearness."""
    for axis in range(3):
        for start in product((0.0, 1.0), repeat=2):
            corner = np.insert(np.array(start), axis, 0.0)
            step = np.eye(3)[axis] / _PIECES
            for i in range(_PIECES):
                (x1, y1), (x2, y2) = (
                    to_pixels(corner + i * step),
                    to_pixels(corner + (i + 1) * step),
                )
                near = round(float((corner + (i + 0.5) * step) @ depth), 6)
                yield near, f'<path d="M{x1} {y1}L{x2} {y2}" stroke="#888"/>'


def _atoms(
    spots: np.ndarray,
    species: np.ndarray,
    radii: np.ndarray,
    depth: np.ndarray,
    to_pixels: _Pixels,
) -> Iterator[tuple[float, str]]:
    """Draw atoms, each with its nearness."""
    for place, z, radius in zip(spots, species.tolist(), radii.tolist(), strict=True):
        x, y = to_pixels(place)
        r = round(max(radius * to_pixels.scale, 1.0), 1)
        yield (
            round(float(place @ depth), 6),
            f'<circle cx="{x}" cy="{y}" r="{r}" fill="{_colours()[z]}"/>',
        )


@cache
def _colours() -> tuple[str, ...]:
    """Return the colour of each atomic number, from the table of the page."""
    page = resources.files("index").joinpath("web", "elements.js").read_text(encoding="utf-8")
    known = dict(re.findall(r"\b([A-Z][a-z]?):([0-9a-f]{6}):\d+", page))
    return tuple("#" + known.get(symbol, _OTHER) for symbol in SYMBOLS)


@cache
def _radii() -> np.ndarray:
    """Return the covalent radius of each atomic number, Angstrom."""
    from ase.data import covalent_radii

    return np.asarray(covalent_radii)
