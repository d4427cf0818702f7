"""Learning curves: errors by number of labels, from the result files of some runs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow.parquet as pq

from benchmarks import report
from benchmarks.properties import baselines
from benchmarks.properties.retrieval import METAL
from benchmarks.properties.tasks import BY_FORMULA, labels_of
from clac.data.grammar.quantity_words import METAL_BELOW_EV

Curve = dict[int, list[Mapping[str, float]]]
"""number of labels -> what each seed measured"""


def merged(files: Sequence[Mapping[str, Any]]) -> dict[str, Curve]:
    """Merge result files, oldest first: of a task and a number of labels the last one counts.

    Those of another model than the last one's belong to another curve and are left out.
    """
    found: dict[str, Any] = {}
    for file in files:
        if file["model_id"] == files[-1]["model_id"]:
            found |= file["results"]
    curves: dict[str, Curve] = defaultdict(dict)
    for key, result in found.items():
        curves[key.rpartition(", ")[0]][int(result["mean"]["labels"])] = result["seeds"]
    return {name: dict(sorted(curve.items())) for name, curve in curves.items()}


def guess_errors() -> dict[str, float]:
    """Return the error on the test part of each task of who always says the same."""
    ids = pq.read_table(report.need_crystals(), columns=["material_id"])["material_id"].to_pylist()
    labels = {task.property: labels_of(task, ids) for task in BY_FORMULA}
    errors = {
        name: baselines.error(one, one.test, baselines.mean(one)) for name, one in labels.items()
    }
    gaps = labels["band_gap"]
    is_metal = gaps.values <= METAL_BELOW_EV
    usual = is_metal[gaps.train].mean() > 0.5
    return errors | {METAL: float((is_metal[gaps.test] != usual).mean())}
