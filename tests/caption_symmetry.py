"""Words and symbols of symmetry and of what is bonded: a table apart from the grammar's."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Protocol

from pymatgen.symmetry.groups import sg_symbol_from_int_number

SYSTEMS = "triclinic monoclinic orthorhombic tetragonal trigonal hexagonal cubic".split()
CENTRED = (
    r"primitive|uncent(?:red|ered)"
    r"|(?:body|face|all-faces?|base|inner|side|end|one-face|side-face)[- ]cent\w+"
    r"|rhombohedral(?:ly cent(?:red|ered))?"
)

SYSTEM_PHRASES: Mapping[str, tuple[str, ...]] = {
    "triclinic": (
        "no rotation axis and no mirror plane",
        "no symmetry but translation and perhaps inversion",
        "the lowest crystal symmetry",
        "a cell without any required right angle",
    ),
    "monoclinic": (
        "two-fold symmetry along one direction only",
        "one two-fold axis or mirror plane only",
        "a cell with one oblique angle",
        "a cell of three unequal edges with one oblique angle",
    ),
    "orthorhombic": (
        "three unequal axes at right angles",
        "a brick-shaped cell of three different edges",
        "a rectangular box of three unequal edges as its cell",
        "two-fold symmetry along three perpendicular directions and nothing higher",
        "three different cell edges perpendicular to each other",
    ),
    "tetragonal": (
        "a single four-fold axis",
        "one four-fold axis",
        "a square-based cell",
        "four-fold symmetry along one direction only",
        "a square prism as its cell",
        "two equal axes and an unequal third, all at right angles",
    ),
    "trigonal": (
        "a single three-fold axis as its highest symmetry",
        "one three-fold axis and no six-fold axis",
        "three-fold but no six-fold symmetry",
        "a three-fold main axis",
        "three-fold symmetry along one direction only",
    ),
    "hexagonal": (
        "a six-fold axis",
        "six-fold symmetry",
        "a six-fold main axis",
        "a single six-fold axis",
        "a six-fold rotation or rotoinversion axis",
        "six-fold symmetry along one direction",
    ),
    "cubic": (
        "three equal axes at right angles",
        "three equal cell edges at right angles",
        "isometric symmetry",
        "a cube as its unit cell",
        "four three-fold axes",
        "three-fold axes along all body diagonals",
        "equal edges and right angles only",
        "a cube-shaped cell",
    ),
}
"""what the crystals of a system have"""
CENTRING_PHRASES: Mapping[str, tuple[str, ...]] = {
    "P": (
        "lattice points at the corners only",
        "no centring of the lattice",
        "a lattice without centring",
        "one lattice point per conventional cell",
        "no centering of the lattice",
        "a lattice without centering",
        "primitive centring",
        "lattice points at the cell corners and nowhere else",
        "an uncentred cell",
        "an uncentered cell",
        "no extra lattice points in the conventional cell",
        "a conventional cell that is primitive",
        "neither its faces nor its body centred",
        "a conventional cell with a single lattice point",
        "a P lattice",
    ),
    "I": (
        "a lattice point in the middle of the cell",
        "body centring",
        "body centering",
        "lattice points at the corners and in the middle of the cell",
        "an extra lattice point in the middle of the cell",
        "a body-centred cell",
        "a body-centered cell",
        "a lattice point at the body centre",
        "a lattice point at the body center",
        "lattice points at the corners and the body centre",
        "a second lattice point at the centre of the cell",
        "a second lattice point at the center of the cell",
        "the body of the cell centred",
        "I centring",
        "an I-centred cell",
        "an extra lattice point halfway along the body diagonal",
    ),
    "F": (
        "all faces centred",
        "face centring",
        "face centering",
        "every face of the cell centred",
        "lattice points at the corners and on all faces",
        "centring of all faces",
        "centering of all faces",
        "lattice points also at the face centres",
        "lattice points also at the face centers",
        "lattice points on all faces",
        "an extra lattice point on every face",
        "a lattice point in the middle of every face",
        "a face-centred cell",
        "a face-centered cell",
        "four lattice points per conventional cell",
        "F centring",
        "each face of the cell centred",
        "extra lattice points at all face centres",
        "an F-centred cell",
    ),
    "AC": (
        "base centring",
        "base centering",
        "one pair of faces centred",
        "lattice points at the corners and on one pair of faces",
        "centring of one face only",
        "centering of one face only",
        "lattice points in the middle of two opposite faces only",
        "an extra lattice point on one pair of opposite faces",
        "a base-centred cell",
        "a base-centered cell",
        "one pair of opposite faces centred",
        "two opposite faces centred only",
        "lattice points also in the middle of one pair of faces",
        "side-face centring",
    ),
    "A": ("A centring", "an A-centred cell"),
    "C": ("C centring", "a C-centred cell"),
    "R": (
        "rhombohedral centring",
        "rhombohedral centering",
        "a rhombohedron as primitive cell",
        "a rhombohedral primitive cell",
        "R centring",
        "an R-centred cell",
        "an R-centered cell",
        "a primitive cell that is a rhombohedron",
        "extra lattice points at one third and two thirds of a body diagonal",
    ),
}
"""what a lattice has, by the letters of its centring"""
ARRANGED: Mapping[str, tuple[str, ...]] = {
    "rock salt | AB_cF8_225_a_b": (
        "a face-centred cubic array with every octahedral hole filled",
        "two face-centred cubic lattices shifted by half a cell edge",
        "two kinds of atoms alternating along all three edges of a cube",
    ),
    "caesium chloride | AB_cP2_221_a_b": (
        "two interpenetrating simple cubic lattices",
        "one atom at the corners of a cube and another kind at its centre",
    ),
    "zincblende | AB_cF8_216_a_c": (
        "a face-centred cubic array with half of the tetrahedral holes filled",
        "the diamond arrangement with two alternating kinds of atoms",
    ),
    "wurtzite | AB_hP4_186_b_b": (
        "a hexagonal close-packed array with half of the tetrahedral holes filled",
        "the hexagonal stacking of the zincblende tetrahedra",
    ),
    "nickel arsenide | AB_hP4_194_a_c": (
        "a hexagonal close-packed array with every octahedral hole filled",
        "hexagonal close packing of one kind with the other in all octahedral holes",
    ),
    "hexagonal boron nitride | AB_hP4_194_c_d": (
        "flat honeycomb sheets of two alternating kinds of atoms",
    ),
    "tungsten carbide | AB_hP2_187_a_d": (
        "a simple hexagonal array with half of the trigonal prisms filled",
    ),
    "sodium thallide | AB_cF16_227_a_b": ("two interpenetrating diamond nets of different atoms",),
    "tetraauricupride | AB_tP2_123_a_d": (
        "two kinds of atoms at the corners and the centre of a square prism",
    ),
    "fluorite | AB2_cF12_225_a_c": (
        "a face-centred cubic array of cations with anions in all tetrahedral holes",
        "anions on a simple cubic array with cations in every other cube",
    ),
    "antifluorite | AB2_cF12_225_a_c": (
        "a face-centred cubic array of anions with cations in all tetrahedral holes",
        "the fluorite arrangement with cations and anions exchanged",
    ),
    "cuprite | AB2_cP6_224_a_b": ("two interpenetrating cristobalite-like nets",),
    "cadmium iodide | AB2_hP3_164_a_d": (
        "hexagonal close-packed anions with every other layer of octahedral holes filled",
    ),
    "cadmium chloride | AB2_hR9_166_a_c": (
        "cubic close-packed anions with every other layer of octahedral holes filled",
    ),
    "aluminium diboride | AB2_hP3_191_a_d": (
        "flat honeycomb layers with an atom above the middle of each hexagon",
        "honeycomb sheets alternating with triangular sheets of the other atoms",
    ),
    "cubic Laves | AB2_cF24_227_a_d": (
        "a diamond net of one kind with corner-sharing tetrahedra of the other",
    ),
    "rhenium trioxide | AB3_cP4_221_a_d": (
        "corner-sharing octahedra in a cubic net with empty gaps",
        "the cubic perovskite framework without its large cations",
    ),
    "auricupride | AB3_cP4_221_a_c": (
        "one kind of atom at the corners of a cube and the other on all its faces",
        "an ordered face-centred cubic array of three atoms to one",
    ),
    "bismuth trifluoride | AB3_cF16_225_a_bc": (
        "a face-centred cubic array with all octahedral and tetrahedral holes filled",
    ),
    "A15 | AB3_cP8_223_a_c": (
        "a body-centred cubic array with a pair of other atoms on every cube face",
        "three sets of perpendicular chains around a body-centred cubic array",
    ),
    "calcium hexaboride | AB6_cP7_221_a_f": (
        "octahedra of like atoms in a simple cubic net of single atoms",
    ),
    "corundum | A2B3_hR30_167_c_e": (
        "nearly hexagonal close-packed anions with two thirds of the octahedral holes filled",
    ),
    "perovskite | ABC3_cP5_221_a_b_c": (
        "cations at the corners and the centre of a cube and anions on its faces",
        "corner-sharing octahedra in a cubic net with a cation in every large gap",
    ),
    "antiperovskite | ABC3_cP5_221_a_b_c": (
        "the perovskite arrangement with the places of the ions exchanged",
    ),
    "double perovskite | ABC2D6_cF40_225_a_b_c_e": (
        "corner-sharing octahedra of two kinds alternating in all directions",
        "perovskite-like octahedra of two kinds in rock-salt order",
    ),
    "vacancy-ordered double perovskite | AB2C6_cF36_225_a_c_e": (
        "the double perovskite arrangement with every other octahedron empty",
        "separate octahedra on a face-centred cubic array with cations between",
    ),
    "spinel | AB2C4_cF56_227_a_d_e": (
        "nearly cubic close-packed anions with an eighth of the tetrahedral and half of "
        "the octahedral holes filled",
    ),
    "pyrochlore | A2B2C7_cF88_227_c_d_af": (
        "a fluorite array with an eighth of the anions missing in order",
    ),
    "Ruddlesden-Popper | AB2C4_tI14_139_a_e_ce A2B3C7_tI24_139_e_ae_beg": (
        "perovskite slabs separated by rock salt layers",
    ),
    "chalcopyrite | ABC2_tI16_122_a_b_d": (
        "the zincblende arrangement doubled along one axis by cation order",
    ),
    "delafossite | ABC2_hR12_166_a_b_c": (
        "sheets of edge-sharing octahedra joined by two-coordinate cations",
    ),
    "layered rock salt | ABC2_hR12_166_a_b_c": (
        "the rock salt arrangement with two kinds of cations in alternating layers",
    ),
    "half-Heusler | ABC_cF12_216_a_b_c": (
        "three interpenetrating face-centred cubic lattices of three different atoms",
        "a Heusler lattice with half of the tetrahedral sites empty",
        "a zincblende lattice with its octahedral holes filled",
    ),
    "Heusler | ABC2_cF16_225_a_b_c": (
        "a rock salt array of two kinds of atoms with a third in all tetrahedral holes",
        "four interpenetrating face-centred cubic lattices with the two alike in the "
        "tetrahedral holes",
    ),
    "thorium chromium silicide | AB2C2_tI10_139_a_d_e": (
        "layers of edge-sharing tetrahedra between planes of single atoms in a body-centred cell",
    ),
    "diamond | A_cF8_227_a": (
        "two face-centred cubic lattices of equal atoms a quarter of the body diagonal apart",
    ),
    "graphite | A_hP4_194_bc A_hP4_186_ab": ("flat honeycomb sheets of equal atoms",),
    "face-centred cubic | A_cF4_225_a": ("cubic close packing of equal atoms",),
    "body-centred cubic | A_cI2_229_a": ("equal atoms at the corners and in the centre of a cube",),
    "hexagonal close-packed | A_hP2_194_c": (
        "close-packed layers of equal atoms in two alternating positions",
    ),
    "simple cubic | A_cP1_221_a": ("equal atoms at the corners of cubes only",),
}
"""how atoms are arranged, by structure type and labels of the Wyckoff positions"""

_GROUPS = {
    re.sub(r"^(\w)1(.+)1$", r"\1\2", sg_symbol_from_int_number(n).replace("_", "")): n
    for n in range(1, 231)
}
_OLD = {"Cmca": "Cmce", "Abm2": "Aem2", "Aba2": "Aea2", "Cmma": "Cmme", "Ccca": "Ccce"}
_GROUPS |= {_OLD[s]: n for s, n in _GROUPS.items() if s in _OLD}
_GROUPS |= {old: _GROUPS[new] for old, new in _OLD.items() if new in _GROUPS}


_TYPED = {symbol.lower(): n for symbol, n in _GROUPS.items()}
_TYPED |= {s.replace("-3", "3"): n for s, n in _TYPED.items() if n > 194}


def typed(symbol: str) -> int:
    """Return the number of a symbol as people type it, or 0."""
    return _TYPED.get(symbol.replace("_", "").lower(), 0)


def group(symbol: str) -> int:
    """Return the number of a symbol, or 0."""
    return _GROUPS.get(symbol.replace("_", ""), 0)


def centred(word: str, centring: str) -> bool:
    """Tell whether a word for a centring fits its letter."""
    letters = {"primitive": "P", "uncentred": "P", "uncentered": "P", "body": "I", "inner": "I",
               "face": "F", "all": "F", "base": "AC", "side": "AC", "one": "AC", "end": "AC",
               "rhombohedral": "R", "rhombohedrally": "R"}  # fmt: skip
    return centring in letters[re.split(r"[- ]", word)[0]]


class Known(Protocol):
    """What the phrases are judged by."""

    label: str
    crystal_system: str
    centring: str
    structure_words: frozenset[str]


_MEANINGS: tuple[tuple[Mapping[str, tuple[str, ...]], Callable[[str, Known], bool]], ...] = (
    (ARRANGED, lambda key, t: key.split(" | ")[0] in t.structure_words and t.label in key.split()),
    (SYSTEM_PHRASES, lambda key, t: t.crystal_system == key),
    (CENTRING_PHRASES, lambda key, t: t.centring in key),
)
_MEANING = {
    phrase: (key, so)
    for table, so in _MEANINGS for key, phrases in table.items() for phrase in phrases
}  # fmt: skip
PHRASES = (
    r"(?<![\w-])(?:" + "|".join(map(re.escape, sorted(_MEANING, key=len, reverse=True)))
    + r")(?![\w-])"
)  # fmt: skip
"""a pattern of all phrases"""


def is_so(phrase: str, truth: Known) -> bool:
    """Tell whether a phrase is true."""
    key, so = _MEANING[phrase]
    return so(key, truth)
