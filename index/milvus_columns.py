"""The columns of a catalog that go to a Milvus cluster, so that filters can be asked there.

What every crystal has goes to fields of their own; numbers and truth values that may be missing go
to one JSON field, since the fields of Milvus know no missing value.
Shape letters: b rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from index.catalog import Catalog
from index.milvus_filter import (
    FLAG,
    MOST,
    NUMBER,
    PROPERTIES,
    ROW,
    WHOLE,
    WORD,
    WORDS,
    sayable_name,
)

FIELDS: Mapping[str, str] = {
    "elements": WORDS,
    "nelements": WHOLE,
    "formula": WORD,
    "chemical_formula_reduced": WORD,
    "chemical_formula_anonymous": WORD,
    "chemical_system": WORD,
    "space_group": WORD,
    "space_group_number": WHOLE,
    "crystal_system": WORD,
    "prototype": WORD,
    "prototype_name": WORD,
    "prototypes": WORDS,
    "n_atoms": WHOLE,
    "nsites": WHOLE,
    "id": WORD,
}
"""column -> its kind"""
LONGEST = 65_535
"""bytes of a word"""
CAPACITY = 256
"""words in a list"""
_NOTHING: Mapping[str, Any] = {WORD: "", WORDS: [], WHOLE: 0}
"""what stands in the field of a column that is not held"""


class HeldColumns:
    """What a cluster is given of each row of a catalog beside its vector."""

    def __init__(self, catalog: Catalog) -> None:
        """Choose the columns that the cluster can hold without loss."""
        self.kinds: dict[str, str] = {}
        """column -> its kind, see `index.milvus_filter`"""
        columns: dict[str, pa.Array] = {}
        for name in catalog.filter_columns():
            column = catalog.table([name])[name].combine_chunks()
            if kind := _kind_of(name, column):
                self.kinds[name], columns[name] = kind, column
        self._table = pa.table(columns)

    def rows(self, start: int, end: int) -> list[dict[str, Any]]:
        """Return the fields of some consecutive rows."""
        found = self._table.slice(start, end - start).to_pylist()
        return [
            {
                ROW: number,
                **{name: row.get(name, _NOTHING[kind]) for name, kind in FIELDS.items()},
                PROPERTIES: {
                    name: float(value) if self.kinds[name] == NUMBER else value
                    for name, value in row.items()
                    if name not in FIELDS and value is not None
                },
            }
            for number, row in enumerate(found, start)
        ]


def _kind_of(name: str, column: pa.Array) -> str:
    """Name the kind of a column (b,); empty where a cluster could not hold all of it."""
    if name in FIELDS:
        return FIELDS[name] if not column.null_count and _fits(column) else ""
    if not sayable_name(name) or column.null_count == len(column):
        return ""
    if pa.types.is_boolean(column.type):
        return FLAG
    if pa.types.is_integer(column.type):
        bounds = pc.min_max(column).as_py()
        return NUMBER if max(abs(bounds["min"]), abs(bounds["max"])) <= MOST else ""
    if pa.types.is_floating(column.type):
        return NUMBER if pc.all(pc.is_finite(column)).as_py() else ""
    return ""


def _fits(column: pa.Array) -> bool:
    """Tell whether words and lists are no longer than a field takes."""
    if pa.types.is_list(column.type):
        words = column.values.dictionary
        longest = pc.max(pc.list_value_length(column)).as_py() or 0
        return longest <= CAPACITY and not words.null_count and _fits(words)
    if not pa.types.is_string(column.type):
        return True
    return (pc.max(pc.binary_length(column)).as_py() or 0) <= LONGEST
