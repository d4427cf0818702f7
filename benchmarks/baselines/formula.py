"""A formula parser: what the words for elements in a text give, without any learning.

A structure scores one for the very formula, and for other elements the share in common (Jaccard).
Prototypes ("same structure as MgAl2O4") and absent elements ("no oxygen") are skipped.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import gcd

import numpy as np

from clac.data.chemistry import ANION_NOUNS, OXYANION_CENTRES
from clac.data.elements import ELEMENT_NAMES, OTHER_SPELLINGS, SYMBOLS
from clac.data.facts import Facts
from clac.tokens import NAMES, spell_formulas

Formula = frozenset[tuple[str, int]]
"""symbols with the smallest whole numbers of atoms"""

_WORD = re.compile(r"[A-Za-z][\w()/]*(?:-[A-Za-z][\w()/]*)*")
_KIND = r"(?:-type|(?: crystal)? (?:structure|lattice|type))\b"
_OTHERS = re.compile(
    r"(?:isostructural with|(?:same )?structure as|Strukturbericht) \S+"
    rf"|(?:[a-z]+ )?[a-z]+ide{_KIND}|[\w()]+{_KIND}"
    r"|\b(?:no|without(?: any)?|free of) \w+|\w+[ -]free\b(?! of)|\b[PIFCAB]\d+\b"
)
"""prototypes, elements that are absent, and what is a space group rather than a formula"""
_LONE = re.compile(r"\b(?:formula|composition|is) ([A-Z])\b")
"""an element of one letter, which is a formula nowhere else"""
_NAMED = {name: symbol for symbol, name in NAMES.items()}
_WORDS: dict[str, tuple[str, ...]] = {
    **{name: (symbol,) for symbol, name in ELEMENT_NAMES.items()},
    **{OTHER_SPELLINGS[n]: (s,) for s, n in ELEMENT_NAMES.items() if n in OTHER_SPELLINGS},
    **{nouns[0]: (symbol,) for symbol, nouns in ANION_NOUNS.items()},
    **{word: (centre, "O") for word, centre in OXYANION_CENTRES.items()},
    "hydroxide": ("O", "H"), "sulphide": ("S",), "dioxide": ("O",), "trioxide": ("O",),
}  # fmt: skip


def formula_scores(texts: Sequence[str], facts: Sequence[Facts]) -> np.ndarray:
    """Score texts (q,) against crystals (c,): (q, c)."""
    parsed = [parse(text) for text in texts]
    asked = _marks([elements for _, elements in parsed])
    own = _marks([set(f.elements) for f in facts])
    common = asked @ own.T
    either = asked.sum(axis=1)[:, None] + own.sum(axis=1)[None, :] - common
    scores = np.divide(0.99 * common, either.clip(min=1), out=common)
    known = [reduced(dict(zip(f.elements, f.amounts))) for f in facts]
    rows: dict[Formula, list[int]] = {}
    for i, formula in enumerate(known):
        rows.setdefault(formula, []).append(i)
    for i, (formulas, _) in enumerate(parsed):
        for formula in formulas:
            scores[i, rows.get(formula, [])] = 1
    return scores


def parse(text: str) -> tuple[set[Formula], set[str]]:
    """Return the reduced formulas in a text, and the symbols of all elements that it names."""
    formulas: set[Formula] = set()
    elements: set[str] = set()
    for symbol in _LONE.findall(text):
        if symbol in SYMBOLS:  # 'is A-centred' says none
            formulas.add(frozenset({(symbol, 1)}))
    for word in _WORD.findall(_OTHERS.sub(" ", text)):
        elements.update(_WORDS.get(word.lower(), ()))
        spelled = spell_formulas(word)
        if spelled == word or "/" in word:
            continue
        amounts = _read(spelled)
        elements |= amounts.keys()
        if "-" not in word:  # "Cu-Zn-S" is a system, no formula
            formulas.add(reduced(amounts))
    # "Mn" beside "CaMn2O4" names an element of the compound.
    whole = {formula for formula in formulas if len(formula) > 1}
    return whole or formulas, elements | {s for f in formulas for s, _ in f}


def reduced(amounts: dict[str, int]) -> Formula:
    """Divide amounts by their common divisor."""
    divisor = gcd(*amounts.values()) or 1
    return frozenset((symbol, n // divisor) for symbol, n in amounts.items())


def _read(spelled: str) -> dict[str, int]:
    """Read 'iron 2 oxygen 3', as `spell_formulas` writes it."""
    amounts: dict[str, int] = {}
    symbol = ""
    for part in re.findall(r"[a-z]+|\d+", spelled):
        if part.isdigit() and symbol:
            amounts[symbol] = int(part)
        elif part in _NAMED:
            symbol = _NAMED[part]
            amounts[symbol] = 1
    return amounts


def _marks(sets: Sequence[set[str]]) -> np.ndarray:
    """Mark (b, elements) which symbols are in each set."""
    marks = np.zeros((len(sets), len(SYMBOLS)), dtype=np.float32)
    for i, symbols in enumerate(sets):
        marks[i, [SYMBOLS.index(s) for s in symbols]] = 1
    return marks
