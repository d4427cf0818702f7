"""What a compound is made of: lists of elements, alone and behind what announces them."""

from __future__ import annotations

from collections.abc import Sequence

from index.filters import Filter, Test
from index.reading.classes import CLASS, is_like, read_class, read_of_metal
from index.reading.element_tests import exactly, with_all
from index.reading.elements import Item, read_item, read_list, read_metals, skip_articles
from index.reading.formula_words import read_formula_word
from index.reading.formulas import in_order
from index.reading.lists import own_items
from index.reading.negation import excluded_behind
from index.reading.phrases import read_phrase
from index.reading.quantities import read_quantity
from index.reading.sentence import Found, Phrases, Sentence
from index.reading.symmetry import read_symmetry

_CONTAIN = (
    "contains", "contain", "containing", "with", "including", "includes", "include", "has", "have",
    "having", "featuring", "incorporating", "incorporates", "incorporate", "feature", "involving",
    "involve", "involves", "based on", "made with", "elements",
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
    "form of", "forms of", "polymorph of", "polymorphs of", "allotrope of", "allotropes of",
    "crystal structure of", "elements only :", "chemical system", "chemical system :",
    "phase diagram of",
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
_BONDS = frozenset(
    "bond bonds bonding distance distances octahedra octahedron tetrahedra tetrahedron polyhedra "
    "polyhedron layers planes chains interactions stretching angle angles - length lengths".split()
)


def read_composition(s: Sentence, i: int) -> Found | None:
    """Read what a compound is made of, at a position."""
    if i and s.glued(i) and s.word(i - 1)[-1:].isalnum():
        return None
    found = [read for read in (_cued(s, i), read_formula_word(s, i), _bare(s, i)) if read]
    return max(found, key=lambda read: read.end, default=None)


def read_listed(s: Sentence, i: int) -> tuple[int, frozenset[str]] | None:
    """Read elements behind 'without': the end of their list and all of them."""
    items = read_list(s, skip_articles(s, i), sure=True)
    if not items:
        metals = read_metals(s, skip_articles(s, i))
        return (metals.end, metals.members) if metals and s.word(metals.end) == "" else None
    items = _without_free(s, own_items(s, items))
    items = _up_to_present(s, _up_to_class(s, items)) if items else []
    if not items or CLASS.find(s, items[-1].end):
        return None
    if items[-1].end < len(s.words) and _suffix(s, items[-1].end):
        return None
    return items[-1].end, frozenset().union(*(item.members for item in items))


_PRESENT = Phrases(
    dict.fromkeys(("present", "in it", "inside", "needed", "required", "containing", "bearing",
                   "as a constituent", "as a component", "in the composition", "in the formula",
                   "among its elements", "as one of its elements", "based", "included", "together",
                   "both present", "as the anion", "as anion", "is the anion", "acts as the anion",
                   "serves as the anion", "acting as the anion", "for its anion", "anions"), True)
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
    if last and _PRESENT.find(s, last.end + (s.word(last.end) == "-")):
        if last.joint == ",":
            return items[:-1]
        if last.joint == "and" and items[-2].joint == ",":  # 'no Pb, Te and W together'
            return items[:-2]
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
    items = _without_free(s, own_items(s, read_list(s, after, sure=True)))
    if not items or _is_other(s, items):
        return None
    if CLASS.find(s, items[-1].end) or _suffix(s, items[-1].end):
        apart = items[-1].joint == "," and len(items) > 1  # 'made of Nb and O, O-containing'
        items = items[:-1] if apart else [] if mode != "contain" else _up_to_class(s, items)
        if not items:
            return None
    end = items[-1].end
    if mode == "of":
        mode = "contain" if len(items) < 2 or any(item.family for item in items) else "exact"
    no_other = _NO_OTHER.find(s, end)
    if no_other and (len(items) > 1 or s.word(no_other[0] - 1) not in ("system", "diagram")):
        mode, end = "exact", no_other[0]
    if mode == "exact" and _goes_on(s, end):
        mode = "contain"
    return Found(end, exactly(items) if mode == "exact" else with_all(items))


def _without_free(s: Sentence, items: list[Item]) -> list[Item]:
    """Leave out 'plus cobalt- and cadmium-free' at the end of a list."""
    for k, item in enumerate(items[1:], 1):
        free = _bare(s, item.start) if s.word(item.end) == "-" else None
        if free and isinstance(free.filter, Test) and free.filter.op == "has_none":
            return items[:k]
    last = items[-1] if len(items) > 1 else None
    if last and last.joint in (" ", ",") and excluded_behind(s, last.end):
        return items[:-1]  # 'rubidium and caesium, hydrogen not included'
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
    thing = len(s.raw[i]) == 1 and s.word(i + 1).removesuffix("s") in _THINGS
    compound = thing or bool(CLASS.find(s, i + 1))
    lone = s.raw[i] not in _WORDS_TOO and s.word(i - 1) != "-"
    if not items and lone and compound:
        items = [item] if (item := read_item(s, i, sure=True)) else []  # 'K oxides'
    if not items:
        metals = read_metals(s, i)
        if metals and (of_metal := read_of_metal(s, metals)):
            return of_metal
        if metals and (suffix := _suffix(s, metals.end)) and suffix[1] == "none":
            return Found(suffix[0], Test("elements", "has_none", in_order(metals.members)))
        return read_class(s, i, [])
    items = own_items(s, _hyphened(items)) or items[:1]
    end = items[-1].end
    joints = {item.joint for item in items}
    if (suffix := _suffix(s, end)) and items[-1].joint == "," and joints & {" ", "and", "or"}:
        items = items[:-1]  # 'yttrium palladium, chalcogen-free'
        end, suffix = items[-1].end, None
    if suffix and suffix[1] == "none" and (named := _before_free(items)):
        items, end, suffix = named, named[-1].end, None
    if suffix:
        return Found(suffix[0], _by_mode(items, suffix[1]))
    if s.word(end) == "-" and CLASS.find(s, end + 1):
        end += 1
    found = read_class(s, end, items)
    if found or is_like(s, end):
        return found
    if s.word(end) == "-" and s.word(end + 1) in ("o", "x"):
        return None
    return _plain_list(s, items)


def _before_free(items: list[Item]) -> list[Item]:
    """Return the name in front of what is not there: 'erbium gallium' of 'erbium gallium Li-free'.

    It is [] where all are joined: 'Pb- and Cd-free'.
    """
    k = len(items) - 1
    while k and items[k].joint in ("and", "or", ","):
        k -= 1
    return items[:k]


_WORDS_TOO = frozenset("I In As At No He Be Am So Mo Pa La".split())
"""symbols that also are words at the beginning of a sentence"""
_THINGS = frozenset(("material", "compound"))


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
        return Found(no_other[0], exactly(items))
    if hyphened:
        return Found(end, exactly(items))
    if "/" in joints:
        return None
    return Found(end, with_all(items))


def _by_mode(items: Sequence[Item], mode: str) -> Filter:
    if mode == "none":
        members = frozenset().union(*(item.members for item in items))
        return Test("elements", "has_none", in_order(members))
    return exactly(items) if mode == "exact" else with_all(items)
