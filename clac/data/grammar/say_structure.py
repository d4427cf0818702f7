"""What can be said of symmetry and structure type.

Every statement returns "" where its fact is unknown, hidden or has no such form.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from clac.data.grammar.say_composition import vary
from clac.data.grammar.structure_words import (
    ACENTRIC,
    ARRANGED,
    CENTRIC,
    CENTRING_WORDS,
    CENTRINGS,
    GROUP_FRAGMENTS,
    GROUP_PREDICATES,
    LIKE_FORMULA,
    LIKE_MINERAL,
    LIKE_NAMES,
    MORE_CENTRINGS,
    MORE_GROUP_FRAGMENTS,
    MORE_GROUP_PREDICATES,
    MORE_POINT_GROUPS,
    NOUN_TYPES,
    OPEN_TYPE_FRAGMENTS,
    OPEN_TYPE_PREDICATES,
    PEARSON,
    POINT_GROUPS,
    POLAR,
    SCHOENFLIES,
    SYSTEM_WORDS,
    TYPE_FRAGMENTS,
    TYPE_PREDICATES,
)
from clac.data.grammar.type_words import TYPE_WORDS, respelt
from clac.data.grammar.voice import Form, Voice, article
from clac.data.structure_types import StructureType, find_structure_type

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
        return "isometric" if word == "cubic" and v.dice() < 0.1 else word
    if v.dice() < 0.22:
        return _owned(v, form, SYSTEM_WORDS[word])
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


def _owned(v: Voice, form: Form, options: tuple[str, ...]) -> str:
    """Say that a crystal has something; "" where all words show what is hidden."""
    # The words of symmetry are not hidden here, so only elements and digits could be.
    text = v.pick_words(options)
    if form == "predicate":
        return text and f"has {text}"
    return f"with {text}" if text and v.dice() < 0.5 else text


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
        options, more = GROUP_PREDICATES, MORE_GROUP_PREDICATES
    else:
        options, more = GROUP_FRAGMENTS, MORE_GROUP_FRAGMENTS
    # 'I 41/a' could be read as iodine.
    hidden = [part for part, shown in (("{n}", v.numbers), ("{w}", v.numbers and v.formulas))
              if not shown]  # fmt: skip
    options, more = (
        tuple(w for w in x if not any(part in w for part in hidden)) for x in (options, more)
    )
    text = vary(v, options, more, 0.45)
    if "{p}" in text:
        v.claim("point_group", v.facts.point_group)
    return text.format(s=symbol, n=number, p=v.facts.point_group, w=_in_parts(v))


_PART = re.compile(r"-?\d(?:_\d)?(?:/[a-z])?|[a-z]")


def _in_parts(v: Voice) -> str:
    """Write a symbol with gaps: 'P 63/m m c', 'P 1 21/c 1'."""
    symbol = v.facts.symbol
    parts = _PART.findall(symbol[1:])
    if v.facts.crystal_system == "monoclinic" and v.dice() < 0.4:
        parts = ["1", *parts, "1"]
    text = " ".join((symbol[0], *parts))
    if v.dice() < 0.2:
        text = f"{symbol[0]} {symbol[1:]}"
    return text if v.dice() < 0.4 else text.replace("_", "")


def _typed_group(v: Voice, symbol: str) -> str:
    """Write a symbol as people type it: 'p63/mmc', 'Fm3m'; where short, only after its kind."""
    text = symbol.replace("_", "")
    # The bar of 'm-3' may be left out: no space group is called Fm3m.
    if v.facts.crystal_system == "cubic" and "-3" in text and v.dice() < 0.6:
        text = text.replace("-3", "3")
    text = v.pick((text.lower(), text.lower(), text.lower(), text, text, text.upper()))
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
    # 'C2' would look like carbon.
    if v.numbers and v.formulas and v.dice() < 0.15:
        other = v.pick(("point group {}", "point group {}", "Schoenflies symbol {}"))
        text = other.format(SCHOENFLIES[v.facts.point_group])
    else:
        text = vary(v, POINT_GROUPS, MORE_POINT_GROUPS, 0.4).format(v.facts.point_group)
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
    if v.dice() < 0.2:
        return _owned(v, form, CENTRING_WORDS[letter])
    # 'I-centred' would look like iodine where formulas are hidden.
    more = MORE_CENTRINGS[letter]
    if v.formulas:
        more += (letter,) if letter == "P" else (letter, f"{letter}-centred", f"{letter}-centered")
    word = vary(v, CENTRINGS[letter], more, 0.35)
    if v.facts.crystal_system == "cubic" and letter in _CUBIC and v.dice() < 0.3:
        v.claim("crystal_system", "cubic")
        word = v.pick((*_CUBIC[letter], *(f"{name} cubic" for name in CENTRINGS[letter])))
    elif letter != "R" and v.facts.crystal_system in _LATTICES and v.dice() < 0.15:
        v.claim("crystal_system", v.facts.crystal_system)
        word = f"{v.pick(CENTRINGS[letter])} {v.facts.crystal_system}"
    text = vary(v, (f"{word} lattice",), (f"{word} Bravais lattice",), 0.3)
    if form == "predicate":
        # 'an F lattice', 'an all-face-centred lattice'
        return f"has an {text}" if word[:2] in _AN else f"has {article(text)}"
    return text


_AN = ("F", "F-", "R", "R-", "FC")
"""beginnings of words whose first letter is spoken with a vowel"""


def inversion(v: Voice, form: Form) -> str:
    """Say whether there is a centre of inversion, or a polar axis."""
    f = v.facts
    if not v.symmetry:
        return ""
    if f.polar and v.dice() < 0.4:
        v.claim("polar", "polar")
        return vary(v, *POLAR[form])
    v.claim("inversion", "centrosymmetric" if f.centrosymmetric else "acentric")
    if form == "adjective":
        return vary(v, *(CENTRIC if f.centrosymmetric else ACENTRIC)[form], 0.2)
    return vary(v, *(CENTRIC if f.centrosymmetric else ACENTRIC)[form], 0.6)


def pearson(v: Voice, form: Form) -> str:
    """Say the Pearson symbol."""
    if not (v.symmetry and v.numbers) or form == "adjective":
        return ""
    v.claim("pearson", v.facts.pearson)
    text = v.pick((PEARSON[0], *PEARSON)).format(v.facts.pearson)
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
        return _numbered(v, form, kind.strukturbericht)
    if formulas and form != "adjective" and v.dice() < 0.15:
        return _like_formula(v, form, _typed_formula(v, formulas))
    if form != "adjective" and v.dice() < 0.3 and (text := _arranged(v, form, kind)):
        return text
    if formulas and v.dice() < 0.25:
        text = f"{_typed_formula(v, formulas)}{v.pick(('-type', '-type', ' type'))}"
    else:
        same = (given, *kind.words) if kind else (given,)
        text = v.pick_words(same)
        if not text:
            return ""
        # 'perovskite' is said of the distorted ones too, and is true of all of them.
        v.unsay(mark)
        v.claim("prototype", text)
        if form != "adjective" and text in NOUN_TYPES and v.dice() < 0.25:
            return _as_noun(v, form, text)
        ends = text.endswith(("type", "phase"))
        text = text if v.dice() < 0.6 or ends else f"{text}{v.pick(_ENDINGS)}"
    return text if form == "adjective" else _typed_structure(v, form, text, kind)


_ENDINGS = ("-type", "-type", "-type", "-structured")


def _typed_structure(v: Voice, form: Form, text: str, kind: StructureType | None) -> str:
    """Say a name of a structure type in a phrase."""
    if text.endswith("-structured"):
        return f"is {text}" if form == "predicate" else v.pick((text, f"{text} crystal"))
    if form == "predicate":
        plain = ("adopts the {} structure", "has the {} structure",
                 "crystallizes in the {} structure")  # fmt: skip
        more, open_type = TYPE_PREDICATES, OPEN_TYPE_PREDICATES
    else:
        plain = ("{} structure", "the {} structure", "{} crystal structure")
        more, open_type = TYPE_FRAGMENTS, OPEN_TYPE_FRAGMENTS
    if not text.endswith(("type", "phase")):
        more += open_type
    # 'The structure of rutile', but not 'of cubic Laves', nor of what is like perovskite only.
    if text in LIKE_NAMES or (kind and text == kind.name and text.isalpha() and text.islower()):
        more += LIKE_MINERAL[form == "predicate"]
    return vary(v, plain, more, 0.6).format(text)


def _as_noun(v: Voice, form: Form, name: str) -> str:
    """Say what a compound of a structure type is called: 'is a spinel'."""
    if form == "predicate":
        return f"is {article(name)}"
    return v.pick((name, article(name), f"{name} compound", f"{name} crystal", f"{name} material",
                   f"one of the {name}s", f"a kind of {name}"))  # fmt: skip


def _numbered(v: Voice, form: Form, symbol: str) -> str:
    """Say a structure type by its Strukturbericht symbol."""
    shown = symbol if v.dice() < 0.6 else symbol.replace("_", "")
    word = vary(v, ("Strukturbericht {}",),
                ("Strukturbericht type {}", "Strukturbericht symbol {}",
                 "Strukturbericht designation {}", "{} structure", "{}-type structure",
                 "structure type {}"), 0.5).format(shown)  # fmt: skip
    if form != "predicate":
        return word
    return f"has the {word}" if word.endswith("structure") else f"has {word}"


def _arranged(v: Voice, form: Form, kind: StructureType | None) -> str:
    """Say how the atoms of a structure type are arranged, or '' where there are no words for it."""
    if not kind or v.facts.prototype not in kind.labels:
        return ""
    text = respelt(v, v.pick_words(TYPE_WORDS.get(kind.name, ())))
    # 'ABX3 with ...' is a formula and what comes with it.
    kind_of_words = "formula" if text[:2].isupper() else "words"
    return text and v.pick(ARRANGED[kind_of_words][form == "predicate"]).format(text)


def _like_formula(v: Voice, form: Form, formula: str) -> str:
    """Compare a structure with that of the compound that the type is named after."""
    verb, words = v.pick(LIKE_FORMULA)
    if v.dice() < 0.2:
        return f"{'crystallizing' if form == 'fragment' else 'crystallizes'} like {formula}"
    told = words.format(formula)
    return told if form == "fragment" else f"{verb} {told}"


def _typed_formula(v: Voice, formulas: Sequence[str]) -> str:
    """Draw the formula of an archetype, now and then as it is typed: 'nacl'."""
    formula = v.pick(formulas)
    return formula.lower() if formula.isalnum() and v.dice() < 0.08 else formula
