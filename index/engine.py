"""Ask an index in words or with a crystal, and ask a crystal for its words.

Shape letters: d embedding, k hits, b texts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from clac.errors import InputError, StoreError
from clac.types import Record
from index import collection
from index.catalog import Catalog
from index.filters import Filter
from index.lexical import LexicalIndex
from index.manifest import (
    CATALOG,
    FORMAT_VERSION,
    VECTORS,
    WORDS,
    Manifest,
    check_count,
    check_folder,
)
from index.plan import Plan, plan
from index.texts import checked_text
from index.types import BuildReport, Hit, Hits, Label, Match, Query
from index.vectors import VectorIndex
from index.words import rank_labels, rank_terms, rank_texts

if TYPE_CHECKING:
    from clac.embed import Embedder
    from index.build import Progress

_WORDED_ROWS = 1000
"""rows whose words are looked at, those with the rarest words of the question first"""
_NEAREST_CAPTIONS = 50
"""rows whose captions `describe` compares with the structure"""


class SearchEngine:
    """An opened index and the model that speaks its language."""

    def __init__(self, folder: Path, embedder: Embedder) -> None:
        """Open an index folder after checking all of it.

        Raises StoreError that says what was found, what was expected and what rebuilds it.
        """
        self.folder = folder
        self.manifest: Manifest = check_folder(folder, embedder.model_id)
        self._embedder = embedder
        self._vectors = VectorIndex.load(folder / VECTORS)
        self._catalog = Catalog(folder / CATALOG)
        self._words = LexicalIndex(folder / WORDS)
        check_count(folder / VECTORS, "vectors", len(self._vectors), self.manifest.count)
        check_count(folder / VECTORS, "dimension", self._vectors.dim, self.manifest.dim)
        check_count(folder / CATALOG, "rows", len(self._catalog), self.manifest.count)
        check_count(folder / WORDS, "rows", len(self._words), self.manifest.count)

    def __len__(self) -> int:
        """Count the indexed crystals."""
        return len(self._vectors)

    @classmethod
    def open(
        cls,
        path: str | Path | None = None,
        embedder: Embedder | None = None,
        *,
        progress: Progress | None = None,
    ) -> SearchEngine:
        """Open an index folder; without a path, the embedded collection, built at first use.

        Without an embedder the default model is loaded. Raises StoreError where the index is
        missing, damaged, or of another format version or model.
        """
        embedder = embedder or _default_embedder()
        if path is not None:
            return cls(Path(path), embedder)
        folder = collection.ensure(
            _collection_key(embedder),
            lambda out: _build_collection(out, embedder, progress, force=False),
        )
        try:
            return cls(folder, embedder)
        except StoreError:  # a damaged cache is made anew
            _build_collection(folder, embedder, progress, force=True)
            return cls(folder, embedder)

    @classmethod
    def build(
        cls,
        records: Iterable[Record],
        out: str | Path,
        embedder: Embedder | None = None,
        *,
        force: bool = False,
        strict: bool = False,
        progress: Progress | None = None,
        spool: Path | None = None,
    ) -> BuildReport:
        """Embed a stream of records and write them as an index folder.

        With strict, the first refused input raises InputError. The spool is the file to which
        the source writes its refusals, if it does. Raises StoreError where out is taken
        (without force) or cannot be written.
        """
        from index.build import build_index  # brings captions: never on the query path

        embedder = embedder or _default_embedder()
        return build_index(
            records,
            Path(out),
            embedder,
            force=force,
            strict=strict,
            progress=progress,
            spool=spool,
        )

    def search(
        self,
        text: str | None = None,
        *,
        structure: Any = None,
        id: str | None = None,
        k: int = 10,
        filter: Filter | str | None = None,
        parse: bool = True,
        soft: bool = False,
    ) -> Hits:
        """Find the k nearest crystals of a text, a structure or an indexed id (itself left out).

        A structure is a pymatgen Structure, ASE Atoms, Record or Structure. A filter, of
        `index.filters` or a text in the OPTIMADE language, says what a hit must be; where fewer
        than k crystals pass, these are the hits. What a text says for certain is a filter too, or
        with soft what raises a hit; without parse all of it goes to the encoder. Raises InputError
        for an empty text, a structure that cannot be represented, an unknown id or a filter that
        does not fit the index.
        """
        query = Query(text, structure, id, k=k, filter=filter, parse=parse, soft=soft)
        return self.search_batch([query])[0]

    def search_batch(self, queries: Sequence[str | Query], k: int = 10) -> list[Hits]:
        """Answer many queries at once; a bare text asks for k hits.

        Raises InputError as `search` does, for the first query that cannot be answered.
        """
        asked = [Query(text=q, k=k) if isinstance(q, str) else q for q in queries]
        if not asked:
            return []
        if any(q.k < 1 for q in asked):
            raise InputError("", "k must be at least 1")
        own_rows = [None if q.like is None else self._row(q.like) for q in asked]
        plans = [plan(q, self._catalog) for q in asked]
        vectors = self._query_vectors(asked, plans, own_rows)
        return [self._answer(*one) for one in zip(asked, plans, vectors, own_rows, strict=True)]

    def _answer(self, query: Query, how: Plan, vector: np.ndarray, own: int | None) -> Hits:
        """Answer one query, whose vector (d,) and own row are known."""
        depth = query.k + (own is not None)
        scores, rows = np.empty(0, np.float32), np.empty(0, np.int64)
        for gain, allowed in how.levels():
            s, r = (found[0] for found in self._vectors.search(vector[None], depth, allowed))
            if how.words is not None:
                s, r = self._with_words(how.words, vector, s, r, allowed)
            scores, rows = np.concatenate([scores, s + gain]), np.concatenate([rows, r])
        order = np.lexsort((rows, -scores))
        keep = order[rows[order] != own][: query.k] if own is not None else order[: query.k]
        return Hits(
            self._hits(scores[keep], rows[keep], how),
            self._vectors.path(how.allowed),
            None if how.chosen is None else how.chosen.report,
            how.conditions,
            how.relaxed,
        )

    def similar(
        self,
        structure: Any = None,
        *,
        id: str | None = None,
        k: int = 10,
        filter: Filter | str | None = None,
    ) -> Hits:
        """Find the k crystals nearest to a structure or to an indexed id (itself left out)."""
        return self.search(structure=structure, id=id, k=k, filter=filter)

    def filter_columns(self) -> tuple[str, ...]:
        """Name the columns that a filter may ask: facts of a crystal, then properties."""
        return self._catalog.filter_columns()

    def describe(self, structure: Any = None, *, id: str | None = None, k: int = 10) -> list[Match]:
        """Put a structure in words: its k best descriptors, then the k best captions nearby.

        Each group of descriptors shows its best before any shows its second. Both lists are
        ranked by the cosine of their words and the structure.
        """
        from clac.data.grammar.prompts import describe_terms

        vector = self._structure_vector(structure, id)
        terms = rank_terms(vector, describe_terms(), self._embedder, k=k)
        depth = min(len(self), max(_NEAREST_CAPTIONS, k))
        rows = self._vectors.search(vector[None], depth)[1][0]
        captions = self._catalog.texts(rows, "caption")
        ids = self._catalog.texts(rows, "id")
        return terms + rank_texts(vector, "caption", captions, self._embedder, ids=ids, k=k)

    def rank_texts(
        self, texts: Sequence[str], structure: Any = None, *, id: str | None = None, k: int = 10
    ) -> list[Match]:
        """Order texts by how well they fit a structure or an indexed id; return the k best.

        Raises InputError for an empty text.
        """
        texts = [checked_text(text) for text in texts]
        vector = self._structure_vector(structure, id)
        return rank_texts(vector, "text", texts, self._embedder, k=k)

    def classify(
        self,
        labels: Sequence[str],
        structure: Any = None,
        *,
        id: str | None = None,
        task: str = "",
    ) -> list[Label]:
        """Say how probable each label is for a structure, the most probable first.

        A task, such as 'crystal_system', chooses the prompts that the labels stand in. Raises
        InputError for fewer than two different labels.
        """
        from clac.data.grammar.prompts import prompts

        labels = list(dict.fromkeys(checked_text(label) for label in labels))
        if len(labels) < 2:
            raise InputError("", "classify needs at least two different labels")
        vector = self._structure_vector(structure, id)
        ensembles = {label: list(prompts(task, label)) for label in labels}
        return rank_labels(vector, ensembles, self._embedder)

    def _with_words(
        self,
        text: str,
        vector: np.ndarray,
        scores: np.ndarray,
        rows: np.ndarray,
        allowed: np.ndarray | None,
    ) -> tuple[np.ndarray, np.ndarray]:
        """Add to a row's cosine the share of the text's words that it holds; best first again."""
        held, shares = self._words.search(text, _WORDED_ROWS, allowed)
        if not len(held):
            return scores, rows
        best = dict(zip(rows.tolist(), scores.tolist(), strict=True))
        raised = self._vectors.vectors(held) @ vector + shares
        best.update(zip(held.tolist(), raised.tolist(), strict=True))
        order = sorted(best, key=lambda row: (-best[row], row))
        return np.array([best[row] for row in order], dtype=np.float32), np.array(order)

    def _query_vectors(
        self, queries: Sequence[Query], plans: Sequence[Plan], rows: Sequence[int | None]
    ) -> np.ndarray:
        """Encode queries (b,), all texts in one pass; return unit vectors (b, d)."""
        vectors = np.zeros((len(queries), self._vectors.dim), dtype=np.float32)
        worded = [i for i, q in enumerate(queries) if q.text is not None]
        if worded:
            texts = [checked_text(plans[i].words or "") for i in worded]
            vectors[worded] = self._embedder.encode_texts(texts)
        for i, (query, row) in enumerate(zip(queries, rows, strict=True)):
            given = (query.text is not None, query.structure is not None, row is not None)
            if sum(given) != 1:
                raise InputError("", "a query is exactly one of text, structure and id")
            if row is not None:
                vectors[i] = self._stored_vector(row)
            elif query.structure is not None:
                vectors[i] = self._structure_vector(query.structure, None)
        return vectors

    def _structure_vector(self, structure: Any, id: str | None) -> np.ndarray:
        """Return the unit vector (d,) of a structure, or of an indexed one."""
        if (structure is None) == (id is None):
            raise InputError("", "give either a structure or an id")
        if id is not None:
            return self._stored_vector(self._row(id))
        return self._embedder.encode_structures([structure])[0]

    def _stored_vector(self, row: int) -> np.ndarray:
        """Return the vector (d,) of an indexed structure."""
        return self._vectors.vectors(np.array([row]))[0]

    def _row(self, id: str) -> int:
        """Return the row of an id, or raise InputError with ids to choose from."""
        row = self._catalog.row_of(id)
        if row is None:
            near = ", ".join(self._catalog.ids_like(id))
            raise InputError(id, f"no such id in the index; it has {near}, ...")
        return row

    def _hits(self, scores: np.ndarray, rows: np.ndarray, how: Plan) -> list[Hit]:
        """Dress rows (k,) as hits."""
        shown: list[Mapping[str, Any]] = self._catalog.rows(rows)
        return [
            Hit(
                rank=rank,
                id=row["id"],
                score=float(score),
                formula=row["formula"],
                space_group=row["space_group"],
                space_group_number=row["space_group_number"],
                prototype=row["prototype"],
                prototype_name=row["prototype_name"],
                properties=row["properties"],
                why=how.why(place),
            )
            for rank, (score, row, place) in enumerate(
                zip(scores, shown, rows.tolist(), strict=True), start=1
            )
        ]


def _default_embedder() -> Embedder:
    """Load the shipped model."""
    from clac.embed import Embedder

    return Embedder.load()


def _collection_key(embedder: Embedder) -> str:
    """Name the embedded collection's index by model, contents and format."""
    starter = resources.files("clac.data").joinpath("starter.csv").read_bytes()
    contents = hashlib.sha256(starter).hexdigest()[:12]
    return f"{embedder.model_id[:16]}-{contents}-v{FORMAT_VERSION}"


def _build_collection(
    out: Path, embedder: Embedder, progress: Progress | None, *, force: bool
) -> None:
    """Build the index of the embedded collection."""
    from clac.data.starter import starter_records

    SearchEngine.build(starter_records(), out, embedder, force=force, progress=progress)
