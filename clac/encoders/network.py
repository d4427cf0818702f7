"""The bonded network in the vectors themselves: words that are true of it, and what a text asks.

A crystal's words of the network ("octahedra share edges", "cations have six neighbours") are known
exactly, so they stand in entries of their own, through one matrix; a text writes there what it
says of them. No deep layer has to carry them past composition and symmetry.
"""

from __future__ import annotations

from typing import final

import torch
from torch import nn
from torch.nn.functional import normalize

WIDTH = 64
"""entries of a vector that are about the network"""
SHARE = 0.35
"""of a crystal's squared length, that of all other words being one"""
LOUD = 8.0
"""a text's entries grow as many times faster than other layers learn"""


@final
class CrystalNetwork(nn.Module):
    """Write the words that are true of a network."""

    def __init__(self, words: int) -> None:
        """Give each word a direction of its own, as far as there are any."""
        super().__init__()
        self.code = nn.Linear(words, WIDTH, bias=False)
        nn.init.normal_(self.code.weight, std=WIDTH**-0.5)

    def forward(self, network: torch.Tensor) -> torch.Tensor:
        """Return (b, WIDTH) for networks (b, q)."""
        return normalize(self.code(network), dim=1) * SHARE**0.5


@final
class TextNetwork(nn.Module):
    """Write what a text says of a network."""

    def __init__(self, width: int) -> None:
        """Start at zero: at first nothing is read."""
        super().__init__()
        self.read = nn.Linear(width, WIDTH)
        nn.init.zeros_(self.read.weight)
        nn.init.zeros_(self.read.bias)

    def forward(self, pooled: torch.Tensor) -> torch.Tensor:
        """Return (b, WIDTH) for texts (b, width)."""
        return LOUD * self.read(pooled)
