"""The rows of an index, counted through all its segments without those that are deleted.

Everything above the segments knows only these numbers, 0 to b - 1, so that an index that has been
added to and deleted from answers as one that was built at once of what is left.
Shape letters: b rows, s stored rows (deleted ones included), k rows asked for.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np


class LiveRows:
    """Which stored rows of some segments are there, and their numbers."""

    def __init__(
        self, sizes: Sequence[int], deleted: Sequence[Collection[int]] | None = None
    ) -> None:
        """Take the stored rows of each segment and which of them are deleted."""
        self._starts = np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)]).astype(np.int64)
        self._places: np.ndarray | None = None
        if deleted is not None and any(deleted):
            alive = np.ones(self._starts[-1], dtype=bool)
            for start, gone in zip(self._starts, deleted, strict=False):
                alive[start + np.array(sorted(gone), dtype=np.int64)] = False
            self._places = np.flatnonzero(alive)

    def __len__(self) -> int:
        """Count the rows that are there."""
        return int(self._starts[-1]) if self._places is None else len(self._places)

    @property
    def all_there(self) -> bool:
        """Tell that no row is deleted."""
        return self._places is None

    @property
    def sizes(self) -> list[int]:
        """Return the stored rows of each segment."""
        return np.diff(self._starts).tolist()

    def stored(self, rows: np.ndarray) -> np.ndarray:
        """Return the stored numbers (k,), counted through all segments, of rows (k,)."""
        rows = np.asarray(rows, dtype=np.int64)
        return rows if self._places is None else self._places[rows]

    def places(self, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return segments (k,) and stored numbers in them (k,) of rows (k,)."""
        stored = self.stored(rows)
        segments = np.searchsorted(self._starts, stored, side="right") - 1
        return segments, stored - self._starts[segments]

    def numbers(self, segment: int, stored: np.ndarray) -> np.ndarray:
        """Return the rows of stored numbers (k,) of a segment; -1 for deleted ones."""
        through = np.asarray(stored, dtype=np.int64) + self._starts[segment]
        if self._places is None:
            return through
        found = np.searchsorted(self._places, through)
        there = found < len(self._places)
        there[there] = self._places[found[there]] == through[there]
        return np.where(there, found, -1)

    def mask(self, segment: int, allowed: np.ndarray | None) -> np.ndarray | None:
        """Return which stored rows of a segment are there and allowed (b,); None for all."""
        start, end = self._starts[segment : segment + 2]
        if self._places is None:
            return None if allowed is None else allowed[start:end]
        first, last = np.searchsorted(self._places, (start, end))
        if allowed is None and last - first == end - start:
            return None
        mask = np.zeros(end - start, dtype=bool)
        mask[self._places[first:last] - start] = True if allowed is None else allowed[first:last]
        return mask
