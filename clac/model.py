"""The two towers, their projections and the temperature."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, final

import torch
from torch import nn
from torch.nn.functional import normalize

from clac.config import ModelConfig
from clac.data.descriptor import (
    ARITY,
    CENTRING,
    COUNTS,
    DESCRIPTOR_WIDTH,
    FRACTIONS,
    LATTICE_POINTS,
    N_ELEMENTS,
    SIZES,
)
from clac.data.network import NETWORK
from clac.encoders import build_encoder
from clac.encoders.crystal import add_up
from clac.encoders.network import WIDTH as NETWORK_WIDTH
from clac.encoders.network import CrystalNetwork, TextNetwork
from clac.encoders.numbers import WIDTH as NUMBER_WIDTH
from clac.encoders.numbers import CrystalNumbers, TextNumbers
from clac.encoders.waves import WIDTH, waves
from clac.errors import ConfigError
from clac.types import GraphBatch, TextBatch

if TYPE_CHECKING:
    from clac.encoders.text import TextEncoder

N_SPACE_GROUPS = 231
"""1..230; 0 is never used"""
SPACE_GROUP_WIDTH = 64
ELEMENT_WIDTH = 64
NESTED = (64, 128)
"""leading entries of a vector that serve alone too (arXiv 2205.13147)"""
N_SIZES = 6
"""what `_sizes` returns"""


@final
class DescriptorEncoder(nn.Module):
    """Read the global descriptor: entries as they are, sizes and amounts as waves too.

    A caption tells two entries of one formula apart by the third digit of a density, so the
    crystal's own density must be read as finely as the words'.
    """

    def __init__(self, width: int, bonds: bool) -> None:
        """Build the layers; what reads waves and the network starts at zero."""
        super().__init__()
        self.register_buffer("mean", torch.zeros(DESCRIPTOR_WIDTH))
        self.register_buffer("scale", torch.ones(DESCRIPTOR_WIDTH))
        self.space_group = nn.Embedding(N_SPACE_GROUPS, SPACE_GROUP_WIDTH)
        self.inner = nn.Linear(DESCRIPTOR_WIDTH + SPACE_GROUP_WIDTH, width)
        self.sizes = nn.Sequential(
            nn.Linear(N_SIZES * WIDTH, 256), nn.SiLU(), nn.Linear(256, width)
        )
        self.element = nn.Embedding(N_ELEMENTS, ELEMENT_WIDTH)
        self.amounts = nn.Sequential(nn.Linear(ELEMENT_WIDTH + 2 * WIDTH, 256), nn.SiLU())
        self.composition = nn.Linear(256, width)
        self.network = nn.Linear(len(NETWORK), width) if bonds else None
        for last in (self.sizes[2], self.composition, self.network):
            if last is not None:
                nn.init.zeros_(last.weight)
                nn.init.zeros_(last.bias)
        self.outer = nn.Sequential(nn.SiLU(), nn.Linear(width, width), nn.SiLU())

    def set_scale(self, descriptors: torch.Tensor) -> None:
        """Take mean and spread from a sample (b, f) of training crystals."""
        self.mean.copy_(descriptors.mean(dim=0))
        # Entries that hardly vary in the sample must not be blown up elsewhere.
        self.scale.copy_(descriptors.std(dim=0, correction=0).clamp(min=0.05))

    def forward(self, batch: GraphBatch) -> torch.Tensor:
        """Return features (b, width)."""
        descriptor = batch.descriptor
        scaled = ((descriptor - self.mean) / self.scale).clamp(-10, 10)
        known = self.inner(torch.cat([scaled, self.space_group(batch.space_group)], dim=1))
        known = known + self.sizes(waves(_sizes(descriptor)).flatten(1))
        if self.network is not None:
            known = known + self.network(batch.network)
        return self.outer(known + self.composition(self._elements(descriptor)))

    def _elements(self, descriptor: torch.Tensor) -> torch.Tensor:
        """Add up what the elements and their amounts say, (b, 256)."""
        fractions, counts = descriptor[:, FRACTIONS], descriptor[:, COUNTS].expm1()
        crystal, element = fractions.nonzero(as_tuple=True)
        amounts = torch.cat(
            [waves(amount[crystal, element]) for amount in (fractions, counts)], dim=1
        )
        each = self.amounts(torch.cat([self.element(element), amounts], dim=1))
        return add_up(each, crystal, len(descriptor))


def _sizes(descriptor: torch.Tensor) -> torch.Tensor:
    """Return volume per atom, density, atoms, orbits, elements and atoms of the usual cell."""
    sizes = descriptor[:, SIZES].exp()
    points = descriptor.new_tensor(LATTICE_POINTS)
    usual = sizes[:, 2] * (descriptor[:, CENTRING] @ points)
    return torch.cat([sizes, descriptor[:, ARITY, None], usual[:, None]], dim=1)


@final
class Clac(nn.Module):
    """Crystals and texts as unit vectors of one space (arXiv 2502.16451).

    Distance-only graph networks do not see global symmetry, so a descriptor of symmetry, lattice
    and composition joins the graph's features before the projection.
    """

    def __init__(self, config: ModelConfig, text: TextEncoder | None) -> None:
        """Build the crystal tower beside a given text encoder, or alone where that is None.

        Raises ConfigError where `dim` leaves no room for words beside numbers and network, and for
        numbers without the descriptor, which has the crystal's own.
        """
        super().__init__()
        self.config = config
        bonds = config.crystal.bonds
        taken = NUMBER_WIDTH * config.numbers + NETWORK_WIDTH * bonds
        words = config.dim - taken
        if words <= 0:
            raise ConfigError(f"dim must be more than {taken}, found {config.dim}")
        if text is not None:
            self.text = text
            self.text_projection = nn.Linear(text.width, words)
        hidden = config.crystal.descriptor_width
        if config.numbers and not hidden:
            raise ConfigError("numbers need the descriptor: set numbers = false, or its width")
        self.crystal = build_encoder(config.crystal, config.graph)
        joined = self.crystal.width
        if hidden:
            self.descriptor = DescriptorEncoder(hidden, bonds)
            joined += hidden
        self.crystal_projection = nn.Sequential(
            nn.Linear(joined, 2 * config.dim), nn.SiLU(), nn.Linear(2 * config.dim, words)
        )
        if bonds:
            self.crystal_network = CrystalNetwork(len(NETWORK))
            if text is not None:
                self.text_network = TextNetwork(text.width)
        if config.numbers:
            self.crystal_numbers = CrystalNumbers(joined)
            if text is not None:
                self.text_numbers = TextNumbers(text.width)
        self.log_scale = nn.Parameter(torch.tensor(math.log(1 / 0.07)))
        self.bias = nn.Parameter(torch.tensor(-10.0))

    def encode_graphs(self, batch: GraphBatch) -> torch.Tensor:
        """Return unit vectors (b, d)."""
        features = self.crystal(batch)
        if self.config.crystal.descriptor_width:
            features = torch.cat([features, self.descriptor(batch)], dim=1)
        parts = [normalize(self.crystal_projection(features), dim=1)]
        if self.config.crystal.bonds:
            parts.append(self.crystal_network(batch.network))
        if self.config.numbers:
            parts.append(self.crystal_numbers(features, batch.descriptor[:, SIZES].exp()))
        return normalize(torch.cat(parts, dim=1), dim=1)

    def encode_tokens(self, batch: TextBatch) -> torch.Tensor:
        """Return unit vectors (b, d)."""
        states = self.text.states(batch)
        pooled = self.text.pool(states, batch.mask)
        # Words that say nothing but a number may be short beside it.
        parts = [self.text_projection(pooled)]
        if self.config.crystal.bonds:
            parts.append(self.text_network(pooled))
        if self.config.numbers:
            parts.append(self.text_numbers(states, batch.values))
        return normalize(torch.cat(parts, dim=1), dim=1)

    def set_descriptor_scale(self, descriptors: torch.Tensor) -> None:
        """Take mean and spread of the descriptor from a sample (b, f) of training crystals."""
        if self.config.crystal.descriptor_width:
            self.descriptor.set_scale(descriptors)
