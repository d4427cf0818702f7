"""Ablations of the training recipe on the validation split, all with the same small budget.

    python -m benchmarks.ablation [--samples 25600] [--precision bfloat16] [--only NAME ...]

Each line changes one thing of the base: MiniLM's lower two layers, CGCNN, 64 pairs and 64 crystals
more a step, the first 30,000 structures. Measured are text->structure R@1 and R@10 in pools of
1,024 validation crystals (strict), for full captions, without elements, without numbers too, and
for environments; what another seed changes is noise. A variant that was measured before is not
trained again; an interrupted one resumes. Several processes may share the work with --only and
--threads 1; the same command without --only then writes all of it.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import random
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import torch

from benchmarks import report
from benchmarks.testset import MASKS
from clac import runs
from clac.config import PRECISIONS, TrainConfig
from clac.data.captions import captioned
from clac.data.dataset import Pairs, prepare
from clac.metrics import pooled_ranks, recall
from clac.train import Run, embed, fit

MEASURED = ("full", "no elements", "no elements, no numbers", "environment")
POOL = 1024


def base(samples: int, precision: str = "auto", threads: int = 2) -> TrainConfig:
    """Return the configuration that every variant changes in one place."""
    config = TrainConfig(
        data=str(report.need_crystals()), samples=samples, limit=30_000, early_share=0.0, batch=64,
        chunk=256, uncaptioned=64, learning_rate=1e-3, text_learning_rate=3e-4, seed=7,
        validate_every=10_000, precision=precision, threads=threads,
    )  # fmt: skip
    return _with(config, "model.text.layers", 2)


def _with(config: TrainConfig, path: str, value: object) -> TrainConfig:
    head, _, rest = path.partition(".")
    if rest:
        value = _with(getattr(config, head), rest, value)
    return dataclasses.replace(config, **{head: value})


def _change(**values: object) -> Callable[[TrainConfig], TrainConfig]:
    def changed(config: TrainConfig) -> TrainConfig:
        for name, value in values.items():
            config = _with(config, name.replace("__", "."), value)
        return config

    return changed


VARIANTS: Mapping[str, Callable[[TrainConfig], TrainConfig]] = {
    "base": _change(),
    "base, another seed": _change(seed=8),
    "numbers as word pieces": _change(model__text__values=False),
    "no hard negatives": _change(neighbour_share=0.0, uncaptioned=0),
    "no crystals without caption": _change(uncaptioned=0),
    "no dense head": _change(dense=0.0),
    "no entries for numbers": _change(model__numbers=False),
    "no nested widths": _change(nested=0.0),
    "no masking": _change(masking=False),
    "full captions only": _change(masking=False, full_only=True, classify=0.0),
    "no labels of one kind": _change(classify=0.0),
    "no queries by hand": _change(handwritten_share=0.0),
    "nothing drawn evenly": _change(rare_share=0.0),
    "no angles": _change(model__crystal__shapes=False),
    "no bonds": _change(model__crystal__bonds=False),
    "no descriptor": _change(model__crystal__descriptor_width=0, model__numbers=False),
    "PaiNN": _change(model__crystal__kind="painn", model__graph__orbits=False),
    "SigLIP": _change(loss="siglip"),
    "batch 256": _change(batch=256, uncaptioned=256),
    "text-text term": _change(text_text=0.2),
    "graph-graph term": _change(graph_graph=0.2),
    "text tower frozen": _change(model__text__frozen_layers=2),
    "half of it frozen": _change(model__text__frozen_layers=1),
    "whole vocabulary": _change(model__text__vocabulary=0),
    "four text layers": _change(model__text__layers=4),
}


def main() -> None:
    """Train what is not measured yet and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--samples", type=int, default=25_600)
    parser.add_argument("--precision", choices=PRECISIONS, default="auto")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--only", nargs="*", choices=list(VARIANTS), default=list(VARIANTS))
    given = parser.parse_args()
    start = base(given.samples, given.precision, given.threads)
    lines = {}
    for name in given.only:
        out = Path("runs/ablation") / f"{name.replace(' ', '-')}-{given.samples}-{given.precision}"
        config = dataclasses.replace(VARIANTS[name](start), out=str(out))
        done = out / "measured.json"
        if not done.exists() or json.loads(done.read_text()).keys() != set(MEASURED):
            scores = measure(fit(config))
            done.write_text(json.dumps(scores))
        lines[name] = json.loads(done.read_text())
        shown = "  ".join(
            f"{mask} {s['R@1']:.3f} / {s['R@10']:.3f}" for mask, s in lines[name].items()
        )
        print(f"{name:30s} {shown}")
    report.write("ablation", {
        "samples": given.samples, "precision": given.precision, "pool": POOL, "results": lines,
    })  # fmt: skip


@torch.no_grad()
def measure(run: Run) -> Mapping[str, Mapping[str, float]]:
    """Measure the last weights of a run on validation crystals."""
    runs.save(run, "last")
    run.model.eval()
    config = run.config
    pairs = prepare(Path(config.data), Path(config.cache), config.model.graph, config.limit)
    check: Pairs = pairs.take(np.flatnonzero(pairs.split == "val")[:POOL])
    crystals = embed(run.graph_view(check)).numpy()
    scores = {}
    for mask in MEASURED:
        style, hide = MASKS[mask]
        rng = random.Random(f"ablation {mask}")
        texts = [captioned(facts, rng, style, hide).text for facts in check.facts]
        found = pooled_ranks(embed(run.text_view(texts)).numpy(), crystals, POOL)
        scores[mask] = dict(recall(found)) | {"seconds": run.seconds}
    return scores


if __name__ == "__main__":
    main()
