"""A beginner's queries against the embedded collection: hit@5, by kind, with what was missed.

    python -m benchmarks.collection

"Words 0.5": what the share of a query's words in a crystal's names and uses is worth, 0 to 1;
without a number it is the product's. "Not parsed": what a query says filters nothing.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import report
from clac.embed import Embedder
from index import Query, SearchEngine
from index.plan import plan
from index.ranking import Ranking
from index.segments import open_index

WEIGHTS = (0.1, 0.25, 0.5, 1.0)
QUERIES = Path(__file__).parents[1] / "tests" / "beginner_queries.jsonl"


def main() -> None:
    """Measure and write the result file."""
    queries = [json.loads(line) for line in QUERIES.read_text().splitlines()]
    texts = [query["query"] for query in queries]
    embedder = Embedder.load()
    engine = SearchEngine.open(embedder=embedder)
    opened = open_index(engine.folder)
    vectors, catalog = opened.vectors, opened.catalog
    asked = embedder.encode_texts(texts)

    def ways(weight: float, parse: bool) -> list[Any]:
        ranking = Ranking(vectors, opened.words, weight)
        plans = [plan(Query(text, parse=parse), catalog) for text in texts]
        found = [ranking.best(vector, how, 5, frozenset(), None)
                 for how, vector in zip(plans, asked)]  # fmt: skip
        return [catalog.rows(ranked.rows) for ranked in found]

    values = {
        "search": score(queries, [[vars_of(h) for h in hits] for hits in
                                  engine.search_batch(texts, k=5)]),
        **{f"words {weight}{'' if parse else ', not parsed'}": score(queries, ways(weight, parse))
           for parse in (True, False) for weight in (0, *WEIGHTS)},
    }  # fmt: skip
    for name, value in values.items():
        print(f"{name}: hit@5 {value['hit@5']:.4f} of {len(queries)}; missed {value['missed']}")
    report.write("collection", {
        "model_id": embedder.model_id, "crystals": len(engine), "queries": len(queries), **values,
    })  # fmt: skip


def vars_of(hit: Any) -> Mapping[str, Any]:
    """Return the columns of a hit that count."""
    return {"formula": hit.formula, "space_group_number": hit.space_group_number}


def is_right(query: Mapping[str, Any], hit: Mapping[str, Any]) -> bool:
    """Tell whether a hit is one of the expected formulas, in the space group where one is named."""
    group = query.get("space_group")
    return hit["formula"] in query["expect"] and group in (None, hit["space_group_number"])


def score(
    queries: Sequence[Mapping[str, Any]], answers: Sequence[Sequence[Mapping[str, Any]]]
) -> dict[str, Any]:
    """Count the queries with a right answer among their hits."""
    missed = [q for q, hits in zip(queries, answers) if not any(is_right(q, h) for h in hits)]
    hit = np.array([q not in missed for q in queries])
    kinds = Counter(q["kind"] for q in missed)
    return {
        "hit@5": float(hit.mean()), "missed": dict(kinds),
        "missed queries": [q["query"] for q in missed],
    }  # fmt: skip


if __name__ == "__main__":
    main()
