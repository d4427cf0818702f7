"""Uses and notable properties, in the words of the lexicon: 'phosphor host', 'antiferromagnetic'.

They are textbook knowledge of some crystals: what is read here is a wish, and leaves none out.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from clac.data.lexicon import lexicon
from index.filters import Any, Filter, Test
from index.reading.sentence import Found, Phrases, Sentence, remembered

WISHED = frozenset(("uses", "notable"))
"""columns of what is textbook knowledge of some crystals, never all that there is to know"""
_COLUMNS = {"use": "uses", "property": "notable"}
_CUES = Phrases(
    dict.fromkeys(("known to be", "known for", "known for being", "noted for", "noted as",
                   "remarkable for", "described as", "listed as", "said to be", "reported to be",
                   "is known to be", "are known to be", "be known to be"), True)
)  # fmt: skip
"""what is said before textbook knowledge"""
_MEASURED = frozenset(("electrical conductor", "electrically conducting"))
"""what captions say of every crystal without a gap, and users of transparent ones too"""
_SPELLINGS = (("iz", "is"), ("is", "iz"), ("our", "or"), ("jewellery", "jewelry"))


@remembered
def read_textbook(s: Sentence, i: int) -> Found | None:
    """Read a use or a notable property at a position."""
    cue = _CUES.find(s, i)
    found = _facts().find(s, s.skip(cue[0], ("a", "an", "its")) if cue else i)
    return Found(found[0], _wish(tuple(found[1]))) if found else None


def is_announced(s: Sentence, i: int) -> bool:
    """Tell whether textbook knowledge is announced at a position: 'known to be dense'."""
    return _CUES.find(s, i) is not None


@lru_cache(maxsize=1)
def _facts() -> Phrases[dict[tuple[str, str], None]]:
    facts = dict.fromkeys(
        (_COLUMNS[entry.kind], entry.fact.lower()) for entry in lexicon() if entry.kind in _COLUMNS
    )
    known = {fact for _, fact in facts}
    said: dict[str, dict[tuple[str, str], None]] = {}
    for column, fact in facts:
        if fact in _MEASURED:
            continue
        # 'thermoelectric' and 'thermoelectric material' are one thing
        others = {fact.removesuffix(" material"), f"{fact} material"} & known
        for phrase in (fact, *others):
            for variant in _variants(phrase):
                said.setdefault(variant, {})[column, fact] = None
    return Phrases(said)


@lru_cache(maxsize=1024)
def _wish(facts: tuple[tuple[str, str], ...]) -> Filter:
    tests = []
    for column in sorted(WISHED, reverse=True):
        words = tuple(fact for of, fact in facts if of == column)
        if words:
            tests.append(Test(column, "has_any", words))
    return tests[0] if len(tests) == 1 else Any(tuple(tests))


def _variants(fact: str) -> Iterator[str]:
    """Write a fact in the singular and plural, and as the British and the Americans do."""
    for plain, other in (("", ""), *_SPELLINGS):
        spelt = fact.replace(plain, other) if plain else fact
        if plain and spelt == fact:
            continue
        yield spelt
        if spelt.endswith("s") and not spelt.endswith(("ss", "us", "is", "ics")):
            yield spelt.removesuffix("s")
        elif spelt.endswith("y"):
            yield f"{spelt[:-1]}ies"
        else:
            yield f"{spelt}s"
