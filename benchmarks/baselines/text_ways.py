"""Text -> structure: each way to score all captions of a mask against all crystals."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
import torch

from benchmarks import report
from benchmarks.baselines.bm25 import bm25_scores
from benchmarks.baselines.dense_text import encode_plainly
from benchmarks.baselines.descriptor_mlp import descriptor_mlp
from benchmarks.baselines.formula import formula_scores
from benchmarks.baselines.nearest import nearest_graphs
from benchmarks.baselines.seed_recipe import seed_recipe
from benchmarks.testset import SEED, TestSet, encode_crystals, encode_texts
from clac.data.captions import caption

Encode = Callable[[Sequence[str]], np.ndarray]
"""texts (b,) -> vectors (b, d)"""
Score = Callable[[Sequence[str]], np.ndarray]
"""a caption of each crystal (b,) -> scores against all crystals (b, b)"""


class TextWays:
    """All ways, by name; towers are trained, or loaded, when they are first asked for."""

    def __init__(
        self, test: TestSet, cache: Path, samples: Mapping[str, int], rows: np.ndarray
    ) -> None:
        """Take the pairs to train towers on, by name, and the rows whose captions slow ways see."""
        self.test, self.cache, self.samples, self.rows = test, cache, samples, rows
        self.costs: dict[str, dict[str, float]] = {}
        """name -> samples and seconds of training"""

    slow = ("MiniLM on text", "seed recipe")
    """ways that encode only some captions"""

    def names(self) -> tuple[str, ...]:
        """Name the ways."""
        return tuple(self._ways())

    def start(self, name: str) -> Score:
        """Prepare a way."""
        return self._ways()[name]()

    def _ways(self) -> Mapping[str, Callable[[], Score]]:
        return {
            "this model": self._model,
            "formula parser": lambda: lambda texts: formula_scores(texts, self.test.pairs.facts),
            "BM25": lambda: lambda texts: bm25_scores(texts, self._documents),
            "MiniLM on text": self._minilm,
            "descriptor MLP": self._descriptor_mlp,
            "seed recipe": self._seed_recipe,
        }

    def _model(self) -> Score:
        items = encode_crystals(self.test.pairs, self.test.folder)
        return lambda texts: encode_texts(texts, self.test.embedder, "captions") @ items.T

    def _minilm(self) -> Score:
        items = encode_plainly(self._documents)
        return self._of_some(encode_plainly, items)

    def _descriptor_mlp(self) -> Score:
        towers, self.costs["descriptor MLP"] = descriptor_mlp(
            self.test.folder, self.cache, self.samples["descriptor MLP"], self._runs
        )
        with torch.inference_mode():
            items = towers.encode_graphs(self.test.pairs.graphs).cpu().numpy()
        return lambda texts: _encoded(towers.encode_texts, texts) @ items.T

    def _seed_recipe(self) -> Score:
        towers, self.costs["seed recipe"] = seed_recipe(
            self.test.folder, self.cache, self.samples["seed recipe"], self._runs
        )
        graphs = nearest_graphs(report.need_crystals(), self.cache, self.test.pairs.ids)
        with torch.inference_mode():
            items = towers.encode_all(graphs).cpu().numpy()
        return self._of_some(lambda texts: _encoded(towers.encode_texts, texts), items)

    def _of_some(self, encode: Encode, items: np.ndarray) -> Score:
        """Score only the captions of some rows; the others score zero and are not asked for."""

        def scores(texts: Sequence[str]) -> np.ndarray:
            found = np.zeros((len(texts), len(items)), dtype=np.float32)
            found[self.rows] = encode([texts[i] for i in self.rows]) @ items.T
            return found

        return scores

    @cached_property
    def _documents(self) -> Sequence[str]:
        """Write the one full caption of each crystal that text is compared with."""
        rng = random.Random(f"{SEED} document")
        return [caption(facts, rng) for facts in self.test.pairs.facts]

    @property
    def _runs(self) -> Path:
        return self.cache.with_name("baselines")


def _encoded(encode: Callable[[Sequence[str]], torch.Tensor], texts: Sequence[str]) -> np.ndarray:
    starts = range(0, len(texts), 1024)
    with torch.inference_mode():
        return np.concatenate([encode(texts[s : s + 1024]).cpu().numpy() for s in starts])
