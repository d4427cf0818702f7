"""CIF: syntax, symmetry and what is refused."""

from __future__ import annotations

import time

import numpy as np
import pytest
from pymatgen.core import Lattice
from pymatgen.core import Structure as PymatgenStructure
from pymatgen.io.cif import CifWriter

from clac.config import LimitsConfig
from clac.data.formats.cif import read_cif
from clac.data.formats.operations import expand, named_operations, parsed_operations
from clac.data.readers import read_text
from clac.errors import InputError

LIMITS = LimitsConfig()


SALT = "Na1 Na 0 0 0\nCl1 Cl 0.5 0.5 0.5"


def cif(sites: str = SALT, *, name: str = "salt", cell: float | str = 5.64,
        angles: str = "90 90 90", group: str = "_symmetry_space_group_name_H-M 'F m -3 m'",
        columns: str = "label type_symbol fract_x fract_y fract_z") -> str:  # fmt: skip
    """Write a cubic CIF block."""
    lengths = "".join(f"_cell_length_{axis} {cell}\n" for axis in "abc")
    degrees = "".join(f"_cell_angle_{axis} {value}\n" for axis, value in
                      zip(("alpha", "beta", "gamma"), angles.split(), strict=True))  # fmt: skip
    tags = "".join(f"_atom_site_{column}\n" for column in columns.split())
    return f"data_{name}\n{group}\n{lengths}{degrees}loop_\n{tags}{sites}\n"


def only(text: str):
    """Return the one record of a text."""
    (record,) = read_text(text, "given.cif")
    return record


@pytest.mark.parametrize(
    ("group", "a", "c", "species", "sites"),
    [
        ("Fm-3m", 5.64, None, ["Na", "Cl"], [[0, 0, 0], [0.5, 0.5, 0.5]]),
        ("F-43m", 5.41, None, ["Zn", "S"], [[0, 0, 0], [0.25, 0.25, 0.25]]),
        ("P6_3mc", 3.19, 5.19, ["Ga", "N"], [[1 / 3, 2 / 3, 0], [1 / 3, 2 / 3, 0.377]]),
        ("R-3c", 4.76, 12.99, ["Al", "O"], [[0, 0, 0.352], [0.306, 0, 0.25]]),
        ("Ia-3d", 12.0, None, ["Y", "Al", "Al", "O"],
         [[0.125, 0, 0.25], [0, 0, 0], [0.375, 0, 0.25], [-0.0306, 0.0512, 0.15]]),
        ("P2_1/c", 6.0, 7.0, ["C", "O"], [[0.1, 0.2, 0.3], [0.4, 0.25, 0.1]]),
    ],
)  # fmt: skip
@pytest.mark.parametrize("symprec", [None, 0.01])
def test_written_operations_fill_the_cell_as_pymatgen_does(group, a, c, species, sites, symprec):
    lattice = (Lattice.monoclinic(a, 8.0, c, 100) if group == "P2_1/c"
               else Lattice.hexagonal(a, c) if c else Lattice.cubic(a))  # fmt: skip
    expected = PymatgenStructure.from_spacegroup(group, lattice, species, sites)
    found = only(str(CifWriter(expected, symprec=symprec))).structure
    back = PymatgenStructure(found.cell, found.numbers, found.frac)
    assert sorted(back.atomic_numbers) == sorted(expected.atomic_numbers)
    ours, theirs = (np.sort(one.distance_matrix.ravel()) for one in (back, expected))
    assert ours == pytest.approx(theirs, abs=2e-3)


@pytest.mark.parametrize(
    "group",
    ["_symmetry_space_group_name_H-M 'F m -3 m'", "_space_group_name_H-M_alt Fm-3m",
     "_space_group_IT_number 225", "_space_group.IT_number 225",
     "_symmetry_space_group_name_Hall '-F 4 2 3'",
     "loop_\n_symmetry_equiv_pos_as_xyz\nx,y,z\n'x+1/2, y+1/2, z'\n'X+1/2,Y,Z+1/2'\nx,1/2+y,.5+z"],
)  # fmt: skip
def test_symmetry_comes_from_operations_name_or_number(group):
    record = only(cif(group=group))
    assert len(record.structure) == 8
    assert sorted(record.structure.numbers.tolist()) == [11] * 4 + [17] * 4


def test_without_symmetry_the_cell_is_complete():
    assert len(only(cif(group="")).structure) == 2


def test_operations_of_unusual_settings_are_understood():
    assert parsed_operations(("'x, -Y+1/2, 2x-z+0.4999'",))[0].tolist()[1] == [
        [1, 0, 0], [0, -1, 0], [2, 0, -1]]  # fmt: skip
    assert parsed_operations(("x+1/5,y,z",))[1].tolist()[1] == [0.2, 0, 0]
    for bad in ("x,y", "x,y,", "x,y,z/0", "xx,y,z", "x,y,1x/", "x,y,99999x", "x,y,2z+", "?"):
        with pytest.raises(InputError):
            parsed_operations((bad,))


def test_two_origins_are_decided_by_the_formula_or_refused():
    diamond = "C1 C 0.125 0.125 0.125"
    group = "_symmetry_space_group_name_H-M 'F d -3 m{}'"
    assert len(only(cif(diamond, cell=3.567, group=group.format(":2"))).structure) == 8
    with pytest.raises(InputError, match="origin"):
        only(cif("C1 C 0 0 0", cell=8.0, group=group.format("")))
    spinel = "Mg1 Mg 0.125 0.125 0.125\nAl1 Al 0.5 0.5 0.5\nO1 O 0.2624 0.2624 0.2624"
    formula = "\n_chemical_formula_sum 'Mg Al2 O4'"
    assert len(only(cif(spinel, cell=8.08, group=group.format("") + formula)).structure) == 56


def test_rhombohedral_axes_are_told_by_the_angles():
    group = "_symmetry_space_group_name_H-M 'R -3 m'"
    assert len(only(cif("As1 As 0.227 0.227 0.227", cell=4.13, angles="54.1 54.1 54.1",
                        group=group)).structure) == 2  # fmt: skip
    assert len(only(cif("As1 As 0 0 0.227", cell=5.0, angles="90 90 120",
                        group=group)).structure) == 6  # fmt: skip


def test_rounded_special_positions_become_exact():
    cell = np.diag([5.0, 5.0, 8.0]) @ np.array([[1, 0, 0], [-0.5, 3**0.5 / 2, 0], [0, 0, 1]])
    (operations,) = named_operations("", "P 63/m m c", "", "", "")
    frac, numbers = expand(cell, np.array([[0.333, 0.667, 0.25]]), np.array([12]), operations)
    assert sorted(frac.round(9).tolist()) == [[0.333333333, 0.666666667, 0.25],
                                              [0.666666667, 0.333333333, 0.75]]  # fmt: skip
    assert numbers.tolist() == [12, 12]


def test_merging_equals_a_naive_loop():
    rng = np.random.default_rng(0)
    cell = np.eye(3) * 10.0
    for name in ("P m -3 m", "F d -3 m:2", "I a -3 d", "P 1 21/c 1"):
        (operations,) = named_operations("", name, "", "", "")
        sites = np.concatenate([rng.integers(0, 8, (6, 3)) / 8, rng.random((2, 3))])
        atoms = 0
        for site in sites:
            kept: list[np.ndarray] = []
            for image in operations[0] @ site + operations[1]:
                offsets = [image - other for other in kept]
                if all(np.linalg.norm((d - np.rint(d)) @ cell) > 0.1 for d in offsets):
                    kept.append(image)
            atoms += len(kept)
        assert len(expand(cell, sites, np.arange(8), operations)[0]) == atoms


def test_bracketed_uncertainties_and_deuterium():
    record = only(cif("D1 D 0.0000(3) 0 0\nLi1 Li 0.5 0.5(1) 0.5", cell="4.083(2)"))
    assert record.structure.cell[0, 0] == pytest.approx(4.083)
    assert set(record.structure.numbers.tolist()) == {1, 3}


@pytest.mark.parametrize("formula", ["", "SR1 TI1 O3", "Sr1 Ti1 O3", "SrTiO3"])
def test_symbols_in_capitals_keep_both_letters(formula):
    sites = "SR1 SR 0 0 0\nTI1 TI 0.5 0.5 0.5\nO1 O 0.5 0.5 0"
    stated = f"_chemical_formula_sum '{formula}'\n" if formula else ""
    group = stated + "_symmetry_space_group_name_H-M 'P m -3 m'"
    structure = only(cif(sites, cell=3.905, group=group)).structure
    assert sorted(structure.numbers) == [8, 8, 8, 22, 38]


def test_blocks_are_read_one_by_one_and_named():
    text = ("data_global\n_journal_year 1999\n" + cif(name="one")
            + cif("Na1 Na 0 0 x", name="two") + cif(name="three"))  # fmt: skip
    found = list(read_cif(text, LIMITS))
    assert [one.origin if isinstance(one, InputError) else one[0] for one in found] == [
        "one", "two", "three"]  # fmt: skip
    with pytest.raises(InputError, match=r"many\.cif:two: site Na1"):
        read_text(text, "many.cif")


def test_a_broken_block_does_not_spoil_the_others():
    broken = "data_bad\nloop_\n_atom_site_label\n_atom_site_fract_x\nNa1\n"
    found = list(read_cif(cif(name="one") + broken + cif(name="three"), LIMITS))
    assert [isinstance(one, InputError) for one in found] == [False, True, False]
    assert found[1].origin == "bad"


def test_names_become_words_and_properties():
    record = only(cif() + "_chemical_name_mineral Halite\n_journal_year 1913\n"
                  "_cod_database_code 9006369\n")  # fmt: skip
    assert record.text == "Halite"
    assert record.properties["mineral"] == "Halite"
    assert record.properties["year"] == 1913
    assert record.id == "given"
    assert record.origin == "given.cif:salt"


WITH_OCCUPANCY = "label type_symbol fract_x fract_y fract_z occupancy"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (cif("Ag1 Ag 0 0 0 0.438\nHg1 Hg 0 0 0 0.562", columns=WITH_OCCUPANCY), "occupancy 0.438"),
        (cif("Ag1 Ag 0 0 0 0.98(1)", columns=WITH_OCCUPANCY), "occupancy"),
        (cif("Ag1 Ag 0 0 0 nan", columns=WITH_OCCUPANCY), "occupancy"),
        (cif("Ag1 Ag 0 0 0\nHg1 Hg 0 0 0"), "apart"),
        (cif("Ag1 Ag 0 0 0\nHg1 Hg 0.01 0 0"), "apart"),
        (cif(cell="nan"), "no cell"),
        (cif(cell="inf"), "cell"),
        (cif(cell="1e400"), "cell"),
        (cif(cell="?"), "no cell"),
        (cif(cell="0.02"), "unit"),
        (cif(cell="-5"), "no cell has"),
        (cif(angles="90 90 180"), "angles"),
        (cif(angles="90 45 45", group=""), "flat"),
        (cif("Xx1 X 0 0 0"), "element"),
        (cif("Na1 Na 0 0 ?"), "coordinate"),
        (cif("Na1 Na 0 0 1e300"), "coordinate"),
        (cif("Na1 Na nan 0 0"), "coordinate"),
        (cif(group="_symmetry_space_group_name_H-M 'F m -9 m'"), "unknown space group"),
        (cif(group="_symmetry_equiv_pos_as_xyz 'x,y'"), "operation"),
        (cif(group="_symmetry_equiv_pos_as_xyz 'x,x,x'"), "volume"),
        (cif(group="_space_group_symop_magn_operation.xyz 'x,y,z,+1'"), "magnetic"),
        (cif("Na1 Na 0 0", columns="label type_symbol fract_x fract_y"), "fract_z"),
        (cif("0 0 0", columns="fract_x fract_y fract_z"), "label"),
        (cif("Na1 Na 0 0 0 dum", columns="label type_symbol fract_x fract_y fract_z calc_flag"),
         "dummy"),
        ("data_empty\n_journal_year 1999\n", "no data block"),
        ("data_x\n_cell_length_a 3\n", "no cell"),
    ],
)  # fmt: skip
def test_what_cannot_be_represented_is_refused(text, reason):
    with pytest.raises(InputError, match=reason) as caught:
        read_text(text, "given.cif")
    assert str(caught.value).startswith("given.cif")
    assert "\n" not in str(caught.value)


def test_a_typical_file_is_read_in_a_millisecond_or_two():
    structure = PymatgenStructure.from_spacegroup(
        "Pnma", Lattice.orthorhombic(5.4, 7.6, 5.3), ["Ca", "Ti", "O", "O"],
        [[0.03, 0.25, 0.99], [0, 0, 0.5], [0.48, 0.25, 0.07], [0.29, 0.04, 0.71]])  # fmt: skip
    for symprec in (None, 0.01):
        text = str(CifWriter(structure, symprec=symprec))
        times = []
        for _ in range(60):
            start = time.process_time()
            read_text(text, "a.cif")
            times.append(time.process_time() - start)
        assert np.median(times) < 2e-3
