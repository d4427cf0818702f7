"""How latency, memory and the time of a build grow with the number of vectors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullFormatter

from benchmarks import report

PANELS = (
    ("one search, p50 (ms)", ("p50_ms",)),
    ("peak memory (GiB)", ("build_peak_gib", "search_peak_gib")),
    ("build (s)", ("build_s",)),
)


def growth(results: Sequence[Mapping[str, Any]]) -> None:
    """Draw what was measured at each number of rows, a line for each kind."""
    figure = Figure(figsize=(12, 3.8), layout="constrained")
    for axes, (title, names) in zip(figure.subplots(1, len(PANELS)), PANELS, strict=True):
        for number, kind in enumerate(dict.fromkeys(result["kind"] for result in results)):
            own = sorted((r for r in results if r["kind"] == kind), key=lambda r: r["rows"])
            for name, style in zip(names, ("o-", "o--"), strict=False):
                label = f"{kind}, {name.split('_')[0]}" if len(names) > 1 else kind
                rows, values = [r["rows"] for r in own], [r[name] for r in own]
                axes.loglog(rows, values, style, color=f"C{number}", label=label)
        axes.set(title=title, xlabel="vectors")
        axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 3, 5)))
        axes.yaxis.set_major_formatter("{x:g}")
        axes.yaxis.set_minor_formatter(NullFormatter())
        axes.grid(alpha=0.3)
        axes.legend(fontsize=8)
    figure.savefig(report.RESULTS / "engine_growth.png", dpi=150)
