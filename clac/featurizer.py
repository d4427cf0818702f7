"""Crystals and texts as features of scikit-learn: `pip install 'clac[sklearn]'`.

from clac.featurizer import ClacFeaturizer
model = make_pipeline(ClacFeaturizer(), Ridge()).fit(structures, values)
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from clac.embed import Embedder, load_model
from clac.errors import InputError, MissingExtra

try:
    from sklearn.base import BaseEstimator, TransformerMixin
except ImportError as error:
    raise MissingExtra("scikit-learn", "pip install 'clac[sklearn]'") from error

WHAT = ("structure", "text")


class ClacFeaturizer(TransformerMixin, BaseEstimator):
    """Turn crystals or texts into their unit vectors; it learns nothing of its own."""

    def __init__(self, what: str = "structure", model: Embedder | Path | str | None = None) -> None:
        """Choose what is given and the model.

        What: 'structure' for pymatgen Structures, ASE Atoms or Records, 'text' for sentences.
        Model: an Embedder, a checkpoint folder, or None for the shipped model.
        """
        self.what = what
        self.model = model

    def fit(self, X: Iterable[Any], y: Any = None) -> ClacFeaturizer:
        """Check the parameters. Raises InputError where `what` is neither of its two words."""
        self._check()
        return self

    def transform(self, X: Iterable[Any]) -> np.ndarray:
        """Return unit vectors (b, d) float32.

        Raises InputError that names the place of what cannot be represented, counted from 0.
        """
        self._check()
        if isinstance(X, str):
            raise InputError("", "give a list of texts, not one text")
        given = list(X)
        if self.what == "structure":
            return self._embedder.encode_structures(given)
        for place, text in enumerate(given):
            if not isinstance(text, str) or not text.strip():
                raise InputError(f"text {place}", "it takes a text that is not empty")
        return self._embedder.encode_texts(given)

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:
        """Name the features: clac0, clac1, ..."""
        return np.array([f"clac{i}" for i in range(self._embedder.dim)], dtype=object)

    def __sklearn_is_fitted__(self) -> bool:
        """Say that there is nothing to fit."""
        return True

    def __sklearn_tags__(self) -> Any:
        """Say that it needs no fit and takes no table of numbers."""
        tags = super().__sklearn_tags__()
        tags.requires_fit = False
        tags.no_validation = True
        tags.input_tags.two_d_array = False
        tags.input_tags.string = self.what == "text"
        return tags

    def _check(self) -> None:
        if self.what not in WHAT:
            raise InputError("", f"what is one of {', '.join(WHAT)}, found {self.what!r}")

    @property
    def _embedder(self) -> Embedder:
        if self.model is None or isinstance(self.model, (str, Path)):
            return _loaded(self.model)
        return self.model


@lru_cache(maxsize=2)
def _loaded(folder: Path | str | None) -> Embedder:
    """Load a model once, however many copies of a featurizer ask for it."""
    return load_model(folder)
