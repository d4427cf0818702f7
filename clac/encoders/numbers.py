"""Numbers in the vectors themselves: what a text states and what a crystal has meet as phases.

A quantity of a crystal stands in its vector as waves of its logarithm, exp(i w s), and so does each
number of a text, every wave turned and weighed by what the words around the number say of it. The
product of the two is any function of the difference, as fine as the shortest wave: "density 5.27"
is a narrow peak, "about 5" a wide one, "above 5" a slope. No deep layer has to keep a third digit.
Waves of many lengths follow arXiv 2006.10739, turning them arXiv 2104.09864.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

import torch
from torch import nn


@dataclass(frozen=True, slots=True)
class Waves:
    """The waves of one quantity."""

    quantity: str
    longest: int
    """the longest wave is 2**-longest decades long"""
    shortest: int
    weight: float
    """share of a crystal's squared length, that of all words being one"""
    known: int = -1
    """place among the sizes of a crystal; -1 where the crystal tower must guess"""


NUMBERS: tuple[Waves, ...] = (
    Waves("density", -1, 8, 0.15, 1),
    Waves("n_atoms", -1, 4, 0.06, 2),
    Waves("volume_per_atom", -1, 1, 0.03, 0),
    Waves("band_gap", -2, 2, 0.08),
    Waves("formation_energy", -2, 2, 0.08),
    Waves("bulk_modulus", -1, 1, 0.06),
)
"""waves shorter than a guess is good for would only be noise"""
_COUNTS = tuple(w.shortest - w.longest + 1 for w in NUMBERS)
WIDTH = 2 * sum(_COUNTS)
"""entries of a vector that are such waves, its last ones"""
ZERO = 0.02
"""sizes far below it are alike: their logarithm would go to infinity"""

LOUD = 8.0
"""length of a text's waves when they begin to be learnt, beside words that are about five long"""


def scaled(values: torch.Tensor) -> torch.Tensor:
    """Return decades of numbers (...), with their sign; nearly linear below ZERO."""
    return values.sign() * (1 + values.abs() / ZERO).log() / math.log(10)


def phases(values: torch.Tensor) -> torch.Tensor:
    """Return the angles (..., waves) of numbers (..., quantities), or of one for all (..., 1)."""
    per_decade = [2.0**k for w in NUMBERS for k in range(w.longest, w.shortest + 1)]
    size = scaled(values)
    if values.shape[-1] > 1:
        size = size.repeat_interleave(torch.tensor(_COUNTS, device=values.device), dim=-1)
    return 2 * math.pi * size * torch.tensor(per_decade, device=values.device)


def circle(angles: torch.Tensor) -> torch.Tensor:
    """Return the waves (..., 2 w) of angles (..., w): cosines, then sines."""
    return torch.cat([angles.cos(), angles.sin()], dim=-1)


def amplitudes(device: torch.device | None = None) -> torch.Tensor:
    """Return how much each entry (WIDTH,) of a known quantity weighs."""
    return _of_entries([(w.weight / n) ** 0.5 for w, n in zip(NUMBERS, _COUNTS)], device)


def known_entries(device: torch.device | None = None) -> torch.Tensor:
    """Mark the entries (WIDTH,) that the descriptor knows."""
    return _of_entries([w.known >= 0 for w in NUMBERS], device)


def _of_entries(values: Sequence[float], device: torch.device | None) -> torch.Tensor:
    """Give each entry (WIDTH,), cosines and then sines, the value of its quantity."""
    waves = [value for value, n in zip(values, _COUNTS) for _ in range(n)]
    return torch.tensor(waves + waves, device=device)


@final
class CrystalNumbers(nn.Module):
    """Write a crystal's sizes as waves, and guess those of quantities that are not computed."""

    def __init__(self, width: int) -> None:
        """Read features of `width`."""
        super().__init__()
        self.guess = nn.Sequential(nn.Linear(width, 256), nn.SiLU(), nn.Linear(256, WIDTH))

    def forward(self, features: torch.Tensor, sizes: torch.Tensor) -> torch.Tensor:
        """Return (b, WIDTH) for features (b, width) and sizes (b, 3 or more).

        Sizes are volume per atom in cubic Angstrom, density in g/cm3 and atoms of the primitive
        cell.
        """
        # What is guessed takes the first size here, and is replaced.
        values = torch.stack([sizes[:, max(w.known, 0)] for w in NUMBERS], dim=1)
        known = known_entries(features.device)
        waves = torch.where(known, circle(phases(values)), self.guess(features))
        return waves * amplitudes(features.device)


@final
class TextNumbers(nn.Module):
    """Add up a text's numbers as waves, each turned and weighed by its own token's state."""

    def __init__(self, width: int) -> None:
        """Start at zero: at first nothing is read."""
        super().__init__()
        self.turn = nn.Linear(width, WIDTH)
        nn.init.zeros_(self.turn.weight)
        nn.init.zeros_(self.turn.bias)

    def forward(self, states: torch.Tensor, values: torch.Tensor) -> torch.Tensor:
        """Return (b, WIDTH) for states (b, t, width) and values (b, t), NaN for a word."""
        word = torch.isnan(values)
        angles = phases(torch.where(word, torch.zeros_like(values), values)[:, :, None])
        cosine, sine = angles.cos(), angles.sin()
        real, imaginary = (LOUD * self.turn(states)).chunk(2, dim=-1)
        turned = torch.cat(
            [real * cosine - imaginary * sine, real * sine + imaginary * cosine], dim=-1
        )
        return (turned * (~word)[:, :, None].to(turned.dtype)).sum(dim=1)
