"""Which crystals and captions each training step shows."""

from __future__ import annotations

import dataclasses
import random
from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from clac.config import TrainConfig
from clac.data.captions import Caption, captioned
from clac.data.claims import FactTable
from clac.data.dataset import Pairs, join
from clac.data.facts import Facts

# How often a training caption has which form: mostly whole, often as people type, sometimes with a
# fact withheld so that the rest of the structure must answer.
NAMED_STYLES = (("named", 0.45), ("query", 0.25), ("short", 0.15), ("full", 0.15))
STYLES = (("full", 0.42), ("short", 0.17), ("query", 0.12), ("fact", 0.1), ("environment", 0.11),
          ("symmetry", 0.08))  # fmt: skip
HIDDEN = (("formula", 0.25), ("elements", 0.22), ("numbers", 0.22), ("symmetry", 0.15))


@dataclass(frozen=True, slots=True)
class Batch:
    """What a step shows: b crystals with a caption each, and crystals without."""

    crystals: Pairs
    """(c, ...), the first b with a caption"""
    captions: Sequence[Caption]
    table: FactTable
    """of the crystals"""

    def same(self) -> np.ndarray:
        """Mark (c, b) the crystals for which a caption may be true too: no negatives."""
        same = np.stack([self.table.may_hold(c.claims) for c in self.captions], axis=1)
        same[np.arange(len(self.captions)), np.arange(len(self.captions))] = False
        return same


class Sampler:
    """Which rows and captions a step shows: a function of the seed and the step alone."""

    def __init__(self, learn: Pairs, named: Pairs, config: TrainConfig) -> None:
        """Find the hard negatives of every row once."""
        self.learn, self.config = learn, config
        worded = [bool(f.names or f.minerals) for f in learn.facts]
        self.named = join([named, learn.take(np.array(worded, dtype=bool))])
        self._neighbours = Neighbours(learn)

    def batch(self, step: int) -> Batch | None:
        """Return what a step shows, or None after the last."""
        start, size = schedule(self.config, step)
        if start >= self.config.samples:
            return None
        n_named = int(size * self.config.named_share) if len(self.named) else 0
        n_neighbours = int((size - n_named) * self.config.neighbour_share)
        rng = np.random.default_rng([self.config.seed, step])
        rows = [self._row(start + i) for i in range(size - n_named - n_neighbours)]
        rows += [self._neighbours.draw(rows[i % len(rows)], rng) for i in range(n_neighbours)]
        more = [
            self._neighbours.draw(rows[i % len(rows)], rng) for i in range(self.config.uncaptioned)
        ]
        main = self.learn.take(np.array(rows))
        n_known = len(self.named)
        known = self.named.take(rng.choice(n_known, n_named, replace=n_named > n_known))
        words = random.Random(f"{self.config.seed} {step}")
        styles = (("full", 1.0),) if self.config.full_only else STYLES
        hidden = HIDDEN if self.config.masking else ()
        captions = [training_caption(facts, words, styles, hidden) for facts in main.facts]
        captions += [training_caption(f, words, NAMED_STYLES, hidden) for f in known.facts]
        crystals = join([main, known, self.learn.take(np.array(more, dtype=np.int64))])
        return Batch(crystals, captions, FactTable(crystals.facts))

    def _row(self, position: int) -> int:
        epoch, at = divmod(position, len(self.learn))
        return int(_order(self.config.seed, epoch, len(self.learn))[at])


_ORDERS: dict[tuple[int, int, int], np.ndarray] = {}


def _order(seed: int, epoch: int, n: int) -> np.ndarray:
    key = (seed, epoch, n)
    if key not in _ORDERS:
        _ORDERS.clear()
        _ORDERS[key] = np.random.default_rng([seed, epoch, 1]).permutation(n)
    return _ORDERS[key]


def schedule(config: TrainConfig, step: int) -> tuple[int, int]:
    """Return the samples shown before a step and the batch of the step."""
    early_steps = int(config.samples * config.early_share) // max(config.early_batch, 1)
    if step < early_steps:
        return step * config.early_batch, config.early_batch
    return early_steps * config.early_batch + (step - early_steps) * config.batch, config.batch


def last_step(config: TrainConfig) -> int:
    """Count the steps of a run."""
    early = int(config.samples * config.early_share) // max(config.early_batch, 1)
    rest = config.samples - early * config.early_batch
    return early + -(-rest // config.batch)


def training_caption(
    facts: Facts,
    rng: random.Random,
    choices: Sequence[tuple[str, float]] = STYLES,
    hidden: Sequence[tuple[str, float]] = HIDDEN,
) -> Caption:
    """Draw a caption of a random style with random facts withheld."""
    styles, weights = zip(*choices)
    style = rng.choices(styles, weights)[0]
    hide = frozenset(name for name, share in hidden if rng.random() < share)
    if "elements" in hide:
        hide |= {"formula", "names"}
    said = captioned(facts, rng, style, hide)
    # A short caption with its only facts withheld is empty; then nothing is withheld.
    return said if said.text else captioned(facts, rng, "full")


class Neighbours:
    """Crystals that are easily taken for one another."""

    def __init__(self, pairs: Pairs) -> None:
        """Group the rows by what near-duplicates share."""
        groups: defaultdict[Hashable, list[int]] = defaultdict(list)
        for i, facts in enumerate(pairs.facts):
            for key in _alike(facts):
                groups[key].append(i)
        self._pairs = pairs
        self._groups = {key: np.array(rows) for key, rows in groups.items() if len(rows) > 1}

    def draw(self, row: int, rng: np.random.Generator) -> int:
        """Draw a row like a row, or any row where there is none."""
        keys = [key for key in _alike(self._pairs.facts[row]) if key in self._groups]
        if not keys:
            return int(rng.integers(len(self._pairs)))
        # The same formula most often, then the same elements, then one element swapped.
        group = self._groups[keys[min(int(rng.geometric(0.4)) - 1, len(keys) - 1)]]
        return int(group[rng.integers(len(group))])


def _alike(facts: Facts) -> Iterator[Hashable]:
    yield "formula", facts.formula
    yield "elements", facts.elements
    swapped = [(facts.prototype, frozenset(facts.elements) - {e}) for e in facts.elements]
    if len(swapped) > 1:
        yield from (("swap", *key) for key in swapped)


def name_known(pairs: Pairs, named: Pairs) -> Pairs:
    """Give the rows of a named formula and space group their names, minerals and uses."""
    words = {key: facts for key, facts in zip(named.keys.tolist(), named.facts)}
    facts = [
        dataclasses.replace(f, names=w.names, minerals=w.minerals, uses=w.uses, notable=w.notable)
        if (w := words.get(key)) else f
        for f, key in zip(pairs.facts, pairs.keys.tolist())
    ]  # fmt: skip
    return dataclasses.replace(pairs, facts=facts)
