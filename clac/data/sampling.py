"""Which crystals and captions each training step shows."""

from __future__ import annotations

import dataclasses
import math
import random
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np

from clac.config import TrainConfig
from clac.data.captions import Caption, captioned
from clac.data.claims import Claim, FactTable
from clac.data.dataset import Pairs, join
from clac.data.facts import Facts
from clac.data.queries import handwritten

# How often a training caption has which form: mostly whole, often as people type, sometimes with a
# fact withheld so that the rest of the structure must answer.
NAMED_STYLES = (("named", 0.45), ("query", 0.25), ("short", 0.15), ("full", 0.15))
STYLES = (("full", 0.12), ("short", 0.30), ("query", 0.16), ("fact", 0.12), ("quantity", 0.07),
          ("environment", 0.17), ("symmetry", 0.06))  # fmt: skip
_TRIES = 6
MOST_ANSWERS = 250
"""crystals of each part of the table that a handwritten query is shown with"""
NEAR_SHARE, EVEN_SHARE = 0.6, 0.2
"""of the crystals without a caption: most that are near misses, and those drawn by what is rare"""
LABELS: Mapping[str, tuple[int, Callable[[Facts], Iterable[Hashable]]]] = {
    "space_group": (40, lambda f: (f.space_group,)),
    "structure_type": (32, lambda f: f.prototype_names[:1]),
    "class": (32, lambda f: f.classes),
    "crystal_system": (14, lambda f: (f.crystal_system,)),
    "centring": (12, lambda f: (f.centring,)),
    "dimensionality": (12, lambda f: filter(None, (f.dimensionality,))),
}
"""kinds of labels by the style of caption that says one: most in a step, and those of a crystal"""
RARE_QUANTITIES = frozenset(
    ("bulk_modulus", "shear_modulus", "poisson_ratio", "elastic_anisotropy", "refractive_index",
     "dielectric_electronic", "dielectric_total", "piezoelectric", "band_gap")
)  # fmt: skip
QUANTITY = "quantity"
HIDDEN = (("formula", 0.25), ("elements", 0.22), ("numbers", 0.22), ("symmetry", 0.15))


@dataclass(frozen=True, slots=True)
class Batch:
    """What a step shows: b crystals with a caption each, and crystals without."""

    crystals: Pairs
    """(c, ...), the first b with a caption"""
    captions: Sequence[Caption]
    table: FactTable
    """of the crystals"""
    labels: Sequence[Sequence[Caption]] = ()
    """by kind, captions that say one thing each, true of some of the crystals"""

    def judged(self) -> tuple[np.ndarray, np.ndarray]:
        """Mark (c, b) the crystals for which a caption is true, and where nobody knows."""
        true, unclear = self.judge(self.captions)
        own = np.arange(len(self.captions))
        true[own, own], unclear[own, own] = True, False
        return true, unclear

    def judge(self, captions: Sequence[Caption]) -> tuple[np.ndarray, np.ndarray]:
        """Mark (c, l) the crystals for which any captions are true, and where nobody knows."""
        true = np.stack([self.table.all_hold(c.claims) for c in captions], axis=1)
        open_ = np.stack([self.table.may_hold(c.claims) for c in captions], axis=1)
        return true, open_ & ~true


class Sampler:
    """Which rows and captions a step shows: a function of data, seed and step alone."""

    def __init__(self, learn: Pairs, named: Pairs, config: TrainConfig) -> None:
        """Find what the draws need once."""
        self.learn, self.config = learn, config
        worded = [bool(f.names or f.minerals) for f in learn.facts]
        self.named = join([named, learn.take(np.array(worded, dtype=bool))])
        self._neighbours = Neighbours(learn)
        self._misses = NearMisses(learn.facts)
        self._rare = Rare(learn.facts)
        asked = ((query, self._misses.true(query.claims, MOST_ANSWERS)) for query in handwritten())
        self._asked = [(query, rows) for query, rows in asked if len(rows)]

    def batch(self, step: int) -> Batch | None:
        """Return what a step shows, or None after the last."""
        start, size = schedule(self.config, step)
        if start >= self.config.samples:
            return None
        config, rng = self.config, np.random.default_rng([self.config.seed, step])
        words = random.Random(f"{config.seed} {step}")
        n_named = int(size * config.named_share) if len(self.named) else 0
        n_rare = 0 if config.full_only else int(size * config.rare_share)
        plain = bool(config.full_only or not self._asked)
        n_asked = 0 if plain else int(size * config.handwritten_share)
        n_rows = size - n_named - n_rare - n_asked
        n_neighbours = int(n_rows * config.neighbour_share)
        rows = [self._row(start + i) for i in range(n_rows - n_neighbours)]
        rows += [self._neighbours.draw(rows[i % len(rows)], rng) for i in range(n_neighbours)]
        drawn = [self._rare.draw(rng) for _ in range(n_rare)]
        asked = [self._asked[i] for i in rng.choice(len(self._asked), n_asked)] if n_asked else []
        shown = [*rows, *(row for row, _ in drawn), *(rng.choice(true) for _, true in asked)]
        main = self.learn.take(np.array(shown))
        n_known = len(self.named)
        known = self.named.take(rng.choice(n_known, n_named, replace=n_named > n_known))
        styles = (("full", 1.0),) if config.full_only else STYLES
        hidden = HIDDEN if config.masking else ()
        captions = [training_caption(f, words, styles, hidden) for f in main.facts[: len(rows)]]
        captions += [
            training_caption(facts, words, ((style, 1.0),), ())
            for facts, (_, style) in zip(main.facts[len(rows) :], drawn)
        ]
        captions += [query for query, _ in asked]
        captions += [training_caption(f, words, NAMED_STYLES, hidden) for f in known.facts]
        more = self._more(captions, shown, rng)
        crystals = join([main, known, self.learn.take(np.array(more, dtype=np.int64))])
        labels = draw_labels(crystals.facts, words) if config.classify else ()
        return Batch(crystals, captions, FactTable(crystals.facts), labels)

    def _more(
        self, captions: Sequence[Caption], rows: Sequence[int], rng: np.random.Generator
    ) -> list[int]:
        """Draw crystals without a caption: what captions nearly fit, then neighbours of rows."""
        near = []
        for i, caption in enumerate(captions):
            found = self._misses.draw(caption.claims, rng)
            if not found and i < len(rows):
                # So much is said that only another entry of the same formula comes near.
                found = self._neighbours.mates(rows[i], 2, rng)
            near += [row for row in found if i >= len(rows) or row != rows[i]]
        rng.shuffle(near)
        near = near[: int(self.config.uncaptioned * NEAR_SHARE)]
        even = int(self.config.uncaptioned * EVEN_SHARE) if self.config.rare_share else 0
        near += [self._rare.draw(rng)[0] for _ in range(even)]
        others = range(self.config.uncaptioned - len(near))
        return near + [self._neighbours.draw(rows[i % len(rows)], rng) for i in others]

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


def draw_labels(facts: Sequence[Facts], rng: random.Random) -> list[list[Caption]]:
    """Write labels for some crystals: space groups and two more kinds, each value as often."""
    first, *others = LABELS
    found = []
    for style in (first, *rng.sample(others, 2)):
        most, values = LABELS[style]
        groups: defaultdict[Hashable, list[Facts]] = defaultdict(list)
        for f in facts:
            for value in values(f):
                groups[value].append(f)
        chosen = rng.sample(list(groups), min(most, len(groups)))
        said = (
            _label(style, chosen[i % len(chosen)], groups[chosen[i % len(chosen)]], rng)
            for i in range(most if chosen else 0)
        )
        found.append([label for label in said if label])
    return [labels for labels in found if labels]


def _label(
    style: str, value: Hashable, facts: Sequence[Facts], rng: random.Random
) -> Caption | None:
    """Say one thing that some crystals share; of their classes the one that is meant."""
    for _ in range(_TRIES):
        said = captioned(rng.choice(facts), rng, style)
        if said.claims and (style != "class" or value in {c.word for c in said.claims}):
            return said
    return None


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
        """Draw another row like a row, or any row where there is none."""
        keys = [key for key in _alike(self._pairs.facts[row]) if key in self._groups]
        if not keys:
            return int(rng.integers(len(self._pairs)))
        # The same formula most often, then the same elements, then one element swapped.
        group = self._groups[keys[min(int(rng.geometric(0.4)) - 1, len(keys) - 1)]]
        at = int(rng.integers(len(group)))
        return int(group[at] if group[at] != row else group[at - 1])

    def mates(self, row: int, n: int, rng: np.random.Generator) -> list[int]:
        """Draw up to n other rows of the same formula, or else of the same elements."""
        facts = self._pairs.facts[row]
        for key in islice(_alike(facts), 2):
            others = self._groups.get(key, np.array([row]))
            others = others[others != row]
            if len(others):
                return rng.choice(others, min(n, len(others)), replace=False).tolist()
        return []


def _alike(facts: Facts) -> Iterator[Hashable]:
    """Name what crystals that are alike share: formula, elements, then all elements but one."""
    yield "formula", facts.formula
    yield "elements", facts.elements
    swapped = [(facts.prototype, frozenset(facts.elements) - {e}) for e in facts.elements]
    if len(swapped) > 1:
        yield from (("swap", *key) for key in swapped)


class NearMisses:
    """Crystals that a caption nearly fits, and some that it fits."""

    def __init__(self, facts: Sequence[Facts], most_claims: int = 5, parts: int = 4) -> None:
        """Take the facts to draw from; captions with more claims fit their own crystal alone.

        Each draw looks through one of `parts` of them, which is as many times quicker.
        """
        self._most = most_claims
        self._rows = [np.arange(part, len(facts), parts) for part in range(parts)]
        self._tables = [FactTable([facts[i] for i in rows]) for rows in self._rows]

    def true(self, claims: Sequence[Claim], most: int) -> np.ndarray:
        """Return rows that fit all claims, at most `most` of each part, evenly over it."""
        found = [rows[table.all_hold(claims)] for table, rows in zip(self._tables, self._rows)]
        return np.concatenate([rows[:: -(-len(rows) // most) or 1] for rows in found])

    def draw(self, claims: Sequence[Claim], rng: np.random.Generator) -> list[int]:
        """Draw a row that fits all claims and one for which all but one are true."""
        if not 0 < len(claims) <= self._most:
            return []
        part = rng.integers(len(self._tables))
        table, rows = self._tables[part], self._rows[part]
        true = np.stack([table.holds(claim) for claim in claims])
        known = np.stack([~table.unknown(claim) for claim in claims]).all(axis=0)
        found = true.sum(axis=0)
        sets = (found == len(claims), known & (found == len(claims) - 1))
        return [int(rows[rng.choice(some)]) for s in sets if len(some := np.flatnonzero(s))]


class Rare:
    """Rows drawn so that rare space groups, structure types and values come often too."""

    def __init__(self, facts: Sequence[Facts]) -> None:
        """Group the rows by what they have that may be rare."""
        groups: dict[str, defaultdict[Hashable, list[int]]] = {}
        for i, f in enumerate(facts):
            for kind, value in _rarities(f):
                groups.setdefault(kind, defaultdict(list))[value].append(i)
        self._groups = {kind: list(by_value.items()) for kind, by_value in groups.items()}

    def draw(self, rng: np.random.Generator) -> tuple[int, str]:
        """Draw a row and the style of caption that says what was drawn."""
        kind = list(self._groups)[rng.integers(len(self._groups))]
        value, rows = self._groups[kind][rng.integers(len(self._groups[kind]))]
        return rows[rng.integers(len(rows))], value[0] if kind == QUANTITY else kind


def _rarities(facts: Facts) -> Iterator[tuple[str, Any]]:
    """Name what a crystal has that may be rare, by the style of caption that says it."""
    yield "space_group", facts.space_group
    yield from (("structure_type", name) for name in facts.prototype_names)
    yield from (("class", word) for word in facts.classes)
    # Few crystals have these; ten a decade of their values.
    yield from (
        (QUANTITY, (name, round(10 * math.log10(abs(value) + 0.01))))
        for name, value in facts.properties.items() if name in RARE_QUANTITIES
    )  # fmt: skip


def name_known(pairs: Pairs, named: Pairs) -> Pairs:
    """Give the rows of a named formula and space group their names, minerals and uses."""
    words = {key: facts for key, facts in zip(named.keys.tolist(), named.facts)}
    facts = [
        dataclasses.replace(f, names=w.names, minerals=w.minerals, uses=w.uses, notable=w.notable)
        if (w := words.get(key)) else f
        for f, key in zip(pairs.facts, pairs.keys.tolist())
    ]  # fmt: skip
    return dataclasses.replace(pairs, facts=facts)
