"""The bars of a comparison."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import matplotlib as mpl
import numpy as np

mpl.use("Agg")
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

Table = Mapping[str, Mapping[str, float]]
"""method -> measure -> value"""


def draw(path: Path, panels: Sequence[tuple[str, Table, Sequence[str]]]) -> None:
    """Draw panels (title, values, measures) below each other, one bar for each method."""
    figure, axes = plt.subplots(
        len(panels), 1, figsize=(12, 4 * len(panels)), squeeze=False, layout="constrained"
    )
    for axis, (title, values, measures) in zip(axes[:, 0], panels):
        _bars(axis, values, measures)
        axis.set_title(title, fontsize=11)
    figure.savefig(path, dpi=130)
    plt.close(figure)


def _bars(axis: Axes, values: Table, measures: Sequence[str]) -> None:
    width = 0.84 / len(values)
    places = np.arange(len(measures))
    for i, (method, found) in enumerate(values.items()):
        heights = [found.get(measure, np.nan) for measure in measures]
        at = places + (i - (len(values) - 1) / 2) * width
        color = "0.75" if method == "random" else None
        axis.bar(at, heights, 0.92 * width, label=method, color=color)
        for x, y in zip(at, heights):
            if np.isfinite(y):
                axis.text(x, y + 0.015, f"{y:.3f}", ha="center", fontsize=6.5, rotation=90)
    labels = [measure.replace(": ", ":\n").replace(", no", ",\nno") for measure in measures]
    axis.set_xticks(places, labels, fontsize=8.5)
    axis.margins(x=0.01)
    axis.set_ylim(0, 1.12)
    axis.set_ylabel("share of queries or hits")
    axis.spines[["top", "right"]].set_visible(False)
    axis.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), fontsize=8.5, frameon=False)
