"""The words of names, minerals, uses and captions, word for word, in SQLite.

An embedding knows what words mean and forgets how rare ones are spelled ('halite'); an inverted
index does the opposite.
"""

from __future__ import annotations

import math
import re
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from clac.errors import StoreError

_K1 = 1.2
"""saturation of BM25, as FTS5 has it"""
_WORD = re.compile(r"\w+")
_EMPTY_WORDS = frozenset(
    "a an and any are as at be been by can do does find for from has have how i in into is it its "
    "like look looking made make me mostly of on one only or show some something search that the "
    "their them there these they thing things this to used was were what when where which who "
    "with you crystal crystals material materials compound compounds structure structures type "
    "types called known".split()
)
"""words that do not tell one crystal from another"""
_OF_NUMBERS = frozenset(
    "band gap gaps bandgap energy energies formation hull modulus bulk shear hardness density "
    "volume atom atoms cell constant index ratio dielectric refractive ev mev gpa g cm "
    "cm3 angstrom angstroms about around above below over under near "
    "roughly approximately between than "
    "least most more less per equal close whose weighs gram grams kg electronvolt electronvolts "
    "gigapascal gigapascals".split()
)
"""words around a number"""
_VOLUME = re.compile(r"\bcubic\s+(?:(?:centi)?met(?:re|er)|angstr[oö]m)s?\b")
"""a unit, not a crystal system"""
_MOST_WORDS = 64
_RANKED = (
    "SELECT rowid, -bm25(texts) FROM texts WHERE texts MATCH ?1 "
    "AND (?2 IS NULL OR substr(?2, rowid + 1, 1) = x'01') ORDER BY 2 DESC, 1 LIMIT ?3"
)
"""a mask of a byte for each row goes before the ranking"""


class LexicalWriter:
    """Write the words of each row, in order, to a new file."""

    def __init__(self, path: Path) -> None:
        """Start an empty file; raises StoreError where it cannot be written."""
        self._path = path
        self._count = 0
        try:
            self._base = sqlite3.connect(path, isolation_level=None)
            self._base.execute("PRAGMA journal_mode = OFF")
            self._base.execute(
                "CREATE VIRTUAL TABLE texts USING fts5("
                "words, content='', tokenize='porter unicode61')"
            )
            self._base.execute("CREATE TABLE size (rows INTEGER)")
            self._base.execute("BEGIN")
        except sqlite3.Error as error:
            raise StoreError(f"{path}: cannot be written: {error}") from error

    def write(self, texts: Sequence[str]) -> None:
        """Append rows; a row without words keeps its place."""
        rows = [(self._count + i, text) for i, text in enumerate(texts) if text]
        self._base.executemany("INSERT INTO texts (rowid, words) VALUES (?, ?)", rows)
        self._count += len(texts)

    def close(self) -> None:
        """Finish the file."""
        try:
            self._base.execute("INSERT INTO size VALUES (?)", (self._count,))
            self._base.execute("COMMIT")
        except sqlite3.Error as error:
            raise StoreError(f"{self._path}: cannot be written: {error}") from error
        finally:
            self._base.close()


class LexicalIndex:
    """Which rows hold the words of a question."""

    def __init__(self, path: Path) -> None:
        """Open a file that `LexicalWriter` wrote; raises StoreError where it cannot be read."""
        try:
            self._base = sqlite3.connect(
                f"{path.absolute().as_uri()}?immutable=1", uri=True, check_same_thread=False
            )
            (self._rows,) = self._base.execute("SELECT rows FROM size").fetchone()
            (self._worded,) = self._base.execute("SELECT count(*) FROM texts_docsize").fetchone()
        except (sqlite3.Error, TypeError) as error:
            raise StoreError(f"{path}: cannot be read: {error}") from error

    def __len__(self) -> int:
        """Count the rows."""
        return int(self._rows)

    def search(
        self, text: str, k: int, allowed: np.ndarray | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """Find the k rows, of those allowed (b,) bool, that hold the most of a text's words.

        Rare words count for more, in the same measure whatever is allowed.
        Returns rows (k',) int64 and shares (k',) of the text's information, in (0, 1], best
        first: BM25 (DOI 10.1561/1500000019) over its value for a row that holds every word often.
        """
        words = _telling(text)
        if not words or not self._worded:
            return np.empty(0, dtype=np.int64), np.empty(0)
        terms = [f'"{word}"' for word in words[:_MOST_WORDS]]
        whole = (_K1 + 1) * sum(self._information(term) for term in terms)
        mask = None if allowed is None else allowed.astype(np.uint8).tobytes()
        found = self._base.execute(_RANKED, (" OR ".join(terms), mask, k)).fetchall()
        rows = np.array([row for row, _ in found], dtype=np.int64)
        shares = np.array([score for _, score in found]) / whole
        return rows, np.clip(shares, 0, 1)

    def _information(self, term: str) -> float:
        """Weigh a term as FTS5's BM25 does; one that no row holds weighs most."""
        (count,) = self._base.execute(
            "SELECT count(*) FROM texts WHERE texts MATCH ?", (term,)
        ).fetchone()
        return max(math.log((self._worded - count + 0.5) / (count + 0.5)), 1e-6)


def _telling(text: str) -> list[str]:
    """Return the words of a text that tell one crystal from another, each once.

    Where a number and a quantity are named ("band gap around 1.5 eV"), all numbers and words of
    quantities are left to the embedding: a row that merely holds a 5 and the word gap has nothing
    to do with it.
    """
    words = _WORD.findall(_VOLUME.sub("", text.lower()))
    words = [w for w in words if w not in _EMPTY_WORDS]
    if any(map(str.isdigit, words)) and _OF_NUMBERS.intersection(words):
        words = [w for w in words if not w.isdigit() and w not in _OF_NUMBERS]
    return list(dict.fromkeys(words))
