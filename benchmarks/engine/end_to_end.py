"""Text in, hits out, in one process, on all crystals: what a user waits for one search.

Captions of crystals of the test split, short and full, are read for conditions, encoded and
searched as `SearchEngine.search` does by default, one after the other. Other captions are asked
before: what words gain is looked up when they are first asked for.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.engine.build import CRYSTALS, INDEX, built
from benchmarks.engine.lines import Line, finish
from benchmarks.engine.memory import peak_gib
from benchmarks.engine.sources import held_out_texts
from benchmarks.report import need_crystals
from clac.embed import load_model
from index import SearchEngine

TEXTS = 300
"""of each style"""
_FIRST = 40
"""texts of each style that are asked before, told apart"""


def run(folder: Path | None, count: int) -> list[Line]:
    """Search an index folder, which is built where it is missing; write the result file."""
    if folder is None:
        folder = INDEX
        if not folder.exists():
            built(need_crystals(), folder, "--resume")
    embedder = load_model()
    texts = held_out_texts(_FIRST + count, embedder)
    began = time.perf_counter()
    engine = SearchEngine.open(folder, embedder)
    opened = time.perf_counter() - began
    if len(engine) < CRYSTALS - 10:
        print(f"only {len(engine):,} crystals are indexed, not {CRYSTALS:,}")
    first = np.concatenate([_timed(engine, some[:_FIRST]) for some in texts.values()])
    seconds = {style: _timed(engine, some[_FIRST:]) for style, some in texts.items()}
    together = np.concatenate(list(seconds.values()))
    values: dict[str, Any] = {style: _told(one) for style, one in seconds.items()}
    values["first texts"] = {**_told(first), "first_ms": 1e3 * first[0]}
    values |= {"rows": len(engine), "open_s": opened, "all": _told(together)}
    values["peak_gib"] = peak_gib()
    what = f"a text among {len(engine):,} crystals"
    lines = [
        Line(f"{what}: p50, ms", values["all"]["p50_ms"], most=30.0),
        Line(f"{what}: p99, ms", values["all"]["p99_ms"], most=80.0),
    ]
    print({name: one for name, one in values.items() if name in seconds})
    return finish("end_to_end", lines, values)


def _timed(engine: SearchEngine, texts: list[str]) -> np.ndarray:
    """Return the seconds of each search."""
    seconds = []
    for text in texts:
        began = time.perf_counter()
        engine.search(text)
        seconds.append(time.perf_counter() - began)
    return np.array(seconds)


def _told(seconds: np.ndarray) -> dict[str, float]:
    p50, p90, p99 = 1e3 * np.quantile(seconds, (0.5, 0.9, 0.99))
    return {"p50_ms": float(p50), "p90_ms": float(p90), "p99_ms": float(p99)}
