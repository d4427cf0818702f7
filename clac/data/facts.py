"""The facts of one crystal, as plain numbers and words: what captions may say."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from clac.data.chemistry import (
    SYMBOLS,
    compound_classes,
    electronegativity_rank,
    families_of,
    principal_anion,
)
from clac.data.elements import AMU_PER_ANG3_IN_G_PER_CM3
from clac.data.environment import Bonds, environment
from clac.data.structure_types import find_structure_type, structure_type_name
from clac.properties import PROPERTIES, known_value
from clac.types import Record, Structure

if TYPE_CHECKING:
    from clac.data.network import Network


class SymmetryFacts(Protocol):
    """What is asked of a symmetry analysis; `clac.data.symmetry.Symmetry` has it."""

    @property
    def number(self) -> int:
        """Space group, 1..230."""

    @property
    def symbol(self) -> str:
        """Short Hermann-Mauguin symbol, as 'P6_3/mmc'."""

    @property
    def crystal_system(self) -> str:
        """One of the seven."""

    @property
    def point_group(self) -> str:
        """As 'm-3m'."""

    @property
    def primitive(self) -> Structure:
        """Primitive cell."""

    @property
    def pearson(self) -> str:
        """As 'cF8'."""

    @property
    def prototype(self) -> str:
        """AFLOW-style label."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one crystal; unknown facts are empty."""

    formula: str
    """reduced"""
    anonymous_formula: str
    elements: tuple[str, ...]
    """symbols by rising electronegativity"""
    amounts: tuple[int, ...]
    """atoms of each element in the reduced formula"""
    families: tuple[str, ...]
    """element families that occur"""
    classes: tuple[str, ...]
    """compound classes, the narrow before the wide"""
    anion: str
    """symbol of the element that names the compound, '' if none does"""
    n_atoms: int
    """primitive cell"""
    space_group: int
    symbol: str
    crystal_system: str
    point_group: str
    centrosymmetric: bool
    polar: bool
    centring: str
    """P, A, C, I, F or R"""
    pearson: str
    prototype: str
    """AFLOW-style label"""
    prototype_names: tuple[str, ...]
    """common names, the first of the table of `structure_types` where it is known there"""
    coordination: Mapping[str, tuple[int, ...]]
    """element -> distinct coordination numbers, rising; only where known"""
    dimensionality: str
    """'0D' to '3D', or '' where unknown"""
    polyhedra: tuple[tuple[str, str], ...] | None
    """(element, shape of `clac.data.environment`); None where unknown"""
    linkages: tuple[tuple[str, str, str], ...]
    """(shape, 'corner', 'edge', 'face' or 'isolated', shape)"""
    density_g_cm3: float
    volume_per_atom_ang3: float
    properties: Mapping[str, float] = field(default_factory=dict)
    """canonical names of `clac.properties`"""
    names: tuple[str, ...] = ()
    minerals: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    notable: tuple[str, ...] = ()
    """notable properties in words, as 'ferroelectric'"""

    def to_json(self) -> str:
        """Write the facts as one line of JSON."""
        values = {name: getattr(self, name) for name in self.__slots__}
        return json.dumps(values, separators=(",", ":"), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Facts:
        """Read what `to_json` wrote."""
        values: dict[str, Any] = json.loads(text)
        for name, value in values.items():
            if isinstance(value, list):
                values[name] = tuple(tuple(x) if isinstance(x, list) else x for x in value)
        values["coordination"] = {k: tuple(v) for k, v in values["coordination"].items()}
        return cls(**values)


FACT_NAMES: tuple[str, ...] = tuple(f.name for f in dataclasses.fields(Facts))


def collect_facts(
    record: Record,
    symmetry: SymmetryFacts,
    coordination: Sequence[int] | np.ndarray | None = None,
    dimensionality: str = "",
    bonds: Bonds | None = None,
    network: Network | None = None,
) -> Facts:
    """Gather what is known of a record.

    Coordination: (n,) number of neighbours of each atom of `record.structure`, 0 where unknown.
    Bonds: between the atoms of `record.structure`. Network: of the primitive cell; it says all that
    the three before it say.
    """
    elements, amounts, formula, anonymous, mass_u = _composition(_counts(record.structure.numbers))
    n = len(record.structure)
    volume = record.structure.volume_ang3
    classes = compound_classes(symmetry.primitive, elements)
    anion = principal_anion(elements) if classes else ""
    if network is not None:
        numbers = _coordination(symmetry.primitive.numbers, network.coordination)
        dimensionality, around = network.dimensionality, network.around
    else:
        numbers = _coordination(record.structure.numbers, coordination)
        around = environment(record.structure, bonds, anion) if bonds else None
    known = structure_type_name(symmetry.prototype, elements, amounts, classes, numbers)
    given = _words(record, "prototype")
    return Facts(
        formula=formula,
        anonymous_formula=anonymous,
        elements=elements,
        amounts=amounts,
        families=families_of(elements),
        classes=classes,
        anion=anion,
        n_atoms=len(symmetry.primitive),
        space_group=symmetry.number,
        symbol=symmetry.symbol,
        crystal_system=symmetry.crystal_system,
        point_group=symmetry.point_group,
        centrosymmetric=symmetry.point_group in _CENTROSYMMETRIC,
        polar=symmetry.point_group in _POLAR,
        centring=symmetry.symbol[:1],
        pearson=symmetry.pearson,
        prototype=symmetry.prototype,
        prototype_names=_prototype_names(given, known),
        coordination=numbers,
        dimensionality=dimensionality,
        polyhedra=around.polyhedra if around else None,
        linkages=around.linkages if around else (),
        density_g_cm3=mass_u * n / sum(amounts) / volume * AMU_PER_ANG3_IN_G_PER_CM3,
        volume_per_atom_ang3=volume / n,
        properties=_properties(record),
        names=_words(record, "name", "names"),
        minerals=_words(record, "mineral", "minerals"),
        uses=_words(record, "uses", "use"),
    )


_CENTROSYMMETRIC = frozenset("-1 2/m mmm 4/m 4/mmm -3 -3m 6/m 6/mmm m-3 m-3m".split())
_POLAR = frozenset("1 2 m mm2 4 4mm 3 3m 6 6mm".split())


def _counts(numbers: np.ndarray) -> tuple[tuple[int, int], ...]:
    counts = np.bincount(numbers)
    present = np.flatnonzero(counts)
    return tuple(zip(present.tolist(), counts[present].tolist(), strict=True))


@lru_cache(maxsize=65536)
def _composition(
    counts: tuple[tuple[int, int], ...],
) -> tuple[tuple[str, ...], tuple[int, ...], str, str, float]:
    """Return elements, amounts, formula, anonymous formula and mass (u) of one formula unit."""
    # Imported here: words alone (describe, prompts) must not pay for the symmetry software.
    from ase.data import atomic_masses

    from clac.data.symmetry import reduced_formula

    rank = electronegativity_rank()
    divisor = int(np.gcd.reduce([n for _, n in counts]))
    reduced = {SYMBOLS[z]: n // divisor for z, n in counts}
    elements = tuple(sorted(reduced, key=lambda symbol: (rank[symbol], symbol)))
    amounts = tuple(reduced[symbol] for symbol in elements)
    numbers = np.repeat([z for z, _ in counts], [n for _, n in counts])
    mass = sum(float(atomic_masses[z]) * (n // divisor) for z, n in counts)
    return elements, amounts, reduced_formula(numbers), _anonymous(amounts), mass


def _anonymous(amounts: tuple[int, ...]) -> str:
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    if len(amounts) > len(letters):
        return ""
    return "".join(
        f"{letter}{n if n > 1 else ''}" for letter, n in zip(letters, sorted(amounts), strict=False)
    )


def _coordination(
    numbers: np.ndarray, coordination: Sequence[int] | np.ndarray | None
) -> dict[str, tuple[int, ...]]:
    if coordination is None:
        return {}
    pairs = sorted({(int(z), int(n)) for z, n in zip(numbers, coordination, strict=True)})
    unknown = {z for z, n in pairs if n < 1}
    found: dict[str, tuple[int, ...]] = {}
    for z, n in pairs:
        if z not in unknown:
            found[SYMBOLS[z]] = (*found.get(SYMBOLS[z], ()), n)
    return found


def _properties(record: Record) -> dict[str, float]:
    found = {}
    for name in PROPERTIES:
        value = known_value(record.properties, name)
        if value is not None and np.isfinite(value):
            found[name] = value
    return found


def _words(record: Record, *columns: str) -> tuple[str, ...]:
    """Return the entries of the columns, which part them by semicolons."""
    entries: list[str] = []
    for column in columns:
        value = record.properties.get(column)
        if isinstance(value, str):
            entries += re.split(r"[;|]", value)
    # "ruthenium dioxide (rutile)": what stands in brackets at the end is no part of the name.
    plain = (" ".join(re.sub(r"\s\([^()]*\)\s*$", "", entry).split()) for entry in entries)
    return tuple(dict.fromkeys(entry for entry in plain if entry))


def _prototype_names(given: Iterable[str], known: str) -> tuple[str, ...]:
    names: list[str] = []
    for word in given:
        found = find_structure_type(word)
        names += (found.name, word) if found else (word,)
    if known:
        names.append(known)
    return tuple(dict.fromkeys(names))
