"""Sentences about crystals from a grammar: the language side of a training pair.

Each sentence is true of its facts. The files `grammar/say_*.py` hold what can be said of one fact,
`weights` how often it is said, `queries` how statements become what is typed into a search box;
this file holds how they become a paragraph.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from clac.data.claims import Claim
from clac.data.facts import Facts, collect_facts
from clac.data.grammar import say_bonds as bonds
from clac.data.grammar import say_composition as composition
from clac.data.grammar import say_quantities as quantities
from clac.data.grammar import say_structure as structure
from clac.data.grammar.drawing import draw, say, shuffle
from clac.data.grammar.prompts import describe_terms, prompts, task_labels
from clac.data.grammar.queries import (
    as_typed,
    frame_adjective,
    frame_fragment,
    frame_noun,
    frame_predicate,
    named,
)
from clac.data.grammar.say_quantities import all_words
from clac.data.grammar.voice import MASKS, Form, Voice, join
from clac.data.grammar.weights import (
    CLASS,
    ENVIRONMENT,
    EXACT_DENSITY,
    FULL,
    LEFT,
    OF_QUANTITY,
    QUANTITIES,
    SINGLE,
    SYMMETRY,
    Statement,
    Weights,
)
from clac.errors import ConfigError

__all__ = [
    "MASKS",
    "STYLES",
    "Caption",
    "Facts",
    "all_words",
    "caption",
    "captioned",
    "collect_facts",
    "describe_terms",
    "prompts",
    "task_labels",
]


@dataclass(frozen=True, slots=True)
class Caption:
    """A text and what it claims."""

    text: str
    claims: tuple[Claim, ...]


_LONGEST_FULL = 260
"""characters of statements; with what joins them about 110 word pieces"""
_SUBJECTS = ("It", "It", "The crystal", "This material", "This crystal", "The compound")
"""the last is none for an element"""
_NARROW = ("environment", "symmetry")


def caption(
    facts: Facts,
    rng: random.Random,
    style: str = "full",
    hide: frozenset[str] = frozenset(),
) -> str:
    """Say something true of a crystal; the words of `captioned`."""
    return captioned(facts, rng, style, hide).text


def captioned(
    facts: Facts,
    rng: random.Random,
    style: str = "full",
    hide: frozenset[str] = frozenset(),
) -> Caption:
    """Say something true of a crystal, and what was claimed; the same dice give the same words.

    Styles: "full" (a compact paragraph), "short" (2 to 4 facts) and "query" (1 to 3 facts) as
    typed into a search box, "fact" (one fact), "named" (names, minerals and uses first),
    "environment" (polyhedra, their links and layers; no elements, symmetry or sizes), "symmetry"
    (symmetry and structure type only); "space_group", "structure_type", "class", "crystal_system",
    "centring", "dimensionality", "quantity" and the quantities of NUMBERS by name say one fact of
    their kind. Hide: any of MASKS; the caption is
    "" where nothing is left to say. Raises ConfigError for an unknown style or mask.
    """
    try:
        speak = _STYLES[style]
    except KeyError:
        known = ", ".join(_STYLES)
        raise ConfigError(f"unknown caption style {style!r}; known: {known}") from None
    voice = Voice(facts, rng, hide)
    text = speak(voice) or ("" if style in _NARROW else _some(voice, LEFT))
    return Caption(text, tuple(dict.fromkeys(voice.claims)))


def _full(v: Voice) -> str:
    # What is hidden leaves room for more of the rest.
    more = 1.0 if v.formulas and v.numbers else 2.0
    chosen = [statement for statement, chance in FULL if v.dice() < chance * more]
    shuffle(v, chosen)
    first: list[Statement] = []
    if v.dice() < 0.95:
        first.append(composition.formula)
    if v.dice() < 0.95:
        first.insert(int(v.dice() * 2), structure.space_group)
    first.append(EXACT_DENSITY)
    form: Form = "fragment" if v.dice() < 0.35 else "predicate"
    # Formula and space group are made first, so that no caption is too long for them ...
    parts = [text for statement in first if (text := say(v, statement, form))]
    anywhere, length = v.dice() < 0.25, sum(map(len, parts))
    for statement in chosen:
        mark = len(v.claims)
        text = say(v, statement, form)
        if length + len(text) >= _LONGEST_FULL:
            v.unsay(mark)
        elif text:
            length += len(text) + 2
            # ... and in one of four captions stand anywhere.
            parts.insert(int(v.dice() * (len(parts) + 1)) if anywhere else len(parts), text)
    return _written(v, parts, form)


def _environment(v: Voice) -> str:
    v.elements = v.formulas = v.numbers = v.symmetry = v.properties = v.names = False
    return _some(v, ENVIRONMENT)


def _symmetry(v: Voice) -> str:
    v.properties = v.names = False
    return _some(v, SYMMETRY)


def _some(v: Voice, options: Weights) -> str:
    """Make some of the statements, in any order; all of them where the dice chose none."""
    form: Form = "fragment" if v.dice() < 0.5 else "predicate"
    chosen = [statement for statement, chance in options if v.dice() < chance]
    shuffle(v, chosen)
    parts = [text for statement in chosen if (text := say(v, statement, form))]
    parts = parts or [text for statement, _ in options if (text := say(v, statement, form))]
    return _written(v, parts, form)


def _written(v: Voice, parts: Sequence[str], form: Form) -> str:
    if form == "fragment":
        return v.pick((", ", "; ", ". ", ", ", " | ")).join(parts)
    sentences, i = [], 0
    while i < len(parts):
        size = 1 + int(v.dice() * 3)
        group = parts[i : i + size]
        i += size
        sentences.append(f"{_subject(v)} {join(group)}.")
    return " ".join(sentences)


def _subject(v: Voice) -> str:
    return v.pick(_SUBJECTS if len(v.facts.elements) > 1 else _SUBJECTS[:-1])


def _short(v: Voice) -> str:
    return as_typed(v, 2 + int(v.dice() * 3))


def _query(v: Voice) -> str:
    return as_typed(v, 1 + int(v.dice() * 3))


def _fact(v: Voice) -> str:
    return _one(v, SINGLE)


_COUNTED: frozenset[Statement] = frozenset((composition.compound_class, quantities.noun))
"""what is a noun that can be counted, as a fragment"""


def _one(v: Voice, options: Weights) -> str:
    """Say one thing, as a label, a sentence or a question would."""
    dice, framed = v.dice(), v.dice() < 0.4
    if dice < 0.1 and (said := draw(v, options, "adjective", 1, set())):
        return frame_adjective(v, said[0])
    taken: set[Statement] = set()
    form: Form = "fragment" if dice < 0.6 else "predicate"
    said = draw(v, options, form, 1, taken)
    if not said:
        return ""
    if form == "predicate":
        return frame_predicate(v, said[0]) if framed else f"{_subject(v)} {said[0]}."
    if not framed:
        return said[0]
    return frame_noun(v, said[0]) if taken & _COUNTED else frame_fragment(v, said[0])


_STYLES: Mapping[str, Callable[[Voice], str]] = {
    "full": _full,
    "short": _short,
    "query": _query,
    "fact": _fact,
    "named": named,
    "environment": _environment,
    "symmetry": _symmetry,
    "space_group": partial(_one, options=((structure.space_group, 1.0),)),
    "structure_type": partial(_one, options=((structure.structure_type, 1.0),)),
    "class": partial(_one, options=CLASS),
    "crystal_system": partial(_one, options=((structure.system, 1.0),)),
    "centring": partial(_one, options=((structure.centring, 1.0),)),
    "dimensionality": partial(_one, options=((bonds.dimension, 1.0),)),
    "quantity": partial(_one, options=QUANTITIES),
    **{quantity: partial(_one, options=options) for quantity, options in OF_QUANTITY.items()},
}
STYLES: tuple[str, ...] = tuple(_STYLES)
