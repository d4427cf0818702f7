"""What can be said of single elements: which there are, which there are not, and the anion.

Every statement returns "" where its fact is unknown, hidden or has no such form.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial

from clac.data.chemistry import ANION_NOUNS, MIXED_ANIONS, OXYANION_CENTRES, is_metal
from clac.data.elements import ELEMENT_NAMES
from clac.data.facts import Facts
from clac.data.grammar.say_composition import element, second_anions, vary
from clac.data.grammar.voice import Form, Voice

_ENDINGS = ("containing", "bearing", "based")


def _shown(v: Voice, symbol: str, chance: float = 0.2) -> str:
    """Write an element as its symbol or its name."""
    return symbol if v.formulas and v.dice() < chance else element(v, symbol)


def one_element(v: Voice, form: Form) -> str:
    """Name one of the elements."""
    if not v.elements:
        return ""
    symbol = v.pick(v.facts.elements)
    v.claim("element", symbol)
    text = _shown(v, symbol)
    if form == "adjective":
        return f"{text}-{v.pick(_ENDINGS)}"
    if form == "predicate":
        return vary(v, ("contains {}",), ("has {} in it", "includes {}", "is based on {}",
                                          "is {}-based", "has {} among its elements",
                                          "has {} as a constituent"), 0.4).format(text)  # fmt: skip
    compound = ("compounds of {}", "{} compound", "compound of {}")
    return vary(v, ("containing {}", "with {}", "{}-containing"),
                (*(compound if len(v.facts.elements) > 1 else ()), "with {} among its elements",
                 "{} as a constituent", "{}-bearing", "with {} in it", "based on {}", "{}-based",
                 "that contains {}", "with some {}", "contains {}")).format(text)  # fmt: skip


def _both(
    v: Voice, pair: tuple[str, str], name: Callable[[str], str], negated: bool = False
) -> Iterable[str]:
    """Claim two elements and write them one way: 'Li and oxygen' is rare."""
    for symbol in pair:
        v.claim("element", symbol, negated=negated)
    return pair if v.formulas and v.dice() < 0.3 else map(name, pair)


def two_elements(v: Voice, form: Form) -> str:
    """Name two of the elements."""
    known = v.facts.elements
    if not v.elements or len(known) < 2 or form == "adjective":
        return ""
    first = int(v.dice() * len(known))
    second = (first + 1 + int(v.dice() * (len(known) - 1))) % len(known)
    a, b = _both(v, (known[first], known[second]), partial(element, v))
    if form == "predicate":
        options = ("contains {a} and {b}", "contains both {a} and {b}", "has {a} and {b} in it",
                   "includes both {a} and {b}", "is based on {a} and {b}")  # fmt: skip
    else:
        options = ("containing {a} and {b}", "with {a} and {b}", "contains both {a} and {b}",
                   "{a}- and {b}-containing", "with both {a} and {b}", "that contains {a} and {b}",
                   "containing {a} as well as {b}", "with {a} and {b} in it")  # fmt: skip
    return v.pick(options).format(a=a, b=b)


_COMMON = ("O", "Pb", "Cd", "Co", "Li", "H", "S", "Hg", "As", "Cl", "F", "Ni", "C", "Tl")
_FAMILIES = ("transition metal", "rare earth", "halogen", "alkali metal")


def absent(v: Voice, form: Form) -> str:
    """Name something common that does not occur."""
    f = v.facts
    options = [s for s in _COMMON if s not in f.elements]
    missing = [x for x in _FAMILIES if x not in f.families]
    if not v.elements or not options:
        return ""
    if form != "adjective" and missing and v.dice() < 0.3:
        return _absent_family(v, form, v.pick(missing))
    symbol = v.pick(options[:6]) if v.dice() < 0.7 else v.pick(options)
    v.claim("element", symbol, negated=True)
    word = symbol if v.formulas and v.dice() < 0.2 else ELEMENT_NAMES[symbol]
    if form == "adjective":
        return f"{word}-free"
    if form == "predicate":
        return vary(v, ("contains no {}",),
                    ("does not contain {}", "is free of {}", "is {}-free", "has no {} in it",
                     "contains no {} at all")).format(word)  # fmt: skip
    return vary(v, ("no {}", "{}-free", "without {}"),
                ("free of {}", "{} free", "no {} in it", "containing no {}",
                 "without any {}", "with no {}", "not containing {}")).format(word)  # fmt: skip


def _absent_family(v: Voice, form: Form, word: str) -> str:
    v.claim("family", word, negated=True)
    if form == "predicate":
        return vary(v, ("contains no {}",), ("does not contain any {}", "has no {} in it"),
                    0.4).format(word)  # fmt: skip
    return vary(v, ("with no {}", "no {}"), ("without any {}", "containing no {}", "{}-free"),
                0.4).format(word)  # fmt: skip


def two_absent(v: Voice, form: Form) -> str:
    """Name two common elements that do not occur."""
    options = [s for s in _COMMON[:8] if s not in v.facts.elements]
    if not v.elements or len(options) < 2 or form == "adjective":
        return ""
    first = int(v.dice() * len(options))
    pair = (options[first], options[first - 1])
    a, b = _both(v, pair, ELEMENT_NAMES.__getitem__, negated=True)
    if form == "predicate":
        wordings = ("contains neither {a} nor {b}", "has no {a} and no {b} in it",
                    "is free of {a} and {b}", "does not contain {a} or {b}")  # fmt: skip
    else:
        wordings = ("without {a} or {b}", "with neither {a} nor {b}", "{a}- and {b}-free",
                    "no {a}, no {b}", "free of {a} and {b}", "containing no {a} or {b}",
                    "neither {a} nor {b}", "no {a} or {b}")  # fmt: skip
    return v.pick(wordings).format(a=a, b=b)


def _anion_class(f: Facts) -> str:
    """Return the class that the anion gives, '' where it is not sure."""
    word = ANION_NOUNS[f.anion][0] if f.anion else ""
    return word if word in f.classes else ""


_IONIC = frozenset("F Cl Br I O S Se Te N".split())


def anion(v: Voice, form: Form) -> str:
    """Say which element is the anion."""
    f = v.facts
    word = _anion_class(f)
    if not v.elements or not word or form == "adjective":
        return ""
    v.claim("class", word)
    name = element(v, f.anion)
    ions = v.pick((f"{word} anions", f"{word} ions"))
    # Carbides and borides are hardly ionic, and nor is a compound without a metal.
    ionic = f.anion in _IONIC and any(map(is_metal, f.elements))
    if not ionic:
        ions = f"{name} as the anion"
    if second_anions(f) or set(f.classes) & {*MIXED_ANIONS.values(), *OXYANION_CENTRES}:
        if not ionic:
            return ""
        return f"contains {ions}" if form == "predicate" else f"with {ions}"
    if form == "predicate":
        contains = f"contains {ions}" if ionic else f"has {ions}"
        plain = ("has {} as the anion", "has {} as its anion", contains)
        return vary(v, plain, _ANION_PREDICATES, 0.4).format(name)
    plain = ("{} as the anion", "whose anion is {}", ions, f"with {ions}", "{} is the anion",
             "anion is {}", "with {} as anion")  # fmt: skip
    more = _ANION_FRAGMENTS + (("{} anions", "with {} anions", "anions of {}") if ionic else ())
    if f.anion in _CHARGED and ionic and v.formulas and v.dice() < 0.1:
        return v.pick(("{} anions", "anions: {}", "with {} ions")).format(_CHARGED[f.anion])
    return vary(v, plain, more, 0.5).format(name)


_ANION_PREDICATES = ("is a compound whose anion is {}", "is a compound with {} as the anion",
                     "has {} for its anion", "is a compound in which {} is the anion",
                     "has {} in the role of the anion", "uses {} as its anion")  # fmt: skip
_ANION_FRAGMENTS = ("compound whose anion is {}", "compound with {} as the anion", "anion: {}",
                    "in which {} is the anion", "compound in which {} is the anion",
                    "material whose anion is {}", "with {} in the role of the anion",
                    "{} acts as the anion", "the anion is {}", "anion {}")  # fmt: skip
_CHARGED: Mapping[str, str] = {"F": "F-", "Cl": "Cl-", "O": "O2-"}
"""anions that hardly ever bind to each other, so that their charge is sure"""


_GROUPS: Mapping[str, str] = {
    "carbonate": "CO3", "nitrate": "NO3", "hydroxide": "OH", "borate": "",
    **{word: f"{c}O4" for word, c in OXYANION_CENTRES.items()
       if word not in ("carbonate", "nitrate", "borate")},
}  # fmt: skip
"""group of a class; borates have BO3 and BO4"""


def group(v: Voice, form: Form) -> str:
    """Say the oxyanion or hydroxide groups."""
    words = [word for word in v.facts.classes if word in _GROUPS]
    if not v.elements or not words or form == "adjective":
        return ""
    word = v.pick(words)
    v.claim("class", word)
    short = _GROUPS[word]
    text = f"{short if short and v.formulas and v.dice() < 0.4 else word} {v.pick(_UNITS)}"
    if form == "predicate":
        return v.pick(("contains {}", "has {}")).format(text)
    return v.pick(("{}", "with {}", "containing {}", "contains {}")).format(text)


_UNITS = ("groups", "groups", "units", "anions")


def class_of_element(v: Voice, form: Form) -> str:
    """Name the class of the anion with one of the other elements: an oxide of titanium."""
    f = v.facts
    word = _anion_class(f)
    others = [s for s in f.elements if s != f.anion and s not in second_anions(f)]
    if not v.elements or not word or not others or form == "adjective":
        return ""
    symbol = v.pick(others)
    v.claim("class", word)
    v.claim("element", symbol)
    name = _shown(v, symbol)
    text = v.pick(("{c} of {e}", "{e}-based {c}", "{e}-containing {c}", "{c} with {e}",
                   "{c} containing {e}", "{e} {c}s", "{c}s of {e}", "{e}-bearing {c}"))  # fmt: skip
    if form == "predicate":
        text = v.pick(("is a {e}-based {c}", "is a {e}-containing {c}", "is one of the {e} {c}s"))
        text = text.replace("a {e}", f"{'an' if name[0] in 'aeiouAEIO' else 'a'} {{e}}")
    return text.format(c=word, e=name)
