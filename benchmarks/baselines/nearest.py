"""Graphs as most projects build them: every atom of the primitive cell, its 12 nearest neighbours.

A shell that holds more is cut, so that equal atoms may get unlike neighbours.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import torch
from rich.progress import Progress

from clac.config import GraphConfig, LimitsConfig
from clac.data.formats.objects import record_from
from clac.data.graphs import complete_shells
from clac.data.symmetry import analyze
from clac.errors import InputError
from clac.types import Structure

NEIGHBOURS, CUTOFF_ANG = 12, 8.0
SHARD_ROWS = 4096
COLUMNS = ("material_id", "cell", "atomic_numbers", "frac_coords_e8")
_CONFIG = GraphConfig(neighbours=NEIGHBOURS, cutoff_ang=CUTOFF_ANG, shell_tolerance_ang=0.0)


@dataclass(frozen=True, slots=True)
class NearestBatch:
    """Graphs of b crystals side by side."""

    numbers: torch.Tensor
    """(n,) int64"""
    graph: torch.Tensor
    """(n,) int64, the crystal of an atom"""
    edge_index: torch.Tensor
    """(2, e) int64, row 0 the neighbour, row 1 the centre"""
    distance: torch.Tensor
    """(e,) float32, Angstrom"""
    size: int


@dataclass(frozen=True, slots=True)
class NearestGraphs:
    """Graphs of all crystals, in the order of their ids."""

    numbers: Sequence[np.ndarray]
    """(n,) uint8 each"""
    neighbours: Sequence[np.ndarray]
    """(n, 12) int16 each, atoms of the same crystal, -1 where there are fewer"""
    distances: Sequence[np.ndarray]
    """(n, 12) float32 each, Angstrom"""

    def batch(self, rows: np.ndarray) -> NearestBatch:
        """Lay some graphs side by side."""
        sizes = np.array([len(self.numbers[i]) for i in rows])
        first = np.repeat(np.cumsum(sizes) - sizes, sizes)
        neighbours = np.concatenate([self.neighbours[i] for i in rows]).astype(np.int64)
        centre, slot = np.nonzero(neighbours >= 0)
        source = neighbours[centre, slot] + first[centre]
        distances = np.concatenate([self.distances[i] for i in rows])[centre, slot]
        numbers = np.concatenate([self.numbers[i] for i in rows]).astype(np.int64)
        arrays = (numbers, np.repeat(np.arange(len(rows)), sizes), np.stack([source, centre]))
        return NearestBatch(*map(torch.from_numpy, (*arrays, distances)), len(rows))


def nearest(structure: Structure) -> tuple[np.ndarray, np.ndarray]:
    """Find the neighbours (n, 12), -1 where there are fewer, and their distances in Angstrom."""
    n = len(structure)
    centre, neighbour, vector = complete_shells(structure, np.arange(n), _CONFIG)
    place = np.arange(len(centre)) - np.searchsorted(centre, centre)
    keep = place < NEIGHBOURS
    neighbours = np.full((n, NEIGHBOURS), -1, dtype=np.int16)
    distances = np.zeros((n, NEIGHBOURS), dtype=np.float32)
    neighbours[centre[keep], place[keep]] = neighbour[keep]
    distances[centre[keep], place[keep]] = np.linalg.norm(vector[keep], axis=1)
    return neighbours, distances


def nearest_graphs(data: Path, cache: Path, ids: Sequence[str], workers: int = 2) -> NearestGraphs:
    """Build the graphs of the rows with these ids, or read them where that is done."""
    names = pq.read_table(data, columns=["material_id"])["material_id"].to_pylist()
    row = {name: i for i, name in enumerate(names)}
    starts = sorted({row[i] // SHARD_ROWS * SHARD_ROWS for i in ids})
    folder = cache / "nearest12"
    folder.mkdir(parents=True, exist_ok=True)
    _build([s for s in starts if not _file(folder, s).exists()], data, folder, workers)
    found: dict[str, tuple[np.ndarray, ...]] = {}
    for start in starts:
        with np.load(_file(folder, start), allow_pickle=False) as arrays:
            cuts = np.cumsum(arrays["sizes"])[:-1]
            parts = (np.split(arrays[k], cuts) for k in ("numbers", "neighbours", "distances"))
            found.update(zip(arrays["ids"].tolist(), zip(*parts)))
    return NearestGraphs(*zip(*(found[i] for i in ids)))


def _build(starts: Sequence[int], data: Path, folder: Path, workers: int) -> None:
    if not starts:
        return
    # Spawned, not forked: threads of numerical libraries do not survive a fork.
    context = multiprocessing.get_context("spawn")
    with Progress() as progress, ProcessPoolExecutor(workers, mp_context=context) as pool:
        task = progress.add_task("12 nearest neighbours", total=len(starts))
        for job in [pool.submit(_shard, data, folder, start) for start in starts]:
            job.result()
            progress.advance(task)


def _shard(data: Path, folder: Path, start: int) -> None:
    table = pq.read_table(data, columns=list(COLUMNS)).slice(start, SHARD_ROWS)
    ids, graphs = [], []
    for row in table.to_pylist():
        try:
            record = record_from(row, "", row["material_id"], LimitsConfig())
            primitive = analyze(record.structure).primitive
        except InputError:
            continue  # the main table refused it too
        ids.append(record.id)
        graphs.append((primitive.numbers.astype(np.uint8), *nearest(primitive)))
    numbers, neighbours, distances = (np.concatenate(part) for part in zip(*graphs))
    part = folder / f"{start:07}.part.npz"
    np.savez(part, ids=np.array(ids), sizes=np.array([len(g[0]) for g in graphs]),
             numbers=numbers, neighbours=neighbours, distances=distances)  # fmt: skip
    os.replace(part, _file(folder, start))


def _file(folder: Path, start: int) -> Path:
    return folder / f"{start:07}.npz"
