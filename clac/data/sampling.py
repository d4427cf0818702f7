"""Which crystals and captions each training step shows."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from clac.config import TrainConfig
from clac.data.captions import caption
from clac.data.dataset import Pairs, join
from clac.data.facts import Facts

# How often a training caption has which form: mostly whole, often as people type, sometimes with a
# fact withheld so that the rest of the structure must answer.
NAMED_STYLES = (("named", 0.45), ("query", 0.25), ("short", 0.15), ("full", 0.15))
STYLES = (("full", 0.5), ("short", 0.2), ("query", 0.18), ("environment", 0.05), ("symmetry", 0.07))
HIDDEN = (("formula", 0.25), ("elements", 0.08), ("numbers", 0.20), ("symmetry", 0.08))


@dataclass(frozen=True, slots=True)
class Sampler:
    """Which rows and captions a step shows: a function of the seed and the step alone."""

    learn: Pairs
    named: Pairs
    config: TrainConfig

    def batch(self, step: int) -> tuple[Pairs, list[str]] | None:
        """Return the pairs and captions of a step, or None after the last."""
        start, size = schedule(self.config, step)
        if start >= self.config.samples:
            return None
        extra = int(size * self.config.named_share) if len(self.named) else 0
        rows = [self._row(start + i) for i in range(size - extra)]
        rng = np.random.default_rng([self.config.seed, step])
        main = self.learn.take(np.array(rows))
        known = self.named.take(rng.choice(len(self.named), extra, replace=extra > len(self.named)))
        words = random.Random(f"{self.config.seed} {step}")
        captions = [training_caption(facts, words) for facts in main.facts]
        captions += [training_caption(facts, words, NAMED_STYLES) for facts in known.facts]
        return join([main, known]), captions

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
    facts: Facts, rng: random.Random, choices: Sequence[tuple[str, float]] = STYLES
) -> str:
    """Draw a caption of a random style with random facts withheld."""
    styles, weights = zip(*choices)
    style = rng.choices(styles, weights)[0]
    hide = frozenset(name for name, share in HIDDEN if rng.random() < share)
    if "elements" in hide:
        hide |= {"formula", "names"}
    # A short caption with its only facts withheld is empty; then nothing is withheld.
    return caption(facts, rng, style=style, hide=hide) or caption(facts, rng, style="full")


def name_known(pairs: Pairs, named: Pairs) -> Pairs:
    """Give the rows of a named formula and space group their names, minerals and uses."""
    words = {key: facts for key, facts in zip(named.keys.tolist(), named.facts)}
    facts = [
        dataclasses.replace(f, names=w.names, minerals=w.minerals, uses=w.uses)
        if (w := words.get(key)) else f
        for f, key in zip(pairs.facts, pairs.keys.tolist())
    ]  # fmt: skip
    return dataclasses.replace(pairs, facts=facts)
