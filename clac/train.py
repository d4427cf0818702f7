"""Contrastive training, top to bottom."""

from __future__ import annotations

import dataclasses
import math
import random
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.distributed as dist
from torch.utils.tensorboard import SummaryWriter

from clac import runs
from clac.config import TrainConfig
from clac.data.captions import caption
from clac.data.claims import FactTable
from clac.data.dataset import Pairs, named_pairs, prepare
from clac.data.graphs import collate
from clac.data.sampling import (
    Batch,
    Sampler,
    last_step,
    name_known,
    schedule,
    training_caption,
)
from clac.dense import DenseHead
from clac.encoders.text import pretrained
from clac.errors import ConfigError
from clac.metrics import pooled_ranks, recall
from clac.model import Clac
from clac.objective import Objective, Wanted
from clac.ranks import join_ranks, of_first, sum_gradients
from clac.tokens import Tokenizer, pad
from clac.types import TextBatch

VALIDATION_POOL = 1024
VALIDATION_HIDES = frozenset({"formula", "elements", "names", "numbers"})
"""with elements and numbers nearly every caption finds its crystal"""


def train(config: TrainConfig) -> Mapping[str, float]:
    """Train a model as configured; returns its best validation recall.

    Writes OUT/model, a checkpoint, beside what `fit` writes.
    """
    run = fit(config)
    if run.rank == 0:
        runs.export(run)
    return run.best


def fit(config: TrainConfig) -> Run:
    """Run the training loop.

    Writes OUT/best and OUT/last (weights, and what a resumed run needs) and OUT/log (TensorBoard).
    A second call with the same configuration goes on where the first was interrupted.
    """
    torch.set_num_threads(config.threads)
    torch.manual_seed(config.seed)
    rank, world = join_ranks()
    device = runs.device_of(config.device, rank)
    if rank > 0:
        dist.barrier()  # one rank prepares the cache, the others read it
    pairs = prepare(Path(config.data), Path(config.cache), config.model.graph, config.limit)
    others = frozenset(f.formula for f, s in zip(pairs.facts, pairs.split) if s != "train")
    named = named_pairs(config.model.graph, others, Path(config.cache))
    if world > 1 and rank == 0:
        dist.barrier()
    learn, check = pairs.take(pairs.split == "train"), pairs.take(pairs.split == "val")
    if not len(learn) or not len(check):
        raise ConfigError(f"training data {config.data}: no rows of split 'train' or none of 'val'")
    learn = name_known(learn, named)
    text, tokenizer = pretrained(config.model.text)
    model = Clac(config.model, text)
    sample = np.linspace(0, len(learn) - 1, min(len(learn), 20_000)).astype(int)
    model.set_descriptor_scale(
        torch.from_numpy(np.stack([learn.graphs[i].descriptor for i in sample]))
    )
    if config.init:
        runs.start_from(model, Path(config.init))
    run = Run(config, model.to(device), tokenizer, device, rank, world)
    runs.resume(run)
    run.loop(Sampler(learn, named, config), check)
    if world > 1:
        dist.destroy_process_group()
    return run


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
        self.head = DenseHead(config.model.dim).to(device)
        self.objective = Objective(config, model, self.head, rank, world)
        self.device, self.rank, self.world = device, rank, world
        self.out = Path(config.out)
        self.optimizer = torch.optim.AdamW(self._groups(), weight_decay=config.weight_decay)
        self.step = 0
        self.best: dict[str, float] = {"R@1": -1.0}
        self.stale = 0
        self.seconds = 0.0
        self.half = runs.is_half(config.precision, device)

    def _parameters(self) -> Iterator[tuple[str, torch.nn.Parameter]]:
        yield from self.model.named_parameters()
        yield from self.head.named_parameters("head")

    def _groups(self) -> list[dict[str, Any]]:
        """Group parameters by tower, and by whether weight decay makes sense for them."""
        groups: dict[tuple[bool, bool], list[torch.Tensor]] = {}
        for name, value in self._parameters():
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
        saved = time.monotonic()
        with runs.progress_bar(disable=self.rank > 0) as progress:
            task = progress.add_task("training", total=total, completed=self.step, note="")
            try:
                batches = _ahead(sampler, self.step)
                while self.stale < self.config.patience and (batch := next(batches)):
                    began = time.monotonic()
                    loss = self.learn(batch)
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
                        runs.save(self, "last")
                        saved = time.monotonic()
            except KeyboardInterrupt:
                progress.console.print(f"interrupted at step {self.step}; the same command resumes")
                runs.save(self, "last")
                raise
        runs.save(self, "last")

    def learn(self, batch: Batch) -> float:
        """Take one optimizer step on a batch; returns the loss."""
        self._set_rates()
        paired, everything = len(batch.captions), len(batch.crystals)
        # A rank takes every world-th caption with its crystal, and every world-th crystal beyond.
        own = [range(r, paired, self.world) for r in range(self.world)]
        everything -= (everything - paired) % self.world  # what is gathered has equal parts
        more = [range(paired + r, everything, self.world) for r in range(self.world)]
        order = np.array([i for rows in (*own, *more) for i in rows])
        fits, unclear = (
            torch.from_numpy(judged[order][:, order[:paired]]).to(self.device)
            for judged in batch.judged()
        )
        labels = [
            tuple(torch.from_numpy(judged[order]).to(self.device) for judged in batch.judge(kind))
            for kind in batch.labels
        ]
        mine = np.array([*own[self.rank], *more[self.rank]])
        n_own = len(own[self.rank])
        texts = [batch.captions[i].text for i in mine[:n_own]]
        texts += [label.text for kind in batch.labels for label in kind]
        views = self._views(batch.crystals.take(mine), n_own, texts)
        # One rank keeps the batch's own order, and so its table.
        facts = (
            batch.table if self.world == 1
            else FactTable([batch.crystals.facts[i] for i in order])
        )  # fmt: skip
        keys = torch.from_numpy(batch.crystals.keys[order[:paired]]).to(self.device)
        wanted = Wanted(n_own, fits, unclear, keys, facts, labels)
        self.model.train()
        self.optimizer.zero_grad(set_to_none=True)
        if n_own <= self.config.chunk:
            loss = self.objective([embed(view) for view in views], wanted)
            loss.backward()
        else:
            loss = self._cached_backward(views, wanted)
        sum_gradients(self._parameters(), self.world)
        torch.nn.utils.clip_grad_norm_([p for _, p in self._parameters()], 1.0)
        with _uninterrupted():
            self.optimizer.step()
            with torch.no_grad():
                self.model.log_scale.clamp_(max=math.log(100))
            self.step += 1
        return loss.item()

    def _cached_backward(self, views: Sequence[View], wanted: Wanted) -> torch.Tensor:
        """Differentiate a loss over more pairs than fit in memory (arXiv 2101.06983)."""
        with torch.no_grad():
            leaves = [embed(view).requires_grad_() for view in views]
        with torch.enable_grad():
            loss = self.objective(leaves, wanted)
        loss.backward()
        for view, leaf in zip(views, leaves):
            for rows, compute in view:
                compute().backward(leaf.grad[rows])
        return loss.detach()

    def _views(self, crystals: Pairs, paired: int, captions: Sequence[str]) -> list[View]:
        views = [self.graph_view(crystals), self.text_view(captions)]
        rng = random.Random(f"{self.config.seed} {self.step} second")
        with_caption = crystals.take(np.arange(paired))
        if self.config.text_text:
            again = [training_caption(f, rng).text for f in with_caption.facts]
            views.append(self.text_view(again))
        if self.config.graph_graph:
            views.append(self.graph_view(with_caption, noise=0.02))
        return views

    def text_view(self, captions: Sequence[str]) -> View:
        """Prepare the embedding of captions in parts of like length."""
        tokens = self.tokenizer.encode(captions)
        order = sorted(range(len(tokens)), key=lambda i: len(tokens[i]))
        parts = []
        for start in range(0, len(order), 64):
            rows = order[start : start + 64]
            arrays = pad([tokens[i] for i in rows])
            batch = TextBatch(*(torch.from_numpy(a).to(self.device) for a in arrays))
            parts.append((torch.tensor(rows), self._encoder(self.model.encode_tokens, batch)))
        return parts

    def graph_view(self, pairs: Pairs, noise: float = 0.0) -> View:
        """Prepare the embedding of crystals, edges shifted by noise in Angstrom."""
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
            with torch.autocast(self.device.type, dtype=torch.bfloat16, enabled=self.half):
                return encode(batch).float()

        return compute

    def _set_rates(self) -> None:
        shown, size = schedule(self.config, self.step)
        share = (shown + size) / self.config.samples
        warm = min(1.0, share / max(self.config.warmup, 1e-9))
        factor = warm * (0.02 + 0.98 * (1 + math.cos(math.pi * min(share, 1.0))) / 2)
        for group in self.optimizer.param_groups:
            group["lr"] = group["rate"] * factor

    def validate(self, check: Pairs, writer: SummaryWriter | None) -> None:
        """Measure on the first rank, so that all decide alike; keep the best model."""
        found = of_first(self._recall(check) if self.rank == 0 else {}, self.world)
        scores = {**found, "step": self.step}
        if writer:
            for name, value in scores.items():
                writer.add_scalar(f"validation/{name.replace('@', '_')}", value, self.step)
        if scores["R@1"] <= self.best["R@1"]:
            self.stale += 1
            return
        self.best, self.stale = scores, 0
        if self.rank == 0:
            runs.save(self, "best", with_optimizer=False)

    @torch.no_grad()
    def _recall(self, check: Pairs) -> Mapping[str, float]:
        """Measure text->structure recall without elements and numbers."""
        self.model.eval()
        pairs = check.take(np.arange(min(len(check), 2 * VALIDATION_POOL)))
        rng = random.Random("validation")
        captions = [caption(f, rng, "full", VALIDATION_HIDES) for f in pairs.facts]
        crystals = embed(self.graph_view(pairs)).cpu().numpy()
        texts = embed(self.text_view(captions)).cpu().numpy()
        found = pooled_ranks(texts, crystals, VALIDATION_POOL, pairs.keys, shuffles=2)
        return dict(recall(found))


def embed(view: View) -> torch.Tensor:
    """Compute the unit vectors (b, d) of a view, in the order of its rows."""
    rows = torch.cat([rows for rows, _ in view])
    vectors = torch.cat([compute() for _, compute in view])
    return vectors[torch.argsort(rows).to(vectors.device)]


def _ahead(sampler: Sampler, step: int) -> Iterator[Batch | None]:
    """Yield what each step shows, the next drawn while one is learnt."""
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(sampler.batch, step)
        while True:
            step += 1
            batch, waiting = waiting.result(), pool.submit(sampler.batch, step)
            yield batch


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Let an interrupt wait until weights, optimizer and step fit together again."""
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread is interrupted
        return
    waiting = []
    before = signal.signal(signal.SIGINT, lambda *_: waiting.append(True))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if waiting:
        raise KeyboardInterrupt
