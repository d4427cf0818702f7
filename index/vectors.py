"""Exact nearest neighbours over unit vectors: the sole user of faiss.

Shape letters: b stored vectors, q queries, d embedding, k hits.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from clac.errors import MissingExtra, StoreError

try:
    import faiss
except ImportError as error:  # pragma: no cover - faiss-cpu is a plain dependency
    raise MissingExtra("faiss", "pip install faiss-cpu") from error

_SPARE = 16
"""candidates beyond k, so that ties at the border are seen"""
_ROUNDING = 2e-6
"""faiss adds in float32: scores closer than this are compared anew in float64"""
_SMALL_WORK = 200_000_000
"""multiplications below which a second thread costs more than it brings"""
_UNIT_TOLERANCE = 1e-3
_GPU_MAX_K = 2048
_GATHERED_SHARE = 0.05
_GATHERED_ROWS = 1000
"""so few allowed rows, as a share or as a number, are laid side by side; else faiss skips others"""
_Scan = Callable[[np.ndarray, int], tuple[np.ndarray, np.ndarray]]
"""queries (q, d), count -> scores and rows (q, count), best first, in float32 and without order
among ties"""


class VectorIndex:
    """Unit vectors in rows, searched exactly by inner product, on the GPU where faiss has one.

    Equal scores come in the order of their rows, on every device and in every batch size.
    """

    def __init__(self, dim: int) -> None:
        """Start empty, for vectors of dim entries."""
        self._adopt(faiss.IndexFlatIP(dim))

    def __len__(self) -> int:
        """Count the stored vectors."""
        return int(self._index.ntotal)

    @property
    def dim(self) -> int:
        """Return the length d of a vector."""
        return int(self._index.d)

    def add(self, vectors: np.ndarray) -> None:
        """Append unit vectors (b, d); the first one gets row len(self).

        Raises ValueError on a wrong shape, a value that is not finite, or a length that is
        not one.
        """
        self._index.add(self._checked(vectors))
        self._gpu = None

    def vectors(self, rows: np.ndarray) -> np.ndarray:
        """Return the stored vectors (b, d) float32 of rows (b,)."""
        return np.asarray(self._index.reconstruct_batch(np.asarray(rows, dtype=np.int64)))

    def search(
        self, queries: np.ndarray, k: int, allowed: np.ndarray | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """Find the k nearest rows of each unit query (q, d), of all or of those allowed (b,) bool.

        Returns scores (q, k') float32, best first, and rows (q, k') int64, where k' is the
        smaller of k and the number of rows looked at. Raises ValueError as `add` does, for k
        below one and for a mask of another length.
        """
        if k < 1:
            raise ValueError(f"k must be at least 1, found {k}")
        queries = self._checked(queries)
        scan, total = self._scan(allowed)
        k = min(k, total)
        scores = np.zeros((len(queries), k), dtype=np.float32)
        rows = np.zeros((len(queries), k), dtype=np.int64)
        if k and len(queries):
            near = scan(queries, min(k + _SPARE, total))
            for i, query in enumerate(queries):
                scores[i], rows[i] = self._settle(query, near[0][i], near[1][i], k, scan, total)
        return scores, rows

    def path(self, allowed: np.ndarray | None = None) -> str:
        """Say how `search` looks at the allowed rows (b,) bool."""
        count = len(self) if allowed is None else int(np.count_nonzero(allowed))
        if allowed is None or self._gathers(count):
            return f"exact scan of {count:,} row{'s' * (count != 1)}"
        return f"exact scan with a selector of {count:,} rows"

    def save(self, path: Path) -> None:
        """Write to one file, in the format of faiss.

        Raises StoreError where the file cannot be written.
        """
        try:
            faiss.write_index(self._index, str(path))
        except RuntimeError as error:
            raise StoreError(f"{path}: cannot be written: {_reason(error)}") from error

    @classmethod
    def load(cls, path: Path) -> VectorIndex:
        """Read a file that `save` wrote; its bytes must be checked before, faiss has no checksum.

        Raises StoreError where it cannot be read or holds another kind of index.
        """
        try:
            stored = faiss.read_index(str(path))
        except RuntimeError as error:
            raise StoreError(f"{path}: cannot be read: {_reason(error)}") from error
        if not isinstance(stored, faiss.IndexFlatIP):
            raise StoreError(f"{path}: found {type(stored).__name__}, expected IndexFlatIP")
        index = cls.__new__(cls)
        index._adopt(stored)
        return index

    def _adopt(self, index: faiss.IndexFlatIP) -> None:
        self._index = index
        self._gpu: Any = None
        # faiss-cpu builds differ: some lack the GPU names altogether
        count = getattr(faiss, "get_num_gpus", lambda: 0)()
        self._has_gpu = count > 0 and hasattr(faiss, "index_cpu_to_all_gpus")

    def _checked(self, vectors: np.ndarray) -> np.ndarray:
        """Return vectors as contiguous float32, or raise ValueError."""
        vectors = np.ascontiguousarray(vectors, dtype=np.float32)
        if vectors.ndim != 2 or vectors.shape[1] != self.dim:
            raise ValueError(f"expected vectors (b, {self.dim}), found {vectors.shape}")
        lengths = np.linalg.norm(vectors, axis=1)
        if not np.all(np.abs(lengths - 1.0) < _UNIT_TOLERANCE):  # also false for NaN
            raise ValueError("expected finite vectors of length one")
        return vectors

    def _gathers(self, count: int) -> bool:
        return count <= max(_GATHERED_SHARE * len(self), _GATHERED_ROWS)

    def _scan(self, allowed: np.ndarray | None) -> tuple[_Scan, int]:
        """Choose the way to look at the allowed rows; return it and their number."""
        if allowed is None:
            return self._raw_search, len(self)
        if allowed.shape != (len(self),) or allowed.dtype != bool:
            raise ValueError(f"expected a mask ({len(self)},) bool, found {allowed.shape}")
        rows = np.flatnonzero(allowed)
        if self._gathers(len(rows)):
            return partial(_nearest, self.vectors(rows), rows), len(rows)
        selector = faiss.IDSelectorBitmap(np.packbits(allowed, bitorder="little"))
        return partial(self._selected, selector), len(rows)

    def _selected(
        self, selector: faiss.IDSelector, queries: np.ndarray, k: int
    ) -> tuple[np.ndarray, np.ndarray]:
        """Ask faiss for the rows that a selector takes, on the CPU: its GPU indexes take none."""
        self._set_threads(len(queries))
        return self._index.search(queries, k, params=faiss.SearchParameters(sel=selector))

    def _raw_search(self, queries: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
        """Ask faiss for the nearest of all rows."""
        self._set_threads(len(queries))
        if not self._has_gpu or k > _GPU_MAX_K:
            return self._index.search(queries, k)
        if self._gpu is None:
            self._gpu = faiss.index_cpu_to_all_gpus(self._index)
        return self._gpu.search(queries, k)

    def _set_threads(self, count: int) -> None:
        """Use threads only where the work of so many queries repays them."""
        work = count * len(self) * self.dim
        faiss.omp_set_num_threads(1 if work < _SMALL_WORK else _cores())

    def _settle(
        self,
        query: np.ndarray,
        near_scores: np.ndarray,
        near_rows: np.ndarray,
        k: int,
        scan: _Scan,
        total: int,
    ) -> tuple[np.ndarray, np.ndarray]:
        """Order the candidates of one query by score, then row, and cut at k.

        faiss leaves the order of ties to its heap and its block sizes, so candidates are
        fetched until none outside can tie with the k-th, then compared in float64.
        """
        while near_scores[-1] > near_scores[k - 1] - _ROUNDING and len(near_rows) < total:
            more = min(4 * len(near_rows), total)
            near_scores, near_rows = (a[0] for a in scan(query[None], more))
        exact = (self.vectors(near_rows).astype(np.float64) * query).sum(axis=1)
        scores = exact.astype(np.float32)
        order = np.lexsort((near_rows, -scores))[:k]
        return scores[order], near_rows[order]


def _nearest(
    stored: np.ndarray, rows: np.ndarray, queries: np.ndarray, k: int
) -> tuple[np.ndarray, np.ndarray]:
    """Find the k nearest of some vectors (m, d), whose rows (m,) are given, by a product."""
    scores = queries @ stored.T
    best = np.argpartition(-scores, k - 1, axis=1)[:, :k]
    order = np.argsort(-np.take_along_axis(scores, best, axis=1), axis=1)
    best = np.take_along_axis(best, order, axis=1)
    return np.take_along_axis(scores, best, axis=1), rows[best]


def _cores() -> int:
    """Count the cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _reason(error: RuntimeError) -> str:
    """Return the last, readable part of a message of faiss."""
    return str(error).strip().splitlines()[-1].rsplit("Error: ", 1)[-1]
