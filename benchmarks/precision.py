"""Precision by facts: how many of the ten nearest crystals are what the words say.

A hit is right when every stated claim is surely true of it; a number that was stated as one number
also fits a crystal that is off by WITHIN. A crystal for which a stated property is unknown is left
out of that query's pool. Random is what ten crystals drawn from the pool would score.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.testset import WITHIN, bootstrap
from clac.data.claims import INF, Claim, FactTable
from clac.data.structure_types import find_structure_type

K = 10
PARAPHRASES = Path(__file__).with_name("paraphrases.jsonl")
"""queries by other hands than the caption grammar's, each with its facts"""
_CHUNK = 512


@dataclass(frozen=True, slots=True)
class Hits:
    """What some queries found."""

    right: np.ndarray
    """(b,) right ones among the K nearest"""
    true: np.ndarray
    """(b,) crystals of the pool that would be right"""
    pool: np.ndarray
    """(b,) crystals for which everything stated is known"""

    def take(self, rows: np.ndarray) -> Hits:
        """Return some queries, by index or mask."""
        return Hits(self.right[rows], self.true[rows], self.pool[rows])

    def summary(self) -> dict[str, Any]:
        """Return the mean share of right hits; of fewer than K true crystals all would be 1."""
        best = np.minimum(K, self.true)
        shares = self.right / best
        by_chance = np.minimum(K, self.pool) * self.true / self.pool / best
        return {
            "queries": len(shares), f"precision@{K}": float(shares.mean()),
            "95% interval": bootstrap(shares), "random": float(by_chance.mean()),
        }  # fmt: skip


def find(
    queries: np.ndarray, said: Sequence[Sequence[Claim]], crystals: np.ndarray, table: FactTable
) -> Hits:
    """Search crystals (n, d) with texts (b, d) and judge the hits by what each text says."""
    counts = np.zeros((3, len(queries)), dtype=np.int64)
    for start in range(0, len(queries), _CHUNK):
        scores = queries[start : start + _CHUNK] @ crystals.T
        for i, row in enumerate(scores, start):
            right = table.all_hold(said[i], WITHIN)
            known = ~np.any([table.unknown(claim) for claim in said[i]], axis=0)
            row[~known] = -np.inf
            nearest = np.argpartition(row, -K)[-K:]
            counts[:, i] = right[nearest].sum(), right.sum(), known.sum()
    return Hits(*counts)


def of_captions(hits: Hits) -> dict[str, Any]:
    """Summarise captions, each true of its own crystal at least."""
    many = hits.true >= K
    return {
        f"true of {K} crystals or more": hits.take(many).summary(),
        f"share true of {K} crystals or more": float(many.mean()),
        f"all, divided by min({K}, true crystals)": hits.take(hits.true > 0).summary(),
    }


def of_paraphrases(hits: Hits) -> dict[str, Any]:
    """Summarise the paraphrases; the numbers count their lines from 1."""
    some = hits.true > 0
    return {
        **hits.take(some).summary(),
        f"queries true of fewer than {K}": int((some & (hits.true < K)).sum()),
        "left out, true of none": (1 + np.flatnonzero(~some)).tolist(),
        "right": hits.right.tolist(), "true": hits.true.tolist(), "pool": hits.pool.tolist(),
    }  # fmt: skip


def paraphrases(path: Path = PARAPHRASES) -> tuple[list[str], list[list[Claim]]]:
    """Read queries and what each of them claims."""
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [x["query"] for x in lines], [[claim_of(f) for f in x["facts"]] for x in lines]


def claim_of(fact: Mapping[str, Any]) -> Claim:
    """Turn a fact into a claim. Raises ValueError for an unknown structure type."""
    kind, value, negated = fact["fact"], fact.get("value"), fact.get("not", False)
    match kind:
        case "prototype":
            known = find_structure_type(value)
            if known is None:
                raise ValueError(f"unknown structure type {value!r}")
            return Claim(kind, known.name, negated=negated)
        case "centrosymmetric":
            word = "centrosymmetric" if value else "acentric"
            return Claim("inversion", word, negated=negated)
        case "polar":
            return Claim("polar", "polar" if value else "unpolar", negated=negated)
        case "coordination":
            return Claim(kind, f"{fact['element']}:{value}", negated=negated)
        case _ if isinstance(value, str):
            return Claim(kind, value, negated=negated)
    low, high = (value, value) if value is not None else (fact.get("low"), fact.get("high"))
    low, high = -INF if low is None else low, INF if high is None else high
    return Claim(kind, low=low, high=high, negated=negated)
