"""BM25 over texts (Robertson & Zaragoza 2009, DOI 10.1561/1500000019), as sparse matrices."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_matrix

K1, B = 1.2, 0.75
_TOKEN = re.compile(r"\w+(?:[./-]\w+)*")
"""words and numbers; 'P6_3/mmc', '5.27' and 'edge-sharing' are one each"""
_CHUNK = 512


def bm25_scores(queries: Sequence[str], documents: Sequence[str]) -> np.ndarray:
    """Score texts (q,) against documents (c,): (q, c)."""
    vocabulary: dict[str, int] = {}
    counts = _count(documents, vocabulary, grow=True)
    asked = _count(queries, vocabulary, grow=False)
    weights = _weigh(counts).T.tocsr()
    scores = np.empty((len(queries), len(documents)), dtype=np.float32)
    for start in range(0, len(queries), _CHUNK):
        scores[start : start + _CHUNK] = (asked[start : start + _CHUNK] @ weights).toarray()
    return scores


def _weigh(counts: csr_matrix) -> csr_matrix:
    """Turn the counts of terms in documents (c, v) into their BM25 weights."""
    lengths = np.asarray(counts.sum(axis=1)).ravel()
    among = np.bincount(counts.indices, minlength=counts.shape[1])
    rarity = np.log1p((counts.shape[0] - among + 0.5) / (among + 0.5))
    norm = K1 * (1 - B + B * lengths / lengths.mean())
    row = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
    weights = counts.copy()
    weights.data = rarity[counts.indices] * counts.data * (K1 + 1) / (counts.data + norm[row])
    return weights.astype(np.float32)


def _count(texts: Sequence[str], vocabulary: dict[str, int], grow: bool) -> csr_matrix:
    """Count the terms of texts (b, v); with `grow` new terms join the vocabulary."""
    starts, columns, counts = [0], [], []
    for text in texts:
        for term, n in Counter(_TOKEN.findall(text.lower())).items():
            column = vocabulary.setdefault(term, len(vocabulary)) if grow else vocabulary.get(term)
            if column is not None:
                columns.append(column)
                counts.append(n)
        starts.append(len(columns))
    shape = (len(texts), len(vocabulary))
    return csr_matrix((np.array(counts, dtype=np.float32), columns, starts), shape=shape)
