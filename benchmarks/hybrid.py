"""Short queries through the whole engine: embedding, words, both fused, and what the text says.

    python -m benchmarks.hybrid [--split test] [--limit 3000] [--model FOLDER] [--cache FOLDER]

The index is built from the crystals of the split as a user would build it (kept in runs/hybrid),
the queries are the short captions of `benchmarks.retrieval`, each true of ten crystals or more, and
the measure is its precision@10 by facts: crystals of which a stated property is unknown are left
out of that query's rows. "words 0.5": cosine plus 0.5 times the share of the words. "fused":
reciprocal rank fusion (DOI 10.1145/1571941.1572114) of both. "parsed": rows must meet what the text
was understood to say, as in the product; "soft": they gain by it. The weight of the words is to be
chosen with --split val, and by what `benchmarks.collection` tells of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from rich.progress import track

from benchmarks import report, testset
from benchmarks.precision import Hits, K, of_captions
from benchmarks.testset import SEED, WITHIN, TestSet
from clac.data.dataset import Pairs
from clac.data.readers import read
from clac.types import Record
from index import Query, SearchEngine
from index.plan import Level, Plan, plan
from index.ranking import WORDS_WEIGHT, Ranking
from index.segments import open_index

WEIGHTS = (0.1, 0.25, 0.5, 1.0)
FUSED_FROM = 60
"""added to a rank in reciprocal rank fusion, as its authors do"""
FUSED_ROWS = 1000
Way = Callable[[Query, np.ndarray, np.ndarray], np.ndarray]
"""query, its vector (d,) and the rows (b,) bool that count -> its best rows (k,)"""


def main() -> None:
    """Measure and write the result file."""
    parser = testset.arguments(__doc__)
    parser.add_argument("--split", default="test", help="test or val")
    parser.add_argument("--limit", type=int, default=3000, help="queries, drawn once")
    given = parser.parse_args()
    whole = testset.load(given.model, given.cache, everything=True)
    some = whole.pairs.take(whole.rows(given.split))
    engine = _engine(whole, some, given.split)
    test = replace(whole, pairs=_in_order(some, engine))
    said = testset.captions(test.pairs, "short")
    rows = np.random.default_rng(SEED).permutation(len(said))[: given.limit]
    texts = [said[i].text for i in rows]
    vectors = testset.encode_texts(texts, test.embedder)
    table = testset.FactTable(test.pairs.facts)
    ways = _ways(engine)
    counts = {name: np.zeros((3, len(rows)), dtype=np.int64) for name in ways}
    for i, (text, vector) in enumerate(zip(track(texts, "queries"), vectors)):
        claims = said[rows[i]].claims
        right = table.all_hold(claims, WITHIN)
        known = ~np.any([table.unknown(claim) for claim in claims], axis=0)
        for name, way in ways.items():
            found = way(Query(text), vector, known)
            counts[name][:, i] = right[found[:K]].sum(), right.sum(), known.sum()
    values = {name: of_captions(Hits(*c)) for name, c in counts.items()}
    for name, value in values.items():
        told = value[f"true of {K} crystals or more"]
        print(f"{name:24s} {told[f'precision@{K}']:.4f}  {told['95% interval']}")
    report.write("hybrid" if given.split == "test" else f"hybrid_{given.split}", {
        "model_id": test.embedder.model_id, "items": len(test.pairs), "queries": len(texts),
        "results": values,
    })  # fmt: skip


def _engine(whole: TestSet, some: Pairs, split: str) -> SearchEngine:
    """Build the index of some crystals, or open the one that was built before."""
    out = Path("runs/hybrid") / f"{whole.embedder.model_id[:12]}-{split}"
    if not out.exists():
        wanted = frozenset(some.ids)
        SearchEngine.build(_records(wanted), out, whole.embedder)
    return SearchEngine.open(out, whole.embedder)


def _records(wanted: frozenset[str]) -> Iterator[Record]:
    for record in track(read([str(report.need_crystals())]), "building", total=None):
        if record.id in wanted:
            yield record


def _in_order(pairs: Pairs, engine: SearchEngine) -> Pairs:
    """Put crystals in the order of the index; those that it refused are left out."""
    place = {id: i for i, id in enumerate(pairs.ids)}
    ids = open_index(engine.folder).catalog.ids()
    return pairs.take(np.array([place[id] for id in ids]))


def _ways(engine: SearchEngine) -> Mapping[str, Way]:
    opened = open_index(engine.folder)
    vectors, words, catalog = opened.vectors, opened.words, opened.catalog

    def best(how: Plan, vector: np.ndarray, known: np.ndarray, weight: float) -> np.ndarray:
        groups = tuple(
            tuple(Level(x.gain, known if x.rows is None else x.rows & known) for x in group)
            for group in how.groups
        )
        ranking = Ranking(vectors, words, weight)
        return ranking.best(vector, replace(how, groups=groups), K, frozenset(), None).rows

    def lexical(query: Query, vector: np.ndarray, known: np.ndarray) -> np.ndarray:
        return words.search(query.text or "", K, known)[0]

    def asked(weight: float = WORDS_WEIGHT, **more: Any) -> Way:
        return lambda query, vector, known: best(
            plan(replace(query, **more), catalog), vector, known, weight
        )

    def fused(parse: bool) -> Way:
        def way(query: Query, vector: np.ndarray, known: np.ndarray) -> np.ndarray:
            if parse and (allowed := plan(query, catalog).allowed) is not None:
                known = known & allowed
            near = vectors.search(vector[None], FUSED_ROWS, known)[1][0]
            held = words.search(query.text or "", FUSED_ROWS, known)[0]
            scores = np.full(len(known), -np.inf)
            for ranked in (near, held):
                gains = 1 / (FUSED_FROM + 1 + np.arange(len(ranked)))
                scores[ranked] = np.where(np.isinf(scores[ranked]), 0, scores[ranked]) + gains
            return _top(scores)

        return way

    return {
        "embedding": asked(0, parse=False), "words": lexical, "fused": fused(False),
        **{f"words {w}": asked(w, parse=False) for w in WEIGHTS},
        "parsed, embedding": asked(0), "parsed, fused": fused(True),
        **{f"parsed, words {w}": asked(w) for w in WEIGHTS},
        "parsed, share (default)": asked(), "soft, share": asked(soft=True),
    }  # fmt: skip


def _top(scores: np.ndarray) -> np.ndarray:
    best = np.argsort(-scores, kind="stable")[:K]
    return best[np.isfinite(scores[best])]


if __name__ == "__main__":
    main()
