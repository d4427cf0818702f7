"""Coordination numbers, polyhedra and how polyhedra are linked.

Words of the catalog's lists: polyhedra 'octahedron' and 'Ti octahedron'; coordination '6' and
'Ti:6'; linkages 'octahedron|corner|octahedron', and 'corner' alone for any two.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from clac.data.counting import COUNT_WORDS
from clac.data.elements import SYMBOLS
from index.filters import All, Filter, Test
from index.reading.amounts import read_number
from index.reading.elements import read_item
from index.reading.sentence import Found, Phrases, Sentence

NOUNS: Mapping[str, str] = {
    "octahedron": "octahedron", "octahedra": "octahedron", "octahedrons": "octahedron",
    "tetrahedron": "tetrahedron", "tetrahedra": "tetrahedron", "tetrahedrons": "tetrahedron",
    "trigonal prism": "trigonal prism", "trigonal prisms": "trigonal prism",
    "square pyramid": "square pyramid", "square pyramids": "square pyramid",
    "trigonal bipyramid": "trigonal bipyramid", "trigonal bipyramids": "trigonal bipyramid",
    "trigonal pyramid": "trigonal pyramid", "trigonal pyramids": "trigonal pyramid",
    "cuboctahedron": "cuboctahedron", "cuboctahedra": "cuboctahedron",
    "icosahedron": "icosahedron", "icosahedra": "icosahedron",
    "square planes": "square planar", "triangles": "trigonal planar",
}  # fmt: skip
ADJECTIVES: Mapping[str, str] = {
    "octahedral": "octahedron", "octahedrally": "octahedron", "tetrahedral": "tetrahedron",
    "tetrahedrally": "tetrahedron", "square planar": "square planar",
    "trigonal planar": "trigonal planar", "trigonal prismatic": "trigonal prism",
    "trigonal bipyramidal": "trigonal bipyramid", "square pyramidal": "square pyramid",
    "trigonal pyramidal": "trigonal pyramid", "cuboctahedral": "cuboctahedron",
    "icosahedral": "icosahedron", "linearly coordinated": "linear",
    "linear coordination": "linear", "cubic coordination": "cube", "square planarly":
    "square planar",
}  # fmt: skip
_NOUN = Phrases(NOUNS)
_ADJECTIVE = Phrases(ADJECTIVES)
_SHARING = frozenset("sharing shared share shares linked linking connected joined bridged "
                     "meeting connecting meet fused touching joining condensed "
                     "stacked".split())  # fmt: skip
_JOINED_AT = frozenset("by at via through their common only to each other the over in along an a "
                       "have shared both with another one together".split())  # fmt: skip
_APART_VERBS = ("touch", "share", "share anything", "link", "connect", "meet", "join")
_APART = Phrases(
    dict.fromkeys(
        (f"{lead}{word}{tail}"
         for lead, words in (("", ("isolated", "unconnected", "unlinked")),
                             ("don't ", _APART_VERBS), ("do not ", _APART_VERBS),
                             ("never ", _APART_VERBS),
                             ("not ", ("linked", "connected", "touching", "joined", "sharing")))
         for word in words
         for tail in ("", " from each other", " to each other", " with each other",
                      " to one another", " from one another", " one another", " each other")), True
    )
)  # fmt: skip
_PLACES = {"corner": "corner", "edge": "edge", "face": "face", "corners": "corner",
           "edges": "edge", "faces": "face"}  # fmt: skip
_ISOLATED = frozenset("isolated unconnected discrete unlinked separate".split())
_AROUND = frozenset("coordination coordinated environment environments sites site positions "
                    "position geometry centres holes voids units surroundings cations "
                    "sublattice".split())  # fmt: skip
_UNIT = re.compile(r"([A-Z][a-z]?)([A-Z][a-z]?)(\d{1,2})\s+")
_FOLD = {f"{word}fold": n for n, word in enumerate(COUNT_WORDS[:13]) if n > 1}
_NUMBER = Phrases(
    dict.fromkeys(("coordination number", "coordination numbers", "coordination number of", "cn",
                   "coordination numbers of", "coordination number :", "cn :"), True)
)  # fmt: skip
_NEIGHBOURS = Phrases(
    dict.fromkeys(("neighbours", "nearest neighbours", "ligands", "atoms", "neighbouring atoms",
                   "bonded neighbours", "bonds"), True)
)  # fmt: skip
_BONDED = Phrases(
    dict.fromkeys(("surrounded by", "bonded to", "coordinated by", "bound to", "coordinated to",
                   "with", "having", "connected to", "is surrounded by", "is bonded to", "has",
                   "is coordinated by", "that have", "that has"), True)
)  # fmt: skip


def read_bonding(s: Sentence, i: int) -> Found | None:
    """Read what surrounds atoms and how it is linked, at a position."""
    return _linked(s, i) or _isolated(s, i) or _coordination(s, i) or _polyhedron(s, i)


def _linked(s: Sentence, i: int) -> Found | None:
    """Read 'corner-sharing octahedra', 'edge- and face-sharing TiO6 octahedra'."""
    sharing = _sharing(s, i)
    if sharing is None:
        return None
    k, kinds = sharing
    bodies = _bodies(s, k)
    if not bodies:
        return Found(k, Test("linkages", "has_all", tuple(kinds)))
    end, shapes, polyhedra = bodies
    return Found(end, _all([*(_linkage(shapes, kind) for kind in kinds), *polyhedra]))


def _sharing(s: Sentence, i: int) -> tuple[int, list[str]] | None:
    """Read 'corner-sharing', 'edge- and face-linked': the end and the kinds."""
    kinds, k = [], i
    while s.word(k) in ("corner", "edge", "face"):
        kinds.append(s.word(k))
        k += 1
        k += s.word(k) == "-"
        k = s.skip(k, ("and", ",", "/", "or")) if s.word(k) not in _SHARING else k
    return (k + 1, kinds) if kinds and s.word(k) in _SHARING else None


def _linkage(shapes: tuple[str, ...], kind: str) -> Test:
    first, second = sorted((shapes[0], shapes[-1]))
    return Test("linkages", "has_all", (f"{first}|{kind}|{second}",))


def _bodies(s: Sentence, i: int) -> tuple[int, tuple[str, ...], list[Filter]] | None:
    """Read one or two kinds of polyhedra: end, shapes, tests of those with an element."""
    first = _body(s, i)
    if first is None:
        return None
    end, shape, symbol = first
    polyhedra = [_shaped(symbol, shape)] if symbol else []
    if s.word(end) in ("and", "with", "to") and (second := _body(s, end + 1)):
        end, other, symbol = second
        polyhedra += [_shaped(symbol, other)] if symbol else []
        return end, (shape, other), polyhedra
    return end, (shape,), polyhedra


def _body(s: Sentence, i: int) -> tuple[int, str, str] | None:
    """Read 'octahedra', 'TiO6 octahedra' or 'Ti octahedra': end, shape, symbol."""
    symbol = ""
    if i < len(s.words) and (unit := _UNIT.match(s.text, s.starts[i])):
        symbol = unit.group(1) if unit.group(1) in SYMBOLS else ""
        i = s.token_at(unit.end())
    elif _NOUN.find(s, i) is None and _unit(s, i) is None:
        item = read_item(s, i, sure=True)
        if item is None or item.family:
            return None
        (symbol,) = item.members
        i = item.end + (s.word(item.end) == "-")
        if s.word(i) == "centred":
            i += 1
    noun = _NOUN.find(s, i) or _unit(s, i)
    return (noun[0], noun[1], symbol) if noun else None


def _unit(s: Sentence, i: int) -> tuple[int, str] | None:
    """Read 'tetrahedral units' as tetrahedra."""
    adjective = _ADJECTIVE.find(s, i)
    if adjective and s.word(adjective[0]) in ("units", "groups", "unit", "ones"):
        return adjective[0] + 1, adjective[1]
    return None


def _isolated(s: Sentence, i: int) -> Found | None:
    if s.word(i) not in _ISOLATED:
        return None
    bodies = _bodies(s, i + 1)
    if bodies is None:
        return None
    end, shapes, polyhedra = bodies
    tests = [Test("linkages", "has_all", (f"{shape}|isolated|{shape}",)) for shape in shapes]
    return Found(end, _all([*tests, *polyhedra]))


def _shaped(symbol: str, shape: str) -> Test:
    return Test("polyhedra", "has_all", (f"{symbol} {shape}" if symbol else shape,))


def _all(tests: list[Filter]) -> Filter:
    return tests[0] if len(tests) == 1 else All(tuple(tests))


def _polyhedron(s: Sentence, i: int) -> Found | None:
    bodies = _bodies(s, i)
    if bodies:
        return _shared_behind(s, *bodies)
    adjective = _ADJECTIVE.find(s, i)
    if adjective:
        return _around(s, *adjective)
    item = read_item(s, i, sure=True)
    if item is None or item.family:
        return None
    (symbol,) = item.members
    k = s.skip(item.end, ("is", "are", "in", "on", "at", "a", "an", "the", "atoms", "with", "-",
                          "occupies", "occupying", "sits", "ions", "of", "inside"))  # fmt: skip
    if k == item.end and not _ADJECTIVE.find(s, k):
        return None
    shape = _NOUN.find(s, k) or _ADJECTIVE.find(s, k)
    if shape is None or s.word(k - 1) == "of":
        return None
    if (_NOUN.find(s, k) or _unit(s, k)) and s.words[item.end] in ("with", "and"):
        return None
    end = shape[0]
    while s.word(end) in _AROUND:
        end += 1
    return Found(end, _shaped(symbol, shape[1]))


def _around(s: Sentence, end: int, shape: str) -> Found:
    """Read the element behind an adjective: 'octahedrally coordinated titanium'."""
    while s.word(end) in _AROUND:
        end += 1
    k = s.skip(end, ("of", "around", "for", "atoms", "-"))
    item = read_item(s, k, sure=True)
    if item and not item.family and s.word(item.end) != "compounds":
        (symbol,) = item.members
        return Found(item.end, _shaped(symbol, shape))
    return Found(end, _shaped("", shape))


def _shared_behind(
    s: Sentence, end: int, shapes: tuple[str, ...], polyhedra: list[Filter]
) -> Found:
    """Read 'octahedra that share corners' and 'tetrahedra linked by edges'."""
    k = s.skip(end, ("that", "which", "are", "is"))
    if s.word(k) in _SHARING:
        k = s.skip(k + 1, _JOINED_AT)
        kinds = []
        while s.word(k) in _PLACES:
            kinds.append(_PLACES[s.word(k)])
            k, end = s.skip(k + 1, ("and",)), k + 1
        if kinds:
            return _meeting(s, end, kinds, shapes, polyhedra)
    sharing = _sharing(s, s.skip(k, ("both",)))
    if sharing and not _body(s, sharing[0]):
        return _meeting(s, sharing[0], sharing[1], shapes, polyhedra)
    if apart := _APART.find(s, k):
        lone = [Test("linkages", "has_all", (f"{shape}|isolated|{shape}",)) for shape in shapes]
        return Found(apart[0], _all([*lone, *polyhedra]))
    tests = polyhedra or [_shaped("", shape) for shape in shapes]
    return Found(end, _all(tests))


def _meeting(
    s: Sentence, end: int, kinds: list[str], shapes: tuple[str, ...], polyhedra: list[Filter]
) -> Found:
    """Read what polyhedra share corners with: 'to tetrahedra'."""
    k = s.skip(end + 1, ("a", "an", "the", "other", "another"))
    other = _body(s, k) if s.word(end) in ("to", "with", "between") else None
    if other:
        end, shapes = other[0], (shapes[0], other[1])
    return Found(end, _all([*(_linkage(shapes, kind) for kind in kinds), *polyhedra]))


def _coordination(s: Sentence, i: int) -> Found | None:
    """Read coordination numbers, with the element before or behind them or without one."""
    counted = _count(s, i)
    if counted:
        end, n = counted
        k = s.skip(end, ("of", "for", "around", "sites", "atoms", "coordination", "on", ":"))
        item = read_item(s, k, sure=True)
        if item and not item.family and not (k > end and s.word(end) == "sites"):
            return Found(item.end, _counts(item.members, n))
        return Found(s.skip(end, ("sites", "site", "atoms", "coordination")), _counts((), n))
    item = read_item(s, i, sure=True)
    if item is None or item.family:
        return None
    k = s.skip(item.end, ("is", "are", "in", "on", "with", "a", "atoms", "-", "(", "that", "has",
                          "have", "having", "of"))  # fmt: skip
    counted = _count(s, k) or _neighbours(s, item.end)
    if counted is None or (k == item.end and s.word(k) != "cn" and not _neighbours(s, k)):
        return None
    end = s.skip(counted[0], ("sites", "coordination", "environments", "environment"))
    return Found(end + (s.word(end) == ")" and s.word(item.end) == "("),
                 _counts(item.members, counted[1]))  # fmt: skip


def _counts(symbols: frozenset[str] | tuple[str, ...], n: int) -> Filter:
    names = tuple(f"{symbol}:{n}" for symbol in symbols) or (str(n),)
    return Test("coordination", "has_all", names)


def _count(s: Sentence, i: int) -> tuple[int, int] | None:
    """Read 'six-coordinate', '4-fold coordinated', 'sixfold coordination', 'CN 6'."""
    label = _NUMBER.find(s, i)
    if label:
        k = s.skip(label[0], ("=", ":", "is", "of", "("))
        number = read_number(s, k)
        if number is None and s.word(k).isdecimal() and s.word(k).isascii():
            number = k + 1, float(s.word(k))  # 'CN6'
        if number and s.glued(k) and s.glued(number[0]) and s.word(number[0]).isalpha():
            return None  # 'CN6O'
        return (number[0], int(number[1])) if number and 0 < number[1] <= 24 else None
    n = _FOLD.get(s.word(i), 0)
    if n:
        k = i + 1
    else:
        number = read_number(s, i)
        if number is None or not 0 < number[1] <= 24 or number[1] != int(number[1]):
            return None
        k, n = number[0], int(number[1])
        k += s.word(k) == "-"
        if s.word(k) in ("coordinate", "coordinated"):
            return k + 1, n
        if s.word(k) != "fold":
            return None
        k += 1
    k += s.word(k) == "-"
    return (k + 1, n) if s.word(k).startswith("coordinat") else None


def _neighbours(s: Sentence, i: int) -> tuple[int, int] | None:
    """Read 'bonded to six atoms', 'with 4 neighbours' behind an element."""
    bonded = _BONDED.find(s, i)
    number = bonded and read_number(s, bonded[0])
    if not bonded or not number or not 0 < number[1] <= 24:
        return None
    around = _NEIGHBOURS.find(s, number[0])
    if around is None or (s.word(i) in ("with", "has", "having", "that")
                          and s.word(number[0]) == "atoms"):  # fmt: skip
        return None
    return around[0], int(number[1])
