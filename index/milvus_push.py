"""From an index folder to a corpus on a Milvus cluster, which appears whole or not at all.

What is known of a corpus is written last: a push that broke off changes nothing.
Shape letters: b rows, d embedding.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import json
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from clac.errors import InputError, StoreError
from index.manifest import content_of
from index.milvus import (
    MESSAGE_BYTES,
    STANDSTILL_S,
    VECTOR,
    asking,
    connected,
    corpora,
    counted,
    schema_of,
)
from index.milvus_columns import HeldColumns
from index.milvus_corpus import CORPUS, KINDS, PREFIX, Corpus, parsed
from index.segments import open_index
from index.types import Vectors

if TYPE_CHECKING:
    from index.build import Progress
    from index.milvus import MilvusClient

_MODEL = "clac.model"
_DEFAULT = "_default"
"""partition that every collection of Milvus has"""
_BATCH = 4096
"""rows in one message"""
_WRITE_S = 120.0
_PAUSE_S = 0.5


def push(
    folder: Path, to: str, name: str, kind: str = "hnsw", progress: Progress | None = None
) -> Corpus:
    """Copy the vectors of an index folder, and the columns that filters ask, to a Milvus cluster.

    To: the server, as http://host:19530. The corpus of the name appears whole or not at all; one
    that was there before, of the same model, is replaced. Raises InputError for a name or kind that
    cannot be, StoreError where the folder is damaged or the server fails.
    """
    uri, _ = parsed(f"{to}#{name}")
    if kind not in KINDS:
        raise InputError(
            "", f"no such kind of index on Milvus: {kind!r}; known: {', '.join(KINDS)}"
        )
    snapshot = open_index(folder)
    manifest, content = snapshot.manifest, content_of(snapshot.manifest)
    columns = HeldColumns(snapshot.catalog)
    collection = f"{PREFIX}{_short(manifest.model_id)}_{kind.replace('-', '_')}"
    corpus = Corpus(
        name, manifest.model_id, kind, collection, f"{name}_{content[:12]}", manifest.count,
        content, columns.kinds,
    )  # fmt: skip
    push_rows(uri, corpus, snapshot.vectors, columns, progress)
    return corpus


def push_rows(
    uri: str,
    corpus: Corpus,
    vectors: Vectors,
    columns: HeldColumns,
    progress: Progress | None = None,
) -> None:
    """Write the rows of a corpus to a server, and then what is known of it, as `push` does."""
    name, collection = corpus.name, corpus.collection
    client = connected(uri)
    with asking(uri, f"push the corpus {name} as {corpus.kind}"):
        before = [c for c in corpora(client) if (c.name, c.model_id) == (name, corpus.model_id)]
        if corpus not in before or not _is_whole(client, corpus):
            _make_collection(client, corpus, vectors.dim)
            try:
                _fill(client, corpus, vectors, columns, progress)
            except BaseException:
                _undo(client, corpus)
                raise
            told = {CORPUS + name: json.dumps(dataclasses.asdict(corpus))}
            client.alter_collection_properties(collection, told)
        for old in before:
            if old != corpus:
                _drop(client, old, forget=old.collection != collection)


def _make_collection(client: MilvusClient, corpus: Corpus, dim: int) -> None:
    """Make the collection of a model and a kind, where there is none."""
    kind = KINDS[corpus.kind]
    index = client.prepare_index_params()
    index.add_index(VECTOR, index_type=kind.type, index_name=VECTOR, metric_type="IP",
                    params=dict(kind.make))  # fmt: skip
    fresh = not client.has_collection(corpus.collection)
    if fresh:
        client.create_collection(
            corpus.collection,
            schema=schema_of(client, dim),
            consistency_level="Strong",
            properties={_MODEL: corpus.model_id},
        )
    try:
        client.create_index(corpus.collection, index)  # the same again changes nothing
    except BaseException:  # a server that lacks the kind keeps no trace of it
        if fresh:
            client.drop_collection(corpus.collection)
        raise


def _fill(
    client: MilvusClient,
    corpus: Corpus,
    vectors: Vectors,
    columns: HeldColumns,
    progress: Progress | None,
) -> None:
    """Write all rows of a corpus, and wait until they are indexed, loaded and found."""
    if client.has_partition(corpus.collection, corpus.partition):  # of a push that broke off
        _drop(client, corpus, forget=False)
    client.create_partition(corpus.collection, corpus.partition)
    size = max(1, min(_BATCH, MESSAGE_BYTES // (4 * vectors.dim)))
    for start in range(0, corpus.count, size):
        end = min(start + size, corpus.count)
        stored = vectors.vectors(np.arange(start, end))
        rows = [{**row, VECTOR: v} for row, v in zip(columns.rows(start, end), stored, strict=True)]
        client.insert(corpus.collection, rows, partition_name=corpus.partition, timeout=_WRITE_S)
        if progress is not None:
            progress(end, corpus.count)
    client.flush(corpus.collection, timeout=STANDSTILL_S)
    _await_index(client, corpus)
    if not _is_whole(client, corpus):
        raise StoreError(f"{corpus.name}: Milvus lost some of {corpus.count:,} rows; push again")


def _undo(client: MilvusClient, corpus: Corpus) -> None:
    """Remove what a push that failed wrote, and its collection where nothing else is in it."""
    with contextlib.suppress(Exception):  # what failed before is told, not this
        _drop(client, corpus, forget=False)
        if client.list_partitions(corpus.collection) == [_DEFAULT]:
            client.drop_collection(corpus.collection)


def _is_whole(client: MilvusClient, corpus: Corpus) -> bool:
    """Load a corpus and tell whether all its rows are found."""
    if not client.has_partition(corpus.collection, corpus.partition):
        return False
    client.load_partitions(corpus.collection, [corpus.partition], timeout=STANDSTILL_S)
    return counted(client, corpus.collection, corpus.partition) == corpus.count


def _await_index(client: MilvusClient, corpus: Corpus) -> None:
    """Wait until all rows of a collection are indexed, as long as that goes on."""
    pending, since = -1, time.monotonic()
    while True:
        state = client.describe_index(corpus.collection, VECTOR)
        if state["state"] == "Failed":
            reason = state.get("index_state_fail_reason", "")
            raise StoreError(f"{corpus.collection}: Milvus cannot make {corpus.kind}: {reason}")
        if not state["pending_index_rows"]:
            return
        if state["pending_index_rows"] != pending:
            pending, since = state["pending_index_rows"], time.monotonic()
        if time.monotonic() - since > STANDSTILL_S:
            raise StoreError(
                f"{corpus.collection}: Milvus does not go on making {corpus.kind}; {pending:,} "
                "rows are left: see the log of its index node"
            )
        time.sleep(_PAUSE_S)


def _drop(client: MilvusClient, corpus: Corpus, *, forget: bool) -> None:
    """Remove the rows of a corpus; forget: and what is known of it, first."""
    if forget:  # Milvus 2.3 cannot remove a property
        client.alter_collection_properties(corpus.collection, {CORPUS + corpus.name: ""})
    client.release_partitions(corpus.collection, [corpus.partition])
    client.drop_partition(corpus.collection, corpus.partition)


def _short(model_id: str) -> str:
    return hashlib.sha256(model_id.encode()).hexdigest()[:16]
