"""What can be said of single elements: which there are, which there are not, and the anion.

Every statement returns "" where its fact is unknown, hidden or has no such form.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial

from clac.data.chemistry import ANION_NOUNS, MIXED_ANIONS, OXYANION_CENTRES, is_metal
from clac.data.elements import ELEMENT_NAMES
from clac.data.facts import Facts
from clac.data.grammar import composition_words, element_words
from clac.data.grammar.say_composition import element, say_family, second_anions, worded
from clac.data.grammar.voice import Form, Voice, article


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
        return f"{text}{v.pick(composition_words.ENDINGS)}"
    return worded(v, element_words.ONE[form]).format(text)


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
    if not v.elements or len(known) < 2:
        return ""
    first = int(v.dice() * len(known))
    second = (first + 1 + int(v.dice() * (len(known) - 1))) % len(known)
    a, b = _both(v, (known[first], known[second]), partial(element, v))
    return worded(v, element_words.TWO[form], 0.6).format(a=a, b=b)


_COMMON = ("O", "Pb", "Cd", "Co", "Li", "H", "S", "Hg", "As", "Cl", "F", "Ni", "C", "Tl")
_FAMILIES = ("transition metal", "rare earth", "halogen", "alkali metal",
             "alkaline earth metal", "chalcogen", "lanthanide", "actinide",
             "platinum-group metal", "coinage metal")  # fmt: skip
_LACK: Mapping[Form, str] = {"predicate": "no", "fragment": "without"}


def absent(v: Voice, form: Form) -> str:
    """Name something common that does not occur."""
    f = v.facts
    options = [s for s in _COMMON if s not in f.elements]
    missing = [x for x in _FAMILIES if x not in f.families]
    if not v.elements or not options:
        return ""
    if form != "adjective" and missing and v.dice() < 0.3:
        word = v.pick(missing[:4] if v.dice() < 0.6 else missing)
        v.claim("family", word, negated=True)
        return say_family(v, composition_words.FAMILY[_LACK[form]], word)
    symbol = v.pick(options[:6]) if v.dice() < 0.7 else v.pick(options)
    v.claim("element", symbol, negated=True)
    word = symbol if v.formulas and v.dice() < 0.2 else ELEMENT_NAMES[symbol]
    return worded(v, element_words.NO[form]).format(word)


def two_absent(v: Voice, form: Form) -> str:
    """Name two common elements that do not occur."""
    options = [s for s in _COMMON[:8] if s not in v.facts.elements]
    if not v.elements or len(options) < 2:
        return ""
    first = int(v.dice() * len(options))
    pair = (options[first], options[first - 1])
    a, b = _both(v, pair, ELEMENT_NAMES.__getitem__, negated=True)
    return worded(v, element_words.NEITHER[form], 0.6).format(a=a, b=b)


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
    # Carbides and borides are hardly ionic, and nor is a compound without a metal.
    ionic = f.anion in _IONIC and any(map(is_metal, f.elements))
    if v.dice() < 0.1:
        word = word.replace("sulf", "sulph")
    if second_anions(f) or set(f.classes) & {*MIXED_ANIONS.values(), *OXYANION_CENTRES}:
        return v.pick(element_words.BESIDE[form]).format(w=word) if ionic else ""
    if ionic and v.dice() < 0.45:
        if form == "fragment" and f.anion in _CHARGED and v.formulas and v.dice() < 0.15:
            return v.pick(("{} anions", "anions: {}", "with {} ions")).format(_CHARGED[f.anion])
        return worded(v, element_words.IONS[form]).format(w=word, e=name)
    return worded(v, element_words.ANION[form]).format(name)


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
    units = element_words.UNITS
    if word in OXYANION_CENTRES:
        units = element_words.TETRAHEDRAL if short.endswith("O4") else element_words.OXO_UNITS
    text = f"{short if short and v.formulas and v.dice() < 0.4 else word} {v.pick(units)}"
    return worded(v, element_words.GROUPS_OF[form], 0.4).format(text)


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
    text = worded(v, element_words.CLASS_OF[form])
    a = f"{'an' if name[0] in 'aeiouAEIO' else 'a'} {name}"
    return text.format(c=word, e=name, n=article(word), a=a)
