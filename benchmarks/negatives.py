"""Hard negatives: tell a crystal from up to nine others that are easily taken for it.

    python -m benchmarks.negatives [--model FOLDER] [--cache FOLDER]

Polymorphs: the same reduced formula in another space group; the caption hides the symmetry and may
say the formula, which a formula matcher cannot use. (No formula is in two splits, so the test split
holds all polymorphs of its crystals.) Element swaps: the same prototype label, as many elements,
one of them exchanged; full captions. Accuracy is the share of cases in which the right partner has
the highest cosine, ties counting against; chance is the mean of 1 / (1 + negatives). A caption with
few facts may be true of a negative too: the share of such cases is printed, and the accuracy from
text to structure over the others. Intervals are 95%, over resampled cases.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from benchmarks import report, testset
from clac.data.captions import Caption
from clac.data.claims import FactTable
from clac.data.facts import Facts

MOST = 9
"""negatives of a case"""
Negatives = dict[int, np.ndarray]
"""row -> rows of its negatives"""


def main() -> None:
    """Measure, write the result file and draw."""
    given = testset.arguments(__doc__).parse_args()
    test = testset.load(given.model, given.cache)
    crystals = testset.encode_crystals(test.pairs, given.model)
    results = {}
    for name, mask, find in (
        ("polymorphs", "no symmetry", polymorphs), ("element swap", "full", swaps),
    ):  # fmt: skip
        captions = testset.captions(test.pairs, mask)
        texts = testset.encode_texts([c.text for c in captions], test.embedder, name)
        negatives = find(test.pairs.facts)
        results[name] = score(texts, crystals, negatives) | unclear(
            texts, crystals, negatives, captions, test.table
        )
        for what, value in results[name].items():
            print(f"{name}: {what}: {f'{value:.4f}' if isinstance(value, float) else value}")
    report.write("negatives", {
        "model_id": test.embedder.model_id, "items": len(test.pairs), "results": results,
    })  # fmt: skip
    draw(results)


def polymorphs(facts: Sequence[Facts]) -> Negatives:
    """Find for each crystal others of its formula in another space group."""
    return _alike(
        facts, lambda f: [f.formula], lambda one, other: one.space_group != other.space_group
    )


def swaps(facts: Sequence[Facts]) -> Negatives:
    """Find for each crystal others of its prototype with one element exchanged."""
    # Sets of elements that share all but one are equal once the one is left out of each.
    return _alike(
        facts,
        lambda f: [(f.prototype, frozenset(f.elements) - {e}) for e in f.elements],
        lambda one, other: set(one.elements) != set(other.elements),
    )


def _alike(
    facts: Sequence[Facts],
    keys: Callable[[Facts], Sequence[Hashable]],
    differ: Callable[[Facts, Facts], bool],
) -> Negatives:
    """Draw up to MOST rows that share a key with a row and yet differ from it."""
    rng, groups = np.random.default_rng(testset.SEED), defaultdict[Hashable, list[int]](list)
    for row, one in enumerate(facts):
        for key in keys(one):
            groups[key].append(row)
    found = {}
    for row, one in enumerate(facts):
        others = [j for key in keys(one) for j in groups[key] if differ(one, facts[j])]
        if others:
            found[row] = rng.choice(others, min(MOST, len(others)), replace=False)
    return found


def score(texts: np.ndarray, crystals: np.ndarray, negatives: Negatives) -> dict[str, Any]:
    """Return cases, chance and accuracy of both directions."""
    sizes = np.array([len(others) for others in negatives.values()])
    values: dict[str, Any] = {
        "cases": len(negatives), "mean negatives": float(sizes.mean()),
        "chance": float((1 / (1 + sizes)).mean()),
    }  # fmt: skip
    for direction, queries, items in (
        ("text->structure", texts, crystals), ("structure->text", crystals, texts),
    ):  # fmt: skip
        right = is_right(queries, items, negatives)
        values[direction] = float(right.mean())
        values[f"{direction} 95% interval"] = testset.bootstrap(right)
    return values


def is_right(queries: np.ndarray, items: np.ndarray, negatives: Negatives) -> np.ndarray:
    """Tell (cases,) where a query (b, d) is nearer to its own item (b, d) than to any negative."""
    right = np.empty(len(negatives), dtype=bool)
    for i, (row, others) in enumerate(negatives.items()):
        cosines = items[np.concatenate([[row], others])] @ queries[row]
        right[i] = cosines[0] > cosines[1:].max()
    return right


def unclear(
    texts: np.ndarray, crystals: np.ndarray, negatives: Negatives, captions: Sequence[Caption],
    table: FactTable,
) -> dict[str, float]:  # fmt: skip
    """Return the share of captions that may be true of a negative, and the accuracy elsewhere."""
    fits = [table.may_hold(captions[row].claims)[others].any() for row, others in negatives.items()]
    right = is_right(texts, crystals, negatives)
    return {
        "share whose caption may be true of a negative": float(np.mean(fits)),
        "text->structure, caption false of each negative": float(right[~np.array(fits)].mean()),
    }


def draw(results: Mapping[str, Mapping[str, Any]]) -> None:
    """Draw accuracies as bars, with their intervals and what chance would reach."""
    figure = Figure(figsize=(6, 4), layout="constrained")
    axes = figure.subplots()
    places = np.arange(len(results))
    for i, direction in enumerate(("text->structure", "structure->text")):
        heights = np.array([values[direction] for values in results.values()])
        ends = np.array([values[f"{direction} 95% interval"] for values in results.values()]).T
        errors = np.abs(ends - heights)
        bars = axes.bar(places + 0.38 * (i - 0.5), heights, 0.36, yerr=errors, capsize=3,
                        color=f"C{i}", label=direction)  # fmt: skip
        axes.bar_label(bars, fmt="%.3f", padding=3, fontsize=8)
    chances = [values["chance"] for values in results.values()]
    axes.hlines(chances, places - 0.4, places + 0.4, "black", ":", label="chance")
    names = [f"{name}\n{values['cases']:,} cases" for name, values in results.items()]
    axes.set_xticks(places, names)
    axes.set(ylabel="accuracy among 1 + up to 9", ylim=(0, 1.12))
    figure.legend(loc="outside upper center", ncols=3, fontsize=8)
    figure.savefig(report.RESULTS / "negatives.png", dpi=150)


if __name__ == "__main__":
    main()
