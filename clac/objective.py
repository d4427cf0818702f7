"""What training minimises: the weighted sum of losses over the vectors of one step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

import torch
from torch.nn.functional import normalize

from clac.config import TrainConfig
from clac.data.claims import FactTable
from clac.dense import DenseHead, guess_loss
from clac.errors import ConfigError
from clac.losses import classify, false_negatives, infonce, siglip
from clac.model import NESTED, Clac
from clac.ranks import gather


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the embeddings of all ranks are held against."""

    paired: int
    """crystals of this rank that have a caption"""
    fits: torch.Tensor
    """(c, b) bool, crystals for which a caption is true"""
    unclear: torch.Tensor
    """(c, b) bool, crystals for which it may be true"""
    keys: torch.Tensor
    """(b,) int64, equal for the same formula and space group"""
    facts: FactTable
    """of the c crystals"""
    labels: Sequence[tuple[torch.Tensor, torch.Tensor]] = ()
    """by kind, crystals (c, l) for which a label is true, and those for which it may be"""


@final
class Objective:
    """The loss of a training step."""

    def __init__(
        self, config: TrainConfig, model: Clac, head: DenseHead, rank: int = 0, world: int = 1
    ) -> None:
        """Take what has the weights and scales that the losses need."""
        self.config, self.model, self.head = config, model, head
        self.rank, self.world = rank, world

    def __call__(self, embeddings: Sequence[torch.Tensor], wanted: Wanted) -> torch.Tensor:
        """Return the loss over the pairs of all ranks.

        Embeddings (rows, d): of this rank's crystals; of its captions, then of all labels; and
        where they are asked for, of its captions' second wordings and of its crystals with noise.
        """
        own, texts, *others = embeddings
        texts, labels = texts.split([wanted.paired, len(texts) - wanted.paired])
        paired, unpaired = own.split([wanted.paired, len(own) - wanted.paired])
        paired, texts, *more = (gather(e, self.rank, self.world) for e in (paired, texts, *others))
        crystals = torch.cat([paired, gather(unpaired, self.rank, self.world)])
        scale = self.model.log_scale.exp()
        loss = self._contrast(crystals, texts, wanted)
        if self.config.nested:
            for width in NESTED:
                shorter = (normalize(x[:, :width], dim=1) for x in (crystals, texts))
                loss = loss + self.config.nested / len(NESTED) * self._contrast(*shorter, wanted)
        if self.config.classify and wanted.labels:
            loss = loss + self.config.classify * self._classify(crystals, labels, wanted)
        if self.config.dense:
            loss = loss + self.config.dense * self.head(crystals, wanted.facts)
        if self.config.guess and self.config.model.numbers:
            loss = loss + self.config.guess * guess_loss(crystals, wanted.facts)
        alike = false_negatives(wanted.keys)
        if self.config.text_text:
            loss = loss + self.config.text_text * infonce(texts, more.pop(0), scale, unclear=alike)
        if self.config.graph_graph:
            loss = loss + self.config.graph_graph * infonce(
                paired, more.pop(0), scale, unclear=alike
            )
        return loss

    def _classify(
        self, crystals: torch.Tensor, labels: torch.Tensor, wanted: Wanted
    ) -> torch.Tensor:
        if self.world > 1:
            # Every rank writes all labels, which are few and short, and learns from its share.
            own = torch.arange(len(labels), device=labels.device) % self.world == self.rank
            labels = torch.where(own[:, None], labels, labels.detach())
        kinds = labels.split([fits.shape[1] for fits, _ in wanted.labels])
        scale = self.model.log_scale.exp()
        losses = [classify(crystals, kind, scale, *judged)
                  for kind, judged in zip(kinds, wanted.labels)]  # fmt: skip
        return torch.stack(losses).mean()

    def _contrast(
        self, crystals: torch.Tensor, texts: torch.Tensor, wanted: Wanted
    ) -> torch.Tensor:
        scale, judged = self.model.log_scale.exp(), (wanted.fits, wanted.unclear)
        match self.config.loss:
            case "infonce":
                return infonce(crystals, texts, scale, *judged)
            case "siglip":
                return siglip(crystals, texts, scale, self.model.bias, *judged)
            case other:
                raise ConfigError(f"unknown loss {other!r}; known: infonce, siglip")
