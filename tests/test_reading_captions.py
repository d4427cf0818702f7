"""Every description that captions use is read as what it says there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest

from clac.data.grammar import class_words, more_class_words, say_bonds, say_environment
from clac.data.grammar import element_words as elements
from clac.data.grammar import structure_words as structures
from clac.data.grammar.layer_words import LAYER_DESCRIPTIONS
from clac.data.grammar.type_words import TYPE_WORDS
from clac.data.lexicon import lexicon
from index.filters import Filter, Test, columns_of
from index.query import understand
from index.reading.textbook import WISHED

Line = tuple[str, str, object]
"""a text, the one column that it tests, and the value that the test has or is among"""


def one_filter(text: str) -> Filter | None:
    filters = [constraint.filter for constraint in understand(text).constraints]
    return filters[0] if len(filters) == 1 else None


def misread(lines: Iterable[Line]) -> list[tuple[str, Filter | None]]:
    wrong = []
    for text, column, value in lines:
        filter = one_filter(text)
        right = isinstance(filter, Test) and filter.column == column
        if not right or not (filter.value == value or value in filter.value):
            wrong.append((text, filter))
    return wrong


def classes() -> Iterator[Line]:
    more = more_class_words
    for table in (
        class_words.CLASS_DESCRIPTIONS, class_words.CLASS_ACTS,
        more.MORE_CLASS_DESCRIPTIONS, more.MORE_CLASS_ACTS,
    ):  # fmt: skip
        for word, phrases in table.items():
            yield from ((text, "classes", word) for text in phrases if "luorine" not in text)


def layers() -> Iterator[Line]:
    for layers, words in say_bonds.LAYER_WORDS.items():
        more = (*say_bonds.MORE_LAYER_WORDS[layers], *LAYER_DESCRIPTIONS[layers])
        for text in (text for phrases in (*words, *more) for text in phrases):
            absent = layers == "3D" and say_bonds.NO_LAYERS.match(text)
            yield text, "dimensionality", "2D" if absent else layers


def symmetry() -> Iterator[Line]:
    tables = {"crystal_system": structures.SYSTEM_WORDS, "centring": structures.CENTRING_WORDS,
              "prototype": TYPE_WORDS}  # fmt: skip
    for column, table in tables.items():
        for value, phrases in table.items():
            yield from ((text, column, value) for text in phrases)


def links() -> Iterator[Line]:
    for kind, phrases in say_environment.ALIKE.items():
        word = f"octahedron|{kind}|octahedron"
        yield from ((text.format("octahedra"), "linkages", word) for text in phrases)
    for kind, phrases in say_environment.UNLIKE.items():
        word = f"octahedron|{kind}|tetrahedron"
        yield from ((text.format("tetrahedra", "octahedra"), "linkages", word) for text in phrases)


def polyhedra() -> Iterator[Line]:
    for text in (*say_environment.AROUND, *say_environment.INSIDE, *say_environment.IN_WHICH,
                 *say_environment.PUTS):  # fmt: skip
        for shape, words in say_environment.SHAPE_WORDS.items():
            for plural, adjective in words:
                said = text.format(n="titanium", a=adjective, p=plural)
                yield said, "polyhedra", f"Ti {shape}"


def counts() -> Iterator[Line]:
    for text in (*say_bonds.ONE_COUNT, *say_bonds.ONE_COUNT_OF, *say_bonds.CN):
        for n, number in (("5", 5), ("eight", 8)):
            yield text.format(s="zinc", n=n), "coordination", f"Zn:{number}"


def anions() -> Iterator[Line]:
    for form in ("fragment", "predicate"):
        for text in (*elements.ANION[form][0], *elements.ANION[form][1]):
            yield text.format("sulphur"), "classes", "sulfide"
        for text in (*elements.IONS[form][0], *elements.IONS[form][1], *elements.BESIDE[form]):
            yield text.format(w="oxide", e="oxygen"), "classes", "oxide"


@pytest.mark.parametrize(
    "lines", [classes, layers, symmetry, links, polyhedra, counts, anions], ids=lambda f: f.__name__
)
def test_a_description_is_read(lines: object) -> None:
    assert misread(lines()) == []  # type: ignore[operator]


def test_fluorine_is_an_element_where_only_that_is_said() -> None:
    assert one_filter("compound containing fluorine") == Test("elements", "has_all", ("F",))


def test_a_word_of_the_lexicon_is_a_wish_or_has_an_exact_meaning() -> None:
    facts = sorted({e.fact for e in lexicon() if e.kind in ("use", "property")})
    wishes = 0
    for fact in facts:
        read = understand(fact).constraints
        wishes += any(WISHED.intersection(columns_of(c.filter)) for c in read)
    assert wishes > 0.9 * len(facts)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("oxide ion conductor", ["oxide-ion conductor"]),
        ("not a stack of sheets", ["dimensionality not 2D"]),
        ("no van der Waals layers", ["dimensionality not 2D"]),
        ("no toxic oxides", ["oxide"]),
        ("cobalt-free cathode", ["no Co", "used for cobalt-free cathode"]),
        ("structure of NaCl", ["formula NaCl"]),
        ("structure of NaCl, contains bromine", ["structure type rock salt", "contains Br"]),
        ("NaCl without lead", ["formula NaCl", "no Pb"]),
        ("binary titanium oxide", ["number of elements 2", "exactly the elements O-Ti"]),
        ("ternary titanium oxide", ["number of elements 3", "contains Ti and oxide"]),
        ("transparent conductor", ["transparent conductor"]),
        ("a titanium oxide", ["contains Ti and oxide"]),
    ],
)
def test_words_that_change_what_is_meant(text: str, says: list[str]) -> None:
    assert [constraint.says for constraint in understand(text).constraints] == says
