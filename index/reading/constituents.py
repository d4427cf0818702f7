"""Elements, anions and groups in the wordings of captions: 'zinc present', 'oxide ions'."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from clac.data.chemistry import ANION_NOUNS, OXYANION_CENTRES
from clac.data.grammar import element_words
from index.filters import Filter, Test
from index.reading.classes import CLASS
from index.reading.elements import read_item
from index.reading.formulas import in_order
from index.reading.sentence import Found, Phrases, Sentence
from index.reading.surroundings import read_surroundings
from index.reading.templates import Match, Templates, spoken

_ANIONS = Phrases({nouns[0]: nouns[0] for nouns in ANION_NOUNS.values()})
_GROUPS = Phrases(
    {
        **{word: word for word in (*OXYANION_CENTRES, "hydroxide")},
        **{f"{centre}O{3 if word in ('carbonate', 'nitrate') else 4}": word
           for word, centre in OXYANION_CENTRES.items() if word != "borate"},
    }
)  # fmt: skip
_NO_ANIONS = frozenset("conductor conductors conducting conduction transport mobility battery "
                       "batteries diffusion vacancy vacancies exchange".split())  # fmt: skip
"""what makes ions a part of what a material does"""


def read_constituent(s: Sentence, i: int) -> Found | None:
    """Read what a compound has in it, at a position."""
    match = _table().find(s, i, lambda match: _ends_there(s, i, match))
    return Found(match.end, _filter(match)) if match else None


def _ends_there(s: Sentence, i: int, match: Match[str]) -> bool:
    """Tell whether the words do not go on to mean something else, as in 'oxide ion conductor'."""
    around = (read_surroundings(s, k) for k in range(i, match.end))
    if any(found and found.end > match.end for found in around):
        return False  # 'with niobium inside cubes'
    if s.word(match.end) in _NO_ANIONS or s.word(match.end + 1) in _NO_ANIONS:
        return False
    return match.last == match.end or not CLASS.find(s, match.end)


def _filter(match: Match[str]) -> Filter:
    values = match.values
    if match.meaning == "elements":
        return Test("elements", "has_all", in_order(frozenset(map(str, values.values()))))
    word = values.get("w") or values.get("g") or ANION_NOUNS[str(values["e"])][0]
    return Test("classes", "has_all", (str(word),))


def _element(s: Sentence, i: int) -> tuple[int, str] | None:
    item = read_item(s, i, sure=True)
    if item is None or item.family:
        return None
    (symbol,) = item.members
    return item.end, symbol


def _anion(s: Sentence, i: int) -> tuple[int, str] | None:
    found = _element(s, i)
    return found if found and found[1] in ANION_NOUNS else None


@lru_cache(maxsize=1)
def _table() -> Templates[str]:
    slots = {"a": _element, "b": _element, "e": _anion, "w": _ANIONS.find, "g": _GROUPS.find}
    return Templates(_templates(), slots)


def _templates() -> Iterator[tuple[str, str]]:
    for form in ("fragment", "predicate"):
        for text in (*element_words.ONE[form][0], *element_words.ONE[form][1]):
            # what ends with the element may go on with others, and is read as a list
            if not text.endswith(("{}", "compound", "compounds", "material")):
                yield from ((said.format("{a}"), "elements") for said in _said(form, text))
        for text in (*element_words.TWO[form][0], *element_words.TWO[form][1]):
            yield from ((said, "elements") for said in _said(form, text))
        for text in (*element_words.ANION[form][0], *element_words.ANION[form][1]):
            yield from ((said.format("{e}"), "class") for said in _said(form, text))
        for text in (*element_words.IONS[form][0], *element_words.IONS[form][1],
                     *element_words.BESIDE[form]):  # fmt: skip
            yield from ((said, "class") for said in _said(form, text))
    for units in (*element_words.TETRAHEDRAL, "unit", "group"):
        yield f"{{g}} {units}", "class"
    yield "with {w} ions", "class"
    yield "with {w} anions", "class"


def _said(form: str, text: str) -> Iterator[str]:
    if form == "predicate":
        yield from spoken(text)
    else:
        yield text
