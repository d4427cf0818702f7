"""Intervals that hold a stated share of true values: split conformal prediction.

Shape letters: b crystals, c classes.
"""

from __future__ import annotations

import numpy as np


def quantile(scores: np.ndarray, coverage: float) -> float:
    """Return what a share of new scores will not exceed, from scores (b,) of calibration rows.

    The rank is rounded up, so that rows as few as these do not promise too much
    (DOI 10.1007/b106715; arXiv 2107.07511). With too few rows for the share it is inf.
    """
    scores = np.sort(np.asarray(scores, dtype=np.float64))
    rank = int(np.ceil(coverage * (len(scores) + 1)))
    return float(scores[rank - 1]) if rank <= len(scores) else float("inf")


def interval_scores(values: np.ndarray, means: np.ndarray, spreads: np.ndarray) -> np.ndarray:
    """Return how many spreads (b,) lie between each value and its predicted mean."""
    return np.abs(values - means) / spreads


def set_scores(labels: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
    """Return one minus the probability of the true class, of labels (b,) and (b, c)."""
    return 1 - np.take_along_axis(probabilities, labels[:, None], axis=1)[:, 0]


def coverage(values: np.ndarray, low: np.ndarray, high: np.ndarray) -> float:
    """Return the share of values (b,) inside their intervals."""
    return float(((values >= low) & (values <= high)).mean())
