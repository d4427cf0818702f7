"""Graphs over symmetry orbits.

All atoms of an orbit see the same distances, so they carry the same invariant features: one node
per orbit gives the full cell's result at a fraction of its edges, whatever cell was read.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from clac.config import GraphConfig
from clac.data.descriptor import describe
from clac.data.neighbours import neighbours_within
from clac.data.network import MOST_NEIGHBOURS, Network, network
from clac.data.symmetry import Symmetry
from clac.types import Graph, GraphBatch, Structure


def build_graph(symmetry: Symmetry, config: GraphConfig, bonded: Network | None = None) -> Graph:
    """Build the graph of a crystal, over orbits or over the atoms of the primitive cell.

    The bonded network is found where it is not given.
    """
    bonded = bonded or network(symmetry)
    primitive = symmetry.primitive
    labels = symmetry.orbits if config.orbits else np.arange(len(primitive))
    _, representatives, multiplicity = np.unique(labels, return_index=True, return_counts=True)
    centre, neighbour, vector = complete_shells(primitive, representatives, config)
    return Graph(
        numbers=primitive.numbers[representatives],
        multiplicity=multiplicity.astype(np.float32),
        edge_index=np.stack([labels[neighbour], centre]),
        edge_vector=vector.astype(np.float32),
        space_group=symmetry.number,
        descriptor=describe(symmetry),
        coordination=bonded.coordination[representatives].clip(max=MOST_NEIGHBOURS),
        shape=bonded.shape[representatives],
        network=bonded.words,
    )


def complete_shells(
    structure: Structure, centres: np.ndarray, config: GraphConfig
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Find the neighbours of some atoms, never cutting a shell of near-equal distances.

    Returns the position in `centres` (e,), the neighbour's index (e,) and the vector from centre
    to neighbour (e, 3) in Angstrom. The search widens until every centre has its neighbours.
    """
    spacing = (structure.volume_ang3 / len(structure)) ** (1 / 3)
    radius = min(1.9 * spacing + config.shell_tolerance_ang, config.cutoff_ang)
    while True:
        i, j, distance, vector = neighbours_within(structure, radius)
        order = np.lexsort((j, distance, i))
        i, j, distance, vector = i[order], j[order], distance[order], vector[order]
        start = np.searchsorted(i, centres)
        count = np.searchsorted(i, centres, side="right") - start
        last = np.full(len(centres), np.inf)
        enough = count >= config.neighbours
        last[enough] = distance[start[enough] + config.neighbours - 1]
        reach = last + config.shell_tolerance_ang
        if radius >= config.cutoff_ang or (reach <= radius).all():
            break
        radius = min(radius * 1.3, config.cutoff_ang)
    slot = np.full(len(structure), -1)
    slot[centres] = np.arange(len(centres))
    keep = slot[i] >= 0
    keep[keep] = distance[keep] <= reach[slot[i[keep]]]
    return slot[i[keep]], j[keep], vector[keep]


def collate(graphs: Sequence[Graph]) -> GraphBatch:
    """Lay graphs side by side, node indices shifted, as tensors."""
    import torch

    sizes = np.array([len(g.numbers) for g in graphs])
    shift = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    weight = [g.multiplicity / g.multiplicity.sum() for g in graphs]
    edges = [g.edge_index + s for g, s in zip(graphs, shift)]
    return GraphBatch(
        numbers=torch.from_numpy(np.concatenate([g.numbers for g in graphs])),
        weight=torch.from_numpy(np.concatenate(weight)),
        graph=torch.from_numpy(np.repeat(np.arange(len(graphs)), sizes)),
        edge_index=torch.from_numpy(np.concatenate(edges, axis=1)),
        edge_vector=torch.from_numpy(np.concatenate([g.edge_vector for g in graphs])),
        space_group=torch.tensor([g.space_group for g in graphs]),
        descriptor=torch.from_numpy(np.stack([g.descriptor for g in graphs])),
        coordination=torch.from_numpy(np.concatenate([g.coordination for g in graphs])),
        shape=torch.from_numpy(np.concatenate([g.shape for g in graphs])),
        network=torch.from_numpy(np.stack([g.network for g in graphs])),
    )
