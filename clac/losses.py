"""Contrastive losses: pure functions of tensors.

Crystals (c, d) may be more than texts (b, d): the first b are paired with the texts, the others
are negatives for every text.
"""

from __future__ import annotations

import torch
from torch.nn.functional import cross_entropy, logsigmoid


def infonce(
    crystals: torch.Tensor,
    texts: torch.Tensor,
    scale: torch.Tensor,
    same: torch.Tensor | None = None,
) -> torch.Tensor:
    """Compute symmetric InfoNCE (arXiv 2103.00020) of unit vectors (c, d) and (b, d).

    `same` (c, b) marks what is no negative; it is left out.
    """
    logits = scale * crystals @ texts.T
    if same is not None:
        logits = logits.masked_fill(same, float("-inf"))
    target = torch.arange(len(texts), device=logits.device)
    paired = logits[: len(texts)]
    return (cross_entropy(paired, target) + cross_entropy(logits.T, target)) / 2


def siglip(
    crystals: torch.Tensor,
    texts: torch.Tensor,
    scale: torch.Tensor,
    bias: torch.Tensor,
    same: torch.Tensor | None = None,
) -> torch.Tensor:
    """Compute the pairwise sigmoid loss (arXiv 2303.15343) of unit vectors (c, d) and (b, d).

    `same` (c, b) marks what is no negative; it is left out.
    """
    logits = scale * crystals @ texts.T + bias
    sign = 2 * torch.eye(*logits.shape, device=logits.device) - 1
    terms = -logsigmoid(sign * logits)
    if same is not None:
        terms = terms.masked_fill(same, 0)
    return terms.sum() / len(texts)


def false_negatives(keys: torch.Tensor) -> torch.Tensor:
    """Mark (b, b) pairs off the diagonal whose keys (b,) are equal."""
    same = keys[:, None] == keys[None, :]
    return same & ~torch.eye(len(keys), dtype=torch.bool, device=keys.device)
