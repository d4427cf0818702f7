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

from clac.embed import Embedder, load_model
from clac.errors import InputError, StoreError
from clac.types import Record
from index import collection
from index.facets import facets
from index.filters import Filter
from index.hits import Hits
from index.manifest import FORMAT_VERSION, Manifest
from index.plan import Plan, plan
from index.ranking import Near, Ranked, Ranking
from index.segments import open_index
from index.texts import checked_text
from index.tuning import AUTO, RECALL
from index.types import BuildReport, Facet, Hit, Label, Match, Query, Vectors
from index.words import rank_labels, rank_terms, rank_texts

if TYPE_CHECKING:
    from index.build import Progress
    from index.stages import Runner

_FIRST = "cubic oxide with titanium"
_UNLIKE_SHARE = 0.5
"""of what hits are not like, beside what they are like"""
_NEAREST_CAPTIONS = 50
"""rows whose captions `describe` compares with the structure"""
_OF_A_ROW = ("id", "formula", "space_group", "space_group_number", "prototype", "prototype_name",
             "properties")  # fmt: skip
"""what a hit takes from the catalog as it is"""


class SearchEngine:
    """An opened index (its folder, manifest, vectors and catalog) and the embedder of its model."""

    def __init__(self, folder: Path, embedder: Embedder, vectors: str | None = None) -> None:
        """Open an index folder after checking all of it.

        Vectors: the address of a corpus on a Milvus cluster that holds them, such as
        http://host:19530#NAME; by default they are those of the folder. Raises StoreError that says
        what was found, what was expected and what rebuilds it.
        """
        self.folder = folder
        opened = open_index(folder, embedder.model_id)
        self.manifest: Manifest = opened.manifest
        self.embedder = embedder
        self.vectors = opened.vectors if vectors is None else _on_cluster(vectors, self.manifest)
        self.catalog = opened.catalog
        self._ranking = Ranking(self.vectors, opened.words)

    def __len__(self) -> int:
        """Count the indexed crystals."""
        return len(self.vectors)

    @classmethod
    def open(
        cls,
        path: str | Path | None = None,
        embedder: Embedder | None = None,
        *,
        progress: Progress | None = None,
        vectors: str | None = None,
    ) -> SearchEngine:
        """Open an index folder; without a path, the embedded collection, built at first use.

        Vectors: the corpus of a Milvus cluster that is asked for them, as http://host:19530#NAME.
        Without an embedder the default model is loaded. What an `IndexWriter` changes later is
        seen when the folder is opened again. Raises StoreError where the index is missing,
        damaged, or of another format version or model.
        """
        embedder = embedder or load_model()
        if path is not None:
            return cls(Path(path), embedder, vectors)
        folder = collection.ensure(
            _collection_key(embedder),
            lambda out: _build_collection(out, embedder, progress, force=False),
        )
        try:
            return cls(folder, embedder, vectors)
        except StoreError:  # a damaged cache is made anew
            if vectors is not None:  # it may be the cluster that complains
                raise
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
        resume: bool = False,
        strict: bool = False,
        progress: Progress | None = None,
        spool: Path | None = None,
        sources: Sequence[str] = (),
        kind: str = AUTO,
        recall: float = RECALL,
        runner: Runner | None = None,
    ) -> BuildReport:
        """Embed a stream of records and write them as an index folder.

        Force replaces an index that is there. Resume goes on with a build that broke off, of the
        same sources (their names). The kind is one of the vector index: auto (by size), exact or
        one of `index.kinds.KINDS`; one that is not exact is tuned to find a share of the true
        neighbours, the recall. With strict, the first refused input raises InputError. The spool
        is the file to which the source writes its refusals, if it does. The runner does the work:
        this process, or many by `index.workers.Workers(2)`. Raises StoreError where out is taken
        (without force) or cannot be written.
        """
        from index.build import build_index  # brings captions: never on the query path
        from index.stages import in_process

        embedder = embedder or load_model()
        return build_index(
            records,
            Path(out),
            embedder,
            force=force,
            resume=resume,
            strict=strict,
            progress=progress,
            spool=spool,
            sources=sources,
            kind=kind,
            recall=recall,
            runner=runner or in_process,
        )

    def search(
        self,
        text: str | None = None,
        *,
        structure: Any = None,
        id: str | None = None,
        k: int = 10,
        filter: Filter | str | None = None,
        **more: Any,
    ) -> Hits:
        """Find the k crystals nearest to a text, a structure or an indexed id, or to all of these.

        A structure is a pymatgen Structure, ASE Atoms, Record or Structure. What else may be asked
        are the other fields of `Query`: like, unlike, radius, unique, rows, diversity, parse, soft.
        Where fewer than k crystals pass the filter, these are the hits. What a text says for
        certain is a filter too, or with soft what raises a hit; without parse it is encoded alone.
        Raises InputError for an empty text, a structure that cannot be represented, an unknown id
        or a filter that does not fit the index.
        """
        given = [example for example in (structure, id) if example is not None]
        like = (*given, *_listed(more.pop("like", None)))
        return self.search_batch([Query(text, like, k=k, filter=filter, **more)])[0]

    def search_batch(self, queries: Sequence[str | Query], k: int = 10) -> list[Hits]:
        """Answer many queries at once; a bare text asks for k hits.

        Raises InputError as `search` does, for the first query that cannot be answered.
        """
        asked = [Query(text=q, k=k) if isinstance(q, str) else q for q in queries]
        if not asked:
            return []
        for query in asked:
            _check(query)
        plans = [plan(q, self.catalog) for q in asked]
        vectors = self._query_vectors(asked, plans)
        own = [frozenset(map(self.row, _ids(query.like))) for query in asked]
        depths = [self._ranking.depth(q) + len(rows) for q, rows in zip(asked, own, strict=True)]
        near = self._ranking.near(vectors, plans, depths)
        return [self._answer(*one) for one in zip(asked, plans, vectors, own, near, strict=True)]

    def _answer(
        self, query: Query, how: Plan, vector: np.ndarray, own: frozenset[int], near: Near
    ) -> Hits:
        """Answer one query, whose vector (d,), own rows and nearest rows are known."""
        first = self._ranking.depth(query)

        def find(k: int) -> Ranked:
            known = near if k == first else None
            return self._ranking.best(vector, how, k, own, query.radius, known)

        k = self._ranking.pool(query)
        found = self._ranking.unique(find, k, self.catalog.keys) if query.unique else find(k)
        if query.diversity:
            found = self._ranking.diverse(found, query.k, query.diversity)
        return Hits(
            self._hits(found, how),
            self.vectors.path(how.allowed, query.k, how.filter),
            how.report,
            how.conditions,
            how.relaxed,
            self.records,
        )

    def similar(self, structure: Any = None, *, id: str | None = None, **more: Any) -> Hits:
        """Find the crystals nearest to a structure or to an indexed id (itself left out).

        What else may be asked is what `search` takes.
        """
        return self.search(structure=structure, id=id, **more)

    def warm_up(self) -> None:
        """Ask once, so that nobody waits for what loads at a first question."""
        self.search(_FIRST, k=1)

    def facets(self, query: Query) -> Mapping[str, tuple[Facet, ...]]:
        """Count what the crystals are that pass the filters of a query: column -> its values.

        Raises InputError as `search` does.
        """
        return facets(self.catalog, plan(query, self.catalog).allowed)

    def records(self, ids: Sequence[str]) -> list[Record]:
        """Return indexed crystals. Raises InputError for an unknown id."""
        return self.catalog.records([self.row(id) for id in ids])

    def filter_columns(self) -> tuple[str, ...]:
        """Name the columns that a filter may ask: facts of a crystal, then properties."""
        return self.catalog.filter_columns()

    def describe(self, structure: Any = None, *, id: str | None = None, k: int = 10) -> list[Match]:
        """Put a structure in words: its k best descriptors, then the k best captions nearby.

        Each group of descriptors shows its best before any shows its second. Both lists are
        ranked by the cosine of their words and the structure.
        """
        from clac.data.grammar.prompts import describe_terms

        vector = self._structure_vector(structure, id)
        terms = rank_terms(vector, describe_terms(), self.embedder, k=k)
        depth = min(len(self), max(_NEAREST_CAPTIONS, k))
        rows = self.vectors.search(vector[None], depth)[1][0]
        captions = self.catalog.texts(rows, "caption")
        ids = self.catalog.texts(rows, "id")
        return terms + rank_texts(vector, "caption", captions, self.embedder, ids=ids, k=k)

    def rank_texts(
        self, texts: Sequence[str], structure: Any = None, *, id: str | None = None, k: int = 10
    ) -> list[Match]:
        """Order texts by how well they fit a structure or an indexed id; return the k best.

        Raises InputError for an empty text.
        """
        texts = [checked_text(text) for text in texts]
        vector = self._structure_vector(structure, id)
        return rank_texts(vector, "text", texts, self.embedder, k=k)

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
        return rank_labels(vector, ensembles, self.embedder)

    def _query_vectors(self, queries: Sequence[Query], plans: Sequence[Plan]) -> np.ndarray:
        """Encode queries (b,), all texts in one pass; return unit vectors (b, d)."""
        vectors = np.zeros((len(queries), self.vectors.dim), dtype=np.float32)
        worded = [i for i, how in enumerate(plans) if how.words is not None]
        if worded:
            texts = [checked_text(plans[i].words or "") for i in worded]
            vectors[worded] = self.embedder.encode_texts(texts)
        for vector, query in zip(vectors, queries, strict=True):
            if like := _listed(query.like):
                vector += self._mean(like)
            if query.unlike:
                vector -= _UNLIKE_SHARE * self._mean(query.unlike)
            length = float(np.linalg.norm(vector))
            if length < 1e-6:
                raise InputError("", "the query is like and unlike the same; nothing is left of it")
            vector /= length
        return vectors

    def _mean(self, examples: Sequence[Any]) -> np.ndarray:
        """Return the mean (d,) of the vectors of ids and structures."""
        vectors = [
            self._structure_vector(None, x)
            if isinstance(x, str)
            else self._structure_vector(x, None)
            for x in examples
        ]
        return np.mean(vectors, axis=0)

    def _structure_vector(self, structure: Any, id: str | None) -> np.ndarray:
        """Return the unit vector (d,) of a structure, or of an indexed one."""
        if (structure is None) == (id is None):
            raise InputError("", "give either a structure or an id")
        if id is not None:
            return self._stored_vector(self.row(id))
        return self.embedder.encode_structures([structure])[0]

    def _stored_vector(self, row: int) -> np.ndarray:
        """Return the vector (d,) of an indexed structure."""
        return self.vectors.vectors(np.array([row]))[0]

    def row(self, id: str) -> int:
        """Return the row of an id, or raise InputError with ids to choose from."""
        row = self.catalog.row_of(id)
        if row is None:
            near = ", ".join(self.catalog.ids_like(id))
            raise InputError(id, f"no such id in the index; it has {near}, ...")
        return row

    def _hits(self, found: Ranked, how: Plan) -> list[Hit]:
        """Dress rows (k,) as hits."""
        shown: list[Mapping[str, Any]] = self.catalog.rows(found.rows)
        numbers = (found.rows, found.scores, found.dense, found.lexical)
        return [
            Hit(
                rank=rank,
                score=score,
                why=how.why(place),
                dense=dense,
                lexical=lexical,
                **{name: row[name] for name in _OF_A_ROW},
            )
            for rank, (row, place, score, dense, lexical) in enumerate(
                zip(shown, *(part.tolist() for part in numbers), strict=True), start=1
            )
        ]


def _on_cluster(address: str, manifest: Manifest) -> Vectors:
    """Open the vectors of an index on a Milvus cluster."""
    from index.milvus import MilvusIndex  # the package is optional

    return MilvusIndex.open(address, manifest)


def _listed(examples: Any) -> tuple[Any, ...]:
    """Return examples as a tuple: none, one or several."""
    if examples is None:
        return ()
    return tuple(examples) if isinstance(examples, (list, tuple)) else (examples,)


def _ids(examples: Any) -> list[str]:
    """Return those of some examples that are ids."""
    return [example for example in _listed(examples) if isinstance(example, str)]


def _check(query: Query) -> None:
    """Raise InputError for a query that asks for nothing or for what cannot be."""
    if query.k < 1:
        raise InputError("", "k must be at least 1")
    if query.text is None and not _listed(query.like):
        raise InputError("", "a query needs a text, a structure or an id")
    if query.text is not None:
        checked_text(query.text)
    if not 0 <= query.diversity < 1:
        raise InputError("", f"diversity must be at least 0 and below 1, found {query.diversity}")
    if query.radius is not None and not -1 <= query.radius <= 1:
        raise InputError("", f"the radius is a cosine, -1 to 1, found {query.radius}")


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

    SearchEngine.build(
        starter_records(), out, embedder, force=force, resume=True, progress=progress
    )
