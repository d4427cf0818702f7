"""The judges of `benchmarks.engine` are right about what is surely right or wrong."""

from __future__ import annotations

import numpy as np
import pytest
from contracts import brute_force, unit_vectors

pytest.importorskip("psutil")

from benchmarks.engine import readers
from benchmarks.engine.lines import Line
from benchmarks.engine.scale import Truth
from benchmarks.engine.synthetic import BLOCK, Synthetic


def test_truth_is_found_while_vectors_pass_by() -> None:
    stored, queries = unit_vectors(700, 16), unit_vectors(5, 16, seed=1)
    truth = Truth(queries)
    for start in range(0, 700, 150):
        truth.see(stored[start : start + 150])
    np.testing.assert_array_equal(truth.rows, brute_force(stored, queries, 10)[1])


def test_synthetic_vectors_do_not_depend_on_how_many_are_drawn() -> None:
    few, many = (Synthetic().vectors(count, 3) for count in (100, BLOCK + 100))
    np.testing.assert_array_equal(many[:100], few)
    np.testing.assert_allclose(np.linalg.norm(many[-200:], axis=1), 1.0, atol=1e-5)
    assert not np.any(Synthetic().vectors(100, 4) == few), "another seed, other vectors"


def test_a_line_is_met_within_its_bounds() -> None:
    assert Line("x", 2.0, most=2.0).holds and Line("x", 2.0, least=2.0).holds
    assert not Line("x", 2.1, most=2.0).holds and not Line("x", 1.9, least=2.0).holds
    assert not Line("x", float("nan"), most=2.0).holds
    assert str(Line("x, ms", 3.0, most=2.0)) == "missed  x, ms: 3 (wanted at most 2)"


def test_a_torn_answer_is_told_from_a_right_one() -> None:
    right = [(f"r{i}", 1 - i / 100) for i in range(40)]
    right[10] = ("r10", right[9][1])  # equals at the border
    assert readers._same(right[:10], right)
    assert readers._same([*right[:9], right[10]], right), "equals may change places"
    swapped = [right[1], right[0], *right[2:10]]
    unknown = [*right[:9], ("other", right[9][1])]
    for torn in (right[:9], swapped, unknown, [*right[:9], right[8]], [*right[:9], right[11]]):
        assert not readers._same(torn, right)
