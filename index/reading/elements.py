"""Elements and families in a text: which words name them, and lists of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from clac.data.chemistry import FAMILIES, is_metal
from clac.data.elements import ELEMENT_NAMES, SYMBOLS
from clac.data.grammar.composition_words import FAMILY_NAMES
from index.reading.sentence import Phrases, Sentence, cut

NAMES: Mapping[str, str] = {cut(name).words[0]: s for s, name in ELEMENT_NAMES.items()}
"""symbol by the name of the element, in one word and the spelling of `sentence.cut`"""
_SYMBOLS = frozenset(SYMBOLS)
_DOUBTFUL = frozenset("In As At No He Be Am Os Re Ho Pa La Mo Es So Th".split())
"""symbols of two letters that also begin sentences, or name something else"""
_OF_USES = frozenset(
    "ion ions battery batteries storage evolution sensor sensors capture reduction coloured colour "
    "like vacancy vacancies diffusion conductor conductors conduction standard plated coated doped "
    "doping cell cells steel black fiber fibre nanotube nanotubes footprint neutral mine ore ores "
    "metal-ion mobility intercalation plating age deficient poor site sites type shaped edge "
    "dating air acid bullet foil cans can electrode electrodes anode anodes junction".split()
)
"""what makes an element a part of a use or an effect, which says little of the composition"""
_VERBS_BEFORE_LEAD = frozenset("to can could may might will would that which they it does do "
                               "would not".split())  # fmt: skip
_MAIN_ROWS = {
    1: "H Li Na K Rb Cs Fr", 2: "Be Mg Ca Sr Ba Ra", 3: "Sc Y La Ac", 4: "Ti Zr Hf Rf",
    5: "V Nb Ta Db", 6: "Cr Mo W Sg", 7: "Mn Tc Re Bh", 8: "Fe Ru Os Hs", 9: "Co Rh Ir Mt",
    10: "Ni Pd Pt Ds", 11: "Cu Ag Au Rg", 12: "Zn Cd Hg Cn", 13: "B Al Ga In Tl Nh",
    14: "C Si Ge Sn Pb Fl", 15: "N P As Sb Bi Mc", 16: "O S Se Te Po Lv", 17: "F Cl Br I At Ts",
    18: "He Ne Ar Kr Xe Rn Og",
}  # fmt: skip
METALS = frozenset(symbol for symbol in SYMBOLS if is_metal(symbol))


def _families() -> dict[str, frozenset[str]]:
    table = dict(FAMILIES)
    for name, others in FAMILY_NAMES.items():
        table.update((other, FAMILIES[name]) for other in others)
    noble = frozenset("Ru Rh Pd Ag Os Ir Pt Au".split())
    table.update({
        "alkali": FAMILIES["alkali metal"], "alkalis": FAMILIES["alkali metal"],
        "noble metal": noble, "precious metal": noble,
        "platinum group metal": FAMILIES["platinum-group metal"],
        "platinum group element": FAMILIES["platinum-group metal"],
        "semimetal element": FAMILIES["metalloid"], "pnictogens": FAMILIES["pnictogen"],
    })  # fmt: skip
    for n, row in _MAIN_ROWS.items():
        members = frozenset(row.split()) - ({"H"} if n == 1 else set())
        table.update((f"group {n} {noun}", members) for noun in ("element", "metal", "atom"))
    return table


_FAMILIES = Phrases(_families(), plural=True)
_WRITTEN: Mapping[str, frozenset[str]] = {
    "TM": FAMILIES["transition metal"], "RE": FAMILIES["rare earth"],
    "REE": FAMILIES["rare earth"], "Ln": FAMILIES["lanthanide"],
}  # fmt: skip
_MORE_FAMILIES = Phrases({"metal": METALS, "metals": METALS})
_ARTICLES = Phrases(
    dict.fromkeys(
        ("another", "other", "some other", "any other", "the other", "at least one", "one of the",
         "any of the", "one or more", "some of the", "at least one of the", "any one of the",
         "the element", "the elements", "elements", "element", "any", "an", "a", "some", "the",
         "both", "either", "any of", "one of", "at least one of", "at least an", "all of", "one",
         "each of", "also"), True
    )
)  # fmt: skip
_MOST_ARTICLES = 4
_MOST_ITEMS = 24
_SEPARATORS = Phrases(
    {
        **dict.fromkeys((",", ", and", "and", "&", "+", "plus", "as well as", "together with",
                         "along with", "and also", "but also", "alongside",
                         ", as well as", "and with"), "and"),
        **dict.fromkeys(("or", ", or", "/", "and/or", "nor", ", nor", "or else"), "or"),
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Item:
    """An element or a family of elements."""

    start: int
    end: int
    members: frozenset[str]
    joint: str
    """what stands before it: '', ' ', '-', ',', 'and' or 'or'"""
    family: bool = False
    symbol: bool = False


def read_item(s: Sentence, i: int, joint: str = "", *, sure: bool = False) -> Item | None:
    """Read one element or family; sure: the context says that elements are named."""
    family = _FAMILIES.find(s, i)
    if family:
        return Item(i, family[0], family[1], joint, family=True)
    name = NAMES.get(s.word(i))
    if name:
        return None if _part_of_use(s, i) else Item(i, i + 1, frozenset((name,)), joint)
    written = _WRITTEN.get(s.raw[i]) if 0 <= i < len(s.raw) else None
    if written:
        return Item(i, i + 1, written, joint, family=True)
    if not _is_symbol(s, i):
        return None
    symbol = s.raw[i]
    if not sure and (len(symbol) == 1 or symbol in _DOUBTFUL) and not _suffixed(s, i + 1):
        return None
    return Item(i, i + 1, frozenset((symbol,)), joint, symbol=True)


def read_metals(s: Sentence, i: int) -> Item | None:
    """Read 'metal' or 'metals' as the family of all metals."""
    found = _MORE_FAMILIES.find(s, i)
    return Item(i, found[0], found[1], "", family=True) if found else None


def _suffixed(s: Sentence, i: int) -> bool:
    if s.word(i) == "free" and s.word(i + 1) not in ("of", "from") and s.raw[i - 1] != "I":
        return True
    after = s.word(i + 1) if s.word(i) == "-" else ""
    return after in ("free", "containing", "based", "bearing", "rich")


def _is_symbol(s: Sentence, i: int) -> bool:
    if not 0 <= i < len(s.raw) or s.raw[i] not in _SYMBOLS:
        return False
    if s.glued(i + 1) and (s.word(i + 1)[0].isdigit() or s.word(i + 1) in "_()["):
        return s.word(i + 1) == ")"
    if s.glued(i) and (s.word(i - 1)[-1:].isalnum() or s.word(i - 1) in "_)"):
        return False
    hyphened = s.word(i + 1) == "-" and s.glued(i + 1) and s.glued(i + 2)
    after = s.word(i + 2) if hyphened else s.word(i + 1)
    if hyphened and (after[0].isdigit() or after in ("bar", "site", "sites", "type", "lattice")):
        return False  # 'R-3m', 'B-site'
    if after in ("centring", "centred", "lattice", "bravais"):
        return False
    return after not in _OF_USES - {"site", "sites", "type"} and s.word(i - 1) != "delta"


def _part_of_use(s: Sentence, i: int) -> bool:
    after = s.word(i + 2) if s.word(i + 1) == "-" else s.word(i + 1)
    if after in _OF_USES:
        return True
    if s.word(i - 1) in ("fool's",):
        return True
    return s.word(i) == "lead" and (after in ("to", "the") or s.word(i - 1) in _VERBS_BEFORE_LEAD)


def skip_articles(s: Sentence, i: int) -> int:
    """Return the place behind 'any', 'at least one', 'the elements' and the like."""
    for _ in range(_MOST_ARTICLES):
        found = _ARTICLES.find(s, i)
        if found is None:
            break
        i = found[0] + (s.word(found[0]) == ":")
    return i


def read_list(s: Sentence, i: int, *, sure: bool = False) -> list[Item]:
    """Read elements and families that stand together; [] where there is none."""
    first = read_item(s, i, sure=sure) or _doubtful_first(s, i)
    if first is None:
        return []
    items = [first]
    while following := _next(s, items[-1], sure=sure or _certain(items)):
        items.append(following)
        if len(items) == _MOST_ITEMS:
            break
    return items


def _certain(items: list[Item]) -> bool:
    return any(not item.family for item in items)


def _doubtful_first(s: Sentence, i: int) -> Item | None:
    """Take 'In, Ga and As' as elements: a certain one follows in the same list."""
    first = read_item(s, i, sure=True)
    if first is None or s.word(first.end) == "":
        return None
    following = _next(s, first, sure=False)
    if following and following.joint == "-" and following.symbol:
        return first
    if following and following.joint not in (" ", "-") and following.symbol:
        return first
    # 'O-P-Zn': all of one letter but the last
    if s.word(first.end) == "-" and (second := _next(s, first, sure=True)) and second.joint == "-":
        return first
    return None


def _next(s: Sentence, item: Item, *, sure: bool) -> Item | None:
    end = item.end
    if s.word(end) == "-" and s.glued(end):
        if s.glued(end + 1):
            return read_item(s, end + 1, "-", sure=sure or item.symbol)
        end += 1  # 'Pb- and Cd-free'
    separator = _SEPARATORS.find(s, end)
    if s.word(end) in ("/", "+") and not s.glued(end) and not item.symbol:
        return None  # 'cobalt rhenium / tungsten carbide-type'
    if separator is None:
        listed = sure and item.symbol and s.raw[end : end + 1] != ("I",)
        return read_item(s, end, " ", sure=listed) if end == item.end else None
    joint = separator[1]
    if s.word(end) == "," and separator[0] == end + 1:
        joint = ","
    following = read_item(s, skip_articles(s, separator[0]), joint, sure=sure)
    if following is None and item.symbol:
        following = read_item(s, separator[0], joint, sure=True)
    return following
