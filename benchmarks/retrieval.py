"""Text <-> structure retrieval on the test split, with full captions.

    python -m benchmarks.retrieval [--model FOLDER] [--cache FOLDER]

Pools of a fixed size: chunks without overlap over all test items, five shuffles. Strict scoring
wants the very id; duplicate-aware scoring takes any entry of the same formula and space group.
"""

from __future__ import annotations

import argparse
import random
from pathlib import Path

import numpy as np
import torch
from rich.progress import track

from benchmarks import report
from clac import checkpoint
from clac.data.captions import caption
from clac.data.dataset import Pairs, prepare
from clac.data.graphs import collate
from clac.embed import Embedder
from clac.metrics import pooled_ranks, recall

POOLS = (64, 1024, 4096, 100_000)
SEED = 20_26


def main() -> None:
    """Measure and write the result file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, default=checkpoint.DEFAULT_FOLDER)
    parser.add_argument("--cache", type=Path, default=Path("runs/cache"))
    given = parser.parse_args()
    torch.set_num_threads(2)
    embedder = Embedder.load(given.model)
    config = checkpoint.describe(given.model).config
    pairs = prepare(report.need_crystals(), given.cache, config.graph)
    test = pairs.take(pairs.split == "test")
    crystals = encode_crystals(test, given.model)
    texts = encode_captions(test, embedder)
    lines = {}
    for pool in POOLS:
        for scoring, keys in (("strict", None), ("duplicate-aware", test.keys)):
            for name, queries, items in (
                ("text->structure", texts, crystals), ("structure->text", crystals, texts),
            ):  # fmt: skip
                found = pooled_ranks(queries, items, pool, keys, seed=SEED)
                size = min(pool, len(test))
                scores = recall(found)
                lines[f"{name}, pool {size}, {scoring}"] = dict(scores) | {
                    "R@1 95% interval": bootstrap(found), "random R@1": 1 / size,
                }  # fmt: skip
                print(
                    f"{name}  pool {size:6d}  {scoring:15s}  R@1 {scores['R@1']:.4f}  "
                    f"R@10 {scores['R@10']:.4f}  MRR {scores['MRR']:.4f}  random {1 / size:.5f}"
                )
    report.write("retrieval", {
        "model_id": embedder.model_id, "captions": "full", "items": len(test), "results": lines,
    })  # fmt: skip


def encode_crystals(pairs: Pairs, folder: Path) -> np.ndarray:
    """Encode graphs (b,) to unit vectors (b, d)."""
    model = checkpoint.load(folder, text=False)
    with torch.inference_mode():
        parts = [
            model.encode_graphs(collate(pairs.graphs[start : start + 512]))
            for start in track(range(0, len(pairs), 512), "crystals")
        ]
    return torch.cat(parts).numpy()


def encode_captions(pairs: Pairs, embedder: Embedder) -> np.ndarray:
    """Write one full caption for each crystal and encode it to unit vectors (b, d)."""
    rng = random.Random(SEED)
    captions = [caption(facts, rng, style="full") for facts in pairs.facts]
    return np.concatenate(
        [
            embedder.encode_texts(captions[start : start + 512])
            for start in track(range(0, len(captions), 512), "captions")
        ]
    )


def bootstrap(found: np.ndarray, draws: int = 200) -> list[float]:
    """Return the 95% interval of R@1 over resampled ranks (b,)."""
    rng = np.random.default_rng(0)
    hits = found == 1
    means = [hits[rng.integers(0, len(hits), len(hits))].mean() for _ in range(draws)]
    return [float(np.quantile(means, q)) for q in (0.025, 0.975)]


if __name__ == "__main__":
    main()
