"""From a structure's vector to words: ranked texts and class probabilities.

Shape letters: d embedding, b texts or labels.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from index.types import Label, Match

if TYPE_CHECKING:
    from clac.embed import Embedder


def rank_texts(
    vector: np.ndarray,
    kind: str,
    texts: Sequence[str],
    embedder: Embedder,
    *,
    ids: Sequence[str] = (),
    k: int,
) -> list[Match]:
    """Order texts by their cosine with a unit vector (d,); return the k best.

    Each match carries the kind and, where ids run in step with the texts, its id.
    """
    if not texts:
        return []
    scores = embedder.encode_texts(texts) @ vector
    order = np.argsort(-scores, kind="stable")[:k]
    return [Match(kind, texts[i], float(scores[i]), ids[i] if ids else "") for i in order]


def rank_terms(
    vector: np.ndarray, terms: Sequence[tuple[str, str]], embedder: Embedder, *, k: int
) -> list[Match]:
    """Choose k descriptors (group, phrase) of a unit vector (d,), ordered by their cosine.

    Each group gives its best phrase before any gives its second, so that one group with many
    like phrases does not drown the others.
    """
    groups = {phrase: group for group, phrase in terms}
    ranked = rank_texts(vector, "descriptor", list(groups), embedder, k=len(groups))
    taken: Counter[str] = Counter()
    places: list[int] = []
    for match in ranked:
        places.append(taken[groups[match.text]])
        taken[groups[match.text]] += 1
    first = sorted(sorted(range(len(ranked)), key=places.__getitem__)[:k])
    return [dataclasses.replace(ranked[i], group=groups[ranked[i].text]) for i in first]


def rank_labels(
    vector: np.ndarray, prompts: Mapping[str, Sequence[str]], embedder: Embedder
) -> list[Label]:
    """Say how probable each label is for a unit vector (d,), the most probable first.

    A label is the normalised mean of its prompts; the probabilities are the softmax of the
    cosines over the model's temperature, as in CLIP (arXiv:2103.00020).
    """
    scores = (_means(prompts, embedder) @ vector).astype(np.float64)
    logits = scores / embedder.temperature
    weights = np.exp(logits - logits.max())
    shares = weights / weights.sum()
    labels = list(prompts)
    order = np.argsort(-shares, kind="stable")
    return [Label(labels[i], float(shares[i]), float(scores[i])) for i in order]


def _means(prompts: Mapping[str, Sequence[str]], embedder: Embedder) -> np.ndarray:
    """Return the normalised mean (b, d) of each label's prompts, encoded in one pass."""
    vectors = embedder.encode_texts([text for texts in prompts.values() for text in texts])
    ends = np.cumsum([len(texts) for texts in prompts.values()])
    means = np.stack([part.mean(axis=0) for part in np.split(vectors, ends[:-1])])
    return means / np.linalg.norm(means, axis=1, keepdims=True)
