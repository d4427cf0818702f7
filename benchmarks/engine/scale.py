"""Indexes of a hundred thousand to ten million synthetic vectors: build, open, search, memory.

Each index is built in a process of its own and searched in another, so that the peaks of memory are
theirs alone. The way is the product's: vectors are laid down in a `VectorSpool`, as a build of an
index folder does, and `build_vectors` makes and tunes the kind. The true neighbours of held-out
queries are found while the vectors are drawn. What is built is kept in runs/engine/scale, with the
commit that built it, and not built again.

    python -m benchmarks.engine.scale --rows 200000 --kind ivf --do build

Shape letters: b vectors, q queries, d embedding, k hits.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from rich.progress import track

from benchmarks.engine import plot
from benchmarks.engine.lines import RUNS, Line, finish
from benchmarks.engine.memory import GIB, peak_gib
from benchmarks.engine.synthetic import BLOCK, DIM, Synthetic
from benchmarks.report import this_commit
from clac.metrics import neighbour_recall
from index.journal import save_vectors
from index.manifest import sha256_of
from index.spool import VectorSpool
from index.tuning import build_vectors
from index.vectors import VectorIndex

ROWS = (100_000, 1_000_000, 10_000_000)
GRAPH_ROWS = 1_000_000
"""rows up to which a graph is built too; the product chooses lists above two million"""
KINDS = ("ivf", "hnsw")
RECALL = 0.95
QUERIES = 200
K = 10
STORED_SEED, QUERY_SEED = 1, 2
_ROOM = 2.0
"""bytes on the disk for each byte of the vectors"""


def run(sizes: tuple[int, ...]) -> list[Line]:
    """Build and search all sizes; write the result file."""
    results = [
        {"rows": rows, "kind": kind, **_done("build", rows, kind), **_done("search", rows, kind)}
        for kind, rows in _wanted(sizes)
    ]
    lines = chain.from_iterable(_lines(result) for result in results)
    plot.growth(results)
    about = {"dim": DIM, "asked_recall": RECALL, "queries": QUERIES}
    return finish("scale", lines, {**about, "results": results})


def _wanted(sizes: tuple[int, ...]) -> Iterator[tuple[str, int]]:
    for kind in KINDS:
        yield from ((kind, rows) for rows in sizes if kind != "hnsw" or rows <= GRAPH_ROWS)


def _lines(result: dict[str, Any]) -> Iterator[Line]:
    what = f"{result['rows']:,} vectors, {result['kind']}"
    yield Line(f"{what}: open, s", result["open_s"], most=2.0)
    yield Line(f"{what}: recall@10", result["recall"], least=RECALL)
    yield Line(f"{what}: p50, ms", result["p50_ms"], most=20.0)
    memory = max(result["build_peak_gib"], result["search_peak_gib"])
    yield Line(f"{what}: peak memory, GiB", memory, most=16.0)


def _done(what: str, rows: int, kind: str) -> dict[str, Any]:
    """Return what a process of its own measures; what was built before is not built again."""
    folder = RUNS / "scale" / f"{rows}-{kind}"
    told = folder / f"{what}.json"
    if what == "search" or not told.exists():
        print(f"{what} {rows:,} vectors, {kind}", flush=True)
        command = [sys.executable, "-m", "benchmarks.engine.scale", "--do", what]
        subprocess.run([*command, "--rows", str(rows), "--kind", kind], check=True)
    values: dict[str, Any] = json.loads(told.read_text())
    shown = {name: round(value, 3) for name, value in values.items() if isinstance(value, float)}
    print(f"    {shown}", flush=True)
    return values


def main() -> None:
    """Do one step of one index in this process."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, required=True)
    parser.add_argument("--kind", choices=KINDS, required=True)
    parser.add_argument("--do", choices=("build", "search"), required=True)
    given = parser.parse_args()
    folder = RUNS / "scale" / f"{given.rows}-{given.kind}"
    folder.mkdir(parents=True, exist_ok=True)
    step = build(folder, given.rows, given.kind) if given.do == "build" else search(folder)
    part = folder / f".{given.do}.part"
    part.write_text(json.dumps(step, indent=2))
    part.replace(folder / f"{given.do}.json")


def build(folder: Path, rows: int, kind: str) -> dict[str, Any]:
    """Build an index in a folder; return seconds, sizes and the peak of memory."""
    need, free = _ROOM * rows * DIM * 4, shutil.disk_usage(folder).free
    if free < need:
        raise SystemExit(f"{folder}: {need / GIB:.0f} GiB are needed, {free / GIB:.0f} are free")
    source = Synthetic()
    truth = Truth(next(source.blocks(QUERIES, QUERY_SEED)))
    began = time.perf_counter()
    with VectorSpool(DIM, folder) as spool:
        blocks = source.blocks(rows, STORED_SEED)
        for block in track(blocks, "drawing", total=-(-rows // BLOCK)):
            truth.see(block)
            spool.add(block)
        drawn, used = time.perf_counter(), time.process_time()
        index = build_vectors(spool, kind, RECALL)
        made, spent = time.perf_counter(), time.process_time()
    save_vectors(folder / "index", index)
    saved = time.perf_counter()
    np.savez(folder / "truth.npz", queries=truth.queries, rows=truth.rows)
    return {
        "built_by": this_commit(), "draw_s": drawn - began, "build_s": made - drawn,
        "build_cpu_s": spent - used, "save_s": saved - made, "build_peak_gib": peak_gib(),
        "file_gib": (folder / "index").stat().st_size / GIB,
        "path": index.path(k=K), "measured_recall": index.recall,
    }  # fmt: skip


def search(folder: Path) -> dict[str, Any]:
    """Open an index and search it; return seconds, recall and the peak of memory."""
    with np.load(folder / "truth.npz") as kept:
        queries, true = kept["queries"], kept["rows"]
    began = time.perf_counter()
    index = VectorIndex.load(folder / "index")
    opened = time.perf_counter() - began
    first = [_timed(index, query)[0] for query in queries]
    again = [_timed(index, query) for query in queries]
    seconds = [second for second, _ in again]
    found = np.stack([rows for _, rows in again])
    peak, began = peak_gib(), time.perf_counter()
    sha256_of(folder / "index")
    return {
        "open_s": opened, "checksum_s": time.perf_counter() - began, "first_ms": 1e3 * first[0],
        "first_pass_p50_ms": 1e3 * float(np.median(first)),
        "p50_ms": 1e3 * float(np.median(seconds)),
        "p99_ms": 1e3 * float(np.quantile(seconds, 0.99)),
        "recall": neighbour_recall(found, true), "search_peak_gib": peak,
    }  # fmt: skip


def _timed(index: VectorIndex, query: np.ndarray) -> tuple[float, np.ndarray]:
    """Return the seconds of one search and the rows (k,) that it found."""
    began = time.perf_counter()
    rows = index.search(query[None], K)[1][0]
    return time.perf_counter() - began, rows


class Truth:
    """The true neighbours of queries among vectors that pass by once."""

    def __init__(self, queries: np.ndarray) -> None:
        """Take the queries (q, d)."""
        self.queries = queries
        self.rows = np.full((len(queries), K), -1)
        self._scores = np.full((len(queries), K), -np.inf, dtype=np.float32)
        self._seen = 0

    def see(self, block: np.ndarray) -> None:
        """Look at the next vectors (b, d)."""
        scores = self.queries @ block.T
        better = scores > self._scores[:, -1:]
        for i in np.flatnonzero(better.any(axis=1)):
            places = np.flatnonzero(better[i])
            known = np.concatenate([self._scores[i], scores[i, places]])
            rows = np.concatenate([self.rows[i], self._seen + places])
            best = np.argsort(-known, kind="stable")[:K]
            self._scores[i], self.rows[i] = known[best], rows[best]
        self._seen += len(block)


if __name__ == "__main__":
    main()
