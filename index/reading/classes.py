"""Compound classes, with the elements in front of them and behind 'of'.

Two or more elements in front of a class name the whole compound ('lithium cobalt oxides': Li, Co,
O and nothing else), and so does one in the singular ('magnesium silicide'); 'lithium oxides' are
all oxides that contain lithium.
"""

from __future__ import annotations

from collections.abc import Mapping

from clac.data.chemistry import ANION_NOUNS, CLASSES, MIXED_ANIONS, OXYANION_CENTRES
from index.filters import All, Filter, Test
from index.reading.element_tests import all_of, groups_of, with_all
from index.reading.elements import Item, read_list, skip_articles
from index.reading.formulas import in_order, system
from index.reading.lists import own_items
from index.reading.sentence import Found, Phrases, Sentence
from index.reading.structures import named_after
from index.reading.wordings import read_wording

_ATES: Mapping[str, str] = {
    "titanate": "Ti", "zirconate": "Zr", "hafnate": "Hf", "niobate": "Nb", "tantalate": "Ta",
    "ferrate": "Fe", "ferrite": "Fe", "manganate": "Mn", "manganite": "Mn", "cobaltate": "Co",
    "cobaltite": "Co", "nickelate": "Ni", "cuprate": "Cu", "aluminate": "Al", "gallate": "Ga",
    "stannate": "Sn", "plumbate": "Pb", "antimonate": "Sb", "bismuthate": "Bi", "iridate": "Ir",
    "ruthenate": "Ru", "rhodate": "Rh", "osmate": "Os", "rhenate": "Re", "zincate": "Zn",
    "indate": "In", "tellurate": "Te", "selenate": "Se", "uranate": "U",
}  # fmt: skip
"""oxides that are named by another element, which stands here"""
_METALLIDES: Mapping[str, str] = {
    "aluminide": "Al", "gallide": "Ga", "indide": "In", "stannide": "Sn", "plumbide": "Pb",
    "bismuthide": "Bi", "beryllide": "Be", "zincide": "Zn", "auride": "Au",
}  # fmt: skip
_PLACES: Mapping[str, frozenset[str]] = {
    **{nouns[0]: frozenset((symbol,)) for symbol, nouns in ANION_NOUNS.items()},
    **{word: frozenset((centre, "O")) for word, centre in OXYANION_CENTRES.items()},
    **{word: frozenset((other, "O")) for other, word in MIXED_ANIONS.items()},
    "hydroxide": frozenset(("O", "H")),
    "peroxide": frozenset("O"),
    "intermetallic": frozenset(),
    **{word: frozenset((symbol, "O")) for word, symbol in _ATES.items()},
    **{word: frozenset((symbol,)) for word, symbol in _METALLIDES.items()},
}
"""class -> the elements that it names; the wide classes name none"""
_NOUNS: Mapping[str, str] = {
    **{word: word for word in CLASSES if word != "element"},
    **{word: word for word in (*_ATES, *_METALLIDES)},
    "alloy": "intermetallic", "intermetallic compound": "intermetallic",
    "intermetallic phase": "intermetallic", "oxohalide": "halide",
}  # fmt: skip
_TIMES = ("mono", "di", "tri", "tetra", "penta", "hexa", "hepta", "octa", "dodeca", "sesqui",
          "tetr", "pent", "mon", "hemi")  # fmt: skip
_COUNTED = {f"{times}{word}": word for times in _TIMES for word in (
    *(noun for nouns in ANION_NOUNS.values() for noun in nouns),)}  # fmt: skip
CLASS = Phrases(
    {
        **{word: (name, False) for word, name in _NOUNS.items()},
        **{word: (name, True) for word, name in _COUNTED.items()},
    },
    plural=True,
)
_NOT_CLASS_BEFORE = frozenset(("ion", "ions", "like", "anion", "anions", "battery"))


def read_class(s: Sentence, i: int, items: list[Item]) -> Found | None:
    """Read a class with the elements in front of it and those behind 'of'."""
    found = CLASS.find(s, i)
    if found is None:
        return None
    end, (word, counted) = found
    after = s.word(end + 1) if s.word(end) == "-" else s.word(end)
    if after in _NOT_CLASS_BEFORE:
        return None
    if after == "free" and not items and s.word(end + 1) not in ("of", "from"):
        return Found(end + 1 + (s.word(end) == "-"), Test("classes", "has_none", (_named(word),)))
    longer = read_wording(s, i)  # 'alloy of metals'
    if longer and longer.end > end and longer.filter == Test("classes", "has_all", (word,)):
        end = longer.end
    if items and (run := _run_of_classes(s, end, word)):
        return Found(run[0], all_of(_of_named(items, run[1])))
    named = bool(items) and _names_one(s, items[0].start, end)
    if not items and s.word(end) in ("of", "between"):
        behind = own_items(s, read_list(s, skip_articles(s, end + 1), sure=True))
        if len(behind) > 1 and behind[-1].joint == "," and _is_suffixed(s, behind[-1].end):
            behind = behind[:-1]  # 'oxide of barium, magnesium-containing'
        if behind and not CLASS.find(s, behind[-1].end):
            items, end = behind, behind[-1].end
    tests = _of_class(word, items, exact=counted or named)
    wider = all_of(_of_class(word, items, exact=False)) if named and not counted else None
    kind = named_after(s, items[0].start, end) if named and len(items) > 1 else None
    return Found(end, all_of(tests), kind or wider)


def _is_suffixed(s: Sentence, i: int) -> bool:
    return s.word(s.skip(i, ("-",))) in ("containing", "based", "bearing", "rich", "free")


_VERBS = frozenset("is has as its this plus minus contains shows forms adopts crystallizes weighs "
                   "crystallises belongs features includes plus versus".split())  # fmt: skip
"""words that end like a plural"""
_MOST_ADJECTIVES = 4


def _names_one(s: Sentence, start: int, end: int) -> bool:
    """Tell 'magnesium silicide', the name of a compound, from 'a silicide' and 'silicides'."""
    after = s.word(end)  # 'copper oxide superconductors'
    if s.word(end - 1).endswith("s") or (after.endswith("s") and after not in _VERBS):
        return False
    for k in range(start - 1, max(start - _MOST_ADJECTIVES, 0) - 1, -1):
        if s.word(k) in ("a", "an", "any", "no", "not", "without"):
            return False
        if not s.word(k).isalpha() and s.word(k) != "-":
            break
    return True


def _run_of_classes(s: Sentence, end: int, word: str) -> tuple[int, frozenset[str]] | None:
    """Read the further nouns of 'neodymium oxide fluoride': the end, and the elements of all."""
    named = _PLACES.get(word, frozenset())
    count = bool(named) and not s.word(end - 1).endswith("s")
    while count and named and (more := CLASS.find(s, end)) and (own := _PLACES.get(more[1][0])):
        end, named, count = more[0], named | own, count + 1
    return (end, named) if count > 1 else None


def _of_named(items: list[Item], named: frozenset[str]) -> list[Filter]:
    """Write a compound with several anions: exactly its elements where none is of a family."""
    if any(item.family for item in items):
        return [with_all(items), Test("elements", "has_all", in_order(named))]
    members = frozenset().union(*(item.members for item in items))
    return [Test("chemical_system", "=", system(members | named))]


def _named(word: str) -> str:
    return "oxide" if word in _ATES else word


_BONDED = frozenset((*OXYANION_CENTRES, "hydroxide", "peroxide"))
"""classes that say more than their elements: how these are bonded"""


def _of_class(word: str, items: list[Item], *, exact: bool) -> list[Filter]:
    """Write a class and its elements; see the head of this file."""
    named = _PLACES.get(word)
    groups = groups_of(items) if items else []
    certain = bool(groups) and not any(some for _, some in groups) and named is not None
    exact = exact and bool(named) and word not in _ATES
    if certain and named is not None and (len(groups) > 1 or exact):
        members = frozenset().union(*(members for members, _ in groups))
        if len(members) > 1 or exact:
            whole: list[Filter] = [Test("chemical_system", "=", system(members | named))]
            if word in _BONDED:
                whole.append(Test("classes", "has_all", (word,)))
            return whole
    tests: list[Filter] = [with_all(items)] if items else []
    if word in _METALLIDES:
        return [*tests, Test("elements", "has_all", (_METALLIDES[word],))]
    if word in _ATES:
        tests.append(Test("elements", "has_all", (_ATES[word],)))
    return [*tests, Test("classes", "has_all", (_named(word),))]


def is_like(s: Sentence, i: int) -> bool:
    """Tell 'bismuth trifluoride-like', which is not of bismuth."""
    found = CLASS.find(s, i)
    return bool(found) and found is not None and s.word(s.skip(found[0], ("-",))) == "like"


def read_of_metal(s: Sentence, metals: Item) -> Found | None:
    """Read 'metal oxide' and 'metal-containing'."""
    end = s.skip(metals.end, ("-",))
    some = Test("elements", "has_any", in_order(metals.members))
    if s.word(end) in ("containing", "bearing") and s.word(i := metals.end) in ("-", s.word(end)):
        follows = read_class(s, end + 1, [])
        if follows:
            return Found(follows.end, All((some, follows.filter)))
        return Found(end + 1, some) if i < end else None
    found = read_class(s, end, []) if s.word(metals.start) == "metal" else None
    word = CLASS.find(s, end)
    if found is None or word is None or word[1][0] == "intermetallic":
        return None
    return Found(found.end, All((some, found.filter)))
