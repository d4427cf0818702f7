"""The ways to beat: a guess, neighbours, a linear probe, boosted trees, a plain graph network.

Each takes labels and what it reads of the crystals, and returns a guess for each row of the test
part; what it has to choose it chooses on the validation part (the graph network: nothing).
Shape letters: b crystals, d embedding, f features, n rows of a part, p tasks.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from sklearn.ensemble import HistGradientBoostingRegressor

from benchmarks.properties.tasks import Labels, Task
from clac.config import CrystalConfig, TowerConfig
from clac.data.descriptor import ARITY, FRACTIONS
from clac.labelled import nearest
from clac.tower import predict
from clac.tower_training import train_tower
from clac.types import Graph

NEIGHBOURS = (1, 3, 5, 10, 20, 40)
SHARPNESS = (0.0, 10.0, 30.0)
"""a neighbour of cosine c weighs exp(sharpness c)"""
DECAYS = (1e-1, 1e-2, 1e-3, 1e-4, 1e-5)
"""weights of the squared coefficients of the probe, for each row"""


def error(labels: Labels, rows: np.ndarray, guess: np.ndarray) -> float:
    """Return the mean absolute error of guesses (n,) of some rows."""
    return float(np.abs(guess - labels.values[rows]).mean())


def mean(labels: Labels) -> np.ndarray:
    """Guess the value that is least wrong without a look at the crystal: the median."""
    return np.full(len(labels.test), np.median(labels.values[labels.train]))


def neighbours(labels: Labels, vectors: np.ndarray, keys: np.ndarray) -> np.ndarray:
    """Guess the weighted mean of the nearest labelled crystals by unit vectors (b, d).

    Those of the same key, formula and space group, are left out.
    """
    near = {part: _nearest(labels, vectors, keys, part) for part in ("val", "test")}
    ways = [(k, sharp) for k in NEIGHBOURS for sharp in SHARPNESS]
    k, sharp = min(ways, key=lambda way: error(labels, labels.val, _weighted(*near["val"], *way)))
    return _weighted(*near["test"], k, sharp)


def _nearest(
    labels: Labels, vectors: np.ndarray, keys: np.ndarray, part: str
) -> tuple[np.ndarray, np.ndarray]:
    """Return cosines and values (n, k) of the nearest training crystals, best first."""
    rows, known = getattr(labels, part), labels.train
    places, cosines = nearest(vectors, keys, rows, known, max(NEIGHBOURS))
    return cosines, labels.values[known][places]


def _weighted(cosines: np.ndarray, values: np.ndarray, k: int, sharp: float) -> np.ndarray:
    weights = np.exp(sharp * (cosines[:, :k] - cosines[:, :1]))
    return (weights * values[:, :k]).sum(axis=1) / weights.sum(axis=1)


def probe(labels: Labels, vectors: np.ndarray) -> np.ndarray:
    """Guess by ridge regression on vectors (b, d)."""
    known = vectors[labels.train].astype(np.float64)
    centre, values = known.mean(axis=0), labels.values[labels.train]
    known, level = known - centre, values.mean()
    square, moment = known.T @ known, known.T @ (values - level)

    def guess(decay: float, rows: np.ndarray) -> np.ndarray:
        ridge = decay * len(known) * np.eye(len(square)) / len(square)
        return (vectors[rows] - centre) @ np.linalg.solve(square + ridge, moment) + level

    best = min(DECAYS, key=lambda decay: error(labels, labels.val, guess(decay, labels.val)))
    return guess(best, labels.test)


def composition(graphs: list[Graph]) -> np.ndarray:
    """Return the statistics of each composition (b, f).

    Shares and counts of the elements; mean, spread, least and most of ten properties of elements,
    as in Magpie's set (DOI 10.1038/npjcompumats.2016.28).
    """
    kept = [ARITY, *range(FRACTIONS.start, len(graphs[0].descriptor))]
    return np.stack([graph.descriptor[kept] for graph in graphs])


def boosting(labels: Labels, features: np.ndarray, seed: int = 0) -> np.ndarray:
    """Guess by gradient-boosted trees on features (b, f)."""
    trees = HistGradientBoostingRegressor(
        loss="absolute_error", max_iter=1000, learning_rate=0.08, max_leaf_nodes=63,
        early_stopping=True, n_iter_no_change=30, random_state=seed,
    )  # fmt: skip
    return trees.fit(features[labels.train], labels.values[labels.train]).predict(
        features[labels.test]
    )


def cgcnn(
    graphs: Sequence[Graph], tasks: Sequence[Task], labels: Sequence[Labels], epochs: float,
    precision: str, out: Path,
) -> list[np.ndarray]:  # fmt: skip
    """Guess by crystal graph convolutions (DOI 10.1103/PhysRevLett.120.145301) learnt end to end.

    All tasks (p,) of one split at once; no bonds, shapes or descriptor, and no sums over elements.
    OUT keeps what an interrupted run needs.
    """
    plain = CrystalConfig(layers=3, detectors=128, shapes=False, bonds=False, descriptor_width=0)
    config = TowerConfig(crystal=plain, noise_ang=0.0, epochs=epochs, precision=precision)
    seen = np.full((len(graphs), len(tasks)), np.nan)
    for column, one in enumerate(labels):
        seen[one.train, column] = one.values[one.train]
    names = [task.column for task in tasks]
    tower = train_tower(graphs, seen, names, [False] * len(tasks), config, out)
    return [
        predict(tower, [graphs[i] for i in one.test])[:, column]
        for column, one in enumerate(labels)
    ]
