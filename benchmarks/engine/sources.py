"""Crystals and sentences that the parts ask with, and the command that builds an index of them."""

from __future__ import annotations

import json
import random
import sys
import tempfile
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from benchmarks import report
from benchmarks.testset import MASKS, SEED
from clac.data.captions import captioned
from clac.data.facts import collect_facts
from clac.data.lexicon import with_words
from clac.data.readers import read
from clac.embed import Embedder

CLAC = (sys.executable, "-c", "from index.cli import main; main()")
_QUERIES = Path(__file__).parents[2] / "tests" / "beginner_queries.jsonl"


def write_slice(rows: np.ndarray, out: Path) -> None:
    """Write some rows of crystals.parquet to a file of their own."""
    pq.write_table(pq.read_table(report.need_crystals()).take(np.sort(rows)), out)


def held_out_texts(count: int, embedder: Embedder) -> dict[str, list[str]]:
    """Return captions of crystals of the test split, so many of each style."""
    split = pq.read_table(report.need_crystals(), columns=["split"])["split"].to_numpy()
    rows = np.random.default_rng(SEED).permutation(np.flatnonzero(split == "test"))[:count]
    with tempfile.TemporaryDirectory() as folder:
        write_slice(rows, Path(folder) / "crystals.parquet")
        records = read([Path(folder) / "crystals.parquet"])
        facts = [
            with_words(collect_facts(row.record, row.symmetry, network=row.network))
            for row in embedder.embed_records(records, lambda refusal: None)
        ]
    texts = {}
    for name in ("full", "short"):
        style, hide = MASKS[name]
        rng = random.Random(f"{SEED} {name}")
        texts[name] = [captioned(one, rng, style, hide).text for one in facts]
    return texts


def beginner_queries() -> list[str]:
    """Return the beginner's queries."""
    return [json.loads(line)["query"] for line in _QUERIES.read_text().splitlines()]


def build_command(source: Path, out: Path, *options: str) -> list[str]:
    """Return the command that builds an index with two workers."""
    given = [str(source), "--out", str(out), "--json", "--workers", "2"]
    return [*CLAC, "index", "build", *given, *options]
