"""The words that describe a crystal to a fused network, and their states in the text encoder.

Shape letters: b crystals, t tokens.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import torch
from rich.progress import track

from clac.data.captions import caption
from clac.data.facts import Facts
from clac.tokens import Tokens, pad
from clac.types import TextBatch

if TYPE_CHECKING:
    from clac.model import Clac

HIDDEN = frozenset(("properties", "names"))
"""what a description must not tell: a property is to be predicted, and a use betrays one"""


def describe(facts: Facts) -> str:
    """Say what a crystal is made of, its symmetry, structure type, density, bonds and polyhedra.

    The same crystal has the same words, whatever is known of its properties.
    """
    return caption(facts, random.Random(f"{facts.formula} {facts.prototype}"), "full", HIDDEN)


def read(model: Clac, tokens: Sequence[Tokens], batch: int = 64) -> list[np.ndarray]:
    """Return the states of the tokens of each text (b,), (t, text width) float16 each."""
    order = sorted(range(len(tokens)), key=lambda i: len(tokens[i]))
    states: list[np.ndarray] = [np.empty(0)] * len(tokens)
    starts = range(0, len(order), batch)
    for start in track(starts, "reading", disable=len(starts) < 10):
        rows = order[start : start + batch]
        padded = TextBatch(*(torch.from_numpy(part) for part in pad([tokens[i] for i in rows])))
        with torch.inference_mode():
            found = model.text.states(padded).half().numpy()
        for i, each in zip(rows, found):
            states[i] = each[: len(tokens[i])].copy()
    return states
