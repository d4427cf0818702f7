"""What known materials are called, used for and notable for: textbook facts by formula or family.

`lexicon.csv`: subject_kind 'formula' (reduced formula; a space group where it is true of one
polymorph only) or 'family' (terms joined by '+' that all must hold: structure type, compound
class, element family, element, '0D' to '3D'); kind 'name', 'mineral', 'use' or 'property'; the
fact; a source where one is known. Its facts are words for captions and search, never labels.
"""

from __future__ import annotations

import csv
import dataclasses
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from clac.data.facts import Facts

TABLE = Path(__file__).with_name("lexicon.csv")
_FIELDS: Mapping[str, str] = {
    "name": "names", "mineral": "minerals", "use": "uses", "property": "notable"
}  # fmt: skip
KINDS: tuple[str, ...] = tuple(_FIELDS)


@dataclass(frozen=True, slots=True)
class Entry:
    """One fact of the lexicon."""

    subject_kind: str
    subject: str
    space_group: int
    """0 for every polymorph"""
    kind: str
    fact: str
    source: str


@lru_cache(maxsize=1)
def lexicon() -> tuple[Entry, ...]:
    """Read the table."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        next(rows)  # the head
        return tuple(
            Entry(subject_kind, subject, int(group or 0), kind, fact, source)
            for subject_kind, subject, group, kind, fact, source in rows
        )


@lru_cache(maxsize=1)
def _by_formula() -> Mapping[str, Sequence[Entry]]:
    found: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in lexicon():
        if entry.subject_kind == "formula":
            found[entry.subject].append(entry)
    return found


@lru_cache(maxsize=1)
def _by_first_term() -> Mapping[str, Sequence[tuple[frozenset[str], Entry]]]:
    found: defaultdict[str, list[tuple[frozenset[str], Entry]]] = defaultdict(list)
    for entry in lexicon():
        if entry.subject_kind == "family":
            first, *others = entry.subject.split("+")
            found[first].append((frozenset(others), entry))
    return found


def entries_of(facts: Facts) -> list[Entry]:
    """Return what the lexicon says of a crystal: of its formula, then of its families."""
    found = [
        entry for entry in _by_formula().get(facts.formula, ())
        if entry.space_group in (0, facts.space_group)
    ]  # fmt: skip
    terms = {*facts.prototype_names, *facts.classes, *facts.families, *facts.elements,
             facts.dimensionality}  # fmt: skip
    families = _by_first_term()
    for term in sorted(terms & families.keys()):
        found += [entry for others, entry in families[term] if others <= terms]
    return found


def with_words(facts: Facts) -> Facts:
    """Add the lexicon's words to those that a record brought itself."""
    words = {field: list(getattr(facts, field)) for field in _FIELDS.values()}
    for entry in entries_of(facts):
        words[_FIELDS[entry.kind]].append(entry.fact)
    return dataclasses.replace(facts, **{f: tuple(dict.fromkeys(w)) for f, w in words.items()})
