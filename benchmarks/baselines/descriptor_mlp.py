"""A tower that sees no bond: the global descriptor, and a small text transformer from scratch.

It learns from the very batches that the model's own training would show: the same captions, with
facts withheld, and the same hard negatives; only the graph network and the pretrained text are
missing. So what it cannot do is what the words must have from the atoms' surroundings.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import final

import numpy as np
import torch
from torch import nn
from torch.nn.functional import normalize

from benchmarks.baselines.training import LossAt, by_length, device, in_order, train, training_pairs
from clac import checkpoint
from clac.config import TrainConfig
from clac.data.dataset import Pairs
from clac.data.descriptor import DESCRIPTOR_WIDTH
from clac.data.sampling import Sampler
from clac.encoders.text import from_description
from clac.losses import infonce
from clac.model import N_SPACE_GROUPS, SPACE_GROUP_WIDTH
from clac.tokens import Tokenizer, pad
from clac.types import Graph, TextBatch

WIDTH, HIDDEN, DIM, BATCH = 256, 512, 256, 256
RATE = 1e-3


@final
class DescriptorMlp(nn.Module):
    """Descriptors and texts as unit vectors of one space."""

    def __init__(self, tokenizer: Tokenizer, words: int, tokens: int) -> None:
        """Build both towers for a vocabulary of `words` and texts of up to `tokens`."""
        super().__init__()
        self.tokenizer = tokenizer
        self.text = from_description({
            "model_type": "bert", "vocab_size": words, "hidden_size": WIDTH,
            "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 4 * WIDTH,
            "max_position_embeddings": tokens, "hidden_dropout_prob": 0.0,
            "attention_probs_dropout_prob": 0.0,
        })  # fmt: skip
        self.text_projection = nn.Linear(WIDTH, DIM)
        self.space_group = nn.Embedding(N_SPACE_GROUPS, SPACE_GROUP_WIDTH)
        self.norm = nn.BatchNorm1d(DESCRIPTOR_WIDTH, affine=False, eps=0.05**2)
        self.crystal = nn.Sequential(
            nn.Linear(DESCRIPTOR_WIDTH + SPACE_GROUP_WIDTH, HIDDEN), nn.SiLU(),
            nn.Linear(HIDDEN, HIDDEN), nn.SiLU(), nn.Linear(HIDDEN, DIM),
        )  # fmt: skip
        self.log_scale = nn.Parameter(torch.tensor(math.log(1 / 0.07)))

    def encode_graphs(self, graphs: Sequence[Graph]) -> torch.Tensor:
        """Return unit vectors (b, d)."""
        place = self.log_scale.device
        known = torch.from_numpy(np.stack([g.descriptor for g in graphs])).to(place)
        group = self.space_group(torch.tensor([g.space_group for g in graphs], device=place))
        known = self.norm(known).clamp(-10, 10)
        return normalize(self.crystal(torch.cat([known, group], dim=1)), dim=1)

    def encode_texts(self, texts: Sequence[str]) -> torch.Tensor:
        """Return unit vectors (b, d)."""
        tokens = self.tokenizer.encode(texts)
        groups = by_length([len(t) for t in tokens])
        parts = []
        for rows in groups:
            arrays = pad([tokens[i] for i in rows])
            batch = TextBatch(*(torch.from_numpy(a).to(self.log_scale.device) for a in arrays))
            parts.append(normalize(self.text_projection(self.text(batch)), dim=1))
        return in_order(parts, groups)


def descriptor_mlp(
    model: Path, cache: Path, samples: int, folder: Path
) -> tuple[DescriptorMlp, dict[str, float]]:
    """Train it on so many samples, or load it where that is done; also returns what it cost.

    Graphs and vocabulary are those of `model`.
    """
    known = checkpoint.describe(model)
    tokens = known.config.text.max_tokens
    tokenizer = Tokenizer.load(model / "tokenizer.json", tokens)
    torch.manual_seed(0)
    towers = DescriptorMlp(tokenizer, known.text_backbone["vocab_size"], tokens).to(device())
    steps = -(-samples // BATCH)
    done = train(
        towers, steps, {"": RATE},
        lambda: _losses(towers, training_pairs(cache, known.config.graph), samples),
        folder / f"descriptor_mlp-{samples}.safetensors",
    )  # fmt: skip
    return towers, {"samples": done["step"] * BATCH, "training_seconds": done["seconds"]}


def _losses(towers: DescriptorMlp, learn: Pairs, samples: int) -> LossAt:
    config = TrainConfig(samples=samples, batch=BATCH, early_batch=BATCH)
    sampler = Sampler(learn, learn.take(np.arange(0)), config)

    def loss_at(step: int) -> torch.Tensor:
        batch = sampler.batch(step)
        assert batch is not None
        crystals = towers.encode_graphs(batch.crystals.graphs)
        texts = towers.encode_texts([c.text for c in batch.captions])
        judged = (torch.from_numpy(x).to(crystals.device) for x in batch.judged())
        return infonce(crystals, texts, towers.log_scale.exp(), *judged)

    return loss_at
