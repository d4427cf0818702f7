"""What the sentences of the tests are understood to say, and how right the whole search is.

The precision is that of the newest `benchmarks.hybrid`, which takes hours.
"""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.engine.lines import Line, finish
from benchmarks.targets import find, newest
from index.query import understand

TESTS = Path(__file__).parents[2] / "tests"
FILES = ("query_sentences.jsonl", "query_sentences_blind.jsonl")
PRECISION = ("results", "parsed, share (default)", "true of 10 crystals or more", "precision@10")


def run() -> list[Line]:
    """Read all sentences; write the result file."""
    sys.path.append(str(TESTS))
    from query_format import content, expected, load, normal

    lines = [line for name in FILES for line in load(name)]
    wrong = []
    for line in lines:
        read = understand(line["text"])
        exact = normal(read.filter) == expected(line["filter"])
        if not (exact and ("rest" not in line or content(read.rest) == content(line["rest"]))):
            wrong.append(line["text"])
            print(f"    misread: {line['text']}")
    share = 1 - len(wrong) / len(lines)
    told = [Line(f"exact parse of {len(lines)} sentences, share", share, least=0.95)]
    result = newest("hybrid")
    precision = find(result, PRECISION)
    if precision is None:
        print("  ?     precision@10: not measured; python -m benchmarks.hybrid")
    else:
        what = f"precision@10 of short queries ({result['commit']}, {result['queries']} queries)"
        told.append(Line(what, precision, least=0.97))
    values = {"sentences": len(lines), "misread": wrong, "hybrid": result.get("commit")}
    return finish("parse", told, values)
