"""From a query's vector and words to rows in their order.

Shape letters: b rows, d embedding, k hits.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from index.plan import Group, Level, Plan
from index.segments import Words
from index.types import Query, Vectors

_WORDED_ROWS = 1000
"""rows whose words are looked at, those with the rarest words of the question first"""
WORDS_WEIGHT = 0.25
"""cosine that a row gains by holding all words of a text; of 0, 0.1, 0.25, 0.5 and 1 the best on
validation queries, read for conditions or not (`benchmarks.hybrid --split val`)"""
_DIVERSE_POOL = 10
"""rows looked at for each diverse hit"""
_UNIQUE_DEPTH = 2
"""rows looked at first for each unique hit"""

Near = Mapping[int, tuple[np.ndarray, np.ndarray]]
"""number of a level in a plan's first group -> cosines (k,) and rows (k,), best first"""


@dataclass(frozen=True, slots=True)
class Ranked:
    """Rows, best first, and what their scores are made of."""

    rows: np.ndarray
    """(k,) int64"""
    dense: np.ndarray
    """(k,) float32, cosine of unit vectors"""
    lexical: np.ndarray
    """(k,) float32, what the share of the text's words that the row holds is worth"""
    gain: np.ndarray
    """(k,) float32, for conditions that are met and only wished"""

    @property
    def scores(self) -> np.ndarray:
        """Return the sums (k,) float32."""
        return self.dense + self.lexical + self.gain

    def take(self, places: np.ndarray | Sequence[int]) -> Ranked:
        """Return the rows at some places."""
        places = np.asarray(places, dtype=np.int64)
        return Ranked(*(part[places] for part in (self.rows, self.dense, self.lexical, self.gain)))

    def in_order(self) -> Ranked:
        """Return the best first; of equals the earlier row."""
        return self.take(np.lexsort((self.rows, -self.scores)))


class Ranking:
    """The vectors and the words of an index, asked together."""

    def __init__(self, vectors: Vectors, words: Words, weight: float = WORDS_WEIGHT) -> None:
        """Take both; their rows are the same crystals. Weight: what all words are worth."""
        self._vectors = vectors
        self._words = words
        self._weight = weight

    def near(self, vectors: np.ndarray, plans: Sequence[Plan], depths: Sequence[int]) -> list[Near]:
        """Find so many nearest rows in each level of the first groups, for unit vectors (q, d).

        Queries that ask for as many of the same rows are answered in one pass.
        """
        passes: dict[tuple[int, bytes], list[tuple[int, int]]] = defaultdict(list)
        for query, (how, depth) in enumerate(zip(plans, depths, strict=True)):
            for place, level in enumerate(how.groups[0]):
                asked = b"" if level.rows is None else np.packbits(level.rows).tobytes()
                passes[depth, asked].append((query, place))
        found: list[dict[int, tuple[np.ndarray, np.ndarray]]] = [{} for _ in plans]
        for (depth, _), askers in passes.items():
            queries = vectors[[query for query, _ in askers]]
            first, place = askers[0]
            level = plans[first].groups[0][place]
            near = self._vectors.search(queries, depth, level.rows, level.filter)
            for (query, place), *one in zip(askers, *near, strict=True):
                found[query][place] = (one[0], one[1])
        return found

    def best(
        self,
        vector: np.ndarray,
        how: Plan,
        k: int,
        left_out: frozenset[int],
        radius: float | None,
        near: Near | None = None,
    ) -> Ranked:
        """Find the k best rows for a unit vector (d,); some rows are left out.

        Radius: the least cosine of a row, None for any. Near: what `near` found, as deep as this
        looks: k and the rows that are left out.
        """
        found = _joined([])
        for number, group in enumerate(how.groups):
            wanted = k - len(found.rows)
            if wanted:
                known = {} if near is None or number else near
                more = self._group(vector, how.words, group, wanted + len(left_out), known)
                keep = ~np.isin(more.rows, list(left_out))
                if radius is not None:
                    keep &= more.dense >= radius
                kept = more.take(np.flatnonzero(keep)).in_order()
                found = _joined([found, kept.take(range(min(wanted, len(kept.rows))))])
        return found

    def unique(
        self, find: Callable[[int], Ranked], k: int, keys: Callable[[np.ndarray], list[Hashable]]
    ) -> Ranked:
        """Find the k best rows of different keys; `find` gives so many best rows."""
        depth = _UNIQUE_DEPTH * k
        while True:
            found = find(depth)
            first: dict[Hashable, int] = {}
            for place, key in enumerate(keys(found.rows)):
                first.setdefault(key, place)
            if len(first) >= k or len(found.rows) < depth:
                return found.take(list(first.values())[:k])
            depth *= 4

    def diverse(self, found: Ranked, k: int, diversity: float) -> Ranked:
        """Choose k rows that are good and unlike each other.

        Maximal marginal relevance (DOI 10.1145/290941.291025): the next row is that of the greatest
        (1 - diversity) score - diversity c, where c is its cosine with the nearest one chosen.
        """
        stored = self._vectors.vectors(found.rows)
        worth = (1 - diversity) * found.scores
        near = np.zeros(len(worth), dtype=np.float32)
        chosen: list[int] = []
        while len(chosen) < min(k, len(worth)):
            value = worth - diversity * near
            value[chosen] = -np.inf
            place = int(value.argmax())
            chosen.append(place)
            near = np.maximum(near, stored @ stored[place])
        return found.take(chosen)

    @staticmethod
    def pool(query: Query) -> int:
        """Return how many of the best rows a query chooses from."""
        return _DIVERSE_POOL * query.k if query.diversity else query.k

    @classmethod
    def depth(cls, query: Query) -> int:
        """Return how many of the best rows a query asks for at first."""
        return _UNIQUE_DEPTH * cls.pool(query) if query.unique else cls.pool(query)

    def _group(
        self, vector: np.ndarray, words: str | None, group: Group, depth: int, near: Near
    ) -> Ranked:
        """Find the best rows of a group, in no order."""
        return _joined([
            self._level(vector, words, level, depth, near.get(place))
            for place, level in enumerate(group)
        ])  # fmt: skip

    def _level(
        self,
        vector: np.ndarray,
        words: str | None,
        level: Level,
        depth: int,
        near: tuple[np.ndarray, np.ndarray] | None,
    ) -> Ranked:
        """Find the best of the rows that gain the same."""
        if near is None:
            scores, places = self._vectors.search(vector[None], depth, level.rows, level.filter)
            near = scores[0], places[0]
        dense, rows = near
        shares = np.zeros(len(rows), dtype=np.float32)
        if words is not None:
            held, known = self._words.search(words, _WORDED_ROWS, level.rows)
            own = dict(zip(held.tolist(), (self._weight * known).tolist(), strict=True))
            shares = np.array([own.pop(row, 0.0) for row in rows.tolist()], dtype=np.float32)
            more = np.array(list(own), dtype=np.int64)
            rows = np.concatenate([rows, more])
            if len(more):
                dense = np.concatenate([dense, self._vectors.vectors(more) @ vector])
            shares = np.concatenate([shares, np.array(list(own.values()), dtype=np.float32)])
        return Ranked(rows, dense, shares, np.full(len(rows), level.gain, dtype=np.float32))


def _joined(parts: Sequence[Ranked]) -> Ranked:
    """Lay ranked rows behind each other."""
    if not parts:
        return Ranked(np.empty(0, np.int64), *(np.empty(0, np.float32) for _ in range(3)))
    names = ("rows", "dense", "lexical", "gain")
    return Ranked(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))
