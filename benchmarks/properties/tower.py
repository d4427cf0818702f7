"""Train the tower of one split on the crystals of its training part.

    python -m benchmarks.properties.tower --split formula --init [--epochs 12]
    python -m benchmarks.properties.tower --split formula --init --every
    python -m benchmarks.properties.tower --split megnet [--tasks formation_energy]

A tower learns all properties at once, or some: alone each is learnt better than beside others.
Nothing is learnt of the validation and test parts of the split. With --init the tower starts from
the shipped model's, which never saw a formula of the other parts of the split by formula; of
MEGNet's split it saw most test crystals, so there the tower starts from nothing. An interrupted run
goes on where it stopped. With --every nothing of the training part is kept apart: heads are fitted
to a tower that did, and then speak with one that knows all. Writes OUT/tower-SPLIT-SEED, with the
tasks where some are chosen, and prints its errors on the test part.
"""

from __future__ import annotations

import argparse
import dataclasses
from pathlib import Path

import numpy as np

from benchmarks import report
from benchmarks.properties.tasks import FORMULA, MEGNET, TASKS, Labels, Task, labels_of
from clac import checkpoint
from clac.config import TowerConfig
from clac.data.dataset import Pairs, material_key, prepare
from clac.head_files import save_tower
from clac.properties import PROPERTIES
from clac.tower import PropertyTower, predict
from clac.tower_training import train_tower

FEW = 10_000
"""labels; of fewer a sixth is kept apart, since validation alone is too small to measure spreads"""
APART = 6


def tasks_of(split: str) -> tuple[Task, ...]:
    """Return the tasks whose labels a tower of a split learns, each column once."""
    if split == FORMULA:
        return tuple(task for task in TASKS if task.split == FORMULA)
    return tuple(task for task in TASKS if task.split == MEGNET)


def apart(labels: Labels, pairs: Pairs) -> tuple[np.ndarray, np.ndarray]:
    """Return the rows of crystals (b,) that teach a tower, and those that measure its spread.

    The latter are the validation part and, of few labels, a sixth of the training part, by formula.
    """
    kept = np.zeros(len(labels.train), dtype=bool)
    if len(labels.train) < FEW:
        formulas = [material_key(pairs.facts[i].formula, 0) for i in labels.train]
        kept = np.array(formulas) % APART == 0
    return labels.train[~kept], np.concatenate([labels.val, labels.train[kept]])


def main() -> None:
    """Train and write the tower."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--split", choices=(FORMULA, MEGNET), default=FORMULA)
    parser.add_argument("--tasks", default="", help="properties A,B; default: all of the split")
    parser.add_argument("--epochs", type=float, default=TowerConfig().epochs)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--rate", type=float, default=TowerConfig().learning_rate)
    parser.add_argument("--precision", default="auto")
    parser.add_argument(
        "--every", action="store_true", help="learn every label of the training part"
    )
    parser.add_argument("--init", action="store_true", help="start from the shipped model's tower")
    parser.add_argument("--out", type=Path, default=Path("runs/properties"))
    parser.add_argument("--cache", type=Path, default=Path("runs/cache"))
    given = parser.parse_args()
    if given.init and given.split == MEGNET:
        raise SystemExit("--init: the shipped model has seen crystals of MEGNet's test part")
    config = TowerConfig(
        epochs=given.epochs, seed=given.seed, precision=given.precision, learning_rate=given.rate
    )
    model = checkpoint.load(text=False) if given.init else None
    if model is not None:
        crystal = dataclasses.replace(model.config.crystal, angles=config.crystal.angles)
        config = dataclasses.replace(config, crystal=crystal, graph=model.config.graph)
    pairs = prepare(report.need_crystals(), given.cache, config.graph)
    chosen = [name for name in given.tasks.split(",") if name]
    tasks = tuple(t for t in tasks_of(given.split) if not chosen or t.property in chosen)
    seen = np.full((len(pairs), len(tasks)), np.nan)
    for column, task in enumerate(tasks):
        labels = labels_of(task, pairs.ids)
        rows = labels.train if given.every else apart(labels, pairs)[0]
        seen[rows, column] = labels.values[rows]
        print(f"{task.name}: {len(rows)} labels")
    additive = [PROPERTIES[task.property].unit == "eV/atom" for task in tasks]
    kind = ["every"] if given.every else []
    out = given.out / "-".join(["tower", given.split, str(given.seed), *chosen, *kind])
    names = [task.column for task in tasks]
    tower = train_tower(pairs.graphs, seen, names, additive, config, out, model)
    save_tower(out / "model", "", tower, config)
    print(f"written: {out / 'model'}")
    errors = measure(tower, tasks, pairs)
    report.write("_".join(["property_tower", given.split, *chosen, *kind]), {
        "config": dataclasses.asdict(config), "init": given.init, "mean absolute error": errors,
    })  # fmt: skip


def measure(tower: PropertyTower, tasks: tuple[Task, ...], pairs: Pairs) -> dict[str, float]:
    """Return the mean absolute error of each task on its test part, as the tower is stored."""
    errors = {}
    for column, task in enumerate(tasks):
        labels = labels_of(task, pairs.ids)
        said = predict(tower, [pairs.graphs[i] for i in labels.test])[:, column]
        errors[task.name] = float(np.abs(task.possible(said) - labels.values[labels.test]).mean())
        print(f"{task.name}: {errors[task.name]:.4f} on {len(labels.test)} crystals")
    return errors


if __name__ == "__main__":
    main()
