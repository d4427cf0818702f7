"""Learn a property head from vectors with labels.

What a crystal's own vector says is learnt in folds by formula, so that every row has a prediction
of members that never saw its formula. What its neighbours say is learnt with the row, and all
others of its formula, left out: who asks for a new formula has none of it to look at. How the two
are weighed, and how far off the result is, is learnt from such predictions alone.
Shape letters: n rows, m held rows, d embedding, k neighbours, c outputs.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch.nn.functional import cross_entropy, nll_loss, smooth_l1_loss

from clac import conformal
from clac.config import HeadConfig
from clac.heads import Kriging, Own, PropertyHead
from clac.labelled import Labelled, folds, landmarks, nearest

Progress = Callable[[int, int], None]
"""called with the steps done and their total"""
_BETA = 0.1
_BLOCK = 512
_WEIGHT_DECAY = 0.1
_METRIC_DECAY = 1e-4
_BLEND_STEPS, _BLEND_BATCH, _BLEND_RATE = 600, 1024, 0.01
_NEAR, _FAR = 0.05, 0.01
"""shares of a head's own crystals that count as far from all others, and as out of its range"""
_ENOUGH = 20
"""lonely rows that an interval can be measured on"""
_CHECKS = 20
"""looks at rows kept apart, while a member is learnt"""


@dataclass(frozen=True, slots=True)
class Held:
    """What heads say of rows that they did not learn from; row by row."""

    own: torch.Tensor
    """(m, c)"""
    labels: torch.Tensor
    """(m, c)"""
    kriged: tuple[torch.Tensor, torch.Tensor, torch.Tensor]
    """mean (m, c), share of the variance that is left (m,), weights (m, k)"""
    near_labels: torch.Tensor
    """(m, k, c)"""
    fold: np.ndarray
    """(m,) 0 or 1, by formula"""


@dataclass(frozen=True, slots=True)
class Learnt:
    """A head and what was measured of it on rows that it did not learn from."""

    head: PropertyHead
    spreads: float
    """quantile of the conformal scores at the coverage that was asked for"""
    spreads_alone: float
    """the same in an index without labels"""
    spreads_lonely: float
    """the same where there are labels, but none as near as `near`"""
    errors: np.ndarray
    """(m,) absolute errors in the head's scale; for classes one minus the true one's probability"""
    errors_alone: np.ndarray
    own_error: float
    """mean absolute error of what vectors alone say, in the head's scale"""
    near: float
    """cosine of the nearest labelled crystal that 95% of the rows reach"""
    far: float
    """cosine to the nearest landmark that 99% of the rows reach"""

    @property
    def calibration(self) -> dict[str, float]:
        """Return what was measured and stands on the card of the head, by name."""
        names = ("spreads", "spreads_alone", "spreads_lonely", "own_error", "near", "far")
        return {name: getattr(self, name) for name in names}


def learn_head(
    rows: Labelled,
    config: HeadConfig,
    pool: np.ndarray | None = None,
    held: np.ndarray | None = None,
    own: np.ndarray | None = None,
    progress: Progress | None = None,
) -> Learnt:
    """Learn a head whose neighbours are the rows of a pool (all by default).

    Held (m,): rows that weigh the parts and measure the spread, with what a tower that did not
    learn from them says (own, (m, c)). Without `own` they are of the pool, all of it by default,
    each as a member that did not see its formula predicts it.
    """
    torch.manual_seed(config.seed)
    pool = np.arange(len(rows.labels)) if pool is None else pool
    held = pool if held is None else held
    count = _Count(len(pool), config, progress)
    head = PropertyHead(rows.vectors.shape[1], rows.labels.shape[1], config)
    unseen = fit_own(head.own, rows, pool, config, count)
    if own is None:
        place = {row: i for i, row in enumerate(pool.tolist())}
        own = unseen[[place[row] for row in held.tolist()]]
    near, there, best = _near(rows, pool, pool, config)
    held_near, held_there, held_best = (
        (near, there, best) if held is pool else _near(rows, held, pool, config)
    )
    fold, labels = folds(rows.formulas, 2), torch.from_numpy(rows.labels)
    half = []
    for other in (0, 1):
        # What was fitted to a label would seem to know it better than it does.
        one, seen = copy.deepcopy(head.kriging), np.flatnonzero(fold[pool] != other)
        fit_kriging(one, rows, pool, near, there, seen, config, count)
        half.append(_krige(one, rows, held, pool, held_near, held_there))
    fit_kriging(head.kriging, rows, pool, near, there, np.arange(len(pool)), config, count)
    known = Held(
        torch.from_numpy(np.asarray(own, dtype=np.float32)), labels[held],
        _by_fold(fold[held], *half), labels[pool[held_near]], fold[held],
    )  # fmt: skip
    scores, alone, errors, errors_alone = _out_of_fold(head, known, config, count)
    fit_blend(head, known, np.ones(len(held), dtype=bool), config, count)
    head.landmarks.copy_(landmarks(rows.vectors[pool], config.landmarks, config.seed))
    least = float(np.quantile(best, _NEAR))
    is_near = held_best >= least
    every = conformal.quantile(alone, config.coverage)
    lonely = every
    if (~is_near).sum() >= _ENOUGH:
        lonely = max(every, conformal.quantile(alone[~is_near], config.coverage))
    return Learnt(
        head.eval(), conformal.quantile(scores[is_near], config.coverage), every, lonely,
        errors, errors_alone, own_error=float(np.abs(unseen - rows.labels[pool]).mean()),
        near=least, far=_range(rows, pool, config),
    )  # fmt: skip


def _by_fold(
    fold: np.ndarray, *kriged: tuple[torch.Tensor, torch.Tensor, torch.Tensor]
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Take each row (m,) from the kriging that its fold had no part in."""
    second = torch.from_numpy(fold == 1)
    mean, left, weights = (
        torch.where(second.reshape(-1, *[1] * (a.ndim - 1)), b, a)
        for a, b in zip(*kriged, strict=True)
    )
    return mean, left, weights


def _out_of_fold(
    head: PropertyHead, known: Held, config: HeadConfig, count: Callable[[], None]
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return scores with neighbours and alone, errors likewise, of rows that weighed nothing."""
    scores, alone, errors, errors_alone = (np.empty(len(known.fold)) for _ in range(4))
    for fold in (0, 1):
        one, mine = copy.deepcopy(head), known.fold == fold
        fit_blend(one, known, ~mine, config, count)
        scores[mine], errors[mine] = _scores(one, known, mine, alone=False)
        alone[mine], errors_alone[mine] = _scores(one, known, mine, alone=True)
    return scores, alone, errors, errors_alone


def _range(rows: Labelled, pool: np.ndarray, config: HeadConfig) -> float:
    """Return the cosine to landmarks that nearly all rows reach whose formulas made none."""
    fold, close = folds(rows.formulas[pool], 2), np.empty(len(pool))
    vectors = rows.vectors[pool]
    for one in (0, 1):
        made = landmarks(vectors[fold != one], config.landmarks, config.seed).numpy()
        close[fold == one] = (vectors[fold == one] @ made.T).max(axis=1)
    return float(np.quantile(close, _FAR))


class _Count:
    """Counts the steps of all parts for a progress bar."""

    def __init__(self, n: int, config: HeadConfig, progress: Progress | None) -> None:
        self.done, self.progress = 0, progress
        members = config.members * steps_of(n, config)
        self.total = members + 3 * config.metric_steps + 3 * _BLEND_STEPS

    def __call__(self) -> None:
        self.done += 1
        if self.progress is not None:
            self.progress(self.done, self.total)


def steps_of(n: int, config: HeadConfig) -> int:
    """Return the steps of a member for n labels."""
    return int(np.clip(config.steps * n / 1000, config.steps, config.max_steps))


def fit_own(
    own: Own, rows: Labelled, pool: np.ndarray, config: HeadConfig, count: Callable[[], None]
) -> np.ndarray:
    """Learn the members of an `Own`; return what one says that did not see a formula (n, c)."""
    vectors = torch.from_numpy(rows.vectors[pool])
    own.centre.copy_(vectors.mean(dim=0))
    own.scale.copy_(vectors.std(dim=0).clamp(min=1e-3))
    inputs, labels = own.scaled(vectors), torch.from_numpy(rows.labels[pool])
    fold = folds(rows.formulas[pool], config.members)
    unseen = np.empty(labels.shape, dtype=np.float32)
    for number, member in enumerate(own.members):
        out = fold == number
        # Of the formulas that it learns from, a few tell when to stop.
        apart = ~out & (folds(rows.formulas[pool] // 7, 10) == 0)
        _fit_member(member, inputs, labels, ~out & ~apart, apart, config, count)
        with torch.no_grad():
            said = member(inputs[torch.from_numpy(out)])
        unseen[out] = (said.softmax(dim=1) if rows.is_class else said).numpy()
    return unseen


def _fit_member(
    member: torch.nn.Module, inputs: torch.Tensor, labels: torch.Tensor, seen: np.ndarray,
    apart: np.ndarray, config: HeadConfig, count: Callable[[], None],
) -> None:  # fmt: skip
    """Learn one perceptron, and keep it as it was when it did best on the rows kept apart."""
    learn, check = np.flatnonzero(seen), torch.from_numpy(np.flatnonzero(apart))
    rng, steps = np.random.default_rng(config.seed), steps_of(len(labels), config)
    optimizer = torch.optim.AdamW(
        member.parameters(), lr=config.learning_rate, weight_decay=_WEIGHT_DECAY
    )
    rates = torch.optim.lr_scheduler.OneCycleLR(optimizer, config.learning_rate, total_steps=steps)
    best, state = float("inf"), copy.deepcopy(member.state_dict())
    for step in range(1, steps + 1):
        chosen = torch.from_numpy(rng.choice(learn, min(config.batch, len(learn)), replace=False))
        member.train()
        loss = _own_loss(member(inputs[chosen]), labels[chosen])
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        rates.step()
        count()
        if len(check) and step % max(1, steps // _CHECKS) == 0:
            member.eval()
            with torch.no_grad():
                found = _own_loss(member(inputs[check]), labels[check]).item()
            if found < best:
                best, state = found, copy.deepcopy(member.state_dict())
    if len(check):
        member.load_state_dict(state)
    member.eval()


def _own_loss(said: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    if labels.shape[1] > 1:
        return cross_entropy(said, labels)
    return smooth_l1_loss(said, labels, beta=_BETA)


def fit_kriging(
    kriging: Kriging, rows: Labelled, pool: np.ndarray, near: np.ndarray, there: np.ndarray,
    seen: np.ndarray, config: HeadConfig, count: Callable[[], None],
) -> None:  # fmt: skip
    """Learn metric and noise so that neighbours tell the label of a row left out.

    Seen: places in the pool of the rows that are left out one by one.
    """
    vectors = torch.from_numpy(rows.vectors[pool])
    labels = torch.from_numpy(rows.labels[pool])
    rng = np.random.default_rng(config.seed)
    rate = config.metric_learning_rate
    optimizer = torch.optim.Adam(kriging.parameters(), lr=rate)
    rates = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, total_steps=config.metric_steps)
    for _ in range(config.metric_steps):
        chosen = rng.choice(seen, min(config.metric_batch, len(seen)), replace=False)
        places = torch.from_numpy(near[chosen])
        mean, left, _ = kriging(
            vectors[chosen], vectors[places], labels[places], torch.from_numpy(there[chosen])
        )
        variance = left * kriging.prior()
        # Laplace's density: a few labels are far off, and what is judged is the absolute error.
        off = (kriging.cut(labels[chosen]) - mean).abs().mean(dim=1)
        loss = (2**0.5 * off / variance.sqrt() + variance.log() / 2).mean()
        optimizer.zero_grad(set_to_none=True)
        (loss + _METRIC_DECAY * kriging.metric.square().sum()).backward()
        torch.nn.utils.clip_grad_norm_(kriging.parameters(), 1.0)
        optimizer.step()
        rates.step()
        count()


def fit_blend(
    head: PropertyHead, known: Held, chosen: np.ndarray, config: HeadConfig,
    count: Callable[[], None],
) -> None:  # fmt: skip
    """Learn to weigh both parts from some held rows (m,) bool, with neighbours and without."""
    rows, rng = np.flatnonzero(chosen), np.random.default_rng(config.seed)
    optimizer = torch.optim.Adam(head.blend.parameters(), lr=_BLEND_RATE)
    rates = torch.optim.lr_scheduler.OneCycleLR(optimizer, _BLEND_RATE, total_steps=_BLEND_STEPS)
    for step in range(_BLEND_STEPS):
        some = torch.from_numpy(rng.choice(rows, min(_BLEND_BATCH, len(rows)), replace=False))
        mean, spread = _said(head, known, some, alone=step % 3 == 2)
        labels = known.labels[some]
        if labels.shape[1] > 1:
            loss = nll_loss(mean.log(), labels.argmax(dim=1))
        else:
            off = (mean - labels).abs()[:, 0]
            loss = (
                smooth_l1_loss(mean, labels, beta=_BETA)
                + (off.detach() / spread + spread.log()).mean()
            )
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        rates.step()
        count()


def _said(
    head: PropertyHead, known: Held, rows: torch.Tensor, *, alone: bool
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return mean (b, c) and spread (b,) of held rows, with their neighbours or without any."""
    kriged, left, weights = (part[rows] for part in known.kriged)
    if alone:
        kriged = head.kriging.constant.detach().expand_as(kriged)
        left, weights = torch.ones_like(left), torch.zeros_like(weights)
    mean, spread, _ = head.mix(known.own[rows], kriged, left, weights, known.near_labels[rows])
    return mean, spread


@torch.no_grad()
def _scores(
    head: PropertyHead, known: Held, chosen: np.ndarray, *, alone: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Return conformal scores and errors of some held rows."""
    rows = torch.from_numpy(np.flatnonzero(chosen))
    mean, spread = (part.numpy() for part in _said(head, known, rows, alone=alone))
    labels = known.labels[rows].numpy()
    if labels.shape[1] > 1:
        scores = conformal.set_scores(labels.argmax(axis=1), mean)
        return scores, scores
    return conformal.interval_scores(labels[:, 0], mean[:, 0], spread), np.abs(mean - labels)[:, 0]


def _near(
    rows: Labelled, of: np.ndarray, pool: np.ndarray, config: HeadConfig
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return neighbours of rows as places in the pool (m, k), which are there, the best cosine."""
    places, cosines = nearest(rows.vectors, rows.formulas, of, pool, config.neighbours)
    return places.clip(min=0), places >= 0, cosines[:, 0]


@torch.no_grad()
def _krige(
    kriging: Kriging, rows: Labelled, of: np.ndarray, pool: np.ndarray, near: np.ndarray,
    there: np.ndarray,
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:  # fmt: skip
    """Krige rows (m,) once: mean, share of the variance that is left, and weights."""
    vectors, labels = torch.from_numpy(rows.vectors), torch.from_numpy(rows.labels)
    places = torch.from_numpy(pool[near])
    parts = [
        kriging(vectors[of[block]], vectors[places[block]], labels[places[block]],
                torch.from_numpy(there[block]))
        for block in (slice(at, at + _BLOCK) for at in range(0, len(of), _BLOCK))
    ]  # fmt: skip
    mean, left, weights = (torch.cat(part) for part in zip(*parts, strict=True))
    return mean, left, weights
