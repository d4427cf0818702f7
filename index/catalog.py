"""What is known of each indexed crystal, as Parquet columns in the order of the vectors.

Shape letters: n atoms, b rows.
"""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from clac.errors import InputError, StoreError
from clac.properties import PROPERTIES as KNOWN_PROPERTIES
from clac.properties import PROVENANCE
from clac.types import Record, Structure
from index.arrow import rows_array, storable, words_array
from index.columns import FACTS, column_slug
from index.filters import Column, Lists
from index.live_rows import LiveRows
from index.manifest import PROPERTIES, rebuild_hint
from index.property_columns import PropertyColumns

ROW_GROUP = 1024
"""rows that lie together on the disk"""
_LIGHT = pa.schema(
    [
        ("id", pa.string()),
        ("formula", pa.string()),
        ("space_group", pa.string()),
        ("space_group_number", pa.int16()),
        ("crystal_system", pa.string()),
        ("prototype", pa.string()),
        ("prototype_name", pa.string()),
        ("n_atoms", pa.int32()),
        ("properties", pa.string()),
    ]
)
"""what a hit shows: held in memory as Arrow columns once asked for"""
_HEAVY = pa.schema(
    [
        ("text", pa.string()),
        ("caption", pa.string()),
        ("words", pa.string()),
        ("origin", pa.string()),
        ("cell", pa.list_(pa.float64(), 9)),
        ("numbers", pa.list_(pa.int16())),
        ("frac", pa.list_(pa.float64())),
    ]
)
"""read from the disk, one row group at a time"""
_RECORD = ["id", "text", "properties", "origin", "cell", "numbers", "frac"]
"""what a record is made of"""
SCHEMA = pa.unify_schemas([_LIGHT, FACTS, _HEAVY])
_FACTS = frozenset(_LIGHT.names) - {"properties"} | set(FACTS.names)
"""columns that a filter may ask"""


class Catalog:
    """Rows of an index; only the rows that are asked for become Python objects."""

    def __init__(self, paths: Path | Sequence[Path], live: LiveRows | None = None) -> None:
        """Open Parquet files that `CatalogWriter` wrote, one behind the other.

        Live: which of their rows are there, None for all. Raises StoreError where a file cannot
        be read or has other columns.
        """
        paths = [paths] if isinstance(paths, Path) else paths
        self._files = [_opened(path) for path in paths]
        self._reading = Lock()  # two threads that read one file end the process
        self._live = LiveRows(self.sizes) if live is None else live
        self._groups = [(file, g) for file in self._files for g in range(file.num_row_groups)]
        sizes = [file.metadata.row_group(group).num_rows for file, group in self._groups]
        self._starts = np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)])
        self._asked: dict[str, Column] = {}
        places = [path.with_name(PROPERTIES) for path in paths]
        self._known = PropertyColumns(places, self._live, self._properties)

    def __len__(self) -> int:
        """Count the rows."""
        return len(self._live)

    @property
    def sizes(self) -> list[int]:
        """Count the stored rows of each file, deleted ones included."""
        return [file.metadata.num_rows for file in self._files]

    def ids(self) -> list[str]:
        """Return the ids of all rows."""
        return self._light["id"].to_pylist()

    def row_of(self, id: str) -> int | None:
        """Return the row of an id, or None."""
        row = pc.index(self._light["id"], words_array([storable(id)])[0]).as_py()
        return None if row < 0 else int(row)

    def ids_like(self, part: str, limit: int = 3) -> list[str]:
        """Return some ids that contain a part, for a message; some first ids where none does."""
        ids = self._light["id"]
        found = ids.filter(pc.match_substring(ids, part, ignore_case=True)) if part else ids
        return (found if len(found) else ids).slice(0, limit).to_pylist()

    def rows(self, rows: Sequence[int] | np.ndarray) -> list[dict[str, Any]]:
        """Return what a hit shows of each row: id, formula, space group, ..., properties."""
        taken = self._light.take(rows_array(np.asarray(rows, dtype=np.int64))).to_pylist()
        return [{**row, "properties": json.loads(row["properties"])} for row in taken]

    def keys(self, rows: np.ndarray) -> list[Hashable]:
        """Return formula, space group and prototype of rows (k,), which equal entries share."""
        taken = self._light.select(["formula", "space_group_number", "prototype"])
        return [tuple(row.values()) for row in taken.take(rows_array(rows)).to_pylist()]

    def texts(self, rows: Sequence[int] | np.ndarray, column: str) -> list[str]:
        """Return one column of words of each row: 'text', 'caption', 'origin' or 'id'."""
        return [row[column] for row in self._read(rows, [column])]

    def record(self, row: int) -> Record:
        """Return a row as it was read, structure and words included."""
        return self.records([row])[0]

    def records(self, rows: Sequence[int] | np.ndarray) -> list[Record]:
        """Return rows as they were read, structures and words included."""
        return [_record(values) for values in self._read(rows, _RECORD)]

    def stored(self, start: int, end: int) -> pa.Table:
        """Return all columns of consecutive rows, as `CatalogWriter` takes them."""
        return self._table(np.arange(start, end, dtype=np.int64), SCHEMA.names)

    def table(self, columns: Iterable[str]) -> pa.Table:
        """Return columns that a filter asks, each of every row (b,), under the names given.

        A property goes by its own name, by the name that `clac.properties` has for it under any
        of its names, or, where a fact has the same one, by 'properties.NAME'. One that
        `clac.properties` has and this index lacks is missing from every row, as are the licence
        and the day of retrieval of an index that was built from files. Raises InputError
        for a name that is none, with those that are.
        """
        asked = self.columns(columns)
        plain = [c.column if isinstance(c, Lists) else c for c in asked.values()]
        return pa.Table.from_arrays(plain, names=list(asked))

    def columns(self, names: Iterable[str]) -> dict[str, Column]:
        """Return what `table` does as a filter takes it: lists as they are asked fastest."""
        return {name: self._column(name) for name in names}

    def words_of(self, name: str) -> tuple[str, ...]:
        """Return the different words of a column of lists. Raises InputError as `table` does."""
        column = self._column(name)
        return tuple(sorted(column.others(()))) if isinstance(column, Lists) else ()

    def knows(self, name: str) -> bool:
        """Tell whether any row has a value in a column. Raises InputError as `table` does."""
        (column,) = self.table([name]).columns
        return column.null_count < len(column)

    def filter_columns(self) -> tuple[str, ...]:
        """Name the columns that a filter may ask: facts, then properties."""
        return tuple(dict.fromkeys((*sorted(_FACTS), *self.property_names())))

    def property_names(self) -> tuple[str, ...]:
        """Name the properties that any row has, by their own names and by those of the table."""
        spoken = [name for name in KNOWN_PROPERTIES if self._sources(name)]
        return tuple(sorted({*self._known.names, *spoken}))

    def _column(self, name: str) -> Column:
        """Return one column that a filter asks."""
        if name in _FACTS:
            if name not in self._asked:
                column = self._whole([name])[name].combine_chunks()
                is_list = pa.types.is_list(column.type)
                self._asked[name] = Lists(_coded(column)) if is_list else column
            return self._asked[name]
        sources = self._sources(name)
        if not sources and name in KNOWN_PROPERTIES:  # known of no row here
            return pa.nulls(len(self), pa.float64())
        if not sources and name in PROVENANCE:
            return pa.nulls(len(self), pa.string())
        if not sources:
            known = ", ".join(self.filter_columns())
            raise InputError("", f"filter: no column {name!r} in this index; known: {known}")
        parts = [self._known.column(source) for source in sources]
        return parts[0] if len(parts) == 1 else pc.coalesce(*_of_one_type(parts))

    def _sources(self, name: str) -> list[str]:
        """Return the property columns behind a name, the preferred one first."""
        spec = KNOWN_PROPERTIES.get(name)
        names = spec.columns if spec else (name.removeprefix("properties."),)
        found = [name for name in names if name in self._known.names]
        slug = column_slug(names[0])
        return found or [name for name in self._known.names if column_slug(name) == slug][:1]

    @cached_property
    def _light(self) -> pa.Table:
        return self._whole(_LIGHT.names).combine_chunks()

    def _properties(self) -> list[str]:
        """Return the properties of all rows as JSON."""
        return self._light["properties"].to_pylist()

    def _whole(self, columns: list[str]) -> pa.Table:
        """Read some columns of all rows."""
        with self._reading:
            tables = [file.read(columns=columns, use_threads=False) for file in self._files]
        table = tables[0] if len(tables) == 1 else pa.concat_tables(tables)
        if self._live.all_there:
            return table
        return table.take(rows_array(self._live.stored(np.arange(len(self), dtype=np.int64))))

    def _read(self, rows: Sequence[int] | np.ndarray, columns: list[str]) -> list[dict[str, Any]]:
        """Read some columns of some rows as Python objects, each row group once."""
        wanted, places = np.unique(np.asarray(rows, dtype=np.int64), return_inverse=True)
        values = self._table(wanted, columns).to_pylist()
        return [values[place] for place in places.tolist()]

    def _table(self, rows: np.ndarray, columns: list[str]) -> pa.Table:
        """Read some columns of rows (k,) in ascending order, each row group once."""
        stored = self._live.stored(rows)
        groups = np.searchsorted(self._starts, stored, side="right") - 1
        parts = [SCHEMA.empty_table().select(columns)]
        for number in np.unique(groups):
            file, group = self._groups[number]
            with self._reading:
                table = file.read_row_group(group, columns=columns, use_threads=False)
            parts.append(table.take(rows_array(stored[groups == number] - self._starts[number])))
        return pa.concat_tables(parts[1:] or parts).combine_chunks()


def _record(values: Mapping[str, Any]) -> Record:
    """Make a record of the columns that it is made of."""
    structure = Structure(
        cell=np.array(values["cell"], dtype=np.float64).reshape(3, 3),
        frac=np.array(values["frac"], dtype=np.float64).reshape(-1, 3),
        numbers=np.array(values["numbers"], dtype=np.int64),
    )
    properties = json.loads(values["properties"])
    return Record(values["id"], structure, values["text"], properties, values["origin"])


def _opened(path: Path) -> pq.ParquetFile:
    """Open a file and compare its columns."""
    try:
        file = pq.ParquetFile(path, memory_map=True)
    except (OSError, pa.ArrowException) as error:
        hint = rebuild_hint(path.parent)
        raise StoreError(f"{path}: cannot be read ({error}); {hint}") from error
    if not file.schema_arrow.equals(SCHEMA):
        found = ", ".join(file.schema_arrow.names)
        expected = ", ".join(SCHEMA.names)
        hint = rebuild_hint(path.parent)
        raise StoreError(f"{path}: found columns {found}, expected {expected}; {hint}")
    return file


def _coded(column: pa.ListArray) -> pa.ListArray:
    """Write the words of lists as codes, which take less memory."""
    words = column.values.dictionary_encode()
    missing = column.is_null() if column.null_count else None
    return pa.ListArray.from_arrays(column.offsets, words, mask=missing)


def _of_one_type(parts: Sequence[pa.Array]) -> Sequence[pa.Array]:
    """Turn whole numbers into numbers where columns of both stand for one property."""
    if len({part.type for part in parts}) < 2:
        return parts
    numeric = all(part.type in (pa.int64(), pa.float64()) for part in parts)
    return [part.cast(pa.float64() if numeric else pa.string()) for part in parts]
