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
from clac.head_training import Learnt
from clac.labelled import Labelled, nearest

_BLOCK = 512


@dataclass(frozen=True, slots=True)
class Said:
    """Predictions of tested rows in the head's own scale."""

    mean: np.ndarray
    """(m, c)"""
    width: np.ndarray
    """(m,) half of an interval; for classes what one minus a probability may be"""


@torch.inference_mode()
def ask(
    learnt: Learnt, rows: Labelled, test: np.ndarray, pool: np.ndarray, config: HeadConfig,
    own: np.ndarray | None = None, *, alone: bool = False,
) -> Said:  # fmt: skip
    """Predict tested rows (m,) from neighbours in a pool, none of the same formula.

    Own (m, c): what a tower says of them. Alone: as if no neighbour had a label. Neighbours count
    by the rule of the product: only where the nearest is near enough.
    """
    near, cosines = nearest(rows.vectors, rows.formulas, test, pool, config.neighbours)
    is_near = cosines[:, :1] >= learnt.near
    vectors, labels = torch.from_numpy(rows.vectors), torch.from_numpy(rows.labels)
    means, spreads = [], []
    for start in range(0, len(test), _BLOCK):
        block = slice(start, start + _BLOCK)
        asked, places = vectors[test[block]], torch.from_numpy(pool[near[block].clip(min=0)])
        there = torch.from_numpy((near[block] >= 0) & is_near[block] & (not alone))
        first = learnt.head.own_part(asked) if own is None else torch.from_numpy(own[block])
        mean, spread, _ = learnt.head(first, asked, vectors[places], labels[places], there)
        means.append(mean.numpy())
        spreads.append(spread.numpy())
    factor = np.where(is_near[:, 0], learnt.spreads, learnt.spreads_lonely)
    factor = np.full(len(test), learnt.spreads_alone) if alone else factor
    is_class = rows.labels.shape[1] > 1
    return Said(np.concatenate(means), factor * (1 if is_class else np.concatenate(spreads)))


def judge(said: Said, labels: np.ndarray, scale: float) -> Mapping[str, float]:
    """Measure predictions of labels (m, c): errors in the unit, coverage and width of intervals."""
    if labels.shape[1] > 1:
        true = labels.argmax(axis=1)
        return {
            "error": float((said.mean.argmax(axis=1) != true).mean()),
            "coverage": float((conformal.set_scores(true, said.mean) <= said.width).mean()),
            "width": float((1 - said.mean <= said.width[:, None]).sum(axis=1).mean()),
        }
    middle, values = said.mean[:, 0], labels[:, 0]
    return {
        "error": float(np.abs(middle - values).mean()) * scale,
        "coverage": conformal.coverage(values, middle - said.width, middle + said.width),
        "width": 2 * float(said.width.mean()) * scale,
    }
