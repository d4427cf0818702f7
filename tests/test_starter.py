"""The embedded collection: its rows build, are sane, and are the crystals that they name."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from clac.data.elements import SYMBOLS
from clac.data.prototypes import prototypes
from clac.data.starter import CHECKED, COLUMNS, TABLE, read_starter, starter_records
from clac.data.starter_check import density, inspect, main, mark
from clac.data.symmetry import analyze, reduced_formula
from clac.errors import InputError
from clac.types import Record

REFERENCE = Path(__file__).parents[1].parent / "shared/data/crystals.parquet"


def found(formula: str, prototype: str) -> Record:
    """Return the first record of a formula and prototype."""
    return next(
        record
        for record in starter_records()
        if record.properties["prototype"] == prototype
        and reduced_formula(record.structure.numbers) == formula
    )


def table(tmp_path: Path, **cells: str) -> Path:
    """Write a table of one row, silicon with changes."""
    row = dict.fromkeys(COLUMNS, "") | {
        "name": "silicon", "prototype": "diamond", "elements": "Si", "a": "5.431",
        "check": "common knowledge",
    } | cells  # fmt: skip
    path = tmp_path / "rows.csv"
    with path.open("w", newline="") as out:
        writer = csv.DictWriter(out, COLUMNS)
        writer.writeheader()
        writer.writerow(row)
    return path


def test_is_large_and_varied() -> None:
    records = starter_records()
    assert len(records) >= 800
    assert len({record.properties["prototype"] for record in records}) >= 60
    assert len({record.id for record in records}) == len(records)
    assert len({str(record.properties["name"]).lower() for record in records}) == len(records)


def test_no_crystal_stands_twice() -> None:
    crystals = Counter(
        (
            reduced_formula(record.structure.numbers),
            record.properties["prototype"],
            round(record.structure.volume_ang3 / len(record.structure), 1),
        )
        for record in starter_records()
    )
    assert [crystal for crystal, times in crystals.items() if times > 1] == []


def test_every_row_passes_the_check_of_geometry() -> None:
    faults = {r.id: f for r in starter_records() if (f := inspect(r, None).faults)}
    assert faults == {}


def test_every_prototype_is_used() -> None:
    used = {record.properties["prototype"] for record in starter_records()}
    assert set(prototypes()) - used == set()


def test_textbook_numbers() -> None:
    silicon = found("Si", "diamond")
    assert silicon.structure.cell[0, 0] == pytest.approx(5.431, abs=0.001)
    assert silicon.properties["band_gap"] == pytest.approx(1.12, abs=0.02)
    assert density(found("NaCl", "rock salt").structure) == pytest.approx(2.165, abs=0.01)
    assert density(found("Cu", "fcc").structure) == pytest.approx(8.94, abs=0.03)
    gallium_nitride = found("GaN", "wurtzite")
    assert analyze(gallium_nitride.structure).number == 186
    assert analyze(found("CaF2", "fluorite").structure).pearson == "cF12"
    assert analyze(found("SrTiO3", "perovskite").structure).pearson == "cP5"


@pytest.mark.parametrize(
    ("formula", "prototype", "pair", "bond"),
    [
        ("C", "diamond", ("C", "C"), 1.545),
        ("CaCO3", "calcite", ("C", "O"), 1.285),
        ("SiO2", "alpha-quartz", ("Si", "O"), 1.61),
        ("BaSO4", "barite", ("S", "O"), 1.47),
        ("Mg2SiO4", "olivine", ("Si", "O"), 1.63),
        ("ZrSiO4", "zircon", ("Si", "O"), 1.62),
        ("LiFePO4", "triphylite", ("P", "O"), 1.54),
    ],
)
def test_bond_lengths(formula: str, prototype: str, pair: tuple[str, str], bond: float) -> None:
    structure = found(formula, prototype).structure
    first, second = (np.flatnonzero(structure.numbers == SYMBOLS.index(s) + 1) for s in pair)
    images = np.stack(np.meshgrid(*[[-1, 0, 1]] * 3), -1).reshape(-1, 3)
    delta = structure.frac[second] - structure.frac[first[0]]
    distances = np.linalg.norm((delta[:, None] + images) @ structure.cell, axis=-1)
    assert distances[distances > 0.01].min() == pytest.approx(bond, abs=0.04)


def test_expansion_equals_pymatgen() -> None:
    from pymatgen.core import Lattice, Structure

    ours = found("TiO2", "rutile").structure
    lattice = Lattice.tetragonal(ours.cell[0, 0], ours.cell[2, 2])
    oxygen = next(f for f in ours.frac[ours.numbers == 8] if f[2] == 0 and f[0] == f[1])
    theirs = Structure.from_spacegroup("P4_2/mnm", lattice, ["Ti", "O"], [[0, 0, 0], oxygen])
    assert _sorted(theirs.frac_coords) == pytest.approx(_sorted(ours.frac))


def _sorted(frac: np.ndarray) -> np.ndarray:
    rows = np.round(frac % 1, 6)
    return rows[np.lexsort(rows.T)]


def test_words_and_properties_of_a_record() -> None:
    quartz = found("SiO2", "alpha-quartz")
    assert "quartz" in str(quartz.properties["mineral"])
    assert "piezoelectric" in quartz.text and "alpha-quartz" in quartz.text
    assert quartz.origin.startswith("starter.csv:")
    assert not any(value in (None, "") for value in quartz.properties.values())


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"prototype": "no such"}, "unknown prototype 'no such'"),
        ({"elements": "Xx"}, "unknown element 'Xx'"),
        ({"elements": "Si C"}, "takes 1 elements, found 2"),
        ({"a": ""}, "takes a, found none"),
        ({"c": "5"}, "takes a, found a c"),
        ({"a": "5,431"}, "could not convert"),
        ({"a": "0.5431"}, "Angstrom"),
        ({"params": "u=0.1"}, "no parameter u"),
        ({"params": "u"}, "NAME=NUMBER"),
        ({"name": "?"}, "needs a name"),
        ({"check": "a journal"}, "check is"),
    ],
)
def test_bad_row_is_refused_by_name(tmp_path: Path, cells: dict[str, str], reason: str) -> None:
    path = table(tmp_path, **cells)
    with pytest.raises(InputError, match=r"^rows.csv:2: ") as refusal:
        read_starter(path)
    assert reason in str(refusal.value)


def test_atoms_on_top_of_each_other_are_refused(tmp_path: Path) -> None:
    path = table(tmp_path, prototype="wurtzite", elements="Zn O", a="3.25", c="5.2",
                 params="u=0.01")  # fmt: skip
    with pytest.raises(InputError, match="apart"):
        read_starter(path)


def test_check_tells_agreement_from_an_empty_claim(tmp_path: Path) -> None:
    (record,) = read_starter(table(tmp_path))
    volume = record.structure.volume_ang3 / 8
    assert inspect(record, {("Si", 227): [2 * volume, 1.05 * volume]}).agrees
    off = inspect(record, {("Si", 227): [1.2 * volume]})
    assert off.differs and not off.faults
    assert inspect(record, {("Si", 227): [1.2 * volume]}, claimed=True).faults
    assert inspect(record, {}, claimed=True).faults


def test_mark_writes_only_what_was_compared(tmp_path: Path) -> None:
    path = table(tmp_path)
    (record,) = read_starter(path)
    volume = record.structure.volume_ang3 / 8
    mark(path, [inspect(record, {("Si", 227): [volume]})])
    assert f",{CHECKED}" in path.read_text()
    mark(path, [inspect(record, None)])
    assert CHECKED not in path.read_text()


@pytest.mark.skipif(not REFERENCE.exists(), reason="needs the crystals of ../shared")
def test_claimed_volumes_agree_with_computed_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(REFERENCE)]) == 0
    assert "0 to mend" in capsys.readouterr().out
    assert TABLE.exists()
