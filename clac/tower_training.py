"""Train a `PropertyTower` on labelled graphs, top to bottom.

Shape letters: b graphs, p properties.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.nn.functional import smooth_l1_loss

from clac.config import TowerConfig
from clac.data.descriptor import FRACTIONS
from clac.data.graphs import collate
from clac.fitting import Fit, digest_of
from clac.labelled import scale_of
from clac.model import Clac
from clac.tower import PropertyNetwork, PropertyTower
from clac.types import Graph, GraphBatch

_RIDGE = 1e-2


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
    starts from, of the same widths. OUT/last keeps what an interrupted run needs; the same
    call goes on from there. Returns the running mean of the weights.
    """
    torch.manual_seed(config.seed)
    rows = np.flatnonzero(~np.isnan(labels).all(axis=1))
    graphs, labels = [graphs[i] for i in rows], labels[rows]
    tower = PropertyTower(names, config)
    set_scales(tower, graphs, labels, additive)
    if tower.descriptor is not None:
        tower.descriptor.set_scale(descriptors_of(graphs))
    if model is not None:
        tower.start_from(model)

    def batch_of(rows: np.ndarray) -> GraphBatch:
        return shaken(collate([graphs[i] for i in rows]), config.noise_ang)

    loss = LabelLoss(batch_of, labels, config)
    identity = {"names": list(names), "labels": digest_of([labels])}
    return Fit(tower, loss, len(graphs), config, out / "last", identity).run()


def shaken(batch: GraphBatch, noise_ang: float) -> GraphBatch:
    """Add noise of this spread, thrown anew, to the edges of graphs (b,)."""
    if not noise_ang:
        return batch
    noise = noise_ang * torch.randn_like(batch.edge_vector)
    return dataclasses.replace(batch, edge_vector=batch.edge_vector + noise)


class LabelLoss:
    """What predictions lose by labels (b, p), NaN where a label is not known."""

    def __init__(
        self, batch_of: Callable[[np.ndarray], Any], labels: np.ndarray, config: TowerConfig
    ) -> None:
        """Take what lays rows (n,) side by side as a batch."""
        self.batch_of, self.config = batch_of, config
        self.labels = torch.from_numpy(labels.astype(np.float32))

    def __call__(self, network: PropertyNetwork, rows: np.ndarray) -> torch.Tensor:
        """Return the mean over the known labels of each property, added up."""
        device = network.scale.device
        batch = self.batch_of(rows).to(device)
        labels = self.labels[rows].to(device)
        known = ~labels.isnan()
        with torch.autocast(device.type, enabled=False):
            part = network.of_elements(batch)
        wanted = (labels - part - network.centre) / network.scale
        wrong = smooth_l1_loss(
            network(batch).float(), wanted.nan_to_num(), beta=self.config.beta, reduction="none"
        )
        return ((wrong * known).sum(dim=0) / known.sum(dim=0).clamp(min=1)).sum()


def set_scales(
    network: PropertyNetwork, graphs: Sequence[Graph], labels: np.ndarray, additive: Sequence[bool]
) -> None:
    """Take centre, spread and the elements' part of each label (b, p) of graphs (b,)."""
    shares = np.stack([graph.descriptor[FRACTIONS] for graph in graphs]).astype(np.float64)
    for column, values in enumerate(labels.T):
        rows = np.flatnonzero(~np.isnan(values))
        rest = values[rows]
        if additive[column]:
            known = shares[rows]
            square = known.T @ known + _RIDGE * np.eye(known.shape[1])
            part = np.linalg.solve(square, known.T @ rest)
            network.elements[:, column] = torch.from_numpy(part)
            rest = rest - known @ part
        network.centre[column], network.scale[column] = scale_of(rest)


def descriptors_of(graphs: Sequence[Graph]) -> torch.Tensor:
    """Stack the descriptors of graphs (b,) to (b, f)."""
    return torch.from_numpy(np.stack([graph.descriptor for graph in graphs]))
