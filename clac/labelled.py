"""Rows with labels that a property head learns from: which are near each other, and folds of them.

Shape letters: n rows, m asked rows, d embedding, k neighbours, c outputs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

_BLOCK = 512
_ROUNDS = 8
"""of k-means"""
_WIDTH = 3.29
"""standard deviations from the 5% to the 95% quantile of a normal distribution"""


@dataclass(frozen=True, slots=True)
class Labelled:
    """Rows with labels, in the head's own scale."""

    vectors: np.ndarray
    """(n, d) float32, of length one"""
    labels: np.ndarray
    """(n, c) float32: one number, or a one for the row's class"""
    formulas: np.ndarray
    """(n,) int64, the same for the same formula"""

    @property
    def is_class(self) -> bool:
        """Tell whether labels are classes."""
        return self.labels.shape[1] > 1


def scaled(values: np.ndarray) -> tuple[np.ndarray, float, float]:
    """Return numbers (n,) as labels (n, 1) about zero and of width one, with centre and scale.

    Unknown ones, NaN, stay so.
    """
    known = values[~np.isnan(values)]
    if not len(known):
        return np.full((len(values), 1), np.nan, dtype=np.float32), 0.0, 1.0
    centre, scale = scale_of(known)
    return ((values - centre) / scale).astype(np.float32)[:, None], centre, scale


def scale_of(values: np.ndarray) -> tuple[float, float]:
    """Return centre and width of numbers (n,), so that a few that are far away do not set them."""
    low, centre, high = (float(q) for q in np.quantile(values, (0.05, 0.5, 0.95)))
    return centre, (high - low) / _WIDTH or float(values.std()) or 1.0


def nearest(
    vectors: np.ndarray, keys: np.ndarray, rows: np.ndarray, pool: np.ndarray, k: int
) -> tuple[np.ndarray, np.ndarray]:
    """Find the k rows of a pool nearest to each of some rows (m,): places in the pool, cosines.

    Those of the row's own key are left out; where too few are left, places are -1 and cosines -1.
    """
    k = min(k, len(pool))
    places, cosines = [], []
    known = torch.from_numpy(vectors[pool])
    for start in range(0, len(rows), _BLOCK):
        own = rows[start : start + _BLOCK]
        scores = torch.from_numpy(vectors[own]) @ known.T
        scores[torch.from_numpy(keys[own][:, None] == keys[pool])] = -1
        best, place = scores.topk(k, dim=1)
        places.append(torch.where(best > -1, place, -1).numpy())
        cosines.append(best.numpy())
    if not places:
        return np.empty((0, k), np.int64), np.empty((0, k), np.float32)
    return np.concatenate(places), np.concatenate(cosines)


def landmarks(vectors: np.ndarray, count: int, seed: int) -> torch.Tensor:
    """Return unit vectors (count, d) in the midst of unit vectors (n, d): spherical k-means."""
    rng = np.random.default_rng(seed)
    middles = vectors[rng.choice(len(vectors), count, replace=len(vectors) < count)]
    for _ in range(_ROUNDS):
        nearest_one = (vectors @ middles.T).argmax(axis=1)
        sums = np.zeros_like(middles)
        np.add.at(sums, nearest_one, vectors)
        length = np.linalg.norm(sums, axis=1, keepdims=True)
        middles = np.where(length > 0, sums / np.maximum(length, 1e-9), middles)
    return torch.from_numpy(middles)


def folds(formulas: np.ndarray, count: int) -> np.ndarray:
    """Return a fold (n,) for each formula's number, so mixed that all folds are alike."""
    mixed = formulas.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    return ((mixed >> np.uint64(33)) % np.uint64(count)).astype(np.int64)
