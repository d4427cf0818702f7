"""What labelled neighbours are worth: the same head with them and without, by number of labels.

    python -m benchmarks.properties.retrieval [--labels 1000,0] [--seeds 3] [--tasks a,b]

The split is by formula, so that no tested formula has a labelled crystal. A head learns from labels
of the training and validation parts alone (a sample of them; 0: all) on top of the shipped
encoder's vectors, which are not learnt again. Off: the same head as if no neighbour had a label,
that is five perceptrons on the crystal's own vector. MAE in the unit, or in decades for logarithms;
for classes the share of wrong answers.
"""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import torch
from rich.progress import track

from benchmarks import report, testset
from benchmarks.properties.judge import ask, judge
from benchmarks.properties.tasks import BY_FORMULA, Labels, Task, labels_of, with_labels
from clac.config import HeadConfig
from clac.data.dataset import Pairs, material_key
from clac.data.grammar.quantity_words import METAL_BELOW_EV
from clac.head_training import learn_head
from clac.labelled import Labelled, scaled

METAL = "metal or insulator"
ENOUGH = 500
"""crystals of the validation part that measure the spread alone; the encoder read captions, values
among them, of those of the training part"""


def main() -> None:
    """Measure heads with neighbours and without; write the result file."""
    parser = testset.arguments(__doc__)
    parser.add_argument(
        "--labels", default="1000,0",
        help="numbers of labels, 0 for all; left out where a task has no more than that",
    )  # fmt: skip
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--tasks", default="", help="properties; default: all")
    given = parser.parse_args()
    test = testset.load(given.model, given.cache, everything=True)
    pairs = with_labels(test.pairs)
    vectors = testset.encode_crystals(pairs, test.folder)
    torch.set_num_threads(1)
    names = [task.property for task in BY_FORMULA] + [METAL]
    wanted = given.tasks.split(",") if given.tasks else names
    most = {name: len(known(labels_of(_task(name)[0], pairs.ids))) for name in names}
    results: dict[str, Any] = {}
    for count in map(int, given.labels.split(",")):
        gains = []
        # Of a task with fewer labels, all are what was asked for, and stand under that name.
        for name in (n for n in names if n in wanted and count < most[n]):
            measured = [
                measure(name, pairs, vectors, count, seed)
                for seed in track(range(given.seeds), f"{name}, {count or 'all'}")
            ]
            mean = {key: float(np.mean([m[key] for m in measured])) for key in measured[0]}
            gain = 1 - mean["on error"] / mean["off error"]
            results[f"{name}, {count or 'all'}"] = {"seeds": measured, "mean": mean, "gain": gain}
            if name != METAL:
                gains.append(gain)
            print(
                f"{name:18s} {mean['labels']:6.0f} labels: on {mean['on error']:.4f}, off "
                f"{mean['off error']:.4f}, gain {gain:+.1%}; coverage {mean['on coverage']:.3f}, "
                f"off {mean['off coverage']:.3f}; width {mean['on width']:.3f}, off "
                f"{mean['off width']:.3f}; {mean['seconds']:.0f} s",
                flush=True,
            )
        if gains:
            better = sum(gain > 0 for gain in gains)
            print(f"{count or 'all'} labels: better on {better} of {len(gains)} regression tasks, "
                  f"mean gain {np.mean(gains):.1%}")  # fmt: skip
    if not results:
        raise SystemExit("nothing to measure: no such task, or none with more labels than that")
    report.write("property_retrieval", {"model_id": test.embedder.model_id, "results": results})


def measure(
    name: str, pairs: Pairs, vectors: np.ndarray, count: int, seed: int
) -> dict[str, float]:
    """Learn one head from so many labels; return its errors, coverages and widths."""
    task, is_class = _task(name)
    labels = labels_of(task, pairs.ids)
    rng = np.random.default_rng(seed)
    learn = rng.permutation(known(labels))[: count or None]
    every = np.concatenate([learn, labels.test])
    values = np.full(len(pairs), np.nan)
    values[learn] = labels.values[learn]
    if is_class:
        scale, shown = 1.0, np.eye(2, dtype=np.float32)[
            (labels.values[every] > METAL_BELOW_EV).astype(int)
        ]  # fmt: skip
    else:
        _, centre, scale = scaled(values)
        shown = ((labels.values[every] - centre) / scale).astype(np.float32)[:, None]
    formulas = np.array([material_key(pairs.facts[i].formula, 0) for i in every])
    rows = Labelled(vectors[every], shown, formulas)
    pool, tested = np.arange(len(learn)), np.arange(len(learn), len(every))
    config = HeadConfig(seed=seed)
    began = time.perf_counter()
    unread = np.flatnonzero(np.isin(learn, labels.val))
    held = unread if len(unread) >= ENOUGH else None
    learnt = learn_head(
        Labelled(rows.vectors[pool], rows.labels[pool], rows.formulas[pool]), config, held=held
    )
    seconds = time.perf_counter() - began
    found: dict[str, float] = {"labels": len(learn), "seconds": seconds}
    for way, alone in (("on", False), ("off", True)):
        said = ask(learnt, rows, tested, pool, config, alone=alone)
        measured = judge(said, rows.labels[tested], scale)
        found |= {f"{way} {key}": value for key, value in measured.items()}
    return found


def known(labels: Labels) -> np.ndarray:
    """Return the rows that a head may learn from."""
    return np.concatenate([labels.train, labels.val])


def _task(name: str) -> tuple[Task, bool]:
    """Return the task behind a name, and whether it is one of classes."""
    wanted = "band_gap" if name == METAL else name
    return next(task for task in BY_FORMULA if task.property == wanted), name == METAL


if __name__ == "__main__":
    main()
