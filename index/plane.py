"""Where crystals lie on a plane: the two directions in which their vectors differ most.

Shape letters: b rows, d embedding.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from index.engine import SearchEngine

MOST = 5000
"""crystals on a map; of a larger index every so-and-so-many-th row"""
NO_CLASS = "other"
_LIGHT = 1e-12


@dataclass(frozen=True, slots=True)
class Plane:
    """A map of an index."""

    ids: tuple[str, ...]
    """(b,)"""
    formulas: tuple[str, ...]
    groups: tuple[str, ...]
    """of the classes of a crystal the one that most crystals have, such as 'oxide'"""
    places: np.ndarray
    """(b, 2) float32, the mean of all at 0"""


@lru_cache(maxsize=8)
def plane(engine: SearchEngine, most: int = MOST) -> Plane:
    """Lay an index out; a second call for the same engine costs nothing.

    Each axis points to where its largest loading is positive, so that a map looks the same
    tomorrow.
    """
    count = len(engine)
    rows = np.unique(np.linspace(0, max(count - 1, 0), min(count, most)).astype(np.int64))
    shown = engine.catalog.rows(rows)
    classes = engine.catalog.table(["classes"])["classes"].combine_chunks().take(rows).to_pylist()
    return Plane(
        tuple(row["id"] for row in shown),
        tuple(row["formula"] for row in shown),
        _groups(classes),
        _projected(engine.vectors.vectors(rows)),
    )


def _projected(vectors: np.ndarray) -> np.ndarray:
    """Return the two first principal components (b, 2) of vectors (b, d)."""
    centred = np.asarray(vectors, dtype=np.float64)
    centred = centred - centred.mean(axis=0, keepdims=True)
    lengths, axes = np.linalg.eigh(centred.T @ centred)
    found = axes[:, ::-1][:, :2]
    found = found * (lengths[::-1][:2] > _LIGHT)  # fewer than three crystals span no plane
    largest = np.abs(found).argmax(axis=0)
    signs = np.sign(found[largest, np.arange(found.shape[1])])
    return (centred @ (found * signs)).astype(np.float32)


def _groups(classes: list[list[str] | None]) -> tuple[str, ...]:
    """Name one class of each crystal: the one that is most frequent among all."""
    counts = Counter(name for names in classes for name in names or ())
    return tuple(
        min(names, key=lambda name: (-counts[name], name)) if names else NO_CLASS
        for names in classes
    )
