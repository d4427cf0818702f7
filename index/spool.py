"""Vectors laid down while an index is made of them: of many, a block at a time is in memory.

Shape letters: b stored vectors, q queries, d embedding, k hits.
"""

from __future__ import annotations

import itertools
import os
import tempfile
from pathlib import Path

import numpy as np

from index.scan import nearest_in_blocks, unit_rows

_IN_MEMORY = 64 << 20
"""bytes up to which no file is made"""
_FLOAT32 = 4


class VectorSpool:
    """Unit vectors in rows, in a file without a name, which goes with the object."""

    def __init__(self, dim: int, folder: Path) -> None:
        """Start empty, for vectors of dim entries; the folder has the room."""
        self.dim = dim
        self._count = 0
        self._file = tempfile.SpooledTemporaryFile(_IN_MEMORY, dir=folder)  # noqa: SIM115

    def __len__(self) -> int:
        """Count the vectors."""
        return self._count

    def add(self, vectors: np.ndarray) -> None:
        """Append unit vectors (b, d).

        Raises ValueError as `scan.unit_rows` does and OSError where the disk takes no more.
        """
        vectors = unit_rows(vectors, self.dim)
        self._file.seek(0, os.SEEK_END)
        self._file.write(vectors.tobytes())
        self._count += len(vectors)

    def vectors(self, rows: np.ndarray) -> np.ndarray:
        """Return the vectors (b, d) float32 of rows (b,); those that follow each other are fast."""
        rows = np.asarray(rows, dtype=np.int64)
        if len(rows) and not 0 <= rows.min() <= rows.max() < self._count:
            raise IndexError(f"rows are 0 to {self._count - 1}")
        found = np.empty((len(rows), self.dim), dtype=np.float32)
        starts = np.flatnonzero(np.diff(rows, prepend=-2) != 1).tolist()
        for start, end in itertools.pairwise([*starts, len(rows)]):
            self._file.seek(int(rows[start]) * self.dim * _FLOAT32)
            self._file.readinto(memoryview(found[start:end]).cast("B"))
        return found

    def search(self, queries: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
        """Find the k nearest rows of each unit query (q, d) by a look at all of them.

        Returns scores (q, k) float32, best first, and rows (q, k), without order among ties.
        """
        rows = np.arange(self._count)
        return nearest_in_blocks(self.vectors, rows, queries, min(k, self._count))

    def close(self) -> None:
        """Give the room back."""
        self._file.close()

    def __enter__(self) -> VectorSpool:
        """Use as a context that gives the room back."""
        return self

    def __exit__(self, *error: object) -> None:
        """Give the room back."""
        self.close()
