"""What a property head says of crystals that it did not learn from, with neighbours and without.

Shape letters: n rows, m tested rows, k neighbours, c outputs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch

from clac import conformal
from clac.config import HeadConfig
from clac.head_training import Labelled, Learnt, nearest

_BLOCK = 512


@dataclass(frozen=True, slots=True)
class Said:
    """Predictions of tested rows in the head's own scale."""

    mean: np.ndarray
    """(m, c)"""
    spread: np.ndarray
    """(m,)"""


@torch.inference_mode()
def ask(
    learnt: Learnt, rows: Labelled, test: np.ndarray, pool: np.ndarray, config: HeadConfig,
    own: np.ndarray | None = None, keys: np.ndarray | None = None, *, alone: bool = False,
) -> Said:  # fmt: skip
    """Predict tested rows (m,) from neighbours in a pool, none of the same key or formula.

    Own (m, c): what a tower says of them. Alone: as if no neighbour had a label.
    """
    keys = rows.formulas if keys is None else keys
    near, _ = nearest(rows.vectors, keys, test, pool, config.neighbours)
    vectors, labels = torch.from_numpy(rows.vectors), torch.from_numpy(rows.labels)
    means, spreads = [], []
    for start in range(0, len(test), _BLOCK):
        block = slice(start, start + _BLOCK)
        asked, places = vectors[test[block]], torch.from_numpy(pool[near[block].clip(min=0)])
        there = torch.from_numpy((near[block] >= 0) & (not alone))
        first = learnt.head.own_part(asked) if own is None else torch.from_numpy(own[block])
        mean, spread, _ = learnt.head(first, asked, vectors[places], labels[places], there)
        means.append(mean.numpy())
        spreads.append(spread.numpy())
    return Said(np.concatenate(means), np.concatenate(spreads))


def judge(said: Said, labels: np.ndarray, factor: float, scale: float) -> Mapping[str, float]:
    """Measure predictions of labels (m, c): errors in the unit, coverage and width of intervals."""
    if labels.shape[1] > 1:
        true = labels.argmax(axis=1)
        inside = conformal.set_scores(true, said.mean) <= factor
        return {
            "error": float((said.mean.argmax(axis=1) != true).mean()),
            "coverage": float(inside.mean()),
            "width": float((1 - said.mean <= factor).sum(axis=1).mean()),
        }
    off = np.abs(said.mean - labels)[:, 0]
    width = factor * said.spread
    return {
        "error": float(off.mean()) * scale,
        "coverage": float((off <= width).mean()),
        "width": 2 * float(width.mean()) * scale,
    }
