"""The lines that the model must hold, from the newest result files.

    python -m benchmarks.targets

Each line names the measure, what is wanted, what was measured and the commit that it was measured
on. A line without a result says which command makes it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks import report

_PATHS = "text->structure", "structure->text"
_TEN = "true of 10 crystals or more"


@dataclass(frozen=True, slots=True)
class Target:
    """One line."""

    measure: str
    wanted: float
    benchmark: str
    path: tuple[str, ...]
    """keys down to the value in the benchmark's result"""


def _pool(mask: str, size: int, value: str, direction: str = _PATHS[0]) -> tuple[str, ...]:
    return ("by rank", mask, direction, "strict", str(size), value)


TARGETS: tuple[Target, ...] = (
    Target("full captions, text->structure R@1, pool 4,096", 0.97, "retrieval",
           _pool("full", 4096, "R@1")),
    Target("full captions, text->structure R@10, pool 4,096", 0.999, "retrieval",
           _pool("full", 4096, "R@10")),
    Target("full captions, structure->text R@1, pool 4,096", 0.96, "retrieval",
           _pool("full", 4096, "R@1", _PATHS[1])),
    Target("full captions, R@1 against all 145,334, duplicate-aware", 0.88, "retrieval",
           ("full captions against all splits", "duplicate-aware", "R@1")),
    Target("formula and element names masked, R@10, pool 1,024", 0.90, "retrieval",
           _pool("no elements", 1024, "R@10")),
    Target("also numbers masked, R@10, pool 1,024", 0.60, "retrieval",
           _pool("no elements, no numbers", 1024, "R@10")),
    Target("environment only, R@10, pool 1,024", 0.30, "retrieval",
           _pool("environment", 1024, "R@10")),
    Target("short queries, precision@10 by facts", 0.85, "retrieval",
           ("by facts", "short", _TEN, "precision@10")),
    Target("100 paraphrases, precision@10 by facts", 0.75, "retrieval",
           ("by facts", "paraphrases", "precision@10")),
    Target("polymorph hard negatives, accuracy", 0.85, "negatives",
           ("results", "polymorphs", _PATHS[0])),
    Target("element-swap hard negatives, accuracy", 0.98, "negatives",
           ("results", "element swap", _PATHS[0])),
    *(Target(f"{task.replace('_', ' ')}, unseen wordings, {value.replace('_', ' ')}", wanted,
             "zeroshot", ("results", task, "unseen", value))
      for task, value, wanted in (
          ("crystal_system", "macro_f1", 0.99), ("space_group", "macro_f1", 0.90),
          ("anion_class", "macro_f1", 0.98), ("prototype", "macro_f1", 0.92),
          ("metal_or_insulator", "balanced_accuracy", 0.85))),
    Target("band gap by number, Pearson r at k = 10", 0.90, "by_number",
           ("results", "band gap", "quantities", "band_gap", "figures", "retrieved", "10", "r")),
    *(Target(f"same embedding, {name}: least cosine", 0.9999, "robustness",
             ("structures", name, "least"))
      for name in ("primitive cell", "conventional cell", "supercell")),
)  # fmt: skip
OURS, MLP = "this model", "descriptor MLP"
BASELINES: Mapping[str, tuple[str, ...]] = {
    "table": ("formula parser", "BM25", "MiniLM on text", MLP, "seed recipe"),
    "structure->structure": ("composition vector", "AMD", "AMD, equal volume"),
}
"""table of the result -> what the model must be above"""


def main() -> None:
    """Print every line."""
    met = 0
    for target in TARGETS:
        result = newest(target.benchmark)
        value = find(result, target.path)
        if value is None:
            print(
                f"  ?     {target.measure}: not measured; python -m benchmarks.{target.benchmark}"
            )
            continue
        met += value >= target.wanted
        mark = "met   " if value >= target.wanted else "missed"
        print(f"{mark}  {target.measure}: {value:.4f} (wanted {target.wanted:g}, "
              f"{result['commit']})")  # fmt: skip
    print(f"{met} of {len(TARGETS)} met")
    against_baselines(newest("baselines"))


def against_baselines(result: Mapping[str, Any]) -> None:
    """Print each line of the baselines' tables where one of them is as good as the model."""
    if not result:
        print("above every baseline: not measured; python -m benchmarks.baseline_run")
        return
    tables = {name: result[name] for name in BASELINES}
    beaten = [
        f"{line}: {name} {values[line]:.4f}, this model {ours:.4f}"
        for kind, table in tables.items() for line, ours in table[OURS].items()
        for name, values in table.items()
        if line != "crystals" and name in BASELINES[kind] and values[line] >= ours
    ]  # fmt: skip
    missing = [name for kind, names in BASELINES.items() for name in names
               if name not in tables[kind]]  # fmt: skip
    print(f"above every baseline ({result['commit']}): {'yes' if not beaten else 'no'}"
          + (f"; not measured: {', '.join(missing)}" if missing else ""))  # fmt: skip
    for line in beaten:
        print(f"  {line}")
    line, table = "environment: R@10 of 1,024", tables["table"]
    if MLP in table:
        ratio = table[OURS][line] / table[MLP][line]
        print(f"environment over {MLP}: {ratio:.2f} times (wanted 3)")


def newest(benchmark: str) -> Mapping[str, Any]:
    """Read the newest result of a benchmark, or nothing."""
    files = report.RESULTS.glob(f"{benchmark}-*.json")
    results = [json.loads(path.read_text()) for path in files]
    # A clone gives all files one time; their commits have an order.
    return max(results, key=lambda result: report.time_of(result["commit"]), default={})


def find(result: Mapping[str, Any], path: Sequence[str]) -> float | None:
    """Return the value at a path of keys, or None where it is not there."""
    value: Any = result
    for key in path:
        if not isinstance(value, Mapping) or key not in value:
            return None
        value = value[key]
    return float(value)


if __name__ == "__main__":
    main()
