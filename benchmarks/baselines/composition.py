"""A crystal as the fractions of its elements: structure -> structure without any geometry."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from clac.data.elements import SYMBOLS
from clac.data.facts import Facts


def composition_vectors(facts: Sequence[Facts]) -> np.ndarray:
    """Return unit vectors (b, elements) of the atomic fractions; their products are cosines."""
    amounts = np.zeros((len(facts), len(SYMBOLS)), dtype=np.float32)
    for i, f in enumerate(facts):
        amounts[i, [SYMBOLS.index(s) for s in f.elements]] = f.amounts
    return amounts / np.linalg.norm(amounts, axis=1, keepdims=True)
