"""The engine's vocabulary: what is asked and what is answered.

Shape letters: k hits, d embedding.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from clac.types import PropertyValue, Structure


@dataclass(frozen=True, slots=True)
class Query:
    """One question: exactly one of text, structure and like."""

    text: str | None = None
    structure: Structure | None = None
    like: str | None = None
    """id of an indexed crystal"""
    id: str | int | None = None
    """the caller's own name for the question, handed back with the answer"""
    k: int = 10


@dataclass(frozen=True, slots=True)
class Hit:
    """One indexed crystal that answers a query."""

    rank: int
    """1 is the best"""
    id: str
    score: float
    """cosine of unit vectors, higher is better; for a text, plus the share (0 to 1) of its
    words that stand in the crystal's names, minerals, uses and caption"""
    formula: str
    """pymatgen's reduced formula"""
    space_group: str
    """short Hermann-Mauguin symbol, such as P6_3/mmc"""
    space_group_number: int
    """1..230"""
    prototype: str
    """AFLOW-style label, such as AB_cF8_225_a_b"""
    prototype_name: str = ""
    """common name, such as rock salt; empty where there is none"""
    properties: Mapping[str, PropertyValue] = field(default_factory=dict)
    why: tuple[str, ...] = ()
    """facts of the query that the crystal meets"""


@dataclass(frozen=True, slots=True)
class Match:
    """A text and how well it fits a structure."""

    kind: str
    """'descriptor', 'caption' or 'text' (the user's own)"""
    text: str
    score: float
    """cosine of unit vectors, higher is better"""
    id: str = ""
    """the crystal whose caption it is"""
    group: str = ""
    """what a descriptor speaks of, such as 'crystal system'"""


@dataclass(frozen=True, slots=True)
class Label:
    """A class and how probable it is among the classes asked for."""

    label: str
    probability: float
    """softmax over the labels, with the model's temperature"""
    score: float
    """cosine of the structure and the mean of the label's prompts"""


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a finished build did."""

    out: Path
    count: int
    """crystals in the index"""
    n_read: int
    """inputs that were seen: indexed and refused"""
    n_refused: int
    refusals: Path | None
    """JSON lines {"origin", "reason"}, one for each refused input; None where there is no file"""
    model_id: str
