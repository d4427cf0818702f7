"""What every implementation of a room's interface must satisfy."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from clac.errors import StoreError
from clac.metrics import neighbour_recall


def brute_force(stored: np.ndarray, queries: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    """Search by a full matrix product and a stable sort: ties in the order of rows."""
    scores = (queries.astype(np.float64)[:, None, :] * stored.astype(np.float64)).sum(axis=2)
    scores = scores.astype(np.float32)
    rows = np.argsort(-scores, axis=1, kind="stable")[:, :k]
    return np.take_along_axis(scores, rows, axis=1), rows


def unit_vectors(count: int, dim: int, seed: int = 0) -> np.ndarray:
    """Draw unit vectors (count, dim)."""
    vectors = np.random.default_rng(seed).normal(size=(count, dim))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def check_vector_index(make: Callable[[int], Any], folder: Path) -> None:
    """Check an exact vector index: make(dim) gives an empty one with a classmethod `load`."""
    check_exact_search(make)
    _survives_a_round_trip(make, folder)


def check_exact_search(make: Callable[[int], Any]) -> None:
    """Check the answers of an exact index, wherever it is kept: make(dim) gives an empty one."""
    _equals_brute_force(make)
    _breaks_ties_by_row(make)
    _answers_a_batch_as_one_by_one(make)
    _refuses_what_is_no_unit_vector(make)
    _looks_only_at_allowed_rows(make)


def clustered_vectors(count: int, dim: int, seed: int = 0, noise: float = 1.0) -> np.ndarray:
    """Draw unit vectors (count, dim) around 40 centres, the same for every seed.

    The first entries say most, as in the vectors of a model that was trained so (Matryoshka).
    """
    centres = np.random.default_rng(99).normal(size=(40, dim))
    rng = np.random.default_rng(seed)
    vectors = centres[rng.integers(0, 40, count)] + noise * rng.normal(size=(count, dim))
    vectors /= 1 + 4 * np.arange(dim) / dim
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def check_index_kind(
    filled: Callable[[np.ndarray], Any], folder: Path, *, error: float, least: float
) -> None:
    """Check any kind of vector index: filled(stored (b, d)) gives one, set to be thorough.

    Error and least as `check_kind_search`.
    """
    check_kind_search(filled, error=error, least=least)
    _keeps_on_disk(filled(clustered_vectors(3000, 32)), clustered_vectors(40, 32, seed=1), folder)


def check_kind_search(filled: Callable[[np.ndarray], Any], *, error: float, least: float) -> None:
    """Check the answers of any kind, wherever it is kept.

    Error: the most that a stored score may differ from the given vectors'. Least: recall at 10.
    """
    stored, queries = clustered_vectors(3000, 32), clustered_vectors(40, 32, seed=1)
    given = stored.copy()
    index = filled(stored)
    np.testing.assert_array_equal(stored, given)
    assert (len(index), index.dim) == (3000, 32)
    own = index.vectors(np.arange(3000))
    np.testing.assert_allclose((own * stored).sum(axis=1), 1.0, atol=error)
    np.testing.assert_allclose(np.linalg.norm(own, axis=1), 1.0, atol=1e-6)
    np.testing.assert_array_equal(index.vectors(np.array([7, 3])), own[[7, 3]])
    _scores_what_it_stores(index, own, queries, least)
    _scores_what_it_stores(index, own, queries, least, share=0.5)
    _filters_before_it_ranks(index, own, queries, least)
    _answers_the_same_in_batches(index, queries)
    _orders_equals_by_row(filled)
    for count in (1, 2, 30):
        few = filled(stored[:count])
        own = few.vectors(np.arange(count))
        np.testing.assert_array_equal(
            few.search(queries, 99)[1], brute_force(own, queries, 99)[1], "fewer rows than hits"
        )


def _scores_what_it_stores(
    index: Any, own: np.ndarray, queries: np.ndarray, least: float, share: float = 1.0
) -> None:
    """Hits are near the true ones, scored by the stored vectors, the best first."""
    mask = np.random.default_rng(1).random(len(own)) < share
    allowed = None if share == 1 else mask
    rows = np.flatnonzero(mask)
    for k in (1, 10, 40, 10_000):
        scores, found = index.search(queries, k, allowed)
        true_scores, true = brute_force(own[rows], queries, k)
        assert found.shape == true.shape, "never fewer than k where k are allowed"
        exact = np.einsum("qd,qkd->qk", queries, own[found])
        np.testing.assert_allclose(scores, exact, atol=1e-6)
        assert np.all(np.diff(scores, axis=1) <= 0), "the best score comes first"
        assert np.all(mask[found]) and all(len(set(row)) == len(row) for row in found.tolist())
        assert neighbour_recall(found, rows[true]) >= least, (k, share)
        same = (found == rows[true]).all(axis=1)  # where all were found, all is equal
        np.testing.assert_allclose(scores[same], true_scores[same], atol=1e-6)
    np.testing.assert_array_equal(found, rows[true])
    assert index.search(queries[:0], 5, allowed)[1].shape == (0, 5)


def _filters_before_it_ranks(
    index: Any, own: np.ndarray, queries: np.ndarray, least: float
) -> None:
    for share in (0.0, 0.004, 0.05, 0.4, 0.6, 1.0):
        allowed = np.random.default_rng(6).random(len(own)) < share
        rows = np.flatnonzero(allowed)
        assert f"{len(rows):,} row" in index.path(allowed)
        found = index.search(queries, 10, allowed)[1]
        true = rows[brute_force(own[rows], queries, 10)[1]]
        assert found.shape == true.shape
        assert neighbour_recall(found, true) >= least if len(rows) else found.size == 0
        if "exact" in index.path(allowed):
            np.testing.assert_array_equal(found, true)
    for mask in (np.ones(3, bool), np.ones(len(own))):
        with pytest.raises(ValueError):
            index.search(queries, 1, mask)


def _answers_the_same_in_batches(index: Any, queries: np.ndarray) -> None:
    scores, rows = index.search(queries, 5)
    for i in range(len(queries)):
        one_score, one_row = index.search(queries[i : i + 1], 5)
        np.testing.assert_array_equal(one_row[0], rows[i])
        np.testing.assert_array_equal(one_score[0], scores[i])


def _keeps_on_disk(index: Any, queries: np.ndarray, folder: Path) -> None:
    path = folder / "index file with ümlaut"
    index.save(path)
    again = type(index).load(path)
    assert (again.kind, again.dial, again.path()) == (index.kind, index.dial, index.path())
    for found, expected in zip(again.search(queries, 9), index.search(queries, 9), strict=True):
        np.testing.assert_array_equal(found, expected)
    again.add(queries[:1])
    assert (len(again), len(index)) == (3001, 3000)
    assert again.search(queries[:1], 1)[1][0, 0] == 3000
    whole = path.read_bytes()
    for part in (0, 40, len(whole) // 3, len(whole) - 1):
        path.write_bytes(whole[:part])
        with pytest.raises(StoreError, match="cannot be read") as caught:
            type(index).load(path)
        assert "\n" not in str(caught.value)


def _orders_equals_by_row(filled: Callable[[np.ndarray], Any]) -> None:
    few, queries = clustered_vectors(300, 32), clustered_vectors(9, 32, seed=7)
    index = filled(np.tile(few, (10, 1)))
    own = index.vectors(np.arange(3000))
    for k in (1, 12):
        scores, rows = index.search(queries, k)
        for i in range(len(queries)):
            order = np.lexsort((rows[i], -scores[i]))
            np.testing.assert_array_equal(order, np.arange(k))
        true = brute_force(own, queries, k)[1]
        met = (np.isin(rows % 300, true % 300).mean(axis=1) == 1) & (rows[:, 0] == true[:, 0])
        assert met.mean() >= 0.6, "of equals the first row comes first"
        np.testing.assert_array_equal(rows[met], true[met])


def _equals_brute_force(make: Callable[[int], Any]) -> None:
    stored, queries = unit_vectors(500, 24), unit_vectors(30, 24, seed=1)
    given = stored.copy()
    index = make(24)
    index.add(stored[:200])
    index.add(stored[200:])
    assert len(index) == 500 and index.dim == 24
    for k in (1, 10, 500, 900):
        scores, rows = index.search(queries, k)
        expected_scores, expected_rows = brute_force(stored, queries, k)
        np.testing.assert_array_equal(rows, expected_rows)
        np.testing.assert_allclose(scores, expected_scores, atol=1e-6)
        assert np.all(np.diff(scores, axis=1) <= 0), "the best score comes first"
    np.testing.assert_array_equal(stored, given)
    np.testing.assert_allclose(index.search(stored[:5], 1)[0], 1.0, atol=1e-6)
    np.testing.assert_array_equal(index.vectors(np.array([7, 3])), stored[[7, 3]])


def _breaks_ties_by_row(make: Callable[[int], Any]) -> None:
    few = unit_vectors(4, 8)
    stored = np.tile(few, (60, 1))
    index = make(8)
    index.add(stored)
    for count in (1, 4, 40):  # faiss changes its algorithm with the number of queries
        queries = np.tile(few, (10, 1))[:count]
        _, rows = index.search(queries, 70)
        np.testing.assert_array_equal(rows, brute_force(stored, queries, 70)[1])


def _answers_a_batch_as_one_by_one(make: Callable[[int], Any]) -> None:
    index = make(16)
    assert index.search(unit_vectors(2, 16), 3)[1].shape == (2, 0), "an empty index has no hits"
    index.add(unit_vectors(1, 16))
    assert index.search(unit_vectors(2, 16), 3)[1].shape == (2, 1)
    index.add(unit_vectors(300, 16, seed=2))
    queries = unit_vectors(64, 16, seed=3)
    scores, rows = index.search(queries, 5)
    for i in range(len(queries)):
        one_score, one_row = index.search(queries[i : i + 1], 5)
        np.testing.assert_array_equal(one_row[0], rows[i])
        np.testing.assert_array_equal(one_score[0], scores[i])
    assert index.search(queries[:0], 5)[1].shape == (0, 5)


def _survives_a_round_trip(make: Callable[[int], Any], folder: Path) -> None:
    index = make(16)
    index.add(unit_vectors(100, 16))
    index.save(folder / "index file with ümlaut")
    again = type(index).load(folder / "index file with ümlaut")
    queries = unit_vectors(3, 16, seed=4)
    for found, expected in zip(again.search(queries, 9), index.search(queries, 9), strict=True):
        np.testing.assert_array_equal(found, expected)
    again.add(unit_vectors(1, 16, seed=5))
    assert (len(again), len(index)) == (101, 100)


def _looks_only_at_allowed_rows(make: Callable[[int], Any]) -> None:
    few, rng = unit_vectors(300, 16), np.random.default_rng(6)
    stored, queries = np.tile(few, (10, 1)), unit_vectors(4, 16, seed=7)
    index = make(16)
    index.add(stored)
    for share in (0.0, 0.001, 0.02, 0.3, 0.9, 1.0):
        allowed = rng.random(len(stored)) < share
        rows = np.flatnonzero(allowed)
        assert f"{len(rows):,} row" in index.path(allowed)
        for k in (1, 12, 5000):
            scores, found = index.search(queries, k, allowed)
            expected_scores, expected = brute_force(stored[rows], queries, k)
            np.testing.assert_array_equal(found, rows[expected])
            np.testing.assert_allclose(scores, expected_scores, atol=1e-6)
    for mask in (np.ones(3, bool), np.ones(len(stored))):
        with pytest.raises(ValueError):
            index.search(queries, 1, mask)


def _refuses_what_is_no_unit_vector(make: Callable[[int], Any]) -> None:
    index = make(4)
    index.add(unit_vectors(3, 4))
    for wrong in (np.zeros((1, 4)), np.full((1, 4), np.nan), np.ones((1, 4)), unit_vectors(1, 5)):
        with pytest.raises(ValueError):
            index.add(wrong)
        with pytest.raises(ValueError):
            index.search(wrong, 1)
    with pytest.raises(ValueError):
        index.search(unit_vectors(1, 4), 0)
    assert len(index) == 3
