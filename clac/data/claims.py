"""What a caption claims, and for which crystals it is true.

Training leaves crystals for which a caption is true out of its negatives; benchmarks count the hits
for which every claim is true.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from clac.data.chemistry import is_metal
from clac.data.facts import Facts
from clac.data.structure_types import find_structure_type
from clac.errors import ConfigError
from clac.properties import PROPERTIES

INF = float("inf")


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing that is said: a word of a kind, or a range of a quantity."""

    kind: str
    """a key of WORDS, or a quantity: a property, 'density', 'n_atoms', 'volume_per_atom', 'arity',
    'space_group'"""
    word: str = ""
    low: float = -INF
    high: float = INF
    negated: bool = False
    stated: float = math.nan
    """the number that was said, where it was said as one number; its range is its rounding"""


Words = Callable[[Facts], Iterable[str]]


def _coordination(f: Facts) -> Iterable[str]:
    return (f"{symbol}:{n}" for symbol, numbers in f.coordination.items() for n in numbers)


def _sites(f: Facts, which: Callable[[str], bool]) -> Iterable[str]:
    return (str(n) for s, numbers in f.coordination.items() if which(s) for n in numbers)


def _polyhedra(f: Facts) -> Iterable[str]:
    return (x for symbol, shape in f.polyhedra or () for x in (shape, f"{symbol} {shape}"))


def _families(f: Facts) -> Iterable[str]:
    return (*f.families, "metal") if any(map(is_metal, f.elements)) else f.families


def _structure_types(f: Facts) -> Iterable[str]:
    for name in f.prototype_names:
        kind = find_structure_type(name)
        yield from (name, *kind.words) if kind and kind.name == name else (name,)


def _role_polyhedra(f: Facts, anion: bool) -> Iterable[str]:
    return (shape for symbol, shape in f.polyhedra or () if (symbol == f.anion) == anion)


WORDS: Mapping[str, Words] = {
    "formula": lambda f: (f.formula,),
    "system": lambda f: ("-".join(sorted(f.elements)),),
    "element": lambda f: f.elements,
    "family": _families,
    "class": lambda f: f.classes,
    "stoichiometry": lambda f: (f.anonymous_formula,),
    "crystal_system": lambda f: (f.crystal_system,),
    "point_group": lambda f: (f.point_group,),
    "centring": lambda f: (f.centring,),
    "inversion": lambda f: ("centrosymmetric" if f.centrosymmetric else "acentric",),
    "polar": lambda f: ("polar",) if f.polar else ("unpolar",),
    "pearson": lambda f: (f.pearson,),
    "label": lambda f: (f.prototype,),
    "prototype": _structure_types,
    "dimensionality": lambda f: (f.dimensionality,),
    "coordination": _coordination,
    "site": lambda f: _sites(f, lambda s: True),
    "anion_site": lambda f: _sites(f, lambda s: s == f.anion),
    "cation_site": lambda f: _sites(f, lambda s: s != f.anion),
    "polyhedron": _polyhedra,
    "cation_polyhedron": lambda f: _role_polyhedra(f, anion=False),
    "anion_polyhedron": lambda f: _role_polyhedra(f, anion=True),
    "linkage": lambda f: ("|".join(linkage) for linkage in f.linkages),
    "name": lambda f: f.names,
    "mineral": lambda f: f.minerals,
    "use": lambda f: f.uses,
    "notable": lambda f: f.notable,
}
"""kinds of words and the words of a crystal"""
_BONDED = ("coordination", "site", "anion_site", "cation_site")
_SHAPED = ("polyhedron", "cation_polyhedron", "anion_polyhedron", "linkage")
_UNKNOWN: Mapping[str, Callable[[Facts], bool]] = {
    "dimensionality": lambda f: not f.dimensionality,
    **{kind: lambda f: not f.coordination for kind in _BONDED},
    **{kind: lambda f: f.polyhedra is None for kind in _SHAPED},
}
_NONE = np.array([], dtype=np.int64)
_SIZES: Mapping[str, Callable[[Facts], float]] = {
    "density": lambda f: f.density_g_cm3,
    "n_atoms": lambda f: f.n_atoms,
    "volume_per_atom": lambda f: f.volume_per_atom_ang3,
    "arity": lambda f: len(f.elements),
    "space_group": lambda f: f.space_group,
}


class FactTable:
    """The facts of some crystals, column by column, each made when it is first asked for."""

    def __init__(self, facts: Sequence[Facts]) -> None:
        """Take the facts of b crystals."""
        self.facts = facts
        self._words: dict[str, dict[str, np.ndarray]] = {}
        self._numbers: dict[str, np.ndarray] = {}
        self._missing: dict[str, np.ndarray] = {}

    def __len__(self) -> int:
        """Count the crystals."""
        return len(self.facts)

    def holds(self, claim: Claim, within: float = 0.0) -> np.ndarray:
        """Tell (b,) where a claim is surely true.

        A number that was stated as one number also fits where it is off by the fraction `within`.
        Raises ConfigError for an unknown kind.
        """
        if claim.kind in WORDS:
            found = np.zeros(len(self), dtype=bool)
            found[self._rows(claim.kind).get(claim.word, _NONE)] = True
            return ~found & ~self.unknown(claim) if claim.negated else found
        values = self.numbers(claim.kind)
        margin = abs(claim.stated) * within if claim.stated == claim.stated else 0.0
        found = (values >= claim.low - margin) & (values <= claim.high + margin)
        return ~found & ~np.isnan(values) if claim.negated else found

    def unknown(self, claim: Claim) -> np.ndarray:
        """Tell (b,) where nothing is known that could decide a claim."""
        if claim.kind not in WORDS:
            return np.isnan(self.numbers(claim.kind))
        ask = _UNKNOWN.get(claim.kind)
        if ask is None:
            return self._nothing
        if claim.kind not in self._missing:
            self._missing[claim.kind] = np.array([ask(f) for f in self.facts], dtype=bool)
        return self._missing[claim.kind]

    def all_hold(self, claims: Iterable[Claim], within: float = 0.0) -> np.ndarray:
        """Tell (b,) where every claim is surely true."""
        found = np.ones(len(self), dtype=bool)
        for claim in claims:
            found &= self.holds(claim, within)
        return found

    def may_hold(self, claims: Iterable[Claim]) -> np.ndarray:
        """Tell (b,) where no claim is known to be false."""
        found = np.ones(len(self), dtype=bool)
        for claim in claims:
            found &= self.holds(claim) | self.unknown(claim)
        return found

    def _rows(self, kind: str) -> Mapping[str, np.ndarray]:
        """Return the rows of which each word of a kind is true."""
        if kind not in self._words:
            ask, found = WORDS[kind], dict[str, list[int]]()
            for i, facts in enumerate(self.facts):
                for word in ask(facts):
                    found.setdefault(word, []).append(i)
            self._words[kind] = {word: np.array(rows) for word, rows in found.items()}
        return self._words[kind]

    def numbers(self, quantity: str) -> np.ndarray:
        """Return the values (b,) of a quantity, NaN where unknown."""
        if quantity not in self._numbers:
            ask = _SIZES.get(quantity) or _property(quantity)
            self._numbers[quantity] = np.array([ask(f) for f in self.facts], dtype=float)
        return self._numbers[quantity]

    @cached_property
    def _nothing(self) -> np.ndarray:
        return np.zeros(len(self), dtype=bool)


def _property(name: str) -> Callable[[Facts], float]:
    if name not in PROPERTIES:
        raise ConfigError(
            f"unknown kind of claim {name!r}; known: {', '.join((*WORDS, *_SIZES, *PROPERTIES))}"
        )
    return lambda f: f.properties.get(name, np.nan)
