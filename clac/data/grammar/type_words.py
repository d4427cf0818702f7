"""How the atoms of each structure type are arranged, where that is so in all of its crystals."""

from __future__ import annotations

from collections.abc import Mapping

from clac.data.grammar.alloy_type_words import MORE_BINARY_TYPES
from clac.data.grammar.simple_type_words import SIMPLE_TYPES
from clac.data.grammar.ternary_type_words import TERNARY_TYPES
from clac.data.grammar.voice import Voice

_ELEMENTS: Mapping[str, tuple[str, ...]] = {
    "diamond": (
        "two face-centred cubic lattices of equal atoms a quarter of the body diagonal apart",
        "four tetrahedral neighbours of the same kind around each atom in a cubic cell",
        "a cubic network of tetrahedral bonds between equal atoms",
        "puckered six-membered rings in three-layer stacking", "zincblende with both sites alike",
        "a tetrahedral network with all rings in the chair form",
        "a face-centred cubic lattice with half of the tetrahedral holes filled by equal atoms",
        "staggered tetrahedral bonds of equal atoms in cubic order",
        "eight equal atoms per face-centred cubic cell, all tetrahedral",
        "a three-dimensional four-connected net of equal atoms",
        "the open cubic arrangement of four-bonded equal atoms"),
    "lonsdaleite": (
        "a hexagonal network of tetrahedral bonds between equal atoms",
        "wurtzite with both sites alike", "puckered six-membered rings in two-layer stacking",
        "four tetrahedral neighbours of the same kind in a hexagonal cell",
        "a tetrahedral network with chair and boat rings", "the hexagonal polytype of diamond"),
    "graphite": (
        "flat honeycomb sheets of equal atoms",
        "planar layers of six-membered rings of equal atoms", "stacked graphene sheets",
        "three neighbours in a flat triangle around each of equal atoms",
        "honeycomb layers of one kind of atom, weakly held together",
        "flat sheets of hexagons shifted against each other",
        "staggered flat layers of hexagonal rings"),
    "face-centred cubic": (
        "cubic close packing of equal atoms",
        "equal atoms at the corners and face centres of a cube",
        "close-packed layers of equal atoms in three-layer stacking",
        "twelve equal neighbours around each atom in a cubic cell",
        "cubic densest packing of equal spheres",
        "close-packed equal spheres in the sequence ABCABC",
        "four equal atoms per cubic cell with cuboctahedral surroundings",
        "a close-packed cube of equal atoms with all its faces centred",
        "cuboctahedra of twelve neighbours around equal atoms", "ccp of one kind of atom",
        "a cube of equal atoms with one more on each face"),
    "body-centred cubic": (
        "equal atoms at the corners and in the centre of a cube",
        "eight neighbours at the corners of a cube around each of equal atoms",
        "one atom at each cube corner and an equal one in the middle",
        "two equal atoms per cubic cell", "caesium chloride with both sites alike",
        "a cubic packing of equal atoms with eight near and six farther neighbours",
        "a body-centred packing of equal spheres",
        "a not quite close-packed cubic arrangement of equal spheres, eight-coordinate",
        "an eight-coordinate lattice of equal atoms with six more not much farther away",
        "cubes of equal atoms with one in each centre"),
    "hexagonal close-packed": (
        "close-packed layers of equal atoms in two alternating positions",
        "close-packed layers of equal spheres in the sequence ABAB",
        "hexagonal densest packing of equal spheres",
        "twelve equal neighbours around each atom in a hexagonal cell",
        "two equal atoms per hexagonal cell",
        "two-layer stacking of triangular layers of equal atoms",
        "anticuboctahedra of twelve neighbours around equal atoms",
        "a hexagonal dense packing of one kind of atom",
        "layers of equal spheres nested in two positions in turn",
        "the two-layer close packing of a pure substance"),
    "double hexagonal close-packed": (
        "close-packed layers of equal spheres in the sequence ABAC",
        "four-layer stacking of triangular layers of equal atoms",
        "equal close-packed layers with cubic and hexagonal stacking in turn",
        "a hexagonal dense packing with a doubled c axis",
        "four equal atoms per close-packed hexagonal cell"),
    "white tin": (
        "a diamond lattice squashed along one axis",
        "six neighbours around each of equal atoms, four near and two farther, in a tetragonal "
        "cell", "a strongly flattened tetragonal diamond-like array",
        "flattened tetrahedra of equal atoms in a body-centred tetragonal cell"),
    "grey arsenic": (
        "puckered honeycomb layers of equal atoms",
        "buckled six-membered rings in rhombohedrally stacked layers",
        "three near and three farther neighbours around each of equal atoms",
        "a rhombohedrally distorted simple cubic lattice with atoms in pairs",
        "buckled layers of three-bonded equal atoms"),
    "black phosphorus": (
        "armchair-folded layers of equal atoms",
        "puckered layers of three-bonded equal atoms in an orthorhombic cell",
        "strongly folded honeycomb sheets", "corrugated layers with zigzag rows at two heights",
        "stacked phosphorene sheets"),
    "simple cubic": (
        "equal atoms at the corners of cubes only", "one equal atom per cubic cell",
        "six neighbours along the cube axes around each of equal atoms",
        "a primitive cubic lattice with one atom on each point",
        "equal atoms stacked like toy blocks", "a cubic grid of one kind of atom"),
    "alpha manganese": (
        "a body-centred cubic cell of fifty-eight equal atoms",
        "four kinds of sites of one and the same atom in a large body-centred cubic cell",
        "a complicated body-centred cubic packing of Frank-Kasper polyhedra of one kind of atom"),
    "beta manganese": (
        "a chiral cubic cell of twenty equal atoms",
        "two kinds of sites of one and the same atom in a chiral cubic cell",
        "a corner-linked triangular network of equal atoms in a chiral cubic cell"),
    "indium": (
        "a tetragonally stretched face-centred lattice of equal atoms",
        "four near and eight farther neighbours around each of equal atoms",
        "one atom per point of a body-centred tetragonal lattice"),
    "alpha mercury": (
        "a rhombohedrally squeezed cubic lattice of equal atoms",
        "six near and six farther neighbours around each of equal atoms",
        "one atom per point of a rhombohedral lattice"),
    "alpha nitrogen": (
        "a face-centred cubic packing of two-atom molecules",
        "diatomic molecules pointing along the four body diagonals",
        "dumbbells of equal atoms in face-centred cubic order"),
    "alpha uranium": (
        "corrugated sheets of equal atoms in a base-centred orthorhombic cell",
        "an orthorhombic distortion of hexagonal close packing with zigzag rows of equal atoms",
        "four equal atoms in a base-centred orthorhombic cell, in zigzag chains"),
    "grey selenium": (
        "spiral chains of equal atoms side by side",
        "helices of two-bonded equal atoms along a three-fold screw axis",
        "parallel screw-like chains of one kind of atom in a chiral cell",
        "two near and four farther neighbours around each of equal atoms in spirals"),
    "alpha samarium": (
        "close-packed layers of equal spheres in nine-layer stacking",
        "equal close-packed layers two thirds hexagonal and one third cubic",
        "a rhombohedral nine-layer stack of triangular layers of equal atoms"),
    "orthorhombic sulfur": (
        "crown-shaped rings of eight equal atoms", "a packing of eight-membered puckered rings",
        "molecular rings of eight in a large face-centred orthorhombic cell"),
    "iodine": (
        "two-atom molecules in flat layers of an orthorhombic cell",
        "diatomic molecules in herringbone layers",
        "a base-centred orthorhombic packing of dumbbells in planar sheets"),
}  # fmt: skip
TYPE_WORDS: Mapping[str, tuple[str, ...]] = {
    **_ELEMENTS, **SIMPLE_TYPES, **MORE_BINARY_TYPES, **TERNARY_TYPES,
}  # fmt: skip
"""noun phrases, or a general formula and what follows it, by the name of the type"""

_CLOSE_PACKED = (
    ("a face-centred cubic ", "an fcc "), ("a hexagonal close-packed ", "an hcp "),
    ("face-centred cubic", "fcc"), ("body-centred cubic", "bcc"), ("cubic close-packed", "ccp"),
    ("hexagonal close-packed", "hcp"),
)  # fmt: skip
_AMERICAN = (("centre", "center"), ("neighbour", "neighbor"))


def respelt(v: Voice, text: str) -> str:
    """Write a description with short names of packings, other words for holes, or as Americans."""
    changes = _CLOSE_PACKED if v.dice() < 0.25 else ()
    changes += _AMERICAN if v.dice() < 0.4 else ()
    if v.dice() < 0.4:
        changes += ((" hole", v.pick((" void", " interstice"))),)
    for word, other in changes:
        text = text.replace(word, other)
    return text
