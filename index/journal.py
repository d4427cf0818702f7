"""What is done of a build lies on the disk, a batch at a time, for one that breaks off to go on.

Shape letters: b rows, d embedding.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from clac.errors import StoreError
from index import durable
from index.catalog_writer import CatalogWriter
from index.manifest import CATALOG, VECTORS, digest, sha256_of
from index.staging import BATCHES, JOURNAL
from index.vectors import VectorIndex

_START_OVER = "start over with --force"


class Journal:
    """Finished batches of vectors and catalog rows in a folder, in their order."""

    def __init__(self, folder: Path, about: Mapping[str, Any]) -> None:
        """Go on where a journal in the folder stops; `about` tells one build from another.

        Raises StoreError where the journal is of another build or damaged.
        """
        self._folder = folder
        self._about = dict(about)
        self._batches: list[dict[str, Any]] = []
        if (folder / JOURNAL).is_file():
            self._batches = _read(folder / JOURNAL, self._about)

    def __len__(self) -> int:
        """Count the rows."""
        return sum(batch["count"] for batch in self._batches)

    def ids(self) -> set[str]:
        """Return the ids of all rows; raises StoreError where a batch is damaged."""
        tables = (self._table(batch, ["id"]) for batch in self._batches)
        return {id for table in tables for id in table["id"].to_pylist()}

    def append(self, vectors: np.ndarray, table: pa.Table) -> None:
        """Write a batch, (b, d) and b rows; when this returns it survives whatever comes."""
        name = f"{len(self._batches) + 1:06d}"
        place = self._folder / BATCHES / name
        durable.remove(place)
        durable.make_folder(place)
        save_vectors(place / VECTORS, gathered([vectors], vectors.shape[1]))
        with CatalogWriter(place / CATALOG) as writer:
            writer.write_table(table)
        durable.sync_tree(place)
        files = {part: sha256_of(place / part) for part in (VECTORS, CATALOG)}
        self._batches.append({"name": name, "count": len(table), "files": files})
        values = {"about": self._about, "batches": self._batches}
        values["sha256"] = digest(values)
        durable.write_file(self._folder / JOURNAL, json.dumps(values).encode())

    def chunks(self) -> Iterator[tuple[np.ndarray, pa.Table]]:
        """Yield vectors (b, d) and rows of each batch."""
        for batch in self._batches:
            stored = VectorIndex.load(self._checked(batch, VECTORS))
            yield stored.vectors(np.arange(len(stored))), self._table(batch, None)

    def _table(self, batch: Mapping[str, Any], columns: list[str] | None) -> pa.Table:
        path = self._checked(batch, CATALOG)
        return pq.read_table(path, columns=columns, use_threads=False, memory_map=True)

    def _checked(self, batch: Mapping[str, Any], part: str) -> Path:
        """Return the path of a file after comparing its checksum."""
        path: Path = self._folder / BATCHES / batch["name"] / part
        if not path.is_file():
            raise StoreError(f"{path}: found no such file; {_START_OVER}")
        found, expected = sha256_of(path), batch["files"][part]
        if found != expected:
            raise StoreError(f"{path}: found SHA-256 {found}, expected {expected}; {_START_OVER}")
        return path


def gathered(chunks: Iterable[np.ndarray], dim: int) -> VectorIndex:
    """Add vectors, chunks of (b, d), to an empty index."""
    index = VectorIndex(dim)
    for chunk in chunks:
        if len(chunk):
            index.add(chunk)
    return index


def save_vectors(path: Path, index: VectorIndex) -> None:
    """Write an index to a new file and read it back.

    faiss does not tell of a disk that fills up while it closes a file. Raises StoreError then.
    """
    index.save(path)
    try:
        found = len(VectorIndex.load(path))
    except StoreError as error:
        raise StoreError(f"{path}: cannot be written: it is cut short") from error
    if found != len(index):
        raise StoreError(f"{path}: cannot be written: {found} of {len(index)} vectors are there")


def _read(path: Path, about: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the batches that a journal lists."""
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        expected = values.pop("sha256")
    except (OSError, ValueError, KeyError, AttributeError) as error:
        raise StoreError(f"{path}: cannot be read ({error}); {_START_OVER}") from error
    found = digest(values)
    if found != expected:
        raise StoreError(f"{path}: found SHA-256 {found}, expected {expected}; {_START_OVER}")
    for name, value in about.items():
        if (old := values["about"].get(name)) != value:
            raise StoreError(
                f"{path}: the build that broke off has {name} {old}, now it is {value}; "
                f"go on with the same, or {_START_OVER}"
            )
    return list(values["batches"])
