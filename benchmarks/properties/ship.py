"""Fit the heads that are shipped to a tower, and measure them on the test part.

    python -m benchmarks.properties.ship [--tower runs/properties/tower-formula-0-every/model]
        [--fit runs/properties/tower-formula-0/model] [--heads FOLDER]

Tower and neighbours are weighed, and intervals sized, on crystals whose labels the tower did not
learn: validation, and of few labels a sixth of the training part, of which the encoder may have
read captions that state them; the test part is free of that. Of that sixth the tower of --fit
speaks, which kept it apart, so that the tower that is shipped can have learnt the whole training
part. Tower and heads go into the folder of --heads; what is there beside them stays. Those in
clac/weights/heads are shipped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from benchmarks import report, testset
from benchmarks.properties.judge import ask, judge
from benchmarks.properties.tasks import BY_FORMULA, Labels, Task, labels_of, with_labels
from benchmarks.properties.tower import apart
from clac.config import HeadConfig
from clac.data.dataset import Pairs, material_key
from clac.head_files import HeadCard, load_tower, read_heads, save_head, save_tower
from clac.head_training import Learnt, learn_head
from clac.labelled import Labelled, scale_of
from clac.properties import PROPERTIES
from clac.tower import PropertyTower, predict

SOURCES = {
    "formation_energy_megnet_2018": "density functional theory (PBE+U), Materials Project 2018",
    "band_gap_megnet_2018": "density functional theory (PBE+U), Materials Project 2018: "
                            "smaller than measured gaps",
    "bulk_modulus_vrh": "density functional theory (PBE), Materials Project: Voigt-Reuss-Hill",
    "shear_modulus_vrh": "density functional theory (PBE), Materials Project: Voigt-Reuss-Hill",
}  # fmt: skip
"""column -> what its values are"""
CONFIG = HeadConfig(members=2)
"""two small perceptrons, as the tower speaks in their place"""


@dataclass(frozen=True, slots=True)
class Laid:
    """The rows of one task, part by part, in the scale of its head."""

    crystals: np.ndarray
    """(n,) rows of the pairs"""
    rows: Labelled
    own: np.ndarray
    """(n, 1) what a tower says of each"""
    pool: np.ndarray
    """places in the rows: neighbours of held ones, whose labels the tower of the fit learnt"""
    held: np.ndarray
    """those that weigh the parts and size the intervals"""
    known: np.ndarray
    """the training part: neighbours of tested ones"""
    test: np.ndarray
    centre: float
    """in the unit of the labels, as is the scale"""
    scale: float


def main() -> None:
    """Fit, measure and, where asked to, write."""
    parser = testset.arguments(__doc__)
    runs = Path("runs/properties")
    parser.add_argument("--tower", type=Path, default=runs / "tower-formula-0-every/model")
    parser.add_argument("--fit", type=Path, default=runs / "tower-formula-0/model")
    parser.add_argument("--heads", type=Path, help="folder that the heads are written into")
    given = parser.parse_args()
    heads, fitting = read_heads(given.tower, ""), read_heads(given.fit, "")
    tower = load_tower(heads)
    test = testset.load(given.model, given.cache, everything=True)
    pairs = with_labels(test.pairs)
    vectors = testset.encode_crystals(pairs, test.folder)
    labels = {task: labels_of(task, pairs.ids) for task in BY_FORMULA}
    sixths = {task: np.intersect1d(apart(one, pairs)[1], one.train) for task, one in labels.items()}
    said = said_of(tower, pairs, np.arange(len(pairs)))
    unlearnt = said_of(load_tower(fitting), pairs, np.unique(np.concatenate([*sixths.values()])))
    model_id = test.embedder.model_id
    if given.heads and heads.tower is not None:
        save_tower(given.heads, model_id, tower, heads.tower)
    results: dict[str, Any] = {}
    for task, sixth in sixths.items():
        output, fitted = (names.index(task.column) for names in (tower.names, fitting.tower_names))
        said[sixth, output] = unlearnt[sixth, fitted]
        learnt, card, found = fit(task, labels[task], pairs, vectors, said, tower.names)
        results[task.name] = found
        print(task.name, {key: round(value, 4) for key, value in found.items()}, flush=True)
        if given.heads and task.column in SOURCES:
            save_head(given.heads, model_id, task.property, learnt.head, card, CONFIG)
    report.write("property_heads", {"model_id": model_id, "results": results})


def said_of(tower: PropertyTower, pairs: Pairs, rows: np.ndarray) -> np.ndarray:
    """Return what a tower says (b, p) of some rows (n,) of the crystals, NaN of the others."""
    said = np.full((len(pairs), len(tower.names)), np.nan)
    said[rows] = predict(tower, [pairs.graphs[i] for i in rows])
    return said


def lay(labels: Labels, pairs: Pairs, vectors: np.ndarray, values: np.ndarray) -> Laid:
    """Lay out the rows of one task, with what the tower says of the crystals (b,)."""
    pool, held = apart(labels, pairs)
    every = np.concatenate([pool, held, labels.test])
    ends = np.cumsum([len(pool), len(held)])
    known = np.flatnonzero(np.isin(every, labels.train))
    centre, scale = scale_of(labels.values[pool])
    shown, own = (
        ((numbers[every] - centre) / scale).astype(np.float32)[:, None]
        for numbers in (labels.values, values)
    )
    formulas = np.array([material_key(pairs.facts[i].formula, 0) for i in every])
    rows = Labelled(vectors[every], shown, formulas)
    pool, held, test = np.split(np.arange(len(every)), ends)
    return Laid(every, rows, own, pool, held, known, test, centre, scale)


def fit(
    task: Task, labels: Labels, pairs: Pairs, vectors: np.ndarray, said: np.ndarray,
    names: Sequence[str],
) -> tuple[Learnt, HeadCard, dict[str, float]]:  # fmt: skip
    """Fit the head of one task to what a network says (b, p); measure it on the test part.

    Names (p,): columns of the labels that the network says.
    """
    laid = lay(labels, pairs, vectors, said[:, list(names).index(task.column)])
    torch.set_num_threads(2)
    learnt = learn_head(laid.rows, CONFIG, laid.pool, laid.held, laid.own[laid.held])
    found: dict[str, float] = {
        "labels": len(laid.known), "held": len(laid.held), "test": len(laid.test)
    }  # fmt: skip
    for way, alone in (("on", False), ("off", True)):
        asked = ask(
            learnt, laid.rows, laid.test, laid.known, CONFIG, laid.own[laid.test], alone=alone
        )
        judged = judge(asked, laid.rows.labels[laid.test], laid.scale)
        found |= {f"{way} {key}": value for key, value in judged.items()}
    spec = PROPERTIES[task.property]
    elements = {int(z) for i in laid.crystals[laid.known] for z in pairs.graphs[i].numbers}
    card = HeadCard(
        property=task.property, unit=spec.unit, log_scale=task.is_log, classes=(),
        dim=vectors.shape[1], column=task.column, source=SOURCES.get(task.column, ""),
        count=len(laid.known), centre=laid.centre, scale=laid.scale, coverage=CONFIG.coverage,
        tower=True, elements=tuple(sorted(elements)), measured=found, **learnt.calibration,
    )  # fmt: skip
    return learnt, card, found


if __name__ == "__main__":
    main()
