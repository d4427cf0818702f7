"""How structure types are described: each in several ways, none in those of another."""

from __future__ import annotations

import random
import re

from caption_symmetry import ARRANGED

from clac.data.grammar.type_words import TYPE_WORDS, respelt
from clac.data.grammar.voice import Voice
from clac.data.structure_types import structure_types


def test_every_type_is_described_as_the_table_of_the_parser_has_it() -> None:
    meaning = {key.split(" | ")[0]: set(phrases) for key, phrases in ARRANGED.items()}
    assert set(TYPE_WORDS) == {kind.name for kind in structure_types()} == set(meaning)
    for name, phrases in TYPE_WORDS.items():
        assert len(set(phrases)) == len(phrases) >= 3 and set(phrases) <= meaning[name], name


def test_no_description_is_of_two_types() -> None:
    phrases = [phrase for phrases in TYPE_WORDS.values() for phrase in phrases]
    assert len(set(phrases)) == len(phrases) > 900


def test_a_general_formula_has_the_amounts_of_the_type() -> None:
    for kind in structure_types():
        amounts = {_amounts(label.split("_")[0]) for label in kind.labels}
        for phrase in TYPE_WORDS[kind.name]:
            # The sites of a garnet may share an element: A3B5X12.
            if (formula := re.match(r"[A-Z][A-Z\d]+(?=\s)", phrase)) and kind.name != "garnet":
                assert _amounts(formula[0]) in amounts, phrase


def _amounts(formula: str) -> tuple[int, ...]:
    return tuple(sorted(int(n or 1) for n in re.findall(r"[A-Z](\d*)", formula)))


def test_other_spellings_are_known_to_the_parser() -> None:
    known = {phrase for phrases in ARRANGED.values() for phrase in phrases}
    voice = Voice(None, random.Random(4), frozenset())
    for phrases in TYPE_WORDS.values():
        for phrase in phrases:
            assert {respelt(voice, phrase) for _ in range(8)} <= known, phrase
