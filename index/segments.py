"""The segments of an index seen as one: answers do not depend on how its rows are split.

Shape letters: b rows, q queries, d embedding, k hits.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np

from clac.errors import StoreError
from index.catalog import Catalog
from index.filters import Filter
from index.lexical import K1, PLACE_BITS, TOKENS, LexicalIndex, information, telling_words
from index.live_rows import LiveRows
from index.manifest import (
    CATALOG,
    SEGMENTS,
    VECTORS,
    WORDS,
    Manifest,
    check_count,
    check_folder,
    read_deleted,
    read_manifest,
)
from index.scan import count_allowed
from index.types import Vectors
from index.vectors import VectorIndex

_B = 0.75
"""what the length of a row counts for in BM25, as FTS5 has it"""
_ATTEMPTS = 20
_KEPT_NUMBERS, _KEPT_FOR_A_ROW = 24_000_000, 30
"""numbers of eight bytes that are kept of words that were asked for: so many in all, or so many for
each row of a larger index"""
_FTS5_ROWS = 20_000
"""rows up to which FTS5 answers at once; it ranks anew for each text, in time with the rows"""


class SegmentedVectors:
    """Several vector indexes, and which of their rows are there, as one."""

    def __init__(self, parts: Sequence[VectorIndex], live: LiveRows) -> None:
        """Take the parts in the order of their rows."""
        self._parts = parts
        self._live = live

    def __len__(self) -> int:
        """Count the rows."""
        return len(self._live)

    @property
    def dim(self) -> int:
        """Return the length d of a vector."""
        return self._parts[0].dim

    def vectors(self, rows: np.ndarray) -> np.ndarray:
        """Return the stored vectors (b, d) float32 of rows (b,)."""
        segments, places = self._live.places(rows)
        found = np.empty((len(places), self.dim), dtype=np.float32)
        for number in np.unique(segments):
            here = segments == number
            found[here] = self._parts[number].vectors(places[here])
        return found

    def search(
        self,
        queries: np.ndarray,
        k: int,
        allowed: np.ndarray | None = None,
        filter: Filter | None = None,
    ) -> tuple[np.ndarray, np.ndarray]:
        """Find the k nearest rows of each unit query (q, d), as `VectorIndex.search` does."""
        count_allowed(allowed, len(self))
        found_scores, found_rows = [], []
        for number, part in enumerate(self._parts):
            scores, places = part.search(queries, k, self._live.mask(number, allowed))
            found_scores.append(scores)
            found_rows.append(self._live.numbers(number, places))
        scores, rows = np.concatenate(found_scores, axis=1), np.concatenate(found_rows, axis=1)
        order = np.lexsort((rows, -scores))[:, :k]
        return np.take_along_axis(scores, order, axis=1), np.take_along_axis(rows, order, axis=1)

    def path(
        self, allowed: np.ndarray | None = None, k: int = 1, filter: Filter | None = None
    ) -> str:
        """Say how `search` looks for k hits among the allowed rows (b,) bool."""
        masks = [self._live.mask(number, allowed) for number in range(len(self._parts))]
        if len(self._parts) == 1:
            return self._parts[0].path(masks[0], k)
        largest = int(np.argmax([len(part) for part in self._parts]))
        told = self._parts[largest].path(masks[largest], k)
        return f"{len(self._parts)} segments, in the largest {told}"


class SegmentedWords:
    """The words of one or several segments weighed together, of the rows that are there.

    Scores are those of one `LexicalIndex` of these rows: BM25 as FTS5 computes it, from what its
    files hold of each word.
    """

    def __init__(self, parts: Sequence[LexicalIndex], live: LiveRows) -> None:
        """Take the parts in the order of their rows."""
        self._parts = parts
        self._live = live
        self._known: dict[tuple[str, ...], tuple[np.ndarray, np.ndarray, float]] = {}
        self._spots: dict[tuple[int, str], np.ndarray] = {}
        self._kept = 0
        self._last: tuple[str | None, np.ndarray, float] = (None, np.empty(0), 0.0)

    def __len__(self) -> int:
        """Count the rows."""
        return len(self._live)

    def search(
        self, text: str, k: int, allowed: np.ndarray | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """Find the k rows that hold the most of a text's words, as `LexicalIndex.search` does."""
        scores, whole = self._scores(text)
        held = np.flatnonzero(scores if allowed is None else scores * allowed)
        if len(held) > k:
            least = np.partition(scores[held], len(held) - k)[len(held) - k]
            held = held[scores[held] >= least]
        best = held[np.lexsort((held, -scores[held]))[:k]]
        shares = scores[best] / ((K1 + 1) * whole if whole else 1.0)
        return best, np.clip(shares, 0, 1)

    def _scores(self, text: str) -> tuple[np.ndarray, float]:
        """Return the scores (b,) of all rows and the weight of all words; the last are kept."""
        last, scores, whole = self._last
        if last != text:
            scores, whole = np.zeros(len(self)), 0.0
            for word in telling_words(text) if self._worded else ():
                rows, worth, weight = self._worth(word)
                whole += weight
                scores[rows] += worth
            self._last = text, scores, whole  # in one step: others may ask at the same time
        return scores, whole

    def _worth(self, word: str) -> tuple[np.ndarray, np.ndarray, float]:
        """Return the rows (n,) that hold a word, what each gains by it (n,), and its weight."""
        tokens = tokens_of(word)
        known = self._known.get(tokens)
        if known is None:
            rows, counts = self._counts(tokens)
            weight = information(len(rows), self._worded)
            length = K1 * (1 - _B + _B * self._lengths[rows] / self._mean_length)
            known = rows, weight * (counts * (K1 + 1) / (counts + length)), weight
            self._make_room(2 * len(rows))
            self._known[tokens] = known
        return known

    def _spots_of(self, number: int, token: str) -> np.ndarray:
        """Return the spots (n,) of a token in a part."""
        spots = self._spots.get((number, token))
        if spots is None:
            spots = self._parts[number].spots(token)
            self._make_room(len(spots))
            self._spots[number, token] = spots
        return spots

    def _make_room(self, numbers: int) -> None:
        """Forget what is kept where so many numbers more would be too many."""
        self._kept += numbers
        if self._kept > max(_KEPT_NUMBERS, _KEPT_FOR_A_ROW * len(self)):
            self._known, self._spots, self._kept = {}, {}, numbers

    @cached_property
    def _worded(self) -> int:
        """Count the rows that have words."""
        return int(np.count_nonzero(self._lengths >= 0))

    @cached_property
    def _mean_length(self) -> float:
        """Return the mean number of tokens of such rows."""
        return float(self._lengths[self._lengths >= 0].sum()) / max(self._worded, 1)

    @cached_property
    def _lengths(self) -> np.ndarray:
        """Count the tokens of each row (b,); -1 for a row without words."""
        stored = np.concatenate([part.lengths() for part in self._parts])
        return stored[self._live.stored(np.arange(len(self)))]

    def _counts(self, tokens: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
        """Return rows (n,) that hold some tokens behind each other, and how often (n,)."""
        rows: list[np.ndarray] = []
        counts: list[np.ndarray] = []
        order = sorted(range(len(tokens)), key=lambda i: -len(tokens[i]))  # long ones are rare
        for number in range(len(self._parts)):
            starts: np.ndarray | None = None
            for i in order:
                if starts is None:
                    starts = self._spots_of(number, tokens[i]) - i
                elif len(starts):
                    starts = starts[_among(starts + i, self._spots_of(number, tokens[i]))]
            if starts is not None:
                stored = starts >> PLACE_BITS
                first = np.flatnonzero(np.diff(stored, prepend=-1))
                often = np.diff(first, append=len(stored))
                found = self._live.numbers(number, stored[first])
                rows.append(found[found >= 0])
                counts.append(often[found >= 0])
        empty = np.empty(0, dtype=np.int64)
        return np.concatenate([empty, *rows]), np.concatenate([empty, *counts])


def _among(wanted: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Tell which numbers (n,) are among others, which are ascending, (n,) bool."""
    if not len(known):
        return np.zeros(len(wanted), dtype=bool)
    places = np.searchsorted(known, wanted)
    return known[np.minimum(places, len(known) - 1)] == wanted


Words = LexicalIndex | SegmentedWords


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An index as one manifest tells it; what a writer does later does not reach it."""

    manifest: Manifest
    live: LiveRows
    vectors: Vectors
    catalog: Catalog
    words: Words


def open_index(
    folder: Path, model_id: str | None = None, known: Manifest | None = None
) -> Snapshot:
    """Open an index folder after checking all of it, but what `known` names.

    Raises StoreError that says what was found, what was expected and what rebuilds it.
    """
    for _ in range(_ATTEMPTS):
        before = _content(folder)
        try:
            return _open(folder, check_folder(folder, model_id, known))
        except (StoreError, OSError) as error:
            if _content(folder) == before:  # else a writer was here: open what it wrote
                if isinstance(error, StoreError):
                    raise
                raise StoreError(f"{folder}: cannot be read: {error.strerror or error}") from error
    return _open(folder, check_folder(folder, model_id, known))


def _open(folder: Path, manifest: Manifest) -> Snapshot:
    """Open all segments; one that is alone and whole needs no view."""
    segments = manifest.segments
    places = [folder / SEGMENTS / segment.name for segment in segments]
    deleted = read_deleted(folder, manifest)
    live = LiveRows([s.count for s in segments], [deleted[s.name] for s in segments])
    vectors = [VectorIndex.load(place / VECTORS) for place in places]
    words = [LexicalIndex(place / WORDS) for place in places]
    for place, segment, *parts in zip(places, segments, vectors, words, strict=True):
        check_count(place / VECTORS, "vectors", len(parts[0]), segment.count, folder)
        check_count(place / VECTORS, "dimension", parts[0].dim, manifest.dim, folder)
        check_count(place / VECTORS, "kind", parts[0].kind, segment.kind, folder)
        parts[0].recall = segment.recall
        check_count(place / WORDS, "rows", len(parts[1]), segment.count, folder)
    check_count(folder, "rows", len(live), manifest.count, folder)
    catalog = Catalog([place / CATALOG for place in places], live)
    for place, found, expected in zip(places, catalog.sizes, live.sizes, strict=True):
        check_count(place / CATALOG, "rows", found, expected, folder)
    if len(places) == 1 and live.all_there:
        worded = words[0] if len(live) <= _FTS5_ROWS else SegmentedWords(words, live)
        return Snapshot(manifest, live, vectors[0], catalog, worded)
    many = SegmentedVectors(vectors, live), SegmentedWords(words, live)
    return Snapshot(manifest, live, many[0], catalog, many[1])


def _content(folder: Path) -> Manifest | None:
    """Return what a folder's manifest says, None where it says nothing."""
    try:
        return read_manifest(folder)
    except StoreError:
        return None


@lru_cache(maxsize=4096)
def tokens_of(word: str) -> tuple[str, ...]:
    """Turn a word into the tokens that an index counts."""
    base = sqlite3.connect(":memory:")
    try:
        base.execute(f"CREATE VIRTUAL TABLE one USING fts5(words, content='', {TOKENS})")
        base.execute("CREATE VIRTUAL TABLE seen USING fts5vocab(one, instance)")
        base.execute("INSERT INTO one (rowid, words) VALUES (0, ?)", (word,))
        found = base.execute("SELECT term FROM seen ORDER BY offset").fetchall()
    finally:
        base.close()
    return tuple(term for (term,) in found)
