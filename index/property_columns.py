"""Each property of an index as a typed column of its own, in the order of the vectors.

The catalog keeps the properties of a row as one JSON object, which is what a hit shows. A filter
asks one property of every row, so they also stand side by side here, missing where unknown.
Shape letters: b rows.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from threading import Lock

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from clac.errors import StoreError
from clac.types import PropertyValue
from index.arrow import rows_array
from index.live_rows import LiveRows
from index.manifest import rebuild_hint

_BATCH = 4096
_INT64 = 2**63
_KINDS = b"kinds"
_NUMBERS = frozenset({b"int64", b"double"})


def write_property_columns(catalog: Path, out: Path) -> None:
    """Lay the JSON properties of a catalog out as columns of a new file, batch by batch.

    A column holds truth values, whole numbers, numbers, or words; where rows disagree, words. The
    kinds of value that its rows have stand in its metadata.
    """
    source = pq.ParquetFile(catalog, memory_map=True)
    kinds: dict[str, set[pa.DataType]] = {}
    for rows in _batches(source):
        for row in rows:
            for name, value in row.items():
                kinds.setdefault(name, set()).add(_type_of(value))
    schema = pa.schema([_field(name, found) for name, found in sorted(kinds.items())])
    with pq.ParquetWriter(out, schema, compression="zstd") as writer:
        for rows in _batches(source) if kinds else ():
            columns = [_column(rows, field.name, field.type) for field in schema]
            writer.write_table(pa.Table.from_arrays(columns, schema=schema))


class PropertyColumns:
    """The property columns of an index; each is read when a filter first asks for it."""

    def __init__(
        self, paths: Sequence[Path], live: LiveRows, properties: Callable[[], list[str]]
    ) -> None:
        """Open files that `write_property_columns` wrote, one for each segment.

        Properties: gives the JSON of each row. Raises StoreError where a file cannot be read.
        """
        self._files = [_opened(path) for path in paths]
        self._reading = Lock()  # two threads that read one file end the process
        self._live = live
        self._properties = properties
        self._read: dict[str, pa.Array] = {}
        names = {name for file in self._files for name in file.schema_arrow.names}
        self.names: tuple[str, ...] = tuple(sorted(names))
        """of the properties, as they were read"""

    def column(self, name: str) -> pa.Array:
        """Return one property of every row (b,), missing where unknown."""
        if name not in self._read:
            self._read[name] = self._joined(name)
        return self._read[name]

    def _joined(self, name: str) -> pa.Array:
        """Read one property of all segments, typed as one file of all rows would type it."""
        fields = [f.schema_arrow.field(name) for f in self._files if name in f.schema_arrow.names]
        kinds = {kind for field in fields for kind in field.metadata[_KINDS].split()}
        alone = len(self._files) == 1 and self._live.all_there
        if len(kinds) > 1 and not kinds <= _NUMBERS and not alone:  # words, in some rows only
            rows = [{name: json.loads(text).get(name)} for text in self._properties()]
            found = {_type_of(row[name]) for row in rows if row[name] is not None}
            return _column(rows, name, _widest(found))
        kind = _widest({field.type for field in fields})
        sizes = zip(self._files, self._live.sizes, strict=True)
        with self._reading:
            parts = [_part(file, name, kind, size) for file, size in sizes]
        column = parts[0] if len(parts) == 1 else pa.concat_arrays(parts)
        if self._live.all_there:
            return column
        return column.take(rows_array(self._live.stored(np.arange(len(self._live)))))


def _opened(path: Path) -> pq.ParquetFile:
    """Open a file of columns."""
    try:
        return pq.ParquetFile(path, memory_map=True)
    except (OSError, pa.ArrowException) as error:
        hint = rebuild_hint(path.parent)
        raise StoreError(f"{path}: cannot be read ({error}); {hint}") from error


def _part(file: pq.ParquetFile, name: str, kind: pa.DataType, size: int) -> pa.Array:
    """Read one property of all rows of a segment, which may have it nowhere."""
    if name not in file.schema_arrow.names:
        return pa.nulls(size, kind)
    return file.read(columns=[name], use_threads=False)[name].combine_chunks().cast(kind)


def _batches(source: pq.ParquetFile) -> Iterator[list[Mapping[str, PropertyValue]]]:
    """Yield the properties of some rows at a time."""
    for batch in source.iter_batches(_BATCH, columns=["properties"], use_threads=False):
        yield [json.loads(text) for text in batch["properties"].to_pylist()]


def _type_of(value: PropertyValue) -> pa.DataType:
    if isinstance(value, bool):
        return pa.bool_()
    if isinstance(value, int) and -_INT64 <= value < _INT64:
        return pa.int64()
    return pa.string() if isinstance(value, str) else pa.float64()


def _field(name: str, kinds: set[pa.DataType]) -> pa.Field:
    """Describe a column and the kinds of value that its rows have."""
    listed = " ".join(sorted(map(str, kinds)))
    return pa.field(name, _widest(kinds), metadata={_KINDS: listed.encode()})


def _widest(kinds: set[pa.DataType]) -> pa.DataType:
    """Return the type that holds the values of all."""
    if len(kinds) == 1:
        return next(iter(kinds))
    return pa.float64() if kinds <= {pa.int64(), pa.float64()} else pa.string()


def _column(rows: Sequence[Mapping[str, PropertyValue]], name: str, kind: pa.DataType) -> pa.Array:
    return pa.array([_as(row.get(name), kind) for row in rows], kind)


def _as(value: PropertyValue, kind: pa.DataType) -> PropertyValue:
    """Write a value as the type of its column."""
    if value is None or isinstance(value, str):
        return value
    if kind == pa.string():
        return json.dumps(value)
    return float(value) if kind == pa.float64() else value
