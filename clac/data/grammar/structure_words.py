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
_SIDES = ("side-centred", "side-centered", "one-face-centred", "end-centred", "end-centered",
          "one-face-centered", "base centred", "base centered", "side-face-centred")  # fmt: skip
MORE_CENTRINGS: Mapping[str, tuple[str, ...]] = {
    "P": ("uncentred", "uncentered"),
    "I": ("body centred", "inner-centred", "body centered", "inner-centered"),
    "F": ("all-face-centred", "face centred", "all-faces-centred", "face centered",
          "all-face-centered"),
    "A": _SIDES,
    "C": _SIDES,
    "R": ("rhombohedrally centred", "rhombohedrally centered"),
}  # fmt: skip
_ONE_FACE = (
    "base centring", "base centering", "one pair of faces centred",
    "lattice points at the corners and on one pair of faces", "centring of one face only",
    "centering of one face only", "lattice points in the middle of two opposite faces only",
    "an extra lattice point on one pair of opposite faces", "a base-centred cell",
    "one pair of opposite faces centred", "a base-centered cell", "two opposite faces centred only",
    "lattice points also in the middle of one pair of faces", "side-face centring",
)  # fmt: skip
CENTRING_WORDS: Mapping[str, tuple[str, ...]] = {
    "P": ("lattice points at the corners only", "no centring of the lattice",
          "a lattice without centring", "one lattice point per conventional cell",
          "no centering of the lattice", "a lattice without centering", "primitive centring",
          "lattice points at the cell corners and nowhere else", "an uncentred cell",
          "no extra lattice points in the conventional cell", "an uncentered cell",
          "a conventional cell that is primitive", "neither its faces nor its body centred",
          "a conventional cell with a single lattice point", "a P lattice"),
    "I": ("a lattice point in the middle of the cell", "body centring", "body centering",
          "lattice points at the corners and in the middle of the cell",
          "an extra lattice point in the middle of the cell", "a body-centred cell",
          "a lattice point at the body centre", "a lattice point at the body center",
          "lattice points at the corners and the body centre", "a body-centered cell",
          "a second lattice point at the centre of the cell", "the body of the cell centred",
          "a second lattice point at the center of the cell", "I centring", "an I-centred cell",
          "an extra lattice point halfway along the body diagonal"),
    "F": ("all faces centred", "face centring", "face centering", "every face of the cell centred",
          "lattice points at the corners and on all faces", "centring of all faces",
          "lattice points also at the face centres", "lattice points also at the face centers",
          "lattice points on all faces", "an extra lattice point on every face",
          "a lattice point in the middle of every face", "a face-centred cell",
          "four lattice points per conventional cell", "a face-centered cell", "F centring",
          "each face of the cell centred", "extra lattice points at all face centres",
          "an F-centred cell", "centering of all faces"),
    "A": (*_ONE_FACE, "A centring", "an A-centred cell"),
    "C": (*_ONE_FACE, "C centring", "a C-centred cell"),
    "R": ("rhombohedral centring", "rhombohedral centering", "a rhombohedron as primitive cell",
          "a rhombohedral primitive cell", "R centring", "an R-centred cell", "an R-centered cell",
          "a primitive cell that is a rhombohedron",
          "extra lattice points at one third and two thirds of a body diagonal"),
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
    "space group {w}", "SG {w}", "Hermann-Mauguin symbol {w}", "spacegroup {w}", "sg {w}",
    "belonging to space group {s}", "belonging to space group {n}", "IT number {n}", "SG#{n}",
    "space group {s}, number {n}", "space group {s}, no. {n}", "{s}, No. {n}", "{s} #{n}",
    "space group {n} ({s})", "{n} ({s})", "space group {s} #{n}", "sg no {n}", "sg #{n}", "SG{n}",
    "spg {n}", "spg {s}", "s.g. {s}", "s.g. {n}", "IT no. {n}",
    "number {n} of the 230 space groups", "International Tables number {n}", "space group: {n}",
    "international space group number {n}", "space group = {n}", "spacegroup={n}", "spacegroup={s}",
    "whose space group is {s}", "whose space group is number {n}", "having space group {s}",
    "group {s}", "symmetry group number {n}", "in the space group {s}", "HM symbol {s}",
    "symmetry: {s}", "{s} phase", "{s} crystal", "{s} crystal structure", "in space group {n}",
    "with {s} symmetry", "with space group {n}", "with space group number {n}", "in {s} symmetry",
    "point group {p}, space group {s}", "space group {s}, point group {p}",
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
    "belongs to group {n}", "belongs to group number {n}", "belongs to the group {s}",
    "has IT number {n}", "has the space group number {n}", "has space group {n}", "is in {s}",
    "crystallizes in space group number {n}", "crystallises in {s}", "is {s} in symmetry",
    "belongs to space group number {n}", "belongs to space group {s} (No. {n})", "has SG {n}",
    "has space group {s}, number {n}", "is in space group {n}",
    "has space group {n} ({s})", "forms crystals of {s} symmetry", "has the symmetry of {s}",
    "has a structure in space group {s}", "has a structure of {s} symmetry",
    "has point group {p} and space group {s}", "has the HM symbol {s}", "has space group #{n}",
)  # fmt: skip

SCHOENFLIES: Mapping[str, str] = dict(pair.split(":") for pair in (
    "1:C1 -1:Ci 2:C2 m:Cs 2/m:C2h 222:D2 mm2:C2v mmm:D2h 4:C4 -4:S4 4/m:C4h 422:D4 4mm:C4v "
    "-42m:D2d 4/mmm:D4h 3:C3 -3:S6 32:D3 3m:C3v -3m:D3d 6:C6 -6:C3h 6/m:C6h 622:D6 6mm:C6v "
    "-6m2:D3h 6/mmm:D6h 23:T m-3:Th 432:O -43m:Td m-3m:Oh"
).split())  # fmt: skip
"""point groups as spectroscopists write them"""
POINT_GROUPS = ("point group {}",)
MORE_POINT_GROUPS = (
    "crystal class {}", "crystallographic point group {}", "point group symmetry {}",
    "point-group symmetry {}", "the point group {}", "geometric crystal class {}",
    "Hermann-Mauguin point group {}", "{} as its point group", "{} as its crystal class",
)  # fmt: skip
PEARSON = ("Pearson symbol {}", "the Pearson symbol {}", "Pearson code {}",
           "{} as its Pearson symbol")  # fmt: skip

InversionWords = Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]
POLAR: InversionWords = {
    "adjective": (("polar",), ()),
    "fragment": (("polar point group",),
                 ("polar crystal", "polar structure", "polar crystal class", "with a polar axis",
                  "polar", "polar space group", "in a polar space group", "with polar symmetry",
                  "a polar axis", "polar symmetry", "with a polar direction",
                  "spontaneous polarization allowed by symmetry",
                  "spontaneous polarisation allowed by symmetry")),
    "predicate": (("is polar",),
                  ("has a polar structure", "is a polar crystal", "has a polar axis",
                   "has a polar point group", "has polar symmetry", "has a polar crystal structure",
                   "crystallizes in a polar space group", "has a polar direction",
                   "belongs to a polar crystal class", "has a polar space group",
                   "has symmetry that allows a spontaneous polarization")),
}  # fmt: skip
"""plain and rarer words"""
CENTRIC: InversionWords = {
    "adjective": (("centrosymmetric",), ("inversion-symmetric", "centro-symmetric")),
    "fragment": (("with a centre of symmetry", "with a center of symmetry",
                  "with inversion symmetry"),
                 ("with an inversion centre", "with an inversion center",
                  "with a centre of inversion", "centrosymmetric", "centrosymmetric structure",
                  "has inversion symmetry", "centrosymmetric space group", "inversion centre",
                  "with a center of inversion", "inversion symmetry", "inversion symmetric",
                  "centrosymmetric crystal", "centrosymmetric point group", "with inversion",
                  "symmetric under inversion", "unchanged by inversion", "inversion center",
                  "in a centrosymmetric space group", "having an inversion centre",
                  "that has an inversion center", "invariant under inversion",
                  "centre of symmetry", "inversion symmetry present")),
    "predicate": (("is centrosymmetric", "has inversion symmetry"),
                  ("has an inversion centre", "has a center of inversion", "is inversion-symmetric",
                   "has a centre of symmetry", "has a centre of inversion",
                   "has a centrosymmetric structure", "is symmetric under inversion",
                   "is unchanged by inversion", "contains an inversion centre",
                   "has a centrosymmetric space group", "has an inversion center",
                   "has a centrosymmetric point group", "is invariant under inversion",
                   "crystallizes in a centrosymmetric space group", "has a center of symmetry",
                   "maps onto itself under inversion")),
}  # fmt: skip
ACENTRIC: InversionWords = {
    "adjective": (("non-centrosymmetric", "noncentrosymmetric", "acentric"),
                  ("inversion-asymmetric", "non-inversion-symmetric")),
    "fragment": (("no centre of symmetry", "no center of symmetry", "without inversion symmetry"),
                 ("no inversion centre", "no inversion center", "without an inversion centre",
                  "lacking a centre of inversion", "no inversion symmetry", "non-centrosymmetric",
                  "without inversion", "lacking inversion symmetry", "lacks inversion symmetry",
                  "not centrosymmetric", "no centre of inversion", "no center of inversion",
                  "without a centre of symmetry", "with broken inversion symmetry",
                  "broken inversion symmetry", "noncentrosymmetric crystal", "acentric structure",
                  "non-centrosymmetric space group", "without an inversion center",
                  "in a non-centrosymmetric space group", "not symmetric under inversion",
                  "acentric", "lacking an inversion center", "with no inversion centre")),
    "predicate": (("is non-centrosymmetric", "lacks inversion symmetry",
                   "has no centre of symmetry"),
                  ("lacks a centre of inversion", "has no inversion centre", "is acentric",
                   "lacks an inversion center", "is not centrosymmetric", "lacks inversion",
                   "has no inversion symmetry", "is noncentrosymmetric", "has an acentric "
                   "structure", "breaks inversion symmetry", "has broken inversion symmetry",
                   "has no center of inversion", "has no center of symmetry",
                   "is not symmetric under inversion", "has a non-centrosymmetric structure",
                   "crystallizes in a non-centrosymmetric space group",
                   "lacks a centre of symmetry", "is not inversion-symmetric")),
}  # fmt: skip

LIKE_MINERAL = (
    ("with the structure of {}", "{}-like structure", "{}-like", "{} polymorph",
     "same structure as {}", "crystallizing like {}", "built like {}", "arranged as in {}",
     "atoms arranged as in {}", "{}-like lattice", "{}-like arrangement",
     "with the atomic arrangement of {}", "same structure as the mineral {}",
     "same structural arrangement as {}", "the same kind of structure as {}", "{} lookalike",
     "atoms packed as in {}", "ordered like the atoms of {}", "structurally like {}",
     "isostructural with {}", "isotypic with {}", "modelled on {}",
     "iso-structural with {}", "isostructural to {}", "structure as in {}", "structure like {}",
     "arranged like {}", "with the same structure as {}", "structural analogue of {}"),
    ("has the structure of {}", "has a {}-like structure", "crystallizes like {}",
     "has the same structure as {}", "is built like {}", "is arranged as in {}",
     "has atoms arranged as in {}", "has a {}-like lattice", "has the atomic arrangement of {}",
     "has the same structure as the mineral {}", "has atoms packed as in {}",
     "has the same kind of structure as {}", "has the same structural arrangement as {}",
     "is structurally like {}", "is isostructural with {}", "is isotypic with {}",
     "is iso-structural with {}", "is isostructural to {}", "has a structure like {}",
     "is arranged like {}", "looks like {} in its atomic arrangement", "is modelled on {}",
     "is a structural analogue of {}"),
)  # fmt: skip
"""after a mineral"""
LIKE_NAMES = frozenset((
    "rock salt", "rocksalt", "halite", "sodium chloride", "caesium chloride", "cesium chloride",
    "sphalerite", "nickel arsenide", "nickeline", "niccolite", "tungsten carbide", "iron silicide",
    "calcium fluoride", "fluorspar", "cadmium iodide", "cadmium chloride", "molybdenum disilicide",
    "aluminium diboride", "aluminum diboride", "bismuth triiodide", "bismuth iodide", "quartz",
    "rhenium trioxide", "bismuth trifluoride", "lithium nitride", "calcium hexaboride",
    "bismuth telluride", "lithium niobate", "calcium carbide", "niobium diselenide",
    "thorium chromium silicide", "calcium chloride", "chromium boride", "elpasolite",
    "uranium trichloride", "aluminium chloride", "aluminium fluoride", "sodium thallide",
))  # fmt: skip
"""names of compounds and minerals that are not one lower-case name of a type"""
TYPE_FRAGMENTS = (
    "{} lattice", "{} structure type", "with the {} structure", "in the {} structure",
    "{} arrangement", "{} prototype",
    "{} atomic arrangement", "with {} structure", "crystallizing in the {} structure",
    "with the {} arrangement", "{} archetype", "{} family", "{} structural family",
    "{} family member", "member of the {} family", "{} struct", "{} struct.",
    "built on the {} pattern", "with atoms in the {} arrangement",
    "of the {} family", "from the {} family", "{} structural arrangement", "{} motif",
)  # fmt: skip
TYPE_PREDICATES = (
    "takes the {} structure", "shares the {} structure", "has the {} structure type",
    "crystallises in the {} structure type", "adopts the {} arrangement", "has the {} arrangement",
    "forms in the {} structure", "has the {} prototype", "assumes the {} structure",
    "is of {} structure", "belongs to the {} structure type", "belongs to the {} family",
    "is a member of the {} family", "has the {} archetype", "belongs to the {} structural family",
    "has the {} structural arrangement", "shows the {} motif",
    "is built on the {} pattern", "follows the {} structure", "has the {} lattice",
    "realizes the {} structure", "has atoms in the {} arrangement", "is a {} family member",
)  # fmt: skip
OPEN_TYPE_FRAGMENTS = (
    "of the {} type", "{} type", "structure type {}", "prototype {}", "prototype: {}",
    "structure type: {}", "crystal of the {} type", "{} type structure", "{}-type structure",
    "{} crystal type", "{} structural type", "{} lattice type", "{} str. type", "{} phase",
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
    ("has the", "{} structure type"), ("is", "of {} structure type"), ("has the", "{} archetype"),
    ("is", "iso-structural with {}"), ("is", "structurally like {}"), ("has", "{}-like structure"),
    ("has the", "same structure type as {}"), ("has the", "{} structural arrangement"),
    ("is", "a structural analogue of {}"), ("is", "of the {} family"), ("is", "modelled on {}"),
    ("has the", "same crystal structure as {}"), ("has the", "atomic arrangement of {}"),
    ("is", "of the {} type"), ("has", "atoms packed as in {}"), ("has the", "{} lattice"),
    ("is", "of {} type"), ("belongs to the", "{} family"), ("has the", "{} motif"),
    ("has", "parent structure {}"), ("has", "archetype {}"), ("is", "isotypical with {}"),
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
ARRANGED: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "words": (
        ("{}", "{}", "{}", "with {}", "with {}", "built as {}", "described as {}",
         "structure with {}", "structure that has {}"),
        ("has {}", "has {}", "has {}", "is built as {}", "is described as {}", "shows {}",
         "has a structure with {}"),
    ),
    "formula": (
        ("{}", "{}", "general formula {}", "of the general formula {}", "type {}", "structure {}"),
        ("has the general formula {}", "is of the kind {}", "has the arrangement {}"),
    ),
}  # fmt: skip
"""around descriptions of an arrangement, as fragments and predicates"""
