"""The recipe that this project started from, retrained on the same crystals.

CGCNN over every atom of the primitive cell with 12 neighbours and sum pooling, all six layers of
MiniLM on 128 plain word pieces (formulas and numbers as they fall), full captions only, InfoNCE in
batches of 16.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from pathlib import Path
from typing import final

import numpy as np
import torch
from torch import nn
from torch.nn.functional import normalize

from benchmarks import report
from benchmarks.baselines.dense_text import minilm_folder
from benchmarks.baselines.nearest import CUTOFF_ANG, NearestBatch, NearestGraphs, nearest_graphs
from benchmarks.baselines.training import LossAt, by_length, device, in_order, train, training_pairs
from clac import checkpoint
from clac.data.captions import caption
from clac.data.dataset import Pairs
from clac.encoders.crystal import N_NUMBERS, CrystalConvolution, Gaussians, add_up
from clac.losses import infonce

WIDTH, LAYERS, RADIAL, DIM = 128, 3, 40, 256
BATCH, MAX_TOKENS = 16, 128
RATE, TEXT_RATE = 3e-4, 5e-5


@final
class SeedRecipe(nn.Module):
    """Crystals and texts as unit vectors of one space."""

    def __init__(self) -> None:
        """Build the crystal tower beside MiniLM."""
        super().__init__()
        from transformers import AutoModel, AutoTokenizer

        folder = minilm_folder()
        self.pieces = AutoTokenizer.from_pretrained(folder)
        self.text = AutoModel.from_pretrained(folder, add_pooling_layer=False)
        self.text_projection = nn.Linear(self.text.config.hidden_size, DIM)
        self.embedding = nn.Embedding(N_NUMBERS, WIDTH)
        self.radial = Gaussians(RADIAL, CUTOFF_ANG)
        self.layers = nn.ModuleList(CrystalConvolution(WIDTH, RADIAL) for _ in range(LAYERS))
        self.norms = nn.ModuleList(nn.LayerNorm(WIDTH) for _ in range(LAYERS))
        self.crystal_projection = nn.Linear(WIDTH, DIM)
        self.log_scale = nn.Parameter(torch.tensor(math.log(1 / 0.07)))

    def encode_crystals(self, batch: NearestBatch) -> torch.Tensor:
        """Return unit vectors (b, d)."""
        place = self.log_scale.device
        nodes = self.embedding(batch.numbers.to(place))
        edges, edge_index = self.radial(batch.distance.to(place)), batch.edge_index.to(place)
        for layer, norm in zip(self.layers, self.norms):
            nodes = norm(layer(nodes, edge_index, edges))
        total = add_up(nodes, batch.graph.to(place), batch.size)
        return normalize(self.crystal_projection(total), dim=1)

    def encode_all(self, graphs: NearestGraphs, chunk: int = 64) -> torch.Tensor:
        """Return the unit vectors (b, d) of all graphs."""
        rows = np.arange(len(graphs.numbers))
        parts = [rows[start : start + chunk] for start in range(0, len(rows), chunk)]
        return torch.cat([self.encode_crystals(graphs.batch(part)) for part in parts])

    def encode_texts(self, texts: Sequence[str]) -> torch.Tensor:
        """Return unit vectors (b, d)."""
        groups = by_length([len(text) for text in texts])
        parts = []
        for rows in groups:
            tokens = self.pieces([texts[i] for i in rows], padding=True, truncation=True,
                                 max_length=MAX_TOKENS, return_tensors="pt")  # fmt: skip
            tokens = tokens.to(self.log_scale.device)
            states = self.text(**tokens).last_hidden_state
            mask = tokens["attention_mask"][:, :, None].to(states.dtype)
            mean = (states * mask).sum(dim=1) / mask.sum(dim=1)
            parts.append(normalize(self.text_projection(mean), dim=1))
        return in_order(parts, groups)


def seed_recipe(
    model: Path, cache: Path, samples: int, folder: Path
) -> tuple[SeedRecipe, dict[str, float]]:
    """Train it on so many samples, or load it where that is done; also returns what it cost.

    The crystals are those that `model` was prepared for.
    """
    torch.manual_seed(0)
    towers = SeedRecipe().to(device())
    config = checkpoint.describe(model).config.graph
    done = train(
        towers, -(-samples // BATCH), {"text.": TEXT_RATE, "": RATE},
        lambda: _losses(towers, training_pairs(cache, config), cache),
        folder / f"seed_recipe-{samples}.safetensors",
    )  # fmt: skip
    return towers, {"samples": done["step"] * BATCH, "training_seconds": done["seconds"]}


def _losses(towers: SeedRecipe, learn: Pairs, cache: Path) -> LossAt:
    graphs = nearest_graphs(report.need_crystals(), cache, learn.ids)
    orders: dict[int, np.ndarray] = {}

    def loss_at(step: int) -> torch.Tensor:
        epoch, at = divmod(step * BATCH, len(learn) // BATCH * BATCH)
        if epoch not in orders:
            orders.clear()
            orders[epoch] = np.random.default_rng([0, epoch]).permutation(len(learn))
        rows = orders[epoch][at : at + BATCH]
        rng = random.Random(f"seed recipe {step}")
        texts = towers.encode_texts([caption(learn.facts[i], rng) for i in rows])
        crystals = towers.encode_crystals(graphs.batch(rows))
        return infonce(crystals, texts, towers.log_scale.exp())

    return loss_at
