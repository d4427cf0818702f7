"""What a part of the benchmark measured beside what is wanted of it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import report

RUNS = Path("runs/engine")
"""where indexes and what is done of long parts are kept"""


@dataclass(frozen=True, slots=True)
class Line:
    """One measured value and its bound."""

    measure: str
    measured: float
    least: float | None = None
    """what it must reach"""
    most: float | None = None
    """what it must not exceed"""

    @property
    def holds(self) -> bool:
        """Tell whether the value is within its bounds."""
        above = self.least is None or self.measured >= self.least
        return above and (self.most is None or self.measured <= self.most)

    def __str__(self) -> str:
        """Show the wanted beside the measured."""
        bounds = ("at least", self.least), ("at most", self.most)
        wanted = " and ".join(f"{word} {bound:g}" for word, bound in bounds if bound is not None)
        mark = "met   " if self.holds else "missed"
        return f"{mark}  {self.measure}: {self.measured:.4g} (wanted {wanted})"


def shown(lines: Iterable[Line]) -> list[dict[str, Any]]:
    """Print lines; return them as a result file holds them."""
    told = []
    for line in lines:
        print(line, flush=True)
        told.append({**dataclasses.asdict(line), "holds": line.holds})
    return told


def finish(part: str, lines: Iterable[Line], values: Mapping[str, Any]) -> list[Line]:
    """Print the lines of a part and write them with all that it measured."""
    lines = list(lines)
    report.write(f"engine_{part}", {"lines": shown(lines), **values})
    return lines
