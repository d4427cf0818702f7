"""How classes and bonded networks are described: each in several ways, none in those of another."""

from __future__ import annotations

from itertools import chain

from caption_described import DESCRIBED

from clac.data.chemistry import CLASSES
from clac.data.grammar.class_words import CLASS_ACTS, CLASS_DESCRIPTIONS
from clac.data.grammar.layer_words import LAYER_DESCRIPTIONS
from clac.data.grammar.more_class_words import MORE_CLASS_ACTS, MORE_CLASS_DESCRIPTIONS

NOUNS = {**CLASS_DESCRIPTIONS, **MORE_CLASS_DESCRIPTIONS}
ACTS = {**CLASS_ACTS, **MORE_CLASS_ACTS}


def test_every_class_is_described_as_the_table_of_the_parser_has_it() -> None:
    assert set(NOUNS) == set(ACTS) == set(CLASSES) - {"element"}
    for word, nouns in NOUNS.items():
        assert {*nouns, *ACTS[word]} == set(DESCRIBED[f"class {word}"]), word


def test_every_network_is_described_as_the_table_of_the_parser_has_it() -> None:
    for word, phrases in LAYER_DESCRIPTIONS.items():
        meaning = set(DESCRIBED[f"dimension {word}"])
        meaning |= set(DESCRIBED["dimension not 2D"]) if word == "3D" else set()
        assert set(chain(*phrases)) == meaning, word


def test_no_description_is_of_two_things() -> None:
    phrases = list(chain(*DESCRIBED.values()))
    assert len(set(phrases)) == len(phrases) > 2000


def test_nouns_have_no_article_and_acts_begin_with_a_verb() -> None:
    acts = chain(chain(*ACTS.values()), *(acts for _, acts in LAYER_DESCRIPTIONS.values()))
    assert all(act.split()[0].endswith("s") for act in acts)
    assert not [n for n in chain(*NOUNS.values()) if n.split()[0] in ("a", "an", "the")]
