"""What can be said of symmetry, structure type, coordination and dimensionality.

Every statement returns "" where its fact is unknown, hidden or has no such form.
"""

from __future__ import annotations

from collections.abc import Sequence

from clac.data.grammar.say_composition import element
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
OLD_SYMBOLS = {"Aem2": "Abm2", "Aea2": "Aba2", "Cmce": "Cmca", "Cmme": "Cmma", "Ccce": "Ccca"}


def system(v: Voice, form: Form) -> str:
    """Say the crystal system."""
    if not v.symmetry:
        return ""
    word = v.facts.crystal_system
    if form == "adjective":
        return word
    if form == "predicate":
        return v.pick(("is {}", "has {} symmetry", "belongs to the {} crystal system",
                       "crystallizes in the {} system")).format(word)  # fmt: skip
    return v.pick(("{}", "{} crystal system", "{} symmetry", "{} crystal")).format(word)


def space_group(v: Voice, form: Form) -> str:
    """Say the space group by symbol or number."""
    if not v.symmetry or form == "adjective":
        return ""
    symbol, number = v.facts.symbol, v.facts.space_group
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
    return v.pick(options if v.numbers else options[:3]).format(s=symbol, n=number)


def point_group(v: Voice, form: Form) -> str:
    """Say the point group."""
    if not v.symmetry or form == "adjective":
        return ""
    text = f"point group {v.facts.point_group}"
    return f"has {text}" if form == "predicate" else text


def centring(v: Voice, form: Form) -> str:
    """Say the centring of the lattice."""
    if not v.symmetry:
        return ""
    text = f"{v.pick(CENTRINGS[v.facts.centring])} lattice"
    if form == "adjective":
        return ""
    return f"has {article(text)}" if form == "predicate" else text


def inversion(v: Voice, form: Form) -> str:
    """Say whether there is a centre of inversion, or a polar axis."""
    f = v.facts
    if not v.symmetry:
        return ""
    if f.polar and v.dice() < 0.4:
        return {"adjective": "polar", "fragment": "polar point group",
                "predicate": "is polar"}[form]  # fmt: skip
    if f.centrosymmetric:
        options = {"adjective": ("centrosymmetric",),
                   "fragment": ("with a centre of symmetry", "with a center of symmetry",
                                "with inversion symmetry"),
                   "predicate": ("is centrosymmetric", "has inversion symmetry")}  # fmt: skip
    else:
        options = {"adjective": ("non-centrosymmetric", "noncentrosymmetric", "acentric"),
                   "fragment": ("no centre of symmetry", "no center of symmetry",
                                "without inversion symmetry"),
                   "predicate": ("is non-centrosymmetric", "lacks inversion symmetry",
                                 "has no centre of symmetry")}  # fmt: skip
    return v.pick(options[form])


def pearson(v: Voice, form: Form) -> str:
    """Say the Pearson symbol."""
    if not (v.symmetry and v.numbers) or form == "adjective":
        return ""
    text = f"Pearson symbol {v.facts.pearson}"
    return f"has {text}" if form == "predicate" else text


def label(v: Voice, form: Form) -> str:
    """Say the AFLOW-style prototype label."""
    if not (v.symmetry and v.numbers) or form == "adjective" or len(v.facts.prototype) > 40:
        return ""
    text = f"prototype {v.facts.prototype}"
    return f"has {text}" if form == "predicate" else text


def structure_type(v: Voice, form: Form) -> str:
    """Say the structure type by one of its names."""
    f = v.facts
    if not v.symmetry or not f.prototype_names:
        return ""
    given = v.pick(f.prototype_names)
    kind = find_structure_type(given)
    formulas = kind.formulas if kind and v.formulas else ()
    # 'B33' would look like boron where elements are hidden.
    may_number = v.numbers and v.elements and form != "adjective"
    if kind and kind.strukturbericht and may_number and v.dice() < 0.1:
        text = f"Strukturbericht {kind.strukturbericht}"
        return f"has {text}" if form == "predicate" else text
    if formulas and v.dice() < 0.25:
        text = f"{v.pick(formulas)}-type"
    else:
        same = (given, *kind.words) if kind else (given,)
        text = v.pick_words(same)
        if not text:
            return ""
        text = text if v.dice() < 0.6 or text.endswith(("type", "phase")) else f"{text}-type"
    if form == "adjective":
        return text
    if form == "predicate":
        return v.pick(("adopts the {} structure", "has the {} structure",
                       "crystallizes in the {} structure")).format(text)  # fmt: skip
    return v.pick(("{} structure", "the {} structure", "{} crystal structure")).format(text)


def counts(v: Voice, numbers: Sequence[int]) -> str:
    """Write coordination numbers in front of '-coordinate'."""
    if (v.numbers and v.dice() < 0.4) or max(numbers) >= len(COUNT_WORDS):
        return join([f"{n}-" for n in numbers])[:-1] if v.numbers else ""
    return join([f"{COUNT_WORDS[n]}-" for n in numbers])[:-1]


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
            parts.append(f"{text}-coordinate {shown}")
    if not parts:
        return ""
    return f"has {join(parts)}" if form == "predicate" else f"with {join(parts)}"


def sites(v: Voice, form: Form) -> str:
    """Say the coordination numbers that occur, without naming elements."""
    known = v.facts.coordination.values()
    if len(v.facts.coordination) < len(v.facts.elements):
        return ""
    text = counts(v, sorted({n for numbers in known for n in numbers}))
    if not text or form == "adjective":
        return ""
    text = f"{text}-coordinate {v.pick(('sites', 'atoms'))}"
    return f"has {text}" if form == "predicate" else f"with {text}"


def anion_sites(v: Voice, form: Form) -> str:
    """Say the coordination of the anion, as a role."""
    f = v.facts
    text = counts(v, f.coordination[f.anion]) if f.anion in f.coordination else ""
    if not text or form == "adjective":
        return ""
    return f"has {text}-coordinate anions" if form == "predicate" else f"{text}-coordinate anions"


def cation_sites(v: Voice, form: Form) -> str:
    """Say the coordination of all atoms that are not the anion."""
    f = v.facts
    if not f.anion or form == "adjective" or len(f.coordination) < len(f.elements):
        return ""
    others = {n for s, numbers in f.coordination.items() if s != f.anion for n in numbers}
    text = counts(v, sorted(others))
    if not text:
        return ""
    return f"has {text}-coordinate cations" if form == "predicate" else f"{text}-coordinate cations"


def dimension(v: Voice, form: Form) -> str:
    """Say whether there are molecules, chains, layers or a framework."""
    if not v.facts.dimensionality:
        return ""
    adjectives, fragments, predicates = LAYER_WORDS[v.facts.dimensionality]
    if form == "adjective":
        return v.pick(adjectives)
    return v.pick(predicates) if form == "predicate" else v.pick(fragments)
