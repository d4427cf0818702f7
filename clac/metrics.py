"""Retrieval metrics: pure functions of arrays, for training and benchmarks alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np


def ranks(
    queries: np.ndarray, items: np.ndarray, keys: np.ndarray | None = None, chunk: int = 1024
) -> np.ndarray:
    """Return for each query the rank (b,), from 1, of the item of the same row.

    `queries` and `items` are (b, d). Ties count against the query. With `keys` (b,), the best item
    of an equal key counts: duplicates of the wanted item are no errors.
    """
    found = np.empty(len(queries), dtype=np.int64)
    for start in range(0, len(queries), chunk):
        rows = np.arange(start, min(start + chunk, len(queries)))
        scores = queries[rows] @ items.T
        right = np.zeros_like(scores, dtype=bool)
        right[np.arange(len(rows)), rows] = True
        if keys is not None:
            right |= keys[rows][:, None] == keys[None, :]
        best = np.where(right, scores, -np.inf).max(axis=1)
        found[rows] = 1 + ((scores >= best[:, None]) & ~right).sum(axis=1)
    return found


def recall(found: np.ndarray, at: Sequence[int] = (1, 3, 5, 10)) -> Mapping[str, float]:
    """Summarise ranks (b,) as R@k, median rank and mean reciprocal rank."""
    values = {f"R@{k}": float((found <= k).mean()) for k in at}
    return values | {"median_rank": float(np.median(found)), "MRR": float((1 / found).mean())}


def pooled_ranks(
    queries: np.ndarray,
    items: np.ndarray,
    pool: int,
    keys: np.ndarray | None = None,
    shuffles: int = 5,
    seed: int = 0,
) -> np.ndarray:
    """Rank in pools of a fixed size: all rows, in chunks without overlap, shuffled anew.

    Returns the ranks of all full chunks, `shuffles` times over. Where the pool is larger than the
    rows, one pool of all rows is used.
    """
    rng = np.random.default_rng(seed)
    pool = min(pool, len(queries))
    parts = []
    for _ in range(shuffles if pool < len(queries) else 1):
        order = rng.permutation(len(queries))
        for start in range(0, len(order) - pool + 1, pool):
            rows = order[start : start + pool]
            parts.append(ranks(queries[rows], items[rows], None if keys is None else keys[rows]))
    return np.concatenate(parts)
