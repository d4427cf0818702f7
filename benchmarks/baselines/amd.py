"""Average minimum distances (Widdowson et al. 2022, DOI 10.46793/match.87-3.529W).

The k-th entry is the mean distance from an atom to its k-th neighbour; elements do not count.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from clac.types import Structure

K = 100


def amd_vectors(structures: Sequence[Structure], same_size: bool = False) -> np.ndarray:
    """Return (b, K) distances in Angstrom, or with `same_size` in units of (volume/atom)^(1/3)."""
    try:
        import amd
    except ImportError:
        raise SystemExit("this needs: pip install average-minimum-distance") from None
    vectors = np.stack([amd.AMD(amd.PeriodicSet(s.frac @ s.cell, s.cell), K) for s in structures])
    if same_size:
        sizes = np.array([(s.volume_ang3 / len(s)) ** (1 / 3) for s in structures])
        vectors /= sizes[:, None]
    return vectors


def amd_scores(vectors: np.ndarray) -> np.ndarray:
    """Score (b, b): the largest difference of two entries, the method's own metric, negative."""
    scores = np.empty((len(vectors), len(vectors)), dtype=np.float32)
    for i, vector in enumerate(vectors):
        scores[i] = -np.abs(vectors - vector).max(axis=1)
    return scores
