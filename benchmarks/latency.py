"""How long a user waits: the first search of a process, each further one, and the text tower.

    python -m benchmarks.latency

The index of the embedded collection is built first, timed, in a folder of its own.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks import report

QUERIES = Path(__file__).parents[1] / "tests" / "beginner_queries.jsonl"
START = "from index.cli import main; main()"
COLD_RUNS = 5


def main() -> None:
    """Measure and write the result file."""
    with tempfile.TemporaryDirectory() as cache:
        os.environ["CLAC_CACHE"] = cache
        command = [sys.executable, "-c", START, "search", "wide gap nitride", "--json"]
        build = timed(command)
        cold = [timed(command) for _ in range(COLD_RUNS)]
        values = {
            "first search, index built": build,
            "cold search, index cached, median": statistics.median(cold),
            "cold search, index cached, all": cold,
            **further_queries(),
            **text_tower(),
        }
    for name, value in values.items():
        if isinstance(value, float):
            print(f"{name}: {value:.4f} s")
    report.write("latency", {"seconds": values})


def timed(command: list[str]) -> float:
    """Return the wall seconds of a whole process."""
    began = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - began


def texts() -> list[str]:
    """Return the beginner's queries."""
    return [json.loads(line)["query"] for line in QUERIES.read_text().splitlines()]


def further_queries() -> dict[str, float]:
    """Time single searches in one process."""
    from index import SearchEngine

    engine = SearchEngine.open()
    engine.search("warm up")
    seconds = []
    for query in texts():
        began = time.perf_counter()
        engine.search(query)
        seconds.append(time.perf_counter() - began)
    return {
        "further search, p50": float(np.quantile(seconds, 0.5)),
        "further search, p99": float(np.quantile(seconds, 0.99)),
    }


def text_tower() -> dict[str, float]:
    """Time the text tower alone, by onnxruntime and by torch, one text at a time."""
    import torch

    from clac import checkpoint
    from clac.embed import Embedder
    from clac.tokens import Tokenizer
    from clac.types import TextBatch

    embedder = Embedder.load()
    model = checkpoint.load()
    torch.set_num_threads(1)
    config = checkpoint.describe().config.text
    tokenizer = Tokenizer.load(checkpoint.DEFAULT_FOLDER / "tokenizer.json", config.max_tokens)

    def by_torch(text: str) -> np.ndarray:
        with torch.inference_mode():
            return model.encode_tokens(
                TextBatch(*(torch.from_numpy(a) for a in tokenizer([text])))
            ).numpy()

    def by_onnx(text: str) -> np.ndarray:
        return embedder.encode_texts([text])

    found, difference = {}, 0.0
    for name, encode in (
        ("onnxruntime", by_onnx),
        ("torch", by_torch),
    ):
        encode("warm up")
        seconds = []
        for text in texts():
            began = time.perf_counter()
            encode(text)
            seconds.append(time.perf_counter() - began)
        found[f"one text, {name}, p50"] = statistics.median(seconds)
    for text in texts()[:10]:
        difference = max(difference, float(np.abs(by_onnx(text) - by_torch(text)).max()))
    print(f"largest difference between the two: {difference:.1e}")
    return found


if __name__ == "__main__":
    main()
