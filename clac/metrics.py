"""Retrieval metrics: pure functions of arrays, for training and benchmarks alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

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
        found[rows] = ranks_of(scores, right)
    return found


def ranks_of(scores: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Return the rank (b,), from 1, of the best of the right items by scores (b, n)."""
    best = np.where(right, scores, -np.inf).max(axis=1, keepdims=True)
    return 1 + ((scores >= best) & ~right).sum(axis=1)


def recall(found: np.ndarray, at: Sequence[int] = (1, 3, 5, 10)) -> Mapping[str, float]:
    """Summarise ranks (b,) as R@k, median rank and mean reciprocal rank."""
    values = {f"R@{k}": float((found <= k).mean()) for k in at}
    return values | {"median_rank": float(np.median(found)), "MRR": float((1 / found).mean())}


def neighbour_recall(found: np.ndarray, true: np.ndarray) -> float:
    """Return the mean share of true rows (b, k) that stand among the found rows (b, any)."""
    pairs = zip(found, true, strict=True)
    return float(np.mean([np.isin(wanted, rows).mean() for rows, wanted in pairs]))


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
    parts = [
        ranks(queries[rows], items[rows], None if keys is None else keys[rows])
        for _, rows in pools(len(queries), pool, shuffles, seed)
    ]
    return np.concatenate(parts)


def pools(n: int, pool: int, shuffles: int, seed: int) -> Iterator[tuple[int, np.ndarray]]:
    """Yield chunks of n shuffled rows, without overlap, each with the number of its shuffle.

    What is left over of a shuffle is left out; a pool of all rows is shuffled once.
    """
    rng = np.random.default_rng(seed)
    pool = min(pool, n)
    for shuffle in range(shuffles if pool < n else 1):
        order = rng.permutation(n)
        for start in range(0, n - pool + 1, pool):
            yield shuffle, order[start : start + pool]
