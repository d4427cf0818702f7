"""Which kind of vector index an index gets, and how thoroughly that kind has to look.

Shape letters: b stored vectors, q queries, d embedding, k hits.
"""

from __future__ import annotations

import bisect
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from clac.errors import InputError
from index.kinds import EXACT, KINDS, TUNED_K
from index.spool import VectorSpool
from index.vectors import VectorIndex

AUTO = "auto"
NAMES = (AUTO, EXACT, *KINDS)
RECALL = 0.99
"""wanted share of true neighbours, where nothing else is said"""
_EXACT_ROWS = 500_000
"""rows up to which a look at all of them takes no longer than a text's encoding"""
_GRAPH_ROWS = 2_000_000
"""rows up to which vectors, their codes and links, 1.6 kB each, fit an ordinary memory"""
_QUERIES = 150
"""held-out queries of each group in each exam"""
_EXAMS = 3
"""the first two set the dial; the last, which had no part in it, measures"""
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
    given: VectorIndex | VectorSpool,
    kind: str = AUTO,
    recall: float = RECALL,
    questions: Questions | None = None,
) -> VectorIndex:
    """Return an index of a kind with given vectors, tuned to a recall and measured.

    Held-out queries are questions, where they are given, and points beside stored vectors; the
    worse of the two groups counts. Where no setting reaches the recall, the most thorough one is
    kept; `recall` tells what queries find that had no part in the choice. Raises InputError as
    `checked`, and StoreError where the installed faiss lacks the kind.
    """
    name, _ = chosen(kind, len(given), recall)
    if isinstance(given, VectorIndex) and given.kind != EXACT:
        given = given.remade(EXACT)
    if name == EXACT:
        exact = given if isinstance(given, VectorIndex) else VectorIndex.made_of(given, EXACT)
        exact.recall = 1.0
        return exact
    index = VectorIndex.made_of(given, name)
    first, second, last = _exams(given, _held_out(given, questions))
    _tune(index, first, second, recall)
    index.recall = last.recall(index)
    return index


def _held_out(given: VectorIndex | VectorSpool, questions: Questions | None) -> list[np.ndarray]:
    """Return groups of queries (q, d) that are no stored vectors."""
    wanted = _EXAMS * _QUERIES
    beside = _beside(given, wanted)
    asked = beside[:0] if questions is None else questions(wanted)
    return [group for group in (asked, beside) if len(group) >= _EXAMS]


def _beside(given: VectorIndex | VectorSpool, count: int) -> np.ndarray:
    """Return unit vectors (count, d) that lie beside stored ones as their neighbours do."""
    rng = np.random.default_rng(0)
    own = given.vectors(rng.integers(0, len(given), count))
    near = given.search(own, 1 + _NEIGHBOURS)[1]
    if near.shape[1] > 2:
        near = near[:, 1:]  # the first is the vector itself
    one = rng.integers(0, near.shape[1], len(own))
    other = (one + rng.integers(1, max(2, near.shape[1]), len(own))) % near.shape[1]
    start, end = (given.vectors(near[np.arange(len(own)), place]) for place in (one, other))
    beside = own + end - start
    return beside / np.linalg.norm(beside, axis=1, keepdims=True)


class _Exam:
    """Groups of queries and what is known of their true neighbours."""

    def __init__(
        self, given: VectorIndex | VectorSpool, groups: Sequence[tuple[np.ndarray, np.ndarray]]
    ) -> None:
        """Take all vectors, and queries (q, d) with their least cosines (q, 1) of a true hit."""
        self._given = given
        self._groups = groups

    def recall(self, index: VectorIndex) -> float:
        """Return the mean share of hits that are as near as the true ones, of the worse group."""
        return min(self._share(index, *group) for group in self._groups)

    def _share(self, index: VectorIndex, queries: np.ndarray, least: np.ndarray) -> float:
        found = index.search(queries, TUNED_K)[1]
        stored = self._given.vectors(found.ravel()).reshape(*found.shape, -1)
        return float(np.mean(np.einsum("qd,qkd->qk", queries, stored) >= least))


def _exams(given: VectorIndex | VectorSpool, groups: Sequence[np.ndarray]) -> list[_Exam]:
    """Part each group of queries (q, d) among the exams; all vectors are looked at once."""
    least = given.search(np.concatenate(groups), TUNED_K)[0][:, -1:] - _ROUNDING
    ends = np.cumsum([len(group) for group in groups])[:-1]
    known = list(zip(groups, np.split(least, ends), strict=True))
    return [_Exam(given, [(q[i::_EXAMS], s[i::_EXAMS]) for q, s in known]) for i in range(_EXAMS)]


def _tune(index: VectorIndex, first: _Exam, second: _Exam, recall: float) -> None:
    """Turn each dial, the finder's own first, to the fastest setting that reaches a recall.

    Where none does, the fastest that comes near to what the most thorough one reaches.
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


def _within(best: float, recall: float, wanted: float) -> float:
    """Return what may be wanted where the most thorough setting reaches so much at best."""
    if best >= wanted:
        return wanted
    return recall if best >= recall else best - _ENOUGH
