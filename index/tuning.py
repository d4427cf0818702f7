"""Which kind of vector index an index gets, and how thoroughly that kind has to look.

Shape letters: b stored vectors, q queries, d embedding, k hits.
"""

from __future__ import annotations

import bisect
from collections.abc import Callable
from functools import partial

import numpy as np

from clac.errors import InputError
from index.kinds import EXACT, KINDS, TUNED_K
from index.vectors import VectorIndex

AUTO = "auto"
NAMES = (AUTO, EXACT, *KINDS)
RECALL = 0.99
"""wanted share of true neighbours, where nothing else is said"""
_EXACT_ROWS = 500_000
"""rows up to which a look at all of them takes no longer than a text's encoding"""
_GRAPH_ROWS = 2_000_000
"""rows up to which whole vectors and their links, 1.3 kB each, fit an ordinary memory"""
_QUERIES = 400
"""held-out queries: half of them set the dial, the other half measures"""
_MARGIN = 0.3
"""of what the recall may lack, how much is kept in reserve for other queries"""
_ENOUGH = 0.002
"""what the last bit of thoroughness may bring and is not worth"""
_ROUNDING = 1e-6
"""differences of cosines in float32"""
_NEIGHBOURS = 8
"""held-out queries lie beside a vector as far as two of its nearest lie from each other"""

Questions = Callable[[int], np.ndarray]
"""a number of texts -> vectors (q, d) of so many that users may ask; it may give fewer"""


def checked(kind: str, recall: float) -> None:
    """Raise InputError for a kind that is not known and for a recall that cannot be."""
    if kind not in NAMES:
        raise InputError("", f"no such kind of index: {kind!r}; known are {', '.join(NAMES)}")
    if not 0 < recall <= 1:
        raise InputError("", f"recall is a share, above 0 and at most 1, found {recall}")


def chosen(kind: str, count: int, recall: float = RECALL) -> tuple[str, str]:
    """Return the kind for so many rows and why it is this one; 'auto' goes by their number."""
    checked(kind, recall)
    if kind != AUTO:
        return (kind, "as asked") if count else (EXACT, "there are no rows")
    if recall == 1:
        return EXACT, "auto: only the exact kind is sure to find all"
    for most, name in ((_EXACT_ROWS, EXACT), (_GRAPH_ROWS, "hnsw")):
        if count <= most:
            return name, f"auto: {count:,} rows, no more than {most:,}"
    return "ivf", f"auto: {count:,} rows, more than {_GRAPH_ROWS:,}"


def build_vectors(
    exact: VectorIndex,
    kind: str = AUTO,
    recall: float = RECALL,
    questions: Questions | None = None,
) -> VectorIndex:
    """Return an index of a kind with the vectors of another, tuned to a recall and measured.

    Held-out queries are questions, where they are given, and points beside stored vectors. Where
    no setting reaches the recall, the most thorough one is kept; `recall` tells what it reaches.
    Raises InputError as `checked`, and StoreError where the installed faiss lacks the kind.
    """
    name, _ = chosen(kind, len(exact), recall)
    if exact.kind != EXACT:
        exact = exact.remade(EXACT)
    if name == EXACT:
        exact.recall = 1.0
        return exact
    index = exact.remade(name)
    queries = _held_out(exact, questions)
    half = len(queries) // 2
    index.recall = _tuned(index, _Exam(exact, queries[:half]), _Exam(exact, queries[half:]), recall)
    return index


def _held_out(exact: VectorIndex, questions: Questions | None) -> np.ndarray:
    """Return queries (q, d), shuffled, that are no stored vectors."""
    rng = np.random.default_rng(0)
    asked = np.zeros((0, exact.dim), dtype=np.float32)
    if questions is not None:
        asked = questions(_QUERIES // 2)
    own = exact.vectors(rng.integers(0, len(exact), _QUERIES - len(asked)))
    near = exact.search(own, 1 + _NEIGHBOURS)[1]
    if near.shape[1] > 2:
        near = near[:, 1:]  # the first is the vector itself
    one = rng.integers(0, near.shape[1], len(own))
    other = (one + rng.integers(1, max(2, near.shape[1]), len(own))) % near.shape[1]
    start, end = (exact.vectors(near[np.arange(len(own)), place]) for place in (one, other))
    beside = own + end - start
    beside /= np.linalg.norm(beside, axis=1, keepdims=True)
    return rng.permutation(np.concatenate([asked, beside]))


class _Exam:
    """Queries and what is known of their true neighbours."""

    def __init__(self, exact: VectorIndex, queries: np.ndarray) -> None:
        """Take the index of all vectors, and queries (q, d)."""
        self._exact = exact
        self._queries = queries
        self._least = exact.search(queries, TUNED_K)[0][:, -1:] - _ROUNDING

    def recall(self, index: VectorIndex) -> float:
        """Return the mean share of hits that are as near as the true ones."""
        found = index.search(self._queries, TUNED_K)[1]
        stored = self._exact.vectors(found.ravel()).reshape(*found.shape, -1)
        return float(np.mean(np.einsum("qd,qkd->qk", self._queries, stored) >= self._least))


def _tuned(index: VectorIndex, first: _Exam, second: _Exam, recall: float) -> float:
    """Turn each dial, the finder's own first, to the fastest setting that reaches a recall.

    Where none does, the fastest that comes near to what the most thorough one reaches. Returns what
    the second exam measures.
    """
    ladders = index.dials()
    index.turn({name: steps[-1] for name, steps in ladders.items()})
    goal = _within(first.recall(index), recall, recall + _MARGIN * (1 - recall))
    least = _within(second.recall(index), recall, recall)

    def reaches(name: str, step: int) -> bool:
        index.turn({name: step})
        return first.recall(index) >= goal and second.recall(index) >= least

    for name, steps in ladders.items():
        place = bisect.bisect_left(steps, True, key=partial(reaches, name))
        index.turn({name: steps[min(place, len(steps) - 1)]})
        goal -= (1 - _MARGIN) * max(0.0, goal - least)  # each dial may take some of the reserve
    return second.recall(index)


def _within(best: float, recall: float, wanted: float) -> float:
    """Return what may be wanted where the most thorough setting reaches so much at best."""
    if best >= wanted:
        return wanted
    return recall if best >= recall else best - _ENOUGH
