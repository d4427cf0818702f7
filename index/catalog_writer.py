"""From records to rows of a catalog, and ids with vectors to a Parquet file of their own.

Shape letters: b rows, d embedding.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from clac.errors import StoreError
from clac.types import PropertyValue, Record
from index.arrow import storable
from index.catalog import ROW_GROUP, SCHEMA
from index.columns import anonymous, day_of, reduced

if TYPE_CHECKING:
    from clac.data.facts import Facts


class CatalogWriter:
    """Write the catalog of a segment, a batch of rows at a time."""

    def __init__(self, path: Path) -> None:
        """Open a new Parquet file."""
        self._writer = pq.ParquetWriter(path, SCHEMA, compression="zstd")

    def write_table(self, table: pa.Table) -> None:
        """Append rows of `catalog_table`."""
        self._writer.write_table(table, ROW_GROUP)

    def close(self) -> None:
        """Finish the file."""
        self._writer.close()

    def __enter__(self) -> CatalogWriter:
        """Use as a context that closes the file."""
        return self

    def __exit__(self, *error: object) -> None:
        """Finish the file."""
        self.close()


def catalog_table(
    records: Sequence[Record], facts: Sequence[Facts], captions: Sequence[str], words: Sequence[str]
) -> pa.Table:
    """Lay records out as rows; the four sequences run in step.

    Words: what a row is found by beside its text and its caption.
    """
    rows = [_row(*row) for row in zip(records, facts, captions, words, strict=True)]
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def searched_words(table: pa.Table) -> list[str]:
    """Join all that each row of a catalog is found by, word for word."""
    columns = (table[name].to_pylist() for name in ("text", "caption", "words"))
    return ["\n".join(parts) for parts in zip(*columns, strict=True)]


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
        if len(batch) == ROW_GROUP:
            yield batch
            batch = []
    if batch:
        yield batch


def _vector_table(batch: list[tuple[Record, np.ndarray]], schema: pa.Schema) -> pa.Table:
    """Lay ids, vectors and origins out as columns."""
    flat = np.concatenate([np.asarray(vector, dtype=np.float32) for _, vector in batch])
    vectors = pa.FixedSizeListArray.from_arrays(pa.array(flat), type=schema.field("vector").type)
    ids = pa.array([storable(record.id) for record, _ in batch])
    origins = pa.array([storable(record.origin) for record, _ in batch])
    return pa.Table.from_arrays([ids, vectors, origins], schema=schema)


def _row(record: Record, facts: Facts, caption: str, words: str) -> dict[str, Any]:
    """Lay a record out as one row of the catalog."""
    from clac.data.symmetry import reduced_formula  # brings pymatgen: never on the query path

    structure = record.structure
    return {
        "id": storable(record.id),
        "formula": reduced_formula(structure.numbers),
        "space_group": facts.symbol,
        "space_group_number": facts.space_group,
        "crystal_system": facts.crystal_system,
        "prototype": facts.prototype,
        "prototype_name": next(iter(facts.prototype_names), ""),
        "n_atoms": facts.n_atoms,
        "properties": json.dumps(_plain(record.properties), allow_nan=False),
        **_filtered(record, facts),
        "text": storable(record.text),
        "caption": storable(caption),
        "words": storable(words),
        "origin": storable(record.origin),
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
        "prototypes": list(dict.fromkeys((facts.prototype, *map(storable, names)))),
        "classes": list(facts.classes),
        "centring": facts.centring,
        "point_group": facts.point_group,
        "pearson": facts.pearson,
        "centrosymmetric": facts.centrosymmetric,
        "polar": facts.polar,
        "dimensionality": facts.dimensionality or None,
        **_bonded(facts),
        "uses": sorted({storable(word.lower()) for word in facts.uses}),
        "notable": sorted({storable(word.lower()) for word in facts.notable}),
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


def _plain(properties: Mapping[str, PropertyValue]) -> dict[str, PropertyValue]:
    """Turn numpy scalars into Python's, and leave out what is missing."""
    plain: dict[str, PropertyValue] = {}
    for name, value in properties.items():
        value = value.item() if isinstance(value, np.generic) else value
        if value is not None and not (isinstance(value, float) and not math.isfinite(value)):
            plain[name] = value
    return plain
