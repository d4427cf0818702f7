"""What is known of each indexed crystal, as Parquet columns in the order of the vectors.

Shape letters: n atoms, b rows.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from clac.errors import StoreError
from clac.types import PropertyValue, Record, Structure
from index.manifest import rebuild_hint

if TYPE_CHECKING:
    from clac.data.facts import Facts

_ROW_GROUP = 1024
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
        ("origin", pa.string()),
        ("cell", pa.list_(pa.float64(), 9)),
        ("numbers", pa.list_(pa.int16())),
        ("frac", pa.list_(pa.float64())),
    ]
)
"""read from the disk, one row group at a time"""
SCHEMA = pa.unify_schemas([_LIGHT, _HEAVY])


class CatalogWriter:
    """Write the catalog of an index, a batch of rows at a time."""

    def __init__(self, path: Path) -> None:
        """Open a new Parquet file."""
        self._writer = pq.ParquetWriter(path, SCHEMA, compression="zstd")

    def write(
        self, records: Sequence[Record], facts: Sequence[Facts], captions: Sequence[str]
    ) -> None:
        """Append rows; the three sequences run in step."""
        rows = [_row(*row) for row in zip(records, facts, captions, strict=True)]
        self._writer.write_table(pa.Table.from_pylist(rows, schema=SCHEMA), _ROW_GROUP)

    def close(self) -> None:
        """Finish the file."""
        self._writer.close()


class Catalog:
    """Rows of an index; only the rows that are asked for become Python objects."""

    def __init__(self, path: Path) -> None:
        """Open a Parquet file that `CatalogWriter` wrote.

        Raises StoreError where it cannot be read or has other columns.
        """
        self._path = path
        try:
            self._file = pq.ParquetFile(path, memory_map=True)
        except (OSError, pa.ArrowException) as error:
            hint = rebuild_hint(path.parent)
            raise StoreError(f"{path}: cannot be read ({error}); {hint}") from error
        if not self._file.schema_arrow.equals(SCHEMA):
            found = ", ".join(self._file.schema_arrow.names)
            expected = ", ".join(SCHEMA.names)
            hint = rebuild_hint(path.parent)
            raise StoreError(f"{path}: found columns {found}, expected {expected}; {hint}")
        groups = range(self._file.num_row_groups)
        sizes = [self._file.metadata.row_group(group).num_rows for group in groups]
        self._starts = np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)])

    def __len__(self) -> int:
        """Count the rows."""
        return int(self._file.metadata.num_rows)

    def row_of(self, id: str) -> int | None:
        """Return the row of an id, or None."""
        row = pc.index(self._light["id"], _arrow_word(_clean(id))).as_py()
        return None if row < 0 else int(row)

    def ids_like(self, part: str, limit: int = 3) -> list[str]:
        """Return some ids that contain a part, for a message; some first ids where none does."""
        ids = self._light["id"]
        found = ids.filter(pc.match_substring(ids, part, ignore_case=True)) if part else ids
        return (found if len(found) else ids).slice(0, limit).to_pylist()

    def rows(self, rows: Sequence[int] | np.ndarray) -> list[dict[str, Any]]:
        """Return what a hit shows of each row: id, formula, space group, ..., properties."""
        taken = self._light.take(_arrow_rows(np.asarray(rows, dtype=np.int64))).to_pylist()
        return [{**row, "properties": json.loads(row["properties"])} for row in taken]

    def texts(self, rows: Sequence[int] | np.ndarray, column: str) -> list[str]:
        """Return one column of words of each row: 'text', 'caption', 'origin' or 'id'."""
        return [row[column] for row in self._read(rows, [column])]

    def record(self, row: int) -> Record:
        """Return a row as it was read, structure and words included."""
        (values,) = self._read([row], SCHEMA.names)
        structure = Structure(
            cell=np.array(values["cell"], dtype=np.float64).reshape(3, 3),
            frac=np.array(values["frac"], dtype=np.float64).reshape(-1, 3),
            numbers=np.array(values["numbers"], dtype=np.int64),
        )
        properties = json.loads(values["properties"])
        return Record(values["id"], structure, values["text"], properties, values["origin"])

    @cached_property
    def _light(self) -> pa.Table:
        table = self._file.read(columns=_LIGHT.names, use_threads=False)
        return table.combine_chunks()

    def _read(self, rows: Sequence[int] | np.ndarray, columns: list[str]) -> list[dict[str, Any]]:
        """Read some columns of some rows, each row group once."""
        rows = np.asarray(rows, dtype=np.int64)
        groups = np.searchsorted(self._starts, rows, side="right") - 1
        values: dict[int, dict[str, Any]] = {}
        for group in np.unique(groups):
            wanted = np.unique(rows[groups == group])
            table = self._file.read_row_group(int(group), columns=columns, use_threads=False)
            taken = table.take(_arrow_rows(wanted - self._starts[group])).to_pylist()
            values.update(zip(wanted.tolist(), taken, strict=True))
        return [values[row] for row in rows.tolist()]


def write_vectors(
    path: Path, rows: Iterable[tuple[Record, np.ndarray]], *, dim: int, model_id: str
) -> int:
    """Write ids and unit vectors (d,) to a Parquet file; return their number.

    The model id stands in the metadata of the file. The file appears whole or not at all.
    Raises StoreError where it cannot be written.
    """
    schema = pa.schema(
        [("id", pa.string()), ("vector", pa.list_(pa.float32(), dim)), ("origin", pa.string())],
        metadata={"model_id": model_id},
    )
    part = path.with_name(f".{path.name}.part")
    count = 0
    try:
        with pq.ParquetWriter(part, schema, compression="zstd") as writer:
            for batch in _batches(rows):
                writer.write_table(_vector_table(batch, schema))
                count += len(batch)
        part.replace(path)
    except OSError as error:
        raise StoreError(f"{path}: cannot be written: {error.strerror or error}") from error
    finally:
        part.unlink(missing_ok=True)
    return count


def _batches(
    rows: Iterable[tuple[Record, np.ndarray]],
) -> Iterable[list[tuple[Record, np.ndarray]]]:
    """Cut a stream into lists of a row group each."""
    batch: list[tuple[Record, np.ndarray]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == _ROW_GROUP:
            yield batch
            batch = []
    if batch:
        yield batch


def _vector_table(batch: list[tuple[Record, np.ndarray]], schema: pa.Schema) -> pa.Table:
    """Lay ids, vectors and origins out as columns."""
    flat = np.concatenate([np.asarray(vector, dtype=np.float32) for _, vector in batch])
    vectors = pa.FixedSizeListArray.from_arrays(pa.array(flat), type=schema.field("vector").type)
    ids = pa.array([_clean(record.id) for record, _ in batch])
    origins = pa.array([_clean(record.origin) for record, _ in batch])
    return pa.Table.from_arrays([ids, vectors, origins], schema=schema)


def _row(record: Record, facts: Facts, caption: str) -> dict[str, Any]:
    """Lay a record out as one row of the catalog."""
    from clac.data.symmetry import reduced_formula  # brings pymatgen: never on the query path

    structure = record.structure
    return {
        "id": _clean(record.id),
        "formula": reduced_formula(structure.numbers),
        "space_group": facts.symbol,
        "space_group_number": facts.space_group,
        "crystal_system": facts.crystal_system,
        "prototype": facts.prototype,
        "prototype_name": next(iter(facts.prototype_names), ""),
        "n_atoms": len(structure),
        "properties": json.dumps(_plain(record.properties), allow_nan=False),
        "text": _clean(record.text),
        "caption": _clean(caption),
        "origin": _clean(record.origin),
        "cell": structure.cell.ravel(),
        "numbers": structure.numbers,
        "frac": structure.frac.ravel(),
    }


def _arrow_rows(rows: np.ndarray) -> pa.Array:
    """Hand row numbers to Arrow; pyarrow.array would import pandas, at half a second."""
    return pa.Array.from_buffers(pa.int64(), len(rows), [None, pa.py_buffer(rows)])


def _arrow_word(word: str) -> pa.StringScalar:
    """Hand a string to Arrow; pyarrow.scalar would import pandas."""
    letters = word.encode()
    ends = np.array([0, len(letters)], dtype=np.int32)
    buffers = [None, pa.py_buffer(ends), pa.py_buffer(letters)]
    return pa.Array.from_buffers(pa.string(), 1, buffers)[0]


def _clean(text: str) -> str:
    """Replace what UTF-8 cannot carry, such as the odd bytes of a file name."""
    return text.encode("utf-8", "replace").decode()


def _plain(properties: Mapping[str, PropertyValue]) -> dict[str, PropertyValue]:
    """Turn numpy scalars into Python's, and leave out what is missing."""
    plain: dict[str, PropertyValue] = {}
    for name, value in properties.items():
        value = value.item() if isinstance(value, np.generic) else value
        if value is not None and not (isinstance(value, float) and not math.isfinite(value)):
            plain[name] = value
    return plain
