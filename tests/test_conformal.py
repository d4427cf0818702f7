"""Intervals hold the share of true values that they promise."""

from __future__ import annotations

import numpy as np
import pytest

from clac import conformal


@pytest.mark.parametrize("coverage", [0.5, 0.9, 0.95])
def test_new_values_are_covered_as_promised(coverage: float) -> None:
    rng = np.random.default_rng(0)
    spreads = rng.uniform(0.1, 3, 20_000)
    values = rng.standard_t(3, 20_000) * spreads
    scores = conformal.interval_scores(values, np.zeros(20_000), spreads)
    width = conformal.quantile(scores[:10_000], coverage) * spreads
    held = conformal.coverage(values[10_000:], -width[10_000:], width[10_000:])
    assert held == pytest.approx(coverage, abs=0.015)


def test_the_rank_is_rounded_up_and_too_few_rows_promise_nothing() -> None:
    assert conformal.quantile(np.arange(1.0, 20.0), 0.9) == 18  # 0.9 x 20
    assert conformal.quantile(np.arange(1.0, 19.0), 0.9) == 18  # 0.9 x 19 = 17.1
    assert conformal.quantile(np.arange(8.0), 0.9) == np.inf


def test_a_set_of_classes_holds_the_true_one_as_promised() -> None:
    rng = np.random.default_rng(1)
    chances = rng.dirichlet((1.0, 1.0, 1.0), 20_000)
    labels = (chances.cumsum(axis=1) > rng.random((20_000, 1))).argmax(axis=1)
    scores = conformal.set_scores(labels, chances)
    bound = conformal.quantile(scores[:10_000], 0.9)
    assert (scores[10_000:] <= bound).mean() == pytest.approx(0.9, abs=0.015)
