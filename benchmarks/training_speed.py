"""Pairs a second in training, and what the steps are made of, on this machine's cores or GPU.

    python -m benchmarks.training_speed [--steps 3]

Steps of the shipped recipe (MiniLM's lower four layers, 256 captions, 512 crystals) on the first
4,096 structures. Beside it, in the same run, the convolution as it is usually written, with the
features of both nodes copied to every edge before the matrix product.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
import torch
from torch.nn.functional import softplus

from benchmarks import report
from clac.config import ModelConfig, TextConfig, TrainConfig
from clac.data.dataset import prepare
from clac.data.graphs import collate
from clac.data.sampling import Sampler
from clac.encoders.crystal import CrystalConvolution, add_up
from clac.encoders.text import pretrained
from clac.model import Clac
from clac.train import Run

CAPTIONS = 256


def main() -> None:
    """Measure and write the result file."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--steps", type=int, default=3)
    parser.add_argument("--cache", type=Path, default=Path("runs/cache"))
    given = parser.parse_args()
    config = TrainConfig(
        samples=100_000, early_share=0.0, batch=CAPTIONS, chunk=CAPTIONS,
        model=ModelConfig(text=TextConfig(layers=4)),
    )  # fmt: skip
    torch.set_num_threads(config.threads)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    pairs = prepare(report.need_crystals(), given.cache, config.model.graph, limit=4096)
    text, tokenizer = pretrained(config.model.text)
    run = Run(config, Clac(config.model, text).to(device), tokenizer, device)
    sampler = Sampler(pairs, pairs.take(np.arange(64)), config)
    run.learn(sampler.batch(0))  # warm-up
    began = time.perf_counter()
    for step in range(1, 1 + given.steps):
        run.learn(sampler.batch(step))
    seconds = (time.perf_counter() - began) / given.steps
    graphs = pairs.graphs[: 2 * CAPTIONS]
    ours, usual = convolution_times(graphs)
    print(f"training on {device}: {CAPTIONS / seconds:.1f} captions/s, {seconds:.2f} s a step")
    print(f"one convolution, forward and backward: {ours:.3f} s, usual form {usual:.3f} s, "
          f"{usual / ours:.1f} times")  # fmt: skip
    report.write("training_speed", {
        "device": str(device), "captions_per_s": CAPTIONS / seconds, "s_per_step": seconds,
        "convolution_s": ours, "usual_convolution_s": usual,
    })  # fmt: skip


def convolution_times(graphs: list) -> tuple[float, float]:
    """Time our convolution and the usual form on the same graphs: the best of three."""
    batch = collate(graphs)
    layer = CrystalConvolution(128, 40)
    nodes = torch.randn(len(batch.numbers), 128, requires_grad=True)
    edges = torch.rand(batch.edge_index.shape[1], 40)
    times: dict[bool, list[float]] = {True: [], False: []}
    for _ in range(3):
        for usual in (False, True):
            began = time.perf_counter()
            out = usual_form(layer, nodes, batch.edge_index, edges) if usual else layer(
                nodes, batch.edge_index, edges)  # fmt: skip
            out.sum().backward()
            times[usual].append(time.perf_counter() - began)
    return min(times[False]), min(times[True])


def usual_form(
    layer: CrystalConvolution, nodes: torch.Tensor, edge_index: torch.Tensor, edges: torch.Tensor
) -> torch.Tensor:
    """Convolve as CGConv does: one wide matrix product for each edge."""
    source, target = edge_index
    both = torch.cat([nodes[target], nodes[source], edges], dim=1)
    message = torch.sigmoid(layer.lin_f(both)) * softplus(layer.lin_s(both))
    return nodes + add_up(message, target, len(nodes))


if __name__ == "__main__":
    main()
