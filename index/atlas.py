"""A collection at a glance: where each crystal stands among the others, and what it is.

Shape letters: b rows, a axes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from clac.errors import InputError
from clac.properties import PROPERTIES
from index.engine import SearchEngine
from index.hits import Hits
from index.projection import projection_of

CLASSES = "classes"
_GROUPS = 9
"""that have a colour of their own"""
_OTHER = "other"
_UNKNOWN = "unknown"
_BLOCK = 8192
_UNITS = {"density": "g/cm³", "volume_per_atom": "Å³"}
"""of facts of a crystal; `clac.properties` has those of properties"""


@dataclass(frozen=True, slots=True)
class Atlas:
    """The crystals of an index as points, and what colours them."""

    title: str
    ids: tuple[str, ...]
    places: np.ndarray
    """(b, a) float32, along the principal axes of the vectors"""
    shares: tuple[float, ...]
    """(a,) of the spread that an axis shows"""
    by: str
    """the column that colours them"""
    unit: str
    log_scale: bool
    groups: tuple[str, ...]
    """(b,) names, 'other' and 'unknown' among them; empty where numbers colour the points"""
    values: np.ndarray | None
    """(b,) float64, NaN where unknown; None where groups colour the points"""
    query: str = ""
    hits: Hits | None = None
    rows: tuple[int, ...] = ()
    """of the hits"""


def survey(
    engine: SearchEngine, by: str = CLASSES, query: str = "", hits: Hits | None = None
) -> Atlas:
    """Place all crystals of an index, coloured by a column that a filter may ask.

    Query and hits: what stands out. Raises InputError for an unknown column.
    """
    projection = projection_of(engine.folder, engine.manifest, engine.vectors)
    starts = range(0, len(engine), _BLOCK)
    parts = [np.arange(start, min(start + _BLOCK, len(engine))) for start in starts]
    places = np.concatenate([projection.places(engine.vectors.vectors(part)) for part in parts])
    column = engine.catalog.table([by]).column(0).combine_chunks()
    spec = PROPERTIES.get(by)
    numeric = pa.types.is_integer(column.type) or pa.types.is_floating(column.type)
    values = None
    if numeric:
        values = column.cast(pa.float64()).fill_null(np.nan).to_numpy(zero_copy_only=False)
        if not np.isfinite(values).any():
            raise InputError("", f"{by} is known of no crystal of this index")
    return Atlas(
        title=f"{len(engine):,} crystals",
        ids=tuple(engine.catalog.ids()),
        places=places,
        shares=tuple(projection.shares.tolist()),
        by="class" if by == CLASSES else spec.label if spec else by.replace("_", " "),
        unit=spec.unit if spec else _UNITS.get(by, ""),
        log_scale=bool(spec and spec.log_scale),
        groups=() if numeric else grouped(column.to_pylist()),
        values=values,
        query=query,
        hits=hits,
        rows=tuple(engine.row(hit.id) for hit in hits or ()),
    )


def grouped(words: Sequence[str | bool | Sequence[str] | None]) -> tuple[str, ...]:
    """Give each row one of its words: of those that most rows have, the most frequent first.

    What is left once nine words are given is 'other'; a row without words is 'unknown'.
    """
    rows = [_listed(one) for one in words]
    given = [_OTHER if row else _UNKNOWN for row in rows]
    left = {place for place, row in enumerate(rows) if row}
    for _ in range(_GROUPS):
        counts = Counter(word for place in left for word in rows[place])
        if not counts:
            break
        best = min(counts, key=lambda word: (-counts[word], word))
        for place in [place for place in left if best in rows[place]]:
            given[place] = best
            left.remove(place)
    return tuple(given)


def _listed(words: str | bool | Sequence[str] | None) -> tuple[str, ...]:
    """Return the words of a row."""
    if isinstance(words, (str, bool)):
        words = [str(words)]
    return tuple(word for word in words or () if word)
