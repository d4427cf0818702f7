"""A map of an index for the page: its crystals on the two foremost axes, and parts of it.

Shape letters: b rows, c corners.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from index.atlas import CLASSES, grouped
from index.engine import SearchEngine
from index.projection import Projection, projection_of

MOST = 5000
"""crystals on a map; of a larger index every so-and-so-many-th row"""
_BLOCK = 8192
"""rows that are laid out in one go"""


@dataclass(frozen=True, slots=True)
class Plane:
    """Crystals as points."""

    ids: tuple[str, ...]
    """(b,)"""
    formulas: tuple[str, ...]
    groups: tuple[str, ...]
    """classes, as `index.atlas.grouped` names them"""
    places: np.ndarray
    """(b, 2) float32"""


@lru_cache(maxsize=8)
def plane(engine: SearchEngine, most: int = MOST) -> Plane:
    """Lay an index out; a second call for the same engine costs nothing."""
    count = len(engine)
    rows = np.linspace(0, max(count - 1, 0), min(count, most)).astype(np.int64)
    return placed(engine, np.unique(rows))


def placed(engine: SearchEngine, rows: np.ndarray) -> Plane:
    """Lay some rows (b,) of an index out, at the places that they have on its map."""
    shown = engine.catalog.rows(rows)
    classes = engine.catalog.table([CLASSES])[CLASSES].combine_chunks().take(rows)
    return Plane(
        tuple(row["id"] for row in shown),
        tuple(row["formula"] for row in shown),
        grouped(classes.to_pylist()),
        _places(engine, rows),
    )


def inside(engine: SearchEngine, corners: Sequence[tuple[float, float]]) -> np.ndarray:
    """Return which rows of an index a polygon (c, 2) of its map holds, (b,) bool.

    Where its edges cross, a place is inside that an odd number of them parts from what is outside.
    """
    spots, polygon = _all_places(engine), np.asarray(corners, dtype=np.float64)
    boxed = (spots >= polygon.min(axis=0)) & (spots <= polygon.max(axis=0))
    rows = np.flatnonzero(boxed.all(axis=1))
    x, y = spots[rows].astype(np.float64).T
    odd = np.zeros(len(rows), bool)
    for (a, b), (c, d) in zip(polygon, np.roll(polygon, 1, axis=0), strict=True):
        if b != d:
            odd ^= ((b > y) != (d > y)) & (x < (c - a) * (y - b) / (d - b) + a)
    held = np.zeros(len(spots), bool)
    held[rows[odd]] = True
    return held


@lru_cache(maxsize=8)
def _all_places(engine: SearchEngine) -> np.ndarray:
    """Return the places (b, 2) of all rows."""
    return _places(engine, np.arange(len(engine)))


@lru_cache(maxsize=8)
def _projection(engine: SearchEngine) -> Projection:
    return projection_of(engine.folder, engine.manifest, engine.vectors)


def _places(engine: SearchEngine, rows: np.ndarray) -> np.ndarray:
    """Return the places (b, 2) float32 of rows (b,)."""
    projection, found = _projection(engine), np.empty((len(rows), 2), np.float32)
    for start in range(0, len(rows), _BLOCK):
        part = slice(start, start + _BLOCK)
        found[part] = projection.places(engine.vectors.vectors(rows[part]))[:, :2]
    return found
