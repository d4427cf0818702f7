"""Text <-> structure retrieval on the test split: whole and masked captions, by rank and by facts.

    python -m benchmarks.retrieval [--model FOLDER] [--cache FOLDER] [--no-everything]

By rank: one caption a crystal; R@k is the share of queries whose own partner is among the k items
of highest cosine (ties count against), MRR the mean of one over its rank. Pools of a fixed size are
chunks without overlap over all test items, five shuffles, what is left over unused; the 95%
intervals resample items. Strict scoring wants the very id; duplicate-aware scoring takes any entry
of the same formula and space group. Random R@k is k / pool. With --everything, the default, test
captions also search the crystals of all splits, which takes 6 GB of memory. The first 64 and 128
entries of the vectors are scored alone too.

By facts, for words that fit many crystals: see `benchmarks.precision`.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from benchmarks import precision, report, testset
from clac.data.claims import FactTable
from clac.data.dataset import Pairs
from clac.embed import Embedder
from clac.metrics import pools, ranks, recall
from clac.model import NESTED

POOLS = (64, 512, 1024, 4096, 1_000_000)
"""the last: all"""
WIDTH_POOL = 4096
SHUFFLES = 5
AT = (1, 3, 5, 10)
BY_RANK = ("full", "no elements", "no elements, no numbers", "environment")
BY_FACTS = ("symmetry", "short")
DIRECTIONS = ("text->structure", "structure->text")
_CHUNK = 256

Scores = dict[str, Any]


def main() -> None:
    """Measure, write the result file and draw."""
    parser = testset.arguments(__doc__)
    parser.add_argument("--everything", action=argparse.BooleanOptionalAction, default=True)
    given = parser.parse_args()
    whole = testset.load(given.model, given.cache, given.everything)
    is_test = whole.pairs.split == "test"
    test, embedder = whole.pairs.take(is_test), whole.embedder
    crystals = testset.encode_crystals(test, given.model)
    texts = {mask: encode(test, mask, embedder) for mask in BY_RANK}
    by_rank = {mask: in_pools(mask, texts[mask], crystals, test.keys) for mask in BY_RANK}
    against_all = None
    if given.everything:
        others = whole.pairs.take(~is_test)
        items = np.concatenate([crystals, testset.encode_crystals(others, given.model)])
        keys = np.concatenate([test.keys, others.keys])
        against_all = against_everything(texts["full"], items, keys)
    report.write("retrieval", {
        "model_id": embedder.model_id, "items": len(test), "shuffles": SHUFFLES,
        "by rank": by_rank, "full captions against all splits": against_all,
        "by facts": by_facts(test, crystals, embedder),
        "full captions, first entries": by_width(texts["full"], crystals),
    })  # fmt: skip
    draw(by_rank)


def encode(pairs: Pairs, mask: str, embedder: Embedder) -> np.ndarray:
    """Write a caption for each crystal and encode it to unit vectors (b, d)."""
    texts = [caption.text for caption in testset.captions(pairs, mask)]
    print(f"captions, {mask}: {sum(not text for text in texts)} of {len(texts)} are empty")
    return testset.encode_texts(texts, embedder, mask)


def in_pools(mask: str, texts: np.ndarray, crystals: np.ndarray, keys: np.ndarray) -> Scores:
    """Score both directions and both ways of scoring in each pool: [direction][scoring][pool]."""
    found: Scores = {}
    for direction in DIRECTIONS:
        queries, items = (texts, crystals) if direction == DIRECTIONS[0] else (crystals, texts)
        for scoring, same in (("strict", None), ("duplicate-aware", keys)):
            for pool in sorted({min(pool, len(items)) for pool in POOLS}):
                scores = summary(pooled(queries, items, pool, same), pool)
                found.setdefault(direction, {}).setdefault(scoring, {})[str(pool)] = scores
                show(f"{mask:24s} {direction} {scoring:15s} pool {pool:6d}", scores)
    return found


def against_everything(texts: np.ndarray, items: np.ndarray, keys: np.ndarray) -> Scores:
    """Score texts (b, d) against items (n, d) of all splits, the first b of which are theirs."""
    found: Scores = {}
    for scoring, same in (("strict", None), ("duplicate-aware", keys)):
        found[scoring] = summary(ranks(texts, items, same, _CHUNK)[None], len(items))
        show(f"full, {DIRECTIONS[0]}, all splits, {scoring}, pool {len(items)}", found[scoring])
    return found | {"pool": len(items)}


def by_width(texts: np.ndarray, crystals: np.ndarray) -> Scores:
    """Score vectors cut to their first entries, text to structure, strict: [width]."""
    found, pool = Scores(), min(WIDTH_POOL, len(crystals))
    for width in NESTED:
        cut = [x[:, :width] / np.linalg.norm(x[:, :width], axis=1, keepdims=True)
               for x in (texts, crystals)]  # fmt: skip
        found[str(width)] = summary(pooled(*cut, pool, None), pool)
        show(f"full, first {width} entries, pool {pool}", found[str(width)])
    return found


def by_facts(test: Pairs, crystals: np.ndarray, embedder: Embedder) -> Scores:
    """Score captions that fit many crystals, and the paraphrases, by what is true of the hits."""
    table, found = FactTable(test.facts), Scores()
    for mask in BY_FACTS:
        # A caption that says nothing would always be right.
        said = [caption for caption in testset.captions(test, mask) if caption.claims]
        texts = testset.encode_texts([caption.text for caption in said], embedder, mask)
        hits = precision.find(texts, [caption.claims for caption in said], crystals, table)
        found[mask] = precision.of_captions(hits) | {"without a claim": len(test) - len(said)}
    queries, claims = precision.paraphrases()
    texts = embedder.encode_texts(queries)
    hits = precision.find(texts, claims, crystals, table)
    found["paraphrases"] = precision.of_paraphrases(hits)
    for name, values in found.items():
        for what, value in values.items():
            if what not in ("right", "true", "pool"):
                print(f"{name}: {what}: {_short(value)}")
    return found


def pooled(
    queries: np.ndarray, items: np.ndarray, pool: int, keys: np.ndarray | None
) -> np.ndarray:
    """Return ranks (shuffles, b) in pools of a fixed size, NaN for what is left over."""
    found = np.full((SHUFFLES if pool < len(items) else 1, len(items)), np.nan)
    for shuffle, rows in pools(len(items), pool, SHUFFLES, testset.SEED):
        same = None if keys is None else keys[rows]
        found[shuffle, rows] = ranks(queries[rows], items[rows], same, _CHUNK)
    return found


def summary(found: np.ndarray, pool: int) -> Scores:
    """Summarise ranks (shuffles, b), with the interval of each R@k and what chance would reach."""
    ranked = ~np.isnan(found)
    scores = Scores(recall(found[ranked], AT))
    times = ranked.sum(axis=0)
    for k in AT:
        # The shuffles of one item are no independent draws: items are resampled, not ranks.
        share = (found <= k).sum(axis=0)[times > 0] / times[times > 0]
        scores[f"R@{k} 95% interval"] = testset.bootstrap(share)
        scores[f"random R@{k}"] = min(k / pool, 1.0)
    return scores


def show(what: str, scores: Mapping[str, Any]) -> None:
    """Print one line of a table."""
    low, high = scores["R@1 95% interval"]
    shares = "  ".join(f"R@{k} {scores[f'R@{k}']:.4f} ({scores[f'random R@{k}']:.5f})" for k in AT)
    print(f"{what}  {shares}  R@1 in {low:.4f}..{high:.4f}  "
          f"median {scores['median_rank']:g}  MRR {scores['MRR']:.4f}")  # fmt: skip


def draw(by_rank: Mapping[str, Scores], scoring: str = "strict") -> None:
    """Draw R@1 and R@10 over the size of the pool, one panel a direction."""
    figure = Figure(figsize=(10, 4.2), layout="constrained")
    panels: Sequence[Any] = figure.subplots(1, 2, sharey=True)
    for panel, direction in zip(panels, DIRECTIONS):
        for i, mask in enumerate(by_rank):
            pools = by_rank[mask][direction][scoring]
            sizes = [int(pool) for pool in pools]
            for k, line, dot in ((1, "-", "o"), (10, "--", "s")):
                shares = [scores[f"R@{k}"] for scores in pools.values()]
                panel.plot(sizes, shares, line, marker=dot, ms=4, color=f"C{i}",
                           label=f"{mask}, R@{k}")  # fmt: skip
        panel.plot(sizes, [10 / size for size in sizes], ":", color="grey", label="random R@10")
        panel.set(title=direction, xlabel="items in the pool", xscale="log", ylim=(0, 1.02))
        panel.set_xticks(sizes, [f"{size:,}" for size in sizes], fontsize=8)
        panel.minorticks_off()
        panel.grid(alpha=0.3)
    panels[0].set_ylabel(f"share of queries ({scoring})")
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside right", fontsize=8)
    figure.savefig(report.RESULTS / "retrieval.png", dpi=150)


def _short(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_short(one)}" for name, one in value.items())
    if isinstance(value, list):
        return f"[{', '.join(map(_short, value))}]"
    return f"{value:.4f}" if isinstance(value, float) else str(value)


if __name__ == "__main__":
    main()
