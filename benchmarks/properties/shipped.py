"""What the shipped heads say of the test part of the split by formula, and how sure they are.

Shape letters: b crystals, n tested rows, m of validation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks import testset
from benchmarks.properties import baselines
from benchmarks.properties.judge import ask
from benchmarks.properties.ship import Laid, lay, said_of
from benchmarks.properties.tasks import BY_FORMULA, Labels, labels_of, with_labels
from benchmarks.testset import TestSet
from clac import conformal
from clac.data.dataset import Pairs
from clac.head_files import SHIPPED, Heads, load_head, load_tower, read_heads
from clac.head_training import Learnt


@dataclass(frozen=True, slots=True)
class Told:
    """Predictions of one head, in the unit of its labels or the logarithm."""

    labels: np.ndarray
    """(n,) float64"""
    means: np.ndarray
    """(n,) float64"""
    guess_error: float
    """mean absolute error of who always says the median"""
    scores: np.ndarray
    """(n,) distance of label and mean, in halves of the interval that the head would show"""
    validation_scores: np.ndarray
    """(m,) the same of the validation part, which the tower did not learn"""

    @property
    def error(self) -> float:
        """Return the mean absolute error."""
        return float(np.abs(self.means - self.labels).mean())


def tell(test: TestSet) -> dict[str, Told]:
    """Ask the heads beside a model for all that was kept from its tower, by property."""
    pairs = with_labels(test.pairs)
    heads = read_heads(test.folder / SHIPPED.name, test.embedder.model_id)
    tasks = {
        name: next(task for task in BY_FORMULA if task.column == card.column)
        for name, card in heads.cards.items()
    }
    labels = {name: labels_of(task, pairs.ids) for name, task in tasks.items()}
    said = _tower(heads, pairs, list(labels.values()))
    vectors = testset.encode_crystals(pairs, test.folder)
    return {
        name: _told(heads, name, labels[name], lay(labels[name], pairs, vectors, said[task.column]))
        for name, task in tasks.items()
    }


def _tower(heads: Heads, pairs: Pairs, tasks: Sequence[Labels]) -> Mapping[str, np.ndarray]:
    """Return by column what the tower says (b,) of crystals that it did not learn, else NaN."""
    tower = load_tower(heads)
    unlearnt = [part for one in tasks for part in (one.val, one.test)]
    said = said_of(tower, pairs, np.unique(np.concatenate(unlearnt)))
    return dict(zip(tower.names, said.T, strict=True))


def _told(heads: Heads, name: str, labels: Labels, laid: Laid) -> Told:
    """Ask one head, with the training part as neighbours, for validation and tested rows."""
    card, none = heads.cards[name], np.empty(0)
    learnt = Learnt(
        load_head(heads, name), card.spreads, card.spreads_alone, card.spreads_lonely, none, none,
        card.own_error, card.near, card.far,
    )  # fmt: skip
    means, scores = {}, {}
    validation = np.flatnonzero(np.isin(laid.crystals, labels.val))
    for part, rows in (("validation", validation), ("test", laid.test)):
        said = ask(learnt, laid.rows, rows, laid.known, heads.configs[name], laid.own[rows])
        means[part] = said.mean[:, 0].astype(np.float64)
        scores[part] = conformal.interval_scores(laid.rows.labels[rows, 0], means[part], said.width)
    return Told(
        labels.values[labels.test], means["test"] * card.scale + card.centre,
        baselines.error(labels, labels.test, baselines.mean(labels)),
        scores["test"], scores["validation"],
    )  # fmt: skip
