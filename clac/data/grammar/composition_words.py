"""How facts of composition are worded: tables for `say_composition` and `say_elements`.

Each fact has plain wordings and others, which are drawn with a chance. What says 'compound' is
left out of what is said of an element.
"""

from __future__ import annotations

from collections.abc import Mapping

Wordings = tuple[tuple[str, ...], tuple[str, ...]]
"""plain, and others"""

FORMULA: Mapping[str, Wordings] = {
    "predicate": (
        ("has the formula {}", "has the composition {}", "is {}"),
        ("has the chemical formula {}", "is described by the formula {}", "is written {}",
         "has the reduced formula {}", "has formula {}", "has {} as its formula",
         "is a crystal of composition {}", "is a form of {}"),
    ),
    "fragment": (
        ("{}", "{}", "{}", "formula {}", "composition {}"),
        ("{} crystal", "crystalline {}", "crystal of {}", "material {}", "structure of {}"),
    ),
}  # fmt: skip
NAME: Mapping[str, Wordings] = {
    "predicate": (
        ("is {}",),
        ("is the compound {}", "is crystalline {}", "is a crystal of {}", "is a form of {}",
         "is a crystalline form of {}", "is chemically {}", "is called {}", "is solid {}",
         "is a phase of {}"),
    ),
    "fragment": (
        ("{}",),
        ("{} crystal", "{} compound", "crystalline {}", "crystal of {}", "solid {}",
         "{} phase", "form of {}", "crystal structure of {}"),
    ),
}  # fmt: skip
ELEMENT_LIST: Mapping[str, Wordings] = {
    "predicate": (
        ("is made of {}", "consists of {}"),
        ("is composed of {}", "is made up of {}", "comprises {}", "is made only of {}",
         "is a compound of {}", "contains only {}", "contains nothing but {}",
         "has only {} in it", "consists only of {}", "is built from {}", "is formed by {}",
         "consists of the elements {}", "is composed solely of {}", "is made entirely of {}",
         "contains {} and nothing else", "contains {} and no other elements",
         "contains just {}", "has {} as its only constituents", "is made from {} alone"),
    ),
    "fragment": (
        ("made of {}", "elements {}"),
        ("composed of {}", "made up of {}", "made from {}", "built from {}", "made only of {}",
         "compound of {}", "containing only {}", "only {}", "consisting of {}", "nothing but {}",
         "elements: {}", "made of {} only", "composed solely of {}", "contains only {}",
         "made entirely of {}", "with only {}", "consisting only of {}", "that contains only {}",
         "with {} and nothing else", "containing {} and nothing else", "constituents: {}",
         "made from {} alone", "with no elements but {}", "whose only elements are {}",
         "chemical elements {}"),
    ),
}  # fmt: skip
ONE_IN_LIST: Mapping[str, Wordings] = {
    "predicate": (
        ("is made of {}", "consists of {}", "contains only {}"),
        ("is made only of {}", "is composed of {}", "is pure {}", "contains nothing but {}",
         "is made entirely of {}", "has only {} in it"),
    ),
    "fragment": (
        ("made of {}", "made only of {}", "consisting of {}"),
        ("pure {}", "only {}", "composed of {}", "nothing but {}", "elemental {}",
         "containing only {}", "made entirely of {}", "crystal of pure {}"),
    ),
}  # fmt: skip
"""of a crystal of one element"""
SYSTEM: Mapping[str, Wordings] = {
    "predicate": (
        ("belongs to the {} system",),
        ("is a phase of the {} system", "is found in the {} system",
         "is a compound in the {} system", "belongs to the {} chemical system",
         "is a phase in the {} phase diagram"),
    ),
    "fragment": (
        ("{} system",),
        ("{} compound", "{} phase", "in the {} system", "{} chemical system",
         "phase in the {} system", "in the {} phase diagram", "chemical system {}"),
    ),
}  # fmt: skip
"""elements joined as 'Ti-O'"""

ELEMENTAL: Wordings = (
    ("elemental crystal", "pure element"),
    ("elemental solid", "single-element crystal", "elemental phase", "one-element crystal",
     "crystal of one element only", "solid made of one single element only",
     "element in its crystalline form", "single-element material", "single-element solid",
     "unary phase", "elemental material", "crystalline element", "pure-element crystal"),
)  # fmt: skip
INTERMETALLIC: Wordings = (
    ("intermetallic", "intermetallic compound", "intermetallic", "ordered alloy"),
    ("intermetallic phase", "alloy", "alloy phase", "compound of metals only",
     "phase made only of metals", "alloy without nonmetals", "all-metal compound",
     "compound made purely of metals", "metal-metal compound", "intermetallic crystal",
     "intermetallic material", "compound of two or more metals",
     "phase built from metals alone", "compound between metals", "alloy of metals",
     "intermetallic structure", "all-metal phase", "crystalline alloy", "alloy compound",
     "compound in which every element is a metal", "intermetallic solid"),
)  # fmt: skip
OF_CLASS: tuple[str, ...] = (
    "{} compound", "{} compound", "{} compound", "{} material", "{} material", "{} crystal",
    "{} crystal", "{} phase", "{} solid", "{} structure", "crystalline {}", "solid {}",
    "{}-type compound", "compound of the {} class", "member of the {} family", "{} substance",
    "{}-class material", "compound of the {} type", "material of the {} kind", "{} crystal phase",
    "material from the {} family", "{}-type material", "solid-state {}",
    "material of the {} class",
)  # fmt: skip
OF_METAL: tuple[str, ...] = (
    "metal {}", "metal {}", "metal {}", "metal-containing {}",
    "metal {} compound", "{} with a metal in it",
)  # fmt: skip
CLASS_PREDICATES: tuple[str, ...] = (
    "belongs to the {}s", "is one of the {}s", "is among the {}s", "counts among the {}s",
    "belongs to the class of {}s", "falls into the class of {}s", "belongs with the {}s",
    "is classed with the {}s", "falls under the {}s", "is grouped with the {}s",
    "belongs to the family of {}s", "is classified among the {}s",
)  # fmt: skip
"""of a noun that takes an s"""
ENDS_COUNTABLE: tuple[str, ...] = (
    "ide", "ate", "intermetallic", "compound", "alloy", "material", "crystal", "solid", "phase",
)  # fmt: skip

ENDINGS: tuple[str, ...] = ("-containing", "-containing", "-bearing", "-based", " containing")
FAMILY: Mapping[str, Wordings] = {
    "predicate": (
        ("contains {a}",),
        ("has {a} in it", "includes {a}", "is a compound of {a}", "contains at least one {w}",
         "contains one or more {s}", "has {a} among its elements", "is {h}-based",
         "contains one of the {s}", "features {a}", "is {h}-containing", "is {h}-bearing",
         "has at least one {w} in it", "has {a} as a constituent", "incorporates {a}",
         "is a compound with {a}", "contains atoms of {a}", "has some {w} in its formula",
         "is a compound containing {a}", "is made with {a}", "includes at least one {w}",
         "has {a} in its composition"),
    ),
    "fragment": (
        ("with {a}", "containing {a}"),
        ("with {a} in it", "that contains {a}", "including {a}", "{h}-containing", "{h}-bearing",
         "{h}-based", "{h} compound", "compound of {a}", "contains {a}", "with at least one {w}",
         "containing one or more {s}", "with some {w}", "with {s}", "contains {s}",
         "with {a} among its elements", "that includes {a}", "with one of the {s}",
         "containing at least one {w}", "having {a} in it", "has {a} in it", "{a} in it",
         "with {a} in the formula", "some {w} in the formula", "based on {a}",
         "{w} containing", "{w} compound", "with {w} atoms", "made with {a}",
         "one of its elements is {a}", "whose elements include {a}", "compound with {a}",
         "compounds of the {s}", "containing {s}"),
    ),
    "no": (
        ("contains no {w}",),
        ("does not contain any {w}", "has no {w} in it", "is {h}-free", "is free of {s}",
         "contains no {s}", "is free of any {w}", "does not contain {a}", "has no {s}",
         "lacks {s}", "is devoid of {s}", "has none of the {s} in it", "contains none of the {s}",
         "is without any {w}", "does without {s}", "has no {w} among its elements"),
    ),
    "without": (
        ("with no {w}", "no {w}"),
        ("without any {w}", "containing no {w}", "{h}-free", "no {s}", "without {s}",
         "free of {s}", "without {a}", "not containing any {w}", "that contains no {w}",
         "free of any {w}", "devoid of {s}", "with no {s} in it", "excluding {s}",
         "contains no {s}", "with none of the {s}", "none of the {s}", "lacking {s}",
         "has no {w}", "{w} free", "no {w} in it", "that has no {s}"),
    ),
}  # fmt: skip
"""a: with its article, w: bare, s: plural, h: hyphened"""
FAMILY_NAMES: Mapping[str, tuple[str, ...]] = {
    "alkali metal": ("group 1 metal", "alkali element"),
    "alkaline earth metal": ("group 2 metal", "alkaline earth", "alkaline earth element"),
    "rare earth": ("rare earth element", "rare earth metal"),
    "lanthanide": ("lanthanoid", "lanthanide element"),
    "actinide": ("actinoid", "actinide element"),
    "transition metal": ("transition element",),
    "platinum-group metal": ("platinum-group element",),
    "coinage metal": ("group 11 metal",),
    "pnictogen": ("group 15 element",),
    "chalcogen": ("chalcogen element",),
    "halogen": ("group 17 element", "halogen element"),
    "noble gas": ("rare gas", "inert gas"),
}
"""other names of the same elements"""

ARITY_WORDS: Mapping[str, Wordings] = {
    "adjective": (("{p}",), ("{c}-element", "{c}-component", "{n}-element", "{n}-component")),
    "predicate": (
        ("is a {p} compound",),
        ("is a {c}-element compound", "is made of {c} elements", "is {p}",
         "contains {c} different elements", "has {c} elements in it", "has {c} components",
         "is a compound of {c} elements", "contains exactly {c} elements",
         "consists of {c} elements", "is composed of {c} elements", "is built from {c} elements",
         "has {c} different elements", "comprises {c} elements", "combines {c} elements",
         "contains {c} kinds of atoms", "is made up of {c} chemical elements",
         "is a {p} phase", "has exactly {c} elements in its formula", "has {n} elements",
         "consists of {c} different elements", "has {c} constituent elements",
         "has {c} kinds of atoms", "is a {c}-component compound", "is made of {n} elements",
         "contains atoms of {c} different elements", "is formed by {c} elements",
         "is a {p} material", "has a {p} composition", "belongs to the {p} compounds",
         "has {c} elements and no more", "is made from only {c} elements"),
    ),
    "fragment": (
        ("{p} compound",),
        ("{c}-element compound", "made of {c} elements", "{c} different elements",
         "with {c} elements", "{c} elements", "compound of {c} elements", "{p} system",
         "with exactly {c} elements", "{c}-component compound", "made from only {c} elements",
         "made up of {c} elements", "composed of {c} elements", "containing {c} elements",
         "with {c} different elements", "consisting of {c} elements", "built from {c} elements",
         "made of {c} different elements", "{p} phase", "{p} material", "{p} composition",
         "{n} elements", "with {n} elements", "made of {n} elements", "number of elements: {n}",
         "{n}-element compound", "{c} kinds of atoms", "with {c} kinds of atoms",
         "exactly {c} elements", "having {c} elements", "compound of {c} different elements",
         "containing exactly {c} different elements", "{c} chemical elements in all",
         "with {c} constituent elements", "only {c} elements", "{c} types of atoms",
         "in which there are {c} elements", "{c}-component system", "{c} components"),
    ),
}  # fmt: skip
"""p: binary, c: two, n: 2"""

STOICHIOMETRY: Mapping[str, Wordings] = {
    "predicate": (
        ("has {f} stoichiometry",),
        ("has the general formula {f}", "has the stoichiometry {f}", "is an {f} compound",
         "has a formula of the type {f}", "has elements in the ratio {r}", "has {f} composition",
         "has a {r} ratio of elements", "is of the formula type {f}", "is of {f} composition",
         "combines its elements in the ratio {r}", "has a {r} stoichiometry"),
    ),
    "fragment": (
        ("{f} stoichiometry",),
        ("general formula {f}", "stoichiometry {f}", "{f} compound", "with {f} stoichiometry",
         "formula type {f}", "elements in the ratio {r}", "{r} ratio of elements",
         "with a {r} ratio of elements", "{r} stoichiometry", "atomic ratio {r}",
         "{f} composition", "of general formula {f}", "of {f} stoichiometry",
         "with the general formula {f}", "{f}-type compound", "stoichiometric ratio {r}",
         "whose elements are in the ratio {r}", "of composition {f}"),
    ),
}  # fmt: skip
"""f: AB2, r: 1:2"""
TIMES: Mapping[int, str] = {2: "twice", 3: "three times", 4: "four times", 6: "six times"}
TIMES_AS_MANY: Mapping[str, tuple[str, ...]] = {
    "predicate": (
        "has {t} as many atoms of one element as of the other",
        "is a compound with {t} as many atoms of one element as of the other",
    ),
    "fragment": (
        "{t} as many atoms of one element as of the other",
        "with {t} as many atoms of one element as of the other",
    ),
}
"""of a binary compound; t: twice"""
EQUAL: Mapping[str, tuple[str, ...]] = {
    "predicate": ("has {c} elements in equal amounts", "contains {c} elements in equal numbers",
                  "consists of equal amounts of {c} elements"),
    "fragment": ("{c} elements in equal amounts", "with {c} elements in equal amounts",
                 "equal amounts of {c} elements", "made of {c} elements in equal numbers"),
}  # fmt: skip
IN_RATIO: Mapping[str, tuple[str, ...]] = {
    "predicate": ("is made of {e} in the ratio {r}", "consists of {e} in the ratio {r}",
                  "is a compound of {e} in the ratio {r}", "is composed of {e} in a {r} ratio"),
    "fragment": ("made of {e} in the ratio {r}", "compound of {e} in the ratio {r}",
                 "only {e} in a {r} ratio", "composed of {e} in the ratio {r}"),
}  # fmt: skip
TWICE_THE: Mapping[str, tuple[str, ...]] = {
    "predicate": ("is made of {a} and {t} as much {b}",
                  "consists of {a} and {t} as many {b} atoms"),
    "fragment": ("made of {a} and {t} as much {b}", "compound of {a} with {t} as much {b}",
                 "only {a} and {t} as many {b} atoms"),
}  # fmt: skip

OWN_NAME: Mapping[str, Wordings] = {
    "predicate": (
        ("is known as {}",),
        ("is called {}", "goes by the name of {}", "goes by the name {}", "is also known as {}",
         "is also called {}", "is commonly called {}", "has the name {}", "is named {}",
         "bears the name {}", "is commonly known as {}", "is referred to as {}"),
    ),
    "fragment": (
        ("{}",),
        ("material known as {}", "material called {}", "crystal known as {}", "crystal called {}",
         "material that goes by the name of {}", "solid known as {}",
         "material by the name of {}"),
    ),
}  # fmt: skip
MINERAL: Mapping[str, Wordings] = {
    "predicate": (
        ("is the mineral {}", "occurs as the mineral {}"),
        ("is found in nature as {}", "has the mineral name {}", "is known as the mineral {}",
         "goes by the mineral name {}", "is called {} by mineralogists", "is natural {}",
         "occurs naturally as {}", "is the natural mineral {}"),
    ),
    "fragment": (
        ("{}", "{}", "mineral {}", "{} mineral"),
        ("mineral called {}", "mineral named {}", "mineral known as {}",
         "natural {}", "{} crystal", "natural mineral {}", "{} (mineral)"),
    ),
}  # fmt: skip
USE: Mapping[str, Wordings] = {
    "predicate": (
        ("is used for {}", "has uses such as {}"),
        ("has applications such as {}", "is a material for {}", "finds application in {}",
         "is known for its use in {}", "is of use for {}", "is used in {}", "serves for {}",
         "is applied in {}"),
    ),
    "fragment": (
        ("{}", "{}", "used for {}", "material for {}", "{} material"),
        ("material used for {}", "used in {}",
         "material used in {}", "with uses such as {}", "material suited for {}",
         "with applications such as {}", "material with applications in {}"),
    ),
}  # fmt: skip
ROLE: Mapping[str, Wordings] = {
    "predicate": (("is used as {}",), ("serves as {}", "finds use as {}", "works as {}")),
    "fragment": (("used as {}",), ("material used as {}", "material that serves as {}")),
}
"""with an article"""
ENDS_ROLE: tuple[str, ...] = (
    "abrasive", "pigment", "phosphor", "catalyst", "electrolyte", "coating", "dielectric",
    "cathode", "anode", "electrode", "absorber", "substrate", "precursor", "fertilizer",
    "semiconductor", "detector", "electrode", "laxative", "gemstone", "flux", "scintillator",
)  # fmt: skip
"""ends of uses that are what the material itself is"""
NOTABLE: Mapping[str, Wordings] = {
    "predicate": (
        ("is known to be {}",),
        ("is described as {}", "is noted as {}", "is known for being {}", "is listed as {}",
         "is said to be {}", "is reported to be {}"),
    ),
    "fragment": (
        ("{}",), ("{}", "{}", "known to be {}"),
    ),
}  # fmt: skip
NOTABLE_QUALITY: Wordings = (
    ("{}",),
    ("{} material", "{} crystal", "{} compound", "known to be {}"),
)
ENDS_QUALITY: tuple[str, ...] = ("ic", "ive", "ing")
ENDS_THING: tuple[str, ...] = (
    "conductor", "insulator", "metal", "magnet", "host", "crystal", "phase", "material", "solid",
    "ceramic", "candidate", "compound", "lattice", "chain", "perovskite", "element",
)  # fmt: skip
"""ends of notable words that take an article"""
EFFECT: Mapping[str, Wordings] = {
    "predicate": (
        ("is known for {}", "shows {}"),
        ("has {}", "is noted for {}", "is remarkable for {}"),
    ),
    "fragment": (("{}",), ("with {}", "known for {}", "that shows {}", "noted for {}")),
}
ENDS_EFFECT: tuple[str, ...] = (
    "effect", "magnetoresistance", "magnetostriction", "wave", "mobility", "conductivity",
    "constant", "expansion", "magnetization", "temperature", "absorption", "transition",
)  # fmt: skip
"""ends of notable words that name what a material shows"""
