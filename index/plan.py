"""How a query is answered: the words for the encoder, the rows that may answer, what raises them.

Shape letters: b rows.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from index.catalog import Catalog
from index.filters import Filter, columns_of, evaluate, joined
from index.query import understand
from index.selection import Selection, read_filter, select
from index.types import Condition, Query

SOFT_SHARE = 0.5
"""what a row gains that meets all conditions of a soft query; as much as half of its words"""


_WORD = re.compile(r"\w+")
_POINTING = frozenset(
    "a an and are as but compound compounds crystal crystals find in is it kind like material "
    "materials me more of one ones only or other others same show similar something structure "
    "structures such than that the them these they this those to very with".split()
)
"""words that only point at examples: 'something like this, but'"""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is asked of the vectors and of the words."""

    words: str | None
    """for the encoder; None where a structure is asked"""
    chosen: Selection | None = None
    """rows that pass; None for all"""
    conditions: tuple[Condition, ...] = ()
    met: np.ndarray | None = None
    """(c, b) bool, which row meets which condition; None where all hits meet those that are used"""
    relaxed: bool = False
    """nothing meets all conditions"""

    @property
    def allowed(self) -> np.ndarray | None:
        """Return the rows (b,) that pass, None for all."""
        return None if self.chosen is None else self.chosen.allowed

    def why(self, row: int) -> tuple[str, ...]:
        """Say which conditions a row meets."""
        used = [c for c in self.conditions if c.use != "unknown"]
        if self.met is None:
            return tuple(c.says for c in used)
        return tuple(c.says for c, met in zip(used, self.met[:, row], strict=True) if met)

    def levels(self) -> Sequence[tuple[float, np.ndarray | None]]:
        """Return what rows gain and which rows (b,) gain it, the most first."""
        if self.met is None:
            return [(0.0, self.allowed)]
        counts = self.met.sum(axis=0)
        passing = np.ones(len(counts), dtype=bool) if self.allowed is None else self.allowed
        whole = len(self.met)
        return [
            (SOFT_SHARE * count / whole, rows)
            for count in range(whole, -1, -1)
            if (rows := passing & (counts == count)).any()
        ]


def plan(query: Query, catalog: Catalog) -> Plan:
    """Read a query against what an index knows. Raises InputError for a filter that does not fit.

    Conditions that no row meets together are taken softly.
    """
    given = None if query.filter is None else read_filter(query.filter)
    read = understand(query.text) if query.text is not None and query.parse else None
    if read is None or not read.constraints:
        return Plan(_words(query, query.text), None if given is None else select(given, catalog))
    filters = [read_filter(c.filter) for c in read.constraints]
    known = [any(map(catalog.knows, columns_of(f))) for f in filters]
    used = [f for f, there in zip(filters, known, strict=True) if there]

    def conditions(use: str) -> tuple[Condition, ...]:
        return tuple(
            Condition(c.text, c.says, f, use if there else "unknown")
            for c, f, there in zip(read.constraints, filters, known, strict=True)
        )

    # With examples, 'like these, but without lead' leaves no words of its own.
    words = _words(query, read.rest or (None if query.like else query.text))
    relaxed = False
    if not query.soft:
        wanted = joined((given, *used))
        chosen = None if wanted is None else select(wanted, catalog)
        relaxed = bool(used) and chosen is not None and not chosen.allowed.any()
        if not relaxed:
            return Plan(words, chosen, conditions("filter"))
    met = np.stack([_met(f, catalog) for f in used]) if used else None
    chosen = None if given is None else select(given, catalog)
    return Plan(_words(query, query.text), chosen, conditions("boost"), met, relaxed)


def _words(query: Query, text: str | None) -> str | None:
    """Return a text for the encoder; None for one that only points at the examples."""
    if text is None or (query.like and _POINTING.issuperset(_WORD.findall(text.lower()))):
        return None
    return text


def _met(filter: Filter, catalog: Catalog) -> np.ndarray:
    """Return the rows (b,) that are known to meet a filter."""
    return evaluate(filter, catalog.table(columns_of(filter)))[0]
