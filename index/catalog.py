"""What is known of each indexed crystal, as Parquet columns in the order of the vectors.

Shape letters: n atoms, b rows.
"""

from __future__ import annotations

import json
import math
from collections.abc import Hashable, Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from clac.errors import InputError, StoreError
from clac.properties import PROPERTIES as KNOWN_PROPERTIES
from clac.properties import PROVENANCE
from clac.types import PropertyValue, Record, Structure
from index.arrow import rows_array, words_array
from index.columns import FACTS, anonymous, column_slug, day_of, reduced
from index.manifest import PROPERTIES, rebuild_hint
from index.property_columns import PropertyColumns, write_property_columns

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
SCHEMA = pa.unify_schemas([_LIGHT, FACTS, _HEAVY])
_FACTS = frozenset(_LIGHT.names) - {"properties"} | set(FACTS.names)
"""columns that a filter may ask"""


class CatalogWriter:
    """Write the catalog of an index, a batch of rows at a time."""

    def __init__(self, path: Path) -> None:
        """Open a new Parquet file."""
        self._path = path
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

    def write_properties(self) -> None:
        """Lay the properties of the finished file out as columns, in a file beside it."""
        write_property_columns(self._path, self._path.with_name(PROPERTIES))


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
        self._asked: dict[str, pa.Array] = {}
        self._starts = np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)])

    def __len__(self) -> int:
        """Count the rows."""
        return int(self._file.metadata.num_rows)

    def row_of(self, id: str) -> int | None:
        """Return the row of an id, or None."""
        row = pc.index(self._light["id"], words_array([_clean(id)])[0]).as_py()
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
        (values,) = self._read([row], SCHEMA.names)
        structure = Structure(
            cell=np.array(values["cell"], dtype=np.float64).reshape(3, 3),
            frac=np.array(values["frac"], dtype=np.float64).reshape(-1, 3),
            numbers=np.array(values["numbers"], dtype=np.int64),
        )
        properties = json.loads(values["properties"])
        return Record(values["id"], structure, values["text"], properties, values["origin"])

    def table(self, columns: Iterable[str]) -> pa.Table:
        """Return columns that a filter asks, each of every row (b,), under the names given.

        A property goes by its own name, by the name that `clac.properties` has for it under any
        of its names, or, where a fact has the same one, by 'properties.NAME'. One that
        `clac.properties` has and this index lacks is missing from every row, as are the licence
        and the day of retrieval of an index that was built from files. Raises InputError
        for a name that is none, with those that are.
        """
        names = list(dict.fromkeys(columns))
        return pa.Table.from_arrays([self._column(name) for name in names], names=names)

    def knows(self, name: str) -> bool:
        """Tell whether any row has a value in a column. Raises InputError as `table` does."""
        column = self._column(name)
        return column.null_count < len(column)

    def filter_columns(self) -> tuple[str, ...]:
        """Name the columns that a filter may ask: facts, then properties."""
        spoken = [name for name in KNOWN_PROPERTIES if self._sources(name)]
        return tuple(dict.fromkeys((*sorted(_FACTS), *sorted((*self._known.names, *spoken)))))

    def _column(self, name: str) -> pa.Array:
        """Return one column that a filter asks."""
        if name in _FACTS:
            if name not in self._asked:
                table = self._file.read(columns=[name], use_threads=False)
                self._asked[name] = _coded(table[name].combine_chunks())
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
    def _known(self) -> PropertyColumns:
        return PropertyColumns(self._path.with_name(PROPERTIES))

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
            taken = table.take(rows_array(wanted - self._starts[group])).to_pylist()
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
        "n_atoms": facts.n_atoms,
        "properties": json.dumps(_plain(record.properties), allow_nan=False),
        **_filtered(record, facts),
        "text": _clean(record.text),
        "caption": _clean(caption),
        "origin": _clean(record.origin),
        "cell": structure.cell.ravel(),
        "numbers": structure.numbers,
        "frac": structure.frac.ravel(),
    }


def _filtered(record: Record, facts: Facts) -> dict[str, Any]:
    """Lay out what only filters ask for."""
    names = (name.lower() for name in facts.prototype_names)
    return {
        "elements": sorted(facts.elements),
        "nelements": len(facts.elements),
        "chemical_formula_reduced": reduced(facts.elements, facts.amounts),
        "chemical_formula_anonymous": anonymous(facts.amounts),
        "chemical_system": "-".join(sorted(facts.elements)),
        "nsites": len(record.structure),
        "prototypes": list(dict.fromkeys((facts.prototype, *map(_clean, names)))),
        "classes": list(facts.classes),
        "centring": facts.centring,
        "point_group": facts.point_group,
        "pearson": facts.pearson,
        "centrosymmetric": facts.centrosymmetric,
        "polar": facts.polar,
        "dimensionality": facts.dimensionality or None,
        **_bonded(facts),
        "uses": sorted({_clean(word.lower()) for word in facts.uses}),
        "notable": sorted({_clean(word.lower()) for word in facts.notable}),
        "density": facts.density_g_cm3,
        "volume_per_atom": facts.volume_per_atom_ang3,
        "date": day_of(record.properties),
    }


def _bonded(facts: Facts) -> dict[str, list[str] | None]:
    """Lay out what the bonds say, as words with and without their element or shapes."""
    if facts.polyhedra is None:
        return dict.fromkeys(("coordination", "polyhedra", "linkages"))
    counted = [(s, str(n)) for s, numbers in facts.coordination.items() for n in numbers]
    return {
        "coordination": _listed([w for s, n in counted for w in (n, f"{s}:{n}")]),
        "polyhedra": _listed([w for s, shape in facts.polyhedra for w in (shape, f"{s} {shape}")]),
        "linkages": _listed([w for link in facts.linkages for w in (link[1], "|".join(link))]),
    }


def _listed(words: Iterable[str]) -> list[str]:
    return sorted(set(words))


def _coded(column: pa.Array) -> pa.Array:
    """Write the words of lists as codes, which a filter compares in half the time."""
    if not pa.types.is_list(column.type):
        return column
    return pa.ListArray.from_arrays(column.offsets, column.values.dictionary_encode())


def _of_one_type(parts: Sequence[pa.Array]) -> Sequence[pa.Array]:
    """Turn whole numbers into numbers where columns of both stand for one property."""
    if len({part.type for part in parts}) < 2:
        return parts
    numeric = all(part.type in (pa.int64(), pa.float64()) for part in parts)
    return [part.cast(pa.float64() if numeric else pa.string()) for part in parts]


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
