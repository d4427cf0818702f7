"""Every row is looked at: nearest vectors by matrix products, a block of rows at a time.

And what every index asks of the vectors and the masks that it is given.

Shape letters: b stored, m looked at, q queries, d embedding, k hits.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

BLOCK = 16_384
"""rows that are held decoded at once"""
SPARE = 16
"""candidates beyond k, so that ties at the border are seen"""
ROUNDING = 2e-6
"""scores are added in float32: what is closer than this is compared anew in float64"""
_LEAST_SQUARE, _MOST_SQUARE = 0.998, 1.002


def unit_rows(vectors: np.ndarray, dim: int) -> np.ndarray:
    """Return vectors (m, d) as contiguous float32.

    Raises ValueError on a wrong shape, a value that is not finite, or a length that is not one.
    """
    vectors = np.ascontiguousarray(vectors, dtype=np.float32)
    if vectors.ndim != 2 or vectors.shape[1] != dim:
        raise ValueError(f"expected vectors (b, {dim}), found {vectors.shape}")
    squares = np.vecdot(vectors, vectors)
    # Of one query its square alone is looked at: minima take as long as all else here.
    ends = squares if len(squares) < 2 else (squares.min(), squares.max())  # NaN if there is one
    if not all(_LEAST_SQUARE < end < _MOST_SQUARE for end in ends):
        raise ValueError("expected finite vectors of length one")
    return vectors


def nearest(
    stored: np.ndarray, rows: np.ndarray, queries: np.ndarray, k: int
) -> tuple[np.ndarray, np.ndarray]:
    """Find the k nearest of some vectors (m, d), whose rows (m,) are given, by a product."""
    scores = queries @ stored.T
    best = np.argpartition(-scores, k - 1, axis=1)[:, :k]
    order = np.argsort(-np.take_along_axis(scores, best, axis=1), axis=1)
    best = np.take_along_axis(best, order, axis=1)
    return np.take_along_axis(scores, best, axis=1), rows[best]


def nearest_in_blocks(
    fetch: Callable[[np.ndarray], np.ndarray], rows: np.ndarray, queries: np.ndarray, k: int
) -> tuple[np.ndarray, np.ndarray]:
    """Find the k nearest of some rows (m,), whose vectors are decoded a block at a time."""
    scores = np.zeros((len(queries), 0), dtype=np.float32)
    found = np.zeros((len(queries), 0), dtype=np.int64)
    for start in range(0, len(rows), BLOCK):
        part = rows[start : start + BLOCK]
        stored = fetch(part)
        if scores.shape[1] == k:  # of later blocks few rows are better than what is found
            better = (queries @ stored.T > scores[:, -1:]).any(axis=0)
            if not better.any():
                continue
            stored, part = stored[better], part[better]
        near = nearest(stored, part, queries, min(k, len(part)))
        scores = np.concatenate([scores, near[0]], axis=1)
        found = np.concatenate([found, near[1]], axis=1)
        order = np.argsort(-scores, axis=1)[:, :k]
        scores = np.take_along_axis(scores, order, axis=1)
        found = np.take_along_axis(found, order, axis=1)
    return scores, found


def count_allowed(allowed: np.ndarray | None, total: int) -> int:
    """Count the allowed of so many rows; raises ValueError for what is no mask (b,) bool."""
    if allowed is None:
        return total
    if allowed.shape != (total,) or allowed.dtype != bool:
        raise ValueError(f"expected a mask ({total},) bool, found {allowed.shape}")
    return int(np.count_nonzero(allowed))


def no_worse(scores: np.ndarray, k: int) -> int:
    """Count the scores (c,), best first, that are no worse than the k-th but for rounding."""
    least, count = scores[k - 1] - ROUNDING, k
    while count < len(scores) and scores[count] >= least:
        count += 1
    return count


def best(
    stored: np.ndarray, rows: np.ndarray, query: np.ndarray, k: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Compare vectors (m, d) of rows (m,) with a query (d,) in float64.

    Returns scores, rows and places among them of the k best; of equals the first row is the best.
    """
    scores = np.vecdot(stored, query, dtype=np.float64).astype(np.float32)
    order = np.lexsort((rows, -scores))[:k]
    return scores[order], rows[order], order
