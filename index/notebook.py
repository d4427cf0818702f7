"""Hits as a notebook shows them: an HTML table, a small picture beside each of the first.

All that comes from files is escaped; there are no scripts, and nothing is fetched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from html import escape

from clac.data.chemistry import SYMBOLS
from clac.properties import PROPERTIES
from clac.types import PropertyValue, Record
from index.thumbnail import colour_of, thumbnail
from index.types import Condition, Hit

PICTURED = 20
"""hits that get a picture; each takes some kilobytes of the notebook"""
_SHOWN_PROPERTIES = 6
_SHOWN_LETTERS = 90
_CELL = 'style="text-align:left;vertical-align:middle"'
_WHOLE = 'style="white-space:nowrap"'
_NUMBER = re.compile(r"(\d+(?:\.\d+)?)")
_SYMBOL = re.compile(r"_(\d)|-(\d)")
_NAMES = ("name", "names", "prototype")
"""properties that the other columns tell already"""


def table(
    hits: Sequence[Hit], understood: Sequence[Condition], pictured: Sequence[Record], *,
    relaxed: bool,
) -> str:  # fmt: skip
    """Write hits as an HTML table under what was understood; pictured: crystals of the first.

    Relaxed: no crystal meets all that was understood.
    """
    if not hits:
        return "<p>no hits</p>"
    pictures = [_picture(record) for record in pictured]
    heads = ["", *([""] if pictures else []), "formula", "space group", "prototype", "id", "score",
             "known", "why"]  # fmt: skip
    lines = ["<table><thead><tr>", *(f"<th {_CELL}>{head}</th>" for head in heads)]
    lines.append("</tr></thead><tbody>")
    for place, hit in enumerate(hits):
        cells = _cells(hit)
        if pictures:
            cells.insert(1, pictures[place] if place < len(pictures) else "")
        lines += ["<tr>", *(f"<td {_CELL}>{cell}</td>" for cell in cells), "</tr>"]
    above = (f"<p>{line}</p>" for line in _above(understood, relaxed))
    return "".join([*above, *lines, "</tbody></table>"])


def formula(text: str) -> str:
    """Write a formula with its amounts below the line."""
    parts = _NUMBER.split(text)
    return "".join(f"<sub>{p}</sub>" if i % 2 else escape(p) for i, p in enumerate(parts))


def space_group(symbol: str) -> str:
    """Write a Hermann-Mauguin symbol with its screw axes below the line and bars above digits."""
    written, end = [], 0
    for found in _SYMBOL.finditer(symbol):
        below, barred = found.groups()
        bar = f'<span style="text-decoration:overline">{barred}</span>'
        written += [escape(symbol[end : found.start()]), f"<sub>{below}</sub>" if below else bar]
        end = found.end()
    return "".join([*written, escape(symbol[end:])])


def _above(understood: Sequence[Condition], relaxed: bool) -> Iterator[str]:
    """Say what was understood of the query."""
    said = [escape(c.says) for c in understood if c.use != "unknown"]
    if said:
        yield f"understood: {'; '.join(said)}"
    if relaxed:
        yield "no crystal here meets all of it: those that meet most stand first"


def _cells(hit: Hit) -> list[str]:
    """Write a hit as the cells of a row, without its picture."""
    return [
        str(hit.rank),
        f"<b>{formula(hit.formula)}</b>",
        f"<span {_WHOLE}>{space_group(hit.space_group)} ({hit.space_group_number})</span>",
        escape(hit.prototype_name or hit.prototype),
        f"<code>{escape(hit.id)}</code>",
        f"{hit.score:.3f}",
        _known(hit.properties),
        "<br/>".join(map(escape, hit.why)),
    ]


def _known(properties: Mapping[str, PropertyValue]) -> str:
    """Write the first known values of a crystal."""
    of_columns = {column: spec for spec in PROPERTIES.values() for column in spec.columns}
    shown = []
    for name, value in properties.items():
        if value in ("", None) or name in _NAMES:
            continue
        spec = of_columns.get(name)
        label, unit = (spec.label, spec.unit) if spec else (name.replace("_", " "), "")
        written = f"{value:.4g}" if isinstance(value, float) else str(value)
        if len(written) > _SHOWN_LETTERS:
            written = f"{written[:_SHOWN_LETTERS]}..."
        shown.append(escape(f"{label}: {written} {unit}".strip()))
    return "<br/>".join(shown[:_SHOWN_PROPERTIES])


def _picture(record: Record) -> str:
    """Draw a crystal, and which colour is which element."""
    elements = (SYMBOLS[z] for z in dict.fromkeys(record.structure.numbers.tolist()))
    keys = (
        f'<span {_WHOLE}><span style="color:{colour_of(symbol)}">&#9679;</span>{symbol}</span>'
        for symbol in elements
    )
    return f'{thumbnail(record.structure)}<div style="font-size:80%">{" ".join(keys)}</div>'
