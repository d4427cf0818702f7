"""Rows, wherever they come from, become one new segment; nothing is embedded anew.

Shape letters: b rows, d embedding.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa

from index import durable
from index.catalog import ROW_GROUP, Catalog
from index.catalog_writer import CatalogWriter, searched_words
from index.journal import save_vectors
from index.kinds import EXACT
from index.lexical import LexicalWriter
from index.manifest import (
    AXES,
    CATALOG,
    PROPERTIES,
    REFUSALS,
    VECTORS,
    WORDS,
    Segment,
    describe_segment,
)
from index.pace import VECTOR_INDEX, WRITING, Pace
from index.projection import find_projection
from index.property_columns import write_property_columns
from index.spool import VectorSpool
from index.tuning import RECALL, Questions, build_vectors
from index.types import Vectors
from index.vectors import VectorIndex


def write_segment(
    folder: Path,
    chunks: Iterable[tuple[np.ndarray, pa.Table]],
    dim: int,
    refusals: Iterable[Path],
    *,
    kind: str = EXACT,
    recall: float = RECALL,
    questions: Questions | None = None,
    pace: Pace | None = None,
) -> Segment:
    """Write a segment folder, durably, from chunks of vectors (b, d) and rows.

    Refusals: files whose lines go into one. Kind, recall and questions are those of
    `tuning.build_vectors`, which asks when all but the vectors is written. Pace: learns how long it
    takes. Raises StoreError or OSError where it cannot be written.
    """
    pace = pace or Pace()
    durable.remove(folder)
    durable.make_folder(folder)
    with VectorSpool(dim, folder) as spool:
        with pace.timed(WRITING):
            _write_rows(folder, chunks, spool)
            with (folder / REFUSALS).open("wb") as joined:
                for path in refusals:
                    with path.open("rb") as lines:
                        shutil.copyfileobj(lines, joined)
        with pace.timed(VECTOR_INDEX, len(spool)):
            index = VectorIndex(dim)
            if len(spool):
                index = build_vectors(spool, kind, recall, questions)
            save_vectors(folder / VECTORS, index)
            find_projection(spool.vectors, len(spool), dim).save(folder / AXES)
    with pace.timed(WRITING, len(index)):
        durable.sync_tree(folder)
        measured = 1.0 if index.recall is None else index.recall
        told = {"kind": index.kind, "recall": measured, "dial": index.dial}
        return describe_segment(folder, len(index), **told)


def _write_rows(
    folder: Path, chunks: Iterable[tuple[np.ndarray, pa.Table]], spool: VectorSpool
) -> None:
    """Write catalog, words and property columns; lay the vectors down."""
    words = LexicalWriter(folder / WORDS)
    try:
        with CatalogWriter(folder / CATALOG) as catalog:
            for vectors, table in chunks:
                catalog.write_table(table)
                words.write(searched_words(table))
                spool.add(vectors)
    finally:
        words.close()
    write_property_columns(folder / CATALOG, folder / PROPERTIES)


def chunks_of(vectors: Vectors, catalog: Catalog) -> Iterator[tuple[np.ndarray, pa.Table]]:
    """Yield the vectors (b, d) and rows of an index, a row group at a time."""
    for start in range(0, len(catalog), ROW_GROUP):
        end = min(start + ROW_GROUP, len(catalog))
        yield vectors.vectors(np.arange(start, end)), catalog.stored(start, end)
