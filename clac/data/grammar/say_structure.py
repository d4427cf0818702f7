"""What can be said of symmetry and structure type.

Every statement returns "" where its fact is unknown, hidden or has no such form.
"""

from __future__ import annotations

from clac.data.grammar.say_composition import vary
from clac.data.grammar.voice import Form, Voice, article
from clac.data.structure_types import find_structure_type

CENTRINGS = {
    "P": ("primitive",),
    "I": ("body-centred", "body-centered"),
    "F": ("face-centred", "face-centered"),
    "A": ("base-centred", "base-centered"),
    "C": ("base-centred", "base-centered"),
    "R": ("rhombohedral",),
}
_LATTICES = ("triclinic", "monoclinic", "orthorhombic", "tetragonal", "cubic")
"""systems whose lattice no crystal of another system has"""
_CUBIC = {"F": ("FCC", "fcc"), "I": ("BCC", "bcc")}
OLD_SYMBOLS = {"Aem2": "Abm2", "Aea2": "Aba2", "Cmce": "Cmca", "Cmme": "Cmma", "Ccce": "Ccca"}


def system(v: Voice, form: Form) -> str:
    """Say the crystal system."""
    if not v.symmetry:
        return ""
    word = v.facts.crystal_system
    v.claim("crystal_system", word)
    if form == "adjective":
        return word
    if form == "predicate":
        more = ("has {an} structure", "has {an} crystal structure", "forms {} crystals",
                "crystallises in the {} system", "is of {} symmetry",
                "is {} in symmetry")  # fmt: skip
        if word in _LATTICES:
            more += ("has {an} unit cell", "has {an} lattice", "is of the {} crystal family")
        plain = ("is {}", "has {} symmetry", "belongs to the {} crystal system",
                 "crystallizes in the {} system")  # fmt: skip
        return vary(v, plain, more).format(word, an=article(word))
    more = ("with {} symmetry", "{} system", "{} structure", "{} crystal structure",
            "in the {} system", "{} phase", "{} crystals", "of {} symmetry",
            "crystallizing in the {} system")  # fmt: skip
    if word in _LATTICES:
        more += ("{} lattice", "{} cell", "{} unit cell", "with {an} cell",
                 "of the {} crystal family")  # fmt: skip
    plain = ("{}", "{} crystal system", "{} symmetry", "{} crystal")
    return vary(v, plain, more).format(word, an=article(word))


def space_group(v: Voice, form: Form) -> str:
    """Say the space group by symbol or number."""
    if not v.symmetry or form == "adjective":
        return ""
    symbol, number = v.facts.symbol, v.facts.space_group
    v.claim("space_group", low=number, high=number)
    if symbol in OLD_SYMBOLS and v.dice() < 0.2:
        symbol = OLD_SYMBOLS[symbol]
    if "_" in symbol and v.dice() < 0.4:
        symbol = symbol.replace("_", "")
    if v.numbers and v.formulas and form == "fragment" and v.dice() < 0.12:
        return _typed_group(v, symbol)
    if form == "predicate":
        options, more = _GROUP_PREDICATES, _MORE_GROUP_PREDICATES
    else:
        options, more = _GROUP_FRAGMENTS, _MORE_GROUP_FRAGMENTS
    if not v.numbers:
        options, more = (tuple(w for w in x if "{n}" not in w) for x in (options, more))
    return vary(v, options, more, 0.4).format(s=symbol, n=number)


_GROUP_FRAGMENTS = (
    "space group {s}", "{s}", "{s} symmetry", "space group {s} (No. {n})", "{s} (No. {n})",
    "space group {n}", "space group number {n}",
)  # fmt: skip
_MORE_GROUP_FRAGMENTS = (
    "{s} space group", "spacegroup {s}", "SG {s}", "in {s}", "in space group {s}",
    "space-group type {s}", "symmetry group {s}", "with space group {s}", "SG {n}", "No. {n}",
    "#{n}", "group number {n}", "space group #{n}", "space group no. {n}", "SG {s} ({n})",
    "sg {n}", "spacegroup {n}", "spacegroup number {n}", "No {n}", "space group no {n}",
)  # fmt: skip
_GROUP_PREDICATES = (
    "crystallizes in space group {s}", "has space group {s}", "has the space group {s}",
    "crystallizes in {s}", "has space group {s} (No. {n})", "crystallizes in {s} (No. {n})",
    "has space group number {n}",
)  # fmt: skip
_MORE_GROUP_PREDICATES = (
    "has {s} symmetry", "has {s} as its space group", "belongs to space group {s}",
    "crystallises in space group {s}", "has the symmetry group {s}", "is of space-group type {s}",
    "belongs to space group {n}", "has space group no. {n}", "crystallizes in space group #{n}",
    "is in SG {n}",
)  # fmt: skip


def _typed_group(v: Voice, symbol: str) -> str:
    """Write a symbol as people type it: 'p63/mmc', 'Fm3m'; where short, only after its kind."""
    text = symbol.replace("_", "")
    # The bar of 'm-3' may be left out: no space group is called Fm3m.
    if v.facts.crystal_system == "cubic" and "-3" in text and v.dice() < 0.6:
        text = text.replace("-3", "3")
    text = text.lower() if v.dice() < 0.7 else text
    if len(text) >= _PLAIN_SYMBOL and v.dice() < 0.3:
        return text
    return v.pick(("space group {}", "sg {}", "{} space group", "spacegroup {}")).format(text)


_PLAIN_SYMBOL = 4
"""characters of a symbol that is no word without 'space group' before it"""


def point_group(v: Voice, form: Form) -> str:
    """Say the point group."""
    if not v.symmetry or form == "adjective":
        return ""
    v.claim("point_group", v.facts.point_group)
    text = vary(v, ("point group {}",),
                ("crystal class {}", "crystallographic point group {}",
                 "point group symmetry {}"), 0.4).format(v.facts.point_group)  # fmt: skip
    if form == "fragment" and v.dice() < 0.2:
        return f"{v.pick(('in', 'of', 'with'))} {text}"
    return f"has {text}" if form == "predicate" else text


def centring(v: Voice, form: Form) -> str:
    """Say the centring of the lattice."""
    if not v.symmetry:
        return ""
    if form == "adjective":
        return ""
    v.claim("centring", v.facts.centring)
    letter = v.facts.centring
    # 'I-centred' would look like iodine where formulas are hidden.
    more = (f"{letter}-centred", f"{letter}-centered") if v.formulas and letter in "IFAC" else ()
    word = vary(v, CENTRINGS[letter], more, 0.3)
    if v.facts.crystal_system == "cubic" and letter in _CUBIC and v.dice() < 0.3:
        v.claim("crystal_system", "cubic")
        word = v.pick((*_CUBIC[letter], *(f"{name} cubic" for name in CENTRINGS[letter])))
    text = vary(v, (f"{word} lattice",), (f"{word} Bravais lattice",), 0.3)
    return f"has {article(text)}" if form == "predicate" else text


def inversion(v: Voice, form: Form) -> str:
    """Say whether there is a centre of inversion, or a polar axis."""
    f = v.facts
    if not v.symmetry:
        return ""
    if f.polar and v.dice() < 0.4:
        v.claim("polar", "polar")
        polar = {"adjective": (("polar",), ()),
                 "fragment": (("polar point group",),
                              ("polar crystal", "polar structure", "polar crystal class",
                               "with a polar axis", "polar")),
                 "predicate": (("is polar",),
                               ("has a polar structure", "is a polar crystal",
                                "has a polar axis", "has a polar point group"))}  # fmt: skip
        return vary(v, *polar[form])
    v.claim("inversion", "centrosymmetric" if f.centrosymmetric else "acentric")
    if f.centrosymmetric:
        options = {"adjective": ("centrosymmetric",),
                   "fragment": ("with a centre of symmetry", "with a center of symmetry",
                                "with inversion symmetry"),
                   "predicate": ("is centrosymmetric", "has inversion symmetry")}  # fmt: skip
        more = {"adjective": ("inversion-symmetric",),
                "fragment": ("with an inversion centre", "with an inversion center",
                             "with a centre of inversion", "centrosymmetric",
                             "centrosymmetric structure", "has inversion symmetry",
                             "centrosymmetric space group"),
                "predicate": ("has an inversion centre", "has a center of inversion",
                              "has a centre of symmetry", "has a centre of inversion",
                              "has a centrosymmetric structure")}  # fmt: skip
    else:
        options = {"adjective": ("non-centrosymmetric", "noncentrosymmetric", "acentric"),
                   "fragment": ("no centre of symmetry", "no center of symmetry",
                                "without inversion symmetry"),
                   "predicate": ("is non-centrosymmetric", "lacks inversion symmetry",
                                 "has no centre of symmetry")}  # fmt: skip
        more = {"fragment": ("no inversion centre", "no inversion center",
                             "without an inversion centre", "lacking a centre of inversion",
                             "no inversion symmetry", "non-centrosymmetric", "without inversion",
                             "lacking inversion symmetry", "lacks inversion symmetry"),
                "predicate": ("lacks a centre of inversion", "has no inversion centre",
                              "lacks an inversion center", "is not centrosymmetric",
                              "has no inversion symmetry", "lacks inversion",
                              "is acentric")}  # fmt: skip
    return vary(v, options[form], more.get(form, ()))


def pearson(v: Voice, form: Form) -> str:
    """Say the Pearson symbol."""
    if not (v.symmetry and v.numbers) or form == "adjective":
        return ""
    v.claim("pearson", v.facts.pearson)
    text = f"Pearson symbol {v.facts.pearson}"
    return f"has {text}" if form == "predicate" else text


def label(v: Voice, form: Form) -> str:
    """Say the AFLOW-style prototype label."""
    if not (v.symmetry and v.numbers) or form == "adjective" or len(v.facts.prototype) > 40:
        return ""
    v.claim("label", v.facts.prototype)
    text = f"prototype {v.facts.prototype}"
    return f"has {text}" if form == "predicate" else text


def structure_type(v: Voice, form: Form) -> str:
    """Say the structure type by one of its names."""
    f = v.facts
    if not v.symmetry or not f.prototype_names:
        return ""
    given = v.pick(f.prototype_names)
    kind = find_structure_type(given)
    mark = len(v.claims)
    v.claim("prototype", kind.name if kind else given)
    formulas = kind.formulas if kind and v.formulas else ()
    # 'B33' would look like boron where elements are hidden.
    may_number = v.numbers and v.elements and form != "adjective"
    if kind and kind.strukturbericht and may_number and v.dice() < 0.1:
        text = f"Strukturbericht {kind.strukturbericht}"
        return f"has {text}" if form == "predicate" else text
    if formulas and form != "adjective" and v.dice() < 0.12:
        return _like_formula(v, form, v.pick(formulas))
    if formulas and v.dice() < 0.25:
        text = f"{v.pick(formulas)}-type"
    else:
        same = (given, *kind.words) if kind else (given,)
        text = v.pick_words(same)
        if not text:
            return ""
        # 'perovskite' is said of the distorted ones too, and is true of all of them.
        v.unsay(mark)
        v.claim("prototype", text)
        text = text if v.dice() < 0.6 or text.endswith(("type", "phase")) else f"{text}-type"
    if form == "adjective":
        return text
    if form == "predicate":
        plain = ("adopts the {} structure", "has the {} structure",
                 "crystallizes in the {} structure")  # fmt: skip
        more = ("takes the {} structure", "shares the {} structure", "has the {} structure type",
                "crystallises in the {} structure type")  # fmt: skip
    else:
        plain = ("{} structure", "the {} structure", "{} crystal structure")
        more = ("{} lattice", "{} structure type", "with the {} structure",
                "in the {} structure")  # fmt: skip
    if not text.endswith(("type", "phase")):
        more += ("is of the {} type",) if form == "predicate" else ("of the {} type", "{} type")
    # 'The structure of rutile', but not 'of cubic Laves', nor of what is like perovskite only.
    if kind and text == kind.name and text.isalpha() and text.islower():
        more += _LIKE_MINERAL[form == "predicate"]
    return vary(v, plain, more, 0.5).format(text)


_LIKE_MINERAL = (
    ("with the structure of {}", "{}-like structure", "{}-like", "{} polymorph",
     "same structure as {}", "crystallizing like {}"),
    ("has the structure of {}", "has a {}-like structure", "crystallizes like {}",
     "has the same structure as {}"),
)  # fmt: skip


def _like_formula(v: Voice, form: Form, formula: str) -> str:
    """Compare a structure with that of the compound that the type is named after."""
    verb, words = v.pick((
        ("is", "isostructural with"), ("is", "isostructural to"),
        ("has the", "same structure as"), ("has the", "structure of"),
        ("has the", "same atomic arrangement as"),
    ))  # fmt: skip
    if v.dice() < 0.2:
        return f"{'crystallizing' if form == 'fragment' else 'crystallizes'} like {formula}"
    told = f"{words} {formula}"
    return told if form == "fragment" else f"{verb} {told}"
