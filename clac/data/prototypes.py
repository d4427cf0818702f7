"""Structure prototypes: space group, sites with element slots, and free parameters."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from clac.data.validate import cell_from_parameters
from clac.errors import InputError
from clac.types import Structure

if TYPE_CHECKING:
    import gemmi

TABLE = Path(__file__).with_name("prototypes.csv")
_GRID = 1_000_000
"""images of one site whose coordinates agree to this part of a cell edge are one atom"""
_TERM = re.compile(r"([+-]?)(?:(\d+(?:\.\d+)?)(?:/(\d+))?)?\*?([a-z]\w*)?")


@dataclass(frozen=True, slots=True)
class Coordinate:
    """One fractional coordinate, linear in the free parameters."""

    constant: float
    factors: Mapping[str, float]

    def at(self, params: Mapping[str, float]) -> float:
        """Return the value for given parameters."""
        return self.constant + sum(f * params[name] for name, f in self.factors.items())


@dataclass(frozen=True, slots=True)
class Site:
    """A Wyckoff position and the slot in the list of elements that fills it."""

    slot: int
    xyz: tuple[Coordinate, Coordinate, Coordinate]


@dataclass(frozen=True, eq=False)
class Prototype:
    """A structure type without its elements and lattice constants."""

    name: str
    synonyms: tuple[str, ...]
    strukturbericht: str
    """as 'B8_1'; empty where there is none"""
    number: int
    """space group, 1..230"""
    setting: str
    """extended Hermann-Mauguin symbol as gemmi writes it, 'F d -3 m:2'"""
    sites: tuple[Site, ...]
    params: Mapping[str, float]
    """free parameters and their usual values"""
    rotations: np.ndarray = field(repr=False)
    """(m, 3, 3) float64, all operations with centring"""
    shifts: np.ndarray = field(repr=False)
    """(m, 3) float64"""

    @property
    def slots(self) -> int:
        """Count the elements it asks for."""
        return 1 + max(site.slot for site in self.sites)

    @property
    def axes(self) -> tuple[str, ...]:
        """Name the independent lattice constants: of a, b, c, alpha, beta, gamma."""
        if self.number <= 2:
            return ("a", "b", "c", "alpha", "beta", "gamma")
        if self.number <= 15:
            return ("a", "b", "c", "beta")
        if self.number <= 74:
            return ("a", "b", "c")
        return ("a", "c") if self.number <= 194 else ("a",)

    def build(
        self, numbers: tuple[int, ...], constants: Mapping[str, float], params: Mapping[str, float]
    ) -> Structure:
        """Place elements: atomic numbers by slot, constants in Angstrom and degrees.

        Parameters that are not given keep their usual values.
        Raises InputError without a place for missing, superfluous or unknown values.
        """
        if len(numbers) != self.slots:
            raise InputError("", f"{self.name} takes {self.slots} elements, found {len(numbers)}")
        if set(constants) != set(self.axes):
            raise InputError("", f"{self.name} takes {' '.join(self.axes)}, "
                                 f"found {' '.join(constants) or 'none'}")  # fmt: skip
        if unknown := set(params) - set(self.params):
            raise InputError("", f"{self.name} has no parameter {', '.join(sorted(unknown))}; "
                                 f"known: {' '.join(self.params) or 'none'}")  # fmt: skip
        frac, slots = _atoms(self, tuple({**self.params, **params}.items()))
        z = np.array(numbers, dtype=np.int64)[slots]
        return Structure(self._cell(constants), frac.copy(), z)

    def orbit(self, point: list[float]) -> np.ndarray:
        """Return the distinct images of a fractional point, (multiplicity, 3) in [0, 1)."""
        images = (self.rotations @ np.array(point) + self.shifts) % 1.0
        keys = np.rint(images * _GRID).astype(np.int64) % _GRID
        _, first = np.unique(keys @ np.array([_GRID**2, _GRID, 1]), return_index=True)
        orbit = images[np.sort(first)]
        orbit[orbit > 1.0 - 0.5 / _GRID] = 0.0  # 1 - 1e-17 is the atom at 0
        return orbit

    def _cell(self, constants: Mapping[str, float]) -> np.ndarray:
        a = constants["a"]
        c = constants.get("c", a)
        b = constants.get("b", a)
        gamma = 120.0 if 143 <= self.number <= 194 else constants.get("gamma", 90.0)
        angles = (constants.get("alpha", 90.0), constants.get("beta", 90.0), gamma)
        return cell_from_parameters(a, b, c, *angles)


@lru_cache(maxsize=1024)  # many rows share the usual values
def _atoms(
    prototype: Prototype, params: tuple[tuple[str, float], ...]
) -> tuple[np.ndarray, np.ndarray]:
    """Return coordinates (n, 3) and the slot of each atom (n,)."""
    values = dict(params)
    orbits = [prototype.orbit([c.at(values) for c in site.xyz]) for site in prototype.sites]
    slots = np.repeat([site.slot for site in prototype.sites], [len(o) for o in orbits])
    return np.concatenate(orbits), slots


@cache
def prototypes() -> Mapping[str, Prototype]:
    """Read the table of prototypes by name.

    Raises InputError naming the line of a row that cannot be used.
    """
    table: dict[str, Prototype] = {}
    with TABLE.open(encoding="utf-8", newline="") as lines:
        for line, row in enumerate(csv.DictReader(lines), 2):
            try:
                prototype = _prototype(row)
                if prototype.name in table:
                    raise ValueError(f"prototype {prototype.name!r} stands twice")
            except (ValueError, KeyError, TypeError) as error:
                raise InputError(f"{TABLE.name}:{line}", str(error)) from error
            table[prototype.name] = prototype
    return table


def parse_params(text: str) -> dict[str, float]:
    """Read 'u=0.385 x=0.1'.

    Raises ValueError for anything else.
    """
    pairs = [word.split("=") for word in text.split()]
    if any(len(pair) != 2 for pair in pairs):
        raise ValueError(f"parameters are written as NAME=NUMBER, found {text!r}")
    return {name: float(value) for name, value in pairs}


def _prototype(row: Mapping[str, str]) -> Prototype:
    """Build a prototype from one row of text."""
    params = parse_params(row["params"])
    sites = tuple(_site(text) for text in row["sites"].split(";"))
    used = {name for site in sites for c in site.xyz for name in c.factors}
    if used != set(params):
        raise ValueError(f"sites use {sorted(used)}, defaults are given for {sorted(params)}")
    group = _space_group(row["setting"], int(row["number"]))
    operations = list(group.operations())
    rotations = np.array([op.rot for op in operations], dtype=np.float64) / operations[0].DEN
    shifts = np.array([op.tran for op in operations], dtype=np.float64) / operations[0].DEN
    return Prototype(
        row["name"], tuple(filter(None, row["synonyms"].split(";"))), row["strukturbericht"],
        int(row["number"]), row["setting"], sites, params, rotations, shifts,
    )  # fmt: skip


def _space_group(setting: str, number: int) -> gemmi.SpaceGroup:
    import gemmi

    group = gemmi.find_spacegroup_by_name(setting)
    if group is None or group.number != number:
        raise ValueError(f"space group {setting!r} is not number {number}")
    return group


def _site(text: str) -> Site:
    """Read 'A 1/3 2*x+1/2 0': slot letter and three coordinates."""
    slot, *words = text.split()
    if len(slot) != 1 or not "A" <= slot <= "Z" or len(words) != 3:
        raise ValueError(f"a site is a slot letter and three coordinates, found {text!r}")
    x, y, z = (_coordinate(word) for word in words)
    return Site(ord(slot) - ord("A"), (x, y, z))


def _coordinate(word: str) -> Coordinate:
    """Read '1/3', '0.25', '-x' or '2*x+1/2'."""
    constant, factors, at = 0.0, {}, 0
    while at < len(word):
        term = _TERM.match(word, at)
        if term is None or term.end() == at or not (term[2] or term[4]):
            raise ValueError(f"cannot read the coordinate {word!r}")
        value = float(term[2] or 1) / float(term[3] or 1) * (-1 if term[1] == "-" else 1)
        if term[4]:
            factors[term[4]] = factors.get(term[4], 0.0) + value
        else:
            constant += value
        at = term.end()
    return Coordinate(constant, factors)
