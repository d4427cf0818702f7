"""Descriptions in several words: 'compound whose anion is oxygen', 'bonds along every axis'.

They are the phrases of the grammar that writes captions, each with the one meaning it has there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

from clac.data.grammar import composition_words
from clac.data.grammar.class_words import CLASS_ACTS, CLASS_DESCRIPTIONS
from clac.data.grammar.layer_words import LAYER_DESCRIPTIONS
from clac.data.grammar.more_class_words import MORE_CLASS_ACTS, MORE_CLASS_DESCRIPTIONS
from clac.data.grammar.number_words import CELL_SIZES, IN_CELL
from clac.data.grammar.quantity_words import WORDS
from clac.data.grammar.say_bonds import LAYER_WORDS, MORE_LAYER_WORDS, NO_LAYERS
from clac.data.grammar.structure_words import (
    ACENTRIC,
    CENTRIC,
    CENTRING_WORDS,
    CENTRINGS,
    MORE_CENTRINGS,
    POLAR,
    SYSTEM_WORDS,
)
from clac.data.grammar.type_words import TYPE_WORDS
from index.filters import All, Filter, Test
from index.reading.elements import METALS
from index.reading.formulas import in_order
from index.reading.neighbours import keeps_its_meaning
from index.reading.phrases import bounds
from index.reading.sentence import Found, Phrases, Sentence, remembered
from index.reading.structures import type_called
from index.reading.templates import spoken

_INF = float("inf")
_ELEMENT_SAID = frozenset(
    ("compound containing fluorine", "fluorine-containing compound", "fluorine compound",
     "solid with fluorine in it", "crystal that has fluorine among its elements",
     "fluorine-bearing solid", "contains fluorine", "has fluorine in it", "fluorine-based crystal",
     "combines fluorine with other elements")
)  # fmt: skip
"""descriptions of a class that say no more than that an element is there"""
_HEADS = ("compound ", "crystal ", "solid ", "material ", "structure ", "phase ")
_TAILS = ("whose ", "with ", "in which ", "that ", "built ", "made ", "formed ", "without ")
"""what a description begins with behind its noun, where it is still clear without it"""
_ENTIRELY_METAL = (
    *composition_words.INTERMETALLIC[0], *composition_words.INTERMETALLIC[1],
    "metals only", "metals alone", "only metals", "made only of metals", "made of metals only",
    "made purely of metals", "nothing but metals", "metal-metal", "metals and nothing else",
)  # fmt: skip
_METALS = in_order(METALS)
_ONE_ELEMENT = (*composition_words.ELEMENTAL[0], *composition_words.ELEMENTAL[1])
_IONS = ("ions", "anions", "ion as the anion", "as the anion", "anion")
_UNITS = ("groups", "units", "anions", "ions", "oxyanions", "anion groups", "tetrahedra")


@remembered
def read_wording(s: Sentence, i: int) -> Found | None:
    """Read a description at a position."""
    found = _table().find(s, i)
    if found is None or not keeps_its_meaning(s, i, found[0]):
        return None
    return Found(*found)


@lru_cache(maxsize=1)
def _table() -> Phrases[Filter]:
    table: dict[str, Filter] = {}
    for source in (_structure_types, _classes, _layers, _lattices, _inversions, _systems, _sizes):
        for phrase, meaning in source():
            table.setdefault(phrase, meaning)
    return Phrases(table)


def _bare(text: str) -> Iterator[str]:
    """Write a noun phrase with and without its article."""
    yield text
    for article in ("a ", "an "):
        if text.startswith(article):
            yield text.removeprefix(article)


def _acts(text: str) -> Iterator[str]:
    """Write a predicate in all of its forms, and what it says without its verb."""
    yield from spoken(text)
    verb, _, rest = text.partition(" ")
    if verb in ("is", "has", "contains", "consists") and rest not in ("soft", "of layers"):
        yield from _bare(rest.removeprefix("of "))


def _classes() -> Iterator[tuple[str, Filter]]:
    for table in (CLASS_DESCRIPTIONS, MORE_CLASS_DESCRIPTIONS):
        for word, phrases in table.items():
            for text in phrases:
                yield from ((said, _class(word)) for said in _nouns(text))
    for acts in (CLASS_ACTS, MORE_CLASS_ACTS):
        for word, phrases in acts.items():
            for text in phrases:
                if text not in _ELEMENT_SAID:
                    yield from ((said, _class(word)) for said in _acts(text))
    for text in _ENTIRELY_METAL:
        yield text, _class("intermetallic")
        yield f"{text}s", _class("intermetallic")
    for verb in ("with", "contains", "containing", "has", "having", "contain", "have", "including"):
        for metal in ("a metal", "any metal", "at least one metal", "metals"):
            yield f"{verb} {metal} in it", Test("elements", "has_any", _METALS)
            if metal != "metals" and verb not in ("has", "have", "having"):
                yield f"{verb} {metal}", Test("elements", "has_any", _METALS)
    for text in _ONE_ELEMENT:
        yield text, Test("nelements", "=", 1)


@lru_cache(maxsize=64)
def _class(word: str) -> Test:
    return Test("classes", "has_all", (word,))


def _nouns(text: str) -> Iterator[str]:
    """Write a description with its noun in the plural too, and without it where that is clear."""
    if text in _ELEMENT_SAID:
        return
    yield text
    yield f"{text}s"
    for head in _HEADS:
        rest = text.removeprefix(head)
        if rest != text:
            yield f"{head.strip()}s {rest}"
            if rest.startswith(_TAILS):
                yield rest


def _layers() -> Iterator[tuple[str, Filter]]:
    for layers in LAYER_WORDS:
        nouns, acts = [], []
        for adjectives, fragments, predicates in (LAYER_WORDS[layers], MORE_LAYER_WORDS[layers]):
            nouns += [*adjectives, *fragments]
            acts += predicates
        more, more_acts = LAYER_DESCRIPTIONS[layers]
        for text in (*nouns, *more):
            yield from ((said, _dimension(layers, text)) for said in _bare(text))
        for text in (*acts, *more_acts):
            yield from ((said, _dimension(layers, text)) for said in _acts(text))


def _dimension(layers: str, text: str) -> Test:
    """Chains and molecules are no layers either: to have no layers is not to be a framework."""
    return _NO_LAYERS if layers == "3D" and NO_LAYERS.match(text) else _LAYERS[layers]


_NO_LAYERS = Test("dimensionality", "!=", "2D")
_LAYERS = {layers: Test("dimensionality", "=", layers) for layers in LAYER_WORDS}


_LETTERS: Mapping[str, tuple[str, ...]] = {"C": ("A", "C"), "A": ("A", "C")}
"""centrings that the same words are said of"""


def _centring(letter: str) -> Test:
    letters = _LETTERS.get(letter)
    return Test("centring", "in", letters) if letters else Test("centring", "=", letter)


def _lattices() -> Iterator[tuple[str, Filter]]:
    for letter, phrases in CENTRING_WORDS.items():
        own = (f"{letter} cent", f"an {letter}-", f"a {letter} ", f"a {letter}-")
        for text in phrases:
            meaning = Test("centring", "=", letter) if text.startswith(own) else _centring(letter)
            yield from ((said, meaning) for said in _bare(text))
    for letter in CENTRINGS:
        for word in (*CENTRINGS[letter], *MORE_CENTRINGS[letter]):
            for noun in (" lattice", " bravais lattice", " lattices"):
                yield word + noun, _centring(letter)
            if letter != "R":
                yield from ((f"{word} {name}{noun}", _with_system(letter, name))
                            for name in ("triclinic", "monoclinic", "orthorhombic", "tetragonal",
                                         "cubic")
                            for noun in (" lattice", " bravais lattice"))  # fmt: skip


def _with_system(letter: str, name: str) -> Filter:
    return All((Test("crystal_system", "=", name), _centring(letter)))


def _inversions() -> Iterator[tuple[str, Filter]]:
    for words, meaning in (
        (CENTRIC, Test("centrosymmetric", "=", True)),
        (ACENTRIC, Test("centrosymmetric", "=", False)),
        (POLAR, Test("polar", "=", True)),
    ):
        for plain in words["predicate"]:
            for text in plain:
                yield from ((said, meaning) for said in spoken(text))


def _systems() -> Iterator[tuple[str, Filter]]:
    for name, phrases in SYSTEM_WORDS.items():
        meaning = Test("crystal_system", "=", name)
        yield from ((said, meaning) for text in phrases for said in _bare(text))


def _sizes() -> Iterator[tuple[str, Filter]]:
    for low, high, called, count in CELL_SIZES:
        meaning = Test("n_atoms", ">=", low) if high == _INF else Test("n_atoms", "<=", high)
        for word in called:
            for cell in ("primitive cell", "primitive unit cell"):
                yield f"{word} {cell}", meaning
        for place in (*IN_CELL[0], *IN_CELL[1], ""):
            yield f"{count} {place}".strip(), meaning
    for words in WORDS:
        for text in (*words.predicates, *words.more_predicates):
            if not text.startswith(("is ", "has ")) and words.quantity != "energy_above_hull":
                meaning = bounds(words.quantity, words.low, words.high)
                yield from ((said, meaning) for said in spoken(text))


def _structure_types() -> Iterator[tuple[str, Filter]]:
    for name, phrases in TYPE_WORDS.items():
        meaning = type_called(name)
        for text in phrases:
            for said in _respelt(text):
                yield from ((form, meaning) for form in _bare(said))


_SHORT = (
    ("a face-centred cubic ", "an fcc "), ("a hexagonal close-packed ", "an hcp "),
    ("face-centred cubic", "fcc"), ("body-centred cubic", "bcc"), ("cubic close-packed", "ccp"),
    ("hexagonal close-packed", "hcp"),
)  # fmt: skip


def _respelt(text: str) -> Iterator[str]:
    """Write a description also with short names of packings and with other words for holes."""
    short = text
    for word, other in _SHORT:
        short = short.replace(word, other)
    for said in dict.fromkeys((text, short)):
        yield said
        if " hole" in said:
            yield said.replace(" hole", " void")
            yield said.replace(" hole", " interstice")
