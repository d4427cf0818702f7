"""Fuse graph nodes with the words of a description by cross-attention (CAST, arXiv 2502.06836).

Shape letters: b graphs, o nodes, t tokens, w width of a node, p properties.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, final

import numpy as np
import torch
from torch import nn
from torch.nn.utils.rnn import pad_sequence

from clac.config import FusionConfig
from clac.data.graphs import collate
from clac.encoders import build_encoder
from clac.encoders.crystal import N_NUMBERS
from clac.model import DescriptorEncoder
from clac.tower import PropertyNetwork, trunk
from clac.types import Graph, GraphBatch

_CHUNK = 16
"""graphs whose nodes are laid out side by side"""
_DESCRIPTOR = 256
"""features of the descriptor, where it stands in the place of words"""


@dataclass(frozen=True, slots=True)
class FusedBatch:
    """Graphs laid side by side, each with the words that describe it."""

    graphs: GraphBatch
    states: torch.Tensor
    """(b, t, text width), padded to the longest description"""
    padding: torch.Tensor
    """(b, t) bool, true where there is no word"""

    @property
    def descriptor(self) -> torch.Tensor:
        """The global descriptor of the graphs (b, f)."""
        return self.graphs.descriptor

    def to(self, device: Any) -> FusedBatch:
        """Copy every tensor to a device."""
        parts = (self.graphs, self.states, self.padding)
        return FusedBatch(*(part.to(device) for part in parts))

    def without_words(self, share: float) -> FusedBatch:
        """Withhold a share of the words, thrown anew; the first of each description stays."""
        if not share:
            return self
        drawn = torch.rand(self.padding.shape, device=self.padding.device) < share
        drawn[:, 0] = False
        return dataclasses.replace(self, padding=self.padding | drawn)

    def without_elements(self, masked: torch.Tensor) -> FusedBatch:
        """Withhold the elements of masked nodes (o,) bool."""
        numbers = self.graphs.numbers.masked_fill(masked, 0)
        return dataclasses.replace(self, graphs=dataclasses.replace(self.graphs, numbers=numbers))


def fuse(graphs: Sequence[Graph], states: Sequence[np.ndarray]) -> FusedBatch:
    """Lay graphs (b,) and states of the words that describe them, (t, text width) each."""
    padded = pad_sequence([torch.from_numpy(s) for s in states], batch_first=True).float()
    lengths = torch.tensor([len(s) for s in states])
    return FusedBatch(collate(graphs), padded, torch.arange(padded.shape[1]) >= lengths[:, None])


@dataclass(frozen=True, slots=True)
class _Chunk:
    """Graphs (c,) of like size, whose nodes (m,) are laid out as (c, most nodes)."""

    graphs: torch.Tensor
    nodes: torch.Tensor
    place: tuple[torch.Tensor, torch.Tensor]
    """row (m,) and column (m,) of each node"""


def _chunks(graph: torch.Tensor, count: int) -> list[_Chunk]:
    """Part the graphs of nodes (o,) by size: one large cell must not pad all the others."""
    number = torch.arange(len(graph), device=graph.device) - torch.searchsorted(graph, graph)
    chunks = []
    for graphs in torch.bincount(graph, minlength=count).argsort().split(_CHUNK):
        row = graph.new_full((count,), -1)
        row[graphs] = torch.arange(len(graphs), device=graph.device)
        nodes = (row[graph] >= 0).nonzero()[:, 0]
        chunks.append(_Chunk(graphs, nodes, (row[graph[nodes]], number[nodes])))
    return chunks


class CrossAttention(nn.Module):
    """Let nodes ask words, then think: one layer, each half with a residual."""

    def __init__(self, width: int, heads: int) -> None:
        """Build the layer."""
        super().__init__()
        self.ask = nn.MultiheadAttention(width, heads, batch_first=True)
        self.think = nn.Sequential(
            nn.Linear(width, 2 * width), nn.SiLU(), nn.Linear(2 * width, width)
        )
        self.heard, self.thought = nn.LayerNorm(width), nn.LayerNorm(width)

    def forward(
        self, nodes: torch.Tensor, chunks: Sequence[_Chunk], words: torch.Tensor,
        padding: torch.Tensor, *, show: bool = False,
    ) -> tuple[torch.Tensor, torch.Tensor | None]:  # fmt: skip
        """Return nodes (o, w) that asked words (b, t, w), and where they looked (o, t) to show it.

        Padding (b, t): which words are none.
        """
        heard, looked = [], []
        for chunk in chunks:
            row, number = chunk.place
            most = int(number.max()) + 1
            asking = nodes.new_zeros(len(chunk.graphs), most, nodes.shape[1])
            asking = asking.index_put((row, number), nodes[chunk.nodes])
            said = words[chunk.graphs]
            found, seen = self.ask(
                asking, said, said, key_padding_mask=padding[chunk.graphs], need_weights=show
            )
            heard.append(found[row, number])
            looked += [] if seen is None else [seen[row, number]]
        order = torch.cat([chunk.nodes for chunk in chunks]).argsort()
        nodes = self.heard(nodes + torch.cat(heard)[order])
        return self.thought(nodes + self.think(nodes)), torch.cat(looked)[order] if show else None


@final
class Cast(PropertyNetwork):
    """Predict properties from nodes that have asked the words of a description."""

    def __init__(self, names: Sequence[str], config: FusionConfig) -> None:
        """Build the network for properties or columns of these names.

        Buffer `met` (119,): the elements that it learnt labels of.
        """
        super().__init__(names)
        self.way = config.way
        crystal = config.tower.crystal
        width = crystal.width
        self.crystal = build_encoder(crystal, config.tower.graph)
        self.word = nn.Linear(config.text_width, width)
        self.nothing = nn.Parameter(torch.zeros(width))
        self.layers = nn.ModuleList(
            CrossAttention(width, config.heads) for _ in range(config.layers)
        )
        self.element = nn.Linear(width, N_NUMBERS)
        beside = {"concatenation": width, "descriptor": _DESCRIPTOR}.get(self.way, 0)
        if self.way == "descriptor":
            self.descriptor = DescriptorEncoder(_DESCRIPTOR, bonds=True)
        self.trunk = trunk(self.crystal.width + beside, config.tower)
        self.out = nn.Linear(config.tower.features, len(names))
        self.register_buffer("met", torch.zeros(N_NUMBERS, dtype=torch.bool))

    def start_from(self, other: Cast) -> None:
        """Take all but what predicts properties."""
        for part in ("crystal", "word", "layers", "element"):
            getattr(self, part).load_state_dict(getattr(other, part).state_dict())
        with torch.no_grad():
            self.nothing.copy_(other.nothing)

    def forward(self, batch: FusedBatch) -> torch.Tensor:
        """Return predictions (b, p) as they are learnt: beyond the elements' part, scaled."""
        nodes, _ = self.nodes(batch)
        read = self.crystal.readout(nodes, batch.graphs)
        if self.way == "descriptor":
            read = torch.cat([read, self.descriptor(batch.graphs)], dim=1)
        if self.way == "concatenation":
            there = ~batch.padding[:, :, None]
            mean = (self.word(batch.states) * there).sum(dim=1) / there.sum(dim=1)
            read = torch.cat([read, mean], dim=1)
        return self.out(self.trunk(read))

    def elements_of(self, batch: FusedBatch) -> torch.Tensor:
        """Return logits of the element of each node (o, 119)."""
        return self.element(self.nodes(batch)[0])

    def nodes(self, batch: FusedBatch, *, show: bool = False) -> tuple[torch.Tensor, torch.Tensor]:
        """Return nodes that have asked (o, w) and, to be shown, where they looked (layers, o, t).

        Of words that are not asked, there is one.
        """
        graphs = batch.graphs
        nodes = self.crystal.nodes(graphs)
        chunks = _chunks(graphs.graph, len(graphs))
        if self.way == "attention":
            words, padding = self.word(batch.states), batch.padding
        else:
            words = self.nothing.to(nodes.dtype).expand(len(graphs), 1, -1)
            padding = torch.zeros_like(batch.padding[:, :1])
        looked = []
        for layer in self.layers:
            nodes, seen = layer(nodes, chunks, words, padding, show=show)
            looked.append(seen)
        return nodes, torch.stack(looked) if show else nodes.new_zeros(0)
