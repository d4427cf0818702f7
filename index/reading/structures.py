"""Names of structure types: 'perovskite', 'NaCl-type', 'prototype TiNiSi', 'L1_2 structure'."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from clac.data.chemistry import ANION_NOUNS
from clac.data.elements import ELEMENT_NAMES, OTHER_SPELLINGS
from clac.data.structure_types import StructureType, structure_types
from index.filters import Filter, Test
from index.reading.sentence import Found, Phrases, Sentence, cut, remembered

_TAILS = ("structure type", "crystal structure", "type structure", "structure", "structures",
          "type", "types", "prototype", "lattice", "structured", "polymorph", "arrangement",
          "phase", "phases", "structure types", "typed", "lookalike", "motif",
          "archetype", "pattern",
          "structural arrangement", "structural type", "atomic arrangement", "crystal type",
          "lattice type", "struct", "structural family", "family member", "family",
          "str. type", "str type")  # fmt: skip
_AS = (
    *(f"{arranged} as in" for arranged in ("arranged", "packed", "structure", "ordered")),
    *(f"{verb} like" for verb in ("crystallizing", "crystallizes", "crystallize", "crystallising",
                                  "crystallises", "crystallise", "built", "arranged",
                                  "structurally", "structure", "ordered", "packed")),
    *(f"{verb} {what} of" for verb in ("with", "has", "have", "having", "adopts", "adopting")
      for what in ("structure", "the structure", "the atomic arrangement", "the crystal structure",
                   "the same structure", "atoms arranged")),
    *(f"same {what} as" for what in ("structure", "structure type", "crystal structure",
                                     "atomic arrangement", "structural arrangement",
                                     "kind of structure")),
    "ordered like the atoms of", "atomic arrangement of", "modelled on",
    "structural analogue of", "modeled on",
)  # fmt: skip
"""what is said before the name of a compound or mineral that has the structure"""
TYPE_LABELS = Phrases(
    dict.fromkeys(("prototype", "structure type", "structure prototype", "strukturbericht",
                   "aristotype", "structural prototype", "crystal structure type", "archetype",
                   "strukturbericht symbol", "strukturbericht type", "parent structure",
                   "strukturbericht designation",
                   *(f"{iso} {to}" for to in ("with", "to")
                     for iso in ("isostructural", "iso-structural", "isotypic", "isotypical")),
                   *_AS), True)
)  # fmt: skip
"""what the name of a structure type may follow"""
_TAIL_PHRASES = Phrases(dict.fromkeys(_TAILS, True))
_TYPE_TAILS = Phrases(
    dict.fromkeys((t for t in _TAILS if t not in ("polymorph", "phase", "phases")), True)
)
_NOT_BARE = frozenset(
    ("zintl", "samarium", "selenium", "indium", "arsenic", "2h-mos2", "2h-nbse2",
     "beta tungsten")
)  # fmt: skip
"""names of types that are read only before 'structure' or 'type'"""
_LATTICE_WORDS = frozenset(
    ("fcc", "bcc", "face-centred cubic", "face-centered cubic", "body-centred cubic",
     "body-centered cubic")
)  # fmt: skip
_SUBSTANCES = frozenset(
    (
        *ELEMENT_NAMES.values(),
        *OTHER_SPELLINGS.values(),
        *(n for ns in ANION_NOUNS.values() for n in ns),
    )
)
"""words that make a name that of a substance too, as in 'sodium chloride'"""
_NOT_TYPE_BEFORE = frozenset(
    "like related derived rich free based ish anode anodes electrode electrodes "
    "intercalation anvil".split()
)
"""what makes a structure only similar, or a material a part of a device"""


@remembered
def read_structure_type(s: Sentence, i: int) -> Found | None:
    """Read the name of a structure type at a position."""
    labelled = _labelled(s, i)
    if labelled:
        return labelled
    found = _types().find(s, i)
    return _named(s, i, *found) if found else None


def _labelled(s: Sentence, i: int) -> Found | None:
    """Read 'prototype NaCl' and 'isostructural with TiNiSi'."""
    label = TYPE_LABELS.find(s, i)
    if label is None:
        return None
    found = _types().find(
        s, s.skip(label[0], (":", "=", "is", "the", "of", "a", "with", "mineral"))
    )
    if found is None:
        return None
    tail = _TAIL_PHRASES.find(s, found[0] + (s.word(found[0]) == "-"))
    return Found(tail[0] if tail else found[0], found[1][0])


@lru_cache(maxsize=1)
def _types() -> Phrases[tuple[Filter, bool]]:
    """Names of structure types: the test, and whether 'structure' must follow."""
    names: dict[str, list[str]] = {}
    strict: dict[str, bool] = {}
    for kind in structure_types():
        for word, is_formula in _names_of(kind):
            if word in _LATTICE_WORDS:
                continue
            names.setdefault(word, [])
            if kind.name not in names[word]:
                names[word].append(kind.name)
            strict[word] = strict.get(word, True) and (is_formula or _chemical(word))
    own = {kind.name for kind in structure_types()}
    table = {}
    for word, kinds in names.items():
        if word in own and word != "perovskite":
            kinds = [word]
        test = (
            Test("prototype", "=", kinds[0])
            if len(kinds) == 1
            else Test("prototype", "in", tuple(kinds))
        )
        table[word] = (test, strict[word])
    return Phrases(table, plural=True)


def _names_of(kind: StructureType) -> Iterator[tuple[str, bool]]:
    for word in (kind.name, *kind.words):
        yield word, False
        if "rock salt" in word:
            yield word.replace("rock salt", "rocksalt"), False
    yield from ((word, True) for word in kind.formulas)
    if kind.strukturbericht:
        yield kind.strukturbericht, kind.strukturbericht != "A15"
        if "_" in kind.strukturbericht:
            yield kind.strukturbericht.replace("_", ""), True


def _chemical(word: str) -> bool:
    """Tell whether a name is also the name of a substance, such as 'sodium chloride'."""
    parts = word.lower().replace("-", " ").split()
    if "blende" in parts or parts[0] == "ordered":
        return False
    return word.lower() in _NOT_BARE or not _SUBSTANCES.isdisjoint(parts)


def type_called(name: str) -> Filter:
    """Return the test of a structure type's name, which several types may bear: 'perovskite'."""
    found = _types().find(cut(name), 0)
    return found[1][0] if found else Test("prototype", "=", name)


def named_after(s: Sentence, i: int, end: int) -> Filter | None:
    """Return the structure type that is named after a compound: 'thorium chromium silicide'."""
    found = _types().find(s, i)
    return found[1][0] if found and found[0] == end else None


def _named(s: Sentence, i: int, end: int, meaning: tuple[Filter, bool]) -> Found | None:
    test, strict = meaning
    place = end + 1 if s.word(end) == "-" else end
    oxide = s.word(place) == "oxide" and s.word(i) in ("graphite", "diamond")
    if s.word(place) in _NOT_TYPE_BEFORE or oxide:
        return None
    if s.word(i).endswith("heusler") or s.word(end - 1) == "heusler":
        # Heusler alloys with silicon or antimony are no compounds of metals alone.
        place = s.skip(place, ("alloy", "alloys"))
        end = max(end, place if s.word(place - 1).startswith("alloy") else end)
    tail = (_TYPE_TAILS if strict else _TAIL_PHRASES).find(s, place)
    # 'NaCl', 'B1', not 'b structure'
    capital = len(s.raw[i]) > 2 or not s.raw[i].islower() or end > i + 1
    if strict and not (tail and capital):
        return None
    return Found(tail[0] if tail else end, test)
