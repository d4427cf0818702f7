"""Words that captions may use, and what each of them means: a table apart from the grammar's."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache

from pymatgen.core import Element

compiled = cache(re.compile)
"""the module's own cache is too small for all patterns"""
NUMBER_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen twenty twenty-one twenty-two twenty-three "
    "twenty-four"
).split()
ALL_METALS = (
    "intermetallic", "intermetallic phase", "intermetallic compound", "ordered alloy", "alloy",
    "alloy phase", "compound of metals only", "compounds of metals only",
    "phase made only of metals", "alloy without nonmetals", "all-metal compound",
    "compound made purely of metals", "metal-metal compound", "alloy of metals", "all-metal phase",
    "compound of two or more metals", "phase built from metals alone", "compound between metals",
    "alloy compound", "compound in which every element is a metal",
)  # fmt: skip
ONE_ELEMENT = (
    "pure element", "elemental crystal", "elemental solid", "elemental phase", "of one element",
    "made of a single element", "single-element crystal", "of a pure element",
    "element in its crystalline form", "of one element only", "single-element material",
    "made of one single element only", "single-element solid", "unary phase",
    "pure-element crystal", "elemental material", "crystalline element", "one-element crystal",
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
    "architecture stacked stacking stack weakly weak strong bonded bonding bonds bond held "
    "together forces between within other another each not one running connected connectivity "
    "joins links places "
    "extended extending extends extend continuous infinite endless parallel separate isolated "
    "packed packs side pack by into only along features feature shows show throughout connect "
    "interconnected linked atoms packing through top run link join split or "
    "discrete network net continuously ones stacks connects "
    "architecture goes by name called named commonly referred bears naturally nature natural found "
    "mineralogists application applications applied serves works finds suited noted remarkable "
    "described listed said shows being of reported chemical reduced written corresponds form "
    "crystalline chemically solid features incorporates involves includes inside must should "
    "occurs occur not also but together combines combine alongside along plus brings bring "
    "counts constituent present falls fall under grouped classed classification essence "
    "feature incorporate involve atoms when where bearing "
    "into least or more formed ion contain just solely entirely alone nothing "
    "else other diagram work serve place put keep hold surround connect give build pack "
    "architecture ! allows allowed + & - must should be needs ought want its i'd would could "
    "can please after see searching trying out testing "
    "interested wanted needed wants help recommend you know name anything project my "
    "thesis screening goal experiment compare test case calculation lecture criteria keywords "
    "filter query information data tell about entries using suggestions important preferably "
    "make sure so long provided they them ones namely everything known exist exists where has "
    "anyone found also but having plus belonging international spg s.g symmetric present "
    "general archetype archetypes structural struct str motif motifs pattern follows follow "
    "realizes realize lookalike arranged structurally isotypic isotypical analogue "
    "modelled packed ordered ordering parent kind mineral member described built looks "
    "unlike or if those one when thing things let as well ideas exhibits exhibit sits sit".split()
)
"""words that say nothing by themselves"""

_SG = r"(?<!\w)([PABCIFR][-\d_/mnabcde]*)"
_SCHOENFLIES = dict(pair.split(":") for pair in (
    "C1:1 Ci:-1 C2:2 Cs:m C2h:2/m D2:222 C2v:mm2 D2h:mmm C4:4 S4:-4 C4h:4/m D4:422 C4v:4mm "
    "D2d:-42m D4h:4/mmm C3:3 S6:-3 D3:32 C3v:3m D3d:-3m C6:6 C3h:-6 C6h:6/m D6:622 C6v:6mm "
    "D3h:-6m2 D6h:6/mmm T:23 Th:m-3 O:432 Td:-43m Oh:m-3m"
).split())  # fmt: skip
PLAINER: tuple[tuple[str, str], ...] = (
    *((rf"\b{word.lower()}", word) for word in (
        "Poisson", "Fermi", "Pearson", "Laves", "Heusler", "Strukturbericht", "Hermann-Mauguin",
        "Bravais")),
    (r"\bgpa", "GPa"), (r"\bev\b", "eV"), (r"(?<=\d)(?=(?:eV|GPa)\b)", " "),
    (r"\bsg(?=[ #])|\bspg\b|\bs\.g\.", "SG"), (r"SG#?(?=\d)|SG# ?", "SG "),
    (r"(?i:international tables)", "International Tables"), ("HM symbol", "Hermann-Mauguin symbol"),
    (r"(?:IT|International Tables) (?:number|no\.)|international space group number",
     "international number"),
    (r"number (\d+) of the 230 space groups", r"international number \1"),
    (r"(?<!symmetric )(?<!polar )space ?group ?[=:] ?", "space group "),
    (r"space group is (?:number )?", "space group "),
    (r"symmetry group number", "space group number"), (r"symmetry: ", ""),
    (rf"\b(\d+) \({_SG}\)", r"\2 (\1)"),
    (rf"{_SG}(?:, (?:number|[Nn]o\.)| #) ?(\d+)(?= |[.,;?|]|$)", r"\1 (\2)"),
    (r"(\S+) as its (point group|crystal class|Pearson symbol)", r"\2 \1"),
    (r"point-group symmetry", "point group"), (r"(point group|crystal class):", r"\1"),
    ("I'd", "I would"), ("iso-structural", "isostructural"),
    ("centrosymmetric point group", "centrosymmetric space group"),
    ("Pearson code", "Pearson symbol"), ("geometric crystal class", "crystal class"),
    (r"Hermann-Mauguin point group", "point group"),
    (r"(?:Schoenflies symbol|point group) (?=[CDSTO][\dhisvd]*\b)", "SCH-"),
    *((rf"SCH-{name}\b", f"point group {same}") for name, same in _SCHOENFLIES.items()),
    (r"\b(should|must|has to|have to|ought to|needs to|it to|to) (also )?not ", r"\1 does not "),
    (r"(?<=,) not be |(?<= and| but|also) not be ", " is not "), (r"\bdoes not be\b", "is not"),
    (r"(?<=and|but|lso) not (?=(?:have|contain|conduct|decompose)\b)", " does not "),
    (r"(?<=,) not (?=(?:have|contain|conduct|decompose)\b)", " does not "),
    (r"\b(?:should|must|has to|have to|to) be\b", "is"), (r"\bbe\b", "is"),
)  # fmt: skip
"""patterns of other ways to write the same"""


def plainly(text: str, rules: Iterable[tuple[str, str]] = PLAINER) -> str:
    """Write what is spelt in many ways in one of them; the meaning stays."""
    for pattern, plain in rules:
        text = compiled(pattern).sub(plain, text)
    return text
