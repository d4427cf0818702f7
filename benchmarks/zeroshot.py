"""Zero-shot classification of the test split by prompts of other hands than the caption grammar's.

    python -m benchmarks.zeroshot [--model FOLDER] [--cache FOLDER] [--probe 20000]

Truth: symmetry software and data columns. A label's vector is the mean of its normalized prompt
vectors, renormalized; a crystal gets the label of the greatest cosine. macro-F1 is the mean of the
labels' F1, balanced accuracy the mean of their recalls, both over the labels that occur.
"unseen": only the wordings that stand in none of CAPTIONS captions of training crystals, since a
phrase such as "an oxide" is bound to. "own": the product's prompts. "probe": logistic regression on
the embeddings of `--probe` training crystals, its regularisation chosen on validation; it sees
labels, the others do not. "majority": the commonest label of the test split.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from benchmarks import report, testset
from benchmarks.classes import TASKS, Task
from benchmarks.probe import by_label, fit_best, scores
from benchmarks.testset import SEED, TestSet
from clac.data.captions import caption
from clac.data.facts import Facts
from clac.embed import Embedder

METHODS = ("zero-shot", "unseen", "own", "probe", "majority")
VAL_ROWS = 5_000
CAPTIONS = 160_000
STYLES = ("fact", "query", "symmetry", "full")


@dataclass(frozen=True, slots=True)
class Split:
    """Crystals of one split."""

    facts: Sequence[Facts]
    vectors: np.ndarray
    """(b, d)"""


def main() -> None:
    """Measure and write the result file and the plot."""
    parser = testset.arguments(__doc__)
    parser.add_argument("--probe", type=int, default=20_000, help="training crystals of the probe")
    given = parser.parse_args()
    everything = testset.load(given.model, given.cache, everything=True)
    splits = {
        "test": _split(everything, "test", None),
        "train": _split(everything, "train", given.probe),
        "val": _split(everything, "val", VAL_ROWS),
    }
    captions = training_captions(splits["train"].facts)
    results = {}
    for task in TASKS:
        results[task.name] = measure(task, splits, captions, everything.embedder)
        _print(task.name, results[task.name])
    plot(results)
    report.write("zeroshot", {
        "model_id": everything.embedder.model_id, "items": len(splits["test"].facts),
        "probe_rows": len(splits["train"].facts), "captions": CAPTIONS, "results": results,
    })  # fmt: skip


def measure(
    task: Task, splits: Mapping[str, Split], captions: str, embedder: Embedder
) -> dict[str, Any]:
    """Score one task with prompts, probe and the commonest label."""
    labels = task.labels(splits["test"].facts)
    known = {name: _labelled(task, split, labels) for name, split in splits.items()}
    vectors, truth = known["test"]
    texts = [task.wordings(label) for label in labels]
    unseen = [[text for text in some if text.lower() not in captions] for some in texts]
    assert all(unseen), f"{task.name}: a label has no wording that captions do not have"
    probe, decay = fit_best(known["train"], known["val"], len(labels))
    guesses = {
        "zero-shot": classify(vectors, texts, embedder),
        "unseen": classify(vectors, unseen, embedder),
        "probe": probe.predict(vectors),
        "majority": np.full(len(truth), np.bincount(truth).argmax()),
    }
    alone = [classify(vectors, [[text] for text in wording], embedder) for wording in zip(*texts)]
    f1, _ = by_label(truth, guesses["zero-shot"], len(labels))
    return {
        "items": len(truth), "left_out": len(splits["test"].facts) - len(truth),
        "labels": len(np.unique(truth)), "wanted": task.wanted,
        **{name: scores(truth, guess, len(labels)) for name, guess in guesses.items()},
        "own": _own(task, vectors, [labels[i] for i in truth], labels, embedder),
        "probe_fit": {"rows": len(known["train"][1]), "decay": decay},
        "wordings": sum(map(len, texts)), "unseen_wordings": sum(map(len, unseen)),
        "macro_f1_of_each_wording": [
            scores(truth, guess, len(labels))["macro_f1"] for guess in alone
        ],
        "by_label": {label: {"items": int((truth == i).sum()), "f1": float(f1[i])}
                     for i, label in enumerate(labels) if (truth == i).any()},
    }  # fmt: skip


def classify(vectors: np.ndarray, texts: Sequence[Sequence[str]], embedder: Embedder) -> np.ndarray:
    """Return the label (b,) of the greatest cosine, given the prompts of each label."""
    means = np.stack([embedder.encode_texts(list(some)).mean(axis=0) for some in texts])
    means /= np.linalg.norm(means, axis=1, keepdims=True)
    return (vectors @ means.T).argmax(axis=1)


def training_captions(facts: Sequence[Facts]) -> str:
    """Write CAPTIONS captions of all styles, one a line, in lower case."""
    rng = random.Random(SEED)
    return "\n".join(
        caption(facts[i % len(facts)], rng, STYLES[i // len(facts) % len(STYLES)]).lower()
        for i in range(CAPTIONS)
    )


def _own(
    task: Task, vectors: np.ndarray, truth: Sequence[str], labels: Sequence[str], embedder: Embedder
) -> dict[str, Any]:
    """Score the product's own prompts, on its own labels: A and C lattices are one there."""
    texts = {task.own(label): task.own_wordings(label) for label in labels}
    place = {name: i for i, name in enumerate(texts)}
    guess = classify(vectors, list(texts.values()), embedder)
    wanted = np.array([place[task.own(label)] for label in truth])
    return {**scores(wanted, guess, len(texts)), "labels": len(np.unique(wanted))}


def _split(everything: TestSet, name: str, limit: int | None) -> Split:
    rows = everything.rows(name)
    if limit is not None and limit < len(rows):
        rows = np.sort(np.random.default_rng(SEED).choice(rows, limit, replace=False))
    pairs = everything.pairs.take(rows)
    return Split(pairs.facts, testset.encode_crystals(pairs, everything.folder))


def _labelled(task: Task, split: Split, labels: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    truth = task.rows(split.facts, labels)
    return split.vectors[truth >= 0], truth[truth >= 0]


def _print(name: str, values: Mapping[str, Any]) -> None:
    print(
        f"\n{name}: {values['items']} crystals ({values['left_out']} left out), "
        f"{values['labels']} labels, {values['unseen_wordings']} of {values['wordings']} "
        "wordings unseen"
    )
    for method in METHODS:
        one = values[method]
        print(f"  {method:9s}  macro-F1 {one['macro_f1']:.4f}  balanced accuracy "
              f"{one['balanced_accuracy']:.4f}  accuracy {one['accuracy']:.4f}"
              + (f"  ({one['labels']} labels)" if "labels" in one else ""))  # fmt: skip
    alone = values["macro_f1_of_each_wording"]
    print(f"  each wording alone: macro-F1 {min(alone):.4f} to {max(alone):.4f}")
    if values["wanted"]:
        measured, least = values["wanted"]
        print(f"  wanted: {measured} {least:.2f}, zero-shot {values['zero-shot'][measured]:.4f}")


def plot(results: Mapping[str, Mapping[str, Any]]) -> None:
    """Draw macro-F1 of every task and method, and what is wanted of them."""
    figure = Figure(figsize=(10, 4.6), layout="constrained")
    axes = figure.subplots()
    places = np.arange(len(results))
    for i, method in enumerate(METHODS):
        heights = [values[method]["macro_f1"] for values in results.values()]
        axes.bar(places + 0.16 * (i - 2), heights, 0.15, label=method)
    for place, values in zip(places, results.values()):
        measured, least = values["wanted"] or ("", 0.0)
        if measured == "macro_f1":
            axes.plot([place - 0.42, place + 0.42], [least, least], "k--", linewidth=1)
    names = [f"{name.replace('_', ' ')}\n({v['labels']})" for name, v in results.items()]
    axes.set_xticks(places, names, fontsize=8)
    axes.set(ylabel="macro-F1", ylim=(0, 1.02), xlabel="task (number of labels); dashed: wanted")
    axes.legend(ncols=5, loc="lower center", bbox_to_anchor=(0.5, 1.0), frameon=False)
    figure.savefig(report.RESULTS / "zeroshot.png", dpi=150)


if __name__ == "__main__":
    main()
