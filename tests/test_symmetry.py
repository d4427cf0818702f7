import numpy as np
import pytest
from crystals import ALL, other_cells, rock_salt

from clac.data.symmetry import analyze, reduced_formula, space_group_words
from clac.types import Structure

EXPECTED = {
    "rock salt": (225, "Fm-3m", "cubic", "AB_cF8_225_a_b", 2),
    "diamond": (227, "Fd-3m", "cubic", "A_cF8_227_a", 2),
    "wurtzite": (186, "P6_3mc", "hexagonal", "AB_hP4_186_b_b", 4),
    "rutile": (136, "P4_2/mnm", "tetragonal", "AB2_tP6_136_a_f", 6),
    "triclinic": (1, "P1", "triclinic", "ABC3_aP5_1_a_a_3a", 5),
}


@pytest.mark.parametrize("name", EXPECTED)
def test_textbook_symmetry_is_found(name):
    found = analyze(ALL[name])
    assert (found.number, found.symbol, found.crystal_system, found.prototype) == EXPECTED[name][:4]
    assert len(found.primitive) == EXPECTED[name][4]
    assert len(found.orbits) == len(found.primitive)
    assert len(found.wyckoff) == found.orbits.max() + 1


@pytest.mark.parametrize("name", EXPECTED)
def test_symmetry_does_not_depend_on_the_cell(name):
    for change, other in other_cells(ALL[name]):
        found = analyze(other)
        assert (found.number, found.prototype) == (EXPECTED[name][0], EXPECTED[name][3]), change


def test_a_prototype_does_not_depend_on_what_was_seen_before():
    frac, numbers = np.array([[0, 0, 0], [0, 0.5, 0]]), np.array([11, 17])
    for first_length in (3.0, 2.9, 3.0):  # as long as the second: these axes may change places
        cell = np.diag([first_length, 3.0, 4.0])
        expected = "AB_oP2_47_a_b" if first_length == 3 else "AB_oP2_47_a_e"
        assert analyze(Structure(cell, frac, numbers)).prototype == expected


def test_orbits_hold_one_element_each():
    found = analyze(ALL["rutile"])
    for orbit in range(len(found.wyckoff)):
        assert len(set(found.primitive.numbers[found.orbits == orbit])) == 1


def test_formula_is_written_as_pymatgen_does():
    assert reduced_formula(rock_salt().numbers) == "NaCl"
    assert reduced_formula(ALL["rutile"].numbers) == "TiO2"
    assert reduced_formula([8, 8]) == "O2"


def test_words_of_every_space_group():
    assert space_group_words(194) == ("P6_3/mmc", "hexagonal", "6/mmm")
    assert len({space_group_words(number)[0] for number in range(1, 231)}) == 230
