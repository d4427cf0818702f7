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

COLUMNS = ("crystal_system", "classes", "elements", "prototypes", "dimensionality")
"""what is counted"""
_SHOWN = 30
_LABEL = re.compile(r"[A-Z]\w*_[a-z][A-Z]\d+_\d+")
"""begins a prototype as AFLOW writes it, such as AB_cF8_225_a_b"""


def facets(catalog: Catalog, allowed: np.ndarray | None) -> Mapping[str, tuple[Facet, ...]]:
    """Count the values of each column among rows (b,) bool, None for all, the most frequent first.

    A value of a list counts once for each row that has it. Structure types that have a name stand
    before mere labels, which say the same of most crystals again.
    """
    table = catalog.table(COLUMNS)
    return {name: _counts(name, table[name].combine_chunks(), allowed) for name in COLUMNS}


def _counts(name: str, column: pa.Array, allowed: np.ndarray | None) -> tuple[Facet, ...]:
    """Count the values of one column."""
    kept = column if allowed is None else column.filter(pa.array(allowed))
    is_list = pa.types.is_list(kept.type)
    values = pc.list_flatten(kept) if is_list else kept
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    counted = [(row["values"], row["counts"]) for row in pc.value_counts(values).to_pylist()]
    order = sorted((c for c in counted if c[0]), key=lambda c: (_is_label(c[0]), -c[1], c[0]))
    op = "has_all" if is_list else "="
    return tuple(
        Facet(value, count, write_optimade(Test(name, op, (value,) if is_list else value)))
        for value, count in order[:_SHOWN]
    )


def _is_label(value: object) -> bool:
    """Tell a label of a structure type from names and other values."""
    return isinstance(value, str) and _LABEL.match(value) is not None
