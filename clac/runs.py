"""What training runs share: device, precision, progress, and what they leave on disk.

That is OUT/best, OUT/last, and the finished OUT/model.
"""

from __future__ import annotations

import dataclasses
import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from clac import checkpoint
from clac.data.sampling import schedule
from clac.errors import ConfigError

if TYPE_CHECKING:
    from clac.model import Clac
    from clac.train import Run

_LAST_LAYERS = frozenset(
    f"{name}.{part}" for name in ("text_projection", "crystal_projection.2")
    for part in ("weight", "bias")
)  # fmt: skip
_HEAD = "head."
"""beginning of the names of what is learnt for training only"""


def device_of(name: str, rank: int = 0) -> torch.device:
    """Choose the device of a process; 'auto' is a GPU where there is one. Raises ConfigError."""
    if name == "auto":
        name = f"cuda:{rank % torch.cuda.device_count()}" if torch.cuda.is_available() else "cpu"
    try:
        return torch.empty(0, device=name).device
    except (RuntimeError, AssertionError) as error:
        raise ConfigError(f"device {name!r} cannot be used: {error}") from error


def is_half(precision: str, device: torch.device) -> bool:
    """Tell whether a precision of `clac.config.PRECISIONS` means bfloat16 on a device."""
    able = device.type == "cuda" and torch.cuda.is_bf16_supported()
    return precision == "bfloat16" or (precision == "auto" and able)


def progress_bar(disable: bool = False) -> Progress:
    """Return the bar of a run, whose tasks have a field `note`."""
    return Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
        TimeRemainingColumn(), TextColumn("{task.fields[note]}"), disable=disable,
    )  # fmt: skip


def start_from(model: Clac, folder: Path) -> None:
    """Take the weights of an earlier run; what it did not have starts fresh.

    Of vectors with more entries for words the first are taken: they serve alone
    (arXiv 2205.13147). Raises ConfigError where they do not fit.
    """
    try:
        towers, _ = _split(load_file(folder / "model.safetensors"))
        state = model.state_dict()
        for name in _LAST_LAYERS & towers.keys() & state.keys():
            towers[name] = towers[name][: len(state[name])]
        model.load_state_dict({**state, **towers})
    except (OSError, RuntimeError, SafetensorError) as error:
        raise ConfigError(f"init {folder}: no weights that fit this model ({error})") from error


def save(run: Run, name: str, with_optimizer: bool = True) -> None:
    """Write OUT/NAME with what a resumed run needs; never half of it."""
    if run.rank:
        return
    folder = run.out / name
    part = folder.with_name(f"{folder.name}.part")
    part.mkdir(parents=True, exist_ok=True)
    states = (run.model.state_dict(), run.head.state_dict(prefix=_HEAD))
    weights = {k: v.detach().cpu().contiguous() for state in states for k, v in state.items()}
    save_file(weights, part / "model.safetensors")
    if with_optimizer:
        save_file(optimizer_tensors(run.optimizer), part / "optimizer.safetensors")
    progress = {"step": run.step, "best": run.best, "stale": run.stale,
                "seconds": run.seconds, "config": dataclasses.asdict(run.config)}  # fmt: skip
    (part / "progress.json").write_text(json.dumps(progress))
    replace_folder(part, folder)


def resume(run: Run) -> None:
    """Go on from OUT/last where it exists. Raises ConfigError for another configuration."""
    folder = run.out / "last"
    if not (folder / "progress.json").exists():
        return
    progress = json.loads((folder / "progress.json").read_text())
    if progress["config"] != dataclasses.asdict(run.config):
        raise ConfigError(
            f"{folder} belongs to another configuration; remove it or choose another 'out'"
        )
    towers, head = _split(load_file(folder / "model.safetensors"))
    run.model.load_state_dict(towers)
    run.head.load_state_dict(head)
    load_optimizer(run.optimizer, load_file(folder / "optimizer.safetensors"))
    run.step, run.best = progress["step"], progress["best"]
    run.stale, run.seconds = progress["stale"], progress["seconds"]


def export(run: Run) -> None:
    """Write OUT/model, the checkpoint of the best validation, in float16."""
    model = run.model.cpu().eval()
    towers, _ = _split(load_file(run.out / "best" / "model.safetensors"))
    model.load_state_dict(towers)
    meta = {
        "validation": run.best, "training_seconds": round(run.seconds),
        "samples_shown": schedule(run.config, run.step)[0],
        "samples_shown_to_these_weights": schedule(run.config, int(run.best["step"]))[0],
        "device": str(run.device), "train": dataclasses.asdict(run.config),
    }  # fmt: skip
    checkpoint.save(run.out / "model", model, run.tokenizer, meta, half=True)


def _split(
    weights: dict[str, torch.Tensor],
) -> tuple[dict[str, torch.Tensor], dict[str, torch.Tensor]]:
    """Part the towers from the head of training."""
    head = {k.removeprefix(_HEAD): v for k, v in weights.items() if k.startswith(_HEAD)}
    return {k: v for k, v in weights.items() if not k.startswith(_HEAD)}, head


def optimizer_tensors(optimizer: torch.optim.Optimizer) -> dict[str, torch.Tensor]:
    """Return the state of an optimizer as tensors with names."""
    state = optimizer.state_dict()["state"]
    return {f"{i}.{k}": v.cpu().contiguous() for i, s in state.items() for k, v in s.items()}


def load_optimizer(optimizer: torch.optim.Optimizer, tensors: dict[str, torch.Tensor]) -> None:
    """Give an optimizer the state that `optimizer_tensors` returned."""
    state: dict[int, dict[str, torch.Tensor]] = {}
    for name, value in tensors.items():
        index, key = name.split(".")
        state.setdefault(int(index), {})[key] = value
    optimizer.load_state_dict({**optimizer.state_dict(), "state": state})


def replace_folder(part: Path, folder: Path) -> None:
    """Put a finished folder in the place of an older one."""
    old = folder.with_name(f"{folder.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    part.rename(folder)
    shutil.rmtree(old, ignore_errors=True)
