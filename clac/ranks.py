"""Training on several processes: each rank computes its rows, all see the whole batch."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping

import torch
import torch.distributed as dist

WHOLE = ("log_scale", "bias", "head.")
"""parameters whose whole gradient every rank sees"""


def join_ranks() -> tuple[int, int]:
    """Join the process group that torchrun announces; returns rank and number of ranks."""
    world = int(os.environ.get("WORLD_SIZE", "1"))
    if world == 1:
        return 0, 1
    dist.init_process_group("nccl" if torch.cuda.is_available() else "gloo")
    return dist.get_rank(), world


def gather(own: torch.Tensor, rank: int, world: int) -> torch.Tensor:
    """Join the rows of all ranks; gradients flow to a rank's own rows."""
    if world == 1:
        return own
    parts = [torch.empty_like(own) for _ in range(world)]
    dist.all_gather(parts, own.detach().contiguous())
    parts[rank] = own
    return torch.cat(parts)


def sum_gradients(parameters: Iterable[tuple[str, torch.nn.Parameter]], world: int) -> None:
    """Add up the gradients of all ranks."""
    if world == 1:
        return
    for name, value in parameters:
        if value.grad is not None:
            dist.all_reduce(value.grad)
            if name.startswith(WHOLE):
                value.grad /= world


def of_first(values: Mapping[str, float], world: int) -> Mapping[str, float]:
    """Return the values of the first rank on all ranks."""
    if world == 1:
        return values
    said = [values]
    dist.broadcast_object_list(said, src=0)
    return said[0]
