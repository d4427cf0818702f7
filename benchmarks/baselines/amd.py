"""Average minimum distances (Widdowson et al. 2022, DOI 10.46793/match.87-3.529W).

The k-th entry is the mean distance from an atom to its k-th neighbour; elements do not count.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from clac.data.neighbours import neighbours_within
from clac.types import Structure

K = 100


def amd_vectors(structures: Sequence[Structure], same_size: bool = False) -> np.ndarray:
    """Return (b, K) distances in Angstrom, or with `same_size` in units of (volume/atom)^(1/3)."""
    vectors = np.stack([_nearest(s).mean(axis=0) for s in structures])
    if same_size:
        sizes = np.array([(s.volume_ang3 / len(s)) ** (1 / 3) for s in structures])
        vectors /= sizes[:, None]
    return vectors


def _nearest(structure: Structure) -> np.ndarray:
    """Return the sorted distances (n, K) from each atom to its K nearest neighbours."""
    # A ball that holds K atoms on average, widened until each atom has as many around it.
    radius = (3 * K / (4 * np.pi) * structure.volume_ang3 / len(structure)) ** (1 / 3)
    while True:
        radius *= 1.15
        i, _, distance, _ = neighbours_within(structure, radius)
        count = np.bincount(i, minlength=len(structure))
        if (count >= K).all():
            break
    rows = np.split(distance[np.lexsort((distance, i))], np.cumsum(count)[:-1])
    return np.stack([row[:K] for row in rows])


def amd_scores(vectors: np.ndarray) -> np.ndarray:
    """Score (b, b): the largest difference of two entries, the method's own metric, negative."""
    scores = np.empty((len(vectors), len(vectors)), dtype=np.float32)
    for i, vector in enumerate(vectors):
        scores[i] = -np.abs(vectors - vector).max(axis=1)
    return scores
