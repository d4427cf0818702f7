"""What the engine must hold, each line measured beside what is wanted.

    python -m benchmarks.engine [--only small,scale,readers,build,end-to-end,parse]

small: one query among 150,000 vectors, beside raw faiss and hnswlib. scale: a hundred thousand to
ten million vectors; needs 20 GB on the disk. readers: eight of them while a writer works. build:
the command on all crystals. end-to-end: a text among all crystals. parse: what sentences are
understood to say. Each part writes a result file of its own once it is done; what `scale` built and
the index of `build` stay in runs/engine.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from benchmarks.engine.lines import Line

PARTS = ("parse", "small", "readers", "scale", "build", "end-to-end")
"""the short ones first; what build leaves is what end-to-end searches"""


def main() -> None:
    """Measure the chosen parts and print all lines again at the end."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--only", default=",".join(PARTS), help="parts, with commas between them")
    add("--vectors", type=Path, help="real vectors too, a file of benchmarks.index_kinds (small)")
    add("--index", type=Path, help="index folder of all crystals (end-to-end)")
    add("--rows", type=int, default=150_000, help="vectors (small)")
    add("--sizes", default="100000,1000000,10000000", help="numbers of vectors (scale)")
    add("--crystals", type=int, default=145_334, help="how many (build)")
    add("--queries", type=int, default=10_000, help="of all readers together (readers)")
    add("--texts", type=int, default=300, help="of each style (end-to-end)")
    given = parser.parse_args()
    chosen = given.only.split(",")
    if unknown := set(chosen) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    lines: list[Line] = []
    for part in PARTS:
        if part in chosen:
            print(f"\n{part}", flush=True)
            lines += _part(part, given)()
    print(f"\n{sum(line.holds for line in lines)} of {len(lines)} lines met")
    for line in lines:
        print(line)


def _part(part: str, given: argparse.Namespace) -> Callable[[], list[Line]]:
    """Return what measures a part; its libraries are loaded only where it is asked for."""
    match part:
        case "parse":
            from benchmarks.engine import parse

            return parse.run
        case "small":
            from benchmarks.engine import small

            return lambda: small.run(given.rows, given.vectors)
        case "readers":
            from benchmarks.engine import readers

            return lambda: readers.run(given.queries)
        case "scale":
            from benchmarks.engine import scale

            return lambda: scale.run(tuple(int(size) for size in given.sizes.split(",")))
        case "build":
            from benchmarks.engine import build

            return lambda: build.run(given.crystals)
        case _:
            from benchmarks.engine import end_to_end

            return lambda: end_to_end.run(given.index, given.texts)


if __name__ == "__main__":
    main()
