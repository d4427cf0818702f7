"""Training data: graphs and facts of a Parquet table, prepared once, in shards that resume."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import multiprocessing
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from rich.progress import Progress

from clac.config import GraphConfig, LimitsConfig
from clac.data.environment import Bonds
from clac.data.facts import Facts, collect_facts
from clac.data.formats.objects import record_from
from clac.data.graphs import build_graph
from clac.data.lexicon import with_words
from clac.data.network import dimension_of
from clac.data.starter import starter_records
from clac.data.symmetry import analyze
from clac.errors import ConfigError, InputError
from clac.types import Graph, Record

SHARD_ROWS = 4096
BONDS = "crystal_bonds.parquet"
"""beside the table, where there is one: the bonds of the same rows"""
VERSION = 5
"""raised when what is prepared changes: graphs, facts, structure types"""


@dataclass(frozen=True, slots=True)
class Pairs:
    """Crystals and what may be said of them, row by row."""

    graphs: Sequence[Graph]
    facts: Sequence[Facts]
    ids: Sequence[str]
    keys: np.ndarray
    """(rows,) int64, equal for the same formula and space group"""
    split: np.ndarray
    """(rows,) str: train, val or test"""

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.ids)

    def take(self, rows: np.ndarray) -> Pairs:
        """Return some rows, by index or mask."""
        rows = np.arange(len(self))[rows]
        return Pairs(
            [self.graphs[i] for i in rows], [self.facts[i] for i in rows],
            [self.ids[i] for i in rows], self.keys[rows], self.split[rows],
        )  # fmt: skip


def material_key(formula: str, space_group: int) -> int:
    """Hash a formula and a space group into 63 bits: what no negative pair may share."""
    digest = hashlib.blake2b(f"{formula}|{space_group}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little") >> 1


def prepare(
    data: Path, cache: Path, config: GraphConfig, limit: int = 0, workers: int = 2, split: str = ""
) -> Pairs:
    """Turn a table with the columns of crystals.parquet into pairs, all or those of one split.

    Polyhedra are known where BONDS lies beside it. Each shard is written once below `cache`, so an
    interrupted run goes on where it stopped.
    Raises ConfigError where the table is missing or has no split.
    """
    try:
        file = pq.ParquetFile(data)
    except (OSError, pa.ArrowInvalid) as error:
        raise ConfigError(f"training data {data}: {error}") from error
    if "split" not in file.schema_arrow.names:
        raise ConfigError(f"training data {data}: no column 'split' (train, val, test)")
    rows = min(limit or file.metadata.num_rows, file.metadata.num_rows)
    bonds = data.with_name(BONDS)
    folder = _folder(cache, config, str(data.resolve()), data.stat().st_size, bonds.exists())
    starts = range(0, rows, SHARD_ROWS)
    todo = [start for start in starts if not _graphs_file(folder, start).exists()]
    _prepare_shards(data, folder, config, todo, workers)
    return join([_load(folder, start, split) for start in starts])


def named_pairs(config: GraphConfig, forbidden: frozenset[str], cache: Path) -> Pairs:
    """Turn the embedded collection into pairs, once, without the formulas of other splits."""
    rows = starter_records()
    source = hashlib.sha256()
    for r in rows:
        for part in (r.structure.cell, r.structure.frac, r.structure.numbers):
            source.update(part.tobytes())
        source.update(f"{r.id} {r.properties}".encode())
    folder = _folder(cache, config, source.hexdigest())
    if not _graphs_file(folder, 0).exists():
        _save(folder, 0, _pairs([(*_prepare(r, config), r.id, "train") for r in rows]))
    named = _load(folder, 0, "")
    return named.take(np.array([f.formula not in forbidden for f in named.facts], dtype=bool))


def _folder(cache: Path, config: GraphConfig, *source: object) -> Path:
    """Return the folder of what is prepared from a source in one way."""
    version = json.dumps([VERSION, *source, dataclasses.asdict(config)])
    folder = cache / hashlib.sha256(version.encode()).hexdigest()[:12]
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _prepare_shards(
    data: Path, folder: Path, config: GraphConfig, starts: Sequence[int], workers: int
) -> None:
    if not starts:
        return
    # Spawned, not forked: threads of numerical libraries do not survive a fork.
    context = multiprocessing.get_context("spawn")
    with (
        Progress() as progress,
        ProcessPoolExecutor(workers, mp_context=context) as pool,
    ):
        task = progress.add_task("preparing crystals", total=len(starts))
        jobs = [pool.submit(_prepare_shard, data, folder, config, start) for start in starts]
        for job in jobs:
            job.result()
            progress.advance(task)


def _prepare_shard(data: Path, folder: Path, config: GraphConfig, start: int) -> None:
    prepared, refused = [], []
    bonds = _bonds(data.with_name(BONDS), start)
    for row in _rows(data, start):
        origin = f"{data.name}:{row['material_id']}"
        try:
            record = record_from(row, "", origin, LimitsConfig())
            around = _in_cell(bonds.get(record.id), row["frac_coords_e8"], record)
            graph, facts = _prepare(record, config, row["coordination"], around)
            prepared.append((graph, facts, record.id, row["split"]))
        except InputError as error:
            refused.append(f"{error}\n")
    (folder / f"refused-{start:07}.txt").write_text("".join(refused))
    _save(folder, start, _pairs(prepared))


def _rows(data: Path, start: int) -> Iterator[dict]:
    at = 0
    for batch in pq.ParquetFile(data).iter_batches(SHARD_ROWS):
        if at == start:
            yield from batch.to_pylist()
            return
        at += len(batch)


def _bonds(path: Path, start: int) -> dict[str, Bonds]:
    """Read the bonds of a shard's rows by id; none where there is no such table."""
    if not path.exists():
        return {}
    return {
        row["material_id"]: Bonds.from_codes(row["bond_i"], row["bond_j"], row["image_code"])
        for row in _rows(path, start)
    }


def _in_cell(bonds: Bonds | None, frac_e8: Sequence[int], record: Record) -> Bonds | None:
    """Let bonds follow the atoms, which the reader moves into the cell."""
    moved = record.structure.frac - np.reshape(frac_e8, (-1, 3)) * 1e-8
    return bonds and bonds.follow(np.rint(moved).astype(np.int64))


def _prepare(
    record: Record,
    config: GraphConfig,
    coordination: Sequence[int] | None = None,
    bonds: Bonds | None = None,
) -> tuple[Graph, Facts]:
    symmetry = analyze(record.structure, config.symprec_ang)
    graph = build_graph(symmetry, config)
    layers = dimension_of(graph.network)
    return graph, collect_facts(record, symmetry, coordination, layers, bonds)


def _pairs(prepared: Sequence[tuple[Graph, Facts, str, str]]) -> Pairs:
    graphs, facts, ids, split = zip(*prepared) if prepared else ((), (), (), ())
    keys = np.array([material_key(f.formula, f.space_group) for f in facts], dtype=np.int64)
    return Pairs(graphs, facts, ids, keys, np.array(split, dtype=str))


def join(parts: Sequence[Pairs]) -> Pairs:
    """Lay pairs one below the other."""
    return Pairs(
        [g for p in parts for g in p.graphs], [f for p in parts for f in p.facts],
        [i for p in parts for i in p.ids], np.concatenate([p.keys for p in parts]),
        np.concatenate([p.split for p in parts]),
    )  # fmt: skip


def _graphs_file(folder: Path, start: int) -> Path:
    return folder / f"graphs-{start:07}.npz"


def _save(folder: Path, start: int, pairs: Pairs) -> None:
    table = pa.table({
        "id": list(pairs.ids), "key": pairs.keys, "split": pairs.split.tolist(),
        "facts": [facts.to_json() for facts in pairs.facts],
    })  # fmt: skip
    pq.write_table(table, folder / f"facts-{start:07}.parquet", compression="zstd")
    arrays = {
        name: np.concatenate(
            [getattr(g, name) for g in pairs.graphs], axis=int(name == "edge_index")
        )
        for name in (
            "numbers",
            "multiplicity",
            "edge_index",
            "edge_vector",
            "coordination",
            "shape",
        )
    }
    arrays |= {
        "nodes": np.array([len(g.numbers) for g in pairs.graphs]),
        "edges": np.array([g.edge_index.shape[1] for g in pairs.graphs]),
        "space_group": np.array([g.space_group for g in pairs.graphs]),
        "descriptor": np.stack([g.descriptor for g in pairs.graphs]),
        "network": np.stack([g.network for g in pairs.graphs]).astype(bool),
    }
    # The graphs are the last part and arrive in one step: their presence means a whole shard.
    part = folder / f"{start:07}.part.npz"
    np.savez(part, **arrays)
    os.replace(part, _graphs_file(folder, start))


def _load(folder: Path, start: int, split: str) -> Pairs:
    table = pq.read_table(folder / f"facts-{start:07}.parquet")
    chosen = np.array(table["split"].to_pylist(), dtype=str)
    rows = np.flatnonzero((chosen == split) | (not split))
    with np.load(_graphs_file(folder, start), allow_pickle=False) as file:
        arrays = dict(file)
    # A slice would keep its whole shard in memory.
    keep = np.copy if split else np.asarray
    nodes = np.concatenate([[0], np.cumsum(arrays["nodes"])])
    edges = np.concatenate([[0], np.cumsum(arrays["edges"])])
    graphs = []
    for i in rows:
        node, edge = slice(nodes[i], nodes[i + 1]), slice(edges[i], edges[i + 1])
        graphs.append(Graph(
            keep(arrays["numbers"][node]), keep(arrays["multiplicity"][node]),
            keep(arrays["edge_index"][:, edge]), keep(arrays["edge_vector"][edge]),
            int(arrays["space_group"][i]), keep(arrays["descriptor"][i]),
            keep(arrays["coordination"][node]), keep(arrays["shape"][node]),
            arrays["network"][i].astype(np.float32),
        ))  # fmt: skip
    of_rows = table.take(rows).to_pydict()
    facts = [with_words(Facts.from_json(text)) for text in of_rows["facts"]]
    return Pairs(graphs, facts, of_rows["id"], np.array(of_rows["key"], dtype=np.int64),
                 chosen[rows])  # fmt: skip
