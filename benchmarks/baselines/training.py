"""The training loop of the baselines: it resumes, shows how far it is, and stops when asked."""

from __future__ import annotations

import math
import os
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from safetensors import safe_open
from safetensors.torch import save_file
from torch import nn

from benchmarks import report
from clac.config import GraphConfig
from clac.data.dataset import Pairs, prepare

SAVE_EVERY_S = 120
WARMUP = 0.05
LossAt = Callable[[int], torch.Tensor]
"""the loss of a step: a function of the step alone, so that a resumed run goes on as it would"""


def train(
    model: nn.Module,
    steps: int,
    rates: Mapping[str, float],
    start: Callable[[], LossAt],
    path: Path,
) -> Mapping[str, float]:
    """Train a model up to a step, from where an earlier call stopped; returns steps and seconds.

    Rates: prefix of parameter names -> learning rate, the first that fits. `start` is called only
    where there is something left to train. What a resumed run needs is kept in one file.
    """
    optimizer = torch.optim.AdamW(list(_groups(model, rates)), weight_decay=0.01)
    progress = _resume(path, model, optimizer)
    if progress["step"] < steps:
        _loop(model, optimizer, steps, start(), path, progress)
    model.eval()
    return progress


def _loop(
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    steps: int,
    loss_at: LossAt,
    path: Path,
    progress: dict[str, float],
) -> None:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
               TimeRemainingColumn(), TextColumn("{task.fields[note]}"))  # fmt: skip
    saved = time.monotonic()
    with Progress(*columns) as bar:
        task = bar.add_task(path.stem, total=steps, note="")
        try:
            for step in range(int(progress["step"]), steps):
                began = time.monotonic()
                loss = _learn(model, optimizer, loss_at, step, steps)
                progress["step"] = step + 1
                progress["seconds"] += time.monotonic() - began
                bar.update(task, completed=step + 1, note=f"loss {loss:.3f}")
                if time.monotonic() - saved > SAVE_EVERY_S:
                    _save(path, model, optimizer, progress)
                    saved = time.monotonic()
        except KeyboardInterrupt:
            bar.console.print(f"interrupted at step {step}; the same command resumes")
            raise
        finally:
            _save(path, model, optimizer, progress)


def _learn(
    model: nn.Module, optimizer: torch.optim.Optimizer, loss_at: LossAt, step: int, steps: int
) -> float:
    share = (step + 1) / steps
    factor = min(1.0, share / WARMUP) * (0.02 + 0.98 * (1 + math.cos(math.pi * share)) / 2)
    for group in optimizer.param_groups:
        group["lr"] = group["rate"] * factor
    torch.manual_seed(step)
    model.train()
    optimizer.zero_grad(set_to_none=True)
    loss = loss_at(step)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    with torch.no_grad():
        model.log_scale.clamp_(max=math.log(100))
    return loss.item()


def _groups(model: nn.Module, rates: Mapping[str, float]) -> Iterator[dict[str, Any]]:
    left = dict(model.named_parameters())
    for prefix, rate in rates.items():
        names = [name for name in left if name.startswith(prefix)]
        yield {"params": [left.pop(name) for name in names], "lr": rate, "rate": rate}


def _save(
    path: Path, model: nn.Module, optimizer: torch.optim.Optimizer, progress: Mapping[str, float]
) -> None:
    tensors = {f"model {name}": value for name, value in model.state_dict().items()}
    for index, values in optimizer.state_dict()["state"].items():
        tensors |= {f"optimizer {index} {name}": value for name, value in values.items()}
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    told = {name: str(value) for name, value in progress.items()}
    save_file({name: value.cpu().contiguous() for name, value in tensors.items()}, part, told)
    os.replace(part, path)  # never half of it


def _resume(path: Path, model: nn.Module, optimizer: torch.optim.Optimizer) -> dict[str, float]:
    if not path.exists():
        return {"step": 0, "seconds": 0.0}
    weights, state = {}, defaultdict[int, dict[str, torch.Tensor]](dict)
    with safe_open(path, "pt") as file:
        told = file.metadata()
        for key in file.keys():  # noqa: SIM118  (no mapping)
            part, *names = key.split(" ")
            if part == "model":
                weights[names[0]] = file.get_tensor(key)
            else:
                state[int(names[0])][names[1]] = file.get_tensor(key)
    model.load_state_dict(weights)
    optimizer.load_state_dict({**optimizer.state_dict(), "state": dict(state)})
    return {"step": int(told["step"]), "seconds": float(told["seconds"])}


@cache
def training_pairs(cache_folder: Path, config: GraphConfig) -> Pairs:
    """Return the training split, read once for all baselines."""
    pairs = prepare(report.need_crystals(), cache_folder, config)
    return pairs.take(pairs.split == "train")


def device() -> str:
    """Name the device to compute on."""
    return "cuda" if torch.cuda.is_available() else "cpu"


def by_length(lengths: Sequence[int], size: int = 64) -> list[np.ndarray]:
    """Group rows of like length, `size` at a time: little is wasted on padding."""
    order = np.argsort(lengths, kind="stable")
    return [order[start : start + size] for start in range(0, len(order), size)]


def in_order(parts: Sequence[torch.Tensor], rows: Sequence[np.ndarray]) -> torch.Tensor:
    """Join the parts of groups of rows in the order of the rows."""
    at = torch.from_numpy(np.argsort(np.concatenate(rows), kind="stable"))
    return torch.cat(list(parts))[at.to(parts[0].device)]
