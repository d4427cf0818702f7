"""Contrastive losses: pure functions of tensors."""

from __future__ import annotations

import torch
from torch.nn.functional import cross_entropy, logsigmoid


def infonce(
    crystals: torch.Tensor,
    texts: torch.Tensor,
    scale: torch.Tensor,
    same: torch.Tensor | None = None,
) -> torch.Tensor:
    """Compute symmetric InfoNCE (arXiv 2103.00020) of paired unit vectors (b, d).

    `same` (b, b) marks pairs off the diagonal that are no negatives; they are left out.
    """
    logits = scale * crystals @ texts.T
    if same is not None:
        logits = logits.masked_fill(same, float("-inf"))
    target = torch.arange(len(logits), device=logits.device)
    return (cross_entropy(logits, target) + cross_entropy(logits.T, target)) / 2


def siglip(
    crystals: torch.Tensor,
    texts: torch.Tensor,
    scale: torch.Tensor,
    bias: torch.Tensor,
    same: torch.Tensor | None = None,
) -> torch.Tensor:
    """Compute the pairwise sigmoid loss (arXiv 2303.15343) of paired unit vectors (b, d).

    `same` (b, b) marks pairs off the diagonal that are no negatives; they are left out.
    """
    logits = scale * crystals @ texts.T + bias
    sign = 2 * torch.eye(len(logits), device=logits.device) - 1
    terms = -logsigmoid(sign * logits)
    if same is not None:
        terms = terms.masked_fill(same, 0)
    return terms.sum() / len(logits)


def false_negatives(keys: torch.Tensor) -> torch.Tensor:
    """Mark (b, b) pairs off the diagonal whose keys (b,) are equal."""
    same = keys[:, None] == keys[None, :]
    return same & ~torch.eye(len(keys), dtype=torch.bool, device=keys.device)
