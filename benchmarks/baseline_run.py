"""The model beside every baseline, in one run, on the same captions of the test split.

    python -m benchmarks.baseline_run [--model F] [--cache F] [--samples N] [--only NAME,...]

The numbers are those of `benchmarks.retrieval`, `benchmarks.precision` and `benchmarks.negatives`:
R@k in pools of all test crystals (strict; ties count against), precision@10 by facts of short
captions that are true of ten crystals or more, accuracy among a crystal and up to nine others.
Where a way ties (a formula parser on polymorphs), hits and picks are what a guess among the tied
gives.

A text-to-text baseline knows a crystal by another full caption of it. The descriptor MLP and the
seed's recipe are trained first, on --samples pairs, in runs/baselines; the same command resumes.
The two ways with six layers of MiniLM are slow: they are asked only --limit of the captions, drawn
once.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from benchmarks import report
from benchmarks.baselines.alike import LABELS, alike
from benchmarks.baselines.measures import hits, picked, pooled
from benchmarks.baselines.plot import draw
from benchmarks.baselines.text_ways import TextWays
from benchmarks.negatives import Negatives, polymorphs, swaps
from benchmarks.precision import of_captions
from benchmarks.retrieval import BY_RANK, DIRECTIONS, summary
from benchmarks.testset import SEED, TestSet, arguments, bootstrap, captions, load
from clac.data.captions import Caption

POOLS = (1024, 4096)
MASKS = (*BY_RANK, "short", "no symmetry")
TRUE_OF_TEN = "true of 10 crystals or more"
SHOWN = {
    "full: R@1 of 4,096": ("full, text->structure, pool 4096", "R@1"),
    "full, reverse: R@1 of 4,096": ("full, structure->text, pool 4096", "R@1"),
    "no elements: R@10 of 1,024": ("no elements, text->structure, pool 1024", "R@10"),
    "no elements, no numbers: R@10 of 1,024":
        ("no elements, no numbers, text->structure, pool 1024", "R@10"),
    "environment: R@10 of 1,024": ("environment, text->structure, pool 1024", "R@10"),
    "short: precision@10": ("short", "precision@10"),
    "polymorphs: accuracy": ("polymorphs", "accuracy"),
    "element swap: accuracy": ("element swap", "accuracy"),
}  # fmt: skip
"""column -> line and value of the results"""

Lines = dict[str, dict[str, Any]]
Said = dict[str, list[Caption]]


def main() -> None:
    """Train what is not trained, measure, and write the result file and the plot."""
    given = _arguments()
    test = load(given.model, given.cache)
    said = {mask: captions(test.pairs, mask) for mask in MASKS}
    some = np.sort(np.random.default_rng(SEED).permutation(len(test.pairs))[: given.limit])
    samples = {"descriptor MLP": given.samples, "seed recipe": given.seed_samples or given.samples}
    ways = TextWays(test, given.cache, samples, some)
    found: dict[str, Lines] = {}
    for name in given.only.split(",") if given.only else ways.names():
        rows = some if name in ways.slow else np.arange(len(test.pairs))
        found[name] = measure(ways.start(name), test, said, rows)
    found["random"] = by_chance(next(iter(found.values())))
    near = alike(test.pairs, given.model, given.structures)
    table = {
        name: {column: float(lines[line][value]) for column, (line, value) in SHOWN.items()}
        for name, lines in found.items()
    }
    show("text -> structure", table, list(SHOWN))
    show("structure -> structure, precision@10", near, LABELS)
    draw(report.RESULTS / "baselines.png", [
        ("Text to structure, test split", table, list(SHOWN)),
        ("Structure to structure, precision@10", near, LABELS),
    ])  # fmt: skip
    report.write("baselines", {
        "model_id": test.embedder.model_id, "items": len(test.pairs), "slow ways asked": len(some),
        "training": ways.costs, "table": table, "structure->structure": near, "results": found,
    })  # fmt: skip


def _arguments() -> argparse.Namespace:
    parser = arguments(__doc__)
    parser.add_argument("--samples", type=int, default=230_000, help="pairs to train on")
    parser.add_argument("--seed-samples", type=int, help="the same for the seed's recipe, if fewer")
    parser.add_argument("--limit", type=int, default=4096, help="captions for the slow ways")
    parser.add_argument("--structures", type=int, default=2000, help="crystals of the AMD task")
    parser.add_argument("--only", default="", help="names of the ways, with commas")
    return parser.parse_args()


def measure(
    way: Callable[[Sequence[str]], np.ndarray], test: TestSet, said: Said, rows: np.ndarray
) -> Lines:
    """Measure one way on the captions of some rows."""
    lines: Lines = {}
    for mask, texts in said.items():
        scores = way([c.text for c in texts])
        if mask in BY_RANK:
            for pool in POOLS:
                lines |= _retrieval(f"{mask}, {{}}, pool {pool}", scores, rows, test, pool)
        elif mask == "short":
            claims = [c.claims for c in texts]
            told = rows[[bool(claims[row]) for row in rows]]
            found = of_captions(hits(scores, told, claims, test.table))
            lines["short"] = found | found[TRUE_OF_TEN]
        else:
            lines["polymorphs"] = _accuracy(scores, rows, polymorphs(test.pairs.facts))
        if mask == "full":
            lines["element swap"] = _accuracy(scores, rows, swaps(test.pairs.facts))
    return lines


def _retrieval(line: str, scores: np.ndarray, rows: np.ndarray, test: TestSet, pool: int) -> Lines:
    size, lines = min(pool, len(rows)), Lines()
    for direction, turned in zip(DIRECTIONS, (scores, scores.T)):
        strict, aware = pooled(turned, rows, test.pairs.keys, pool)
        lines[line.format(direction)] = {
            "pool": size, **summary(strict, size), "duplicate-aware": summary(aware, size),
        }  # fmt: skip
    return lines


def _accuracy(scores: np.ndarray, rows: np.ndarray, others: Negatives) -> dict[str, Any]:
    right = picked(scores, rows, others)
    chance = [1 / (1 + len(others[row])) for row in rows if row in others]
    return {
        "cases": len(right), "accuracy": float(right.mean()), "chance": float(np.mean(chance)),
        "accuracy 95% interval": bootstrap(right),
    }  # fmt: skip


def by_chance(lines: Lines) -> Lines:
    """Return what guessing would reach on each line."""
    found: Lines = {}
    for line, values in lines.items():
        if "pool" in values:
            found[line] = {f"R@{k}": values[f"random R@{k}"] for k in (1, 3, 5, 10)}
        elif "chance" in values:
            found[line] = {"accuracy": values["chance"]}
        else:
            found[line] = {"precision@10": values["random"]}
    return found


def show(title: str, table: dict[str, dict[str, float]], columns: Sequence[str]) -> None:
    """Print a table."""
    print(f"\n{title}")
    for column in columns:
        print(f"  {column}")
        for name, values in table.items():
            print(f"    {name:22s} {values[column]:.4f}")


if __name__ == "__main__":
    main()
