"""Words that captions may use, and what each of them means: a table apart from the grammar's."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from pymatgen.core import Element

INF = float("inf")

NUMBER_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen twenty twenty-one twenty-two twenty-three "
    "twenty-four"
).split()
UNIT_NAMES = {
    "g/cm^3": "g/cm3", "grams per cm^3": "g/cm3", "electronvolts": "eV",
    "eV per atom": "eV/atom", "gigapascals": "GPa",
}  # fmt: skip
OVER = (
    "at least|above|>=|>|larger than|over|more than|greater than|exceeding|higher than|bigger than"
    "|not below"
)
UNDER = (
    "at most|below|<=|<|smaller than|under|no more than|less than|lower than|up to|not above|fewer"
    " than"
)

# phrase -> quantity, low, high: said only where low <= value <= high
QUANTITY_WORDS: Mapping[str, tuple[str, float, float]] = {
    **dict.fromkeys(("metal", "conductor", "without a band gap", "zero gap", "no electronic gap",
                     "electrical conductor", "electrically conductive", "conducting", "metals",
                     "conducts electricity", "without any gap",
                     "does not have a band gap"), ("band_gap", 0, 0.005)),
    **dict.fromkeys(("finite band gap", "finite-gap", "non-zero band gap", "nonzero gap",
                     "not a metal", "with an electronic gap", "has an electronic gap",
                     "finite gap", "opens a gap at the Fermi level", "band insulator", "has a gap",
                     "non-zero gap", "has no states at the Fermi level"), ("band_gap", 0.1, INF)),
    **dict.fromkeys(("zero-bandgap", "ungapped", "metallically conducting", "no bandgap",
                     "vanishing band gap", "band gap of zero", "gap of zero", "closed gap",
                     "Fermi level inside a band", "bands that reach the Fermi level",
                     "vanishing gap", "conduction of a metallic kind", "behaves like a metal",
                     "lacks a band gap", "shows no band gap", "metallic conductor",
                     "carries electric current like a metal", "conducts electric current",
                     "metallic material", "metallic in nature"), ("band_gap", 0, 0.005)),
    **dict.fromkeys(("semiconducting or insulating", "electronically gapped", "opens a gap",
                     "semiconductor or insulator", "insulating or semiconducting", "open gap",
                     "open band gap", "Fermi level inside a gap", "gapped band structure",
                     "gap at the Fermi level", "semiconductor or an insulator", "shows a band gap",
                     "either semiconducting or insulating", "does not conduct like a metal",
                     "does have a band gap", "gapped material",
                     "gap between its valence and conduction bands"), ("band_gap", 0.1, INF)),
    **dict.fromkeys(("semiconducting behaviour", "gap of a semiconductor",
                     "counts as a semiconductor", "semiconducting material"),
                    ("band_gap", 0.1, 3.0)),
    **dict.fromkeys(("gap of a fraction of an electronvolt", "sub-eV band gap",
                     "gap below one eV"), ("band_gap", 0.1, 1.0)),
    **dict.fromkeys(("medium-gap", "moderate-gap", "medium band gap", "moderate band gap",
                     "intermediate band gap", "mid-sized gap", "medium-sized gap",
                     "medium-gap semiconductor"), ("band_gap", 1.0, 3.0)),
    **dict.fromkeys(("narrow-bandgap", "small-bandgap", "narrow gap", "only a small gap",
                     "tiny band gap", "small-gap semiconductor"), ("band_gap", 0.1, 0.5)),
    **dict.fromkeys(("nonconducting", "non-conducting", "large-bandgap", "wide gap",
                     "big band gap", "does not conduct electricity", "blocks electric current",
                     "insulating material", "wide-gap material"), ("band_gap", 3.0, INF)),
    **dict.fromkeys(("infrared-gap", "infrared gap", "band gap in the infrared",
                     "gap in the mid infrared", "gap in the infrared"), ("band_gap", 0.1, 0.5)),
    **dict.fromkeys(("band gap suited to solar cells", "solar-cell band gap",
                     "photovoltaic band gap", "gap in the range of solar absorbers",
                     "gap fit for a solar absorber"), ("band_gap", 1.0, 1.8)),
    **dict.fromkeys(("gap in the visible range", "band gap in the visible", "gap in the visible",
                     "visible-range band gap", "band gap in the visible range"),
                    ("band_gap", 1.6, 3.2)),
    **dict.fromkeys(("gap in the ultraviolet", "band gap in the UV", "band gap in the ultraviolet"),
                    ("band_gap", 3.2, INF)),
    **dict.fromkeys(("ultra-wide-gap", "ultrawide band gap", "ultra-wide band gap",
                     "very wide band gap", "very large gap", "very large band gap"),
                    ("band_gap", 5.0, INF)),
    "insulator": ("band_gap", 3.0, INF),
    **dict.fromkeys(("rigid", "very stiff", "large bulk modulus", "low compressibility",
                     "difficult to compress"), ("bulk_modulus", 200, INF)),
    **dict.fromkeys(("ultra-stiff", "ultra-incompressible", "very high bulk modulus",
                     "extremely hard to compress"), ("bulk_modulus", 300, INF)),
    **dict.fromkeys(("small bulk modulus", "high compressibility"), ("bulk_modulus", 0, 30)),
    **dict.fromkeys(("large shear modulus", "resistant to shear"), ("shear_modulus", 150, INF)),
    **dict.fromkeys(("low shear modulus", "small shear modulus", "easily sheared",
                     "shears easily"), ("shear_modulus", 0, 10)),
    "Poisson ratio below zero": ("poisson_ratio", -1, 0),
    **dict.fromkeys(("high Poisson ratio", "large Poisson ratio"), ("poisson_ratio", 0.35, 1)),
    **dict.fromkeys(("low Poisson ratio", "small Poisson ratio"), ("poisson_ratio", 0, 0.15)),
    **dict.fromkeys(("low-index", "low refractive index", "small index of refraction",
                     "bends light weakly"), ("refractive_index", 1.0, 1.5)),
    **dict.fromkeys(("very high dielectric constant", "very large permittivity"),
                    ("dielectric_total", 50, INF)),
    **dict.fromkeys(("piezoelectricity", "piezoelectric response"), ("piezoelectric", 0.1, INF)),
    **dict.fromkeys(("strongly piezoelectric", "large piezoelectric response",
                     "strong piezoelectricity"), ("piezoelectric", 1.0, INF)),
    **dict.fromkeys(("strongly negative formation energy", "very negative formation energy"),
                    ("formation_energy", -INF, -2.0)),
    **dict.fromkeys(("zero energy above hull", "stable phase", "stable against decomposition"),
                    ("energy_above_hull", 0, 1e-3)),
    **dict.fromkeys(("nearly stable", "close to the convex hull", "on or near the hull",
                     "on or near the convex hull", "stable or nearly so"),
                    ("energy_above_hull", 0, 0.05)),
    "metastable phase": ("energy_above_hull", 1e-3, 0.1),
    "large density": ("density", 8.0, INF),
    **dict.fromkeys(("very dense", "very heavy", "very high density"), ("density", 12.0, INF)),
    **dict.fromkeys(("very light", "ultralight", "very low density"), ("density", 0, 1.5)),
    **dict.fromkeys(("metallic", "gapless", "has no band gap", "conducts like a metal",
                     "is a metal"), ("band_gap", 0, 0.005)),
    **dict.fromkeys(("zero-gap", "electrically conducting", "no band gap", "zero band gap",
                     "with no gap", "has no gap", "conducts electricity like a metal"),
                    ("band_gap", 0, 0.005)),
    **dict.fromkeys(("non-metallic", "nonmetallic", "gapped", "not metallic", "with a band gap",
                     "has a band gap", "is not a metal"), ("band_gap", 0.1, INF)),
    **dict.fromkeys(("electrically insulating", "wide-bandgap", "electrical insulator",
                     "transparent to visible light", "large band gap",
                     "electrical insulator with a wide gap"), ("band_gap", 3.0, INF)),
    **dict.fromkeys(("low-gap", "small gap", "small band gap"), ("band_gap", 0.1, 0.5)),
    **dict.fromkeys(("hard-to-compress", "resists compression", "hardly gives way under pressure"),
                    ("bulk_modulus", 200, INF)),
    **dict.fromkeys(("formation energy below zero", "lower in energy than its elements"),
                    ("formation_energy", -INF, -1e-9)),
    **dict.fromkeys(("formation energy above zero", "higher in energy than its elements"),
                    ("formation_energy", 1e-3, INF)),
    **dict.fromkeys(("on the convex hull", "on the hull",
                     "does not decompose into other phases"), ("energy_above_hull", 0, 1e-3)),
    **dict.fromkeys(("thermodynamically unstable", "far above the convex hull", "unstable"),
                    ("energy_above_hull", 0.1, INF)),
    "heavyweight": ("density", 8.0, INF), "light-weight": ("density", 0, 2.5),
    **dict.fromkeys(("semiconducting", "is a semiconductor", "semiconductor",
                     "behaves as a semiconductor", "semiconducts"),
                    ("band_gap", 0.1, 3.0)),
    **dict.fromkeys(("narrow-gap semiconductor", "narrow-gap", "small-gap", "narrow band gap"),
                    ("band_gap", 0.1, 0.5)),
    **dict.fromkeys(("wide-gap insulator", "insulator with a wide gap", "wide-gap",
                     "wide band gap", "large-gap", "insulating"), ("band_gap", 3.0, INF)),
    **dict.fromkeys(("stiff", "incompressible", "hard to compress", "high bulk modulus"),
                    ("bulk_modulus", 200, INF)),
    **dict.fromkeys(("soft and easily compressed", "low bulk modulus", "soft", "compressible",
                     "easily compressed", "squashy", "easy to compress", "easily squeezed"),
                    ("bulk_modulus", 0, 30)),
    **dict.fromkeys(("mechanically hard", "hard material", "hard", "high shear modulus",
                     "resists shear"), ("shear_modulus", 150, INF)),
    **dict.fromkeys(("auxetic", "negative Poisson ratio", "gets thicker when stretched"),
                    ("poisson_ratio", -1, 0)),
    **dict.fromkeys(("high-index", "highly refractive", "high refractive index",
                     "bends light strongly", "strongly refracting", "refracts light strongly"),
                    ("refractive_index", 2.4, 10)),
    **dict.fromkeys(("high-k dielectric", "high-k", "high-permittivity",
                     "high dielectric constant", "high-kappa", "large permittivity"),
                    ("dielectric_total", 20, INF)),
    **dict.fromkeys(("low-k dielectric", "low-k", "low dielectric constant", "small permittivity"),
                    ("dielectric_total", 1, 4)),
    **dict.fromkeys(("shows piezoelectricity", "piezoelectric", "piezo",
                     "charges up when squeezed"), ("piezoelectric", 0.1, INF)),
    **dict.fromkeys(("negative formation energy", "forms from the elements with a gain of energy"),
                    ("formation_energy", -INF, -1e-9)),
    **dict.fromkeys(("positive formation energy", "costs energy to form from the elements"),
                    ("formation_energy", 1e-3, INF)),
    **dict.fromkeys(("thermodynamically stable", "stable", "lies on the convex hull"),
                    ("energy_above_hull", 0, 1e-3)),
    **dict.fromkeys(("metastable", "slightly above the convex hull"),
                    ("energy_above_hull", 1e-3, 0.1)),
    **dict.fromkeys(("high-density", "heavy for its size", "dense", "heavy", "high density"),
                    ("density", 8.0, INF)),
    **dict.fromkeys(("low-density", "light for its size", "lightweight", "light",
                     "low density"), ("density", 0, 2.5)),
}  # fmt: skip

UNITS = {
    **dict.fromkeys(("bandgap", "energy gap", "electronic gap", "Eg"), ("band_gap", "eV")),
    **dict.fromkeys(("energy of formation", "E_form"), ("formation_energy", "eV/atom")),
    **dict.fromkeys(("energy above the hull", "energy above the convex hull", "E_hull",
                     "distance to the hull"), ("energy_above_hull", "eV/atom")),
    **dict.fromkeys(("permittivity", "relative permittivity", "static dielectric constant"),
                    ("dielectric_total", "")),
    "electronic permittivity": ("dielectric_electronic", ""),
    "Poisson's ratio": ("poisson_ratio", ""), "index of refraction": ("refractive_index", ""),
    "piezoelectric constant": ("piezoelectric", "C/m^2"),
    "band gap": ("band_gap", "eV"), "gap": ("band_gap", "eV"),
    "formation energy": ("formation_energy", "eV/atom"),
    "energy above hull": ("energy_above_hull", "eV/atom"), "Fermi energy": ("fermi_energy", "eV"),
    "bulk modulus": ("bulk_modulus", "GPa"), "shear modulus": ("shear_modulus", "GPa"),
    "elastic anisotropy": ("elastic_anisotropy", ""), "Poisson ratio": ("poisson_ratio", ""),
    "refractive index": ("refractive_index", ""),
    "electronic dielectric constant": ("dielectric_electronic", ""),
    "dielectric constant": ("dielectric_total", ""),
    "piezoelectric modulus": ("piezoelectric", "C/m^2"), "density": ("density", "g/cm3"),
}  # fmt: skip

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
LETTERS = {
    "Eg": ("band_gap", "eV"), "B": ("bulk_modulus", "GPa"), "G": ("shear_modulus", "GPa"),
    "n": ("refractive_index", ""),
}  # fmt: skip
GROUPS = {
    "CO3": "carbonate", "NO3": "nitrate", "OH": "hydroxide", "SO4": "sulfate", "PO4": "phosphate",
    "SiO4": "silicate", "AsO4": "arsenate", "VO4": "vanadate", "MoO4": "molybdate",
    "WO4": "tungstate", "CrO4": "chromate", "GeO4": "germanate",
}  # fmt: skip
"""oxyanions and what a compound with them is"""
ROUND_STEPS = {
    "band_gap": 0.5, "formation_energy": 0.5, "density": 0.5, "bulk_modulus": 10.0,
    "shear_modulus": 10.0, "dielectric_total": 5.0,
}  # fmt: skip
"""'about 2 eV' may be said of 2.2 eV, as 'about 2.2 eV' may not be of 2.4"""

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
    "unlike or if those one when thing things let as well ideas".split()
)
"""words that say nothing by themselves"""

_SG = r"([PABCIFR][\w/-]*)"
_SCHOENFLIES = dict(pair.split(":") for pair in (
    "C1:1 Ci:-1 C2:2 Cs:m C2h:2/m D2:222 C2v:mm2 D2h:mmm C4:4 S4:-4 C4h:4/m D4:422 C4v:4mm "
    "D2d:-42m D4h:4/mmm C3:3 S6:-3 D3:32 C3v:3m D3d:-3m C6:6 C3h:-6 C6h:6/m D6:622 C6v:6mm "
    "D3h:-6m2 D6h:6/mmm T:23 Th:m-3 O:432 Td:-43m Oh:m-3m"
).split())  # fmt: skip
_PLAINER = tuple((re.compile(pattern), plain) for pattern, plain in (
    *((rf"\b{word.lower()}", word) for word in (
        "Poisson", "Fermi", "Pearson", "Laves", "Heusler", "Strukturbericht", "Hermann-Mauguin",
        "Bravais")),
    (r"\bgpa", "GPa"), (r"\bev\b", "eV"), (r"(?<=\d)(?=(?:eV|GPa)\b)", " "),
    (r"\bsg(?=[ #])|\bspg\b|\bs\.g\.", "SG"), (r"SG#?(?=\d)|SG# ?", "SG "),
    (r"(?i:international tables)", "International Tables"), ("HM symbol", "Hermann-Mauguin symbol"),
    (r"(?:IT|International Tables) (?:number|no\.)|international space group number",
     "international number"),
    (r"number (\d+) of the 230 space groups", r"international number \1"),
    (r"space ?group ?[=:] ?", "space group "), (r"space group is (?:number )?", "space group "),
    (r"symmetry group number", "space group number"), (r"symmetry: ", ""),
    (rf"\b(\d+) \({_SG}\)", r"\2 (\1)"),
    (rf"{_SG}(?:, (?:number|[Nn]o\.)| #) ?(\d+)(?= |[.,;?|]|$)", r"\1 (\2)"),
    (r"(\S+) as its (point group|crystal class|Pearson symbol)", r"\2 \1"),
    (r"point-group symmetry", "point group"), (r"(point group|crystal class):", r"\1"),
    ("I'd", "I would"), ("centrosymmetric point group", "centrosymmetric space group"),
    ("Pearson code", "Pearson symbol"), ("geometric crystal class", "crystal class"),
    (r"Hermann-Mauguin point group", "point group"),
    (r"(?:Schoenflies symbol|point group) (?=[CDSTO][\dhisvd]*\b)", "SCH-"),
    *((rf"SCH-{name}\b", f"point group {same}") for name, same in _SCHOENFLIES.items()),
    (r"\b(should|must|has to|have to|ought to|needs to|it to|to) (also )?not ", r"\1 does not "),
    (r"(?<=,) not be |(?<= and| but|also) not be ", " is not "), (r"\bdoes not be\b", "is not"),
    (r"(?<=and|but|lso) not (?=(?:have|contain|conduct|decompose)\b)", " does not "),
    (r"(?<=,) not (?=(?:have|contain|conduct|decompose)\b)", " does not "),
    (r"\b(?:should|must|has to|have to|to) be\b", "is"), (r"\bbe\b", "is"),
))  # fmt: skip
"""patterns of other ways to write the same"""


def plainly(text: str) -> str:
    """Write what is spelt in many ways in one of them; the meaning stays."""
    for pattern, plain in _PLAINER:
        text = pattern.sub(plain, text)
    return text
