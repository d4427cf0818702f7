"""The vectors of an index on a Milvus cluster: the only user of pymilvus.

Shape letters: b rows, q queries, d embedding, k hits, c candidates.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from clac.errors import MissingExtra, StoreError
from index.filters import Filter
from index.manifest import Manifest
from index.milvus_columns import CAPACITY, FIELDS, LONGEST
from index.milvus_corpus import CORPUS, KINDS, PREFIX, Corpus, parsed, remedy, right
from index.milvus_filter import PROPERTIES, ROW, WHOLE, WORDS, write_milvus
from index.scan import ROUNDING, SPARE, best, count_allowed, nearest_in_blocks, unit_rows

if TYPE_CHECKING:
    from pymilvus import MilvusClient

TOKEN = "MILVUS_TOKEN"
"""environment variable of the token, or of user:password, that a server asks for"""
VECTOR = "vector"
"""field of the vectors"""
_MOST = 16_384
"""rows that Milvus gives for one question"""
_LISTED = 100_000
"""row numbers in one expression"""
MESSAGE_BYTES = 16 << 20
"""vectors in one message; servers take 64 MB"""
_BATCH = 256
"""questions in one message"""
_CALL_S = 60.0
_CONNECT_S = 10.0
STANDSTILL_S = 600.0
"""time without progress after which a server is no longer waited for"""
_SAID = 300
"""letters of a server's message that are shown"""


class MilvusIndex:
    """The vectors of one corpus, searched on the cluster as `VectorIndex` searches its own.

    Candidates are compared anew by their stored vectors, so that scores are cosines in every kind,
    and equal ones come in the order of their rows.
    """

    def __init__(self, client: MilvusClient, address: str, corpus: Corpus, dim: int) -> None:
        """Take a corpus that is loaded."""
        self._client = client
        self._address = address
        self.corpus = corpus
        self._dim = dim
        kind = KINDS[corpus.kind]
        self.dial: dict[str, int] = {kind.dial: kind.setting} if kind.dial else {}

    @classmethod
    def open(cls, address: str, manifest: Manifest) -> MilvusIndex:
        """Open the corpus of an address, http://host:19530#NAME, that was pushed from an index.

        Raises StoreError where the server cannot be reached, or the corpus is missing, incomplete
        or of another model or state of the index; it says which command mends that.
        """
        uri, name = parsed(address)
        client = connected(uri)
        with asking(uri, "open the corpus"):
            corpus = right(address, uri, name, list(corpora(client)), manifest)
            client.load_partitions(corpus.collection, [corpus.partition], timeout=STANDSTILL_S)
            found = counted(client, corpus.collection, corpus.partition)
        if found != corpus.count:
            raise StoreError(
                f"{address}: found {found:,} rows, expected {corpus.count:,}; {remedy(uri, name)}"
            )
        return cls(client, address, corpus, manifest.dim)

    def __len__(self) -> int:
        """Count the rows."""
        return self.corpus.count

    @property
    def dim(self) -> int:
        """Return the length d of a vector."""
        return self._dim

    @property
    def kind(self) -> str:
        """Return a name of `KINDS`."""
        return self.corpus.kind

    def turn(self, dial: Mapping[str, int]) -> None:
        """Set entries of `dial`; more is slower and finds more."""
        self.dial.update({name: value for name, value in dial.items() if name in self.dial})

    def vectors(self, rows: np.ndarray) -> np.ndarray:
        """Return the stored vectors (b, d) float32 of rows (b,)."""
        rows = np.asarray(rows, dtype=np.int64)
        wanted, places = np.unique(rows, return_inverse=True)
        stored = np.zeros((len(wanted), self.dim), dtype=np.float32)
        size = min(_MOST, max(1, MESSAGE_BYTES // (4 * self.dim)))
        for start in range(0, len(wanted), size):
            part = wanted[start : start + size]
            found = self._query(_listed(part))
            if len(found) != len(part):
                raise self._torn()
            where = np.searchsorted(wanted, [row[ROW] for row in found])
            stored[where] = np.array([row[VECTOR] for row in found], dtype=np.float32)
        return stored[places]

    def search(
        self,
        queries: np.ndarray,
        k: int,
        allowed: np.ndarray | None = None,
        filter: Filter | None = None,
    ) -> tuple[np.ndarray, np.ndarray]:
        """Find the k nearest rows of each unit query (q, d), as `VectorIndex.search` does.

        A filter that Milvus can say is pushed down; else it is told the numbers of the rows.
        """
        if k < 1:
            raise ValueError(f"k must be at least 1, found {k}")
        queries = unit_rows(queries, self.dim)
        total = count_allowed(allowed, len(self))
        k = min(k, total)
        scores = np.zeros((len(queries), k), dtype=np.float32)
        rows = np.zeros((len(queries), k), dtype=np.int64)
        if not k:
            return scores, rows
        asked = _Asked(self, allowed, filter, total)
        size = max(1, min(_BATCH, _MOST // k))
        for start in range(0, len(queries), size):
            answers = asked.answered(queries[start : start + size], k)
            for i, (best_scores, best_rows) in enumerate(answers, start):
                scores[i], rows[i] = best_scores, best_rows
        return scores, rows

    def path(
        self, allowed: np.ndarray | None = None, k: int = 1, filter: Filter | None = None
    ) -> str:
        """Say how `search` looks for k hits among the allowed rows (b,) bool."""
        count = count_allowed(allowed, len(self))
        dial = "".join(f" ({name} {value})" for name, value in self.dial.items())
        how = f"{KINDS[self.kind].says}{dial} on Milvus"
        rows = f"{count:,} row{'s' * (count != 1)}"
        if count == len(self):
            return f"{how} of {rows}"
        if self.said(filter) is not None:
            return f"{how} with the filter pushed down, of {rows}"
        return f"{how} with the numbers of {rows}"

    def said(self, filter: Filter | None) -> str | None:
        """Write a filter in the words of Milvus; None where it has none."""
        return None if filter is None else write_milvus(filter, self.corpus.columns)

    def found(self, queries: np.ndarray, limit: int, where: str) -> list[list[tuple[float, int]]]:
        """Ask for candidates of each query (q, d): score and row of each."""
        kind = KINDS[self.kind]
        dial = dict(self.dial)
        if kind.least_k:
            dial[kind.dial] = max(dial[kind.dial], limit)
        with asking(self._address, "search"):
            found = self._client.search(
                self.corpus.collection,
                data=list(queries),
                limit=limit,
                filter=where,
                search_params={"metric_type": "IP", "params": dial},
                partition_names=[self.corpus.partition],
                anns_field=VECTOR,
                # what is open is loaded and never changes: to wait for later writes brings nothing
                consistency_level="Eventually",
                timeout=_CALL_S,
            )
            return [list(zip(hits.distances, hits.ids, strict=True)) for hits in found]

    def _query(self, where: str) -> list[dict[str, Any]]:
        with asking(self._address, "read vectors"):
            return self._client.query(
                self.corpus.collection,
                filter=where,
                output_fields=[ROW, VECTOR],
                partition_names=[self.corpus.partition],
                consistency_level="Eventually",
                timeout=_CALL_S,
            )

    def _torn(self) -> StoreError:
        uri, name = parsed(self._address)
        return StoreError(f"{self._address}: rows are missing there; {remedy(uri, name)}")


_Near = tuple[np.ndarray, np.ndarray]
"""scores (c,), best first, and rows (c,) of candidates"""


class _Asked:
    """What is asked of a corpus: which rows may answer."""

    def __init__(
        self, index: MilvusIndex, allowed: np.ndarray | None, filter: Filter | None, total: int
    ) -> None:
        """Take the rows (b,) bool, so many, and the filter that says the same."""
        self._index = index
        self._allowed = None if total == len(index) else allowed
        self._filter = filter
        self._total = total

    def answered(self, queries: np.ndarray, k: int) -> list[_Near]:
        """Return the k best of each query (q, d), in the order of scores, then rows."""
        near = self._near(queries, min(k + SPARE, self._total))
        found = [self._enough(query, *one, k) for query, one in zip(queries, near, strict=True)]
        every = np.unique(np.concatenate(found))
        stored = self._index.vectors(every)
        return [
            best(stored[np.searchsorted(every, rows)], rows, query, k)[:2]
            for query, rows in zip(queries, found, strict=True)
        ]

    def _enough(
        self, query: np.ndarray, scores: np.ndarray, rows: np.ndarray, k: int
    ) -> np.ndarray:
        """Return candidates (c,) of a query (d,) among which the k best are.

        More are fetched while one outside may tie with the k-th. Where Milvus finds fewer than k,
        every row that may answer is looked at.
        """
        while k <= len(rows) < self._total and scores[-1] > scores[k - 1] - ROUNDING:
            before = len(rows)
            ((scores, rows),) = self._near(query[None], min(4 * before, self._total))
            if len(rows) <= before:
                break
        if len(rows) >= k:
            return rows
        every = np.flatnonzero(self._mask())
        depth = min(k + SPARE, self._total)
        return nearest_in_blocks(self._index.vectors, every, query[None], depth)[1][0]

    def _near(self, queries: np.ndarray, depth: int) -> list[_Near]:
        """Return up to `depth` candidates of each query (q, d)."""
        parts = [
            self._index.found(queries, min(depth, _MOST), where) for where in self._where(depth)
        ]
        return [
            self._merged([hit for part in parts for hit in part[i]], depth)
            for i in range(len(queries))
        ]

    def _merged(self, hits: Sequence[tuple[float, int]], depth: int) -> _Near:
        """Lay hits (c,) in order; each must be one that was asked for."""
        scores = np.array([score for score, _ in hits], dtype=np.float32)
        rows = np.array([row for _, row in hits], dtype=np.int64)
        if self._allowed is not None and not self._allowed[rows].all():
            raise StoreError(
                f"{self._index.corpus.name}: Milvus gave rows that the filter does not pass; "
                "this is a defect: leave --vectors out"
            )
        order = np.argsort(-scores, kind="stable")[:depth]
        return scores[order], rows[order]

    def _mask(self) -> np.ndarray:
        return np.ones(len(self._index), bool) if self._allowed is None else self._allowed

    def _where(self, depth: int) -> list[str]:
        """Write which rows may answer; in parts, where one answer cannot hold so many hits."""
        if depth <= _MOST:
            if self._allowed is None:
                return [""]
            if said := self._index.said(self._filter):
                return [said]
            others = np.flatnonzero(~self._allowed)
            if len(others) < min(self._total, _LISTED):
                return [f"not ({_listed(others)})"]
        rows, size = np.flatnonzero(self._mask()), _LISTED if depth <= _MOST else _MOST
        return [_listed(rows[start : start + size]) for start in range(0, len(rows), size)]


def connected(uri: str) -> MilvusClient:
    """Connect to a server, with the token of the environment."""
    try:
        from pymilvus import MilvusClient
    except ImportError as error:
        raise MissingExtra("pymilvus", "pip install 'clac[milvus]'") from error
    logging.getLogger("pymilvus").setLevel(logging.CRITICAL)  # errors are raised, too
    with asking(uri, "connect", f"is it running there? a token is taken from {TOKEN}"):
        return MilvusClient(uri=uri, token=os.environ.get(TOKEN, ""), timeout=_CONNECT_S)


@contextmanager
def asking(place: str, what: str, advice: str = "") -> Iterator[None]:
    """Turn what Milvus raises into one line."""
    from pymilvus import MilvusException

    try:
        yield
    except MilvusException as error:
        said = " ".join(str(error.message).split())[:_SAID]
        raise StoreError(
            f"{place}: Milvus cannot {what}: {said}{'; ' * bool(advice)}{advice}"
        ) from error


def corpora(client: MilvusClient) -> Iterator[Corpus]:
    """Yield what is known of the corpora of all models."""
    for collection in client.list_collections():
        if collection.startswith(PREFIX):
            properties = client.describe_collection(collection)["properties"]
            for key, value in properties.items():
                if key.startswith(CORPUS) and value:
                    yield Corpus(**json.loads(value))


def counted(client: MilvusClient, collection: str, partition: str) -> int:
    """Count the rows of a partition once all that was written is seen."""
    found = client.query(collection, filter="", output_fields=["count(*)"],
                         partition_names=[partition], consistency_level="Strong",
                         timeout=_CALL_S)  # fmt: skip
    return int(found[0]["count(*)"])


def schema_of(client: MilvusClient, dim: int) -> Any:
    """Describe the fields of a row."""
    from pymilvus import DataType

    schema = client.create_schema(auto_id=False, enable_dynamic_field=False)
    schema.add_field(ROW, DataType.INT64, is_primary=True)
    schema.add_field(VECTOR, DataType.FLOAT_VECTOR, dim=dim)
    schema.add_field(PROPERTIES, DataType.JSON)
    for name, kind in FIELDS.items():
        if kind == WHOLE:
            schema.add_field(name, DataType.INT64)
        elif kind == WORDS:
            schema.add_field(name, DataType.ARRAY, element_type=DataType.VARCHAR,
                             max_capacity=CAPACITY, max_length=LONGEST)  # fmt: skip
        else:
            schema.add_field(name, DataType.VARCHAR, max_length=LONGEST)
    return schema


def _listed(rows: np.ndarray) -> str:
    return f"{ROW} in [{','.join(map(str, rows.tolist()))}]"
