"""A graph network that is learnt for properties, from the graphs themselves.

Shape letters: b graphs, p properties.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any, final

import numpy as np
import torch
from torch import nn

from clac.config import TowerConfig
from clac.data.descriptor import FRACTIONS, N_ELEMENTS
from clac.data.graphs import collate
from clac.encoders import build_encoder
from clac.model import Clac, DescriptorEncoder
from clac.types import Graph, GraphBatch

_HIDDEN = 512


class PropertyNetwork(nn.Module, ABC):
    """Predict several properties at once, each beyond what the elements alone say of it."""

    def __init__(self, names: Sequence[str]) -> None:
        """Hold the scale of properties or columns of these names."""
        super().__init__()
        self.names = tuple(names)
        self.register_buffer("centre", torch.zeros(len(names)))
        self.register_buffer("scale", torch.ones(len(names)))
        self.register_buffer("elements", torch.zeros(N_ELEMENTS, len(names)))

    @abstractmethod
    def forward(self, batch: Any) -> torch.Tensor:
        """Return predictions (b, p) as they are learnt: beyond the elements' part, scaled."""

    def predict(self, batch: Any) -> torch.Tensor:
        """Return predictions (b, p) in the unit of each label."""
        return self.forward(batch).float() * self.scale + self.centre + self.of_elements(batch)

    def of_elements(self, batch: Any) -> torch.Tensor:
        """Return what the elements alone say (b, p): an energy is nearly a sum over them."""
        return batch.descriptor[:, FRACTIONS] @ self.elements


def trunk(width: int, config: TowerConfig) -> nn.Sequential:
    """Build what turns what is read of a crystal (b, width) into features (b, features)."""
    return nn.Sequential(
        nn.Linear(width, _HIDDEN), nn.SiLU(), nn.Dropout(config.dropout),
        nn.Linear(_HIDDEN, config.features), nn.SiLU(), nn.Dropout(config.dropout),
    )  # fmt: skip


@final
class PropertyTower(PropertyNetwork):
    """Read graphs as features that several properties share."""

    def __init__(self, names: Sequence[str], config: TowerConfig) -> None:
        """Build the network for properties or columns of these names."""
        super().__init__(names)
        self.crystal = build_encoder(config.crystal, config.graph)
        width = config.crystal.descriptor_width
        self.descriptor = DescriptorEncoder(width, config.crystal.bonds) if width else None
        self.trunk = trunk(self.crystal.width + width, config)
        self.out = nn.Linear(config.features, len(names))

    def start_from(self, model: Clac) -> None:
        """Take graph network and descriptor of a model of the same widths.

        Angles, which it does not have, start fresh.
        """
        self.crystal.load_state_dict({**self.crystal.state_dict(), **model.crystal.state_dict()})
        if self.descriptor is not None:
            self.descriptor.load_state_dict(model.descriptor.state_dict())

    def forward(self, batch: GraphBatch) -> torch.Tensor:
        """Return predictions (b, p) as they are learnt: beyond the elements' part, scaled."""
        read = self.crystal(batch)
        if self.descriptor is not None:
            read = torch.cat([read, self.descriptor(batch)], dim=1)
        return self.out(self.trunk(read))


def predict(tower: PropertyTower, graphs: Sequence[Graph], batch: int = 256) -> np.ndarray:
    """Return predictions (b, p) of graphs (b,) in the unit of each label."""
    return predict_rows(tower, lambda rows: collate([graphs[i] for i in rows]), len(graphs), batch)


@torch.inference_mode()
def predict_rows(
    network: PropertyNetwork, batch_of: Callable[[np.ndarray], Any], count: int, batch: int
) -> np.ndarray:
    """Return predictions (count, p) of rows that are laid side by side a batch at a time."""
    parts = [
        network.predict(batch_of(rows).to(network.scale.device)).cpu().numpy()
        for rows in np.split(np.arange(count), range(batch, count, batch))
        if len(rows)
    ]
    return np.concatenate(parts) if parts else np.empty((0, len(network.names)))
