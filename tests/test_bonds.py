"""Bonds, against pymatgen's CrystalNN; and what is told of the network."""

from collections import Counter
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from ase.build import bulk
from crystals import ALL, FCC, crystal, other_cells, rock_salt
from pymatgen.core import Lattice
from pymatgen.core import Structure as Pymatgen
from pymatgen.core.local_env import CrystalNN

from clac.config import LimitsConfig
from clac.data.bonds import find_bonds
from clac.data.claims import Claim, FactTable
from clac.data.environment import SHAPES
from clac.data.facts import collect_facts
from clac.data.formats.objects import record_from
from clac.data.network import MOST_NEIGHBOURS, NETWORK, network
from clac.data.symmetry import analyze, operations
from clac.encoders.crystal import N_COORDINATIONS, N_SHAPES
from clac.types import Record, Structure

LAYERS = crystal((3.16, 3.16, 12.3, 90, 90, 120), [42, 42, 16, 16, 16, 16],
                 [[1 / 3, 2 / 3, 0.25], [2 / 3, 1 / 3, 0.75], [1 / 3, 2 / 3, 0.621],
                  [2 / 3, 1 / 3, 0.121], [1 / 3, 2 / 3, 0.879], [2 / 3, 1 / 3, 0.379]])  # fmt: skip
"""molybdenite"""
PEROVSKITE = crystal(
    (3.905, 3.905, 3.905, 90, 90, 90),
    [38, 22, 8, 8, 8],
    [[0, 0, 0], [0.5, 0.5, 0.5], [0.5, 0.5, 0], [0.5, 0, 0.5], [0, 0.5, 0.5]],
)
CRYSTALS = {**ALL, "layers": LAYERS, "perovskite": PEROVSKITE}


def metal(name: str) -> Structure:
    atoms = bulk(name)
    return Structure(atoms.cell.array, atoms.get_scaled_positions(), atoms.numbers)


def neighbours(structure: Structure) -> Counter:
    bonds = find_bonds(analyze(structure))
    cell = analyze(structure).primitive
    counts = np.bincount(bonds.centre, minlength=len(cell))
    return Counter((int(z), int(n)) for z, n in zip(cell.numbers, counts))


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", CRYSTALS)
def test_bonds_equal_those_of_crystalnn(name):
    symmetry = analyze(CRYSTALS[name])
    cell = symmetry.primitive
    twin = Pymatgen(Lattice(cell.cell), cell.numbers.tolist(), cell.frac)
    bonds = find_bonds(symmetry)
    found = set(zip(bonds.centre.tolist(), bonds.ligand.tolist(), map(tuple, bonds.image.tolist())))
    expected = set()
    for i in range(len(cell)):
        for seen in CrystalNN().get_nn_info(twin, i):
            image = tuple(int(x) for x in seen["image"])
            expected |= {(i, seen["site_index"], image),
                         (seen["site_index"], i, tuple(-x for x in image))}  # fmt: skip
    assert found == expected


@pytest.mark.parametrize("name", CRYSTALS)
def test_bonds_do_not_depend_on_the_cell(name):
    wanted = neighbours(CRYSTALS[name])
    for change, other in other_cells(CRYSTALS[name]):
        assert neighbours(other) == wanted, change


@pytest.mark.parametrize("name,n", [("Cu", 12), ("Fe", 8), ("Mg", 12)])
def test_metals_have_their_nearest_neighbours(name, n):
    assert set(neighbours(metal(name)).elements()) == {(metal(name).numbers[0], n)}


def test_atoms_far_apart_have_no_bonds():
    lonely = crystal((15, 15, 15, 90, 90, 90), [18], [[0, 0, 0]])
    assert not len(find_bonds(analyze(lonely)).centre)
    assert not network(analyze(lonely)).coordination.any()


def test_input_is_not_changed():
    symmetry = analyze(rock_salt())
    before = symmetry.primitive.frac.copy()
    network(symmetry)
    assert np.array_equal(symmetry.primitive.frac, before)


@pytest.mark.parametrize("name", CRYSTALS)
def test_words_of_a_network_are_the_claims_that_its_facts_make_true(name):
    symmetry = analyze(CRYSTALS[name])
    bonds, told = find_bonds(symmetry), network(symmetry)
    words = [claim for claim, true in zip(NETWORK, told.words) if true]
    counts = np.bincount(bonds.centre, minlength=len(symmetry.primitive))
    record = Record(name, symmetry.primitive)
    dimension = next(word for kind, word in words if kind == "dimensionality")
    table = FactTable([collect_facts(record, symmetry, counts, dimension, bonds)])
    assert words == [c for c in NETWORK if table.holds(Claim(*c))[0]]


def test_known_networks():
    def words(structure):
        return {claim for claim, true in zip(NETWORK, network(analyze(structure)).words) if true}

    assert ("dimensionality", "2D") in words(LAYERS)
    assert ("linkage", "trigonal prism|edge|trigonal prism") in words(LAYERS)
    assert ("linkage", "octahedron|corner|octahedron") in words(PEROVSKITE)
    assert {("cation_site", "12"), ("cation_site", "6")} <= words(PEROVSKITE)
    assert ("linkage", "octahedron|edge|octahedron") in words(rock_salt())


def test_the_tower_has_a_row_for_every_number_and_shape():
    assert MOST_NEIGHBOURS + 1 == N_COORDINATIONS
    assert len(SHAPES) + 1 == N_SHAPES


def graphene(gap_ang: float) -> Structure:
    frac = [[1 / 3, 2 / 3, 0.5], [2 / 3, 1 / 3, 0.5]]
    return crystal((2.46, 2.46, gap_ang, 90, 90, 120), [6, 6], frac)


@pytest.mark.parametrize("gap_ang", [20, 58])
def test_a_sheet_in_vacuum_keeps_its_bonds(gap_ang):
    assert set(neighbours(graphene(gap_ang)).elements()) == {(6, 3)}
    assert network(analyze(graphene(gap_ang))).words[2]  # 2D


@pytest.mark.filterwarnings("ignore")
def test_polarity_does_not_count_in_an_alloy():
    heusler = np.vstack([FCC, FCC + 0.5, FCC + 0.25, FCC + 0.75])
    alloy = crystal((6.36, 6.36, 6.36, 90, 90, 90), [3] * 4 + [79] * 4 + [83] * 8, heusler)
    symmetry = analyze(alloy)
    cell = symmetry.primitive
    twin = Pymatgen(Lattice(cell.cell), cell.numbers.tolist(), cell.frac)
    counts = np.bincount(find_bonds(symmetry).centre)
    plain = CrystalNN(x_diff_weight=0)
    assert counts.tolist() == [plain.get_cn(twin, i) for i in range(len(cell))] == [8] * 4
    assert [CrystalNN().get_cn(twin, i) for i in range(len(cell))] == [8, 14, 8, 8]


def test_operations_of_every_space_group_map_its_own_cell():
    for number in range(1, 231):
        rotations, translations = operations(number)
        assert np.allclose(rotations, np.rint(rotations)), number
        products = {tuple((a @ b).ravel()) for a in rotations for b in rotations[:4]}
        assert products <= {tuple(a.ravel()) for a in rotations}, number
        assert len(translations) == len(rotations)


def test_bonds_equal_the_published_table():
    path = Path(__file__).parents[2] / "shared" / "data" / "crystals.parquet"
    if not path.exists():
        pytest.skip("needs ../shared/data/crystals.parquet")
    table = pq.ParquetFile(path).read_row_group(0).slice(0, 60).to_pylist()
    for row in table:
        structure = record_from(row, "", row["material_id"], LimitsConfig()).structure
        wanted = Counter(zip(structure.numbers.tolist(), row["coordination"]))
        found = neighbours(structure)
        times = len(structure) / sum(found.values())
        assert wanted == {key: n * times for key, n in found.items()}, row["material_id"]
