"""Property heads: what a crystal says of itself, corrected by labelled crystals that are near it.

Three parts. `Own` reads the crystal's own vector (or a `clac.tower` reads its graph). `Kriging`
looks at labelled neighbours. `Blend` weighs the two by how much the neighbours can know, and says
how far off the result may be.

Shape letters: b crystals, d embedding, k neighbours, c outputs (one number, or one for each class).
"""

from __future__ import annotations

from typing import final

import torch
from torch import nn

from clac.config import HeadConfig

_SQRT3 = 3**0.5
_NEAREST = 1e-9
"""squares of distances below it have no useful gradient"""
_SPREADS = (-7.0, 1.0)
"""logarithms of the least and the largest spread, in widths of the labels: a sign that is far off
must not make an interval endless"""
SIGNS = 5
"""what `Blend` is told of a prediction"""


@final
class Own(nn.Module):
    """Predict from a crystal's own vector (b, d): the mean of a few small perceptrons (b, c)."""

    def __init__(self, dim: int, outputs: int, config: HeadConfig) -> None:
        """Build the members."""
        super().__init__()
        self.register_buffer("centre", torch.zeros(dim))
        self.register_buffer("scale", torch.ones(dim))
        self.members = nn.ModuleList(
            _perceptron(dim, outputs, config.hidden, config.dropout) for _ in range(config.members)
        )

    def forward(self, vectors: torch.Tensor) -> torch.Tensor:
        """Return the mean of all members (b, c)."""
        scaled = self.scaled(vectors)
        return torch.stack([member(scaled) for member in self.members]).mean(dim=0)

    def scaled(self, vectors: torch.Tensor) -> torch.Tensor:
        """Return vectors (b, d) as a member takes them."""
        return (vectors - self.centre) / self.scale


def _perceptron(inputs: int, outputs: int, hidden: int, dropout: float) -> nn.Sequential:
    return nn.Sequential(
        nn.Linear(inputs, hidden), nn.SiLU(), nn.Dropout(dropout),
        nn.Linear(hidden, hidden), nn.SiLU(), nn.Dropout(dropout),
        nn.Linear(hidden, outputs),
    )  # fmt: skip


@final
class Kriging(nn.Module):
    """Predict from labelled neighbours: a Gaussian process over the few that are nearest.

    Labels are alike where crystals are near in a metric that is learnt (one weight for each entry
    of a vector; Matern covariance of order 3/2), and fall back to a constant where none is near.
    Neighbours that say the same share one weight, unlike in a softmax. Nearest-neighbour processes:
    DOI 10.1080/01621459.2015.1044091.
    """

    def __init__(self, dim: int, outputs: int, clip: float) -> None:
        """Start with the plain metric; labels are cut off at `clip`."""
        super().__init__()
        self.clip = clip
        self.metric = nn.Parameter(torch.zeros(dim))
        self.constant = nn.Parameter(torch.zeros(outputs))
        self.log_signal = nn.Parameter(torch.tensor(-0.7))
        self.log_noise = nn.Parameter(torch.tensor(-2.5))
        self.log_length = nn.Parameter(torch.tensor(0.6))

    def forward(
        self, vectors: torch.Tensor, near: torch.Tensor, labels: torch.Tensor, there: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Return mean (b, c), the share of the variance that is left (b,), weights (b, k).

        Of vectors (b, d), their neighbours' vectors (b, k, d) and labels (b, k, c), and which of
        them are there (b, k) bool; one that is not weighs nothing.
        """
        with torch.autocast(vectors.device.type, enabled=False):
            query, known = (v.float() * self.metric.exp() for v in (vectors, near))
            across = known @ known.transpose(1, 2)
            square = across.diagonal(dim1=1, dim2=2)
            among = self._covariance(square[:, :, None] + square[:, None] - 2 * across)
            pair = there[:, :, None] & there[:, None]
            one = torch.eye(near.shape[1], device=near.device)
            # What is not there is a crystal unlike all others.
            among = torch.where(pair, among, one) + self.log_noise.exp() * one
            towards = self._covariance((query[:, None] - known).square().sum(dim=-1)) * there
            root = torch.linalg.cholesky(among)
            weights = torch.cholesky_solve(towards[..., None], root)[..., 0]
            beyond = self.cut(labels) - self.constant
            mean = self.constant + (weights[..., None] * beyond).sum(dim=1)
            left = 1 - (weights * towards).sum(dim=1) / self.prior()
        return mean, left.clamp(min=1e-6), weights

    def prior(self) -> torch.Tensor:
        """Return the variance where no neighbour is near."""
        return self.log_signal.exp() + self.log_noise.exp()

    def cut(self, labels: torch.Tensor) -> torch.Tensor:
        """Cut labels off: one wrong label must not carry a prediction away."""
        return labels.clamp(-self.clip, self.clip)

    def _covariance(self, square: torch.Tensor) -> torch.Tensor:
        """Return the covariance at squares of distances."""
        steps = _SQRT3 * square.clamp(min=_NEAREST).sqrt() / self.log_length.exp()
        return self.log_signal.exp() * (1 + steps) * torch.exp(-steps)


@final
class Blend(nn.Module):
    """Weigh what a crystal says and what its neighbours say; tell how far off the result may be."""

    def __init__(self, outputs: int) -> None:
        """Start half way between the two where neighbours are near."""
        super().__init__()
        self.inner = nn.Sequential(nn.Linear(SIGNS, 16), nn.SiLU(), nn.Linear(16, 2))
        nn.init.zeros_(self.inner[2].weight)
        nn.init.zeros_(self.inner[2].bias)

    def forward(
        self, own: torch.Tensor, kriged: torch.Tensor, left: torch.Tensor, local: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Return mean (b, c), spread (b,) and the share of the neighbours (b,).

        Left (b,): the share of the variance that neighbours leave; at one they have no say. Local
        (b,): how far their labels lie apart.
        """
        away = (kriged - own).abs().mean(dim=1)
        level = own.mean(dim=1) if own.shape[1] == 1 else own.max(dim=1).values
        known = (1 - left).clamp(min=0)
        signs = torch.stack([left, away.log1p(), local.log1p(), level, known * away], dim=1)
        share, spread = self.inner(signs).unbind(dim=1)
        share = known * torch.sigmoid(share)
        return own + share[:, None] * (kriged - own), torch.exp(spread.clamp(*_SPREADS)), share


@final
class PropertyHead(nn.Module):
    """Predict one property of crystals from their vectors and from labelled neighbours.

    Labels and predictions are in the head's own scale: centre zero, width one; probabilities for
    classes.
    """

    def __init__(self, dim: int, outputs: int, config: HeadConfig) -> None:
        """Build the parts. Where a tower speaks for `own`, that one only tells what to expect."""
        super().__init__()
        self.own = Own(dim, outputs, config)
        self.kriging = Kriging(dim, outputs, config.clip)
        self.blend = Blend(outputs)
        self.register_buffer("landmarks", torch.zeros(config.landmarks, dim))

    def own_part(self, vectors: torch.Tensor) -> torch.Tensor:
        """Return what vectors (b, d) say without neighbours: numbers or probabilities (b, c)."""
        out = self.own(vectors)
        return out if out.shape[1] == 1 else out.softmax(dim=1)

    def forward(
        self,
        own: torch.Tensor,
        vectors: torch.Tensor,
        near: torch.Tensor,
        labels: torch.Tensor,
        there: torch.Tensor,
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Return mean (b, c), spread (b,) and the share of each neighbour (b, k) in the mean."""
        kriged, left, weights = self.kriging(vectors, near, labels, there)
        return self.mix(own, kriged, left, weights, labels)

    def mix(
        self,
        own: torch.Tensor,
        kriged: torch.Tensor,
        left: torch.Tensor,
        weights: torch.Tensor,
        labels: torch.Tensor,
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Blend both parts, as `forward` returns them."""
        sizes = weights.abs()
        sizes = sizes / sizes.sum(dim=1, keepdim=True).clamp(min=1e-6)
        middle = (sizes[..., None] * labels).sum(dim=1, keepdim=True)
        local = (sizes[..., None] * (labels - middle).abs()).sum(dim=1).mean(dim=1)
        mean, spread, share = self.blend(own, kriged, left, local)
        if mean.shape[1] > 1:
            mean = mean.clamp(min=1e-4)
            mean = mean / mean.sum(dim=1, keepdim=True)
        return mean, spread, share[:, None] * sizes
