"""One query among 150,000 vectors: the exact kind and the graph, beside raw faiss and hnswlib.

Contenders of one table are asked in turns, query by query, so that what else the machine does hits
all of them. Raw faiss searches the very file that the product wrote, with one thread and with all
cores, of which the faster counts; hnswlib (Apache-2.0) links as many neighbours from as many
candidates, and is set to the least effort that finds as much as the product's graph.

Shape letters: b vectors, q queries, d embedding, k hits.
"""

from __future__ import annotations

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
ROUNDS = 2
K = 10
RECALL = 0.99
LINKS, LINKS_LOOKED_AT = 32, 64
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
    own = np.stack([_own(graph, query[None]) for query in queries])
    other, effort = _hnswlib(stored, queries, truth, neighbour_recall(own, truth))
    p50 = _timed(queries, {"exact": partial(_own, exact), **_raw("exact", exact)})
    graphs: dict[str, Ask] = {"hnsw": partial(_own, graph), **_raw("hnsw", graph)}
    graphs["hnswlib"] = lambda query: other.knn_query(query, K)[0][0]
    p50 |= _timed(queries, graphs)
    found: dict[str, dict[str, float]] = {}
    for group, part in asked.items():
        true = exact.search(part, K)[1]
        rows = {n: np.stack([ask(query[None]) for query in part]) for n, ask in graphs.items()}
        found[group] = {name: neighbour_recall(one, true) for name, one in rows.items()}
    return {
        "rows": len(stored), "p50_ms": p50, "recall": found, "path": graph.path(k=K),
        "measured_recall": graph.recall, "hnsw_build_s": built, "hnswlib_ef": effort,
    }  # fmt: skip


def _own(index: VectorIndex, query: np.ndarray) -> np.ndarray:
    return index.search(query, K)[1][0]


def _raw(name: str, index: VectorIndex) -> dict[str, Ask]:
    """Return raw faiss with the content of an index, by number of threads."""
    with tempfile.TemporaryDirectory() as folder:
        index.save(Path(folder) / "index")
        raw = faiss.read_index(str(Path(folder) / "index"))

    def ask(threads: int, query: np.ndarray) -> np.ndarray:
        faiss.omp_set_num_threads(threads)
        return raw.search(query, K)[1][0]

    counts = dict.fromkeys((1, vector_index._cores()))
    return {f"raw {name}, threads {count}": partial(ask, count) for count in counts}


def _hnswlib(
    stored: np.ndarray, queries: np.ndarray, truth: np.ndarray, wanted: float
) -> tuple[hnswlib.Index, int]:
    """Link vectors (b, d) with hnswlib, set to the least effort that finds a share."""
    index = hnswlib.Index("ip", stored.shape[1])
    index.init_index(len(stored), M=LINKS, ef_construction=LINKS_LOOKED_AT, random_seed=1)
    index.add_items(stored, num_threads=vector_index._cores())
    index.set_num_threads(1)
    for effort in EFFORTS:
        index.set_ef(effort)
        if neighbour_recall(index.knn_query(queries, K)[0], truth) >= wanted:
            break
    return index, effort


def _timed(queries: np.ndarray, asks: Mapping[str, Ask]) -> dict[str, float]:
    """Ask all contenders in turns; return the median milliseconds of one query (d,) of each."""
    names = list(asks)
    seconds: dict[str, list[float]] = {name: [] for name in names}
    for number, query in enumerate(np.concatenate([queries] * ROUNDS)):
        turn = number % len(names)
        for name in names[turn:] + names[:turn]:
            began = time.perf_counter()
            asks[name](query[None])
            seconds[name].append(time.perf_counter() - began)
    return {name: 1e3 * float(np.median(taken)) for name, taken in seconds.items()}
