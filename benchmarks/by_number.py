"""Design by number: ask for a value in words, and see what value the crystals found have.

    python -m benchmarks.by_number [--model FOLDER] [--cache FOLDER]

Singles: 25 targets from the 2nd to the 98th percentile of the test crystals' known values, at equal
distances. Pairs: the gap and density of 25 test crystals, drawn from those with a gap of at least
0.1 eV. The pool is the test crystals whose value is known. For k = 3, 10 and 100 nearest crystals:
MAE of the mean (of their values, against the target), MAE of a hit (each against the target), and
r, Pearson's, between the targets and the means. Beside: k crystals drawn at random, over 100 draws,
and a metadata filter that takes the k of nearest known value; of nearest sum of differences, each
in standard deviations, for pairs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from benchmarks import report, testset
from benchmarks.testset import TestSet

TARGETS = 25
AT = (3, 10, 100)
SHOWN = 10
"""k of the plot"""
RANDOM_DRAWS = 100
SMALLEST_GAP_EV = 0.1
"""half of all crystals have none; pairs must not all ask for zero"""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A property, its unit, and how it is asked for."""

    name: str
    unit: str
    query: str
    decimals: int


GAP = Quantity("band_gap", "eV", "band gap around {} eV", 1)
DENSITY = Quantity("density", "g/cm3", "density about {} g/cm3", 1)
FORMATION = Quantity("formation_energy", "eV/atom", "formation energy of {} eV/atom", 2)
BULK = Quantity("bulk_modulus", "GPa", "bulk modulus of {} GPa", 0)
TASKS: Mapping[str, tuple[Quantity, ...]] = {
    "band gap": (GAP,), "density": (DENSITY,), "formation energy": (FORMATION,),
    "bulk modulus": (BULK,), "band gap and density": (GAP, DENSITY),
}  # fmt: skip


def main() -> None:
    """Measure, write the result file and draw."""
    given = testset.arguments(__doc__).parse_args()
    test = testset.load(given.model, given.cache)
    crystals = testset.encode_crystals(test.pairs, given.model)
    results = {task: measure(asked, test, crystals) for task, asked in TASKS.items()}
    for task, result in results.items():
        print(f"{task}: {len(result['queries'])} targets, pool {result['pool']}")
        for name, found in result["quantities"].items():
            for way, figures in found["figures"].items():
                for k, scores in figures.items():
                    shown = "  ".join(f"{what} {value:.3f}" for what, value in scores.items())
                    print(f"  {name} ({found['unit']}), {way}, k {k}: {shown}")
    report.write("by_number", {"model_id": test.embedder.model_id, "results": results})
    draw(results)


def measure(asked: Sequence[Quantity], test: TestSet, crystals: np.ndarray) -> dict[str, Any]:
    """Ask for each target of one or more quantities, by words, at random and by known value."""
    known = np.stack([test.table.numbers(quantity.name) for quantity in asked], axis=1)
    pool = np.flatnonzero(~np.isnan(known).any(axis=1))
    values, rng = known[pool], np.random.default_rng(testset.SEED)
    wanted = targets(asked, values, rng)
    queries = [_query(asked, row) for row in wanted]
    most = min(max(AT), len(pool))
    texts = test.embedder.encode_texts(queries)
    found = np.argsort(-(texts @ crystals[pool].T), axis=1, kind="stable")[:, :most]
    distance = np.abs((values[None] - wanted[:, None]) / values.std(axis=0)).sum(axis=2)
    nearest = np.argsort(distance, axis=1, kind="stable")[:, :most]
    drawn = np.stack([
        [rng.choice(len(pool), most, replace=False) for _ in wanted] for _ in range(RANDOM_DRAWS)
    ])  # fmt: skip
    ways = {"retrieved": found[None], "random": drawn, "metadata filter": nearest[None]}
    return {
        "pool": len(pool), "queries": queries,
        "quantities": {
            quantity.name: {
                "unit": quantity.unit, "targets": wanted[:, i].tolist(),
                f"mean of the nearest {SHOWN}": values[found, i][:, :SHOWN].mean(axis=1).tolist(),
                "figures": {
                    way: {str(k): figures(wanted[:, i], values[rows[:, :, :k], i]) for k in AT}
                    for way, rows in ways.items()
                },
            }
            for i, quantity in enumerate(asked)
        },
    }  # fmt: skip


def targets(asked: Sequence[Quantity], values: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return what to ask for (targets, quantities), rounded as people would, from values (b, q)."""
    if len(asked) == 1:
        low, high = np.quantile(values[:, 0], (0.02, 0.98))
        wanted = np.linspace(low, high, TARGETS)[:, None]
    else:
        with_gap = values[values[:, 0] >= SMALLEST_GAP_EV]
        wanted = with_gap[rng.choice(len(with_gap), TARGETS, replace=False)]
    columns = [wanted[:, i].round(quantity.decimals) for i, quantity in enumerate(asked)]
    # Minus zero would be asked for as "-0".
    return np.stack(columns, axis=1) + 0.0


def _query(asked: Sequence[Quantity], wanted: np.ndarray) -> str:
    return " and ".join(q.query.format(f"{x:.{q.decimals}f}") for q, x in zip(asked, wanted))


def figures(wanted: np.ndarray, found: np.ndarray) -> dict[str, float]:
    """Judge values found (draws, targets, k) by the targets; the mean over the draws."""
    means = found.mean(axis=2)
    return {
        "MAE of the mean": float(np.abs(means - wanted).mean()),
        "MAE of a hit": float(np.abs(found - wanted[:, None]).mean()),
        "r": float(np.mean([np.corrcoef(wanted, one)[0, 1] for one in means])),
    }


def draw(results: Mapping[str, Mapping[str, Any]]) -> None:
    """Draw the means of what was found over the targets, one panel a quantity and task."""
    panels = [
        (name.replace("_", " ") + (", in pairs" if len(result["quantities"]) > 1 else ""), found)
        for result in results.values()
        for name, found in result["quantities"].items()
    ]
    figure = Figure(figsize=(11, 7), layout="constrained")
    for axes, (title, found) in zip(figure.subplots(2, 3).flat, panels):
        wanted = np.array(found["targets"])
        ends = [wanted.min(), wanted.max()]
        axes.plot(ends, ends, color="grey", lw=1, label="as asked")
        axes.plot(wanted, found[f"mean of the nearest {SHOWN}"], "o", ms=4,
                  label=f"mean of {SHOWN} retrieved")  # fmt: skip
        r = found["figures"]["retrieved"][str(SHOWN)]["r"]
        axes.set_title(f"{title}: r = {r:.3f}", fontsize=10)
        axes.set(xlabel=f"target ({found['unit']})", ylabel=f"retrieved ({found['unit']})")
        axes.grid(alpha=0.3)
        axes.legend(fontsize=8)
    figure.savefig(report.RESULTS / "by_number.png", dpi=150)


if __name__ == "__main__":
    main()
