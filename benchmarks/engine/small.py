"""One query among 150,000 vectors: the exact kind and the graph, beside raw faiss and hnswlib.

Contenders of one table are asked in turns, so that what else the machine does hits all of them:
each twenty queries, in an order drawn anew each time, and none those of the one before it, whose
vectors are still in the processor's cache.
The product opens the files that it wrote, which maps them. Raw faiss (IndexFlatIP, IndexHNSWFlat)
reads files of its own and maps them, with one thread and with all cores, of which the fastest
counts. Its graph and that of hnswlib (Apache-2.0) link as many neighbours from as many candidates,
and are set to the least effort that finds as much as the product's graph, or as much as any effort.

Shape letters: b vectors, q queries, d embedding, k hits.
"""

from __future__ import annotations

import os

# A thread that spins after its work slows whoever is asked next; set before the libraries load.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import faiss
import numpy as np

from benchmarks.engine.lines import Line, finish
from benchmarks.engine.synthetic import DIM, Synthetic
from clac.metrics import neighbour_recall
from index import vectors as vector_index
from index.tuning import build_vectors
from index.vectors import VectorIndex

try:
    import hnswlib
except ImportError as error:
    raise SystemExit("hnswlib is missing: pip install 'clac[benchmarks]'") from error

ROWS = 150_000
QUERIES = 500
ROUNDS, TURN = 4, 20
K = 10
RECALL = 0.99
LINKS, LINKS_LOOKED_AT = 32, 128
"""of each graph; what `index.kinds` uses"""
EFFORTS = (16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024)
STORED_SEED, QUERY_SEED = 1, 2

Ask = Callable[[np.ndarray], np.ndarray]
"""one query (1, d) -> its rows (k,)"""


def run(rows: int, kept: Path | None) -> list[Line]:
    """Measure synthetic vectors, and real ones where a file of them is given."""
    source = Synthetic()
    stored = source.vectors(rows, STORED_SEED)
    queries = next(source.blocks(QUERIES, QUERY_SEED))
    values = {"synthetic": compared(stored, {"crystals": queries}, None)}
    if kept is not None:
        with np.load(kept) as file:
            asked = {name: file[name][:QUERIES] for name in ("crystals", "captions")}
            values["real"] = compared(file["stored"], asked, file["questions"])
    lines = [line for name, one in values.items() for line in _lines(name, one)]
    return finish("small", lines, {"dim": DIM, "asked_recall": RECALL, **values})


def _lines(name: str, values: Mapping[str, Any]) -> Iterator[Line]:
    p50 = values["p50_ms"]
    what = f"{values['rows']:,} {name} vectors"

    def ratio(own: str, other: str) -> float:
        return p50[own] / min(one for told, one in p50.items() if told.startswith(other))

    yield Line(f"{what}, exact: p50, ms", p50["exact"], most=10.0)
    yield Line(f"{what}, exact: times raw faiss", ratio("exact", "raw exact"), most=1.15)
    for group, found in values["recall"].items():
        yield Line(f"{what}, hnsw: recall@10 of {group}", found["hnsw"], least=RECALL)
    yield Line(f"{what}, hnsw: p50, ms", p50["hnsw"], most=1.0)
    yield Line(f"{what}, hnsw: times raw faiss", ratio("hnsw", "raw hnsw"), most=1.15)
    yield Line(f"{what}, hnsw: times hnswlib", ratio("hnsw", "hnswlib"), most=1.25)


def compared(
    stored: np.ndarray, asked: Mapping[str, np.ndarray], questions: np.ndarray | None
) -> dict[str, Any]:
    """Measure recall and time of all contenders among vectors (b, d), asked in groups (q, d)."""
    exact = VectorIndex(stored.shape[1])
    exact.add(stored)
    print(f"{len(stored):,} vectors: linking", flush=True)
    began = time.perf_counter()
    texts = None if questions is None else (lambda count: questions[:count])
    graph = build_vectors(exact, "hnsw", RECALL, texts)
    built = time.perf_counter() - began
    queries = np.concatenate(list(asked.values()))
    truth = exact.search(queries, K)[1]
    wanted = neighbour_recall(np.stack([_own(graph, query[None]) for query in queries]), truth)
    flat = faiss.IndexFlatIP(stored.shape[1])
    flat.add(stored)
    p50 = _timed(queries, {"exact": _opened(exact), **_raw("exact", flat)})
    raw, turn = _faiss_graph(stored)
    effort = _set(turn, lambda: raw.search(queries, K)[1], truth, wanted)
    other, turn = _hnswlib(stored)
    other_effort = _set(turn, lambda: other.knn_query(queries, K)[0], truth, wanted)
    graphs: dict[str, Ask] = {"hnsw": _opened(graph), **_raw("hnsw", raw)}
    graphs["hnswlib"] = lambda query: other.knn_query(query, K)[0][0]
    p50 |= _timed(queries, graphs)
    found: dict[str, dict[str, float]] = {}
    for group, part in asked.items():
        true = exact.search(part, K)[1]
        rows = {n: np.stack([ask(query[None]) for query in part]) for n, ask in graphs.items()}
        found[group] = {name: neighbour_recall(one, true) for name, one in rows.items()}
    return {
        "rows": len(stored), "p50_ms": p50, "recall": found, "path": graph.path(k=K),
        "measured_recall": graph.recall, "hnsw_build_s": built,
        "raw_ef": effort, "hnswlib_ef": other_effort,
    }  # fmt: skip


def _own(index: VectorIndex, query: np.ndarray) -> np.ndarray:
    return index.search(query, K)[1][0]


def _opened(index: VectorIndex) -> Ask:
    """Save an index and open the file, as whoever searches it does."""
    with tempfile.TemporaryDirectory() as folder:
        index.save(Path(folder) / "index")
        return partial(_own, VectorIndex.load(Path(folder) / "index"))


def _raw(name: str, index: faiss.Index) -> dict[str, Ask]:
    """Save a faiss index; return raw faiss with the file, by how it is opened and by threads."""

    def ask(raw: faiss.Index, threads: int, query: np.ndarray) -> np.ndarray:
        faiss.omp_set_num_threads(threads)
        return raw.search(query, K)[1][0]

    asks: dict[str, Ask] = {}
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "index")
        faiss.write_index(index, path)
        for way, flags in (("read", 0), ("mapped", faiss.IO_FLAG_MMAP_IFC)):
            raw = faiss.read_index(path, flags)
            for threads in dict.fromkeys((1, vector_index._cores())):
                asks[f"raw {name}, {way}, threads {threads}"] = partial(ask, raw, threads)
    return asks


def _faiss_graph(stored: np.ndarray) -> tuple[faiss.Index, Callable[[int], None]]:
    """Link vectors (b, d) with raw faiss; return the graph and what sets its effort."""
    index = faiss.IndexHNSWFlat(stored.shape[1], LINKS, faiss.METRIC_INNER_PRODUCT)
    index.hnsw.efConstruction = LINKS_LOOKED_AT
    faiss.omp_set_num_threads(vector_index._cores())
    index.add(stored)
    return index, partial(setattr, index.hnsw, "efSearch")


def _hnswlib(stored: np.ndarray) -> tuple[hnswlib.Index, Callable[[int], None]]:
    """Link vectors (b, d) with hnswlib; return the graph and what sets its effort."""
    index = hnswlib.Index("ip", stored.shape[1])
    index.init_index(len(stored), M=LINKS, ef_construction=LINKS_LOOKED_AT, random_seed=1)
    index.add_items(stored, num_threads=vector_index._cores())
    index.set_num_threads(1)
    return index, index.set_ef


def _set(turn: Callable[[int], None], find: Callable[[], np.ndarray], true: np.ndarray,
         wanted: float) -> int:  # fmt: skip
    """Set the least effort that finds as large a share of the true rows as is wanted, or can be."""
    shares = []
    for effort in EFFORTS:
        turn(effort)
        shares.append(neighbour_recall(find(), true))
        if shares[-1] >= wanted:
            break
    least = EFFORTS[int(np.argmax(np.array(shares) >= min(wanted, max(shares))))]
    turn(least)
    return least


def _timed(queries: np.ndarray, asks: Mapping[str, Ask]) -> dict[str, float]:
    """Ask all contenders in turns; return the median milliseconds of one query (d,) of each."""
    names, rng = list(asks), np.random.default_rng(QUERY_SEED)
    seconds: dict[str, list[float]] = {name: [] for name in names}
    for start in range(0, ROUNDS * len(queries), TURN):
        for place in rng.permutation(len(names)):
            own = start + place * len(queries) // len(names)
            for number in range(own, own + TURN):
                query = queries[number % len(queries)][None]
                began = time.perf_counter()
                asks[names[place]](query)
                seconds[names[place]].append(time.perf_counter() - began)
    return {name: 1e3 * float(np.median(taken)) for name, taken in seconds.items()}
