"""A few axes along which the vectors of an index spread most, for a picture of all of them.

They are found when rows are written and kept with them, so that rows that come later take their
place in the same picture. Shape letters: b rows, d embedding, a axes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load, save

from clac.errors import StoreError
from index import durable
from index.manifest import AXES, SEGMENTS, Manifest, rebuild_hint
from index.types import Vectors

N_AXES = 3
_SAMPLE = 50_000
"""rows, evenly spaced, from which the axes of more are found"""
_BLOCK = 8192
_FLAT = 1e-9
"""share of the spread below which a direction is none"""


@dataclass(frozen=True, slots=True)
class Projection:
    """What turns vectors into places of a picture."""

    mean: np.ndarray
    """(d,) float32"""
    axes: np.ndarray
    """(a, d) float32, of length one or, where there is nothing left to spread, zero"""
    shares: np.ndarray
    """(a,) float32, of the squared distances to the mean"""

    def places(self, vectors: np.ndarray) -> np.ndarray:
        """Return the places (b, a) float32 of vectors (b, d)."""
        return (vectors - self.mean) @ self.axes.T

    def save(self, path: Path) -> None:
        """Write to a file, durably."""
        parts = {"mean": self.mean, "axes": self.axes, "shares": self.shares}
        plain = {name: np.ascontiguousarray(part) for name, part in parts.items()}
        durable.write_file(path, save(plain))  # which takes the order of the memory for that of C


def find_projection(
    vectors: Callable[[np.ndarray], np.ndarray], count: int, dim: int
) -> Projection:
    """Find the principal axes of so many vectors, which are asked for by their rows."""
    rows = np.unique(np.linspace(0, count - 1, min(count, _SAMPLE)).astype(np.int64))
    total, squares = np.zeros(dim), np.zeros((dim, dim))
    for start in range(0, len(rows), _BLOCK):
        part = vectors(rows[start : start + _BLOCK]).astype(np.float64)
        total += part.sum(axis=0)
        squares += part.T @ part
    n = max(len(rows), 1)
    mean = total / n
    spread, directions = np.linalg.eigh(squares / n - np.outer(mean, mean))
    axes, spread = directions.T[::-1][:N_AXES], np.maximum(spread[::-1], 0)
    whole = max(float(spread.sum()), np.finfo(np.float32).tiny)
    signs = np.sign(np.take_along_axis(axes, np.abs(axes).argmax(axis=1)[:, None], axis=1))
    shares = spread[:N_AXES] / whole
    real = (shares > _FLAT) & (spread[:N_AXES] > _FLAT)
    kept = np.where(real[:, None], axes * signs, 0.0)
    missing = max(0, N_AXES - len(kept))
    return Projection(
        mean.astype(np.float32),
        np.pad(kept, ((0, missing), (0, 0))).astype(np.float32),
        np.pad(np.where(real, shares, 0.0), (0, missing)).astype(np.float32),
    )


def projection_of(folder: Path, manifest: Manifest, vectors: Vectors) -> Projection:
    """Return the axes that the largest segment of an index keeps; an old one has them found anew.

    Raises StoreError where the file cannot be read.
    """
    largest = max(manifest.segments, key=lambda segment: segment.count)
    if AXES not in largest.files:
        return find_projection(vectors.vectors, len(vectors), vectors.dim)
    path = folder / SEGMENTS / largest.name / AXES
    try:
        parts = load(path.read_bytes())
        return Projection(parts["mean"], parts["axes"], parts["shares"])
    except (OSError, SafetensorError, KeyError) as error:
        raise StoreError(f"{path}: cannot be read ({error}); {rebuild_hint(folder)}") from error
