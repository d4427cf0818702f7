"""Each property of an index as a typed column of its own, in the order of the vectors.

The catalog keeps the properties of a row as one JSON object, which is what a hit shows. A filter
asks one property of every row, so they also stand side by side here, missing where unknown.
Shape letters: b rows.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from clac.errors import StoreError
from clac.types import PropertyValue
from index.manifest import rebuild_hint

_BATCH = 4096
_INT64 = 2**63


def write_property_columns(catalog: Path, out: Path) -> None:
    """Lay the JSON properties of a catalog out as columns of a new file, batch by batch.

    A column holds truth values, whole numbers, numbers, or words; where rows disagree, words.
    """
    source = pq.ParquetFile(catalog, memory_map=True)
    kinds: dict[str, pa.DataType] = {}
    for rows in _batches(source):
        for row in rows:
            for name, value in row.items():
                kinds[name] = _wider(kinds.get(name), _type_of(value))
    schema = pa.schema(sorted(kinds.items()))
    with pq.ParquetWriter(out, schema, compression="zstd") as writer:
        for rows in _batches(source) if kinds else ():
            columns = [
                pa.array([_as(row.get(field.name), field.type) for row in rows], field.type)
                for field in schema
            ]
            writer.write_table(pa.Table.from_arrays(columns, schema=schema))


class PropertyColumns:
    """The property columns of an index; each is read when a filter first asks for it."""

    def __init__(self, path: Path) -> None:
        """Open a file that `write_property_columns` wrote; raises StoreError where it cannot."""
        try:
            self._file = pq.ParquetFile(path, memory_map=True)
        except (OSError, pa.ArrowException) as error:
            hint = rebuild_hint(path.parent)
            raise StoreError(f"{path}: cannot be read ({error}); {hint}") from error
        self._read: dict[str, pa.Array] = {}
        self.names: tuple[str, ...] = tuple(self._file.schema_arrow.names)
        """of the properties, as they were read"""

    def column(self, name: str) -> pa.Array:
        """Return one property of every row (b,), missing where unknown."""
        if name not in self._read:
            table = self._file.read(columns=[name], use_threads=False)
            self._read[name] = table[name].combine_chunks()
        return self._read[name]


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


def _wider(one: pa.DataType | None, other: pa.DataType) -> pa.DataType:
    """Return the type that holds the values of both."""
    if one is None or one == other:
        return other
    return pa.float64() if {one, other} == {pa.int64(), pa.float64()} else pa.string()


def _as(value: PropertyValue, kind: pa.DataType) -> PropertyValue:
    """Write a value as the type of its column."""
    if value is None or isinstance(value, str):
        return value
    if kind == pa.string():
        return json.dumps(value)
    return float(value) if kind == pa.float64() else value
