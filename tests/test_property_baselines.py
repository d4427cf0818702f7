"""The ways that predictions of properties are compared with do what they say."""

from __future__ import annotations

import numpy as np
import pytest
from contracts import unit_vectors

pytest.importorskip("sklearn")

from benchmarks.properties import baselines
from benchmarks.properties.tasks import TASKS, Labels


def labels(values: np.ndarray) -> Labels:
    parts = np.split(np.arange(len(values)), [len(values) // 2, 3 * len(values) // 4])
    return Labels(values, *parts)


def test_neighbours_of_the_same_formula_and_space_group_are_left_out() -> None:
    vectors = np.tile(unit_vectors(100, 16), (4, 1))  # each test crystal has its like in training
    values = np.arange(400) % 100.0
    given = labels(values)
    alike = baselines.neighbours(given, vectors, np.arange(400))
    np.testing.assert_allclose(alike, values[given.test])
    apart = baselines.neighbours(given, vectors, np.arange(400) % 100)
    assert (np.abs(apart - values[given.test]) > 1e-6).all()


def test_a_probe_finds_what_is_linear() -> None:
    vectors = unit_vectors(400, 8)
    given = labels(vectors @ np.arange(8) + 3)
    np.testing.assert_allclose(baselines.probe(given, vectors), given.values[given.test], atol=0.01)


def test_trees_find_a_step_and_the_mean_finds_the_middle() -> None:
    features = np.random.default_rng(0).random((800, 3))
    given = labels(np.where(features[:, 1] > 0.5, 2.0, -1.0))
    guess = baselines.boosting(given, features)
    assert baselines.error(given, given.test, guess) < 0.1
    assert set(baselines.mean(given)) <= {2.0, -1.0}


def test_tasks_have_names_of_their_own() -> None:
    assert len({task.name for task in TASKS}) == len(TASKS)
