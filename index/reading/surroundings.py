"""What surrounds atoms and how polyhedra meet, in the wordings of captions.

The columns are those of `index.reading.bonding`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache, partial

from clac.data.counting import COUNT_WORDS
from clac.data.elements import SYMBOLS
from clac.data.grammar import say_bonds, say_environment
from clac.data.grammar.say_environment import SHAPE_WORDS
from index.filters import All, Filter, Test
from index.reading.amounts import read_number
from index.reading.bonding import ADJECTIVES, NOUNS, read_bonding
from index.reading.elements import NAMES, read_item
from index.reading.sentence import Found, Phrases, Sentence
from index.reading.templates import Match, Templates, spoken

_PLURALS = Phrases(
    {**{plural: shape for shape, words in SHAPE_WORDS.items() for plural, _ in words}, **NOUNS}
)
_SITES = Phrases(
    {
        **{word: shape for shape, words in SHAPE_WORDS.items() for _, word in words},
        **{word: shape for word, shape in ADJECTIVES.items() if not word.endswith("coordination")},
    }
)
_ATOMS = Phrases(
    dict.fromkeys(("atoms", "sites", "centres", "positions", "anions", "cations", "cation", "anion",
                   "cation sites", "anion sites", "cation positions", "anion positions",
                   "cation environments", "anion environments"), "")
)  # fmt: skip
_AND = Phrases(dict.fromkeys((",", "and", ", and", "or", "&"), True))
_FOLD = {f"{word}fold": n for n, word in enumerate(COUNT_WORDS) if n}
_LATIN = Phrases(
    {f"{latin}coordinate{d}": COUNT_WORDS.index(word)
     for word, latin in say_bonds.LATIN.items() for d in ("", "d")}
)  # fmt: skip
_MOST = 24
_MOST_NUMBERS = 12
_SYMBOL = re.compile(r"^[A-Z][a-z]?[: ]")
_UNIT = re.compile(r"([A-Z][a-z]?)X\d{1,2}\s+")
_CHAINS = frozenset("chain chains array arrays molecule molecules polymer polymers".split())


def read_surroundings(s: Sentence, i: int) -> Found | None:
    """Read what surrounds atoms and how polyhedra are linked, at a position."""
    met = _met(s, i)
    found = [read_bonding(s, i), met, _shaped(s, i), _counted(s, i)]
    best = max(filter(None, found), key=lambda one: one.end, default=None)
    if met and best and best.end > met.end and _goes_on(s, met.end, best.end):
        return met
    return None if best and _is_crossed(s, i, best) else best


def _is_crossed(s: Sentence, i: int, best: Found) -> bool:
    """Tell whether the words begin something else, as 'lead with 4 neighbours around Si' does."""
    said = _without_symbols(best.filter)
    for k in range(i + 1, best.end):
        counted, shaped = _counts().find(s, k), _shaped(s, k)
        if counted and counted.end > best.end and tuple(map(str, _numbers_of(counted))) == said:
            return True
        if shaped and shaped.end > best.end and _without_symbols(shaped.filter) == said:
            return True
    return False


def _without_symbols(filter: Filter) -> tuple[str, ...]:
    """Return the numbers or shapes of a test, whatever they belong to."""
    words = filter.value if isinstance(filter, Test) and isinstance(filter.value, tuple) else ()
    return tuple(_SYMBOL.sub("", str(word)) for word in words)


def _goes_on(s: Sentence, i: int, end: int) -> bool:
    """Tell whether the second shape is that of another link.

    So in 'isolated octahedra and tetrahedra sharing corners'.
    """
    k = s.skip(i, ("and", ",", "with"))
    match = _links().find(s, k) if k > i else None
    return match is not None and match.end > end


def _element(s: Sentence, i: int) -> tuple[int, str] | None:
    item = read_item(s, i, sure=True)
    if item and not item.family:
        (symbol,) = item.members
        return item.end, symbol
    # 'tellurium sites' and 'O-centred' are not elements where a composition is meant
    known = NAMES.get(s.word(i)) or (s.raw[i] if i < len(s.raw) and s.raw[i] in SYMBOLS else "")
    return (i + 1, known) if known else None


def _list(s: Sentence, i: int, words: Phrases[str]) -> tuple[int, tuple[str, ...]] | None:
    """Read 'octahedral and tetrahedral'."""
    first = words.find(s, i)
    found: list[str] = []
    while first:
        i = first[0]
        found.append(first[1])
        joint = _AND.find(s, i)
        first = words.find(s, joint[0]) if joint else None
        link = _links().find(s, joint[0]) if joint and first else None
        if link and first and link.end > first[0]:
            break  # 'in pyramids, octahedra sharing edges'
    return (i, tuple(found)) if found else None


def _numbers(s: Sentence, i: int, *, hyphened: bool = False) -> tuple[int, tuple[int, ...]] | None:
    """Read 'six' and '4, 5 and 8'; hyphened: '1- and 3', '4-, 5- and 8'."""
    found: list[int] = []
    k = start = i
    while number := read_number(s, k):
        end, value = number
        style = s.word(k)[0].isdigit() != s.word(start)[0].isdigit()
        other = bool(found) and (style or (not hyphened and s.word(end) == "-"))
        if value != int(value) or not 0 < value <= _MOST or other or len(found) == _MOST_NUMBERS:
            break
        found.append(int(value))
        i = end
        joint = _AND.find(s, end + (s.word(end) == "-"))
        if joint is None:
            break
        k = joint[0]
    return (i, tuple(found)) if found else None


def _number(s: Sentence, i: int) -> tuple[int, tuple[int, ...]] | None:
    """Read one number."""
    number = read_number(s, i)
    if number is None or number[1] != int(number[1]) or not 0 < number[1] <= _MOST:
        return None
    return number[0], (int(number[1]),)


def _fold(s: Sentence, i: int) -> tuple[int, tuple[int, ...]] | None:
    n = _FOLD.get(s.word(i))
    return (i + 1, (n,)) if n else None


def _latin(s: Sentence, i: int) -> tuple[int, tuple[int, ...]] | None:
    found = _LATIN.find(s, i)
    return (found[0], (found[1],)) if found else None


def _who(s: Sentence, i: int) -> tuple[int, str] | None:
    """Read an element, or atoms of any kind."""
    return _element(s, i) or _ATOMS.find(s, i)


# -- polyhedra ------------------------------------------------------------------------------------


def _shaped(s: Sentence, i: int) -> Found | None:
    """Read 'titanium in octahedral sites', 'trigonal planar units around oxygen'."""
    unit = _UNIT.match(s.text, s.starts[i]) if i < len(s.starts) else None
    if unit and unit.group(1) in SYMBOLS:  # 'TiX6 octahedra'
        shape = _PLURALS.find(s, s.token_at(unit.end()))
        named = (f"{unit.group(1)} {shape[1]}",) if shape else ()
        return Found(shape[0], Test("polyhedra", "has_all", named)) if shape else None
    match = _shapes().find(s, i)
    if match is None or (match.meaning == "bare" and s.word(match.end) in _CHAINS):
        return None
    shapes = match.values.get("a") or match.values.get("p") or ()
    assert isinstance(shapes, tuple)
    symbol = match.values.get("n", "")
    named = tuple(f"{symbol} {shape}" if symbol else shape for shape in shapes)
    return Found(match.end, Test("polyhedra", "has_all", named))


@lru_cache(maxsize=1)
def _shapes() -> Templates[str]:
    slots = {
        "n": _element, "a": lambda s, i: _list(s, i, _SITES),
        "p": lambda s, i: _list(s, i, _PLURALS), "r": lambda s, i: _ROLE.find(s, i),
    }  # fmt: skip
    return Templates(_shape_templates(), slots)


_ROLE = Phrases({"cation": "", "anion": "", "cations": "", "anions": ""})


def _shape_templates() -> Iterator[tuple[str, str]]:
    for text in (*say_environment.AROUND, *say_environment.INSIDE, *say_environment.IN_WHICH):
        yield text, "bare" if text == "{a} {n}" else "told"
    for text in say_environment.PUTS:
        yield from ((said, "told") for said in spoken(text))
    for text in (*say_environment.OF_ROLE, *say_environment.OF_ATOMS):
        yield text.replace("{r}s", "{r}"), "told"
    yield "{n} coordination polyhedra: {p}", "told"
    for ways in ("{n} sits in {p}", "{n} occupies {a} sites", "{n} is in {a} coordination"):
        yield ways, "told"


# -- links ----------------------------------------------------------------------------------------


def _met(s: Sentence, i: int) -> Found | None:
    """Read 'octahedra sharing corners with tetrahedra'."""
    match = _links().find(s, i, lambda match: _is_one(s, match))
    if match is None:
        return None
    shapes = [value for value in match.values.values() if isinstance(value, str)]
    if match.meaning == "isolated":
        tests = [Test("linkages", "has_all", (f"{x}|isolated|{x}",)) for x in shapes]
    else:
        first, second = sorted((shapes[0], shapes[-1]))
        tests = [Test("linkages", "has_all", (f"{first}|{match.meaning}|{second}",))]
    filter: Filter = tests[0] if len(tests) == 1 else All(tuple(tests))
    return Found(match.end, filter)


def _is_one(s: Sentence, match: Match[str]) -> bool:
    """Tell 'edge-sharing octahedra and tetrahedra' from two links of which one follows 'and'."""
    shapes = match.values
    if "q" not in shapes:
        return True
    if s.word(match.last - 1) != "and":
        return shapes["p"] != shapes["q"]
    other = (
        _links().find(s, match.last, lambda m: _is_one(s, m)) if match.last < match.end else None
    )
    return shapes["p"] != shapes["q"] and (other is None or other.end <= match.end)


@lru_cache(maxsize=1)
def _links() -> Templates[str]:
    slots = {"a": _SITES.find, "p": _PLURALS.find, "q": _PLURALS.find}
    return Templates(_link_templates(), slots)


def _link_templates() -> Iterator[tuple[str, str]]:
    for kind, texts in say_environment.ALIKE.items():
        yield from ((text.replace("{}", "{p}"), kind) for text in texts)
    for kind, texts in say_environment.UNLIKE.items():
        yield from ((text.format("{p}", "{q}"), kind) for text in texts)
    for kind, texts in say_environment.MEETINGS.items():
        for text in texts:
            for start in ("in which", "whose", "that have"):
                yield f"{start} {{p}} {text}", kind
                yield f"{start} {{p}} and {{q}} {text}", kind
    for kind, texts in say_environment.LINKS.items():
        for text in texts:
            for both in ("{p}", "{p} and {q}"):
                yield from ((said, kind) for said in spoken(text.replace("{}", both)))
    for kind in ("corner", "edge", "face"):
        for verb in ("sharing", "linked", "connected", "shared"):
            yield f"{kind}-{verb} {{a}}", kind


# -- coordination numbers -------------------------------------------------------------------------


def _counted(s: Sentence, i: int) -> Found | None:
    """Read '1- and 3-coordinate oxygen', 'oxygen with coordination numbers 2 and 3'."""
    match = _counts().find(s, i)
    if match is None:
        return None
    return Found(match.end, Test("coordination", "has_all", _named(match, _numbers_of(match))))


def _numbers_of(match: Match[str]) -> tuple[int, ...]:
    numbers = next(match.values[x] for x in ("n", "m", "h", "f", "l") if x in match.values)
    assert isinstance(numbers, tuple)
    return numbers


def _named(match: Match[str], numbers: tuple[int, ...]) -> tuple[str, ...]:
    symbol = match.values["s"]
    return tuple(f"{symbol}:{n}" if symbol else str(n) for n in dict.fromkeys(numbers))


@lru_cache(maxsize=1)
def _counts() -> Templates[str]:
    slots = {
        "s": _who,
        "n": _number,
        "m": _numbers,
        "h": partial(_numbers, hyphened=True),
        "f": _fold,
        "l": _latin,
    }
    return Templates(((text, "count") for text in _count_templates()), slots)


def _count_templates() -> Iterator[str]:
    for ending in ("coordinate", "coordinated", "fold coordinated"):
        yield f"{{h}}-{ending} {{s}}"
    yield from ("{f} coordinated {s}", "{l} {s}", "{s} in {h}-fold surroundings")
    for text in (*say_bonds.MANY_COUNTS, *say_bonds.MANY_COUNTS_OF):
        yield text.replace("{n}", "{m}")
    for text in (*say_bonds.ONE_COUNT, *say_bonds.ONE_COUNT_OF, *say_bonds.CN):
        yield text
        if "{n}-fold" in text:
            yield text.replace("{n}-fold", "{f}")
        yield text.replace(" that have ", " that has ")
    for text in say_bonds.CLAUSES:
        for is_, has in (("is", "has"), ("are", "have")):
            for counted in ("{h}-coordinate", "{h}-coordinated", "{f} coordinated", "{l}"):
                yield (text.replace("{is_}", is_).replace("{has}", has)
                       .replace("{c}", counted))  # fmt: skip
    for text in say_bonds.ACTS:
        yield from spoken(text)
