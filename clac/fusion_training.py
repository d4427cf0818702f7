"""Train a `Cast` network: first to name withheld elements, then to predict properties.

Shape letters: b graphs, o nodes, t tokens, p properties.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch.nn.functional import cross_entropy

from clac.config import FusionConfig
from clac.fitting import Fit, digest_of
from clac.fusion import Cast, FusedBatch, fuse
from clac.tower import predict_rows
from clac.tower_training import LabelLoss, descriptors_of, set_scales
from clac.types import Graph


@dataclasses.dataclass(frozen=True, slots=True)
class Described:
    """Crystals as graphs, each with the words that describe it."""

    graphs: Sequence[Graph]
    """(b,)"""
    states: Sequence[np.ndarray]
    """(b,) of (t, text width) float16"""

    def __len__(self) -> int:
        """Count the crystals."""
        return len(self.graphs)

    def take(self, rows: np.ndarray) -> Described:
        """Return some rows."""
        return Described([self.graphs[i] for i in rows], [self.states[i] for i in rows])

    @property
    def digest(self) -> str:
        """Hash the words and the elements, for the identity of a training."""
        return digest_of([*self.states, *(graph.numbers for graph in self.graphs)])

    def batch(self, rows: np.ndarray) -> FusedBatch:
        """Lay rows (n,) side by side."""
        return fuse([self.graphs[i] for i in rows], [self.states[i] for i in rows])


def pretrain(crystals: Described, config: FusionConfig, epochs: float, out: Path) -> Cast:
    """Learn to name the withheld elements of a crystal from the other nodes and the words.

    OUT keeps what an interrupted run needs.
    """
    torch.manual_seed(config.tower.seed)
    schedule = dataclasses.replace(config.tower, epochs=epochs)

    def loss(cast: Cast, rows: np.ndarray) -> torch.Tensor:
        batch = crystals.batch(rows).to(cast.scale.device).without_words(config.deaf)
        masked = _withheld(batch, config.masked)
        logits = cast.elements_of(batch.without_elements(masked))[masked].float()
        return cross_entropy(logits, batch.graphs.numbers[masked])

    identity = {"fusion": dataclasses.asdict(config), "crystals": crystals.digest}
    return Fit(Cast(("masked",), config), loss, len(crystals), schedule, out, identity).run()


def finetune(
    crystals: Described, labels: np.ndarray, names: Sequence[str], additive: Sequence[bool],
    config: FusionConfig, out: Path, start: Cast | None = None,
) -> Cast:  # fmt: skip
    """Learn labels (b, p) of crystals (b,), NaN where one is not known.

    Additive (p,): which labels are nearly a sum over the elements. Start: what was pre-trained.
    OUT keeps what an interrupted run needs.
    """
    torch.manual_seed(config.tower.seed)
    cast = Cast(names, config)
    set_scales(cast, crystals.graphs, labels, additive)
    cast.met[np.unique(np.concatenate([graph.numbers for graph in crystals.graphs]))] = True
    if config.way == "descriptor":
        cast.descriptor.set_scale(descriptors_of(crystals.graphs))
    if start is not None:
        cast.start_from(start)
    loss = LabelLoss(
        lambda rows: crystals.batch(rows).without_words(config.deaf), labels, config.tower
    )
    identity = {
        "names": list(names), "labels": digest_of([labels]), "crystals": crystals.digest,
        "fusion": dataclasses.asdict(config),
        "start": digest_of(v.numpy() for v in start.state_dict().values()) if start else None,
    }  # fmt: skip
    return Fit(cast, loss, len(crystals), config.tower, out, identity).run()


def predict(cast: Cast, crystals: Described, batch: int = 128) -> np.ndarray:
    """Return predictions (b, p) in the unit of each label."""
    return predict_rows(cast, crystals.batch, len(crystals), batch)


@torch.inference_mode()
def named(cast: Cast, crystals: Described, masked: float, batch: int = 128) -> float:
    """Return the share of withheld elements that are named right."""
    torch.manual_seed(0)
    right, count = 0, 0
    for s in range(0, len(crystals), batch):
        rows = np.arange(s, min(s + batch, len(crystals)))
        given = crystals.batch(rows)
        drawn = _withheld(given, masked)
        said = cast.elements_of(given.without_elements(drawn)).argmax(dim=1)
        right += int((said == given.graphs.numbers)[drawn].sum())
        count += int(drawn.sum())
    return right / max(count, 1)


def _withheld(batch: FusedBatch, share: float) -> torch.Tensor:
    """Draw the nodes (o,) bool whose element is withheld; one at least."""
    drawn = torch.rand(len(batch.graphs.numbers)) < share
    drawn[0] |= not bool(drawn.any())
    return drawn.to(batch.graphs.numbers.device)
