import numpy as np
import pytest

from clac.metrics import neighbour_recall, pooled_ranks, ranks, recall


def naive_rank(scores, right):
    best = max(scores[i] for i in right)
    return 1 + sum(1 for i, s in enumerate(scores) if i not in right and s >= best)


@pytest.mark.parametrize("keyed", [False, True])
def test_chunked_ranks_equal_a_loop(keyed):
    rng = np.random.default_rng(0)
    queries, items = rng.integers(-2, 3, (2, 50, 3)).astype(float)  # many ties
    keys = rng.integers(0, 20, 50) if keyed else np.arange(50)
    found = ranks(queries, items, keys if keyed else None, chunk=7)
    for i in range(50):
        right = set(np.flatnonzero(keys == keys[i]))
        assert found[i] == naive_rank((items @ queries[i]).tolist(), right)


def test_constant_embeddings_score_last_not_first():
    same = np.ones((8, 2))
    assert (ranks(same, same) == 8).all()


def test_recall_of_known_ranks():
    scores = recall(np.array([1, 1, 2, 4, 11]))
    assert (scores["R@1"], scores["R@3"], scores["R@10"]) == (0.4, 0.6, 0.8)
    assert scores["median_rank"] == 2
    assert scores["MRR"] == pytest.approx((1 + 1 + 1 / 2 + 1 / 4 + 1 / 11) / 5)


def test_pools_cover_the_rows_without_overlap():
    rng = np.random.default_rng(1)
    queries, items = rng.normal(size=(2, 40, 4))
    assert len(pooled_ranks(queries, items, 8, shuffles=3)) == 120
    assert pooled_ranks(queries, items, 8).max() <= 8
    assert sorted(pooled_ranks(queries, items, 100)) == sorted(ranks(queries, items))


def test_the_share_of_true_neighbours_counts_rows_in_any_order():
    found = np.array([[3, 1, 2], [7, 8, -1]])
    assert neighbour_recall(found, np.array([[1, 3], [9, 7]])) == 0.75
