"""Sentences about crystals from a grammar: the language side of a training pair.

Each sentence is true of its facts. `say_composition`, `say_structure` and `say_quantities` hold
what can be said of one fact; this file holds how statements become a query or a paragraph.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from clac.data.claims import Claim
from clac.data.facts import Facts, collect_facts
from clac.data.grammar import say_composition as composition
from clac.data.grammar import say_environment as surroundings
from clac.data.grammar import say_quantities as quantities
from clac.data.grammar import say_structure as structure
from clac.data.grammar.prompts import describe_terms, prompts, task_labels
from clac.data.grammar.quantity_words import NUMBERS, WORDS
from clac.data.grammar.say_quantities import all_words
from clac.data.grammar.voice import MASKS, Form, Voice
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

Statement = Callable[[Voice, Form], str]


@dataclass(frozen=True, slots=True)
class Caption:
    """A text and what it claims."""

    text: str
    claims: tuple[Claim, ...]


_LONGEST_FULL = 260
"""characters of statements; with what joins them about 110 word pieces"""
_SUBJECTS = ("It", "It", "The crystal", "The compound", "This material", "This crystal")
_OPENINGS = ("find ", "looking for ", "search for ", "show me ", "any ", "examples of ")
_ASKING = (
    "what is {}", "which crystal is {}", "{} crystal", "crystal for {}", "{} material",
    "material used as {}", "find {}", "something for {}", "{}?", "what is used for {}?",
)  # fmt: skip
_JOINED = (
    "with", "no ", "made", "containing", "used", "material", "of the", "free of", "isostructural",
    "same", "based on", "that", "in the", "lacking", "composed",
)  # fmt: skip
"""beginnings of fragments that need no comma"""


def _number(quantity: str) -> Statement:
    return partial(quantities.number, quantity=quantity)


def _words(quantity: str) -> Statement:
    return partial(quantities.words, quantity=quantity)


_NUMBERS: Mapping[str, Statement] = {quantity: _number(quantity) for quantity in NUMBERS}
_WORDS: Mapping[str, Statement] = {rule.quantity: _words(rule.quantity) for rule in WORDS}

_EXACT_DENSITY: Statement = partial(quantities.number, quantity="density", fine=True)

# The chance that a full caption states a fact that it could state.
_FULL: tuple[tuple[Statement, float], ...] = (
    (composition.name, 0.5),
    (composition.elements, 0.25),
    (composition.compound_class, 0.3),
    (composition.family, 0.1),
    (composition.arity, 0.04),
    (composition.stoichiometry, 0.06),
    (structure.system, 0.55),
    (structure.point_group, 0.08),
    (structure.centring, 0.08),
    (structure.inversion, 0.12),
    (structure.pearson, 0.06),
    (structure.label, 0.03),
    (structure.structure_type, 0.8),
    (structure.coordination, 0.65),
    (structure.dimension, 0.4),
    (surroundings.polyhedra, 0.4),
    (surroundings.linkage, 0.45),
    (quantities.atoms, 0.65),
    (quantities.volume, 0.35),
    (_WORDS["density"], 0.1),
    (_NUMBERS["band_gap"], 0.5),
    (_WORDS["band_gap"], 0.5),
    (_NUMBERS["formation_energy"], 0.35),
    (_WORDS["formation_energy"], 0.1),
    (_NUMBERS["fermi_energy"], 0.03),
    *((_NUMBERS[quantity], 0.3) for quantity in (
        "energy_above_hull", "bulk_modulus", "shear_modulus", "elastic_anisotropy",
        "poisson_ratio", "refractive_index", "dielectric_electronic", "dielectric_total",
        "piezoelectric")),
    *((_WORDS[quantity], 0.3) for quantity in (
        "energy_above_hull", "bulk_modulus", "shear_modulus", "poisson_ratio",
        "refractive_index", "dielectric_total", "piezoelectric")),
    (composition.own_name, 0.7),
    (composition.mineral, 0.7),
    (composition.use, 0.5),
    (composition.notable, 0.4),
)  # fmt: skip

# Weights with which a person's short query names a fact, by the place it takes.
_NOUNS: tuple[tuple[Statement, float], ...] = (
    (composition.formula, 2.0), (composition.name, 3.0), (composition.compound_class, 3.0),
)  # fmt: skip
_ADJECTIVES: tuple[tuple[Statement, float], ...] = (
    (structure.system, 3.0), (structure.dimension, 1.5), (structure.inversion, 0.5),
    (structure.structure_type, 1.0), (composition.arity, 0.5),
    (_WORDS["band_gap"], 3.0), (_WORDS["density"], 1.0), (_WORDS["shear_modulus"], 1.0),
    (_WORDS["bulk_modulus"], 0.7), (_WORDS["dielectric_total"], 0.7),
    (_WORDS["piezoelectric"], 0.7), (_WORDS["refractive_index"], 0.7),
    (_WORDS["poisson_ratio"], 0.5), (_WORDS["energy_above_hull"], 0.5),
)  # fmt: skip
_TAILS: tuple[tuple[Statement, float], ...] = (
    (structure.structure_type, 4.0), (structure.space_group, 2.0), (structure.system, 0.5),
    (structure.coordination, 1.0), (structure.inversion, 0.7), (structure.point_group, 0.3),
    (surroundings.polyhedra, 0.8), (surroundings.linkage, 1.2),
    (structure.centring, 0.4), (structure.dimension, 0.5),
    (composition.one_element, 1.5), (composition.elements, 1.0), (composition.family, 0.8),
    (composition.absent, 0.5), (_NUMBERS["band_gap"], 2.0), (_NUMBERS["density"], 1.0),
    (_NUMBERS["formation_energy"], 0.4), (_NUMBERS["bulk_modulus"], 0.6),
    (_NUMBERS["shear_modulus"], 0.3), (_NUMBERS["refractive_index"], 0.4),
    (_NUMBERS["dielectric_total"], 0.4), (_NUMBERS["poisson_ratio"], 0.2),
    (_NUMBERS["piezoelectric"], 0.3), (quantities.atoms, 0.2),
    (composition.use, 1.5), (composition.notable, 1.5),
    (_WORDS["band_gap"], 0.7), (_WORDS["density"], 0.3), (_WORDS["shear_modulus"], 0.3),
)  # fmt: skip
_NAMES: tuple[Statement, ...] = (
    composition.own_name, composition.mineral, composition.use, composition.notable,
)  # fmt: skip

_ENVIRONMENT: tuple[tuple[Statement, float], ...] = (
    (structure.dimension, 0.9), (structure.sites, 0.3), (structure.anion_sites, 0.9),
    (structure.cation_sites, 0.9), (surroundings.cation_polyhedra, 0.9),
    (surroundings.anion_polyhedra, 0.9), (surroundings.all_linkages, 0.95),
)  # fmt: skip
_SYMMETRY: tuple[tuple[Statement, float], ...] = (
    (structure.space_group, 0.85), (structure.system, 0.7), (structure.structure_type, 0.9),
    (structure.point_group, 0.3), (structure.centring, 0.3), (structure.inversion, 0.4),
    (structure.pearson, 0.2), (structure.label, 0.1),
)  # fmt: skip
_SINGLE: tuple[tuple[Statement, float], ...] = (
    *_SYMMETRY, (structure.system, 1.0), (structure.structure_type, 1.5),
    (structure.dimension, 1.2), (surroundings.polyhedra, 0.6), (surroundings.linkage, 1.0),
    (structure.coordination, 0.6), (composition.compound_class, 2.0), (composition.name, 0.6),
    (composition.one_element, 0.6), (composition.family, 0.5), (composition.arity, 0.2),
    (_WORDS["band_gap"], 2.5), (_NUMBERS["band_gap"], 1.5),
    *((words, 0.3) for words in _WORDS.values()),
    *((number, 0.4) for number in _NUMBERS.values()),
)  # fmt: skip
_LEFT: tuple[tuple[Statement, float], ...] = (
    *_ENVIRONMENT, (composition.arity, 0.5), (structure.system, 0.5), (composition.name, 0.5),
)  # fmt: skip
"""what nearly always can be said, for when the dice chose nothing"""
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
    (symmetry and structure type only). Hide: any of MASKS; the caption is "" where nothing is left
    to say. Raises ConfigError for an unknown style or mask.
    """
    try:
        speak = _STYLES[style]
    except KeyError:
        known = ", ".join(_STYLES)
        raise ConfigError(f"unknown caption style {style!r}; known: {known}") from None
    voice = Voice(facts, rng, hide)
    text = speak(voice) or ("" if style in _NARROW else _some(voice, _LEFT))
    return Caption(text, tuple(dict.fromkeys(voice.claims)))


def _say(v: Voice, statement: Statement, form: Form) -> str:
    mark = len(v.claims)
    text = statement(v, form)
    if not text:
        v.unsay(mark)
    return text


def _full(v: Voice) -> str:
    # What is hidden leaves room for more of the rest.
    more = 1.0 if v.formulas and v.numbers else 2.0
    chosen = [statement for statement, chance in _FULL if v.dice() < chance * more]
    _shuffle(v, chosen)
    first: list[Statement] = []
    if v.dice() < 0.95:
        first.append(composition.formula)
    if v.dice() < 0.95:
        first.insert(int(v.dice() * 2), structure.space_group)
    # The density tells entries of one formula and space group apart.
    first.append(_EXACT_DENSITY)
    form: Form = "fragment" if v.dice() < 0.35 else "predicate"
    # Formula and space group are made first, so that no caption is too long for them ...
    parts = [text for statement in first if (text := _say(v, statement, form))]
    anywhere, length = v.dice() < 0.25, sum(map(len, parts))
    for statement in chosen:
        mark = len(v.claims)
        text = _say(v, statement, form)
        if length + len(text) >= _LONGEST_FULL:
            v.unsay(mark)
        elif text:
            length += len(text) + 2
            # ... and in one of four captions stand anywhere.
            parts.insert(int(v.dice() * (len(parts) + 1)) if anywhere else len(parts), text)
    return _written(v, parts, form)


def _environment(v: Voice) -> str:
    v.elements = v.formulas = v.numbers = v.symmetry = v.properties = v.names = False
    return _some(v, _ENVIRONMENT)


def _symmetry(v: Voice) -> str:
    v.properties = v.names = False
    return _some(v, _SYMMETRY)


def _some(v: Voice, options: Sequence[tuple[Statement, float]]) -> str:
    """Make some of the statements, in any order; all of them where the dice chose none."""
    form: Form = "fragment" if v.dice() < 0.5 else "predicate"
    chosen = [statement for statement, chance in options if v.dice() < chance]
    _shuffle(v, chosen)
    parts = [text for statement in chosen if (text := _say(v, statement, form))]
    parts = parts or [text for statement, _ in options if (text := _say(v, statement, form))]
    return _written(v, parts, form)


def _written(v: Voice, parts: Sequence[str], form: Form) -> str:
    if form == "fragment":
        return v.pick((", ", "; ", ". ", ", ", " | ")).join(parts)
    sentences, i = [], 0
    while i < len(parts):
        size = 1 + int(v.dice() * 3)
        group = parts[i : i + size]
        i += size
        text = group[0] if len(group) == 1 else f"{', '.join(group[:-1])} and {group[-1]}"
        sentences.append(f"{v.pick(_SUBJECTS)} {text}.")
    return " ".join(sentences)


def _short(v: Voice) -> str:
    return _as_typed(v, 2 + int(v.dice() * 3))


def _query(v: Voice) -> str:
    return _as_typed(v, 1 + int(v.dice() * 3))


def _as_typed(v: Voice, n_facts: int) -> str:
    """Write adjectives, a noun and what follows it, n facts in all."""
    taken: set[Statement] = set()
    noun = ""
    if v.dice() < 0.6:
        noun = _say(v, v.pick(_NAMES), "fragment")
    if not noun and (v.dice() < 0.85 or n_facts == 1):
        noun = next(iter(_draw(v, _NOUNS, "fragment", 1, taken)), "")
    if taken & {composition.formula, composition.name}:
        # The noun has named the elements.
        taken |= {composition.elements, composition.one_element, composition.arity}
    n_left = n_facts - bool(noun)
    n_adjectives = min(int(v.dice() * 2.2), n_left) if noun else 0
    adjectives = _draw(v, _ADJECTIVES, "adjective", n_adjectives, taken)
    tails = _draw(v, _TAILS, "fragment", n_left - len(adjectives), taken)
    if not noun and tails and v.dice() < 0.6:
        noun = v.pick(("crystal", "material", "compound", "structure", "materials"))
    head = " ".join([*adjectives, noun] if noun else adjectives)
    opening = v.pick(_OPENINGS) if v.dice() < 0.05 else ""
    text = _with_tails(v, head, tails)
    return opening + text if text else ""


def _named(v: Voice) -> str:
    """Ask for a crystal by its own words: a name, mineral or use, now and then with a fact."""
    names = list(_NAMES)
    _shuffle(v, names)
    told = next((text for statement in names if (text := _say(v, statement, "fragment"))), "")
    if not told:
        return _query(v)
    text = v.pick(_ASKING).format(told) if v.dice() < 0.4 else told
    more = _draw(v, _TAILS, "fragment", 1, set()) if v.dice() < 0.4 else []
    return _with_tails(v, text, more)


def _fact(v: Voice) -> str:
    """Say one thing, as a label or a sentence would."""
    form: Form = "fragment" if v.dice() < 0.6 else "predicate"
    said = _draw(v, _SINGLE, form, 1, set())
    return "".join(said) if form == "fragment" or not said else f"{v.pick(_SUBJECTS)} {said[0]}."


def _with_tails(v: Voice, head: str, tails: Sequence[str]) -> str:
    text = head
    for tail in tails:
        if not text:
            text = tail
        elif tail.startswith(_JOINED):
            text += f" {tail}"
        else:
            text += v.pick((" ", ", ", " with ", " ")) + tail
    return text


def _draw(
    v: Voice,
    options: Sequence[tuple[Statement, float]],
    form: Form,
    n: int,
    taken: set[Statement],
) -> list[str]:
    """Make up to n statements that are not taken, drawn by weight among those that can be made."""
    found: list[str] = []
    total = sum(weight for _, weight in options)
    for _ in range(12):
        if len(found) >= n:
            break
        at, dice = 0, v.dice() * total
        while dice >= options[at][1] and at < len(options) - 1:
            dice -= options[at][1]
            at += 1
        statement = options[at][0]
        if statement in taken:
            continue
        text = _say(v, statement, form)
        if text:
            taken.add(statement)
            found.append(text)
    return found


def _shuffle(v: Voice, items: list[Statement]) -> None:
    for i in range(len(items) - 1, 0, -1):
        j = int(v.dice() * (i + 1))
        items[i], items[j] = items[j], items[i]


_STYLES: Mapping[str, Callable[[Voice], str]] = {
    "full": _full,
    "short": _short,
    "query": _query,
    "fact": _fact,
    "named": _named,
    "environment": _environment,
    "symmetry": _symmetry,
}
STYLES: tuple[str, ...] = tuple(_STYLES)
