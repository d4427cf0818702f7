"""What words are worth to a graph network: CAST (arXiv 2502.06836) beside its controls.

    python -m benchmarks.properties.cast [--labels 10000] [--epochs 12] [--pretraining 6]
        [--seeds 1] [--rows A,B] [--ship]

Every row has the same graph network, a plain CGCNN of three layers, the same four layers above it,
the same labels (a sample of the training part of the split by formula; five sixths of the moduli,
as a sixth is kept to size intervals) and the same schedule, and learns the four properties at once.
In the last row numbers stand in the place of words: the descriptor of symmetry, composition and
bonds. The words' states are those of the shipped text encoder, which read captions of all training
crystals, values of the four properties among them; no formula of the test part. Retrieval, of the
first two rows: kriging over the labelled crystals that the row learnt from stands beside it. An
interrupted run goes on where it stopped. --ship puts the CAST of an earlier run, OUT/model, into
clac/weights/heads, for `clac explain`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import report, testset
from benchmarks.properties.ship import fit
from benchmarks.properties.tasks import FORMULA, TASKS, Labels, labels_of
from benchmarks.properties.tower import apart
from clac import checkpoint
from clac.config import FusionConfig
from clac.data.dataset import Pairs
from clac.fusion_text import describe
from clac.fusion_training import Described, finetune, named, predict, pretrain
from clac.head_files import SHIPPED, load_fusion, read_heads, save_fusion

PROPERTIES = ("formation_energy", "band_gap", "bulk_modulus", "shear_modulus")
CHOSEN = tuple(t for t in TASKS if t.split == FORMULA and t.property in PROPERTIES)
ADDITIVE = (True, False, False, False)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table."""

    way: str = "attention"
    """of `FusionConfig`"""
    pretrained: bool = False
    shuffled: bool = False
    """each crystal has the words of another"""


PLAIN, SHOWN = "graph only", "CAST"
BESIDE = (PLAIN, SHOWN)
"""rows that are also measured with labelled neighbours"""
ROWS: Mapping[str, Row] = {
    PLAIN: Row("none"),
    SHOWN: Row(pretrained=True),
    "CAST without pre-training": Row(),
    "graph only with pre-training": Row("none", pretrained=True),
    "CAST with shuffled words": Row(pretrained=True, shuffled=True),
    "concatenation": Row("concatenation"),
    "graph and descriptor": Row("descriptor"),
}


@dataclass(frozen=True, slots=True)
class Setting:
    """What all rows share."""

    pairs: Pairs
    crystals: Described
    labels: tuple[Labels, ...]
    """of each property"""
    seen: np.ndarray
    """(b, p) labels that may be learnt, NaN elsewhere"""
    vectors: np.ndarray
    model_id: str
    config: FusionConfig
    pretraining: float
    out: Path

    @property
    def learn(self) -> np.ndarray:
        """Return the rows (n,) of crystals with a label that may be learnt."""
        return np.flatnonzero(~np.isnan(self.seen).all(axis=1))


def main() -> None:
    """Train and measure the rows; write the result file."""
    parser = testset.arguments(__doc__)
    parser.add_argument("--labels", type=int, default=10_000, help="energies and gaps to learn")
    parser.add_argument("--epochs", type=float, default=12)
    parser.add_argument("--pretraining", type=float, default=6, help="epochs")
    parser.add_argument("--deaf", type=float, default=FusionConfig().deaf, help="see FusionConfig")
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--rows", default="", help="names; default: all")
    parser.add_argument("--precision", default="auto")
    parser.add_argument("--out", type=Path, default=Path("runs/properties/cast"))
    parser.add_argument("--ship", action="store_true", help="ship OUT/model; train nothing")
    given = parser.parse_args()
    if given.ship:
        heads = read_heads(given.out / "model", checkpoint.describe().model_id)
        save_fusion(SHIPPED, heads.model_id, load_fusion(heads), heads.fusion)
        return
    wanted = given.rows.split(",") if given.rows else list(ROWS)
    if unknown := set(wanted) - set(ROWS):
        raise SystemExit(f"no row {sorted(unknown)}; known: {', '.join(ROWS)}")
    config = FusionConfig(deaf=given.deaf)
    schedule = {"epochs": given.epochs, "precision": given.precision}
    config = dataclasses.replace(config, tower=dataclasses.replace(config.tower, **schedule))
    setting = prepare(given.model, given.cache, given.labels, config, given.pretraining, given.out)
    results: dict[str, Any] = {}
    for name in wanted:
        measured = [run(name, setting, seed) for seed in range(given.seeds)]
        results[name] = {
            "seeds": measured,
            "mean": {key: float(np.mean([m[key] for m in measured])) for key in measured[0]},
        }
        tell(name, results)
    report.write("property_cast", {
        "model_id": setting.model_id, "pretraining": given.pretraining,
        "config": dataclasses.asdict(config), "crystals": len(setting.learn), "results": results,
    })  # fmt: skip


def prepare(
    model: Path, cache: Path, count: int, config: FusionConfig, pretraining: float, out: Path
) -> Setting:
    """Choose the crystals, read their descriptions and encode them."""
    test = testset.load(model, cache, everything=True)
    rng = np.random.default_rng(0)
    labels = []
    for task in CHOSEN:
        whole = labels_of(task, test.pairs.ids)
        labels.append(dataclasses.replace(whole, train=rng.permutation(whole.train)))
    # Crystals with moduli first: most of them have the other labels too.
    elastic = np.isin(labels[0].train, labels[2].train)
    order = np.argsort(~elastic, kind="stable")
    first = labels[0].train[order][:count]
    labels = [dataclasses.replace(part, train=first) for part in labels[:2]] + labels[2:]
    rows = np.unique(np.concatenate([np.concatenate([p.train, p.val, p.test]) for p in labels]))
    pairs = test.pairs.take(rows)
    labels = [_moved(part, rows) for part in labels]
    seen = np.full((len(pairs), len(CHOSEN)), np.nan)
    for column, part in enumerate(labels):
        learn, _ = apart(part, pairs)
        seen[learn, column] = part.values[learn]
        print(f"{CHOSEN[column].name}: {len(learn)} labels", flush=True)
    told = test.embedder.word_states([describe(facts) for facts in pairs.facts])
    vectors = testset.encode_crystals(pairs, model)
    described = Described(pairs.graphs, [one.states for one in told])
    return Setting(
        pairs,
        described,
        tuple(labels),
        seen,
        vectors,
        test.embedder.model_id,
        config,
        pretraining,
        out,
    )


def _moved(labels: Labels, rows: np.ndarray) -> Labels:
    """Let labels speak of some rows (n,) of the crystals, in order."""
    parts = (np.searchsorted(rows, part) for part in (labels.train, labels.val, labels.test))
    return Labels(labels.values[rows], *parts)


def run(name: str, setting: Setting, seed: int) -> dict[str, float]:
    """Train one row with one seed; return its errors alone and with retrieval."""
    row, tower = ROWS[name], dataclasses.replace(setting.config.tower, seed=seed)
    out = setting.out / f"{name.replace(' ', '-')}-{seed}"
    learn = setting.learn
    names = [task.column for task in CHOSEN]
    found: dict[str, float] = {}
    config = dataclasses.replace(setting.config, tower=tower, way=row.way)
    crystals = setting.crystals
    if row.shuffled:
        other = np.random.default_rng(seed).permutation(len(crystals))
        crystals = Described(crystals.graphs, [crystals.states[i] for i in other])
    start = None
    if row.pretrained:
        start = pretrain(crystals.take(learn), config, setting.pretraining, out / "masked")
        held = setting.labels[0].val
        found["elements named"] = named(start, crystals.take(held), config.masked)
    part = crystals.take(learn)
    cast = finetune(part, setting.seen[learn], names, ADDITIVE, config, out / "fine", start)
    said = predict(cast, crystals)
    if name == SHOWN and seed == 0:
        save_fusion(setting.out / "model", setting.model_id, cast, config)
    for column, (task, labels) in enumerate(zip(CHOSEN, setting.labels, strict=True)):
        values = labels.values[labels.test]
        guess = task.possible(said[labels.test, column])
        found[task.property] = float(np.abs(guess - values).mean())
        if name not in BESIDE:
            continue
        _, _, judged = fit(task, labels, setting.pairs, setting.vectors, said, names)
        for key in ("on error", "on coverage", "on width"):
            found[f"{task.property}, {key}"] = judged[key]
    return found


def tell(name: str, results: Mapping[str, Any]) -> None:
    """Print a row and what it gains on the graph alone, where that was measured before."""
    mean, first = results[name]["mean"], results.get(PLAIN, results[name])["mean"]
    gains = {key: 1 - mean[key] / first[key] for key in PROPERTIES}
    results[name]["gain"] = float(np.mean(list(gains.values())))
    alone = ", ".join(f"{key} {mean[key]:.4f} ({gains[key]:+.1%})" for key in PROPERTIES)
    beside = ""
    if name in BESIDE:
        errors = ", ".join(f"{mean[f'{key}, on error']:.4f}" for key in PROPERTIES)
        beside = f"; with neighbours {errors}"
    told = f"; elements named {mean['elements named']:.3f}" if "elements named" in mean else ""
    total = f"mean gain {results[name]['gain']:+.1%}"
    print(f"{name}: {alone}; {total}{beside}{told}", flush=True)


if __name__ == "__main__":
    main()
