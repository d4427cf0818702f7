"""Dense text -> text with plain MiniLM: a crystal is what another caption says of it."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from clac.encoders.text import MINILM_PACKAGE


def minilm_folder() -> Path:
    """Return the folder of MiniLM's files, or end with the reason why there is none."""
    found = importlib.util.find_spec(MINILM_PACKAGE.replace("-", "_"))
    if found is None or found.origin is None:
        raise SystemExit(f"{MINILM_PACKAGE} is not installed: pip install 'clac[train]'")
    return Path(found.origin).parent / "model"


@cache
def _minilm() -> Any:
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(minilm_folder()))


def encode_plainly(texts: Sequence[str]) -> np.ndarray:
    """Encode texts (b,) to unit vectors (b, 384)."""
    return _minilm().encode(
        list(texts), batch_size=64, normalize_embeddings=True, show_progress_bar=True
    )
