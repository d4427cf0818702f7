"""Kinds of vector index: recall, time of one search, size, time to build, and what filters cost.

    python -m benchmarks.index_kinds [--kinds hnsw,ivf] [--recall 0.99] [--vectors FILE.npz]

The crystals of the training split are indexed. Asked are crystals and captions of the test split,
none of which is indexed; captions of training crystals tune the dial, as in `clac index build`.
Filters let a random share of the rows pass. All on one core. Encoding every crystal takes minutes:
FILE keeps the vectors.
"""

from __future__ import annotations

import os

for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[name] = "1"  # one core, set before the numerical libraries load

import tempfile  # noqa: E402
import time  # noqa: E402
from collections.abc import Mapping  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

import numpy as np  # noqa: E402

from benchmarks import report, testset  # noqa: E402
from clac.metrics import neighbour_recall  # noqa: E402
from index import vectors as vector_index  # noqa: E402
from index.kinds import EXACT, KINDS  # noqa: E402
from index.tuning import RECALL, build_vectors  # noqa: E402
from index.vectors import VectorIndex  # noqa: E402

QUERIES = 500
SHARES = (0.004, 0.02, 0.05, 0.1, 0.5)
DEPTHS = (1, 10, 100)

Asked = Mapping[str, np.ndarray]
"""name -> unit vectors (q, d)"""


def main() -> None:
    """Measure and write the result file."""
    parser = testset.arguments(__doc__)
    parser.add_argument("--kinds", default=",".join((EXACT, *KINDS)))
    parser.add_argument("--recall", type=float, default=RECALL)
    parser.add_argument("--vectors", type=Path)
    given = parser.parse_args()
    vector_index._cores = lambda: 1
    stored, asked, questions = encoded(given.model, given.cache, given.vectors)
    exact = VectorIndex(stored.shape[1])
    exact.add(stored)
    values = {}
    for kind in given.kinds.split(","):
        began = time.perf_counter()
        index = build_vectors(exact, kind, given.recall, lambda count: questions[:count])
        seconds = time.perf_counter() - began
        values[kind] = {"build_s": seconds, **measured(index, exact, asked)}
        print(kind, *(f"{name}: {value}" for name, value in values[kind].items()), sep="\n    ")
    report.write("index_kinds", {
        "rows": len(exact), "dim": exact.dim, "asked_recall": given.recall, **values,
    })  # fmt: skip


def encoded(model: Path, cache: Path, kept: Path | None) -> tuple[np.ndarray, Asked, np.ndarray]:
    """Return the vectors (b, d) to index, those to ask with, and those (q, d) to tune with."""
    if kept is not None and kept.exists():
        with np.load(kept) as file:
            asked = {name: file[name] for name in ("crystals", "captions", "short")}
            return file["stored"], asked, file["questions"]
    tests = testset.load(model, cache, everything=True)
    rng = np.random.default_rng(testset.SEED)
    indexed, held_out = tests.rows("train"), rng.permutation(tests.rows("test"))[:QUERIES]
    crystals = testset.encode_crystals(tests.pairs, tests.folder)
    asked = {"crystals": crystals[held_out]}
    for name, mask in (("captions", "full"), ("short", "short")):
        texts = [caption.text for caption in testset.captions(tests.pairs.take(held_out), mask)]
        asked[name] = tests.embedder.encode_texts(texts)
    others = tests.pairs.take(rng.permutation(indexed)[:QUERIES])
    texts = [caption.text for caption in testset.captions(others, "full")]
    questions = tests.embedder.encode_texts(texts)
    if kept is not None:
        np.savez(kept, stored=crystals[indexed], questions=questions, **asked)
    return crystals[indexed], asked, questions


def measured(index: VectorIndex, exact: VectorIndex, asked: Asked) -> dict[str, Any]:
    """Return what an index of a kind costs and finds."""
    with tempfile.TemporaryDirectory() as folder:
        index.save(Path(folder) / "index")
        size = (Path(folder) / "index").stat().st_size
    found = {
        f"{name}, {k} hits": compared(index, exact, queries, k)
        for name, queries in asked.items()
        for k in DEPTHS
    }
    rng = np.random.default_rng(testset.SEED)
    for share in SHARES:
        allowed = rng.random(len(exact)) < share
        one = compared(index, exact, asked["captions"], 10, allowed)
        found[f"captions, filter {share:.1%}"] = {**one, "path": index.path(allowed, 10)}
    return {
        "path": index.path(k=10), "bytes_per_row": size / len(index), "dial": index.dial,
        "measured_recall": index.recall, **found,
    }  # fmt: skip


def compared(
    index: VectorIndex,
    exact: VectorIndex,
    queries: np.ndarray,
    k: int,
    allowed: np.ndarray | None = None,
) -> dict[str, float]:
    """Ask one query after the other; return the recall and the time of one."""
    truth = exact.search(queries, k, allowed)[1]
    found, seconds = [], []
    for query in queries:
        began = time.perf_counter()
        found.append(index.search(query[None], k, allowed)[1][0])
        seconds.append(time.perf_counter() - began)
    share = neighbour_recall(np.stack(found), truth)
    return {"recall": share, "median_ms": 1e3 * float(np.median(seconds))}


if __name__ == "__main__":
    main()
