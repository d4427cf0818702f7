"""What the tests of an index that changes share: records, questions, and what a folder holds."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from doubles import HashEmbedder, rock_salt

from clac.types import Record
from index import Hits, Query, SearchEngine
from index.durable import LOCK
from index.segments import open_index

_CATIONS = (3, 11, 12, 19, 20, 37)
_ANIONS = (8, 9, 16, 17, 35)
_WORDS = ("", "table salt, halite", "a salt", "blue pigment", "salts of the sea", "blue_salt")
# values of one name that agree in some segments and not in others
_PROPERTIES: tuple[Mapping[str, Any], ...] = (
    {"band_gap": 8.5, "grade": 1}, {"band_gap": 7, "grade": "A"}, {}, {"grade": 2.5, "ok": True},
    {"band_gap": 1.25, "ok": "no"}, {"grade": 3, "maker": "sea"}, {"maker": "mine", "grade": False},
)  # fmt: skip
QUERIES = (
    Query("table salt", k=4), Query("blue salt of the sea", k=50), Query("blue_salt NaCl", k=50),
    Query("salts", k=5, filter="nelements=2 AND band_gap>2"),
    Query("a sulfide with a band gap above 2 eV", k=50),
    Query("cubic oxide", k=50, soft=True), Query("halite", k=50, unique=True),
    Query("salt", k=3, diversity=0.4), Query("pigment", k=50, radius=0.1),
)  # fmt: skip


def pool() -> list[Record]:
    """Return thirty rock salts with words and properties that repeat."""
    pairs = enumerate(itertools.product(_CATIONS, _ANIONS))
    return [
        Record(
            f"r{i:02d}",
            rock_salt(cation, anion, 4.0 + 0.1 * i),
            _WORDS[i % len(_WORDS)],
            _PROPERTIES[i % len(_PROPERTIES)],
            f"pool:{i}",
        )
        for i, (cation, anion) in pairs
    ]


def build(records: Iterable[Record], out: Path, **how: Any) -> SearchEngine:
    """Build an index with the double and open it."""
    SearchEngine.build(records, out, HashEmbedder(), **how)
    return SearchEngine.open(out, HashEmbedder())


def answers(engine: SearchEngine) -> list[Any]:
    """Return all that an index answers, its rows in their order."""
    found: list[Any] = [told(hits) for hits in engine.search_batch(QUERIES)]
    ids = [hit.id for hit in engine.search("all", k=1000, parse=False)]
    for id in sorted(ids)[:2]:
        found.append(told(engine.similar(id=id, k=5)))
        found.append(engine.describe(id=id, k=3))
    return [ids, *found]


def told(hits: Hits) -> tuple[Any, ...]:
    """Return hits with what the filter did; how the vectors were searched may differ."""
    return list(hits), hits.filtered, hits.understood, hits.relaxed


def content(folder: Path, model_id: str | None = "double") -> dict[str, str]:
    """Return the words of each id, after a check of all checksums."""
    opened = open_index(folder, model_id)
    ids = opened.catalog.ids()
    assert len(set(ids)) == len(ids) == len(opened.live) == opened.manifest.count
    return dict(zip(ids, opened.catalog.texts(range(len(ids)), "text"), strict=True))


def tree(folder: Path) -> dict[str, str]:
    """Return the hash of each file in a folder, but of the lock, which holds nothing."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != LOCK
    }
