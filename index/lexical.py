"""The words of names, minerals, uses and captions, word for word, in SQLite.

An embedding knows what words mean and forgets how rare ones are spelled ('halite'); an inverted
index does the opposite.
"""

from __future__ import annotations

import contextlib
import math
import re
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from clac.errors import StoreError

K1 = 1.2
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
TOKENS = "tokenize='porter unicode61'"
"""how words become the tokens that are counted"""
_MOST_WORDS = 64
_RANKED = (
    "SELECT rowid, -bm25(texts) FROM texts WHERE texts MATCH ?1 "
    "AND (?2 IS NULL OR substr(?2, rowid + 1, 1) = x'01') ORDER BY 2 DESC, 1 LIMIT ?3"
)
"""a mask of a byte for each row goes before the ranking"""
PLACE_BITS = 32
"""of a spot: row << PLACE_BITS | place in the row"""
_SPOTS = f"SELECT group_concat(doc << {PLACE_BITS} | offset) FROM temp.places WHERE term = ?"
"""numbers as one text, which numpy reads faster than Python counts them"""


class LexicalWriter:
    """Write the words of each row, in order, to a new file."""

    def __init__(self, path: Path) -> None:
        """Start an empty file; raises StoreError where it cannot be written."""
        self._path = path
        self._count = 0
        with self._reported():
            self._base = sqlite3.connect(path, isolation_level=None)
            self._base.execute("PRAGMA journal_mode = OFF")
            self._base.execute(
                f"CREATE VIRTUAL TABLE texts USING fts5(words, content='', {TOKENS})"
            )
            self._base.execute("CREATE TABLE size (rows INTEGER)")
            self._base.execute("BEGIN")

    def write(self, texts: Sequence[str]) -> None:
        """Append rows; a row without words keeps its place."""
        rows = [(self._count + i, text) for i, text in enumerate(texts) if text]
        with self._reported():
            self._base.executemany("INSERT INTO texts (rowid, words) VALUES (?, ?)", rows)
        self._count += len(texts)

    def close(self) -> None:
        """Finish the file."""
        try:
            with self._reported():
                self._base.execute("INSERT INTO size VALUES (?)", (self._count,))
                self._base.execute("COMMIT")
        finally:
            self._base.close()

    @contextlib.contextmanager
    def _reported(self) -> Iterator[None]:
        """Turn an error of SQLite into a StoreError."""
        try:
            yield
        except sqlite3.Error as error:
            raise StoreError(f"{self._path}: cannot be written: {error}") from error


class LexicalIndex:
    """Which rows hold the words of a question."""

    def __init__(self, path: Path) -> None:
        """Open a file that `LexicalWriter` wrote; raises StoreError where it cannot be read."""
        self._path = path
        try:
            self._base = sqlite3.connect(
                f"{path.absolute().as_uri()}?immutable=1", uri=True, check_same_thread=False
            )
            (self._rows,) = self._base.execute("SELECT rows FROM size").fetchone()
            (self._worded,) = self._base.execute("SELECT count(*) FROM texts_docsize").fetchone()
            self._base.execute(
                "CREATE VIRTUAL TABLE temp.places USING fts5vocab(main, texts, instance)"
            )
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
        words = telling_words(text)
        if not words or not self._worded:
            return np.empty(0, dtype=np.int64), np.empty(0)
        terms = [f'"{word}"' for word in words]
        whole = (K1 + 1) * sum(self._information(term) for term in terms)
        mask = None if allowed is None else allowed.astype(np.uint8).tobytes()
        found = self._base.execute(_RANKED, (" OR ".join(terms), mask, k)).fetchall()
        rows = np.array([row for row, _ in found], dtype=np.int64)
        shares = np.array([score for _, score in found]) / whole
        return rows, np.clip(shares, 0, 1)

    def lengths(self) -> np.ndarray:
        """Count the tokens of each row (b,); -1 for a row without words."""
        counts = np.full(len(self), -1, dtype=np.int64)
        for row, size in self._base.execute("SELECT id, sz FROM texts_docsize"):
            counts[row] = _number(size)
        return counts

    def spots(self, token: str) -> np.ndarray:
        """Return where a token stands, (n,) int64 ascending: row << PLACE_BITS | place in the row.

        Raises StoreError for one that stands in more places, some fifty million, than SQLite tells.
        """
        try:
            (spots,) = self._base.execute(_SPOTS, (token,)).fetchone()
        except sqlite3.DataError as error:
            what = f"{token!r} stands in too many places of one segment ({error})"
            raise StoreError(f"{self._path}: {what}; build several smaller indexes") from error
        return _numbers(spots)

    def _information(self, term: str) -> float:
        (count,) = self._base.execute(
            "SELECT count(*) FROM texts WHERE texts MATCH ?", (term,)
        ).fetchone()
        return information(count, self._worded)


def information(count: int, rows: int) -> float:
    """Weigh a word that so many of some rows hold as FTS5's BM25 does; no row weighs most."""
    return max(math.log((rows - count + 0.5) / (count + 0.5)), 1e-6)


def _numbers(text: str | None) -> np.ndarray:
    """Read numbers (n,) with commas between them."""
    return np.fromstring(text or "", dtype=np.int64, sep=",")


def _number(size: bytes) -> int:
    """Read a number as SQLite writes it: seven bits a byte."""
    value = 0
    for byte in size[:8]:
        value = value << 7 | byte & 0x7F
    return value


def telling_words(text: str) -> list[str]:
    """Return the words of a text that tell one crystal from another, each once.

    Where a number and a quantity are named ("band gap around 1.5 eV"), all numbers and words of
    quantities are left to the embedding: a row that merely holds a 5 and the word gap has nothing
    to do with it.
    """
    words = _WORD.findall(_VOLUME.sub("", text.lower()))
    words = [w for w in words if w not in _EMPTY_WORDS]
    if any(map(str.isdigit, words)) and _OF_NUMBERS.intersection(words):
        words = [w for w in words if not w.isdigit() and w not in _OF_NUMBERS]
    return list(dict.fromkeys(words))[:_MOST_WORDS]
