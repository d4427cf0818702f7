"""Nearest neighbours over unit vectors: with `kinds.py` the only user of faiss.

Shape letters: b stored vectors, q queries, d embedding, k hits, c candidates.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from clac.errors import MissingExtra, StoreError
from index.filters import Filter
from index.kinds import EXACT, Near, decoded, filled, flat, gpu_count, grown, kind_of
from index.scan import (
    BLOCK,
    ROUNDING,
    SPARE,
    best,
    count_allowed,
    nearest,
    nearest_in_blocks,
    no_worse,
    unit_rows,
)
from index.spool import VectorSpool

try:
    import faiss
except ImportError as error:  # pragma: no cover - faiss-cpu is a plain dependency
    raise MissingExtra("faiss", "pip install faiss-cpu") from error

_SMALL_WORK = 200_000_000
"""multiplications below which a second thread costs more than it brings"""
_SMALL_BUILD = 2_000_000
"""entries below which a second thread costs more than it brings, and links are always the same"""
_GPU_MAX_K = 2048
_GATHERED_SHARE = 0.05
_GATHERED_ROWS = 1000
"""so few allowed rows, as a share or as a number, are laid side by side and all looked at; else
faiss skips others, and a graph or lists are asked where there are any"""
_SCANNED_CANDIDATES = 0.25
"""share of the rows from which so many candidates are no fewer than all rows"""
_MAPPED_BYTES = 64 << 20
"""larger files are mapped instead of read: they open at once, and processes share the memory"""
_Scan = Callable[[np.ndarray, int], tuple[np.ndarray, np.ndarray]]
"""queries (q, d), count -> scores and rows (q, count), best first, in float32 and without order
among ties"""
_Ask = Callable[[np.ndarray, int], tuple[np.ndarray, np.ndarray] | None]
"""queries (q, d), effort -> scores and rows (q, c) as `Near.search`; None if no fewer than all"""


class VectorIndex:
    """Unit vectors in rows, searched by inner product, on the GPU where faiss has one.

    The exact kind looks at every row. The others (see `index.kinds`) find candidates, compare these
    by their stored vectors, and look at every row where candidates are fewer than hits. Equal
    scores come in the order of their rows, on every device and in every batch size.
    """

    recall: float | None = None
    """measured share of true neighbours that are found; None where it was not measured"""

    def __init__(self, dim: int) -> None:
        """Start empty and exact, for vectors of dim entries."""
        self._adopt(faiss.IndexFlatIP(dim))

    def __len__(self) -> int:
        """Count the stored vectors."""
        return self._count_all

    @property
    def dim(self) -> int:
        """Return the length d of a vector."""
        return self._dim

    def add(self, vectors: np.ndarray) -> None:
        """Append unit vectors (b, d); the first one gets row len(self).

        Raises ValueError on a wrong shape, a value that is not finite, or a length that is
        not one.
        """
        vectors = unit_rows(vectors, self.dim)
        if self._mapped:  # faiss ends the process that adds to a mapped file
            self._index = faiss.deserialize_index(faiss.serialize_index(self._index))
        self._adopt(grown(self._index, vectors))

    def remade(self, kind: str) -> VectorIndex:
        """Return an index of another kind that holds the vectors of this one, as `made_of`."""
        return self.made_of(self, kind)

    @classmethod
    def made_of(cls, given: VectorIndex | VectorSpool, kind: str) -> VectorIndex:
        """Return an index of a kind that holds given vectors, which are taken a block at a time.

        Raises StoreError where the installed faiss lacks the kind, ValueError where none is given.
        """
        if not len(given):
            raise ValueError("an empty index has no vectors to choose codes or links by")
        faiss.omp_set_num_threads(1 if len(given) * given.dim < _SMALL_BUILD else _cores())
        if kind != EXACT:
            return cls._of(filled(kind, given.dim, len(given), given.vectors))
        index = cls(given.dim)
        for start in range(0, len(given), BLOCK):
            index.add(given.vectors(np.arange(start, min(start + BLOCK, len(given)))))
        return index

    @property
    def kind(self) -> str:
        """Return 'exact' or a name of `index.kinds.KINDS`."""
        return EXACT if self._near is None else self._near.kind

    @property
    def dial(self) -> dict[str, int]:
        """Return what trades time for recall, as it is set; the file keeps it."""
        return {} if self._near is None else self._near.dial()

    def dials(self) -> dict[str, list[int]]:
        """Return the values that each entry of `dial` may have, the fastest first."""
        return {} if self._near is None else self._near.dials()

    def turn(self, dial: Mapping[str, int]) -> None:
        """Set entries of `dial`."""
        if self._near is not None:
            self._near.turn(dial)

    def vectors(self, rows: np.ndarray) -> np.ndarray:
        """Return the stored vectors (b, d) float32 of rows (b,), of length one."""
        if self._flat is not None:
            return self._flat[rows]
        rows = np.asarray(rows, dtype=np.int64)
        stored = decoded(self._store, rows)
        squares = np.einsum("bd,bd->b", stored, stored)  # codes change the length a little
        return stored / np.sqrt(squares)[:, None]

    def search(
        self,
        queries: np.ndarray,
        k: int,
        allowed: np.ndarray | None = None,
        filter: Filter | None = None,
    ) -> tuple[np.ndarray, np.ndarray]:
        """Find the k nearest rows of each unit query (q, d), of all or of those allowed (b,) bool.

        The mask says all that a filter does, which is not looked at.
        Returns scores (q, k') float32, best first, and rows (q, k') int64, where k' is the
        smaller of k and the number of rows looked at. Raises ValueError as `add` does, for k
        below one and for a mask of another length.
        """
        if k < 1:
            raise ValueError(f"k must be at least 1, found {k}")
        queries = unit_rows(queries, self._dim)
        total = count_allowed(allowed, self._count_all)
        k = min(k, total)
        scores = np.zeros((len(queries), k), dtype=np.float32)
        rows = np.zeros((len(queries), k), dtype=np.int64)
        left = list(range(len(queries) if k else 0))
        if left and self._asks_near(total, k):
            ask = self._asking(k, total, allowed)
            near, left = ask(queries, 1), []
            for i, candidates in enumerate(zip(*near)):
                if (found := self._chosen(queries[i], *candidates, k, ask)) is None:
                    left.append(i)
                else:
                    scores[i], rows[i] = found
        if left:
            scan = self._scan(allowed, total)
            near = scan(queries[left], min(k + SPARE, total))
            for i, *candidates in zip(left, *near):
                scores[i], rows[i] = self._settle(queries[i], *candidates, k, scan, total)
        return scores, rows

    def path(
        self, allowed: np.ndarray | None = None, k: int = 1, filter: Filter | None = None
    ) -> str:
        """Say how `search` looks for k hits among the allowed rows (b,) bool."""
        count = len(self) if allowed is None else int(np.count_nonzero(allowed))
        rows = f"{count:,} row{'s' * (count != 1)}"
        how = "exact scan"
        if self._near is not None and self._asks_near(count, min(k, count)):
            how = self._near.says()
        elif allowed is None or self._gathers(count):
            return f"exact scan of {rows}"
        return f"{how} of {rows}" if allowed is None else f"{how} with a selector of {rows}"

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
        # a mapped file cannot be replaced on Windows; faiss before 1.11 cannot map
        large = os.name != "nt" and path.is_file() and path.stat().st_size >= _MAPPED_BYTES
        flags = getattr(faiss, "IO_FLAG_MMAP_IFC", 0) if large else 0
        try:
            stored = faiss.read_index(str(path), flags)
        except RuntimeError as error:
            raise StoreError(f"{path}: cannot be read: {_reason(error)}") from error
        try:
            kind_of(stored)
        except ValueError as error:
            raise StoreError(f"{path}: {error}") from error
        return cls._of(stored, mapped=flags != 0)

    @classmethod
    def _of(cls, index: faiss.Index, *, mapped: bool = False) -> VectorIndex:
        """Wrap a faiss index of a known kind."""
        wrapped = cls.__new__(cls)
        wrapped._adopt(index, mapped=mapped)
        return wrapped

    def _adopt(self, index: faiss.Index, *, mapped: bool = False) -> None:
        self._index = index
        self._count_all, self._dim = int(index.ntotal), int(index.d)
        self._mapped = mapped
        self._near = None if kind_of(index) == EXACT else Near(index)
        self._store = index if self._near is None else self._near.store
        self._flat = flat(self._store)
        self._most_gathered = max(_GATHERED_SHARE * self._count_all, _GATHERED_ROWS)
        self._gpu: Any = None
        self._has_gpu = gpu_count() > 0 and hasattr(faiss, "index_cpu_to_all_gpus")

    def _gathers(self, count: int) -> bool:
        return count <= self._most_gathered

    def _asks_near(self, total: int, k: int) -> bool:
        """Tell whether candidates are looked for among so many rows, or all rows looked at."""
        if self._near is None or self._gathers(total):
            return False
        costs = 0.0 if total == self._count_all else self._near.looked_at(total / self._count_all)
        return costs < total and self._near.wanted(k) < _SCANNED_CANDIDATES * total

    def _asking(self, k: int, total: int, allowed: np.ndarray | None) -> _Ask:
        """Return what looks for candidates of k hits among the allowed rows."""
        near, share, selector = self._near, total / self._count_all, _selector(allowed)
        assert near is not None

        def ask(queries: np.ndarray, effort: int) -> tuple[np.ndarray, np.ndarray] | None:
            if near.wanted(k, effort) > total:
                return None
            self._set_threads(len(queries), near.looked_at(share) * effort)
            return near.search(queries, k, share, selector, effort)

        return ask

    def _scan(self, allowed: np.ndarray | None, total: int) -> _Scan:
        """Choose the way to look at all allowed rows, of which there are so many."""
        if self._flat is not None and allowed is None:
            return self._raw_search
        if self._flat is not None and not self._gathers(total):
            return partial(self._selected, _selector(allowed))
        rows = np.arange(len(self)) if allowed is None else np.flatnonzero(allowed)
        if self._flat is not None:
            return partial(nearest, self.vectors(rows), rows)
        return partial(nearest_in_blocks, self.vectors, rows)

    def _selected(
        self, selector: faiss.IDSelector, queries: np.ndarray, k: int
    ) -> tuple[np.ndarray, np.ndarray]:
        """Ask faiss for the rows that a selector takes, on the CPU: its GPU indexes take none."""
        self._set_threads(len(queries), len(self))
        return self._store.search(queries, k, params=faiss.SearchParameters(sel=selector))

    def _raw_search(self, queries: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
        """Ask faiss for the nearest of all rows."""
        self._set_threads(len(queries), len(self))
        if not self._has_gpu or k > _GPU_MAX_K:
            return self._store.search(queries, k)
        if self._gpu is None:
            self._gpu = faiss.index_cpu_to_all_gpus(self._store)
        return self._gpu.search(queries, k)

    def _set_threads(self, count: int, rows: float) -> None:
        """Use threads only where so many queries, each compared with so many rows, repay them."""
        work = count * rows * self.dim
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
        while (count := no_worse(near_scores, k)) == len(near_rows) < total:
            more = min(4 * len(near_rows), total)
            near_scores, near_rows = (a[0] for a in scan(query[None], more))
        return self._best(query, near_rows[:count], k)[:2]

    def _chosen(
        self, query: np.ndarray, near_scores: np.ndarray, near_rows: np.ndarray, k: int, ask: _Ask
    ) -> tuple[np.ndarray, np.ndarray] | None:
        """Order the candidates of one query by score, then row, and cut at k; None if too few.

        Where too few are found, or a hit seems no better than the last candidate, so that others
        may tie with it, more are asked for.
        """
        effort = 1
        while True:
            asked = len(near_rows)
            if asked and near_rows[-1] < 0:
                found = near_rows >= 0
                near_scores, near_rows = near_scores[found], near_rows[found]
            if len(near_rows) >= k:
                compared = near_rows
                if self._near is not None and self._near.is_precise:
                    compared = near_rows[: no_worse(near_scores, k)]
                scores, rows, places = self._best(query, compared, k)
                whole = len(near_rows) < asked or len(compared) < len(near_rows)
                if whole or near_scores[places].min() > near_scores[-1] + ROUNDING:
                    return scores, rows
            effort *= 4
            more = ask(query[None], effort)
            if more is None:
                return None
            near_scores, near_rows = more[0][0], more[1][0]

    def _best(
        self, query: np.ndarray, rows: np.ndarray, k: int
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Compare rows in float64; return scores, rows and places among them of the k best."""
        return best(self.vectors(rows), rows, query, k)


def _selector(allowed: np.ndarray | None) -> Any:
    """Return what tells faiss which rows are allowed (b,) bool; None for all."""
    if allowed is None:
        return None
    return faiss.IDSelectorBitmap(np.packbits(allowed, bitorder="little"))


def _cores() -> int:
    """Count the cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _reason(error: RuntimeError) -> str:
    """Return the last, readable part of a message of faiss."""
    return str(error).strip().splitlines()[-1].rsplit("Error: ", 1)[-1]
