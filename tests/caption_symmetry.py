"""Words and symbols of symmetry and of what is bonded: a table apart from the grammar's."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Protocol

from caption_described import IN_ALL_FORMS, read_meanings
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
_BRITISH = (("centre", "center"), ("neighbour", "neighbor"))
_PACKED = (("a face-centred cubic ", "an fcc "), ("a hexagonal close-packed ", "an hcp "),
           ("face-centred cubic", "fcc"), ("body-centred cubic", "bcc"),
           ("cubic close-packed", "ccp"), ("hexagonal close-packed", "hcp"))  # fmt: skip


def _spellings(phrase: str) -> Iterator[str]:
    """Yield a phrase in other spellings and with other words for holes and packings."""
    for hole in (" hole", " void", " interstice"):
        for changes in ((), _PACKED, _BRITISH, _PACKED + _BRITISH):
            text = phrase.replace(" hole", hole)
            for word, other in changes:
                text = text.replace(word, other)
            yield text


ARRANGED: Mapping[str, tuple[str, ...]] = {
    key: tuple(text for phrase in phrases for text in dict.fromkeys(_spellings(phrase)))
    for key, phrases in read_meanings("caption_types.txt").items()
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
    classes: frozenset[str]
    dimension: str


def _so(key: str, t: Known) -> bool:
    """Judge a description: 'class oxide', 'dimension 2D' or 'dimension not 2D'."""
    kind, _, word = key.partition(" ")
    if kind == "class":
        return word in t.classes
    return t.dimension != word[4:] if word.startswith("not ") else t.dimension == word


_MEANINGS: tuple[tuple[Mapping[str, tuple[str, ...]], Callable[[str, Known], bool]], ...] = (
    (ARRANGED, lambda key, t: key.split(" | ")[0] in t.structure_words and t.label in key.split()),
    (IN_ALL_FORMS, _so),
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
