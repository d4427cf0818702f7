"""Crystal encoders over graphs of symmetry orbits (CGCNN) or primitive cells (PaiNN).

The convolution is that of torch-geometric's CGConv, weight for weight (a test holds the two
together); importing torch-geometric would double the time to a first answer about a structure.
"""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Sequence
from itertools import combinations_with_replacement, zip_longest
from typing import final

import torch
from torch import nn
from torch.nn.functional import linear, softplus

from clac.config import CrystalConfig
from clac.encoders.base import Encoder
from clac.types import GraphBatch

N_NUMBERS = 119
"""atomic numbers 0..118; 0 is an element that is withheld"""
N_COORDINATIONS, N_SHAPES = 21, 15
"""values of `Graph.coordination` and `Graph.shape`"""


class Gaussians(nn.Module):
    """Expand distances (e,) in Angstrom into Gaussian channels (e, radial) up to a cutoff."""

    def __init__(self, radial: int, cutoff_ang: float) -> None:
        """Spread `radial` centres evenly from 0 to the cutoff."""
        super().__init__()
        self.register_buffer("centres", torch.linspace(0, cutoff_ang, radial), persistent=False)
        self.gamma = (radial / cutoff_ang) ** 2 / 2

    def forward(self, distance: torch.Tensor) -> torch.Tensor:
        """Return the channels (e, radial)."""
        return torch.exp(-self.gamma * (distance[:, None] - self.centres) ** 2)


def pool(features: torch.Tensor, batch: GraphBatch) -> torch.Tensor:
    """Pool node features (o, w) to (b, 2 w): mean weighted by multiplicity, and maximum.

    Both are the same for an orbit graph and for any full cell.
    """
    mean = add_up(features * batch.weight[:, None], batch.graph, len(batch))
    index = batch.graph[:, None].expand_as(features)
    lowest = features.new_full((len(batch), features.shape[1]), -torch.inf)
    return torch.cat([mean, lowest.scatter_reduce(0, index, features, "amax")], dim=1)


class Bonded(nn.Module):
    """Tell nodes (o, width) how many bonds they have, and what shape these span."""

    def __init__(self, width: int) -> None:
        """Start at zero."""
        super().__init__()
        self.coordination = nn.Embedding(N_COORDINATIONS, width)
        self.shape = nn.Embedding(N_SHAPES, width)
        for table in (self.coordination, self.shape):
            nn.init.zeros_(table.weight)

    def forward(self, batch: GraphBatch) -> torch.Tensor:
        """Return what is told (o, width)."""
        return self.coordination(batch.coordination) + self.shape(batch.shape)


def add_up(values: torch.Tensor, index: torch.Tensor, size: int) -> torch.Tensor:
    """Add the rows of values (e, ...) that share an index (e,), into (size, ...)."""
    return values.new_zeros(size, *values.shape[1:]).index_add(0, index, values)


class Surroundings(nn.Module):
    """Tell nodes (o, width) what shape their neighbours span.

    Distances hardly tell a prism from an octahedron. Sums over pairs of neighbours of the powers of
    the cosine between them do, and are the same however a crystal is turned: bond orientational
    order (DOI 10.1103/PhysRevB.28.784). A neighbour counts by its distance beside the nearest one's
    and, in half of the sums, by what the elements of the pair have learnt of each other.
    """

    SHELLS = (1.0, 1.1, 1.22, 1.38, 1.6, 1.9)
    """distances, the nearest neighbour's being one"""
    POWERS = (1, 2, 3, 4)
    PAIR_WIDTH = 8

    def __init__(self, width: int) -> None:
        """Build the layers; what they tell starts near zero."""
        super().__init__()
        self.register_buffer("shells", torch.tensor(self.SHELLS), persistent=False)
        self.centre = nn.Embedding(N_NUMBERS, self.PAIR_WIDTH)
        self.neighbour = nn.Embedding(N_NUMBERS, self.PAIR_WIDTH)
        known = 2 * len(self.SHELLS) * (1 + len(self.POWERS)) + 1
        self.tell = nn.Sequential(nn.Linear(known, width), nn.SiLU(), nn.Linear(width, width))
        _start_near_zero(self.tell[2])

    def forward(self, batch: GraphBatch, distance: torch.Tensor) -> torch.Tensor:
        """Return what is told (o, width), given the lengths (e,) of the edges in Angstrom."""
        source, target = batch.edge_index
        n = len(batch.numbers)
        nearest = distance.new_full((n,), torch.inf).scatter_reduce(0, target, distance, "amin")
        apart = (distance / nearest[target])[:, None] / self.shells
        near = torch.exp(-0.5 * (apart.log() / 0.06).square())
        pair = self.centre(batch.numbers)[target] * self.neighbour(batch.numbers)[source]
        near = torch.cat([near, near * torch.sigmoid(pair.sum(dim=1, keepdim=True))], dim=1)
        count = add_up(near, target, n)
        # A node without neighbours has no nearest one.
        size = torch.where(nearest.isfinite(), nearest, 0).log1p()[:, None]
        order = orders(near, batch.edge_vector / distance[:, None], target, n, self.POWERS)
        order = (order / (count.square() + 1e-3)[:, :, None]).flatten(1)
        return self.tell(torch.cat([count.log1p(), order, size], dim=1))


class Angles(nn.Module):
    """Tell nodes (o, width) what angles their neighbours span, as a layer knows the neighbours.

    As in the atomic cluster expansion (DOI 10.1103/PhysRevB.99.014104): each channel weighs a
    neighbour by its distance and by what it is; sums over pairs of neighbours of the powers of the
    cosine between them are the same however a crystal is turned.
    """

    POWERS = (1, 2)
    USUAL = 12
    """neighbours, by which a sum is divided"""

    def __init__(self, width: int, radial: int, channels: int) -> None:
        """Build the layers; what they tell starts near zero."""
        super().__init__()
        self.distance = nn.Linear(radial, channels)
        self.neighbour = nn.Linear(width, channels)
        known = channels * (2 + len(self.POWERS))
        self.tell = nn.Sequential(
            nn.LayerNorm(known), nn.Linear(known, width), nn.SiLU(), nn.Linear(width, width)
        )
        _start_near_zero(self.tell[3])

    def forward(
        self, nodes: torch.Tensor, edge_index: torch.Tensor, edges: torch.Tensor,
        direction: torch.Tensor,
    ) -> torch.Tensor:  # fmt: skip
        """Return what is told (o, width), given unit vectors (e, 3) along the edges."""
        source, target = edge_index
        n = len(nodes)
        weight = self.distance(edges) * self.neighbour(nodes).index_select(0, source)
        # Half precision would lose the small differences between squares.
        near = weight.float() / self.USUAL
        count = add_up(near, target, n)
        order = orders(near, direction, target, n, self.POWERS)
        sums = torch.cat([count, count.square(), order.flatten(1)], dim=1)
        return self.tell(sums.sign() * sums.abs().log1p())


def orders(
    weight: torch.Tensor, direction: torch.Tensor, target: torch.Tensor, n: int,
    powers: Sequence[int],
) -> torch.Tensor:  # fmt: skip
    """Sum powers of cosines over pairs of the neighbours of each node, (n, c, powers).

    A neighbour counts by its weights (e, c); directions (e, 3) are unit vectors. A sum over pairs
    is a square of sums over neighbours.
    """
    found = []
    for power in powers:
        axes = list(combinations_with_replacement(range(3), power))
        # How often a product stands in the power of a scalar product.
        times = [math.factorial(power) / math.prod(math.factorial(a.count(k)) for k in range(3))
                 for a in axes]  # fmt: skip
        products = torch.stack([direction[:, a].prod(dim=1) for a in axes], dim=1)
        sums = add_up(weight[:, :, None] * products[:, None, :], target, n)
        found.append((sums.square() * sums.new_tensor(times)).sum(dim=-1))
    return torch.stack(found, dim=2)


def _start_near_zero(layer: nn.Linear) -> None:
    nn.init.normal_(layer.weight, std=1e-3)
    nn.init.zeros_(layer.bias)


class CrystalConvolution(nn.Module):
    """One gated convolution with a residual (DOI 10.1103/PhysRevLett.120.145301)."""

    def __init__(self, width: int, radial: int) -> None:
        """Build gate and core for nodes of `width` and edges of `radial` channels."""
        super().__init__()
        self.lin_f = nn.Linear(2 * width + radial, width)
        self.lin_s = nn.Linear(2 * width + radial, width)

    def forward(
        self, nodes: torch.Tensor, edge_index: torch.Tensor, edges: torch.Tensor
    ) -> torch.Tensor:
        """Return nodes (o, width)."""
        source, target = edge_index
        # A node has many edges: what depends on a node alone is computed once for it.
        weight = torch.cat([self.lin_f.weight, self.lin_s.weight])
        bias = torch.cat([self.lin_f.bias, self.lin_s.bias])
        width = nodes.shape[1]
        of_target, of_source, of_edge = weight.split([width, width, edges.shape[1]], dim=1)
        both = linear(edges, of_edge, bias)
        both = both + linear(nodes, of_target).index_select(0, target)
        both = both + linear(nodes, of_source).index_select(0, source)
        gate, core = both.chunk(2, dim=1)
        return nodes + add_up(torch.sigmoid(gate) * softplus(core), target, len(nodes))


class Readout(nn.Module):
    """Pool nodes (o, width) to (b, width of the readout), as they are and seen by many detectors.

    A detector answers to a node as a whole, say titanium with six neighbours; pooled entry by entry
    as they are, nodes no longer tell which of them had what.
    """

    def __init__(self, width: int, detectors: int) -> None:
        """Build the detectors."""
        super().__init__()
        self.width = 2 * (width + detectors)
        self.detect = nn.Sequential(nn.Linear(width, detectors), nn.SiLU())

    def forward(self, nodes: torch.Tensor, batch: GraphBatch) -> torch.Tensor:
        """Return features (b, width of the readout)."""
        return torch.cat([pool(nodes, batch), pool(self.detect(nodes), batch)], dim=1)


class CrystalEncoder(Encoder):
    """Learn what each node is, then pool the nodes."""

    readout: Readout

    def forward(self, batch: GraphBatch) -> torch.Tensor:
        """Return features (b, width)."""
        return self.readout(self.nodes(batch), batch)

    @abstractmethod
    def nodes(self, batch: GraphBatch) -> torch.Tensor:
        """Return what is known of each node (o, width of a node)."""


@final
class Cgcnn(CrystalEncoder):
    """Crystal graph convolutions (DOI 10.1103/PhysRevLett.120.145301) over orbits."""

    def __init__(self, config: CrystalConfig, cutoff_ang: float) -> None:
        """Build the layers."""
        super().__init__()
        self.readout = Readout(config.width, config.detectors)
        self.width = self.readout.width
        self.embedding = nn.Embedding(N_NUMBERS, config.width)
        self.bonded = Bonded(config.width) if config.bonds else None
        self.surroundings = Surroundings(config.width) if config.shapes else None
        self.radial = Gaussians(config.radial, cutoff_ang)
        self.layers = nn.ModuleList(
            CrystalConvolution(config.width, config.radial) for _ in range(config.layers)
        )
        self.norms = nn.ModuleList(nn.LayerNorm(config.width) for _ in range(config.layers))
        self.angles = nn.ModuleList(
            Angles(config.width, config.radial, config.angles)
            for _ in range(config.layers if config.angles else 0)
        )

    def nodes(self, batch: GraphBatch) -> torch.Tensor:
        """Return what is known of each node (o, width of a node)."""
        nodes = self.embedding(batch.numbers)
        if self.bonded is not None:
            nodes = nodes + self.bonded(batch)
        distance = batch.edge_vector.norm(dim=1)
        if self.surroundings is not None:
            nodes = nodes + self.surroundings(batch, distance)
        edges = self.radial(distance)
        direction = batch.edge_vector / distance[:, None]
        for layer, norm, angles in zip_longest(self.layers, self.norms, self.angles):
            heard = layer(nodes, batch.edge_index, edges)
            if angles is not None:
                heard = heard + angles(nodes, batch.edge_index, edges, direction)
            nodes = norm(heard)
        return nodes


@final
class Painn(CrystalEncoder):
    """Polarizable atom interaction network (arXiv 2102.03150) over the primitive cell.

    Its vectors turn with the operations inside an orbit, so its graphs keep every atom.
    """

    def __init__(self, config: CrystalConfig, cutoff_ang: float) -> None:
        """Build the layers."""
        super().__init__()
        self.readout = Readout(config.width, config.detectors)
        self.width = self.readout.width
        self.cutoff_ang = cutoff_ang
        self.embedding = nn.Embedding(N_NUMBERS, config.width)
        self.bonded = Bonded(config.width) if config.bonds else None
        self.radial = Gaussians(config.radial, cutoff_ang)
        self.messages = nn.ModuleList(
            _Message(config.width, config.radial) for _ in range(config.layers)
        )
        self.updates = nn.ModuleList(_Update(config.width) for _ in range(config.layers))
        self.norm = nn.LayerNorm(config.width)

    def nodes(self, batch: GraphBatch) -> torch.Tensor:
        """Return what is known of each node (n, width of a node)."""
        distance = batch.edge_vector.norm(dim=1)
        direction = batch.edge_vector / distance[:, None]
        envelope = 0.5 * (torch.cos(math.pi * (distance / self.cutoff_ang).clamp(max=1)) + 1)
        radial = self.radial(distance) * envelope[:, None]
        scalar = self.embedding(batch.numbers)
        if self.bonded is not None:
            scalar = scalar + self.bonded(batch)
        vector = scalar.new_zeros(len(scalar), 3, scalar.shape[1])
        for message, update in zip(self.messages, self.updates):
            scalar, vector = message(scalar, vector, batch.edge_index, radial, direction)
            scalar, vector = update(scalar, vector)
        return self.norm(scalar)


class _Message(nn.Module):
    def __init__(self, width: int, radial: int) -> None:
        super().__init__()
        self.filter = nn.Linear(radial, 3 * width)
        self.inner = nn.Sequential(nn.Linear(width, width), nn.SiLU(), nn.Linear(width, 3 * width))

    def forward(
        self,
        scalar: torch.Tensor,
        vector: torch.Tensor,
        edge_index: torch.Tensor,
        radial: torch.Tensor,
        direction: torch.Tensor,
    ) -> tuple[torch.Tensor, torch.Tensor]:
        source, target = edge_index
        weights = self.filter(radial) * self.inner(scalar)[source]
        for_scalar, for_old, for_new = weights.chunk(3, dim=1)
        turned = vector[source] * for_old[:, None] + direction[:, :, None] * for_new[:, None]
        n = len(scalar)
        # A mean keeps the scale whatever the number of neighbours in the last shell.
        count = torch.bincount(target, minlength=n).clamp(min=1).to(scalar.dtype)
        return (
            scalar + add_up(for_scalar, target, n) / count[:, None],
            vector + add_up(turned, target, n) / count[:, None, None],
        )


class _Update(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.mix = nn.Linear(width, 2 * width, bias=False)
        self.inner = nn.Sequential(
            nn.Linear(2 * width, width), nn.SiLU(), nn.Linear(width, 3 * width)
        )

    def forward(
        self, scalar: torch.Tensor, vector: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        left, right = self.mix(vector).chunk(2, dim=2)
        # The square root has no gradient at zero, where every vector starts.
        length = (left.square().sum(dim=1) + 1e-8).sqrt()
        scale, product, shift = self.inner(torch.cat([scalar, length], dim=1)).chunk(3, dim=1)
        dot = (left * right).sum(dim=1)
        return scalar + shift + product * dot, vector + right * scale[:, None]
