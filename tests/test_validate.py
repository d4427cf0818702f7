"""The gate before numerical code."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from clac.config import LimitsConfig
from clac.data import validate
from clac.data.elements import SYMBOLS, number_of
from clac.data.validate import cell_from_parameters, check_structure, make_structure
from clac.errors import InputError
from clac.types import Structure

CUBE = np.eye(3) * 4.0


def naive_distance(cell: np.ndarray, frac: np.ndarray, images: int) -> float:
    """Return the shortest periodic distance by a triple loop over pairs and images."""
    shortest = np.inf
    for i, j in product(range(len(frac)), repeat=2):
        for image in product(range(-images, images + 1), repeat=3):
            if i != j or any(image):
                vector = (frac[i] - frac[j] + image) @ cell
                shortest = min(shortest, float(np.linalg.norm(vector)))
    return shortest


@pytest.mark.parametrize(
    ("cell", "frac", "numbers", "reason"),
    [
        (np.full((3, 3), np.nan), [[0, 0, 0]], [6], "no number"),
        (np.full((3, 3), np.inf), [[0, 0, 0]], [6], "no number"),
        (np.zeros((3, 3)), [[0, 0, 0]], [6], "long"),
        (np.eye(3) * 0.02, [[0, 0, 0]], [6], "check the unit"),
        (np.eye(3) * 1e6, [[0, 0, 0]], [6], "check the unit"),
        (np.eye(3) * 400.0, [[0, 0, 0]], [6], "cubic Angstrom per atom"),
        ([[4, 0, 0], [0, 4, 0], [4, 4, 0]], [[0, 0, 0]], [6], "flat"),
        ([[4, 0, 0], [0, 4, 0], [4, 4, 0.08]], [[0, 0, 0]], [6], "flat"),
        (CUBE, [[0, 0, np.nan]], [6], "coordinate"),
        (CUBE, [[0, 0, 1e12]], [6], "coordinate"),
        (CUBE, [[0, 0, 0], [0, 0, 0.05]], [6, 8], "closer than"),
        (CUBE, [[0, 0, 0.01], [0, 0, 0.99]], [6, 8], "closer than"),
        (CUBE, [[0, 0, 0]], [0], "dummy"),
        (CUBE, [[0, 0, 0]], [119], "118"),
        (CUBE, np.zeros((0, 3)), [], "no atoms"),
        (CUBE, [[0, 0, 0]], [6, 8], "do not fit"),
        (np.zeros((0, 3)), [[0, 0, 0]], [6], "no cell"),
    ],
)
def test_refuses_with_a_reason(cell, frac, numbers, reason):
    structure = Structure(np.array(cell, float), np.array(frac, float), np.array(numbers, int))
    with pytest.raises(InputError, match=reason):
        check_structure(structure)


def test_refuses_too_many_atoms_and_edges():
    grid = np.stack(np.meshgrid(*[np.arange(13) / 13] * 3), -1).reshape(-1, 3)
    numbers = np.full(len(grid), 6)
    with pytest.raises(InputError, match="atoms in the cell"):
        check_structure(Structure(np.eye(3) * 30, grid, numbers))
    grid, numbers = grid[:2000], numbers[:2000]
    check_structure(Structure(np.eye(3) * 30, grid, numbers))
    with pytest.raises(InputError, match="neighbours within"):
        check_structure(Structure(np.eye(3) * 30, grid, numbers), LimitsConfig(max_edges=1000))


def test_refuses_wrong_types_without_a_traceback():
    for cell, frac, numbers in [
        ([[4, 0, 0]] * 3, np.zeros((1, 3)), np.array([6])),
        (CUBE.astype(object), np.zeros((1, 3)), np.array([6])),
        (CUBE, np.zeros((1, 3)), np.array([6.0])),
        (CUBE, np.zeros(3), np.array(6)),
    ]:
        with pytest.raises(InputError):
            check_structure(Structure(cell, frac, numbers))


def test_shortest_distance_equals_the_naive_one_also_in_skewed_cells():
    rng = np.random.default_rng(0)
    limits = LimitsConfig(min_distance_ang=1.2, min_length_ang=1.2)
    judged = {True: 0, False: 0}
    for _ in range(300):
        cell = np.diag(rng.uniform(2.2, 5, 3)) + rng.uniform(-0.6, 0.6, (3, 3))
        frac = rng.random((rng.integers(1, 4), 3))
        shortest = naive_distance(cell, frac, 1)
        skew = np.eye(3)
        for _ in range(3):
            i, j = rng.permutation(3)[:2]
            step = np.eye(3)
            step[i, j] = rng.integers(-2, 3)
            skew = step @ skew
        skewed = Structure(skew @ cell, (frac @ np.linalg.inv(skew)) % 1, np.full(len(frac), 6))
        try:
            check_structure(skewed, limits)
            judged[True] += 1
            assert shortest >= 1.2
        except InputError as error:
            if "flat" in error.reason or "unit" in error.reason:
                continue
            judged[False] += 1
            assert shortest < 1.2
    assert min(judged.values()) > 30


def test_blocks_of_pairs_equal_all_pairs(monkeypatch):
    rng = np.random.default_rng(1)
    cell, frac = np.eye(3) * 9.0 + rng.random((3, 3)), rng.random((40, 3))
    whole = validate._closest_pair(cell, frac, [7.0, 7.0, 7.0], 3.0)
    monkeypatch.setattr(validate, "BLOCK", 7)
    assert validate._closest_pair(cell, frac, [7.0, 7.0, 7.0], 3.0) == whole
    assert whole[2] == pytest.approx(naive_distance(cell, frac, 1))


def test_cell_parameters_come_back():
    cell = cell_from_parameters(3.0, 4.0, 5.0, 80.0, 95.0, 110.0)
    lengths = np.linalg.norm(cell, axis=1)
    cosines = [cell[i] @ cell[j] / lengths[i] / lengths[j] for i, j in ((1, 2), (0, 2), (0, 1))]
    assert lengths == pytest.approx([3, 4, 5])
    assert np.degrees(np.arccos(cosines)) == pytest.approx([80, 95, 110])


@pytest.mark.parametrize("angles", [(0, 90, 90), (180, 90, 90), (30, 30, 120), (np.nan, 90, 90),
                                    (120, 120, 120), (1e300, 90, 90)])  # fmt: skip
def test_impossible_angles_are_refused(angles):
    with pytest.raises(InputError):
        cell_from_parameters(4.0, 4.0, 4.0, *angles)


def test_coordinates_are_wrapped():
    structure = make_structure(CUBE, [[-1e-18, 1.0, 2.5]], [6])
    assert structure.frac.tolist() == [[0.0, 0.0, 0.5]]
    cartesian = make_structure(CUBE.ravel(), [5.0, 2.0, -1.0], [6], cartesian=True)
    assert cartesian.frac[0] == pytest.approx([0.25, 0.5, 0.75])


@pytest.mark.parametrize(
    ("label", "number"),
    [("Fe", 26), ("FE1", 26), ("Fe2+", 26), ("O1A", 8), ("D", 1), ("T2", 1), ("OW", 8),
     ("OH1", 8), ("Cl-", 17), ("CL3", 17), ("H12", 1), ("cl", 17)],
)  # fmt: skip
def test_labels_name_their_element(label, number):
    assert number_of(label) == number


def test_formula_decides_between_readings():
    assert number_of("HO1") == 67
    assert number_of("HO1", {1, 8}) == 1


@pytest.mark.parametrize("label", ["X", "Vac", "Du", "", "?", "Q1", "1", "Jj", "xx"])
def test_dummies_are_no_elements(label):
    with pytest.raises(InputError):
        number_of(label)


def test_symbols_are_complete():
    assert len(SYMBOLS) == 118
    assert [number_of(symbol) for symbol in SYMBOLS] == list(range(1, 119))
