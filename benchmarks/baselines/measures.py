"""Ranks, shares and accuracies of a matrix of scores, whatever made it.

A baseline need not have vectors, so these take scores; on cosines they give what the benchmarks of
retrieval, precision and negatives give. Ties count against the query in ranks; hits among the first
k and picks among a few are the mean over all orders of the tied.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from benchmarks.precision import Hits, K
from benchmarks.retrieval import SHUFFLES
from benchmarks.testset import SEED, WITHIN
from clac.data.claims import Claim, FactTable


def pooled(
    scores: np.ndarray, rows: np.ndarray, keys: np.ndarray, pool: int
) -> tuple[np.ndarray, np.ndarray]:
    """Rank some rows of scores (b, b) in pools of a fixed size, as the retrieval benchmark does.

    Returns the ranks (shuffles, rows) of the very item, and of the best with an equal key (b,);
    NaN for what is left over.
    """
    rng = np.random.default_rng(SEED)
    pool = min(pool, len(rows))
    found = np.full((2, SHUFFLES if pool < len(rows) else 1, len(rows)), np.nan)
    for shuffle in range(found.shape[1]):
        order = rng.permutation(len(rows))
        for start in range(0, len(order) - pool + 1, pool):
            some = order[start : start + pool]
            chunk = rows[some]
            found[:, shuffle, some] = ranks(scores[np.ix_(chunk, chunk)], keys[chunk])
    return found[0], found[1]


def ranks(scores: np.ndarray, keys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rank (b,), from 1, the diagonal of scores (b, b), and the best item of an equal key."""
    wanted = scores.diagonal()[:, None]
    strict = (scores >= wanted).sum(axis=1)
    same = keys[:, None] == keys[None, :]
    best = np.where(same, scores, -np.inf).max(axis=1)[:, None]
    return strict, 1 + ((scores >= best) & ~same).sum(axis=1)


def true_hits(scores: np.ndarray, true: np.ndarray, k: int = K) -> float:
    """Count the true items (b,) among the k of the highest scores (b,)."""
    if len(scores) <= k:
        return float(true.sum())
    threshold = np.partition(scores, -k)[-k]
    above, tied = scores > threshold, scores == threshold
    return float(true[above].sum() + (k - above.sum()) * true[tied].mean())


def hits(
    scores: np.ndarray, rows: np.ndarray, said: Sequence[Sequence[Claim]], table: FactTable
) -> Hits:
    """Judge the best of some rows of scores (b, b) by what each text claims; see `precision`."""
    counts = np.zeros((3, len(rows)))
    for i, row in enumerate(rows):
        true = table.all_hold(said[row], WITHIN)
        known = ~np.any([table.unknown(claim) for claim in said[row]], axis=0)
        counts[:, i] = true_hits(scores[row, known], true[known]), true.sum(), known.sum()
    return Hits(*counts)


def picked(scores: np.ndarray, rows: np.ndarray, others: Mapping[int, np.ndarray]) -> np.ndarray:
    """Tell how surely each of some rows with others picks its own item: 1, 0, or 1/n if n tie."""
    found = []
    for row in rows:
        if row in others:
            own, rest = scores[row, row], scores[row, others[row]]
            found.append(0.0 if (rest > own).any() else 1 / (1 + (rest == own).sum()))
    return np.array(found)
