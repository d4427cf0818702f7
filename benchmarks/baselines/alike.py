"""Structure -> structure: whether a crystal's nearest ten are of its own kind.

Two kinds: the same prototype label (space group, orbits and stoichiometry), and the same space
group with the same anonymous formula. precision@10 is the number of right ones among the ten
nearest, over ten or over as many as there are, for crystals with at least one; random is what any
order gives.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from benchmarks import report
from benchmarks.baselines.amd import amd_scores, amd_vectors
from benchmarks.baselines.composition import composition_vectors
from benchmarks.baselines.measures import true_hits
from benchmarks.precision import K
from benchmarks.testset import SEED, encode_crystals
from clac.config import LimitsConfig
from clac.data.dataset import Pairs
from clac.data.formats.objects import record_from
from clac.types import Structure

LABELS = ("same prototype", "same space group and stoichiometry")


def alike(pairs: Pairs, model: Path, count: int) -> dict[str, dict[str, float]]:
    """Compare the ways on `count` crystals: method -> label -> precision@10."""
    rng = np.random.default_rng(SEED)
    some = pairs.take(np.sort(rng.permutation(len(pairs))[:count]))
    cells = structures(some.ids)
    vectors = encode_crystals(some, model)
    elements = composition_vectors(some.facts)
    ways = {
        "this model": vectors @ vectors.T,
        "composition vector": elements @ elements.T,
        "AMD": amd_scores(amd_vectors(cells)),
        "AMD, equal volume": amd_scores(amd_vectors(cells, same_size=True)),
        "random": np.zeros((len(some), len(some))),
    }
    labels: Mapping[str, Sequence[Hashable]] = {
        LABELS[0]: [f.prototype for f in some.facts],
        LABELS[1]: [(f.space_group, f.anonymous_formula) for f in some.facts],
    }
    return {
        way: {label: precision(scores, kinds) for label, kinds in labels.items()}
        | {"crystals": len(some)}
        for way, scores in ways.items()
    }


def precision(scores: np.ndarray, kinds: Sequence[Hashable]) -> float:
    """Return precision@10 of scores (b, b) for crystals of some kinds (b,)."""
    numbered = {kind: i for i, kind in enumerate(dict.fromkeys(kinds))}
    kind = np.array([numbered[k] for k in kinds])
    shares = []
    for row in range(len(kind)):
        others = np.arange(len(kind)) != row
        right = kind[others] == kind[row]
        if right.any():
            shares.append(true_hits(scores[row, others], right) / min(K, right.sum()))
    return float(np.mean(shares)) if shares else 0.0


def structures(ids: Sequence[str]) -> list[Structure]:
    """Read the cells of some rows of the table, as they stand there."""
    columns = ["material_id", "cell", "atomic_numbers", "frac_coords_e8"]
    table = pq.read_table(report.need_crystals(), columns=columns)
    wanted = table.filter(pc.is_in(table["material_id"], value_set=pa.array(ids)))
    found = {
        row["material_id"]: record_from(row, "", row["material_id"], LimitsConfig()).structure
        for row in wanted.to_pylist()
    }
    return [found[i] for i in ids]
