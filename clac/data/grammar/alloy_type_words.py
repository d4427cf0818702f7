"""How atoms are arranged in the further structure types of two kinds of atoms."""

from __future__ import annotations

from collections.abc import Mapping

MORE_BINARY_TYPES: Mapping[str, tuple[str, ...]] = {
    "A15": (
        "a body-centred cubic array with a pair of other atoms on every cube face",
        "three sets of perpendicular chains around a body-centred cubic array",
        "chains of closely spaced atoms along all three cube axes",
        "a body-centred cubic array in icosahedra with mutually perpendicular chains on the faces",
        "A3B with crossing chains of A and bcc B",
        "non-intersecting linear chains running parallel to the cube edges",
        "orthogonal atom chains on the cube faces",
        "twelve-fold icosahedral minority atoms and fourteen-fold chain atoms",
        "the chain arrangement of the classic superconductors of high critical field",
        "a topologically close-packed cubic phase of eight atoms with three chain directions",
        "pairs of atoms on each face of a cube whose corners and centre hold the other kind"),
    "skutterudite": (
        "tilted corner-sharing octahedra with flat four-membered rings in the gaps",
        "rectangular rings of four like atoms in a body-centred cubic cell",
        "a strongly tilted framework of octahedra with empty icosahedral cages",
        "MX3 with octahedral M and four-membered rings of X",
        "two large empty cages and six square rings per cubic cell",
        "the rhenium trioxide framework twisted until four-membered rings form",
        "an empty-cage body-centred cubic framework of tilted octahedra"),
    "lithium nitride": (
        "hexagonal graphite-like layers of two to one joined by bridging atoms",
        "hexagonal bipyramids of eight neighbours around the minority atoms",
        "flat hexagonal layers linked by atoms halfway between",
        "M3X with hexagonal M2X sheets and M between them"),
    "tysonite": (
        "nine- to eleven-coordinate cations in a trigonal cell",
        "cations in distorted trigonal prisms with five caps",
        "MX3 with large cations in highly capped prisms"),
    "calcium copper": (
        "honeycomb layers of both kinds alternating with kagome layers of the majority",
        "large atoms in the middle of eighteen neighbours between kagome nets",
        "AB5 with kagome layers of B and mixed AB2 layers",
        "a hexagonal six-atom cell with one large atom and five small ones",
        "hexagonal channels of small atoms with large atoms on the axis",
        "kagome nets stacked directly above each other with mixed layers between",
        "the parent arrangement of the rare-earth permanent magnets of one to five",
        "six-membered rings of small atoms around large ones, alternating with kagome nets"),
    "calcium hexaboride": (
        "octahedra of like atoms in a simple cubic net of single atoms",
        "a caesium chloride array of single atoms and octahedral clusters",
        "octahedral clusters at the cube corners and a single atom at the centre",
        "a cage framework of linked octahedra with a large atom in each cage",
        "MX6 with X octahedra joined by their corners",
        "octahedra bonded to each other along the cube axes around twenty-four-coordinate atoms",
        "single atoms each inside a cage of eight linked octahedra"),
    "uranium dodecaboride": (
        "a rock salt array of single atoms and cuboctahedral clusters",
        "linked cuboctahedra of twelve like atoms in a face-centred cubic cell",
        "MX12 with cages of twenty-four around each M",
        "single atoms in cages of twenty-four with cuboctahedra between"),
    "thorium manganese": (
        "one large atom to twelve small ones in a body-centred tetragonal cell",
        "half of the large atoms of an AB5 parent replaced by dumbbells",
        "large atoms in cages of twenty small ones",
        "AB12 with three kinds of B in a body-centred tetragonal cell"),
    "sodium zinc": (
        "large atoms in snub cubes of twenty-four and icosahedra between",
        "a caesium chloride array of single large atoms and centred icosahedra",
        "AB13 with centred B icosahedra", "snub cubes and icosahedra in a face-centred cubic cell",
    ),
    "thorium zinc": (
        "a third of the large atoms of an AB5 parent replaced by dumbbells, in three-layer order",
        "A2B17 in a rhombohedral cell with dumbbells",
        "ordered dumbbell pairs in a rhombohedral stack of AB5-like layers"),
    "barium aluminium": (
        "a body-centred array of large atoms in a cage of two kinds of sites",
        "square pyramids of the majority atoms around large atoms in a body-centred tetragonal "
        "cell", "the two-component parent of the 122 arrangement",
        "AB4 in a body-centred tetragonal cell with sixteen-fold A",
        "square nets capped above and below with large atoms between the slabs"),
    "corundum": (
        "nearly hexagonal close-packed anions with two thirds of the octahedral holes filled",
        "octahedra sharing faces in pairs along the three-fold axis",
        "hexagonal close packing of anions with every third octahedral hole empty",
        "layers of six-membered rings of edge-sharing octahedra",
        "pairs of face-sharing octahedra stacked along c",
        "A2X3 with octahedral cations and four-coordinate anions in a rhombohedral cell",
        "six-to-four coordination with octahedra in face-sharing pairs",
        "honeycomb cation layers in a hexagonal packing of anions",
        "the atomic arrangement of sapphire", "the arrangement of ruby and sapphire",
        "one in three octahedral gaps of a hexagonal anion packing left vacant"),
    "bixbyite": (
        "fluorite with a quarter of the anions missing in order",
        "a body-centred cubic superstructure of defect fluorite with doubled edges",
        "distorted octahedra from anion cubes with two corners missing",
        "A2X3 with six-fold cations in cubes with two corners missing",
        "an anion-deficient fluorite with ordered vacancies in a body-centred cell",
        "anion cubes with two vacant corners on a body or a face diagonal",
        "the C-type sesquioxide arrangement", "an eighty-atom body-centred cubic cell"),
    "tetradymite": (
        "quintuple layers stacked in a rhombohedral cell",
        "five-layer sandwiches of anion-cation-anion-cation-anion",
        "double layers of octahedra between three sheets of anions",
        "A2X3 in blocks of five sheets with weak bonding between the blocks",
        "blocks of five atomic planes separated by van der Waals gaps",
        "octahedral cations in quintuple-layer slabs"),
    "A-type rare earth oxide": (
        "seven-coordinate cations in a trigonal five-atom cell",
        "tetrahedral and octahedral anions with seven-fold cations in a hexagonal cell",
        "edge-sharing cation tetrahedra in slabs with more anions between",
        "capped octahedra of seven anions around each cation"),
    "stibnite": (
        "a packing of endless ribbons in an orthorhombic cell",
        "ribbons along the short axis of an orthorhombic cell",
        "A2X3 with all atoms on mirror planes in an orthorhombic cell"),
    "manganese silicide": (
        "columns of face-sharing empty octahedra along the hexagonal axis",
        "chains of atoms beside columns of empty octahedra in a hexagonal cell",
        "A3B5 with hexagonal channels of B octahedra that can take in a third kind"),
    "hausmannite": (
        "a spinel stretched along one cube axis", "a tetragonally distorted spinel",
        "tetrahedra and elongated octahedra in a tetragonal close-packed anion array",
        "A3X4 with tetrahedra and long octahedra in a body-centred tetragonal cell",
        "the arrangement of a Jahn-Teller elongated spinel"),
    "calcium carbide": (
        "rock salt with upright dumbbells in place of single anions",
        "dumbbells all parallel to the four-fold axis",
        "a tetragonally stretched rock salt array of cations and parallel pairs",
        "body-centred tetragonal packing of cations and aligned pairs"),
    "niobium diselenide": (
        "sandwiches of trigonal prisms with the metals straight above each other",
        "layers of edge-sharing trigonal prisms with eclipsed metal",
        "trigonal prismatic trilayers, two per cell, with metal atoms in line along c",
        "a two-layer stack of prismatic sandwiches with aligned metal"),
    "4H polytype": (
        "tetrahedra in four-layer stacking",
        "a half-cubic, half-hexagonal stacking of tetrahedral bilayers",
        "tetrahedral bilayers repeating after four",
        "four tetrahedral bilayers per cell, cubic and hexagonal in turn"),
    "6H polytype": (
        "tetrahedra in six-layer stacking", "tetrahedral bilayers repeating after six",
        "a stacking of tetrahedral bilayers two thirds cubic and one third hexagonal",
        "six tetrahedral bilayers per hexagonal cell"),
    "calcium chloride": (
        "rutile with its chains of octahedra rotated", "an orthorhombic distortion of rutile",
        "nearly hexagonal close-packed anions with octahedra in straight edge-sharing rows, "
        "orthorhombic", "twisted chains of edge-sharing octahedra linked by corners"),
    "marcasite": (
        "chains of edge-sharing octahedra linked by anion pairs",
        "paired anions and rutile-like chains in an orthorhombic cell",
        "the orthorhombic relative of pyrite",
        "octahedral metal and anion dumbbells with edge-sharing chains",
        "a collapsed rutile arrangement with bonded anions",
        "MX2 with paired X and octahedra sharing opposite edges"),
    "aluminium dodecatungsten": (
        "icosahedra on a body-centred cubic lattice",
        "centred icosahedra at the corners and the middle of a cube",
        "one atom inside each icosahedron of twelve in a body-centred cubic cell"),
    "cerium copper": (
        "an orthorhombic distortion of the honeycomb-and-triangle AB2 packing",
        "strongly puckered hexagonal nets with large atoms between in a body-centred "
        "orthorhombic cell",
        "a four-connected net of small atoms around large ones in a body-centred orthorhombic cell",
    ),
    "cobalt tin": (
        "kagome layers with centred hexagons alternating with honeycomb layers",
        "kagome nets of one kind and honeycomb sheets of the other",
        "a stack of kagome and honeycomb sheets in a six-atom hexagonal cell",
        "kagome nets directly above each other, separated by honeycomb sheets"),
    "chromium carbide": (
        "square antiprisms around the minority atoms in a large face-centred cubic cell",
        "cubes and cuboctahedra of the majority in rock-salt-like order",
        "a face-centred cubic cell of one hundred and sixteen atoms",
        "A6B23 in a large face-centred cubic cell"),
    "chromium boride": (
        "zigzag chains of atoms inside trigonal prisms",
        "trigonal prisms sharing faces around zigzag chains",
        "slabs of centred trigonal prisms in a base-centred orthorhombic cell",
        "endless zigzag chains running through columns of prisms"),
    "pentachromium triboride": (
        "single minority atoms in antiprisms and pairs of them in prisms",
        "square antiprisms and paired trigonal prisms in a body-centred tetragonal cell",
        "A3B5 with isolated atoms and dumbbells of A"),
    "tungsten silicide": (
        "chains of minority atoms along c in square antiprisms, besides single ones",
        "A3B5 with straight chains of A in square antiprisms",
        "straight chains of both kinds along the four-fold axis of a thirty-two-atom "
        "body-centred cell"),
    "chromium disilicide": (
        "pseudo-hexagonal layers stacked in three positions",
        "ten-coordinate metal in layers with a three-layer screw repeat",
        "a chiral hexagonal stack of three dense AB2 layers"),
    "zirconium disilicide": (
        "square nets alternating with zigzag chains in a base-centred orthorhombic cell",
        "slabs of prisms with zigzag chains between planar square nets",
        "a long base-centred orthorhombic AB2 cell with square nets"),
    "titanium disilicide": (
        "pseudo-hexagonal layers stacked in four positions",
        "ten-coordinate metal in a face-centred orthorhombic cell",
        "a face-centred orthorhombic stack of four dense AB2 layers"),
    "thorium disilicide": (
        "a three-dimensional net of three-connected atoms with large atoms in its gaps",
        "trigonal prisms in two orientations at right angles",
        "planar three-connected atoms in a body-centred tetragonal framework"),
    "copper antimonide": (
        "a flat square net with puckered double layers of the other two sites",
        "a primitive tetragonal six-atom cell with a square net of the majority",
        "the two-component version of the matlockite arrangement"),
    "copper platinum": (
        "alternating close-packed layers of two kinds of atoms along a body diagonal",
        "an ordered fcc alloy layered along the body diagonal",
        "a rhombohedrally distorted face-centred array ordered in close-packed planes"),
    "barringerite": (
        "tricapped trigonal prisms of two kinds in a hexagonal nine-atom cell",
        "minority atoms in tricapped prisms in two alternating planes of a hexagonal cell",
        "two kinds of majority sites, tetrahedral and pyramidal, in a hexagonal cell"),
    "nickel magnesium": (
        "a hexagonal eighteen-atom cell with a six-fold screw axis",
        "a chiral hexagonal stack of two-to-one layers",
        "stacked layers turned by a six-fold screw"),
    "nickel aluminide": (
        "an ordered-vacancy derivative of caesium chloride with a third of one kind missing",
        "a body-centred cubic superstructure with one in three layers of one kind empty",
        "a trigonally distorted vacancy-ordered caesium chloride lattice"),
    "nickel indium": (
        "a filled nickel arsenide arrangement",
        "nickel arsenide with its trigonal bipyramidal holes filled as well",
        "an hcp-like array with octahedral and bipyramidal holes filled by one kind",
        "honeycomb sheets of two kinds with majority atoms between, doubled along c"),
    "nickel titanium": (
        "ordered close-packed layers of three to one in four-layer stacking",
        "three-to-one order on a double hexagonal close packing",
        "ordered layers with cubic and hexagonal stacking in turn, three to one"),
    "nickel molybdenum": (
        "a tetragonal four-to-one order on a face-centred cubic lattice",
        "an ordered fcc alloy of four to one",
        "A4B as a body-centred tetragonal superstructure of fcc"),
    "thorium tetraboride": (
        "octahedra and pairs of like atoms in a tetragonal network with large atoms in "
        "seven-sided rings", "chains of octahedra along c linked by pairs",
        "large atoms on a lattice of squares and triangles with octahedra and dumbbells between"),
    "uranium trichloride": (
        "tricapped trigonal prisms of nine anions in columns along the hexagonal axis",
        "nine-coordinate cations in face-sharing columns of prisms with empty channels between",
        "MX3 with nine-fold M in tricapped trigonal prisms"),
    "aluminium chloride": (
        "honeycomb layers of edge-sharing octahedra with cubic anion stacking",
        "two thirds of the octahedra filled in every other layer of a monoclinic cell",
        "octahedra forming six-membered rings in layers, in a monoclinic cell",
        "MX3 honeycomb sheets in a base-centred monoclinic cell"),
    "aluminium fluoride": (
        "corner-sharing octahedra rotated about the three-fold axis",
        "the rhenium trioxide framework with turned octahedra",
        "a rhombohedral framework of octahedra sharing all corners and empty in between",
        "MX3 with tilted corner-sharing octahedra in a rhombohedral cell",
        "an empty perovskite with octahedra rotated about a body diagonal"),
    "clathrate I": (
        "cages of twenty and twenty-four atoms sharing faces",
        "pentagonal dodecahedra and tetrakaidecahedra filling space",
        "two small and six large cages per cubic cell",
        "a four-connected framework of dodecahedral and fourteen-faced cages",
        "a cage framework with forty-six sites per cubic cell"),
    "gamma brass": (
        "clusters of twenty-six atoms on a body-centred cubic lattice",
        "a bcc superstructure tripled along each edge with two atoms missing",
        "four nested shells of atoms repeated at the corners and centre of a cube",
        "a fifty-two-atom cubic cell of nested tetrahedra, octahedra and cuboctahedra"),
}  # fmt: skip
