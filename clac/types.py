"""The vocabulary that every room imports; it imports nothing of the project.

Shape letters: n atoms, o orbits, e edges, b graphs, f descriptor entries, q words of the network,
d embedding.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import torch

PropertyValue = float | int | str | bool | None


@dataclass(frozen=True, slots=True)
class Structure:
    """A periodic crystal without disorder."""

    cell: np.ndarray
    """(3, 3) float64, rows are lattice vectors, Angstrom"""
    frac: np.ndarray
    """(n, 3) float64, fractional coordinates in [0, 1)"""
    numbers: np.ndarray
    """(n,) int64, atomic numbers 1..118"""

    def __len__(self) -> int:
        """Count the atoms of the cell."""
        return len(self.numbers)

    @property
    def parameters(self) -> tuple[np.ndarray, np.ndarray]:
        """Return a, b, c (3,) in Angstrom, and alpha, beta, gamma (3,) in degrees."""
        lengths = np.linalg.norm(self.cell, axis=1)
        a, b, c = self.cell / lengths[:, None]
        return lengths, np.degrees(np.arccos(np.clip((b @ c, a @ c, a @ b), -1, 1)))

    @property
    def volume_ang3(self) -> float:
        """Return the volume of the cell in cubic Angstrom."""
        return float(abs(np.linalg.det(self.cell)))


@dataclass(frozen=True, slots=True)
class Record:
    """One crystal with what is known about it."""

    id: str
    structure: Structure
    text: str = ""
    """words of its own, one name, mineral or use a line; empty where there are none"""
    properties: Mapping[str, PropertyValue] = field(default_factory=dict)
    """column name -> value; missing values are left out, never NaN"""
    origin: str = ""
    """where it was read: FILE, FILE:LINE or FILE:BLOCK"""


@dataclass(frozen=True, slots=True)
class Refusal:
    """One input that could not be represented, and why."""

    origin: str
    reason: str


@dataclass(frozen=True, slots=True)
class Graph:
    """A crystal as nodes (orbits, or atoms of the primitive cell) and directed edges."""

    numbers: np.ndarray
    """(o,) int64, atomic number of each node"""
    multiplicity: np.ndarray
    """(o,) float32, atoms of the primitive cell that a node stands for"""
    edge_index: np.ndarray
    """(2, e) int64, row 0 the neighbour (source), row 1 the centre (target)"""
    edge_vector: np.ndarray
    """(e, 3) float32, from the centre to the neighbour, Angstrom"""
    space_group: int
    """1..230"""
    descriptor: np.ndarray
    """(f,) float32, the global descriptor of `clac.data.descriptor`"""
    coordination: np.ndarray
    """(o,) int64, bonds of each node, 20 at most"""
    shape: np.ndarray
    """(o,) int64, what they span, as in `clac.data.network`"""
    network: np.ndarray
    """(q,) float32, 1 for each word of `clac.data.network` that is true"""


@dataclass(frozen=True, slots=True)
class GraphBatch:
    """Graphs laid side by side as tensors."""

    numbers: torch.Tensor
    """(o,) int64"""
    weight: torch.Tensor
    """(o,) float32, multiplicity / atoms of its graph: sums to one per graph"""
    graph: torch.Tensor
    """(o,) int64, index of the graph that the node belongs to"""
    edge_index: torch.Tensor
    """(2, e) int64"""
    edge_vector: torch.Tensor
    """(e, 3) float32, Angstrom"""
    space_group: torch.Tensor
    """(b,) int64"""
    descriptor: torch.Tensor
    """(b, f) float32"""
    coordination: torch.Tensor
    """(o,) int64"""
    shape: torch.Tensor
    """(o,) int64"""
    network: torch.Tensor
    """(b, q) float32"""

    def __len__(self) -> int:
        """Count the graphs."""
        return len(self.space_group)

    def to(self, device: Any) -> GraphBatch:
        """Copy every tensor to a device."""
        return GraphBatch(*(getattr(self, name).to(device) for name in self.__slots__))


@dataclass(frozen=True, slots=True)
class TextBatch:
    """Tokens padded to the longest text."""

    ids: torch.Tensor
    """(b, t) int64"""
    mask: torch.Tensor
    """(b, t) int64, 1 on tokens, 0 on padding"""
    values: torch.Tensor
    """(b, t) float32, the number that a token stands for, NaN for a word"""

    def __len__(self) -> int:
        """Count the texts."""
        return len(self.ids)


@dataclass(frozen=True, slots=True)
class Embeddings:
    """Unit vectors with the ids of what they stand for."""

    ids: tuple[str, ...]
    vectors: np.ndarray
    """(b, d) float32, rows of length one"""
    model_id: str
    """content hash of the model that wrote them"""
