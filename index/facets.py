"""What the crystals are that pass a filter: values of some columns, and how many have each."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from index.catalog import Catalog
from index.filters import Test
from index.optimade_filter import write_optimade
from index.types import Facet

_SHOWN = 30
_TYPES = "prototypes"
"""a label as AFLOW writes it, such as AB_cF8_225_a_b, and names of it if there are any"""
_LABEL = re.compile(r"[A-Z]\w*_[a-z][A-Z]\d+_\d+")
"""begins a label"""
COLUMNS = ("crystal_system", "classes", "elements", _TYPES, "dimensionality")
"""what is counted"""


def facets(catalog: Catalog, allowed: np.ndarray | None) -> Mapping[str, tuple[Facet, ...]]:
    """Count the values of each column among rows (b,) bool, None for all, the most frequent first.

    A value of a list counts once for each row that has it. Of structure types the names stand
    first, and labels behind them, as far as crystals have them that have no name.
    """
    table = catalog.table(COLUMNS)
    return {name: _counts(name, table[name].combine_chunks(), allowed) for name in COLUMNS}


def _counts(name: str, column: pa.Array, allowed: np.ndarray | None) -> tuple[Facet, ...]:
    """Count the values of one column."""
    kept = column if allowed is None else column.filter(pa.array(allowed))
    is_list = pa.types.is_list(kept.type)
    counted = [(row["values"], row["counts"]) for row in pc.value_counts(_flat(kept)).to_pylist()]
    labels = {value for value, _ in counted if name == _TYPES and _LABEL.match(value)}
    needless = labels - _nameless(kept) if labels else labels
    found = (c for c in counted if c[0] and c[0] not in needless)
    order = sorted(found, key=lambda c: (c[0] in labels, -c[1], c[0]))
    op = "has_all" if is_list else "="
    return tuple(
        Facet(value, count, write_optimade(Test(name, op, (value,) if is_list else value)))
        for value, count in order[:_SHOWN]
    )


def _nameless(types: pa.ListArray) -> set[str]:
    """Return the labels of crystals that have nothing else."""
    alone = pc.equal(pc.list_value_length(types), 1)
    return set(pc.unique(_flat(types.filter(alone))).to_pylist())


def _flat(column: pa.Array) -> pa.Array:
    """Return the values of a column, those of lists one after another."""
    values = pc.list_flatten(column) if pa.types.is_list(column.type) else column
    return values.dictionary_decode() if pa.types.is_dictionary(values.type) else values
