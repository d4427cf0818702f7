"""Space group, standard cells, Wyckoff orbits and prototype labels of a crystal."""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from string import ascii_uppercase

import moyopy
import numpy as np

from clac.errors import InputError
from clac.types import Structure

# moyopy reports, per supercell, which operations of the primitive cell do not fit the input's
# basis; only the primitive cell is used here.
logging.getLogger("moyo").setLevel(logging.ERROR)


@dataclass(frozen=True, slots=True)
class Symmetry:
    """What symmetry software says of a crystal."""

    number: int
    """space group, 1..230"""
    symbol: str
    """short Hermann-Mauguin symbol, as 'P6_3/mmc'"""
    crystal_system: str
    point_group: str
    primitive: Structure
    """standardised primitive cell"""
    conventional: Structure
    """standardised conventional cell"""
    orbits: np.ndarray
    """(n,) int64, crystallographic orbit 0..o-1 of each atom of the primitive cell"""
    wyckoff: tuple[str, ...]
    """(o,) Wyckoff letter of each orbit"""
    pearson: str
    prototype: str
    """AFLOW-style label, as 'AB_cF8_225_a_b'; the same for every origin and order of elements"""


def analyze(structure: Structure, symprec_ang: float = 0.01) -> Symmetry:
    """Find the symmetry of a crystal; the tolerance is in Angstrom.

    The tolerance shrinks tenfold, twice, where the search fails. Raises InputError after that.
    """
    cell = moyopy.Cell(structure.cell.tolist(), structure.frac.tolist(), structure.numbers.tolist())
    for symprec in (symprec_ang, symprec_ang / 10, symprec_ang / 100):
        try:
            return _symmetry(moyopy.MoyoDataset(cell, symprec=symprec), structure.numbers)
        except (ValueError, RuntimeError) as error:
            reason = str(error)
    raise InputError("", f"symmetry search failed ({reason}); check cell and coordinates")


def _symmetry(found: moyopy.MoyoDataset, numbers: np.ndarray) -> Symmetry:
    to_primitive = np.asarray(found.mapping_std_prim)
    _, representatives, orbit_of_input = np.unique(
        found.orbits, return_index=True, return_inverse=True
    )
    orbits = np.empty(len(found.prim_std_cell.numbers), dtype=np.int64)
    orbits[to_primitive] = orbit_of_input
    wyckoff = tuple(found.wyckoffs[i] for i in representatives)
    symbol, system, point_group = space_group_words(found.number)
    label = _prototype_label(
        found, numbers[representatives], np.bincount(orbits), wyckoff, len(orbits)
    )
    return Symmetry(
        found.number, symbol, system, point_group,
        _structure(found.prim_std_cell), _structure(found.std_cell),
        orbits, wyckoff, found.pearson_symbol, label,
    )  # fmt: skip


def _structure(cell: moyopy.Cell) -> Structure:
    frac = np.asarray(cell.positions, dtype=np.float64).reshape(-1, 3) % 1.0
    return Structure(np.asarray(cell.basis), frac, np.asarray(cell.numbers, dtype=np.int64))


@lru_cache(maxsize=230)
def space_group_words(number: int) -> tuple[str, str, str]:
    """Return the short symbol, crystal system and point group of a space group 1..230."""
    kind = moyopy.SpaceGroupType(number)
    return (
        kind.hm_short.replace(" ", ""),
        kind.crystal_system.lower(),
        kind.geometric_crystal_class,
    )


@lru_cache(maxsize=230)
def operations(number: int) -> tuple[np.ndarray, np.ndarray]:
    """Return rotations (g, 3, 3) and translations (g, 3) of a space group's primitive cell.

    They act on fractions of the cell that `analyze` returns.
    """
    found = moyopy.operations_from_number(number, primitive=True)
    return np.array(found.rotations, dtype=float), np.array(found.translations)


def _prototype_label(
    found: moyopy.MoyoDataset,
    elements: np.ndarray,
    multiplicity: np.ndarray,
    wyckoff: tuple[str, ...],
    n_atoms: int,
) -> str:
    """Join anonymous formula, Pearson symbol, space group and Wyckoff letters.

    Among the settings that the Euclidean normalizer makes equal, and among elements of equal
    count, the first in alphabetical order is taken, so a choice of origin does not show.
    """
    counts = {z: int(multiplicity[elements == z].sum()) for z in set(elements.tolist())}
    divisor = int(np.gcd.reduce(list(counts.values())))
    best: list[tuple[int, str]] | None = None
    for letters in _settings(found, tuple(sorted(set(wyckoff)))):
        groups = sorted(
            (
                count // divisor,
                _letters(Counter(letters[w] for w, e in zip(wyckoff, elements) if e == z)),
            )
            for z, count in counts.items()
        )
        if best is None or groups < best:
            best = groups
    names = ascii_uppercase if len(counts) <= 26 else ascii_uppercase * 5
    formula = "".join(f"{a}{n if n > 1 else ''}" for a, (n, _) in zip(names, best or []))
    sites = "_".join(text for _, text in best or [])
    return f"{formula}_{found.pearson_symbol}_{found.number}_{sites}"


def _letters(counts: Counter[str]) -> str:
    # Lower-case letters come before 'A', the 27th position of group 47.
    order = sorted(counts, key=lambda letter: (letter.isupper(), letter))
    return "".join(f"{counts[x] if counts[x] > 1 else ''}{x}" for x in order)


_ORTHORHOMBIC = 74
"""last space group whose normalizer depends on the cell: axes that are as long may change places"""
_SETTINGS: dict[tuple[int, tuple[str, ...]], tuple[dict[str, str], ...]] = {}


def _settings(found: moyopy.MoyoDataset, used: tuple[str, ...]) -> tuple[dict[str, str], ...]:
    """Map the used Wyckoff letters to those of each equivalent setting.

    They are kept for the next crystal where all cells of a space group have the same.
    """
    if found.number <= _ORTHORHOMBIC:
        return _relabellings(found)
    key = (found.hall_number, used)
    if key not in _SETTINGS:
        _SETTINGS[key] = _relabellings(found)
    return _SETTINGS[key]


def _relabellings(found: moyopy.MoyoDataset) -> tuple[dict[str, str], ...]:
    """Ask for the settings that the Euclidean normalizer of a crystal makes equal."""
    normalizer = found.normalizer_wyckoff_positions()
    own = [position.letter for position in normalizer.wyckoffs]
    maps = {
        tuple(sorted(set(zip(own, (position.letter for position in other)))))
        for _, other in normalizer.coset_representatives
    }
    # Where atoms of one letter go to two letters, the map is no relabelling: leave it out.
    return tuple(dict(m) for m in sorted(maps) if len(dict(m)) == len(m))


@lru_cache(maxsize=100_000)
def _reduced_formula(pairs: tuple[tuple[int, int], ...]) -> str:
    from pymatgen.core import Composition, Element

    return Composition({Element.from_Z(z): n for z, n in pairs}).reduced_formula


def reduced_formula(numbers: np.ndarray) -> str:
    """Write the reduced formula of (n,) atomic numbers as pymatgen does."""
    values, counts = np.unique(numbers, return_counts=True)
    return _reduced_formula(tuple(zip(values.tolist(), counts.tolist())))
