"""The engine's vocabulary: what is asked and what is answered.

Shape letters: b rows, q queries, k hits, d embedding.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from clac.types import PropertyValue
from index.filters import Filter

Example = Any
"""an id of the index, or a structure: pymatgen Structure, ASE Atoms, Record or Structure"""


class Vectors(Protocol):
    """Unit vectors in rows, wherever they are: in one file, in segments, on a cluster."""

    def __len__(self) -> int:
        """Count the rows."""

    @property
    def dim(self) -> int:
        """Return the length d of a vector."""

    def vectors(self, rows: np.ndarray) -> np.ndarray:
        """Return the stored vectors (b, d) float32 of rows (b,), of length one."""

    def search(
        self,
        queries: np.ndarray,
        k: int,
        allowed: np.ndarray | None = None,
        filter: Filter | None = None,
    ) -> tuple[np.ndarray, np.ndarray]:
        """Find the k nearest rows of each unit query (q, d), of all or of those allowed (b,) bool.

        Filter: what the allowed rows meet and no others, which a cluster is told instead of their
        numbers. Returns scores (q, k') float32, cosines, best first and equal ones in the order of
        rows, and rows (q, k') int64.
        """

    def path(
        self, allowed: np.ndarray | None = None, k: int = 1, filter: Filter | None = None
    ) -> str:
        """Say how `search` looks for k hits among the allowed rows (b,) bool."""


@dataclass(frozen=True, slots=True)
class Query:
    """One question: a text, what hits are like, or both."""

    text: str | None = None
    like: Example | Sequence[Example] | None = None
    """what hits are like, one or several; an indexed one is no hit itself"""
    unlike: Sequence[Example] = ()
    """what hits are not like"""
    id: str | int | None = None
    """the caller's own name for the question, handed back with the answer"""
    k: int = 10
    filter: Filter | str | None = None
    """what a hit must be; a text is one in the OPTIMADE language"""
    parse: bool = True
    """filter by what the text says for certain; a crystal of which a property is missing that it
    asks for stands behind those that meet all"""
    soft: bool = False
    """what is read raises the hits that meet it and leaves none out"""
    radius: float | None = None
    """least cosine of a hit and the query"""
    unique: bool = False
    """of entries with one formula, space group and prototype only the best is a hit"""
    rows: np.ndarray | None = None
    """(b,) bool, rows of the index of which hits are some; None for all"""
    diversity: float = 0.0
    """0 to 1: what likeness to better hits costs"""


@dataclass(frozen=True, slots=True)
class Hit:
    """One indexed crystal that answers a query."""

    rank: int
    """1 is the best"""
    id: str
    """of the crystal"""
    score: float
    """higher is better: dense plus lexical, and what conditions that are only wished are worth"""
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
    """what is known of it; energies in eV or eV/atom, moduli in GPa, lengths in Angstrom"""
    why: tuple[str, ...] = ()
    """facts of the query that the crystal meets"""
    dense: float = 0.0
    """cosine of the unit vectors of query and crystal"""
    lexical: float = 0.0
    """what the share of a text's words is worth that stand in the crystal's names, minerals, uses
    and caption: a quarter at most"""


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing that a text says for certain, and what was done with it."""

    text: str
    """the words that said it"""
    says: str
    """canonical English, as 'band gap 1 to 2 eV'"""
    filter: Filter
    use: str
    """'filter'; 'boost' where it only raises the hits that meet it; 'unknown' where the index knows
    it of no crystal, so that it was not used"""


@dataclass(frozen=True, slots=True)
class Filtered:
    """What a filter left of an index."""

    text: str
    """the filter in the OPTIMADE language"""
    passing: int
    """rows that meet it"""
    unknown: int
    """rows that may meet it or not, since a property is missing; they are left out"""
    missing: Mapping[str, int]
    """column -> how many of the unknown rows lack it"""
    alone: Mapping[str, int]
    """condition -> rows that meet it alone; empty where any row passes"""


@dataclass(frozen=True, slots=True)
class Facet:
    """A value that crystals have, and how many of them."""

    value: str
    count: int
    filter: str
    """asks for those that have it, in the OPTIMADE language"""


@dataclass(frozen=True, slots=True)
class Match:
    """A text and how well it fits a structure."""

    kind: str
    """'descriptor', 'caption' or 'text' (the user's own)"""
    text: str
    """in plain English"""
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
    """name of the class"""
    probability: float
    """softmax over the labels, with the model's temperature"""
    score: float
    """cosine of the structure and the mean of the label's prompts"""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One labelled crystal that a prediction rests on."""

    id: str
    """of the crystal"""
    formula: str
    """pymatgen's reduced formula"""
    space_group: str
    """short Hermann-Mauguin symbol"""
    value: float | str
    """its label in the index, in the unit of the answer"""
    score: float
    """cosine of its unit vector and the asked crystal's"""
    weight: float
    """its share in the prediction; what is left to one is the crystal's own"""


@dataclass(frozen=True, slots=True)
class Answer:
    """A predicted property of one crystal, how sure it is, and why."""

    id: str
    """of the crystal; the name of an upload"""
    formula: str
    """pymatgen's reduced formula"""
    property: str
    """such as band_gap"""
    value: float | str
    """a number in the unit, or a class"""
    unit: str
    """empty for a pure number or a class"""
    interval: tuple[float, float] | None
    """what holds the true value in a share `coverage` of all cases; None for classes"""
    coverage: float
    """share of all cases in which the interval, or the possible classes, hold the true value"""
    evidence: tuple[Evidence, ...]
    """the largest weights first"""
    warning: str
    """why to be careful; empty where nothing speaks against it"""
    source: str
    """what the values are that the head learnt from"""
    probabilities: Mapping[str, float] = field(default_factory=dict)
    """of each class, the most probable first; empty for numbers"""
    possible: tuple[str, ...] = ()
    """the classes that hold the true one in a share `coverage` of all cases"""


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a network that reads a description says of a crystal, and what it looked at."""

    id: str
    formula: str
    property: str
    value: float
    """in the unit"""
    unit: str
    log_scale: bool
    description: str
    """made from the structure alone"""
    words: tuple[str, ...]
    """(w,) the description as it is read, with its start and its end"""
    effects: tuple[float, ...]
    """(w,) by how much the value falls where nodes cannot ask the word; decades on a log scale"""
    atoms: tuple[str, ...]
    """(o,) symmetry orbits"""
    attention: tuple[tuple[float, ...], ...]
    """(o, w) shares of what an atom looks at, the mean over layers and heads"""
    source: str = ""
    """what the values are that the network learnt"""
    warning: str = ""
    """why to be careful; empty where nothing speaks against it"""


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a finished build or add did."""

    out: Path
    count: int
    """crystals that were indexed"""
    n_read: int
    """inputs that were seen: indexed and refused"""
    n_refused: int
    refusals: Path | None
    """JSON lines {"origin", "reason"}, one for each refused input; None where there is no file"""
    model_id: str
    n_replaced: int = 0
    """crystals that were there before, under the same id"""
    kind: str = ""
    """of the vector index; empty where there is none"""
    reason: str = ""
    """why it is this kind"""
    recall: float | None = None
    """measured share of true neighbours that a search finds"""
    stages: Mapping[str, tuple[float, int]] = field(default_factory=dict)
    """stage -> seconds, added up over all processes, and crystals that went through it"""
    seconds: float = 0.0
    """from beginning to end; 0 where it is not measured"""
