"""The baselines of the benchmarks against the plain way to compute the same."""

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from benchmarks.baselines.amd import K, amd_vectors
from benchmarks.baselines.bm25 import K1, B, bm25_scores
from benchmarks.baselines.formula import parse
from benchmarks.baselines.measures import picked, pooled, true_hits
from benchmarks.baselines.nearest import nearest
from benchmarks.baselines.training import LossAt, train
from benchmarks.testset import SEED
from clac.metrics import pooled_ranks
from clac.types import Structure


def test_scores_rank_as_vectors_do() -> None:
    rng = np.random.default_rng(0)
    queries = rng.normal(size=(150, 8)).astype(np.float32)
    items = (queries + rng.normal(size=queries.shape)).astype(np.float32)
    keys = rng.integers(0, 90, 150)
    strict, aware = pooled(queries @ items.T, np.arange(150), keys, 64)
    for found, same in ((strict, None), (aware, keys)):
        wanted = pooled_ranks(queries, items, 64, same, seed=SEED)
        assert sorted(found[~np.isnan(found)]) == sorted(wanted)


def test_ties_are_guesses() -> None:
    right = np.array([True, False, False, True])
    assert true_hits(np.zeros(4), right, 2) == 1.0
    assert true_hits(np.array([2.0, 0, 1, 0]), right, 3) == 1.5
    scores = np.array([[1.0, 1, 0], [0, 1, 0], [2, 0, 1]])
    others = {0: np.array([1, 2]), 1: np.array([0]), 2: np.array([0])}
    assert picked(scores, np.arange(3), others).tolist() == [0.5, 1.0, 0.0]


def test_bm25_is_its_formula() -> None:
    queries = ["layered TaS2, layered", "space group P6_3/mmc"]
    texts = ["layered oxide", "TaS2 5.27", "P6_3/mmc layered layered", "nothing"]
    words = [text.lower().split() for text in texts]
    mean = sum(map(len, words)) / len(words)

    def score(query: str, document: list[str]) -> float:
        total = 0.0
        for word in query.lower().replace(",", "").split():
            among, count = sum(word in d for d in words), document.count(word)
            rarity = math.log(1 + (len(words) - among + 0.5) / (among + 0.5))
            norm = K1 * (1 - B + B * len(document) / mean)
            total += rarity * count * (K1 + 1) / (count + norm)
        return total

    wanted = [[score(query, document) for document in words] for query in queries]
    assert np.allclose(bm25_scores(queries, texts), wanted, atol=1e-5)


@pytest.mark.parametrize(
    ("text", "formulas", "elements"),
    [
        ("Zn(InSe2)2 with In sites", [{"Zn": 1, "In": 2, "Se": 4}], "Zn In Se"),
        ("is CdS and has the same structure as NiAs", [{"Cd": 1, "S": 1}], "Cd S"),
        ("layered tantalum sulphide, P6/mmm, no oxygen", [], "Ta S"),
        ("caesium lead bromide in the Cs-Pb-Br system", [], "Cs Pb Br"),
        ("magnesium silicate, C2/m, oxygen-free", [], "Mg Si O"),
        ("has the formula O", [{"O": 1}], "O"),
        ("is A-centred", [], ""),
    ],
)
def test_formula_parser(text: str, formulas: list[dict[str, int]], elements: str) -> None:
    assert parse(text) == ({frozenset(f.items()) for f in formulas}, set(elements.split()))


def test_nearest_neighbours_are_cut_at_twelve() -> None:
    bcc = Structure(1.5 * np.array([[-1.0, 1, 1], [1, -1, 1], [1, 1, -1]]), np.zeros((1, 3)),
                    np.array([26]))  # fmt: skip
    neighbours, distances = nearest(bcc)
    assert neighbours.tolist() == [[0] * 12]
    # Eight at half the body diagonal; of the six at the edge only four.
    assert np.allclose(distances, [[1.5 * 3**0.5] * 8 + [3.0] * 4])


def test_an_interrupted_training_ends_as_one_that_was_not(tmp_path: Path) -> None:
    def model() -> nn.Module:
        torch.manual_seed(0)
        made = nn.Module()
        made.text, made.other = nn.Linear(4, 4), nn.Linear(4, 1)
        made.log_scale = nn.Parameter(torch.tensor(1.0))
        return made

    def losses(made: nn.Module, stop: int = -1) -> Callable[[], LossAt]:
        def loss_at(step: int) -> torch.Tensor:
            if step == stop:
                raise KeyboardInterrupt
            return made.other(made.text(torch.randn(8, 4))).square().mean() + made.log_scale**2

        return lambda: loss_at

    rates = {"text.": 1e-2, "": 1e-1}
    whole, first, second = model(), model(), model()
    train(whole, 6, rates, losses(whole), tmp_path / "whole.safetensors")
    with pytest.raises(KeyboardInterrupt):
        train(first, 6, rates, losses(first, 3), tmp_path / "run.safetensors")
    done = train(second, 6, rates, losses(second), tmp_path / "run.safetensors")
    assert done["step"] == 6
    for name, value in whole.state_dict().items():
        assert torch.equal(value, second.state_dict()[name])


def test_average_minimum_distances_of_a_simple_cubic_lattice() -> None:
    """Six neighbours along the edges, twelve face and eight body diagonals, in any cell."""
    one = Structure(3 * np.eye(3), np.zeros((1, 3)), np.array([84]))
    cells = np.diag([6.0, 3.0, 3.0])
    two = Structure(cells, np.array([[0, 0, 0], [0.5, 0, 0]]), np.array([84, 84]))
    shells = 3 * np.repeat([1, 2**0.5, 3**0.5, 2], [6, 12, 8, 6])
    vectors = amd_vectors([one, two])
    assert vectors.shape == (2, K)
    np.testing.assert_allclose(vectors[0, : len(shells)], shells)
    np.testing.assert_allclose(vectors[0], vectors[1])
    np.testing.assert_allclose(amd_vectors([two], same_size=True)[0] * 3, vectors[1])
