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
from clac.metrics import pools, ranks_of


def pooled(
    scores: np.ndarray, rows: np.ndarray, keys: np.ndarray, pool: int
) -> tuple[np.ndarray, np.ndarray]:
    """Rank some rows of scores (b, b) in pools of a fixed size, as the retrieval benchmark does.

    Returns the ranks (shuffles, rows) of the very item, and of the best with an equal key (b,);
    NaN for what is left over.
    """
    found = np.full((2, SHUFFLES if pool < len(rows) else 1, len(rows)), np.nan)
    for shuffle, some in pools(len(rows), pool, SHUFFLES, SEED):
        chunk = rows[some]
        among = scores[np.ix_(chunk, chunk)]
        found[0, shuffle, some] = ranks_of(among, np.eye(len(chunk), dtype=bool))
        found[1, shuffle, some] = ranks_of(among, keys[chunk][:, None] == keys[chunk][None, :])
    return found[0], found[1]


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
