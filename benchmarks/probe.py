"""A linear probe on frozen embeddings, and the scores of a classification."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch

DECAYS = (1e-1, 1e-2, 1e-3, 1e-4, 1e-5)
"""weights of the squared coefficients that are tried"""


@dataclass(frozen=True, slots=True)
class Probe:
    """Multinomial logistic regression."""

    coefficients: np.ndarray
    """(d + 1, l); the last row is the offset"""
    mean: np.ndarray
    spread: np.ndarray

    def predict(self, vectors: np.ndarray) -> np.ndarray:
        """Return the likeliest label (b,) of vectors (b, d)."""
        inputs = (vectors - self.mean) / self.spread
        return (inputs @ self.coefficients[:-1] + self.coefficients[-1]).argmax(axis=1)


def fit(vectors: np.ndarray, truth: np.ndarray, n_labels: int, decay: float) -> Probe:
    """Fit labels (b,) from vectors (b, d) to the minimum of the regularised cross entropy."""
    mean, spread = vectors.mean(axis=0), vectors.std(axis=0) + 1e-6
    inputs = torch.from_numpy(((vectors - mean) / spread).astype(np.float32))
    wanted = torch.from_numpy(truth)
    weight = torch.zeros(vectors.shape[1] + 1, n_labels, requires_grad=True)
    optimizer = torch.optim.LBFGS([weight], max_iter=200, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimizer.zero_grad()
        value = torch.nn.functional.cross_entropy(inputs @ weight[:-1] + weight[-1], wanted)
        value = value + decay * weight[:-1].square().sum()
        value.backward()
        return value

    optimizer.step(loss)
    return Probe(weight.detach().numpy(), mean, spread)


def fit_best(
    train: tuple[np.ndarray, np.ndarray], val: tuple[np.ndarray, np.ndarray], n_labels: int
) -> tuple[Probe, float]:
    """Fit with each of DECAYS; return the probe of the best validation macro-F1 and its decay."""
    probes = {decay: fit(*train, n_labels, decay) for decay in DECAYS}
    best = max(
        DECAYS, key=lambda d: scores(val[1], probes[d].predict(val[0]), n_labels)["macro_f1"]
    )
    return probes[best], best


def scores(truth: np.ndarray, guess: np.ndarray, n_labels: int) -> Mapping[str, float]:
    """Score guesses (b,); both averages run over the labels that occur in `truth` (b,)."""
    f1, recalls = by_label(truth, guess, n_labels)
    return {
        "macro_f1": float(np.nanmean(f1)),
        "balanced_accuracy": float(np.nanmean(recalls)),
        "accuracy": float((truth == guess).mean()),
    }


def by_label(truth: np.ndarray, guess: np.ndarray, n_labels: int) -> tuple[np.ndarray, np.ndarray]:
    """Return F1 and recall (l,) of each label, NaN where it does not occur in `truth` (b,)."""
    right = np.bincount(truth[truth == guess], minlength=n_labels)
    there = np.bincount(truth, minlength=n_labels)
    said = np.bincount(guess, minlength=n_labels)
    known = np.where(there > 0, there, np.nan)
    return 2 * right / (known + said), right / known
