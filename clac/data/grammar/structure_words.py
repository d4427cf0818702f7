"""Words for symmetry and structure types: what holds for every crystal of a kind and no other."""

from __future__ import annotations

from collections.abc import Mapping

SYSTEM_WORDS: Mapping[str, tuple[str, ...]] = {
    "triclinic": (
        "no rotation axis and no mirror plane",
        "no symmetry but translation and perhaps inversion", "the lowest crystal symmetry",
        "a cell without any required right angle",
    ),
    "monoclinic": (
        "two-fold symmetry along one direction only", "one two-fold axis or mirror plane only",
        "a cell with one oblique angle",
        "a cell of three unequal edges with one oblique angle",
    ),
    "orthorhombic": (
        "three unequal axes at right angles", "a brick-shaped cell of three different edges",
        "a rectangular box of three unequal edges as its cell",
        "two-fold symmetry along three perpendicular directions and nothing higher",
        "three different cell edges perpendicular to each other",
    ),
    "tetragonal": (
        "a single four-fold axis", "one four-fold axis", "a square-based cell", "four-fold "
        "symmetry along one direction only", "a square prism as its cell",
        "two equal axes and an unequal third, all at right angles",
    ),
    "trigonal": (
        "a single three-fold axis as its highest symmetry", "one three-fold axis and no six-fold "
        "axis", "three-fold but no six-fold symmetry", "a three-fold main axis",
        "three-fold symmetry along one direction only",
    ),
    "hexagonal": (
        "a six-fold axis", "six-fold symmetry", "a six-fold main axis", "a single six-fold axis",
        "a six-fold rotation or rotoinversion axis", "six-fold symmetry along one direction",
    ),
    "cubic": (
        "three equal axes at right angles", "three equal cell edges at right angles",
        "isometric symmetry", "a cube as its unit cell", "four three-fold axes",
        "three-fold axes along all body diagonals", "equal edges and right angles only",
        "a cube-shaped cell",
    ),
}  # fmt: skip
"""what a crystal of a system has"""

CENTRINGS: Mapping[str, tuple[str, ...]] = {
    "P": ("primitive",),
    "I": ("body-centred", "body-centered"),
    "F": ("face-centred", "face-centered"),
    "A": ("base-centred", "base-centered"),
    "C": ("base-centred", "base-centered"),
    "R": ("rhombohedral",),
}
"""before 'lattice'"""
_SIDES = ("side-centred", "side-centered", "one-face-centred", "end-centred")
MORE_CENTRINGS: Mapping[str, tuple[str, ...]] = {
    "P": ("uncentred",),
    "I": ("body centred", "inner-centred"),
    "F": ("all-face-centred", "face centred", "all-faces-centred"),
    "A": _SIDES,
    "C": _SIDES,
    "R": ("rhombohedrally centred",),
}
_ONE_FACE = (
    "base centring", "base centering", "one pair of faces centred",
    "lattice points at the corners and on one pair of faces", "centring of one face only",
)  # fmt: skip
CENTRING_WORDS: Mapping[str, tuple[str, ...]] = {
    "P": ("lattice points at the corners only", "no centring of the lattice",
          "a lattice without centring", "one lattice point per conventional cell"),
    "I": ("a lattice point in the middle of the cell", "body centring", "body centering",
          "lattice points at the corners and in the middle of the cell"),
    "F": ("all faces centred", "face centring", "face centering", "every face of the cell centred",
          "lattice points at the corners and on all faces", "centring of all faces"),
    "A": _ONE_FACE,
    "C": _ONE_FACE,
    "R": ("rhombohedral centring", "rhombohedral centering", "a rhombohedron as primitive cell"),
}  # fmt: skip
"""what the lattice has"""

GROUP_FRAGMENTS = (
    "space group {s}", "{s}", "{s} symmetry", "space group {s} (No. {n})", "{s} (No. {n})",
    "space group {n}", "space group number {n}",
)  # fmt: skip
MORE_GROUP_FRAGMENTS = (
    "{s} space group", "spacegroup {s}", "SG {s}", "in {s}", "in space group {s}",
    "space-group type {s}", "symmetry group {s}", "with space group {s}", "SG {n}", "No. {n}",
    "#{n}", "group number {n}", "space group #{n}", "space group no. {n}", "SG {s} ({n})",
    "sg {n}", "spacegroup {n}", "spacegroup number {n}", "No {n}", "space group no {n}",
    "{s} ({n})", "space group type {s}", "SG #{n}", "space group: {s}", "Hermann-Mauguin symbol "
    "{s}", "international number {n}", "number {n} in the International Tables", "SG: {s}",
    "space-group number {n}", "symmetry {s}", "space group symbol {s}", "SG no. {n}",
    "of space group {s}", "crystallizing in {s}", "{s} space group symmetry",
    "international symbol {s}", "space group = {s}",
    "point group {p}, space group number {n}", "space group {w}", "space group {w} (No. {n})",
    "space group {w}", "SG {w}", "Hermann-Mauguin symbol {w}",
)  # fmt: skip
"""symbol, number, point group, symbol in parts"""
GROUP_PREDICATES = (
    "crystallizes in space group {s}", "has space group {s}", "has the space group {s}",
    "crystallizes in {s}", "has space group {s} (No. {n})", "crystallizes in {s} (No. {n})",
    "has space group number {n}",
)  # fmt: skip
MORE_GROUP_PREDICATES = (
    "has {s} symmetry", "has {s} as its space group", "belongs to space group {s}",
    "crystallises in space group {s}", "has the symmetry group {s}", "is of space-group type {s}",
    "belongs to space group {n}", "has space group no. {n}", "crystallizes in space group #{n}",
    "is in SG {n}", "has the Hermann-Mauguin symbol {s}", "has the international number {n}",
    "has the space group symbol {s}", "has space-group symmetry {s}", "is in space group {s}",
    "forms crystals of space group {s}", "has number {n} in the International Tables",
    "has point group {p} and space group number {n}", "belongs to the space group type {s}",
    "has space group {w}", "crystallizes in space group {w}", "is described by space group {s}",
)  # fmt: skip

LIKE_MINERAL = (
    ("with the structure of {}", "{}-like structure", "{}-like", "{} polymorph",
     "same structure as {}", "crystallizing like {}", "built like {}", "arranged as in {}",
     "atoms arranged as in {}", "{}-like lattice", "{}-like arrangement",
     "with the atomic arrangement of {}"),
    ("has the structure of {}", "has a {}-like structure", "crystallizes like {}",
     "has the same structure as {}", "is built like {}", "is arranged as in {}",
     "has atoms arranged as in {}", "has a {}-like lattice", "has the atomic arrangement of {}"),
)  # fmt: skip
"""after a mineral"""
TYPE_FRAGMENTS = (
    "{} lattice", "{} structure type", "with the {} structure", "in the {} structure",
    "{} arrangement", "{} prototype",
    "{} atomic arrangement", "with {} structure", "crystallizing in the {} structure",
    "with the {} arrangement",
)  # fmt: skip
TYPE_PREDICATES = (
    "takes the {} structure", "shares the {} structure", "has the {} structure type",
    "crystallises in the {} structure type", "adopts the {} arrangement", "has the {} arrangement",
    "forms in the {} structure", "has the {} prototype", "assumes the {} structure",
    "is of {} structure", "belongs to the {} structure type",
)  # fmt: skip
OPEN_TYPE_FRAGMENTS = (
    "of the {} type", "{} type", "structure type {}", "prototype {}", "prototype: {}",
    "structure type: {}", "crystal of the {} type", "{} type structure", "{}-type structure",
)  # fmt: skip
"""where the name does not end with 'type' or 'phase'"""
OPEN_TYPE_PREDICATES = (
    "is of the {} type", "belongs to the {} type", "is of {} type", "has a {}-type structure",
    "is a crystal of the {} type", "has structure type {}", "crystallizes in the {} type",
)  # fmt: skip
LIKE_FORMULA = (
    ("is", "isostructural with {}"), ("is", "isostructural to {}"), ("is", "isotypic with {}"),
    ("has the", "same structure as {}"), ("has the", "structure of {}"), ("is", "isotypic to {}"),
    ("has the", "same atomic arrangement as {}"), ("is", "built like {}"),
    ("is", "arranged as in {}"), ("has", "prototype {}"), ("has", "structure type {}"),
    ("has the", "{} structure"), ("has the", "{} arrangement"), ("has the", "{} prototype"),
    ("has the", "{} structure type"), ("is", "of {} structure type"),
)  # fmt: skip
"""verb and words for a structure that is named after a compound"""
NOUN_TYPES = frozenset((
    "perovskite", "cubic perovskite", "orthorhombic perovskite", "tetragonal perovskite",
    "distorted perovskite", "hexagonal perovskite", "layered perovskite", "rhombohedral perovskite",
    "antiperovskite", "anti-perovskite", "inverse perovskite", "double perovskite", "elpasolite",
    "vacancy-ordered double perovskite", "spinel", "garnet", "pyrochlore", "delafossite",
    "skutterudite", "olivine", "magnetoplumbite", "Laves phase", "cubic Laves phase",
    "hexagonal Laves phase", "MAX phase", "211 MAX phase", "312 MAX phase", "clathrate",
    "half-Heusler", "half Heusler", "semi-Heusler", "full-Heusler", "full Heusler",
    "inverse Heusler",
))  # fmt: skip
"""names that compounds of the type are called by: 'a spinel'"""
TYPE_WORDS: Mapping[str, tuple[str, ...]] = {
    "rock salt": (
        "a face-centred cubic array with every octahedral hole filled",
        "two face-centred cubic lattices shifted by half a cell edge",
        "two kinds of atoms alternating along all three edges of a cube",
    ),
    "caesium chloride": (
        "two interpenetrating simple cubic lattices",
        "one atom at the corners of a cube and another kind at its centre",
    ),
    "zincblende": (
        "a face-centred cubic array with half of the tetrahedral holes filled",
        "the diamond arrangement with two alternating kinds of atoms",
    ),
    "wurtzite": (
        "a hexagonal close-packed array with half of the tetrahedral holes filled",
        "the hexagonal stacking of the zincblende tetrahedra",
    ),
    "nickel arsenide": (
        "a hexagonal close-packed array with every octahedral hole filled",
        "hexagonal close packing of one kind with the other in all octahedral holes",
    ),
    "hexagonal boron nitride": ("flat honeycomb sheets of two alternating kinds of atoms",),
    "tungsten carbide": ("a simple hexagonal array with half of the trigonal prisms filled",),
    "sodium thallide": ("two interpenetrating diamond nets of different atoms",),
    "tetraauricupride": ("two kinds of atoms at the corners and the centre of a square prism",),
    "fluorite": (
        "a face-centred cubic array of cations with anions in all tetrahedral holes",
        "anions on a simple cubic array with cations in every other cube",
    ),
    "antifluorite": (
        "a face-centred cubic array of anions with cations in all tetrahedral holes",
        "the fluorite arrangement with cations and anions exchanged",
    ),
    "cuprite": ("two interpenetrating cristobalite-like nets",),
    "cadmium iodide": (
        "hexagonal close-packed anions with every other layer of octahedral holes filled",
    ),
    "cadmium chloride": (
        "cubic close-packed anions with every other layer of octahedral holes filled",
    ),
    "aluminium diboride": (
        "flat honeycomb layers with an atom above the middle of each hexagon",
        "honeycomb sheets alternating with triangular sheets of the other atoms",
    ),
    "cubic Laves": ("a diamond net of one kind with corner-sharing tetrahedra of the other",),
    "rhenium trioxide": (
        "corner-sharing octahedra in a cubic net with empty gaps",
        "the cubic perovskite framework without its large cations",
    ),
    "auricupride": (
        "one kind of atom at the corners of a cube and the other on all its faces",
        "an ordered face-centred cubic array of three atoms to one",
    ),
    "A15": (
        "a body-centred cubic array with a pair of other atoms on every cube face",
        "three sets of perpendicular chains around a body-centred cubic array",
    ),
    "calcium hexaboride": ("octahedra of like atoms in a simple cubic net of single atoms",),
    "corundum": (
        "nearly hexagonal close-packed anions with two thirds of the octahedral holes filled",
    ),
    "perovskite": (
        "cations at the corners and the centre of a cube and anions on its faces",
        "corner-sharing octahedra in a cubic net with a cation in every large gap",
    ),
    "antiperovskite": ("the perovskite arrangement with the places of the ions exchanged",),
    "double perovskite": (
        "corner-sharing octahedra of two kinds alternating in all directions",
        "perovskite-like octahedra of two kinds in rock-salt order",
    ),
    "vacancy-ordered double perovskite": (
        "the double perovskite arrangement with every other octahedron empty",
        "separate octahedra on a face-centred cubic array with cations between",
    ),
    "spinel": (
        "nearly cubic close-packed anions with an eighth of the tetrahedral and half of the "
        "octahedral holes filled",
    ),
    "pyrochlore": ("a fluorite array with an eighth of the anions missing in order",),
    "Ruddlesden-Popper": ("perovskite slabs separated by rock salt layers",),
    "chalcopyrite": ("the zincblende arrangement doubled along one axis by cation order",),
    "delafossite": ("sheets of edge-sharing octahedra joined by two-coordinate cations",),
    "layered rock salt": (
        "the rock salt arrangement with two kinds of cations in alternating layers",
    ),
    "half-Heusler": (
        "three interpenetrating face-centred cubic lattices of three different atoms",
        "a Heusler lattice with half of the tetrahedral sites empty",
        "a zincblende lattice with its octahedral holes filled",
    ),
    "Heusler": (
        "a rock salt array of two kinds of atoms with a third in all tetrahedral holes",
        "four interpenetrating face-centred cubic lattices with the two alike in the "
        "tetrahedral holes",
    ),
    "thorium chromium silicide": (
        "layers of edge-sharing tetrahedra between planes of single atoms in a body-centred cell",
    ),
    "diamond": (
        "two face-centred cubic lattices of equal atoms a quarter of the body diagonal apart",
    ),
    "graphite": ("flat honeycomb sheets of equal atoms",),
    "face-centred cubic": ("cubic close packing of equal atoms",),
    "body-centred cubic": ("equal atoms at the corners and in the centre of a cube",),
    "hexagonal close-packed": ("close-packed layers of equal atoms in two alternating positions",),
    "simple cubic": ("equal atoms at the corners of cubes only",),
}  # fmt: skip
"""how the atoms of a structure type are arranged, where that is so in all of its crystals"""
