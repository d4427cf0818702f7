"""Plots of predictions: calibration is what it says, result files merge, and all can be drawn."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("sklearn")
pytest.importorskip("matplotlib")

from benchmarks import report
from benchmarks.properties import plots
from benchmarks.properties.curves import merged
from benchmarks.properties.shipped import Told

LEVELS = np.array([0.1, 0.5, 0.9])


def result_file(model_id: str, **errors: float) -> Mapping[str, Any]:
    """Return a result file with one error for each task and number of labels."""
    results = {}
    for key, error in errors.items():
        task, _, count = key.rpartition("_")
        seeds = [{"labels": 5000 if count == "all" else int(count),
                  "on error": error, "off error": 2 * error}]  # fmt: skip
        results[f"{task}, {count}"] = {"seeds": seeds, "mean": seeds[0]}
    return {"model_id": model_id, "results": results}


def told(seed: int, *, positive: bool = False) -> Told:
    rng = np.random.default_rng(seed)
    labels, off = rng.normal(2 if positive else 0, 0.5, 300), rng.normal(0, 0.1, 300)
    return Told(labels, labels + off, 0.4, np.abs(off) / 0.165, np.abs(rng.normal(size=200)))


def test_scores_of_one_distribution_are_calibrated() -> None:
    held, tested = np.abs(np.random.default_rng(0).normal(size=(2, 20_000)))
    np.testing.assert_allclose(plots.calibration(held, tested, LEVELS), LEVELS, atol=0.01)


def test_scores_twice_as_large_are_held_half_as_often() -> None:
    held, tested = np.random.default_rng(0).random((2, 20_000))
    shares = plots.calibration(held, 2 * tested, LEVELS)
    np.testing.assert_allclose(shares, LEVELS / 2, atol=0.01)


def test_a_level_that_few_held_scores_cannot_promise_holds_all() -> None:
    shares = plots.calibration(np.ones(10), np.full(5, 100.0), np.array([0.5, 0.99]))
    assert shares.tolist() == [0, 1]


def test_the_newest_result_counts_and_counts_of_labels_are_in_order() -> None:
    old = result_file("m", gap_all=0.3, gap_100=0.9)
    new = result_file("m", gap_100=0.8, gap_1000=0.5, modulus_100=0.2)
    curves = merged([old, new])
    found = {task: [(n, s[0]["on error"]) for n, s in c.items()] for task, c in curves.items()}
    assert found == {"gap": [(100, 0.8), (1000, 0.5), (5000, 0.3)], "modulus": [(100, 0.2)]}


def test_results_of_another_model_are_left_out() -> None:
    other, own = result_file("old", gap_100=0.9), result_file("m", gap_all=0.3)
    assert list(merged([other, own])["gap"]) == [5000]
    assert merged([]) == {}


def test_all_is_drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "RESULTS", tmp_path)
    heads = {"band_gap": told(0), "bulk_modulus": told(1, positive=True)}
    plots.draw_parity(heads)
    plots.draw_calibration(heads)
    curves = merged([result_file("m", band_gap_100=0.8, band_gap_all=0.3)])
    plots.draw_curves(curves, {"band_gap": 1.3})
    names = ("property_calibration.png", "property_learning_curve.png", "property_parity.png")
    assert tuple(sorted(path.name for path in tmp_path.iterdir())) == names
