"""Properties of crystals: the mean absolute error of each way on each task.

    python -m benchmarks.properties [--model FOLDER] [--cache FOLDER] [--epochs 8]

The test part of each task has no formula of the training part in the split by formula; in MEGNet's
it may. Neighbours of the same formula and space group are never looked at. The shipped encoder
learnt captions of the training part of the split by formula, in which values stand: most of
MEGNet's test crystals are among them, so everything is also measured on the others alone.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import report, testset
from benchmarks.properties import baselines
from benchmarks.properties.tasks import SPLITS, TASKS, labels_of


def main() -> None:
    """Measure all ways on all tasks; write the result file."""
    parser = testset.arguments(__doc__)
    parser.add_argument("--epochs", type=float, default=8, help="of the plain graph network")
    parser.add_argument("--precision", default="auto")
    parser.add_argument("--out", type=Path, default=Path("runs/properties"))
    given = parser.parse_args()
    test = testset.load(given.model, given.cache, everything=True)
    pairs = test.pairs
    vectors = testset.encode_crystals(pairs, test.folder)
    features = baselines.composition(list(pairs.graphs))
    convolved: dict[str, np.ndarray] = {}
    for split in SPLITS:
        tasks = [task for task in TASKS if task.split == split]
        of_split = [labels_of(task, pairs.ids) for task in tasks]
        said = baselines.cgcnn(
            pairs.graphs,
            tasks,
            of_split,
            given.epochs,
            given.precision,
            given.out / f"cgcnn-{split}",
        )
        convolved |= {task.name: guess for task, guess in zip(tasks, said, strict=True)}
    results: dict[str, Any] = {}
    for task in TASKS:
        labels = labels_of(task, pairs.ids)
        guesses = {
            "mean": baselines.mean(labels),
            "neighbours of the embedding": baselines.neighbours(labels, vectors, pairs.keys),
            "linear probe of the embedding": baselines.probe(labels, vectors),
            "boosted trees, composition": baselines.boosting(labels, features),
            "plain CGCNN": convolved[task.name],
        }
        unseen = pairs.split[labels.test] != "train"
        sizes = {part: len(getattr(labels, part)) for part in ("train", "val", "test")}
        sizes["unseen by the encoder"] = int(unseen.sum())
        print(f"{task.name}{' (log10)' if task.is_log else ''}, {sizes}")
        wrong = {
            n: np.abs(task.possible(guess) - labels.values[labels.test])
            for n, guess in guesses.items()
        }
        errors = {n: {"all": e.mean(), "unseen": e[unseen].mean()} for n, e in wrong.items()}
        results[task.name] = {"crystals": sizes, "mean absolute error": errors}
        for name, value in errors.items():
            share = value["unseen"] / errors["mean"]["unseen"]
            print(f"    {name:32s} {value['all']:.4f}, unseen {value['unseen']:.4f} ({share:.3f})")
    report.write(
        "properties",
        {"model_id": test.embedder.model_id, "epochs": given.epochs, "results": results},
    )


if __name__ == "__main__":
    main()
