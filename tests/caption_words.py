"""Words that captions may use, and what each of them means: a table apart from the grammar's."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pymatgen.core import Element

NUMBER_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen twenty twenty-one twenty-two twenty-three "
    "twenty-four"
).split()
ALL_METALS = (
    "intermetallic", "intermetallic phase", "intermetallic compound", "ordered alloy", "alloy",
    "alloy phase", "compound of metals only", "compounds of metals only",
    "phase made only of metals", "alloy without nonmetals", "all-metal compound",
    "compound made purely of metals", "metal-metal compound",
)  # fmt: skip
ONE_ELEMENT = (
    "pure element", "elemental crystal", "elemental solid", "elemental phase", "of one element",
    "made of a single element", "single-element crystal", "of a pure element",
    "element in its crystalline form",
)  # fmt: skip


def is_metallic(symbol: str) -> bool:
    """Tell whether an element is a metal."""
    element = Element(symbol)
    return (element.is_metal and symbol not in "B Si Ge As Sb Te".split()) or symbol == "Po"


PER_FAMILY: Mapping[str, Callable[[Element], bool]] = {
    "alkaline earth metal": lambda e: e.group == 2,
    "alkali metal": lambda e: e.is_alkali,
    "post-transition metal": lambda e: e.symbol in "Al Ga In Sn Tl Pb Bi".split(),
    "platinum-group metal": lambda e: e.symbol in "Ru Rh Pd Os Ir Pt".split(),
    "coinage metal": lambda e: e.symbol in "Cu Ag Au".split(),
    "transition metal": lambda e: e.is_transition_metal and 3 <= e.group <= 11
    and not e.is_lanthanoid and not e.is_actinoid,
    "rare earth": lambda e: e.is_rare_earth and not e.is_actinoid,
    "lanthanide": lambda e: e.is_lanthanoid,
    "actinide": lambda e: e.is_actinoid,
    "metalloid": lambda e: e.symbol in "B Si Ge As Sb Te".split(),
    "pnictogen": lambda e: e.group == 15 and e.row < 7,
    "chalcogen": lambda e: e.group == 16 and e.row < 6,
    "halogen": lambda e: e.group == 17 and e.row < 6,
    "noble gas": lambda e: e.group == 18,
}  # fmt: skip
GROUPS = {
    "CO3": "carbonate", "NO3": "nitrate", "OH": "hydroxide", "SO4": "sulfate", "PO4": "phosphate",
    "SiO4": "silicate", "AsO4": "arsenate", "VO4": "vanadate", "MoO4": "molybdate",
    "WO4": "tungstate", "CrO4": "chromate", "GeO4": "germanate",
}  # fmt: skip
"""oxyanions and what a compound with them is"""
DIMENSIONS: Mapping[str, str] = {
    "0D": r"molecular|zero-dimensional( clusters)?|isolated( molecular)? units"
    r"|(discrete|separate) molecules or clusters|\b0D clusters|discrete units|cluster-like"
    r"|isolated clusters or molecules|molecular crystal|finite units|\b0D\b",
    "1D": r"quasi-1D|quasi-one-dimensional|(built of )?infinite chains|chain structure"
    r"|parallel chains|made up of infinite chains|\b1D(?! chains)\b|one-dimensional( chains)?"
    r"|chain-like|chain structured?|chain-structured"
    r"|chains running through (it|the crystal)|infinite chains|\b1D chains|of chains",
    "2D": r"quasi-2D|quasi-two-dimensional|lamellar|slab-like layers|weakly stacked layers"
    r"|layer structure|layers stacked on top of each other|made up of layers"
    r"|layered structure|layered|two-dimensional( layers| sheets)?|separate sheets"
    r"|stacked (sheets|layers)|atomic layers|sheets stacked on each other|\b2D\b( layers)?"
    r"|sheet-like|consists? of layers",
    "3D": r"fully three-dimensional|framework structure|extend\w* in three dimensions"
    r"|three-dimensionally connected"
    r"|three-dimensional( framework| bonded network| network)?"
    r"|bonded in all three directions|(a framework )?bonded in all directions|\bframework\b"
    r"|\b3D\b( network| framework)?",
}
"""how a caption says what is bonded in how many directions"""

GLUE = set(
    "it the crystal compound this material materials structure is has have and with a an in of "
    "crystallizes system symmetry contains containing made consists elements formula composition "
    "type adopts belongs to known as used for uses such mineral occurs lattice point group space "
    "number no without pure element elemental forms from gain energy free built its gas "
    "metal metals what which something find looking for search show me any examples "
    "crystallises forms crystals phase cell unit bravais crystallographic takes shares same as "
    "isostructural lattice composed up from comprises includes on that some based lies "
    "family list all i need want give me we am suggest are have do which is there both well only "
    "whose polymorph like anion anions ions groups units contain including than compounds "
    "materials crystals structures phases compound solid solids crystallize crystallise belong "
    "adopt take share consist comprise include component components crystallizing consisting "
    "arrangement atomic one lack be based exactly example "
    "dielectric dielectrics cells does lie at form extend kind member belonging category label "
    "class classified among its substance substances those call would counts count "
    "constituent constituents uses use acts role prototype assumes assume forms described by "
    "having designation built like strukturbericht hermann-mauguin international tables "
    "architecture shows show exhibits exhibit features feature sits sit".split()
)
"""words that say nothing by themselves"""
