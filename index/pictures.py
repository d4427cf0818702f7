"""All pictures that the package draws as files: `pip install 'clac[explain]'`.

Shape letters: o atoms, w words, b rows, k hits.
"""

from __future__ import annotations

import importlib.util
import math
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from clac.errors import InputError, MissingExtra
from clac.properties import PROPERTIES, known_value
from index.filters import columns_of
from index.hits import Hits
from index.types import Explanation, Hit

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from index.atlas import Atlas

_INCHES = 0.19
"""a word or an atom of a picture"""
_SHOWN_ATOMS = 60
_SHOWN_HITS = 25
"""hits that are named beside a map, or in a picture of hits"""
_DPI = 130
_COLOURED = 0.99
"""share of the values that the scale of colours tells apart; a few far out would take it all"""
_PLAIN = ("other", "unknown")
_GREYS = {"other": "#b9b9b9", "unknown": "#dddddd"}
_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e6ab02", "#56b4e9", "#7f5539", "#7b5ea7",
            "#66800a")  # fmt: skip
"""that people who see colours otherwise can tell apart too, the most distinct first"""
_MARK = "#d62728"


def need_pictures() -> None:
    """Raise MissingExtra without matplotlib."""
    if importlib.util.find_spec("matplotlib") is None:
        raise MissingExtra("matplotlib", "pip install 'clac[explain]'")


def draw_explanation(explanation: Explanation, out: Path) -> None:
    """Write the picture: what each word moves, above what each atom looks at.

    Of many atoms the first 60 are shown. Raises MissingExtra without matplotlib, and InputError
    where the file cannot be written.
    """
    e = explanation
    looked = np.array(e.attention)[:_SHOWN_ATOMS]
    figure = _figure(3.2 + _INCHES * len(e.words), 3.6 + _INCHES * 1.3 * len(looked))
    above, below = figure.subplots(
        2, 1, sharex=True, height_ratios=(1.5, max(0.6, _INCHES * 1.3 * len(looked)))
    )
    colours = ["tab:orange" if effect > 0 else "tab:blue" for effect in e.effects]
    above.bar(range(len(e.words)), e.effects, color=colours)
    above.axhline(0, color="0.3", linewidth=0.8)
    unit = f"log10({e.unit})" if e.log_scale else e.unit
    above.set_ylabel(f"moved by the word\n{unit}")
    name = e.property.replace("_", " ")
    more = len(e.attention) - len(looked)
    left = f"; {more} more atoms are not shown" if more else ""
    above.set_title(f"{e.formula}: {name} {e.value:.3g} {e.unit}, from atoms that ask words{left}")
    image = below.imshow(looked, aspect="auto", cmap="viridis", vmin=0)
    below.set_yticks(range(len(looked)), e.atoms[: len(looked)])
    below.set_xticks(range(len(e.words)), e.words, rotation=90)
    figure.colorbar(image, ax=below, label="attention", pad=0.01)
    _save(figure, out, 120)


def draw_map(atlas: Atlas, out: Path) -> None:
    """Write a map of a collection: crystals near each other are alike, hits stand out.

    Raises MissingExtra without matplotlib, and InputError where the file cannot be written.
    """
    figure = _figure(8.9, 6.6)
    axes = figure.subplots()
    if atlas.values is None:
        _draw_groups(axes, atlas)
    else:
        _draw_values(figure, axes, atlas)
    for name, axis, share in zip(("first", "second"), (axes.xaxis, axes.yaxis), atlas.shares):
        axis.set_label_text(f"{name} principal axis of the vectors ({share:.0%} of their spread)")
        axis.set_ticks([])
    axes.set_aspect("equal", adjustable="datalim")
    title = f"{atlas.title}, coloured by {atlas.by}"
    asked = f"\nringed: hits of “{_whole(atlas.query, 70)}”" if atlas.hits else ""
    axes.set_title(_whole(title, 80) + asked, fontsize=11)
    if atlas.hits:
        _mark_hits(axes, atlas)
    _save(figure, out)


def draw_hits(hits: Hits, query: str, out: Path) -> None:
    """Write hits as a picture: score against the property that the query asks for.

    Where it asks for none, it is the one that is known of most hits; where none is known of any,
    bars show the scores alone. Raises MissingExtra without matplotlib, and InputError where there
    is no hit or the file cannot be written.
    """
    if not hits:
        raise InputError("", "no hits, so that there is nothing to draw")
    name = property_of(hits)
    shown = list(hits[:_SHOWN_HITS])
    if name is None:
        figure = _figure(7.5, 1.4 + 0.3 * len(shown))
        axes = figure.subplots()
        axes.barh(range(len(shown)), [hit.score for hit in shown], color=_COLOURS[0])
        axes.set_yticks(range(len(shown)), [_whole(_named(hit), 40) for hit in shown])
        axes.invert_yaxis()
        axes.set_xlabel("score")
    else:
        figure = _figure(8.5, 5.6)
        axes = figure.subplots()
        _draw_scores(axes, hits, name)
    cut = name is None and len(hits) > len(shown)
    more = f", the first {len(shown)} of {len(hits)} hits" if cut else ""
    axes.set_title(f"“{_whole(query, 80)}”{more}", fontsize=11, pad=18)
    axes.spines[["top", "right"]].set_visible(False)
    _save(figure, out)


def property_of(hits: Hits) -> str | None:
    """Name the known property that a query asks for, else the one known of most hits, or None."""
    counts = {name: sum(_value(hit, name) is not None for hit in hits) for name in PROPERTIES}
    asked = [name for said in hits.understood for name in columns_of(said.filter)]
    wanted = [name for name in asked if counts.get(name)]
    best = max(counts, key=lambda name: counts[name])
    return wanted[0] if wanted else best if counts[best] else None


def _draw_groups(axes: Axes, atlas: Atlas) -> None:
    """Draw points in a colour for each group, the largest first, what has none behind."""
    counts = Counter(atlas.groups)
    named = [name for name, _ in counts.most_common() if name not in _PLAIN]
    colours = dict(zip(named, _COLOURS)) | _GREYS
    groups = np.array(atlas.groups)
    named += [name for name in _PLAIN if name in counts]
    for place, name in enumerate(named):
        x, y = atlas.places[groups == name, :2].T
        layer = 1.5 if name in _PLAIN else 2 + place / 100
        label = _whole(f"{name} ({counts[name]:,})", 30)
        axes.scatter(x, y, s=_size(atlas), color=colours[name], label=label, linewidths=0,
                     zorder=layer)  # fmt: skip
    axes.legend(
        title=atlas.by, loc="upper left",
        bbox_to_anchor=(1.0, 1.0), frameon=False, handletextpad=0.2, fontsize=9, alignment="left",
        markerscale=max(1.0, (30 / _size(atlas)) ** 0.5),
    )  # fmt: skip


def _draw_values(figure: Figure, axes: Axes, atlas: Atlas) -> None:
    """Draw points in the colour of a number, unknown ones grey and behind."""
    from matplotlib.colors import LogNorm, Normalize

    values = np.asarray(atlas.values)
    known = np.isfinite(values) & ((values > 0) | (not atlas.log_scale))
    if not known.any():
        raise InputError("", f"no value of {atlas.by} is above zero, which a logarithm needs")
    x, y = atlas.places[~known, :2].T
    axes.scatter(x, y, s=_size(atlas), color=_GREYS["unknown"], linewidths=0)
    x, y = atlas.places[known, :2].T
    low, high = np.quantile(values[known], (0, _COLOURED))
    norm = LogNorm(low, high) if atlas.log_scale else Normalize(low, high)
    points = axes.scatter(x, y, s=_size(atlas), c=values[known], norm=norm, linewidths=0)
    beyond = "max" if values[known].max() > high else "neither"
    unit = f", {atlas.unit}" if atlas.unit else ""
    grey = f" (grey: not known of {int((~known).sum()):,})" if not known.all() else ""
    figure.colorbar(
        points,
        ax=axes,
        label=f"{atlas.by}{unit}{grey}",
        extend=beyond,
        location="bottom",
        shrink=0.6,
        aspect=35,
    )


def _mark_hits(axes: Axes, atlas: Atlas) -> None:
    """Ring hits, number them and name them at the side."""
    places = atlas.places[list(atlas.rows), :2]
    axes.scatter(*places.T, s=90, facecolors="none", edgecolors=_MARK, linewidths=1.4, zorder=3)
    shown = list(atlas.hits or ())[:_SHOWN_HITS]
    _label(axes, places[: len(shown)], [str(hit.rank) for hit in shown], _MARK)
    told = "\n".join(f"{hit.rank:>2}  {_whole(_named(hit), 28)}" for hit in shown)
    more = len(atlas.rows) - len(shown)
    if more > 0:
        told += f"\n     and {more} more"
    size = 8.5 if len(shown) <= 15 else 7.0
    axes.annotate(
        told, (1.0, 0.0), xycoords="axes fraction", xytext=(12, 2), textcoords="offset points",
        va="bottom", ha="left", fontsize=size, color=_MARK, linespacing=1.35,
    )  # fmt: skip


def _draw_scores(axes: Axes, hits: Hits, name: str) -> None:
    """Draw scores against a property; hits of which it is not known stand at the right edge."""
    spec = PROPERTIES[name]
    values = [_value(hit, name) for hit in hits]
    known = [value for value in values if value is not None]
    logarithmic = spec.log_scale and len(known) > 1 and max(known) > 10 * min(known)
    if logarithmic:
        axes.set_xscale("log")
    low, high = min(known), max(known)
    reach = high - low or abs(high) or 1.0
    edge = high * (high / low) ** 0.18 if logarithmic else high + 0.18 * reach
    x = np.array([edge if value is None else value for value in values])
    y = np.array([hit.score for hit in hits])
    lost = np.array([value is None for value in values])
    axes.scatter(x[~lost], y[~lost], color=_COLOURS[0], s=36, zorder=2)
    if lost.any():
        axes.scatter(x[lost], y[lost], facecolors="none", edgecolors="0.5", s=36, zorder=2)
        axes.axvline(edge, color="0.85", linewidth=6, zorder=1)
        axes.annotate(
            "not known", (edge, 1.0), xycoords=("data", "axes fraction"), va="bottom", ha="center",
            color="0.4", fontsize=9,
        )  # fmt: skip
    count = min(_SHOWN_HITS, len(hits))
    places = np.column_stack([x, y])[:count]
    axes.margins(0.09, 0.09)
    if lost.any() and not logarithmic:
        axes.set_xticks([tick for tick in axes.get_xticks() if tick <= high + 0.05 * reach])
    _label(axes, places, [f"{hit.rank} {_formula(hit.formula)}" for hit in hits[:count]])
    unit = f", {spec.unit}" if spec.unit else ""
    axes.set_xlabel(f"{spec.label}{unit}")
    axes.set_ylabel("score")


def _label(axes: Axes, places: np.ndarray, labels: Sequence[str], colour: str = "0.1") -> None:
    """Write labels beside points (k, 2); one that would cover another, or a point, moves."""
    from matplotlib.patheffects import withStroke

    figure: Any = axes.figure
    figure.draw_without_rendering()  # fixes the scale
    dots = axes.transData.transform(places) * 72 / figure.dpi
    taken = [(x - 4, y - 4, x + 4, y + 4) for x, y in dots.tolist()]
    for place, dot, label in zip(places, dots, labels, strict=True):
        wide, high = 5.6 * len(label.replace("$", "")), 10.0
        spots = [
            (math.cos(turn) * far, math.sin(turn) * far)
            for far in (11.0, 20.0, 30.0, 42.0)
            for turn in np.linspace(0.5, 0.5 + 2 * math.pi, 12, endpoint=False)
        ]
        boxes = [_box(dot, spot, wide, high) for spot in spots]
        crowd = [sum(_overlap(box, other) for other in taken) for box in boxes]
        chosen = int(np.argmin(crowd))
        taken.append(boxes[chosen])
        axes.annotate(
            label, place, xytext=spots[chosen], textcoords="offset points", fontsize=8,
            color=colour, ha="left" if spots[chosen][0] >= 0 else "right", va="center", zorder=4,
            path_effects=[withStroke(linewidth=2.0, foreground="white")],
            arrowprops={"arrowstyle": "-", "color": "0.5", "linewidth": 0.5, "shrinkB": 4},
        )  # fmt: skip


def _box(
    dot: np.ndarray, spot: tuple[float, float], wide: float, high: float
) -> tuple[float, float, float, float]:
    """Return left, low, right and high end of a label, in points."""
    left = dot[0] + spot[0] - (0 if spot[0] >= 0 else wide)
    low = dot[1] + spot[1] - high / 2
    return left, low, left + wide, low + high


def _overlap(
    one: tuple[float, float, float, float], other: tuple[float, float, float, float]
) -> float:
    """Return the area that two boxes share."""
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    return max(wide, 0.0) * max(high, 0.0)


def _value(hit: Hit, name: str) -> float | None:
    """Return a known property of a hit; what has no logarithm is unknown where one is needed."""
    value = known_value(hit.properties, name)
    return None if value is not None and PROPERTIES[name].log_scale and value <= 0 else value


def _named(hit: Hit) -> str:
    """Name a hit in a picture."""
    told = hit.prototype_name if hit.prototype_name != hit.formula else ""
    return f"{_formula(hit.formula)}, {told or hit.space_group}"


def _formula(text: str) -> str:
    """Write amounts below the line, as matplotlib's text has it."""
    low = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
    return text.translate(low)


def _whole(text: str, most: int) -> str:
    """Cut a text, and keep it from being read as a formula of matplotlib."""
    return (text if len(text) <= most else f"{text[:most]}...").replace("$", r"\$")


def _size(atlas: Atlas) -> float:
    """Return the area of a point, in square points: small where there are many."""
    return float(np.clip(16_000 / len(atlas.ids), 1.0, 24.0))


def _figure(wide: float, high: float) -> Figure:
    """Return an empty picture of so many inches. Raises MissingExtra without matplotlib."""
    need_pictures()
    from matplotlib.figure import Figure

    return Figure(figsize=(wide, high), layout="constrained")


def _save(figure: Figure, out: Path, dpi: int = _DPI) -> None:
    """Write a picture. Raises InputError where the file cannot be written."""
    try:
        figure.savefig(out, dpi=dpi)
    except (OSError, ValueError) as error:
        raise InputError(str(out), f"the picture cannot be written ({error})") from error
