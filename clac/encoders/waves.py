"""Numbers as waves: the form in which both towers read them."""

from __future__ import annotations

import math

import torch

OCTAVES = tuple(2.0**k for k in range(-3, 7))
"""waves per decade: from one over eight decades to one over 3.6% of a value"""
WIDTH = 2 * len(OCTAVES) + 2
"""features of a number"""


def waves(values: torch.Tensor) -> torch.Tensor:
    """Spread numbers (...) over waves of their logarithm, (..., WIDTH); size and sign beside.

    So 0.15 eV and 150 GPa are told apart equally finely. One token for a number follows
    arXiv 2310.02989, sines of many wavelengths arXiv 1706.03762.
    """
    size = torch.log10(values.abs() + 0.01)[..., None]
    phase = 2 * math.pi * size * torch.tensor(OCTAVES, device=values.device)
    return torch.cat([phase.sin(), phase.cos(), size, values.sign()[..., None]], dim=-1)
