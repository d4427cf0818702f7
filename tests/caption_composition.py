"""Reads what captions say of elements, their number and amounts, and the anion."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Protocol

from caption_words import GROUPS, NUMBER_WORDS, PER_FAMILY, compiled, is_metallic
from pymatgen.core import Composition, Element

Check = Callable[[re.Match[str]], bool | None]


class Known(Protocol):
    """What is asked of the truth."""

    @property
    def composition(self) -> Composition:
        """All atoms."""

    @property
    def anion(self) -> str:
        """Symbol, or ''."""

    @property
    def classes(self) -> frozenset[str]:
        """Compound classes."""


_SYMBOLS = {Element.from_Z(z).long_name.lower(): Element.from_Z(z).symbol for z in range(1, 104)}
_SYMBOLS |= {"aluminium": "Al", "caesium": "Cs", "sulphur": "S"}


def symbol_of(name: str) -> str:
    """Return the symbol of an element's name; other words stay."""
    return _SYMBOLS.get(name, name)


_SYMBOL = "|".join(Element.from_Z(z).symbol for z in range(103, 0, -1))
_ONE = rf"(?<!\w)(?:{'|'.join(sorted(_SYMBOLS, key=len, reverse=True))}|(?:{_SYMBOL})(?![A-Za-z]))"
_OTHER_NAMES: Mapping[str, str] = {
    r"group[ -]1[ -]metal|alkali element": "alkali metal",
    r"group[ -]2[ -]metal|alkaline earth(?! metal)(?: element)?": "alkaline earth metal",
    r"rare[ -]earth[ -](?:element|metal)": "rare earth",
    r"lanthanoid|lanthanide element": "lanthanide",
    r"actinoid|actinide element": "actinide",
    "transition element": "transition metal",
    "platinum-group element": "platinum-group metal",
    r"group[ -]11[ -]metal": "coinage metal",
    r"group[ -]15[ -]element": "pnictogen",
    "chalcogen element": "chalcogen",
    r"group[ -]17[ -]element|halogen element": "halogen",
    "rare gas|inert gas": "noble gas",
}
_LACKING = (
    r"(?:devoid of|free (?:of|from)|lack(?:s|ing)?|exclud(?:es?|ing)|do(?:es)? without"
    r"|(?:with|contain(?:s|ing)?) none of|(?:has|have|with|of) none of|none of"
    r"|(?:does |do |must |should )?not (?:contain(?:ing)?|have|includ(?:e|ing))|(?:is |are |made )?"
    r"without|no)(?: both| either| any(?! elements)| of| the element| the| an?)*"
)


_FAMILY = "|".join(PER_FAMILY)
REWRITTEN: tuple[tuple[str, str], ...] = (
    ("solid-state (?=\\w+(?:ide|ate))", ""),
    *((rf"(?<![\w-])(?:{other})(?=s?(?![\w])|-)", name) for other, name in _OTHER_NAMES.items()),
    *((rf"(?<![\w-]){name.replace(' ', '-')}(?=[- ])", name) for name in PER_FAMILY),
    (rf"(?<![\w-])({_FAMILY})e?s(?![\w-])", r"\1"),
    (rf"\b{_LACKING} (?=(?:(?:{_FAMILY})(?![\w])|{_ONE}\b))", "without "),
    (rf"\bin which there is without ({_ONE})", r"without \1"),
    (rf"\b({_ONE}) not included", r"without \1"),
    (rf"\bin which neither ({_ONE}) nor ({_ONE}) occurs?", r"neither \1 nor \2"),
    (rf"\bwithout ({_ONE}),? (?:and|or|nor) (?:without )?(?=(?:{_ONE})\b)",
     r"without \1, without "),
    (rf"\b({_FAMILY}) (free|containing)\b", r"\1-\2"),
    (rf"(?<![\w-])without ({_FAMILY})", r"no \1"),
    (rf"\b({_ONE}) (containing|based)(?! on)\b(?= (?!{_ONE}\b))", r"\1-\2"),
)  # fmt: skip


_NUMBER = r"(two|three|four|five|2|3|4|5)"
_PER = {"twice": 2, "three times": 3, "four times": 4, "six times": 6}
_ROLE = (
    r"(?:has |takes |uses |with )?({e}) (?:is (?:the|its)|as(?: the| its| an)?|(?:in|on) the role"
    r" of the|acts as the|acting as the|serves as the|for its) (?:anionic element|anion|negative"
    r" partner)\b|({e}) on (?:its|the) anion sites?|({e}) anions?\b|(?:(?:the |its |whose )?"
    r"anion(?:ic element|s| element| species)?(?: is| are| =|:| of)?) ({e})(?! ions)\b"
)


def judged(t: Known) -> Iterator[tuple[re.Pattern[str], Check]]:
    """Yield what to look for and how to tell whether it is so."""
    for pattern, check in (*_of_amounts(t), *_of_anion(t)):
        yield compiled(pattern), check


def _of_amounts(t: Known) -> Iterator[tuple[str, Check]]:
    amounts = {str(e): n for e, n in t.composition.reduced_composition.items()}
    counts = sorted(int(n) for n in amounts.values())
    n = len(amounts)
    yield (
        rf"({_ONE}(?:(?:, | and ){_ONE})*) in (?:the ratio (\d+(?::\d+)+)|a (\d+(?::\d+)+) ratio)",
        lambda m: dict(
            zip(map(symbol_of, re.findall(rf"{_ONE}\b", m[1])),
                map(int, (m[2] or m[3]).split(":")), strict=True)
        ) == amounts,
    )  # fmt: skip
    yield (
        rf"({_ONE}) (?:and|with) (twice|\w+ times) as (?:much|many) ({_ONE})(?: atoms)?",
        lambda m: amounts == {symbol_of(m[1]): 1, symbol_of(m[3]): _PER[m[2]]},
    )
    yield (
        "(twice|(?:three|four|six) times) as many atoms of one element as of the other",
        lambda m: counts == [1, _PER[m[1]]],
    )
    yield (r"equal amounts of (\w+) elements|(\w+) elements in equal (?:amounts|numbers)",
           lambda m: counts == [1] * NUMBER_WORDS.index(m[1] or m[2]))  # fmt: skip
    yield (r"(\d+(?::\d+)+) (?:ratio of elements|stoichiometry)|(?:elements (?:are )?in the|atomic"
           r"|stoichiometric) ratio (\d+(?::\d+)+)",
           lambda m: sorted(map(int, (m[1] or m[2]).split(":"))) == counts)  # fmt: skip
    yield (r"(?:general formula|formula type|formula of the type|stoichiometry|of composition)"
           r" (A\w*)\b|\b(A\d*B\w*)(?:-type compound| compound| composition| stoichiometry)",
           lambda m: (m[1] or m[2]) == t.composition.anonymized_formula
           if re.fullmatch(r"A\d*B\d*(?:[C-Z]\d*)*", m[1] or m[2])
           and not (m[0].startswith("of comp") and m[1] == t.composition.reduced_formula)
           else None)  # fmt: skip
    joined = r"((?:[A-Z][a-z]?-)+[A-Z][a-z]?)"
    yield (rf"\b{joined} (?:(?:chemical )?system|compound|phase(?: diagram)?)\b"
           rf"|chemical system {joined}",
           lambda m: set((m[1] or m[2]).split("-")) == set(amounts))  # fmt: skip
    yield (rf"\b{_NUMBER}(?:-(?:element|component)\b(?: compounds?| systems?)?|(?: different"
           r"| chemical| constituent)* (?:elements|components|kinds of atoms|types of atoms))"
           r"(?: and no more| in all)?|number of elements: (\d)",
           lambda m: n == (int(m[1] or m[2]) if (m[1] or m[2]).isdigit()
                           else NUMBER_WORDS.index(m[1])))  # fmt: skip
    yield (r"\b(binary|ternary|quaternary|quinary)(?: composition"
           r"| compounds?(?! (?:between|of|made|in)))?\b",
           lambda m: n == 2 + "binary ternary quaternary quinary".split().index(m[1]))  # fmt: skip


def _of_anion(t: Known) -> Iterator[tuple[str, Check]]:
    yield r"(F|Cl|O2)- (?:anions|ions)|anions: (F|Cl|O2)-", lambda m: (
        (m[1] or m[2]).rstrip("2") == t.anion)  # fmt: skip
    yield _ROLE.format(e=_ONE), lambda m: (
        symbol_of(next(filter(None, m.groups()))) == t.anion)  # fmt: skip
    yield (r"\b(\w+ide)(?= (?:anions?|ions?)\b| as the anion)",
           lambda m: None if _has_class(m[1], t) else False)  # fmt: skip
    yield (rf"(?<![\w-])(?:({'|'.join(GROUPS)})|(?!\w*coordinate)(\w+(?:ate|oxide)))"
           r" (?:groups|units|oxyanions|anion groups|tetrahedra|anions|ions)\b",
           lambda m: _has_group(GROUPS.get(m[1], m[2]), m[0], t)
           if m[1] or m[2].endswith("ate") or m[2] == "hydroxide" else None)  # fmt: skip
    yield (r"(?:the )?anion(?: is|:) (\w+ide)\b", lambda m: _has_class(m[1], t))
    yield (r"(?<!alkali )(?<!earth )(?<!transition )(?<!group )(?<!coinage )(?<![\w-])"
           r"metal-containing|(?<=ide) with a metal in it",
           lambda m: any(is_metallic(e.symbol) for e in t.composition))  # fmt: skip


def _has_group(word: str, said: str, t: Known) -> bool:
    flat = said.endswith("tetrahedra") and word in ("carbonate", "nitrate", "borate", "hydroxide")
    return word.replace("sulph", "sulf") in t.classes and not flat


def _has_class(word: str, t: Known) -> bool:
    word = word.replace("sulph", "sulf")
    return bool({word, f"oxy{word}", "hydroxide"} & t.classes)
