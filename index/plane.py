"""A map of an index for the page: a sample of its crystals on the two foremost axes.

Shape letters: b rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from index.atlas import CLASSES, grouped
from index.engine import SearchEngine
from index.projection import projection_of

MOST = 5000
"""crystals on a map; of a larger index every so-and-so-many-th row"""


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
    rows = np.unique(np.linspace(0, max(count - 1, 0), min(count, most)).astype(np.int64))
    shown = engine.catalog.rows(rows)
    classes = engine.catalog.table([CLASSES])[CLASSES].combine_chunks().take(rows)
    projection = projection_of(engine.folder, engine.manifest, engine.vectors)
    return Plane(
        tuple(row["id"] for row in shown),
        tuple(row["formula"] for row in shown),
        grouped(classes.to_pylist()),
        projection.places(engine.vectors.vectors(rows))[:, :2],
    )
