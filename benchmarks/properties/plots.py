"""Draw how well properties are predicted: parity, calibration of intervals, learning curves.

    python -m benchmarks.properties.plots [--only heads|curves]

Parity and calibration are of the shipped heads, which are asked anew for the test part of the split
by formula, in a minute or two. A head's interval is sized for one coverage; for the others it is
stretched as the validation part asks for. Learning curves are read from the result files of
`benchmarks.properties.retrieval`: those of the newest one's model, and where two tell of the same
task and number of labels, the newer. Relative errors are shares of that of one guess for all: the
median of the training part, or its more frequent class. Writes results/property_*.png.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, MaxNLocator, NullFormatter, PercentFormatter

from benchmarks import report, testset
from benchmarks.properties.curves import Curve, guess_errors, merged
from benchmarks.properties.shipped import Told, tell
from clac import conformal
from clac.properties import PROPERTIES

LEVELS = np.append(np.arange(1, 20) / 20, 0.99)
SHIPPED_LEVEL, ALLOWED = 0.90, 0.02
"""coverage that heads are shipped with, and how far off it may be"""
LINES = (("#0072B2", "o"), ("#D55E00", "s"), ("#009E73", "^"), ("#CC79A7", "D"), ("#56B4E9", "v"),
         ("#E69F00", "P"))  # fmt: skip
"""colour and marker of each line: of Okabe and Ito's, which colour-blind readers tell apart"""
COUNTS = LinearSegmentedColormap.from_list("counts", ("#BFD7EA", "#0072B2", "#05182B"))
WAYS = {"on": "with labelled neighbours", "off": "without"}
GREY = "0.5"


def main() -> None:
    """Draw all plots, or some."""
    parser = testset.arguments(__doc__)
    parser.add_argument("--only", choices=("heads", "curves"), help="heads: the first two plots")
    given = parser.parse_args()
    if given.only != "curves":
        told = tell(testset.load(given.model, given.cache, everything=True))
        draw_parity(told)
        draw_calibration(told)
    if given.only != "heads":
        paths = report.RESULTS.glob("property_retrieval-*.json")
        files = [json.loads(path.read_text()) for path in paths]
        files.sort(key=lambda file: report.time_of(file["commit"]))
        draw_curves(merged(files), guess_errors())


def draw_parity(told: Mapping[str, Told]) -> None:
    """Draw predicted against labelled values, a panel for each property."""
    figure = Figure(figsize=(10, 9), layout="constrained")
    panels = figure.subplots(-(-len(told) // 2), 2).flat
    for axes, (name, one) in zip(panels, told.items(), strict=False):
        _parity(axes, name, one)
    save(figure, "property_parity")


def _parity(axes: Axes, name: str, told: Told) -> None:
    spec = PROPERTIES[name]
    values, means = (10**v if spec.log_scale else v for v in (told.labels, told.means))
    ends = min(values.min(), means.min()), max(values.max(), means.max())
    scale = "log" if spec.log_scale else "linear"
    drawn = axes.hexbin(
        values, means, gridsize=50, bins="log", mincnt=1, cmap=COUNTS, linewidths=0.1,
        xscale=scale, yscale=scale, extent=np.tile(np.log10(ends) if spec.log_scale else ends, 2),
    )  # fmt: skip
    axes.plot(ends, ends, color=LINES[1][0], linewidth=1, label="predicted = labelled")
    axes.set(
        title=f"{spec.label}, {len(values):,} test crystals\n"
              f"MAE {told.error:.3f} {'decades' if spec.log_scale else spec.unit}, "
              f"relative MAE {told.error / told.guess_error:.3f}",
        xlabel=f"labelled ({spec.unit})", ylabel=f"predicted ({spec.unit})", aspect="equal",
    )  # fmt: skip
    axes.grid(alpha=0.2)
    axes.legend(loc="upper left", fontsize=9)
    bar = axes.figure.colorbar(drawn, ax=axes, label="crystals", shrink=0.9)
    for axis in (bar.ax.yaxis, *((axes.xaxis, axes.yaxis) if spec.log_scale else ())):
        _decades(axis, (1, 2, 5))


def _decades(axis: Axis, at: Sequence[int]) -> None:
    """Write plain numbers at some places of each decade."""
    axis.set_major_locator(LogLocator(subs=at))
    axis.set_major_formatter("{x:,g}")
    axis.set_minor_formatter(NullFormatter())


def calibration(held: np.ndarray, tested: np.ndarray, levels: np.ndarray) -> np.ndarray:
    """Return the share of scores (n,) below what held scores (m,) promise at each level (l,)."""
    return np.array([(tested <= conformal.quantile(held, level)).mean() for level in levels])


def draw_calibration(told: Mapping[str, Told]) -> None:
    """Draw the share of labels inside intervals against the promised one, and the difference."""
    figure = Figure(figsize=(11, 5.8), layout="constrained")
    whole, off = figure.subplots(1, 2)
    for (name, one), (color, marker) in zip(told.items(), LINES, strict=False):
        shares = calibration(one.validation_scores, one.scores, LEVELS)
        shown = (one.scores <= 1).mean()
        star = 100 * SHIPPED_LEVEL, 100 * (shown - SHIPPED_LEVEL)
        label = f"{PROPERTIES[name].label}, {len(one.scores):,} crystals"
        style: dict[str, Any] = {"color": color, "marker": marker, "markersize": 4, "linewidth": 1}
        whole.plot(100 * LEVELS, 100 * shares, label=label, **style)
        off.plot(100 * LEVELS, 100 * (shares - LEVELS), **style)
        off.plot(*star, "*", color=color, markersize=11, markeredgecolor="black", zorder=4,
                 label=f"as shipped: {shown:.1%}")  # fmt: skip
        print(f"{name}: MAE {one.error:.4f}, relative {one.error / one.guess_error:.4f}; within "
              f"intervals as shipped {shown:.4f}; by level "
              + ", ".join(f"{s:.3f} ({p:.2f})" for s, p in zip(shares, LEVELS)))  # fmt: skip
    _frame(whole, off, min(told.values(), key=lambda one: len(one.scores)))
    whole.legend(loc="upper center", bbox_to_anchor=(0.5, -0.12), fontsize=9, ncols=2)
    off.legend(loc="upper center", bbox_to_anchor=(0.5, -0.12), fontsize=9, ncols=2)
    save(figure, "property_calibration")


def _frame(whole: Axes, off: Axes, fewest: Told) -> None:
    """Draw what should be, what may be, and what chance makes of the head of fewest crystals."""
    whole.plot((0, 100), (0, 100), "--", color=GREY, linewidth=1)
    off.axhline(0, linestyle="--", color=GREY, linewidth=1)
    crystals = 1 / len(fewest.scores) + 1 / len(fewest.validation_scores)
    chance = 200 * np.sqrt(LEVELS * (1 - LEVELS) * crystals)
    off.fill_between(100 * LEVELS, -chance, chance, color=GREY, alpha=0.15, linewidth=0,
                     label=f"two standard errors, {len(fewest.scores):,} crystals")  # fmt: skip
    for axes, middle in ((whole, SHIPPED_LEVEL), (off, 0)):
        axes.errorbar(100 * SHIPPED_LEVEL, 100 * middle, 100 * ALLOWED, color="black", capsize=5,
                      zorder=3, label="88% to 92% at 90%")  # fmt: skip
        axes.grid(alpha=0.3)
        axes.set(xlabel="nominal coverage (%)", xlim=(0, 100))
    whole.set(ylabel="test labels inside intervals (%)", ylim=(0, 100))
    off.set(ylabel="labels inside minus nominal (percentage points)")


def draw_curves(curves: Mapping[str, Curve], guesses: Mapping[str, float]) -> None:
    """Draw relative errors against the number of labels, a panel for each task."""
    columns = len(curves) // 2 + 1
    figure = Figure(figsize=(3.3 * columns, 6.4), layout="constrained")
    panels = list(figure.subplots(2, columns, sharex=True).flat)
    for axes, (name, curve) in zip(panels, curves.items(), strict=False):
        _curve(axes, curve, guesses[name])
        is_class = name not in PROPERTIES
        axes.set(title=f"{name}, share wrong" if is_class else f"{PROPERTIES[name].label}, MAE")
    for axes in panels[len(curves) :]:
        axes.set_axis_off()
    handles, names = panels[0].get_legend_handles_labels()
    panels[-1].legend(handles, names, loc="center", title="mean and range over seeds")
    figure.supxlabel("labels")
    figure.supylabel("error / error of one guess for all")
    save(figure, "property_learning_curve")


def _curve(axes: Axes, curve: Curve, guess: float) -> None:
    counts = list(curve)
    for (way, label), (color, marker) in zip(WAYS.items(), LINES, strict=False):
        errors = [[seed[f"{way} error"] / guess for seed in seeds] for seeds in curve.values()]
        means = np.array([np.mean(one) for one in errors])
        range_ = means - [min(one) for one in errors], [max(one) for one in errors] - means
        axes.errorbar(counts, means, range_, color=color, marker=marker, markersize=5, capsize=4,
                      linewidth=1.2, label=label)  # fmt: skip
    axes.set(xscale="log", xlim=(70, 70_000))
    _decades(axes.xaxis, (1,))
    axes.xaxis.set_tick_params(labelbottom=True)
    axes.yaxis.set_major_locator(MaxNLocator(6, steps=(1, 2, 5, 10)))
    axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    axes.grid(alpha=0.3)


def save(figure: Figure, name: str) -> None:
    """Write a plot among the results and print where."""
    path = report.RESULTS / f"{name}.png"
    figure.savefig(path, dpi=150)
    print(f"written: {path.relative_to(report.RESULTS.parents[1])}")


if __name__ == "__main__":
    main()
