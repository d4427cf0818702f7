"""Dense supervision of the crystal tower: every fact of a crystal, not only what its caption says.

A caption names a few facts of a crystal; a small head that is dropped after training tells all of
them from the embedding, for crystals with and without a caption.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import final

import numpy as np
import torch
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits, smooth_l1_loss

from clac.data.chemistry import CLASSES
from clac.data.claims import Claim, FactTable
from clac.data.elements import number_of
from clac.data.environment import SHAPES, SHARINGS
from clac.data.facts import Facts
from clac.data.grammar.quantity_words import METAL_BELOW_EV
from clac.data.structure_types import structure_types
from clac.encoders.crystal import N_NUMBERS
from clac.encoders.numbers import NUMBERS, WIDTH, amplitudes, circle, known_entries, phases

Loss = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]
LABEL_WEIGHT = 10.0
"""most labels are false for most crystals, so their mean loss is small"""
SITE_WEIGHT = 5.0

BINS: Mapping[str, tuple[float, ...]] = {
    "band_gap": (METAL_BELOW_EV, 0.25, 0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 5, 6, 20),
    "formation_energy": (-6, -4, -3.5, -3, -2.5, -2.25, -2, -1.75, -1.5, -1.25, -1, -0.75, -0.5,
                         -0.25, 0, 0.25, 6),
    "bulk_modulus": (0, 15, 25, 35, 50, 65, 80, 100, 120, 140, 165, 190, 220, 260, 500),
    "shear_modulus": (0, 8, 14, 20, 27, 35, 45, 55, 67, 80, 95, 120, 160, 550),
    "density": (0, 1.5, 2, 2.4, 2.7, 3, 3.3, 3.6, 4, 4.4, 4.8, 5.2, 5.7, 6.2, 6.8, 7.4, 8, 8.7,
                9.5, 10.5, 12, 14, 17, 25),
    "volume_per_atom": (0, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19.5, 21, 23, 25, 28, 32, 38,
                        200),
    "n_atoms": (1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, 24, 28, 34, 40, 50, 70, 100, 500),
}  # fmt: skip
"""edges of bins, the upper one left out: a query for one value must find its bin, not only its side
of the mean"""

LABELS: tuple[Claim, ...] = (
    *(Claim("space_group", low=n, high=n) for n in range(1, 231)),
    *(Claim("arity", low=n, high=n) for n in range(1, 7)),
    *(Claim("dimensionality", word) for word in ("0D", "1D", "2D", "3D")),
    *(Claim("cation_site", str(n)) for n in range(1, 15)),
    *(Claim("anion_site", str(n)) for n in range(1, 15)),
    *(Claim("site", str(n)) for n in range(1, 17)),
    *(Claim("cation_polyhedron", shape) for shape in SHAPES),
    *(Claim("anion_polyhedron", shape) for shape in SHAPES),
    *(Claim("linkage", f"{a}|{sharing}|{b}")
      for i, a in enumerate(sorted(SHAPES)) for b in sorted(SHAPES)[i:]
      for sharing in (*SHARINGS, "isolated")),
    *(Claim("prototype", kind.name) for kind in structure_types()),
    *(Claim("class", word) for word in CLASSES),
    Claim("band_gap", high=METAL_BELOW_EV),
    Claim("energy_above_hull", high=0.001),
    *(Claim(quantity, low=low, high=math.nextafter(high, -math.inf))
      for quantity, edges in BINS.items() for low, high in pairwise(edges)),
)  # fmt: skip
"""what a crystal is or is not"""

QUANTITIES: tuple[tuple[str, float, float, bool], ...] = (
    ("band_gap", 1.0, 1.5, False),
    ("formation_energy", -1.5, 1.2, False),
    ("bulk_modulus", 4.2, 0.8, True),
    ("shear_modulus", 3.4, 0.9, True),
    ("poisson_ratio", 0.28, 0.08, False),
    ("refractive_index", 0.7, 0.3, True),
    ("dielectric_total", 2.5, 0.7, True),
    ("density", 1.5, 0.6, True),
    ("volume_per_atom", 2.9, 0.4, True),
)
"""quantity, its centre and spread over the training crystals, and whether as natural logarithm"""


def labels_and_values(table: FactTable) -> tuple[np.ndarray, np.ndarray]:
    """Tabulate LABELS (c, q) as 0 and 1 and QUANTITIES (c, p) in spreads, NaN where unknown."""
    labels = np.zeros((len(table), len(LABELS)), dtype=np.float32)
    for i, claim in enumerate(LABELS):
        labels[:, i] = table.holds(claim)
        labels[table.unknown(claim), i] = np.nan
    values = np.full((len(table), len(QUANTITIES)), np.nan, dtype=np.float32)
    for i, (quantity, centre, spread, log) in enumerate(QUANTITIES):
        known = table.numbers(quantity)
        with np.errstate(invalid="ignore", divide="ignore"):
            known = np.log(known) if log else known
        known = np.where(np.isfinite(known), known, np.nan)
        values[:, i] = ((known - centre) / spread).clip(-4, 4)
    return labels, values


MOST_NEIGHBOURS = 16


def sites_of(facts: Sequence[Facts]) -> tuple[np.ndarray, np.ndarray]:
    """Tabulate what is around each element of each crystal: where (s, 2) and what (s, q).

    Where: crystal and atomic number. What, as 0 and 1 and NaN where unknown: the coordination
    numbers up to MOST_NEIGHBOURS, then the SHAPES.
    """
    where, what = [], []
    for row, f in enumerate(facts):
        for symbol in f.elements:
            known = f.coordination.get(symbol, ())
            shapes = {shape for s, shape in f.polyhedra or () if s == symbol}
            where.append((row, number_of(symbol)))
            what.append([
                *(float(n in known) if known else math.nan for n in range(1, MOST_NEIGHBOURS + 1)),
                *(float(x in shapes) if f.polyhedra is not None else math.nan for x in SHAPES),
            ])  # fmt: skip
    return np.array(where), np.array(what, dtype=np.float32)


@final
class DenseHead(nn.Module):
    """Tell facts and quantities from embeddings (c, d); its loss is part of training only."""

    def __init__(self, dim: int) -> None:
        """Build small perceptrons; an element asks for its own surroundings."""
        super().__init__()
        self.net = nn.Sequential(
            nn.Linear(dim, 2 * dim), nn.SiLU(), nn.Linear(2 * dim, len(LABELS) + len(QUANTITIES))
        )
        self.asked = nn.Embedding(N_NUMBERS, 2 * dim)
        self.inner = nn.Sequential(nn.Linear(dim, 2 * dim), nn.SiLU())
        self.site = nn.Linear(2 * dim, MOST_NEIGHBOURS + len(SHAPES))

    def forward(self, embeddings: torch.Tensor, table: FactTable) -> torch.Tensor:
        """Return the loss: binary cross entropy of labels plus smooth L1 of values."""
        wanted = [torch.from_numpy(a).to(embeddings.device) for a in labels_and_values(table)]
        # Unit vectors have small entries.
        embeddings = embeddings * embeddings.shape[1] ** 0.5
        labels, values = self.net(embeddings).split([len(LABELS), len(QUANTITIES)], dim=1)
        where, what = (torch.from_numpy(a).to(embeddings.device) for a in sites_of(table.facts))
        sites = self.site(self.inner(embeddings)[where[:, 0]] * self.asked(where[:, 1]))
        return (
            _known(binary_cross_entropy_with_logits, labels, wanted[0]) * LABEL_WEIGHT
            + _known(binary_cross_entropy_with_logits, sites, what) * SITE_WEIGHT
            + _known(smooth_l1_loss, values, wanted[1])
        )


def guess_loss(embeddings: torch.Tensor, table: FactTable) -> torch.Tensor:
    """Compute how far the waves that crystals (c, d) guess are from those of their facts.

    Where a crystal could have one value or another, the best guess is short.
    """
    ours = embeddings[:, -WIDTH:]
    length = sum(w.weight for w in NUMBERS if w.known >= 0) ** 0.5
    sizes = known_entries(ours.device)
    # The vector has been made one long; what is known tells how long it was.
    ours = ours * (length / ours[:, sizes].norm(dim=1, keepdim=True).detach())
    values = np.stack([table.numbers(w.quantity) for w in NUMBERS], axis=1).astype(np.float32)
    angles = phases(torch.from_numpy(values).to(ours.device))
    wanted = circle(angles) * amplitudes(ours.device)
    asked = ~torch.isnan(wanted) & ~sizes
    return (ours[asked] - wanted[asked]).square().sum() / len(ours)


def _known(loss: Loss, found: torch.Tensor, wanted: torch.Tensor) -> torch.Tensor:
    known = ~torch.isnan(wanted)
    # The mean of nothing is no number.
    return loss(found[known], wanted[known]) if known.any() else found.sum() * 0
