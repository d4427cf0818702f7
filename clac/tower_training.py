"""Train a `PropertyTower` on labelled graphs, top to bottom.

Shape letters: b graphs, p properties.
"""

from __future__ import annotations

import copy
import dataclasses
import hashlib
import json
import math
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch.nn.functional import smooth_l1_loss

from clac import runs
from clac.config import TowerConfig
from clac.data.descriptor import FRACTIONS
from clac.data.graphs import collate
from clac.errors import ConfigError
from clac.labelled import scale_of
from clac.model import Clac
from clac.tower import PropertyTower
from clac.types import Graph

_RIDGE = 1e-2
_SAVE_AFTER_S = 120.0
_TOLD_EVERY = 500
"""steps"""
_WARMUP, _FIRST = 0.1, 0.04
"""share of the steps in which the rate rises, and where it begins, as a share of its peak"""


def train_tower(
    graphs: Sequence[Graph],
    labels: np.ndarray,
    names: Sequence[str],
    additive: Sequence[bool],
    config: TowerConfig,
    out: Path,
    model: Clac | None = None,
) -> PropertyTower:
    """Train on graphs (b,) with labels (b, p), NaN where a label is not known or not to be seen.

    Additive (p,): which labels are nearly a sum over the elements. Model: whose crystal tower it
    starts from, of the same configuration. OUT/last keeps what an interrupted run needs; the same
    call goes on from there. Returns the running mean of the weights.
    """
    torch.manual_seed(config.seed)
    torch.set_num_threads(config.threads)
    device = runs.device_of(config.device)
    rows = np.flatnonzero(~np.isnan(labels).all(axis=1))
    graphs, labels = [graphs[i] for i in rows], labels[rows]
    tower = PropertyTower(names, config)
    _set_scales(tower, graphs, labels, additive)
    if model is not None:
        tower.start_from(model)
    run = _Run(tower.to(device), graphs, labels, config, out)
    run.resume()
    run.loop()
    return run.mean.cpu().eval()


class _Run:
    """One training: weights, their running mean, optimizer and step."""

    def __init__(
        self, tower: PropertyTower, graphs: Sequence[Graph], labels: np.ndarray,
        config: TowerConfig, out: Path,
    ) -> None:  # fmt: skip
        self.tower, self.mean = tower, copy.deepcopy(tower)
        self.graphs, self.config, self.folder = graphs, config, out / "last"
        self.labels = torch.from_numpy(labels.astype(np.float32))
        self.digest = hashlib.sha256(self.labels.numpy().tobytes()).hexdigest()[:16]
        self.device = next(tower.parameters()).device
        self.total = max(1, int(config.epochs * len(graphs) / config.batch))
        self.optimizer = torch.optim.AdamW(
            tower.parameters(), lr=config.learning_rate, weight_decay=config.weight_decay
        )
        self.half = runs.is_half(config.precision, self.device)
        self.step = 0

    def loop(self) -> None:
        """Train to the last step, or to an interrupt, which keeps the state."""
        saved = time.monotonic()
        with runs.progress_bar() as progress:
            task = progress.add_task("tower", total=self.total, completed=self.step, note="")
            try:
                for rows in self._batches():
                    loss = self._learn(rows)
                    progress.update(task, completed=self.step, note=f"loss {loss:.3f}")
                    if self.step % _TOLD_EVERY == 0 or self.step == self.total:
                        progress.console.print(f"step {self.step}/{self.total}: loss {loss:.3f}")
                    if time.monotonic() - saved > _SAVE_AFTER_S:
                        self.save()
                        saved = time.monotonic()
            finally:
                self.save()

    def _batches(self) -> Iterator[np.ndarray]:
        """Yield the rows of each step that is left, every epoch in an order of its own."""
        size, n = self.config.batch, len(self.graphs)
        for step in range(self.step, self.total):
            places = np.arange(step * size, (step + 1) * size)
            orders = {
                epoch: np.random.default_rng([self.config.seed, epoch]).permutation(n)
                for epoch in np.unique(places // n).tolist()
            }
            yield np.array([orders[place // n][place % n] for place in places.tolist()])

    def _learn(self, rows: np.ndarray) -> float:
        """Take one step on graphs; returns the loss."""
        batch = collate([self.graphs[i] for i in rows]).to(self.device)
        labels = self.labels[rows].to(self.device)
        known = ~labels.isnan()
        wanted = (labels - self.tower.of_elements(batch) - self.tower.centre) / self.tower.scale
        self.tower.train()
        with torch.autocast(self.device.type, dtype=torch.bfloat16, enabled=self.half):
            found = self.tower(batch)
        wrong = smooth_l1_loss(
            found.float(), wanted.nan_to_num(), beta=self.config.beta, reduction="none"
        )
        loss = ((wrong * known).sum(dim=0) / known.sum(dim=0).clamp(min=1)).sum()
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.tower.parameters(), 1.0)
        self.optimizer.param_groups[0]["lr"] = self.config.learning_rate * self._rate()
        self.optimizer.step()
        decay = min(self.config.average, (1 + self.step) / (10 + self.step))
        with torch.no_grad():
            pairs = zip(self.mean.parameters(), self.tower.parameters(), strict=True)
            for kept, new in pairs:
                kept.lerp_(new, 1 - decay)
        self.step += 1
        return loss.item()

    def _rate(self) -> float:
        """Return the share of the peak rate: up and down along half waves (arXiv 1708.07120)."""
        done = self.step / self.total
        if done < _WARMUP:
            return _FIRST + (1 - _FIRST) * (1 - math.cos(math.pi * done / _WARMUP)) / 2
        return (1 + math.cos(math.pi * (done - _WARMUP) / (1 - _WARMUP))) / 2

    def save(self) -> None:
        """Write what a resumed run needs; never half of it."""
        part = self.folder.with_name("last.part")
        part.mkdir(parents=True, exist_ok=True)
        for name, state in (
            ("tower", self.tower.state_dict()),
            ("mean", self.mean.state_dict()),
            ("optimizer", runs.optimizer_tensors(self.optimizer)),
        ):
            kept = {key: value.detach().cpu().contiguous() for key, value in state.items()}
            save_file(kept, part / f"{name}.safetensors")
        (part / "progress.json").write_text(json.dumps(self._progress()))
        runs.replace_folder(part, self.folder)

    def resume(self) -> None:
        """Go on from OUT/last, where there is one. Raises ConfigError for another training."""
        if not (self.folder / "progress.json").exists():
            return
        found = json.loads((self.folder / "progress.json").read_text())
        self.step = found["step"]
        if found != self._progress():
            raise ConfigError(
                f"{self.folder} belongs to another training; remove it or choose another folder"
            )
        self.tower.load_state_dict(load_file(self.folder / "tower.safetensors"))
        self.mean.load_state_dict(load_file(self.folder / "mean.safetensors"))
        runs.load_optimizer(self.optimizer, load_file(self.folder / "optimizer.safetensors"))

    def _progress(self) -> dict[str, object]:
        """Say how far this training has come, and which it is."""
        return {"step": self.step, "graphs": len(self.graphs), "names": list(self.tower.names),
                "labels": self.digest, "config": dataclasses.asdict(self.config)}  # fmt: skip


def _set_scales(
    tower: PropertyTower, graphs: Sequence[Graph], labels: np.ndarray, additive: Sequence[bool]
) -> None:
    """Take centre, spread and the elements' part of each label, and the descriptor's scale."""
    descriptors = np.stack([graph.descriptor for graph in graphs])
    tower.descriptor.mean.copy_(torch.from_numpy(descriptors.mean(axis=0)))
    tower.descriptor.scale.copy_(torch.from_numpy(descriptors.std(axis=0).clip(min=0.05)))
    shares = descriptors[:, FRACTIONS].astype(np.float64)
    for column, values in enumerate(labels.T):
        rows = np.flatnonzero(~np.isnan(values))
        rest = values[rows]
        if additive[column]:
            known = shares[rows]
            square = known.T @ known + _RIDGE * np.eye(known.shape[1])
            part = np.linalg.solve(square, known.T @ rest)
            tower.elements[:, column] = torch.from_numpy(part)
            rest = rest - known @ part
        tower.centre[column], tower.scale[column] = scale_of(rest)
