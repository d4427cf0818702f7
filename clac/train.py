"""Contrastive training, top to bottom."""

from __future__ import annotations

import dataclasses
import json
import math
import os
import random
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.distributed as dist
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch.utils.tensorboard import SummaryWriter

from clac import checkpoint
from clac.config import TrainConfig
from clac.data.captions import caption
from clac.data.dataset import Pairs, named_pairs, prepare
from clac.data.graphs import collate
from clac.data.sampling import Sampler, last_step, name_known, schedule, training_caption
from clac.encoders.text import pretrained
from clac.errors import ConfigError
from clac.losses import false_negatives, infonce, siglip
from clac.metrics import pooled_ranks, recall
from clac.model import Clac
from clac.tokens import Tokenizer, pad
from clac.types import TextBatch

VALIDATION_POOL = 1024


def train(config: TrainConfig) -> Mapping[str, float]:
    """Train a model as configured; returns its best validation recall.

    Writes OUT/model, a checkpoint, beside what `fit` writes.
    """
    run = fit(config)
    if run.rank == 0:
        run.export()
    return run.best


def fit(config: TrainConfig) -> Run:
    """Run the training loop.

    Writes OUT/best and OUT/last (weights, and what a resumed run needs) and OUT/log (TensorBoard).
    A second call with the same configuration goes on where the first was interrupted.
    """
    torch.set_num_threads(config.threads)
    torch.manual_seed(config.seed)
    rank, world = _join_ranks()
    device = _device(config.device, rank)
    if rank > 0:
        dist.barrier()  # one rank prepares the cache, the others read it
    pairs = prepare(Path(config.data), Path(config.cache), config.model.graph, config.limit)
    if world > 1 and rank == 0:
        dist.barrier()
    learn, check = pairs.take(pairs.split == "train"), pairs.take(pairs.split == "val")
    if not len(learn) or not len(check):
        raise ConfigError(f"training data {config.data}: no rows of split 'train' or none of 'val'")
    others = frozenset(f.formula for f, s in zip(pairs.facts, pairs.split) if s != "train")
    named = named_pairs(config.model.graph, others)
    learn = name_known(learn, named)
    text, tokenizer = pretrained(config.model.text)
    model = Clac(config.model, text)
    sample = np.linspace(0, len(learn) - 1, min(len(learn), 20_000)).astype(int)
    model.set_descriptor_scale(
        torch.from_numpy(np.stack([learn.graphs[i].descriptor for i in sample]))
    )
    if config.init:
        start_from(model, Path(config.init))
    run = Run(config, model.to(device), tokenizer, device, rank, world)
    run.resume()
    run.loop(Sampler(learn, named, config), check)
    if world > 1:
        dist.destroy_process_group()
    return run


def start_from(model: Clac, folder: Path) -> None:
    """Take the weights of an earlier run. Raises ConfigError where they do not fit."""
    try:
        model.load_state_dict(load_file(folder / "model.safetensors"))
    except (OSError, RuntimeError, SafetensorError) as error:
        raise ConfigError(f"init {folder}: no weights that fit this model ({error})") from error


View = Sequence[tuple[torch.Tensor, Callable[[], torch.Tensor]]]
"""one embedding of a batch, in parts: rows, and what computes their unit vectors"""


class Run:
    """One training run: model, optimizer and how far it has come."""

    def __init__(
        self, config: TrainConfig, model: Clac, tokenizer: Tokenizer,
        device: torch.device, rank: int = 0, world: int = 1,
    ) -> None:  # fmt: skip
        """Start at step zero; `resume` may go on from OUT/last."""
        self.config, self.model, self.tokenizer = config, model, tokenizer
        self.device, self.rank, self.world = device, rank, world
        self.out = Path(config.out)
        self.optimizer = torch.optim.AdamW(self._groups(), weight_decay=config.weight_decay)
        self.step = 0
        self.best: dict[str, float] = {"R@1": -1.0}
        self.stale = 0
        self.seconds = 0.0
        self.half = device.type == "cuda" and torch.cuda.is_bf16_supported()

    def _groups(self) -> list[dict[str, Any]]:
        """Group parameters by tower, and by whether weight decay makes sense for them."""
        groups: dict[tuple[bool, bool], list[torch.Tensor]] = {}
        for name, value in self.model.named_parameters():
            if value.requires_grad:
                groups.setdefault((name.startswith("text."), value.ndim > 1), []).append(value)
        rates = {True: self.config.text_learning_rate, False: self.config.learning_rate}
        return [
            {"params": values, "lr": rates[text], "rate": rates[text]}
            | ({} if matrix else {"weight_decay": 0.0})
            for (text, matrix), values in groups.items()
        ]

    def loop(self, sampler: Sampler, check: Pairs) -> None:
        """Train to the last sample, to an early stop, or to an interrupt, which keeps the state."""
        total = last_step(self.config)
        writer = SummaryWriter(str(self.out / "log")) if self.rank == 0 else None
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
                   TimeRemainingColumn(), TextColumn("{task.fields[note]}"))  # fmt: skip
        saved = time.monotonic()
        with Progress(*columns, disable=self.rank > 0) as progress:
            task = progress.add_task("training", total=total, completed=self.step, note="")
            try:
                while self.stale < self.config.patience and (batch := sampler.batch(self.step)):
                    began = time.monotonic()
                    loss = self.learn(*batch)
                    self.seconds += time.monotonic() - began
                    progress.update(task, completed=self.step, note=f"loss {loss:.3f}")
                    if writer:
                        writer.add_scalar("train/loss", loss, self.step)
                        writer.add_scalar("train/scale", self.model.log_scale.exp(), self.step)
                    if self.step % self.config.validate_every == 0 or self.step == total:
                        self.validate(check, writer)
                        progress.console.print(
                            f"step {self.step}/{total}: loss {loss:.3f}, best validation R@1 "
                            f"{self.best['R@1']:.3f} at step {self.best['step']:.0f}"
                        )
                    if time.monotonic() - saved > 300:
                        self.save_last()
                        saved = time.monotonic()
            except KeyboardInterrupt:
                progress.console.print(f"interrupted at step {self.step}; the same command resumes")
                self.save_last()
                raise
        self.save_last()

    def learn(self, pairs: Pairs, captions: Sequence[str]) -> float:
        """Take one optimizer step on a batch; returns the loss."""
        self._set_rates()
        mine = np.arange(self.rank, len(pairs), self.world)
        keys = torch.from_numpy(pairs.keys[mine]).to(self.device)
        views = self._views(pairs.take(mine), [captions[i] for i in mine])
        self.model.train()
        self.optimizer.zero_grad(set_to_none=True)
        if len(mine) <= self.config.chunk:
            loss = self._loss([embed(view) for view in views], keys)
            loss.backward()
        else:
            loss = self._cached_backward(views, keys)
        self._sum_gradients()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        with torch.no_grad():
            self.model.log_scale.clamp_(max=math.log(100))
        self.step += 1
        return loss.item()

    def _cached_backward(self, views: Sequence[View], keys: torch.Tensor) -> torch.Tensor:
        """Differentiate a loss over more pairs than fit in memory (arXiv 2101.06983)."""
        with torch.no_grad():
            leaves = [embed(view).requires_grad_() for view in views]
        with torch.enable_grad():
            loss = self._loss(leaves, keys)
        loss.backward()
        for view, leaf in zip(views, leaves):
            for rows, compute in view:
                compute().backward(leaf.grad[rows])
        return loss.detach()

    def _views(self, pairs: Pairs, captions: Sequence[str]) -> list[View]:
        views = [self._graph_view(pairs), self._text_view(captions)]
        rng = random.Random(f"{self.config.seed} {self.step} second")
        if self.config.text_text:
            views.append(self._text_view([training_caption(f, rng) for f in pairs.facts]))
        if self.config.graph_graph:
            views.append(self._graph_view(pairs, noise=0.02))
        return views

    def _text_view(self, captions: Sequence[str]) -> View:
        tokens = self.tokenizer.encode(captions)
        # Parts of like length waste little on padding.
        order = sorted(range(len(tokens)), key=lambda i: len(tokens[i]))
        parts = []
        for start in range(0, len(order), 64):
            rows = order[start : start + 64]
            arrays = pad([tokens[i] for i in rows])
            batch = TextBatch(*(torch.from_numpy(a).to(self.device) for a in arrays))
            parts.append((torch.tensor(rows), self._encoder(self.model.encode_tokens, batch)))
        return parts

    def _graph_view(self, pairs: Pairs, noise: float = 0.0) -> View:
        parts = []
        generator = torch.Generator().manual_seed(self.config.seed + self.step)
        for start in range(0, len(pairs), 256):
            batch = collate(pairs.graphs[start : start + 256])
            if noise:
                shift = torch.randn(batch.edge_vector.shape, generator=generator) * noise
                batch = dataclasses.replace(batch, edge_vector=batch.edge_vector + shift)
            rows = torch.arange(start, start + len(batch))
            parts.append((rows, self._encoder(self.model.encode_graphs, batch.to(self.device))))
        return parts

    def _encoder(
        self, encode: Callable[[Any], torch.Tensor], batch: Any
    ) -> Callable[[], torch.Tensor]:
        def compute() -> torch.Tensor:
            with torch.autocast("cuda", dtype=torch.bfloat16, enabled=self.half):
                return encode(batch).float()

        return compute

    def _loss(self, embeddings: Sequence[torch.Tensor], keys: torch.Tensor) -> torch.Tensor:
        """Compute the loss over the pairs of all ranks."""
        crystals, texts, *more = (gather(e, self.rank, self.world) for e in embeddings)
        same = false_negatives(gather(keys, self.rank, self.world))
        scale = self.model.log_scale.exp()
        match self.config.loss:
            case "infonce":
                loss = infonce(crystals, texts, scale, same)
            case "siglip":
                loss = siglip(crystals, texts, scale, self.model.bias, same)
            case other:
                raise ConfigError(f"unknown loss {other!r}; known: infonce, siglip")
        if self.config.text_text:
            loss = loss + self.config.text_text * infonce(texts, more.pop(0), scale, same)
        if self.config.graph_graph:
            loss = loss + self.config.graph_graph * infonce(crystals, more.pop(0), scale, same)
        return loss

    def _sum_gradients(self) -> None:
        if self.world == 1:
            return
        for name, value in self.model.named_parameters():
            if value.grad is not None:
                dist.all_reduce(value.grad)
                # Every rank sees the whole loss, and so the whole gradient of these two.
                if name in ("log_scale", "bias"):
                    value.grad /= self.world

    def _set_rates(self) -> None:
        shown, size = schedule(self.config, self.step)
        share = (shown + size) / self.config.samples
        warm = min(1.0, share / max(self.config.warmup, 1e-9))
        factor = warm * (0.02 + 0.98 * (1 + math.cos(math.pi * min(share, 1.0))) / 2)
        for group in self.optimizer.param_groups:
            group["lr"] = group["rate"] * factor

    @torch.no_grad()
    def validate(self, check: Pairs, writer: SummaryWriter | None) -> None:
        """Measure text->structure recall on validation pairs; keep the best model."""
        self.model.eval()
        pairs = check.take(np.arange(min(len(check), 2 * VALIDATION_POOL)))
        rng = random.Random("validation")
        captions = [caption(f, rng, style="full") for f in pairs.facts]
        crystals = embed(self._graph_view(pairs)).cpu().numpy()
        texts = embed(self._text_view(captions)).cpu().numpy()
        found = pooled_ranks(texts, crystals, VALIDATION_POOL, pairs.keys, shuffles=2)
        scores = dict(recall(found)) | {"step": self.step}
        if writer:
            for name, value in scores.items():
                writer.add_scalar(f"validation/{name.replace('@', '_')}", value, self.step)
        if scores["R@1"] <= self.best["R@1"]:
            self.stale += 1
            return
        self.best, self.stale = scores, 0
        if self.rank == 0:
            self.save_last(self.out / "best", with_optimizer=False)

    def export(self) -> None:
        """Write OUT/model, the checkpoint of the best validation, in float16."""
        model = self.model.cpu().eval()
        model.load_state_dict(load_file(self.out / "best" / "model.safetensors"))
        meta = {
            "validation": self.best, "training_seconds": round(self.seconds),
            "samples_shown": schedule(self.config, self.step)[0],
            "samples_shown_to_these_weights": schedule(self.config, int(self.best["step"]))[0],
            "device": str(self.device), "train": dataclasses.asdict(self.config),
        }  # fmt: skip
        checkpoint.save(self.out / "model", model, self.tokenizer, meta, half=True)

    def resume(self) -> None:
        """Go on from OUT/last where it exists. Raises ConfigError for another configuration."""
        folder = self.out / "last"
        if not (folder / "progress.json").exists():
            return
        progress = json.loads((folder / "progress.json").read_text())
        if progress["config"] != dataclasses.asdict(self.config):
            raise ConfigError(
                f"{folder} belongs to another configuration; remove it or choose another 'out'"
            )
        self.model.load_state_dict(load_file(folder / "model.safetensors"))
        state: dict[int, dict[str, torch.Tensor]] = {}
        for name, value in load_file(folder / "optimizer.safetensors").items():
            index, key = name.split(".")
            state.setdefault(int(index), {})[key] = value
        self.optimizer.load_state_dict({**self.optimizer.state_dict(), "state": state})
        self.step, self.best = progress["step"], progress["best"]
        self.stale, self.seconds = progress["stale"], progress["seconds"]

    def save_last(self, folder: Path | None = None, with_optimizer: bool = True) -> None:
        """Write what a resumed run needs; never half of it."""
        if self.rank:
            return
        folder = folder or self.out / "last"
        part = folder.with_name(f"{folder.name}.part")
        part.mkdir(parents=True, exist_ok=True)
        weights = {k: v.detach().cpu().contiguous() for k, v in self.model.state_dict().items()}
        save_file(weights, part / "model.safetensors")
        if with_optimizer:
            state = self.optimizer.state_dict()["state"]
            flat = {
                f"{i}.{k}": v.cpu().contiguous() for i, s in state.items() for k, v in s.items()
            }
            save_file(flat, part / "optimizer.safetensors")
        progress = {"step": self.step, "best": self.best, "stale": self.stale,
                    "seconds": self.seconds, "config": dataclasses.asdict(self.config)}  # fmt: skip
        (part / "progress.json").write_text(json.dumps(progress))
        replace_folder(part, folder)


def embed(view: View) -> torch.Tensor:
    """Compute the unit vectors (b, d) of a view, in the order of its rows."""
    rows = torch.cat([rows for rows, _ in view])
    vectors = torch.cat([compute() for _, compute in view])
    return vectors[torch.argsort(rows).to(vectors.device)]


def gather(own: torch.Tensor, rank: int, world: int) -> torch.Tensor:
    """Join the rows of all ranks; gradients flow to a rank's own rows."""
    if world == 1:
        return own
    parts = [torch.empty_like(own) for _ in range(world)]
    dist.all_gather(parts, own.detach().contiguous())
    parts[rank] = own
    return torch.cat(parts)


def replace_folder(part: Path, folder: Path) -> None:
    """Put a finished folder in the place of an older one."""
    old = folder.with_name(f"{folder.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    part.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def _join_ranks() -> tuple[int, int]:
    """Join the process group that torchrun announces; returns rank and number of ranks."""
    world = int(os.environ.get("WORLD_SIZE", "1"))
    if world == 1:
        return 0, 1
    dist.init_process_group("nccl" if torch.cuda.is_available() else "gloo")
    return dist.get_rank(), world


def _device(name: str, rank: int) -> torch.device:
    if name == "auto":
        name = f"cuda:{rank % torch.cuda.device_count()}" if torch.cuda.is_available() else "cpu"
    try:
        return torch.empty(0, device=name).device
    except (RuntimeError, AssertionError) as error:
        raise ConfigError(f"device {name!r} cannot be used: {error}") from error
