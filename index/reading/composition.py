"""What a compound is made of: elements, families, compound classes, formulas and systems.

Two or more elements in front of a class name the whole compound ('lithium cobalt oxides': Li, Co,
O and nothing else); one element does not ('lithium oxides': oxides that contain lithium).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from clac.data.chemistry import ANION_NOUNS, CLASSES, MIXED_ANIONS, OXYANION_CENTRES
from index.filters import All, Filter, Test
from index.reading.elements import (
    Item,
    read_item,
    read_list,
    read_metals,
    skip_articles,
)
from index.reading.formulas import in_order, read_formula, read_pattern, reduced_formula, system
from index.reading.phrases import read_phrase
from index.reading.quantities import read_quantity
from index.reading.sentence import Found, Phrases, Sentence
from index.reading.structures import named_after, read_structure_type
from index.reading.surroundings import read_surroundings
from index.reading.symmetry import read_symmetry
from index.reading.wordings import read_wording

_CONTAIN = (
    "contains", "contain", "containing", "with", "including", "includes", "include", "has", "have",
    "having", "featuring", "incorporating", "incorporates", "based on", "made with", "elements",
    "elements :", "element :", "element", "rich in", "whose elements include", "features",
    "that includes", "bearing", "comprising", "composition :", "must contain", "combining",
    "combines", "chemistry :", "built with", "using",
)  # fmt: skip
_EXACT = (
    "only", "nothing but", "pure", "elemental", "made of", "made up of", "composed of",
    "consisting of", "consists of", "consist of", "made from", "made only of", "made solely of",
    "made entirely of", "composed only of", "composed solely of", "consisting only of",
    "consists only of", "contains only", "containing only", "contain only", "with only",
    "has only", "contains nothing but", "containing nothing but", "made of only", "built from",
    "exclusively", "solely", "just", "made purely of", "made exclusively of", "formed by",
    "exactly", "exactly the elements", "are exactly", "built of", "consist only of",
    "with nothing but", "contains just", "made from only",
    "elements only :", "chemical system", "chemical system :", "phase diagram of",
)  # fmt: skip
_OF = ("compound of", "compounds of", "phase of", "phases of", "combination of",
       "combinations of", "crystal of", "crystals of", "mixture of", "compounds between",
       "binaries of")  # fmt: skip
_CUES = Phrases(
    {
        **dict.fromkeys(_EXACT, "exact"),
        **dict.fromkeys(_OF, "of"),
        **dict.fromkeys(_CONTAIN, "contain"),
    }
)
_NO_OTHER = Phrases(
    dict.fromkeys(
        ("and nothing else", "and no other elements", "and no other element", "and no others",
         "only", "alone", "exclusively", ", nothing else", "and nothing more", "as only elements",
         "as the only elements", "but nothing else", "( only )", ", no other elements",
         "system", "systems", "ternary system", "binary system", "phase diagram",
         "chemical system", "- only", "and nothing other"), True
    )
)  # fmt: skip
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
_RUN = re.compile(r"[A-Za-z0-9()\[\]]{1,40}")
_BONDS = frozenset(
    "bond bonds bonding distance distances octahedra octahedron tetrahedra tetrahedron polyhedra "
    "polyhedron layers planes chains interactions stretching angle angles - length lengths".split()
)


def read_composition(s: Sentence, i: int) -> Found | None:
    """Read what a compound is made of, at a position."""
    if i and s.glued(i) and s.word(i - 1)[-1:].isalnum():
        return None
    found = [read for read in (_cued(s, i), _formula(s, i), _bare(s, i)) if read]
    return max(found, key=lambda read: read.end, default=None)


def read_listed(s: Sentence, i: int) -> tuple[int, frozenset[str]] | None:
    """Read elements behind 'without': the end of their list and all of them."""
    items = read_list(s, skip_articles(s, i), sure=True)
    if not items:
        metals = read_metals(s, skip_articles(s, i))
        return (metals.end, metals.members) if metals and s.word(metals.end) == "" else None
    items = _own(s, items)
    items = _up_to_present(s, _up_to_class(s, items)) if items else []
    if not items or CLASS.find(s, items[-1].end):
        return None
    if items[-1].end < len(s.words) and _suffix(s, items[-1].end):
        return None
    return items[-1].end, frozenset().union(*(item.members for item in items))


_PRESENT = Phrases(
    dict.fromkeys(("present", "in it", "inside", "needed", "required", "containing", "bearing",
                   "as a constituent", "as a component", "in the composition", "in the formula",
                   "among its elements", "as one of its elements", "based", "included"), True)
)  # fmt: skip
"""behind an element that is there"""


def _up_to_present(s: Sentence, items: list[Item]) -> list[Item]:
    """Leave out the end of a list that is asked for: 'no lead, zinc present'."""
    for k in range(1, len(items)):
        named = k + 1 < len(items) and items[k + 1].joint in ("-", " ")  # ', Cu-O system'
        closed = items[k - 1].joint in ("or", "and")  # 'no Li or Co, iron'
        # 'no Li, and with iron', 'no Li, elements Ba and O'
        other = s.word(items[k].start - 1) in ("with", "elements", ":")
        if (items[k].joint == "," and (named or closed)) or other:
            return items[:k]
    last = items[-1] if len(items) > 1 else None
    if last and last.joint == "," and _PRESENT.find(s, last.end + (s.word(last.end) == "-")):
        return items[:-1]
    return items


def _up_to_class(s: Sentence, items: list[Item]) -> list[Item]:
    """Leave out the end of a list that names a compound of its own: 'no lead, zinc oxides'."""
    if not CLASS.find(s, items[-1].end) and not _suffix(s, items[-1].end):
        return items
    last = len(items) - 1
    while last and items[last].joint in (" ", "-"):
        last -= 1
    return items[:last]


def _cued(s: Sentence, i: int) -> Found | None:
    cue = _CUES.find(s, i)
    if cue is None:
        return None
    end, mode = cue
    after = skip_articles(s, end)
    inner = _CUES.find(s, after)
    if mode == "contain" and inner and inner[1] == "exact":
        after, mode = skip_articles(s, inner[0]), "exact"
    items = _own(s, read_list(s, after, sure=True))
    if not items or _is_other(s, items):
        return None
    if CLASS.find(s, items[-1].end) or _suffix(s, items[-1].end):
        items = [] if mode != "contain" else _up_to_class(s, items)
        if not items:
            return None
    end = items[-1].end
    if mode == "of":
        mode = "contain" if len(items) < 2 or any(item.family for item in items) else "exact"
    if no_other := _NO_OTHER.find(s, end):
        mode, end = "exact", no_other[0]
    if mode == "exact" and _goes_on(s, end):
        mode = "contain"
    return Found(end, _exactly(items) if mode == "exact" else _with(items))


def _own(s: Sentence, items: list[Item], *, cued: bool = True) -> list[Item]:
    """Leave out the end of a list that says something of its own.

    Such are 'and titanium in octahedral sites', 'calcium, nickel tin-structured' and 'plus cobalt-
    and cadmium-free'.
    """
    for k, item in enumerate(items):
        others = (read_surroundings(s, item.start), read_symmetry(s, item.start))
        if any(other and other.end > item.end for other in others):
            return items[:k]
        kind = read_structure_type(s, item.start) if k else None
        if kind and kind.end > items[-1].end:
            return items[:k]
        free = _bare(s, item.start) if cued and k and s.word(item.end) == "-" else None
        if free and isinstance(free.filter, Test) and free.filter.op == "has_none":
            return items[:k]
    return items


def _is_other(s: Sentence, items: list[Item]) -> bool:
    """Tell 'with the nickel tin prototype' and 'with B above 200 GPa' from lists of elements."""
    last = items[-1].end
    readers = (read_phrase, read_quantity, read_symmetry)
    found = [read(s, item.start) for item in items for read in readers]
    return any(other and other.end > last for other in found)


def _goes_on(s: Sentence, i: int) -> bool:
    """Tell whether a list ends in elements without a name: 'and one further element'."""
    more = s.words[i : i + 5]
    return (
        bool(more)
        and more[0] in ("and", ",", "plus", "+", "with")
        and (
            bool({"element", "elements", "metal", "metals"} & set(more[1:]))
            and bool({"one", "two", "another", "other", "further", "more"} & set(more[1:4]))
        )
    )


def _suffix(s: Sentence, i: int) -> tuple[int, str] | None:
    """Read '-free', 'free', '-containing' and the like behind elements."""
    k = i + 1 if s.word(i) == "-" else i
    word = s.word(k)
    if word == "free" and (k > i or s.word(k + 1) not in ("of", "from", "energy", "standing")):
        return k + 1, "none"
    if k > i and word in ("containing", "based", "bearing", "rich", "only"):
        return k + 1, "exact" if word == "only" else "contain"
    if k == i and word in ("based", "bearing"):
        return k + 1, "contain"
    if k == i and word == "containing" and not read_item(s, skip_articles(s, k + 1), sure=True):
        return k + 1, "contain"
    return None


def _bare(s: Sentence, i: int) -> Found | None:
    """Read elements, a class, or both, that no other word announces."""
    items = read_list(s, i)
    compound = bool(CLASS.find(s, i + 1)) or s.word(i + 1).removesuffix("s") in _THINGS
    lone = len(s.raw[i]) == 1 and s.raw[i] != "I" and s.word(i - 1) != "-"
    if not items and lone and compound:
        items = [item] if (item := read_item(s, i, sure=True)) else []  # 'K oxides'
    if not items:
        metals = read_metals(s, i)
        if metals and (of_metal := _of_metal(s, metals)):
            return of_metal
        if metals and (suffix := _suffix(s, metals.end)) and suffix[1] == "none":
            return Found(suffix[0], Test("elements", "has_none", in_order(metals.members)))
        return _class(s, i, [])
    items = _own(s, _hyphened(items), cued=False) or items[:1]
    end = items[-1].end
    if (suffix := _suffix(s, end)) and items[-1].joint == "," and " " in {x.joint for x in items}:
        items = items[:-1]  # 'yttrium palladium, chalcogen-free'
        end, suffix = items[-1].end, None
    if suffix:
        return Found(suffix[0], _by_mode(items, suffix[1]))
    if s.word(end) == "-" and CLASS.find(s, end + 1):
        end += 1
    found = _class(s, end, items)
    if found or _is_like(s, end):
        return found
    if s.word(end) == "-" and s.word(end + 1) in ("o", "x"):
        return None
    return _plain_list(s, items)


_THINGS = frozenset(("material", "compound"))


def _is_like(s: Sentence, i: int) -> bool:
    """Tell 'bismuth trifluoride-like', which is not of bismuth."""
    found = CLASS.find(s, i)
    return bool(found) and found is not None and s.word(s.skip(found[0], ("-",))) == "like"


def _of_metal(s: Sentence, metals: Item) -> Found | None:
    """Read 'metal oxide' and 'metal-containing'."""
    end = s.skip(metals.end, ("-",))
    some = Test("elements", "has_any", in_order(metals.members))
    if s.word(end) in ("containing", "bearing") and s.word(i := metals.end) in ("-", s.word(end)):
        follows = _class(s, end + 1, [])
        if follows:
            return Found(follows.end, All((some, follows.filter)))
        return Found(end + 1, some) if i < end else None
    found = _class(s, end, []) if s.word(metals.start) == "metal" else None
    word = CLASS.find(s, end)
    if found is None or word is None or word[1][0] == "intermetallic":
        return None
    return Found(found.end, All((some, found.filter)))


def _hyphened(items: list[Item]) -> list[Item]:
    """Keep to 'Mg-Zn-Y' where other elements follow it without a hyphen."""
    last = 1
    while last < len(items) and items[last].joint == "-":
        last += 1
    return items[:last] if last > 1 else items


def _plain_list(s: Sentence, items: list[Item]) -> Found | None:
    end = items[-1].end
    hyphened = len(items) > 1 and all(item.joint == "-" for item in items[1:])
    if hyphened and (s.word(end) in _BONDS or any(item.family for item in items)):
        return None
    no_other = _NO_OTHER.find(s, end)
    joints = {item.joint for item in items[1:]}
    if no_other and (len(items) > 1 or s.word(no_other[0] - 1) not in ("system", "diagram")):
        return Found(no_other[0], _exactly(items))
    if hyphened:
        return Found(end, _exactly(items))
    if "/" in joints:
        return None
    return Found(end, _with(items))


def _by_mode(items: Sequence[Item], mode: str) -> Filter:
    if mode == "none":
        members = frozenset().union(*(item.members for item in items))
        return Test("elements", "has_none", in_order(members))
    return _exactly(items) if mode == "exact" else _with(items)


def _groups(items: Sequence[Item]) -> list[tuple[frozenset[str], bool]]:
    """Part a list at its 'and's: members, and whether any of them will do."""
    chunks: list[list[Item]] = [[items[0]]]
    for item in items[1:]:
        if item.joint in ("and", " ", "-"):
            chunks.append([item])
        else:
            chunks[-1].append(item)
    groups: list[tuple[frozenset[str], bool]] = []
    for chunk in chunks:
        if any(item.joint == "or" for item in chunk[1:]):
            groups.append((frozenset().union(*(item.members for item in chunk)), True))
        else:
            groups += [(item.members, item.family) for item in chunk]
    return groups


def _with(items: Sequence[Item]) -> Filter:
    groups = _groups(items)
    needed = frozenset().union(*(members for members, some in groups if not some))
    tests = [Test("elements", "has_all", in_order(needed))] if needed else []
    tests += [Test("elements", "has_any", in_order(members)) for members, some in groups if some]
    return _all(tests)


def _all(tests: Iterable[Filter]) -> Filter:
    parts = tuple(tests)
    return parts[0] if len(parts) == 1 else All(parts)


def _exactly(items: Sequence[Item]) -> Filter:
    groups = _groups(items)
    members = frozenset().union(*(group for group, _ in groups))
    if any(some for _, some in groups):
        return All((_with(items), Test("elements", "has_only", in_order(members))))
    return Test("chemical_system", "=", system(members))


def _class(s: Sentence, i: int, items: list[Item]) -> Found | None:
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
        return Found(run[0], _all(_of_named(items, run[1])))
    named = bool(items) and _names_one(s, items[0].start, end)
    if not items and s.word(end) in ("of", "between"):
        behind = _own(s, read_list(s, skip_articles(s, end + 1), sure=True))
        if behind and not CLASS.find(s, behind[-1].end):
            items, end = behind, behind[-1].end
    tests = _of_class(word, items, exact=counted or named)
    wider = _all(_of_class(word, items, exact=False)) if named and not counted else None
    kind = named_after(s, items[0].start, end) if named else None
    return Found(end, _all(tests), kind or wider)


_KINDS = frozenset("compounds materials phases crystals structures solids ceramics glasses".split())
_MOST_ADJECTIVES = 4


def _names_one(s: Sentence, start: int, end: int) -> bool:
    """Tell 'magnesium silicide', the name of a compound, from 'a silicide' and 'silicides'."""
    if s.word(end - 1).endswith("s") or s.word(end) in _KINDS:
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
        return [_with(items), Test("elements", "has_all", in_order(named))]
    members = frozenset().union(*(item.members for item in items))
    return [Test("chemical_system", "=", system(members | named))]


def _named(word: str) -> str:
    return "oxide" if word in _ATES else word


_BONDED = frozenset((*OXYANION_CENTRES, "hydroxide", "peroxide"))
"""classes that say more than their elements: how these are bonded"""


def _of_class(word: str, items: list[Item], *, exact: bool) -> list[Filter]:
    """Write a class and its elements; see the head of this file."""
    named = _PLACES.get(word)
    groups = _groups(items) if items else []
    certain = bool(groups) and not any(some for _, some in groups) and named is not None
    exact = exact and bool(named) and word not in _ATES
    if certain and named is not None and (len(groups) > 1 or exact):
        members = frozenset().union(*(members for members, _ in groups))
        if len(members) > 1 or exact:
            whole: list[Filter] = [Test("chemical_system", "=", system(members | named))]
            if word in _BONDED:
                whole.append(Test("classes", "has_all", (word,)))
            return whole
    tests: list[Filter] = [_with(items)] if items else []
    if word in _METALLIDES:
        return [*tests, Test("elements", "has_all", (_METALLIDES[word],))]
    if word in _ATES:
        tests.append(Test("elements", "has_all", (_ATES[word],)))
    return [*tests, Test("classes", "has_all", (_named(word),))]


def _formula(s: Sentence, i: int) -> Found | None:
    """Read a formula or a general formula; several are joined by the caller."""
    match = _RUN.match(s.text, s.starts[i])
    if match is None:
        return None
    text = match.group()
    while text and match.start() + len(text) not in s.ends:
        text = text[:-1]
    if text.count("(") < text.count(")"):
        text = text.rstrip(")")
    end = s.token_at(match.start() + len(text))
    if not text or (s.word(end) in (".", "+") and s.word(end + 1)[:1].isdigit() and s.glued(end)):
        return None
    following = s.text[match.start() + len(text) : match.start() + len(text) + 2]
    if following[:1] in "-_" and following[1:2].isalpha() and following[1:2] in "xyz":
        return None
    pattern = read_pattern(text)
    if pattern:
        shape, named = pattern
        tests: list[Filter] = [Test("anonymous_formula", "=", shape)]
        if named:
            tests.append(Test("elements", "has_all", in_order(frozenset(named))))
        return Found(end, _all(tests))
    counts = read_formula(text)
    if counts is None or s.word(end) in ("octahedra", "tetrahedra", "capture", "reduction",
                                         "storage", "emission", "emissions", "like", "octahedron",
                                         "tetrahedron", "units", "groups", "layers", "sensor",
                                         "sensing", "conversion"):  # fmt: skip
        return None
    after = s.word(end + 1) if s.word(end) == "-" else ""
    if CLASS.find(s, end) and not any(map(str.isdigit, text)):
        return None  # 'LiFe oxides'
    if after in ("style", "like", "type", "related", "derived", "based", "doped"):
        return None
    return Found(end, Test("formula", "=", reduced_formula(counts)))
