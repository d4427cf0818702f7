"""How long each stage of a build takes."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator, Mapping

READING = "reading"
WRITING = "writing"
VECTOR_INDEX = "vector index"

Stages = Mapping[str, tuple[float, int]]
"""stage -> its seconds and the crystals that went through it"""


class Pace:
    """Seconds and crystals of each stage, added up over all processes that work at it."""

    def __init__(self) -> None:
        """Start with none."""
        self.stages: dict[str, tuple[float, int]] = {}

    def add(self, stages: Stages) -> None:
        """Add what was measured elsewhere."""
        for stage, (seconds, count) in stages.items():
            before = self.stages.get(stage, (0.0, 0))
            self.stages[stage] = before[0] + seconds, before[1] + count

    @contextlib.contextmanager
    def timed(self, stage: str, count: int = 0) -> Iterator[None]:
        """Add the seconds of a block, and the crystals that it brings to the stage."""
        start = time.perf_counter()
        yield
        self.add({stage: (time.perf_counter() - start, count)})
