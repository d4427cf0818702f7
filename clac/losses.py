"""Contrastive losses: pure functions of tensors.

Crystals (c, d) may be more than texts (b, d): the first b are paired with the texts. A text may fit
several crystals (`fits`), and where nobody knows (`unclear`) a pair counts neither way.
"""

from __future__ import annotations

import torch
from torch.nn.functional import logsigmoid, softplus

_NEVER = -1e4
"""far below any logit; infinity would leave no gradient where nothing else is in the sum"""


def infonce(
    crystals: torch.Tensor,
    texts: torch.Tensor,
    scale: torch.Tensor,
    fits: torch.Tensor | None = None,
    unclear: torch.Tensor | None = None,
) -> torch.Tensor:
    """Compute symmetric InfoNCE (arXiv 2103.00020) of unit vectors (c, d) and (b, d).

    Each pair that fits, by `fits` (c, b), is held against all pairs that do not (as in
    arXiv 2004.11362, without the other positives in the sum): without `fits`, row i and text i.
    What `unclear` (c, b) marks is left out.
    """
    fits, left_out = _judged(fits, unclear, len(crystals), len(texts), crystals.device)
    logits = scale * crystals @ texts.T
    wrong = logits.masked_fill(left_out, _NEVER)
    paired = slice(len(texts))
    found = _mean_of_fitting(logits.T, wrong.T, fits.T)
    return (found + _mean_of_fitting(logits[paired], wrong[paired], fits[paired])) / 2


def _mean_of_fitting(logits: torch.Tensor, wrong: torch.Tensor, fits: torch.Tensor) -> torch.Tensor:
    """Average over rows the mean loss of what fits a row against what is wrong for it."""
    terms = softplus(wrong.logsumexp(dim=1, keepdim=True) - logits).masked_fill(~fits, 0)
    return (terms.sum(dim=1) / fits.sum(dim=1)).mean()


def classify(
    crystals: torch.Tensor,
    labels: torch.Tensor,
    scale: torch.Tensor,
    fits: torch.Tensor,
    unclear: torch.Tensor,
) -> torch.Tensor:
    """Compute how well labels (l, d) of one kind part crystals (c, d), both ways.

    What fits is told by `fits` (c, l); all labels count alike, however many crystals they fit:
    a crystal is held against the labels that are wrong for it, a label against wrong crystals.
    """
    logits = scale * crystals @ labels.T
    wrong = logits.masked_fill(fits | unclear, _NEVER)
    terms = sum(softplus(wrong.logsumexp(dim=way, keepdim=True) - logits) for way in (0, 1))
    return (terms.masked_fill(~fits, 0).sum(dim=0) / fits.sum(dim=0).clamp(min=1)).mean() / 2


def siglip(
    crystals: torch.Tensor,
    texts: torch.Tensor,
    scale: torch.Tensor,
    bias: torch.Tensor,
    fits: torch.Tensor | None = None,
    unclear: torch.Tensor | None = None,
) -> torch.Tensor:
    """Compute the pairwise sigmoid loss (arXiv 2303.15343) of unit vectors (c, d) and (b, d).

    `fits` and `unclear` (c, b) as for `infonce`.
    """
    fits, left_out = _judged(fits, unclear, len(crystals), len(texts), crystals.device)
    logits = scale * crystals @ texts.T + bias
    terms = -logsigmoid(torch.where(fits, logits, -logits))
    return terms.masked_fill(left_out & ~fits, 0).sum() / len(texts)


def _judged(
    fits: torch.Tensor | None, unclear: torch.Tensor | None, c: int, b: int, device: torch.device
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return what fits, and what is no negative."""
    if fits is None:
        fits = torch.eye(c, b, dtype=torch.bool, device=device)
    return fits, fits if unclear is None else fits | unclear


def false_negatives(keys: torch.Tensor) -> torch.Tensor:
    """Mark (b, b) pairs off the diagonal whose keys (b,) are equal."""
    same = keys[:, None] == keys[None, :]
    return same & ~torch.eye(len(keys), dtype=torch.bool, device=keys.device)
