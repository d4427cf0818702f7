"""How a query is answered: the words for the encoder, the rows that may answer, what raises them.

Shape letters: b rows.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from index.catalog import Catalog
from index.filters import Filter, Test, changed, columns_of, evaluate, joined
from index.query import Constraint, Understood, understand
from index.reading.textbook import WISHED
from index.selection import Selection, read_filter, select, tell
from index.types import Condition, Filtered, Query

SOFT_SHARE = 0.5
"""what a row gains that meets all conditions of a soft query; twice what all words are worth"""


_WORD = re.compile(r"\w+")
_POINTING = frozenset(
    "a an and are as but compound compounds crystal crystals find in is it kind like material "
    "materials me more of one ones only or other others same show similar something structure "
    "structures such than that the them these they this those to very with".split()
)
"""words that only point at examples: 'something like this, but'"""


@dataclass(frozen=True, slots=True)
class Level:
    """Rows that gain the same."""

    gain: float
    rows: np.ndarray | None = None
    """(b,) bool; None for all"""
    filter: Filter | None = None
    """what these rows meet and no others; None where no filter says it"""


Group = tuple[Level, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What is asked of the vectors and of the words."""

    words: str | None
    """for the encoder; None where only examples are asked"""
    groups: tuple[Group, ...] = ((Level(0.0),),)
    """rows that may be hits; those of a later group stand behind all of the earlier ones"""
    report: Filtered | None = None
    conditions: tuple[Condition, ...] = ()
    met: np.ndarray | None = None
    """(c, b) bool, which row meets which of the conditions that are used"""
    relaxed: bool = False
    """nothing meets all conditions"""

    @property
    def allowed(self) -> np.ndarray | None:
        """Return the rows (b,) of the first group, None for all."""
        masks = [level.rows for level in self.groups[0]]
        known = [rows for rows in masks if rows is not None]
        return np.logical_or.reduce(known) if len(known) == len(masks) else None

    @property
    def filter(self) -> Filter | None:
        """Return what `allowed` rows meet and no others; None where no filter says it."""
        return self.groups[0][0].filter if len(self.groups[0]) == 1 else None

    def why(self, row: int) -> tuple[str, ...]:
        """Say which conditions a row meets."""
        used = [c for c in self.conditions if c.use != "unknown"]
        if self.met is None:
            return ()
        return tuple(c.says for c, met in zip(used, self.met[:, row], strict=True) if met)


def plan(query: Query, catalog: Catalog) -> Plan:
    """Read a query against what an index knows. Raises InputError for a filter that does not fit.

    Rows of which a property is missing stand behind those that meet all that the text says.
    Conditions that no row meets together are taken softly.
    """
    how = _plan(query, catalog)
    if query.rows is None:
        return how
    # no filter says which rows were named
    return replace(how, groups=tuple(tuple(map(_unsaid, group)) for group in how.groups))


def _plan(query: Query, catalog: Catalog) -> Plan:
    """Read a query; where rows are named, the filters of levels do not say all of it."""
    given = None if query.filter is None else read_filter(query.filter)
    read = understand(query.text) if query.text is not None and query.parse else None
    words = _words(query, read)
    chosen = None
    if given is not None or query.rows is not None:
        chosen = select(given, catalog, query.rows)
    if read is None or not read.constraints:
        return _plain(words, chosen)
    conditions = [_condition(c, catalog, query.soft) for c in read.constraints]
    used = [c for c in conditions if c.use != "unknown"]
    if not used:
        return replace(_plain(words, chosen), conditions=tuple(conditions))
    verdicts = [evaluate(c.filter, catalog.columns(columns_of(c.filter))) for c in used]
    yes, unknown = (np.stack(part) for part in zip(*verdicts, strict=True))
    passing = np.ones(len(catalog), dtype=bool) if chosen is None else chosen.allowed
    must = np.array([c.use == "filter" for c in used])
    sure = passing & yes[must].all(axis=0)
    relaxed = bool(must.any()) and not sure.any()
    if query.soft or relaxed:
        soft = tuple(replace(c, use="boost") if c.use == "filter" else c for c in conditions)
        report = None if chosen is None else chosen.report
        levels = _levels(yes, passing, given, [c.filter for c in used])
        group = levels or (Level(0.0, passing, given),)
        return Plan(words, (group,), report, soft, yes, relaxed)
    may_pass = passing if chosen is None else passing | chosen.unknown
    perhaps = may_pass & (yes | unknown)[must].all(axis=0) & ~sure
    wanted = joined((given, *(c.filter for c in used if c.use == "filter")))
    report = None if wanted is None and chosen is None else tell(wanted, catalog, sure, perhaps)
    perhaps &= passing  # what a filter that was given does not know is left out
    wishes = [c.filter for c in used if c.use != "filter"]
    first = _levels(yes[~must], sure, wanted, wishes)
    # of the rows of which something is unknown, no filter says which they are
    groups = (first, tuple(map(_unsaid, _levels(yes[~must], perhaps))))
    groups = tuple(group for group in groups if group) or ((Level(0.0, sure, wanted),),)
    return Plan(words, groups, report, tuple(conditions), yes)


def _plain(words: str | None, chosen: Selection | None) -> Plan:
    """Ask for what passes a filter, or for anything."""
    if chosen is None:
        return Plan(words)
    return Plan(words, ((Level(0.0, chosen.allowed, chosen.filter),),), chosen.report)


def _condition(constraint: Constraint, catalog: Catalog, soft: bool) -> Condition:
    filter = changed(read_filter(constraint.filter), lambda test: _widened(test, catalog))
    known = any(map(catalog.knows, columns_of(filter)))
    wished = soft or WISHED.issuperset(columns_of(filter))
    use = "unknown" if not known else "boost" if wished else "filter"
    return Condition(constraint.text, constraint.says, filter, use)


def _widened(test: Test, catalog: Catalog) -> Test:
    """Take lithium-ion battery cathodes too where battery cathodes are wished."""
    if test.column not in WISHED or test.op not in ("has_any", "has_all"):
        return test
    asked = tuple(f" {word}" for word in test.value)
    words = (word for word in catalog.words_of(test.column) if f" {word}".endswith(asked))
    return Test(test.column, "has_any", tuple(dict.fromkeys((*test.value, *words))))


def _levels(
    met: np.ndarray,
    passing: np.ndarray,
    filter: Filter | None = None,
    conditions: Sequence[Filter] = (),
) -> Group:
    """Part rows (b,) that pass a filter by how many conditions (c, b) they meet."""
    counts, most = met.sum(axis=0), len(met)
    parts = ((n, passing & (counts == n)) for n in range(most, -1, -1))
    every = joined((filter, *conditions))
    return tuple(
        Level(SOFT_SHARE * n / max(most, 1), rows, every if n == most else None)
        for n, rows in parts
        if rows.any()
    )


def _unsaid(level: Level) -> Level:
    """Return the same rows, which no filter says."""
    return replace(level, filter=None)


def _words(query: Query, read: Understood | None) -> str | None:
    """Return the words for the encoder; None where they only point at the examples.

    A text is encoded whole: what it says for certain tells those that meet it apart, too. Beside
    examples only what the conditions leave is ('like these, but without lead').
    """
    if not query.like or query.text is None:
        return query.text
    rest = query.text if read is None else read.rest
    return None if _POINTING.issuperset(_WORD.findall(rest.lower())) else rest
