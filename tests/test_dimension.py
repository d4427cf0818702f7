"""Dimensionality agrees with ASE, the slow way to the same definition."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from ase import Atoms
from ase.build import bulk, graphene, molecule, mx2
from ase.geometry.dimensionality import analyze_dimensionality
from ase.spacegroup import crystal

from clac.data.dimension import dimensionality
from clac.types import Structure

CRYSTALS = Path(__file__).parents[1].parent / "shared" / "data" / "crystals.parquet"


def structure_of(atoms: Atoms) -> Structure:
    frac = atoms.get_scaled_positions() % 1.0
    return Structure(np.array(atoms.cell), frac, atoms.numbers.astype(np.int64))


def hexagonal(a: float, c: float) -> list[list[float]]:
    return [[a, 0, 0], [-a / 2, a * 0.75**0.5, 0], [0, 0, c]]


def boxed(atoms: Atoms, cell: list[float] | list[list[float]]) -> Atoms:
    atoms.set_cell(cell)
    atoms.pbc = True
    return atoms


def selenium() -> Atoms:
    return crystal("Se", [(0.225, 0, 1 / 3)], spacegroup=152,
                   cellpar=[4.37, 4.37, 4.95, 90, 90, 120])  # fmt: skip


def lithium_cobaltate() -> Atoms:
    return crystal(["Li", "Co", "O"], [(0, 0, 0.5), (0, 0, 0), (0, 0, 0.2605)], spacegroup=166,
                   cellpar=[2.816, 2.816, 14.05, 90, 90, 120], primitive_cell=True)  # fmt: skip


def caged_molecule() -> Atoms:
    """A nitrogen molecule in a wide simple-cubic frame of gold: a framework with a guest."""
    frame = bulk("Au", "sc", a=2.7).repeat(4)
    middle = frame[[i for i, p in enumerate(frame.positions) if not (p / 2.7 > 1).all()]]
    return middle + Atoms("N2", positions=[[6.75, 6.75, 6.2], [6.75, 6.75, 7.3]])


KNOWN = {
    "silicon": (bulk("Si"), "3D"),
    "rock salt": (bulk("NaCl", "rocksalt", a=5.64), "3D"),
    "rock salt, 8 atoms": (bulk("NaCl", "rocksalt", a=5.64, cubic=True), "3D"),
    "molybdenite": (boxed(mx2("MoS2", "2H", a=3.16), hexagonal(3.16, 6.2)), "2D"),
    "graphite": (boxed(graphene(), hexagonal(2.46, 3.35)), "2D"),
    "selenium chains": (selenium(), "1D"),
    "nitrogen": (boxed(molecule("N2"), [3.9, 3.9, 4.2]), "0D"),
    "carbon dioxide": (boxed(molecule("CO2"), [3.9, 3.9, 5.6]), "0D"),
    "lithium cobaltate": (lithium_cobaltate(), "3D"),
}  # fmt: skip


@pytest.mark.parametrize("name", KNOWN)
def test_known_crystals_agree_with_ase(name: str) -> None:
    atoms, expected = KNOWN[name]
    slow = analyze_dimensionality(atoms)[0].dimtype
    assert dimensionality(structure_of(atoms)) == expected == f"{slow[-2]}D"


def test_a_guest_does_not_hide_the_framework() -> None:
    atoms = caged_molecule()
    assert analyze_dimensionality(atoms)[0].dimtype == "03D"
    assert dimensionality(structure_of(atoms)) == "3D"


def test_the_choice_of_cell_does_not_matter() -> None:
    for name in ("graphite", "selenium chains", "carbon dioxide"):
        atoms, expected = KNOWN[name]
        larger = atoms.repeat((2, 1, 2))
        sheared = larger.copy()
        sheared.set_cell(larger.cell + np.outer([0, 1, 0], larger.cell[0]), scale_atoms=False)
        sheared.wrap()
        assert dimensionality(structure_of(larger)) == expected
        assert dimensionality(structure_of(sheared)) == expected


def test_random_crystals_agree_with_ase() -> None:
    # Not so sparse that ASE finds no first bond and gives up.
    rng = np.random.default_rng(5)
    for _ in range(25):
        n = int(rng.integers(1, 5))
        cell = np.diag(rng.uniform(2.2, 4.4, 3)) + rng.uniform(-0.5, 0.5, (3, 3))
        structure = Structure(cell, rng.random((n, 3)), rng.choice([3, 14, 16, 26, 35, 55], n))
        atoms = Atoms(
            numbers=structure.numbers, cell=cell, scaled_positions=structure.frac, pbc=True
        )
        slow = analyze_dimensionality(atoms)[0].dimtype
        assert dimensionality(structure) == f"{slow[-2]}D"


@pytest.mark.skipif(not CRYSTALS.exists(), reason="needs ../shared/data/crystals.parquet")
def test_real_crystals_agree_with_ase() -> None:
    import pyarrow.parquet as pq
    from ase.geometry import cellpar_to_cell

    columns = ["n_atoms", "cell", "atomic_numbers", "frac_coords_e8"]
    rows = pq.ParquetFile(CRYSTALS).read_row_group(0, columns=columns).slice(0, 900).to_pylist()
    small = [row for row in rows if row["n_atoms"] <= 6][:40]
    for row in small:
        frac = np.array(row["frac_coords_e8"]).reshape(-1, 3) * 1e-8 % 1.0
        numbers = np.array(row["atomic_numbers"], dtype=np.int64)
        cell = cellpar_to_cell(row["cell"])
        atoms = Atoms(numbers=numbers, cell=cell, scaled_positions=frac, pbc=True)
        slow = analyze_dimensionality(atoms)[0].dimtype
        assert dimensionality(Structure(cell, frac, numbers)) == f"{slow[-2]}D"
