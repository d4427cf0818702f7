"""Check the embedded collection: distances, density, space group, volume against other data."""

from __future__ import annotations

import csv
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from clac.data.elements import AMU_PER_ANG3_IN_G_PER_CM3
from clac.data.prototypes import prototypes
from clac.data.starter import CHECKED, COLUMNS, TABLE, UNCHECKED, read_starter
from clac.data.symmetry import analyze, reduced_formula
from clac.errors import ClacError
from clac.types import Record, Structure

LEAST_DISTANCE_ANG = 0.6
DENSITIES = (0.05, 23.0)
"""g/cm^3, from below solid helium to above osmium"""
VOLUME_TOLERANCE = 0.10
Volumes = Mapping[tuple[str, int], list[float]]


@dataclass(frozen=True, slots=True)
class Finding:
    """What the check says of one row."""

    name: str
    formula: str
    density: float
    """g/cm^3"""
    shortest_ang: float
    space_group: int
    deviation: float | None
    """volume per atom over the nearest one of the same formula and group, minus one"""
    faults: tuple[str, ...]
    """what must be mended, whatever the other data say"""

    @property
    def agrees(self) -> bool:
        """Tell whether the volume was compared and agrees."""
        return self.deviation is not None and abs(self.deviation) <= VOLUME_TOLERANCE

    @property
    def differs(self) -> bool:
        """Tell whether the volume was compared and does not agree."""
        return self.deviation is not None and not self.agrees


def check(table: Path, reference: Path | None) -> list[Finding]:
    """Print and return a finding per row; the reference has the columns of `crystals.parquet`.

    A row that claims a comparison which the reference does not bear out is at fault. One that
    differs without such a claim is only listed: densities computed without dispersion, with
    frozen f electrons or without magnetism are off by more than the tolerance.
    Raises InputError naming a row that cannot be built.
    """
    volumes = _reference_volumes(reference) if reference else None
    claims = [row["check"] == CHECKED for row in _rows(table)]
    findings = [
        inspect(record, volumes, claimed)
        for record, claimed in zip(read_starter(table), claims, strict=True)
    ]
    for found in findings:
        print(_line(found))
    _print_summary(findings)
    return findings


def mark(table: Path, findings: list[Finding]) -> None:
    """Rewrite the column `check` of a table from findings and print every change."""
    rows = _rows(table)
    for row, found in zip(rows, findings, strict=True):
        verdict = CHECKED if found.agrees else UNCHECKED
        if row["check"] != verdict:
            print(f"{row['name']}: {row['check']} -> {verdict}")
            row["check"] = verdict
    with table.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def inspect(record: Record, volumes: Volumes | None, claimed: bool = False) -> Finding:
    """Check one record; volumes per atom (cubic Angstrom) by reduced formula and space group.

    `claimed` says that the row calls its volume compared.
    """
    structure = record.structure
    formula = reduced_formula(structure.numbers)
    group = analyze(structure).number
    expected = prototypes()[str(record.properties["prototype"])].number
    shortest, mass = shortest_distance(structure), density(structure)
    own = structure.volume_ang3 / len(structure)
    known = (volumes or {}).get((formula, group), [])
    deviation = min((own / other - 1 for other in known), key=abs, default=None)
    faults = []
    if shortest < LEAST_DISTANCE_ANG:
        faults.append(f"atoms {shortest:.3f} Angstrom apart")
    if not DENSITIES[0] <= mass <= DENSITIES[1]:
        faults.append(f"density {mass:.3f} g/cm3")
    if group != expected:
        faults.append(f"space group {group}, its prototype has {expected}")
    if claimed and volumes is not None and deviation is None:
        faults.append("claims a comparison, but nothing to compare with")
    if claimed and deviation is not None and abs(deviation) > VOLUME_TOLERANCE:
        faults.append(f"claims agreement, but the volume is {100 * deviation:+.1f}%")
    name = str(record.properties["name"])
    return Finding(name, formula, mass, shortest, group, deviation, tuple(faults))


def density(structure: Structure) -> float:
    """Return the mass density in g/cm^3."""
    from pymatgen.core import Element

    mass = sum(float(Element.from_Z(int(z)).atomic_mass) for z in structure.numbers)
    return AMU_PER_ANG3_IN_G_PER_CM3 * mass / structure.volume_ang3


def shortest_distance(structure: Structure) -> float:
    """Return the shortest distance between two atoms or images, Angstrom; infinite above 6."""
    from vesin import NeighborList

    finder = NeighborList(cutoff=6.0, full_list=False, n_threads=1)
    points = structure.frac @ structure.cell
    (distances,) = finder.compute(points, structure.cell, True, "d")
    return float(distances.min()) if len(distances) else float("inf")


def _line(found: Finding) -> str:
    deviation = "" if found.deviation is None else f"{100 * found.deviation:+.1f}%"
    return (f"{found.name:<48.48} {found.formula:<14} {found.density:7.3f} g/cm3 "
            f"{found.shortest_ang:6.3f} A  group {found.space_group:3} {deviation:>7} "
            f"{'; '.join(found.faults)}").rstrip()  # fmt: skip


def _print_summary(findings: list[Finding]) -> None:
    faulty = [found for found in findings if found.faults]
    differing = [found for found in findings if found.differs and not found.faults]
    compared = sum(found.deviation is not None for found in findings)
    print(f"\n{len(findings)} rows, {compared} compared by volume, {len(differing)} of them off by "
          f"more than {VOLUME_TOLERANCE:.0%}, {len(faulty)} to mend")  # fmt: skip
    for heading, group in (("off, kept as common knowledge", differing), ("to mend", faulty)):
        if group:
            print(f"{heading}:")
        for found in group:
            print(f"  {_line(found)}")


def _rows(table: Path) -> list[dict[str, str]]:
    with table.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _reference_volumes(path: Path) -> Volumes:
    """Collect volumes per atom from a Parquet file."""
    import pyarrow.parquet as pq

    columns = ["formula", "space_group", "n_atoms", "cell"]
    table = pq.read_table(path, columns=columns)
    cells = np.asarray(table["cell"].combine_chunks().flatten(), dtype=np.float64).reshape(-1, 6)
    cosines = np.cos(np.radians(cells[:, 3:]))
    rest = 1 - (cosines**2).sum(axis=1) + 2 * cosines.prod(axis=1)
    per_atom = cells[:, :3].prod(axis=1) * np.sqrt(rest) / table["n_atoms"].to_numpy()
    volumes: dict[tuple[str, int], list[float]] = {}
    keys = zip(table["formula"].to_pylist(), table["space_group"].to_pylist(), strict=True)
    for key, volume in zip(keys, per_atom.tolist(), strict=True):
        volumes.setdefault(key, []).append(volume)
    return volumes


def main(arguments: list[str]) -> int:
    """Usage: python -m clac.data.starter_check [PARQUET] [--mark].

    Lists every row with what the check found; the Parquet file has the columns of
    `crystals.parquet`. With --mark the column `check` is rewritten from the findings.
    """
    if "--help" in arguments:
        print(main.__doc__)
        return 0
    paths = [Path(a) for a in arguments if not a.startswith("--")]
    try:
        findings = check(TABLE, paths[0] if paths else None)
        if "--mark" in arguments:
            mark(TABLE, findings)
    except (ClacError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 1 if any(finding.faults for finding in findings) else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
