"""What can be said of symmetry, structure type, coordination and dimensionality.

Every statement returns "" where its fact is unknown, hidden or has no such form.
"""

from __future__ import annotations

from collections.abc import Sequence

from clac.data.grammar.say_composition import element, vary
from clac.data.grammar.voice import Form, Voice, article, join
from clac.data.structure_types import find_structure_type

COUNT_WORDS: tuple[str, ...] = tuple(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen twenty twenty-one twenty-two twenty-three "
    "twenty-four".split()
)
CENTRINGS = {
    "P": ("primitive",),
    "I": ("body-centred", "body-centered"),
    "F": ("face-centred", "face-centered"),
    "A": ("base-centred", "base-centered"),
    "C": ("base-centred", "base-centered"),
    "R": ("rhombohedral",),
}
LAYER_WORDS = {
    "0D": (("molecular", "zero-dimensional"),
           ("isolated molecular units", "zero-dimensional clusters"),
           ("is built of isolated units", "is zero-dimensional")),
    "1D": (("one-dimensional", "chain-like"),
           ("one-dimensional chains", "a chain structure"),
           ("is built of one-dimensional chains", "is one-dimensional")),
    "2D": (("layered", "two-dimensional"),
           ("a layered structure", "two-dimensional layers", "separate sheets"),
           ("is layered", "is built of two-dimensional layers", "has a layered structure")),
    "3D": (("three-dimensional",),
           ("a three-dimensional framework", "a three-dimensional bonded network"),
           ("is three-dimensional", "forms a three-dimensional network")),
}  # fmt: skip
_LATTICES = ("triclinic", "monoclinic", "orthorhombic", "tetragonal", "cubic")
"""systems whose lattice no crystal of another system has"""
_CUBIC = {"F": ("FCC", "fcc"), "I": ("BCC", "bcc")}
MORE_LAYER_WORDS = {
    "0D": (("cluster-like",),
           ("discrete molecules or clusters", "separate molecules or clusters", "0D clusters"),
           ("consists of separate molecules or clusters", "is made of discrete units")),
    "1D": (("chain-structured",),
           ("chains running through the crystal", "infinite chains", "1D chains"),
           ("is made of chains", "has chains running through it")),
    "2D": (("sheet-like", "2D"),
           ("stacked sheets", "two-dimensional sheets", "stacked layers", "atomic layers",
            "sheets stacked on each other", "2D layers"),
           ("is made of stacked sheets", "consists of layers", "has stacked layers")),
    "3D": (("3D",),
           ("bonded in all three directions", "3D network",
            "a framework bonded in all directions"),
           ("is bonded in all three directions", "forms a 3D framework")),
}  # fmt: skip
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
        more = ("has a {} structure", "has a {} crystal structure", "forms {} crystals",
                "crystallises in the {} system")  # fmt: skip
        if word in _LATTICES:
            more += ("has {an} unit cell", "has {an} lattice", "is of the {} crystal family")
        plain = ("is {}", "has {} symmetry", "belongs to the {} crystal system",
                 "crystallizes in the {} system")  # fmt: skip
        return vary(v, plain, more).format(word, an=article(word))
    more = ("with {} symmetry", "{} system", "{} structure", "{} crystal structure",
            "in the {} system", "{} phase")  # fmt: skip
    if word in _LATTICES:
        more += ("{} lattice", "{} cell", "{} unit cell", "with a {} cell",
                 "of the {} crystal family")  # fmt: skip
    plain = ("{}", "{} crystal system", "{} symmetry", "{} crystal")
    return vary(v, plain, more).format(word)


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
    options = ("space group {s}", "{s}", "{s} symmetry", "space group {s} (No. {n})",
               "{s} (No. {n})", "space group {n}", "space group number {n}")  # fmt: skip
    if form == "predicate":
        options = ("crystallizes in space group {s}", "has space group {s}",
                   "has the space group {s}", "crystallizes in {s}",
                   "has space group {s} (No. {n})", "crystallizes in {s} (No. {n})",
                   "has space group number {n}")  # fmt: skip
    more = ("{s} space group", "spacegroup {s}", "SG {s}")
    if v.numbers:
        more += ("SG {n}", "No. {n}", "#{n}", "group number {n}", "space group #{n}",
                 "space group no. {n}", "SG {s} ({n})")  # fmt: skip
    if form == "predicate":
        more = ("has {s} symmetry", "has {s} as its space group", "belongs to space group {s}",
                "crystallises in space group {s}")  # fmt: skip
        if v.numbers:
            more += ("belongs to space group {n}", "has space group no. {n}",
                     "crystallizes in space group #{n}", "is in SG {n}")  # fmt: skip
    plain = options if v.numbers else options[:3]
    return vary(v, plain, more, 0.4).format(s=symbol, n=number)


def point_group(v: Voice, form: Form) -> str:
    """Say the point group."""
    if not v.symmetry or form == "adjective":
        return ""
    v.claim("point_group", v.facts.point_group)
    text = vary(v, ("point group {}",), ("crystal class {}", "crystallographic point group {}"),
                0.3).format(v.facts.point_group)  # fmt: skip
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
        word = v.pick(_CUBIC[letter])
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
                              ("polar crystal", "polar structure", "polar crystal class")),
                 "predicate": (("is polar",),
                               ("has a polar structure", "is a polar crystal"))}  # fmt: skip
        return vary(v, *polar[form])
    v.claim("inversion", "centrosymmetric" if f.centrosymmetric else "acentric")
    if f.centrosymmetric:
        options = {"adjective": ("centrosymmetric",),
                   "fragment": ("with a centre of symmetry", "with a center of symmetry",
                                "with inversion symmetry"),
                   "predicate": ("is centrosymmetric", "has inversion symmetry")}  # fmt: skip
        more = {"fragment": ("with an inversion centre", "with an inversion center",
                             "with a centre of inversion", "centrosymmetric"),
                "predicate": ("has an inversion centre", "has a center of inversion",
                              "has a centre of symmetry")}  # fmt: skip
    else:
        options = {"adjective": ("non-centrosymmetric", "noncentrosymmetric", "acentric"),
                   "fragment": ("no centre of symmetry", "no center of symmetry",
                                "without inversion symmetry"),
                   "predicate": ("is non-centrosymmetric", "lacks inversion symmetry",
                                 "has no centre of symmetry")}  # fmt: skip
        more = {"fragment": ("no inversion centre", "no inversion center",
                             "without an inversion centre", "lacking a centre of inversion",
                             "no inversion symmetry", "non-centrosymmetric"),
                "predicate": ("lacks a centre of inversion", "has no inversion centre",
                              "lacks an inversion center", "is not centrosymmetric",
                              "has no inversion symmetry")}  # fmt: skip
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
        verb, words = v.pick((("is", "isostructural with"), ("has the", "same structure as")))
        told = f"{words} {v.pick(formulas)}"
        return told if form == "fragment" else f"{verb} {told}"
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
        more = ("{} lattice", "{} structure type", "with the {} structure")
    if not text.endswith(("type", "phase")):
        more += ("is of the {} type",) if form == "predicate" else ("of the {} type", "{} type")
    return vary(v, plain, more, 0.4).format(text)


def counts(v: Voice, numbers: Sequence[int]) -> str:
    """Write coordination numbers in front of '-coordinate'."""
    if (v.numbers and v.dice() < 0.4) or max(numbers) >= len(COUNT_WORDS):
        return join([f"{n}-" for n in numbers])[:-1] if v.numbers else ""
    return join([f"{COUNT_WORDS[n]}-" for n in numbers])[:-1]


def _coordinate(v: Voice) -> str:
    return vary(v, ("coordinate",), ("coordinated", "fold coordinated"), 0.4)


def _neighbours(v: Voice, text: str, shown: str, numbers: Sequence[int]) -> str:
    """Say that an element has so many neighbours; text: the counts of its sites."""
    if len(numbers) > 1 or min(numbers) < 2 or v.dice() < 0.5:
        return f"{text}-{_coordinate(v)} {shown}"
    return v.pick(("{n} neighbours around {s}", "{n} neighbors around {s}",
                   "{n} nearest neighbours around {s}", "{s} with {n} neighbours",
                   "{s} surrounded by {n} atoms", "{s} bonded to {n} atoms",
                   "{s} with {n} neighbors")).format(n=text, s=shown)  # fmt: skip


def coordination(v: Voice, form: Form) -> str:
    """Say how many neighbours the atoms of one or two elements have, or of all sites."""
    f = v.facts
    if not f.coordination or form == "adjective":
        return ""
    if not v.elements:
        return sites(v, form)
    known = list(f.coordination.items())
    if len(known) > 2:
        first = int(v.dice() * len(known))
        known = [known[first], known[first - 1]]
    parts = []
    for symbol, numbers in known:
        text = counts(v, numbers)
        shown = symbol if v.formulas and v.dice() < 0.5 else element(v, symbol)
        if text:
            parts.append(_neighbours(v, text, shown, numbers))
            for n in numbers:
                v.claim("coordination", f"{symbol}:{n}")
    if not parts:
        return ""
    return f"has {join(parts)}" if form == "predicate" else f"with {join(parts)}"


def sites(v: Voice, form: Form) -> str:
    """Say the coordination numbers that occur, without naming elements."""
    if len(v.facts.coordination) < len(v.facts.elements):
        return ""
    known = sorted({n for numbers in v.facts.coordination.values() for n in numbers})
    _claim_sites(v, "site", known)
    text = counts(v, known)
    if not text or form == "adjective":
        return ""
    text = f"{text}-{_coordinate(v)} {v.pick(('sites', 'atoms'))}"
    return f"has {text}" if form == "predicate" else f"with {text}"


def _claim_sites(v: Voice, kind: str, numbers: Sequence[int]) -> None:
    for n in numbers:
        v.claim(kind, str(n))


def anion_sites(v: Voice, form: Form) -> str:
    """Say the coordination of the anion, as a role."""
    f = v.facts
    known = f.coordination.get(f.anion, ())
    text = counts(v, known) if known else ""
    if not text or form == "adjective":
        return ""
    _claim_sites(v, "anion_site", known)
    text = f"{text}-{_coordinate(v)} anions"
    return f"has {text}" if form == "predicate" else text


def cation_sites(v: Voice, form: Form) -> str:
    """Say the coordination of all atoms that are not the anion."""
    f = v.facts
    if not f.anion or form == "adjective" or len(f.coordination) < len(f.elements):
        return ""
    others = sorted({n for s, numbers in f.coordination.items() if s != f.anion for n in numbers})
    text = counts(v, others) if others else ""
    if not text:
        return ""
    _claim_sites(v, "cation_site", others)
    text = f"{text}-{_coordinate(v)} cations"
    return f"has {text}" if form == "predicate" else text


def dimension(v: Voice, form: Form) -> str:
    """Say whether there are molecules, chains, layers or a framework."""
    if not v.facts.dimensionality:
        return ""
    v.claim("dimensionality", v.facts.dimensionality)
    place = ("adjective", "fragment", "predicate").index(form)
    more = MORE_LAYER_WORDS[v.facts.dimensionality][place]
    more = tuple(words for words in more if v.may_say(words))
    return vary(v, LAYER_WORDS[v.facts.dimensionality][place], more)
