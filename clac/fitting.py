"""Learn the weights of a network from rows of data: steps, their running mean, what a resume needs.

Shape letters: n rows of a step.
"""

from __future__ import annotations

import copy
import dataclasses
import hashlib
import json
import math
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Generic, TypeVar, final

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import nn

from clac import runs
from clac.config import TowerConfig
from clac.errors import ConfigError

N = TypeVar("N", bound=nn.Module)

_SAVE_AFTER_S = 120.0
_TOLD_EVERY = 500
"""steps"""
_WARMUP, _FIRST = 0.1, 0.04
"""share of the steps in which the rate rises, and where it begins, as a share of its peak"""


@final
class Fit(Generic[N]):
    """One training: weights, their running mean, optimizer and step."""

    def __init__(
        self, network: N, loss: Callable[[N, np.ndarray], torch.Tensor], count: int,
        config: TowerConfig, folder: Path, identity: Mapping[str, Any],
    ) -> None:  # fmt: skip
        """Take a network and what is lost on rows (n,) of `count`.

        Folder keeps what an interrupted run needs; identity, which is JSON, is what must be equal
        for another to go on from there.
        """
        self.device = runs.device_of(config.device)
        self.network = network.to(self.device)
        self.mean = copy.deepcopy(self.network)
        self.loss, self.count, self.config, self.folder = loss, count, config, folder
        self.identity = {**identity, "rows": count, "config": dataclasses.asdict(config)}
        self.total = max(1, int(config.epochs * count / config.batch))
        self.optimizer = torch.optim.AdamW(
            network.parameters(), lr=config.learning_rate, weight_decay=config.weight_decay
        )
        self.half = runs.is_half(config.precision, self.device)
        self.step = 0

    def run(self) -> N:
        """Train to the last step, or to an interrupt, which keeps the state.

        Returns the running mean of the weights, for evaluation on a CPU. Raises ConfigError where
        the folder belongs to another training.
        """
        torch.set_num_threads(self.config.threads)
        self._resume()
        saved = time.monotonic()
        with runs.progress_bar() as progress:
            task = progress.add_task("learning", total=self.total, completed=self.step, note="")
            try:
                for rows in self._batches():
                    loss = self._learn(rows)
                    progress.update(task, completed=self.step, note=f"loss {loss:.3f}")
                    if self.step % _TOLD_EVERY == 0 or self.step == self.total:
                        progress.console.print(f"step {self.step}/{self.total}: loss {loss:.3f}")
                    if time.monotonic() - saved > _SAVE_AFTER_S:
                        self._save()
                        saved = time.monotonic()
            finally:
                self._save()
        return self.mean.cpu().eval()

    def _batches(self) -> Iterator[np.ndarray]:
        """Yield the rows of each step that is left, every epoch in an order of its own."""
        size = self.config.batch
        for step in range(self.step, self.total):
            places = np.arange(step * size, (step + 1) * size)
            orders = {
                epoch: np.random.default_rng([self.config.seed, epoch]).permutation(self.count)
                for epoch in np.unique(places // self.count).tolist()
            }
            yield np.array(
                [orders[place // self.count][place % self.count] for place in places.tolist()]
            )

    def _learn(self, rows: np.ndarray) -> float:
        """Take one step on rows (n,); returns the loss."""
        # Dice of a step do not depend on those before it: a resumed run throws the same.
        torch.manual_seed(hash((self.config.seed, self.step)))
        self.network.train()
        with torch.autocast(self.device.type, dtype=torch.bfloat16, enabled=self.half):
            loss = self.loss(self.network, rows)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        self.optimizer.param_groups[0]["lr"] = self.config.learning_rate * self._rate()
        self.optimizer.step()
        decay = min(self.config.average, (1 + self.step) / (10 + self.step))
        with torch.no_grad():
            for kept, new in zip(self.mean.parameters(), self.network.parameters(), strict=True):
                kept.lerp_(new, 1 - decay)
        self.step += 1
        return loss.item()

    def _rate(self) -> float:
        """Return the share of the peak rate: up and down along half waves (arXiv 1708.07120)."""
        done = self.step / self.total
        if done < _WARMUP:
            return _FIRST + (1 - _FIRST) * (1 - math.cos(math.pi * done / _WARMUP)) / 2
        return (1 + math.cos(math.pi * (done - _WARMUP) / (1 - _WARMUP))) / 2

    def _save(self) -> None:
        """Write what a resumed run needs; never half of it."""
        part = self.folder.with_name(f"{self.folder.name}.part")
        part.mkdir(parents=True, exist_ok=True)
        for name, state in (
            ("network", self.network.state_dict()),
            ("mean", self.mean.state_dict()),
            ("optimizer", runs.optimizer_tensors(self.optimizer)),
        ):
            kept = {key: value.detach().cpu().contiguous() for key, value in state.items()}
            save_file(kept, part / f"{name}.safetensors")
        (part / "progress.json").write_text(json.dumps({"step": self.step, **self.identity}))
        runs.replace_folder(part, self.folder)

    def _resume(self) -> None:
        """Go on from the folder, where there is one."""
        if not (self.folder / "progress.json").exists():
            return
        found = json.loads((self.folder / "progress.json").read_text())
        step = found.pop("step")
        if found != json.loads(json.dumps(self.identity)):
            raise ConfigError(
                f"{self.folder} belongs to another training; remove it or choose another folder"
            )
        self.step = step
        self.network.load_state_dict(load_file(self.folder / "network.safetensors"))
        self.mean.load_state_dict(load_file(self.folder / "mean.safetensors"))
        runs.load_optimizer(self.optimizer, load_file(self.folder / "optimizer.safetensors"))


def digest_of(arrays: Iterable[np.ndarray]) -> str:
    """Hash arrays, for the identity of a training."""
    found = hashlib.sha256()
    for array in arrays:
        found.update(np.ascontiguousarray(array).tobytes())
    return found.hexdigest()[:16]
