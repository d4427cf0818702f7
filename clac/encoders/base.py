"""The one interface of every encoder."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

import torch
from torch import nn


class Encoder(nn.Module, ABC):
    """Turn a batch of b things into b feature vectors."""

    width: int
    """entries of a feature vector"""

    @abstractmethod
    def forward(self, batch: Any) -> torch.Tensor:
        """Return features (b, width) of a GraphBatch or a TextBatch."""
