"""The two towers, their projections and the temperature."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, final

import torch
from torch import nn
from torch.nn.functional import normalize

from clac.config import ModelConfig
from clac.data.descriptor import DESCRIPTOR_WIDTH
from clac.encoders import build_encoder
from clac.types import GraphBatch, TextBatch

if TYPE_CHECKING:
    from clac.encoders.text import TextEncoder

N_SPACE_GROUPS = 231
"""1..230; 0 is never used"""
SPACE_GROUP_WIDTH = 64


@final
class Clac(nn.Module):
    """Crystals and texts as unit vectors of one space (arXiv 2502.16451).

    Distance-only graph networks do not see global symmetry, so a descriptor of symmetry, lattice
    and composition joins the graph's features before the projection.
    """

    def __init__(self, config: ModelConfig, text: TextEncoder | None) -> None:
        """Build the crystal tower beside a given text encoder, or alone where that is None."""
        super().__init__()
        self.config = config
        if text is not None:
            self.text = text
            self.text_projection = nn.Linear(text.width, config.dim)
        self.crystal = build_encoder(config.crystal, config.graph)
        hidden = config.crystal.descriptor_width
        joined = self.crystal.width
        if hidden:
            self.register_buffer("descriptor_mean", torch.zeros(DESCRIPTOR_WIDTH))
            self.register_buffer("descriptor_scale", torch.ones(DESCRIPTOR_WIDTH))
            self.space_group = nn.Embedding(N_SPACE_GROUPS, SPACE_GROUP_WIDTH)
            self.descriptor = nn.Sequential(
                nn.Linear(DESCRIPTOR_WIDTH + SPACE_GROUP_WIDTH, hidden), nn.SiLU(),
                nn.Linear(hidden, hidden), nn.SiLU(),
            )  # fmt: skip
            joined += hidden
        self.crystal_projection = nn.Sequential(
            nn.Linear(joined, 2 * config.dim), nn.SiLU(), nn.Linear(2 * config.dim, config.dim)
        )
        self.log_scale = nn.Parameter(torch.tensor(math.log(1 / 0.07)))
        self.bias = nn.Parameter(torch.tensor(-10.0))

    def encode_graphs(self, batch: GraphBatch) -> torch.Tensor:
        """Return unit vectors (b, d)."""
        features = self.crystal(batch)
        if self.config.crystal.descriptor_width:
            scaled = (batch.descriptor - self.descriptor_mean) / self.descriptor_scale
            known = torch.cat([scaled.clamp(-10, 10), self.space_group(batch.space_group)], dim=1)
            features = torch.cat([features, self.descriptor(known)], dim=1)
        return normalize(self.crystal_projection(features), dim=1)

    def encode_tokens(self, batch: TextBatch) -> torch.Tensor:
        """Return unit vectors (b, d)."""
        return normalize(self.text_projection(self.text(batch)), dim=1)

    def set_descriptor_scale(self, descriptors: torch.Tensor) -> None:
        """Take mean and spread of the descriptor from a sample (b, f) of training crystals."""
        if self.config.crystal.descriptor_width:
            self.descriptor_mean.copy_(descriptors.mean(dim=0))
            # Entries that hardly vary in the sample must not be blown up elsewhere.
            self.descriptor_scale.copy_(descriptors.std(dim=0).clamp(min=0.05))
