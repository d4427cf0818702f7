"""Elements, their families, and the compound classes of a composition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np

from clac.data.elements import SYMBOLS as ELEMENT_SYMBOLS
from clac.types import Structure

SYMBOLS: tuple[str, ...] = ("", *ELEMENT_SYMBOLS)
"""symbol by atomic number; entry 0 is no element"""

FAMILIES: Mapping[str, frozenset[str]] = {
    "alkali metal": frozenset("Li Na K Rb Cs Fr".split()),
    "alkaline earth metal": frozenset("Be Mg Ca Sr Ba Ra".split()),
    "rare earth": frozenset(("Sc", "Y", *SYMBOLS[57:72])),
    "lanthanide": frozenset(SYMBOLS[57:72]),
    "actinide": frozenset(SYMBOLS[89:104]),
    # Groups 3 to 11: whether zinc, cadmium and mercury belong here is disputed, so they do not.
    "transition metal": frozenset((*SYMBOLS[21:30], *SYMBOLS[39:48], *SYMBOLS[72:80])),
    "platinum-group metal": frozenset("Ru Rh Pd Os Ir Pt".split()),
    "coinage metal": frozenset("Cu Ag Au".split()),
    "post-transition metal": frozenset("Al Ga In Sn Tl Pb Bi".split()),
    "metalloid": frozenset("B Si Ge As Sb Te".split()),
    "pnictogen": frozenset("N P As Sb Bi".split()),
    "chalcogen": frozenset("O S Se Te".split()),
    "halogen": frozenset("F Cl Br I".split()),
    "noble gas": frozenset("He Ne Ar Kr Xe Rn".split()),
}
_NONMETALS = frozenset("H He C N O F Ne P S Cl Ar Se Br Kr I Xe At Rn".split())
_METALLOIDS = FAMILIES["metalloid"]

ANION_NOUNS: Mapping[str, tuple[str, ...]] = {
    "F": ("fluoride", "halide"),
    "O": ("oxide",),
    "Cl": ("chloride", "halide"),
    "N": ("nitride",),
    "Br": ("bromide", "halide"),
    "I": ("iodide", "halide"),
    "S": ("sulfide", "chalcogenide"),
    "Se": ("selenide", "chalcogenide"),
    "C": ("carbide",),
    "H": ("hydride",),
    "P": ("phosphide", "pnictide"),
    "As": ("arsenide", "pnictide"),
    "Te": ("telluride", "chalcogenide"),
    "Sb": ("antimonide", "pnictide"),
    "B": ("boride",),
    "Ge": ("germanide",),
    "Si": ("silicide",),
}
"""anion formers, the stronger before the weaker, with their class and the wider class"""

_OXYANIONS: tuple[tuple[str, str, frozenset[int], float], ...] = (
    ("C", "carbonate", frozenset({3}), 1.45),
    ("N", "nitrate", frozenset({3}), 1.40),
    ("S", "sulfate", frozenset({4}), 1.70),
    ("P", "phosphate", frozenset({4}), 1.75),
    ("Si", "silicate", frozenset({4}), 1.85),
    ("B", "borate", frozenset({3, 4}), 1.65),
    ("As", "arsenate", frozenset({4}), 1.85),
    ("V", "vanadate", frozenset({4}), 1.95),
    ("Mo", "molybdate", frozenset({4}), 1.95),
    ("W", "tungstate", frozenset({4}), 1.95),
    ("Cr", "chromate", frozenset({4}), 1.80),
    ("Ge", "germanate", frozenset({4}), 1.95),
)
"""centre, class, oxygen neighbours that every centre must have, longest bond in Angstrom"""

OXYANION_CENTRES: Mapping[str, str] = {word: centre for centre, word, _, _ in _OXYANIONS}
MIXED_ANIONS: Mapping[str, str] = {
    "F": "oxyfluoride", "Cl": "oxychloride", "Br": "oxybromide", "I": "oxyiodide",
    "N": "oxynitride", "S": "oxysulfide", "Se": "oxyselenide", "Te": "oxytelluride",
}  # fmt: skip
_LONGEST_OXO_BOND_ANG = 2.3
"""an anion with no oxygen nearer than this is not the centre of an oxyanion"""

CLASSES: tuple[str, ...] = tuple(dict.fromkeys((
    *(noun for nouns in ANION_NOUNS.values() for noun in nouns),
    *OXYANION_CENTRES, *MIXED_ANIONS.values(), "hydroxide", "peroxide", "intermetallic", "element",
)))  # fmt: skip


def is_metal(symbol: str) -> bool:
    """Tell whether an element is neither a nonmetal nor a metalloid."""
    return symbol not in _NONMETALS and symbol not in _METALLOIDS


@lru_cache(maxsize=1)
def electronegativity_rank() -> Mapping[str, float]:
    """Return Pauling electronegativities; elements without one come last, by atomic number."""
    import warnings

    from pymatgen.core import Element

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        scale = {s: float(Element(s).X) for s in SYMBOLS[1:]}
    return {s: x if x == x else 10.0 + SYMBOLS.index(s) for s, x in scale.items()}


@lru_cache(maxsize=65536)
def families_of(symbols: tuple[str, ...]) -> tuple[str, ...]:
    """Return the element families that occur, in the order of the table."""
    return tuple(name for name, members in FAMILIES.items() if members.intersection(symbols))


@lru_cache(maxsize=65536)
def principal_anion(symbols: tuple[str, ...]) -> str:
    """Return the element that names the compound ('O' of an oxide), or '' where none does."""
    if len(symbols) < 2:
        return ""
    anion = next((symbol for symbol in ANION_NOUNS if symbol in symbols), "")
    return anion if anion and _names_compound(anion, set(symbols) - {anion}) else ""


def _names_compound(anion: str, others: set[str]) -> bool:
    metals = {s for s in others if is_metal(s)}
    half_metals = metals | (others & _METALLOIDS)
    if anion in FAMILIES["halogen"]:
        return bool(half_metals) or len(others) == 1
    if anion == "O":
        return (bool(half_metals) or len(others) == 1) and not {"C", "H"} <= others
    if anion in {"S", "Se", "Te"}:
        return others <= half_metals | {"P", "Se"}
    if anion in {"N", "C", "P", "As"}:
        extra = {"P", "As"} if anion == "N" else set()
        return others <= metals | {"B", "Si", "Ge", "Sb", "Te"} | extra and bool(
            metals or others & {"B", "Si", "Ge"} or extra & others
        )
    return bool(metals) and others <= half_metals


def compound_classes(structure: Structure, symbols: tuple[str, ...]) -> tuple[str, ...]:
    """Name the classes of a compound, the narrow before the wide.

    A class is given only where it is certain: anions by a table, oxyanions, hydroxides and
    peroxides by the neighbours of their atoms. Symbols: all elements present.
    """
    if len(symbols) == 1:
        return ("element",)
    if all(map(is_metal, symbols)):
        return ("intermetallic",)
    anion = principal_anion(symbols)
    narrow = _oxygen_classes(structure, symbols) if "O" in symbols and anion else []
    if not anion or (anion == "N" and _nearest(structure, "N", "N", 1.45).any()):
        return tuple(narrow)
    wide = ANION_NOUNS[anion]
    if anion == "O" and {"carbonate", "nitrate", "sulfate", "hydroxide", "peroxide"} & set(narrow):
        wide = ()
    return (*narrow, *wide)


def _oxygen_classes(structure: Structure, symbols: Sequence[str]) -> list[str]:
    present = set(symbols)
    metals = any(map(is_metal, present))
    found: list[str] = []
    for centre, word, allowed, longest in _OXYANIONS:
        with_metal = centre in present and any(is_metal(s) and s != centre for s in present)
        if with_metal and allowed.issuperset(_nearest(structure, centre, "O", longest).tolist()):
            found.append(word)
    if metals and not found and not present & {"C", "H"}:
        for other, word in MIXED_ANIONS.items():
            if (
                other in present
                and not _nearest(structure, other, "O", _LONGEST_OXO_BOND_ANG).any()
            ):
                found.append(word)
    if metals and "H" in present and len(present) == 3:
        hydrogens = _nearest(structure, "O", "H", 1.2).tolist()
        if set(hydrogens) == {1} and set(_nearest(structure, "H", "O", 1.2).tolist()) == {1}:
            found.append("hydroxide")
    if metals and len(present) == 2 and _nearest(structure, "O", "O", 1.65).all():
        found.append("peroxide")
    return found


def _nearest(structure: Structure, centre: str, other: str, longest: float) -> np.ndarray:
    """Count, for each atom of one element, the atoms of another within a distance (Angstrom)."""
    numbers, cell = structure.numbers, structure.cell
    a = structure.frac[numbers == SYMBOLS.index(centre)]
    b = structure.frac[numbers == SYMBOLS.index(other)]
    delta = b[None] - a[:, None]
    delta -= np.round(delta)
    heights = 1.0 / np.linalg.norm(np.linalg.inv(cell), axis=0)
    reach = [int(longest / h + 0.5) for h in heights.tolist()]
    counts = np.zeros(len(a), dtype=np.int64)
    for x in range(-reach[0], reach[0] + 1):
        for y in range(-reach[1], reach[1] + 1):
            for z in range(-reach[2], reach[2] + 1):
                d = (delta + (x, y, z)) @ cell
                squared = np.einsum("abi,abi->ab", d, d)
                counts += ((squared < longest * longest) & (squared > 1e-6)).sum(axis=1)
    return counts
