"""How an embedding survives another description of the same crystal, or of the same facts.

    python -m benchmarks.robustness [--model FOLDER] [--cache FOLDER]

Crystals: CRYSTALS of the test split, read anew from crystals.parquet and changed by
`benchmarks.changes`. Same crystal: least and mean cosine with the crystal as read, wanted 0.9999.
Changed crystal: mean cosine, the share that keeps its space group (strain and noise break
symmetry, and the embedding is told so), and the rank of the original among all crystals of the
test split when the changed one is the query. Random: R@k = k / crystals.
Wordings: mean and least cosine of two wordings of the same facts (`benchmarks.wordings`), and
overlap@10, the share of ten retrieved test crystals that they have in common. "another crystal's
text" is what two texts of one template but other facts have. Of a group, crystals where both
wordings are the same letter for letter are left out.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow.parquet as pq
from matplotlib.figure import Figure

from benchmarks import report, testset
from benchmarks.changes import CHANGED, SAME, Change
from benchmarks.testset import SEED
from benchmarks.wordings import GROUPS, wordings
from clac.config import LimitsConfig
from clac.data.facts import Facts
from clac.data.formats.objects import record_from
from clac.embed import Embedder
from clac.types import Record, Refusal

CRYSTALS = 300
WANTED = 0.9999
AT = (1, 10)


def main() -> None:
    """Measure and write the result file and the plot."""
    given = testset.arguments(__doc__).parse_args()
    test = testset.load(given.model, given.cache)
    items = testset.encode_crystals(test.pairs, given.model)
    chosen = random.Random(SEED).sample(range(len(items)), min(CRYSTALS, len(items)))
    records = read([test.pairs.ids[i] for i in chosen])
    structures = of_structures(records, chosen, items, test.embedder)
    texts = of_texts([test.pairs.facts[i] for i in chosen], items, test.embedder)
    _print(structures, texts)
    plot(structures, texts)
    report.write("robustness", {
        "model_id": test.embedder.model_id, "items": len(items), "crystals": len(chosen),
        "wanted": WANTED, "random": {f"R@{k}": k / len(items) for k in AT},
        "structures": structures, "texts": texts,
    })  # fmt: skip


def read(ids: Sequence[str]) -> list[Record]:
    """Read some crystals of the table, in this order."""
    table = pq.read_table(report.need_crystals(), filters=[("material_id", "in", list(ids))])
    rows = {row["material_id"]: row for row in table.to_pylist()}
    return [record_from(rows[one], "", one, LimitsConfig()) for one in ids]


def of_structures(
    records: Sequence[Record], places: Sequence[int], items: np.ndarray, embedder: Embedder
) -> dict[str, dict[str, Any]]:
    """Compare each crystal with its other descriptions and its changes."""
    at = dict(zip((r.id for r in records), places))
    as_read = embed(records, embedder)
    results = {}
    for name, change in {**SAME, **CHANGED}.items():
        changed = embed(_changed(records, change, name), embedder)
        ids = [one for one in changed if one in as_read]
        queries = np.stack([changed[one][0] for one in ids])
        own = np.stack([as_read[one][0] for one in ids])
        cosines = (queries * own).sum(axis=1)
        results[name] = {
            "crystals": len(ids), "left_out": len(records) - len(ids),
            "same": name in SAME, "mean": float(cosines.mean()), "least": float(cosines.min()),
            "below_wanted": int((cosines < WANTED).sum()), "worst": ids[int(cosines.argmin())],
            "keeps_space_group": float(np.mean([changed[i][1] == as_read[i][1] for i in ids])),
            **_recalls(ranks_of(queries, items, [at[one] for one in ids])),
        }  # fmt: skip
    return results


def embed(records: Sequence[Record], embedder: Embedder) -> dict[str, tuple[np.ndarray, int]]:
    """Return vector (d,) and space group by id; what the product refuses is left out."""
    refused: list[Refusal] = []
    done = embedder.embed_records(records, refused.append)
    return {one.record.id: (one.vector, one.symmetry.number) for one in done}


def ranks_of(queries: np.ndarray, items: np.ndarray, places: Sequence[int]) -> np.ndarray:
    """Return the rank (b,), from 1, of the item at each place; ties count against the query."""
    cosines = queries @ items.T
    own = cosines[np.arange(len(queries)), places]
    return (cosines >= own[:, None]).sum(axis=1)


def of_texts(
    facts: Sequence[Facts], items: np.ndarray, embedder: Embedder
) -> dict[str, dict[str, Any]]:
    """Compare two wordings of each crystal's facts, group by group."""
    rng = random.Random(SEED)
    pairs = [wordings(f, rng) for f in facts]
    results = {}
    for group in GROUPS:
        both = [one[group] for one in pairs if one[group][0] != one[group][1]]
        first, second = (embedder.encode_texts([pair[i] for pair in both]) for i in (0, 1))
        tens = [np.argsort(-(some @ items.T), axis=1)[:, :10] for some in (first, second)]
        cosines = (first * second).sum(axis=1)
        results[group] = {
            "crystals": len(both), "mean": float(cosines.mean()), "least": float(cosines.min()),
            "overlap@10": _overlap(*tens),
            "another_crystals_text": {
                "mean": float((first * np.roll(first, 1, axis=0)).sum(axis=1).mean()),
                "overlap@10": _overlap(tens[0], np.roll(tens[0], 1, axis=0)),
            },
            "example": both[0],
        }  # fmt: skip
    return results


def _changed(records: Sequence[Record], change: Change, name: str) -> list[Record]:
    """Change each crystal with dice of its own, so that none depends on the others."""
    found = []
    for record in records:
        rng = np.random.default_rng(list(f"{SEED} {name} {record.id}".encode()))
        structure = change(record.structure, rng)
        if structure is not None:
            found.append(Record(record.id, structure))
    return found


def _recalls(found: np.ndarray) -> dict[str, float]:
    return {f"R@{k}": float((found <= k).mean()) for k in AT}


def _overlap(one: np.ndarray, other: np.ndarray) -> float:
    """Return the mean share of common entries of rows (b, 10)."""
    return float(np.mean([len(set(a) & set(b)) / len(a) for a, b in zip(one, other)]))


def _print(
    structures: Mapping[str, Mapping[str, Any]], texts: Mapping[str, Mapping[str, Any]]
) -> None:
    for name, one in structures.items():
        wanted = f"  (wanted {WANTED}, {one['below_wanted']} below)" if one["same"] else ""
        print(f"{name:22s} {one['crystals']:4d} crystals ({one['left_out']} left out)  cosine mean "
              f"{one['mean']:.6f} least {one['least']:.6f}{wanted}  same space group "
              f"{one['keeps_space_group']:.3f}  R@1 {one['R@1']:.3f}  R@10 {one['R@10']:.3f}"
              )  # fmt: skip
    for name, one in texts.items():
        other = one["another_crystals_text"]
        print(f"{name:30s} {one['crystals']:4d} pairs  cosine mean {one['mean']:.4f} least "
              f"{one['least']:.4f}  overlap@10 {one['overlap@10']:.3f}  another crystal's text: "
              f"cosine {other['mean']:.4f}, overlap {other['overlap@10']:.3f}")  # fmt: skip


def plot(
    structures: Mapping[str, Mapping[str, Any]], texts: Mapping[str, Mapping[str, Any]]
) -> None:
    """Draw what the same crystal loses, where changed ones rank, and how wordings agree."""
    same = {name: one for name, one in structures.items() if one["same"]}
    changed = {name: one for name, one in structures.items() if not one["same"]}
    figure = Figure(figsize=(15, 5), layout="constrained")
    lost, ranked, worded = figure.subplots(1, 3)
    # Rounding takes a cosine to one or just above, and a logarithm wants more than nothing.
    lost.barh(list(same), [max(1 - one["least"], 1e-8) for one in same.values()])
    lost.axvline(1 - WANTED, color="k", linestyle="--", label=f"wanted: below {1 - WANTED:.0e}")
    lost.set(xscale="log", xlim=(1e-8, 2), xlabel="1 - cosine, worst crystal", title="same crystal")
    _bars(ranked, changed, {"mean": "mean cosine", "R@1": "R@1", "R@10": "R@10",
                            "keeps_space_group": "keeps its space group"})  # fmt: skip
    ranked.set(xlabel="share, or cosine", title="changed crystal")
    _bars(worded, texts, {"mean": "mean cosine", "overlap@10": "overlap@10"})
    worded.set(xlabel="share, or cosine", title="two wordings of the same facts")
    for axes in (lost, ranked, worded):
        axes.invert_yaxis()
        axes.legend(loc="lower center", bbox_to_anchor=(0.4, 1.07), ncols=2, frameon=False)
    figure.savefig(report.RESULTS / "robustness.png", dpi=130)


def _bars(axes: Any, rows: Mapping[str, Mapping[str, Any]], keys: Mapping[str, str]) -> None:
    places, height = np.arange(len(rows)), 0.8 / len(keys)
    for i, (key, label) in enumerate(keys.items()):
        widths = [one[key] for one in rows.values()]
        axes.barh(places + height * (i - (len(keys) - 1) / 2), widths, height * 0.95, label=label)
    axes.set_yticks(places, list(rows))
    axes.set_xlim(0, 1.02)


if __name__ == "__main__":
    main()
