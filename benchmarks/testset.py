"""The test split, its captions and their vectors: what the benchmarks share."""

from __future__ import annotations

import argparse
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from rich.progress import track

from benchmarks import report
from clac import checkpoint
from clac.data.captions import Caption, captioned
from clac.data.claims import FactTable
from clac.data.dataset import Pairs, prepare
from clac.embed import Embedder

SEED = 20_26
MASKS: Mapping[str, tuple[str, frozenset[str]]] = {
    "full": ("full", frozenset()),
    "no elements": ("full", frozenset(("formula", "elements", "names"))),
    "no elements, no numbers": ("full", frozenset(("formula", "elements", "names", "numbers"))),
    "environment": ("environment", frozenset()),
    "symmetry": ("symmetry", frozenset()),
    "short": ("short", frozenset()),
    "no symmetry": ("full", frozenset(("symmetry",))),
}
"""name -> caption style and what is hidden"""
WITHIN = 0.1
"""a number that was stated as one number also fits a crystal that is off by this fraction"""


@dataclass(frozen=True, slots=True)
class TestSet:
    """A model and the crystals that it is tested on."""

    __test__ = False  # no test class of pytest

    folder: Path
    embedder: Embedder
    pairs: Pairs
    """the test split, or everything"""
    table: FactTable

    def rows(self, split: str) -> np.ndarray:
        """Return the rows of a split."""
        return np.flatnonzero(self.pairs.split == split)


def arguments(doc: str | None) -> argparse.ArgumentParser:
    """Return a parser with the options of every benchmark."""
    parser = argparse.ArgumentParser(
        description=doc, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--model", type=Path, default=checkpoint.DEFAULT_FOLDER)
    parser.add_argument("--cache", type=Path, default=Path("runs/cache"))
    return parser


def load(model: Path, cache: Path, everything: bool = False) -> TestSet:
    """Prepare the test split, or all rows, for a model."""
    torch.set_num_threads(2)
    config = checkpoint.describe(model).config
    split = "" if everything else "test"
    pairs = prepare(report.need_crystals(), cache, config.graph, split=split)
    return TestSet(model, Embedder.load(model), pairs, FactTable(pairs.facts))


def captions(pairs: Pairs, mask: str) -> list[Caption]:
    """Write one caption for each crystal, the same on every call."""
    style, hide = MASKS[mask]
    rng = random.Random(f"{SEED} {mask}")
    return [captioned(facts, rng, style, hide) for facts in pairs.facts]


def encode_crystals(pairs: Pairs, folder: Path) -> np.ndarray:
    """Encode graphs (b,) to unit vectors (b, d)."""
    embedder = Embedder.load(folder)
    return np.concatenate([
        embedder.encode_graphs(pairs.graphs[start : start + 1024])
        for start in track(range(0, len(pairs), 1024), "crystals")
    ])  # fmt: skip


def encode_texts(texts: Sequence[str], embedder: Embedder, what: str = "texts") -> np.ndarray:
    """Encode texts (b,) to unit vectors (b, d)."""
    return np.concatenate([
        embedder.encode_texts(texts[start : start + 1024])
        for start in track(range(0, len(texts), 1024), what)
    ])  # fmt: skip


def bootstrap(values: np.ndarray, draws: int = 200) -> list[float]:
    """Return the 95% interval of the mean of values (b,) over resampled rows."""
    rng = np.random.default_rng(0)
    means = [values[rng.integers(0, len(values), len(values))].mean() for _ in range(draws)]
    return [float(np.quantile(means, q)) for q in (0.025, 0.975)]
