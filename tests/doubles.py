"""Stand-ins that need no trained model."""

from __future__ import annotations

import dataclasses
import itertools
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from clac.data.network import Network, network
from clac.data.symmetry import Symmetry, analyze, reduced_formula
from clac.errors import InputError
from clac.types import Record, Refusal, Structure


@dataclass(frozen=True, slots=True)
class HashedRow:
    """The double of `clac.embed.Embedded`, and without a vector of `Analyzed`."""

    record: Record
    symmetry: Symmetry
    network: Network
    vector: np.ndarray | None = None


class HashEmbedder:
    """An embedder whose words are hashed letter triples; a structure is its formula in words."""

    def __init__(self, model_id: str = "double", dim: int = 64) -> None:
        """Choose an id, since indexes are bound to one."""
        self.model_id = model_id
        self.folder = Path("no-such-model")  # without heads of its own
        self.dim = dim
        self.temperature = 0.1

    def encode_texts(self, texts: Sequence[str]) -> np.ndarray:
        """Return unit vectors (b, d)."""
        return np.stack([self._vector(text) for text in texts])

    def encode_structures(self, structures: Sequence[Any]) -> np.ndarray:
        """Return unit vectors (b, d) of Structure or Record."""
        return self.encode_texts([reduced_formula(_structure(s).numbers) for s in structures])

    def embed_records(
        self, records: Iterable[Record], refused: Callable[[Refusal], None], batch: int = 256
    ) -> Iterator[HashedRow]:
        """Yield a row for each record, batch-wise; a record named 'bad' is refused."""
        stream = iter(records)
        while part := list(itertools.islice(stream, batch)):
            for row in self.analyze(part, refused):
                yield dataclasses.replace(row, vector=self.encode([row])[0])

    def analyze(
        self, records: Iterable[Record], refused: Callable[[Refusal], None]
    ) -> list[HashedRow]:
        """Return a row without a vector for each record but those named 'bad', which it refuses."""
        rows = []
        for record in records:
            try:
                if record.id.startswith("bad"):
                    raise InputError(record.origin, "a bad name")
                symmetry = analyze(record.structure)
                rows.append(HashedRow(record, symmetry, network(symmetry)))
            except InputError as error:
                refused(Refusal(record.origin, error.reason))
        return rows

    def encode(self, rows: Sequence[HashedRow]) -> np.ndarray:
        """Return unit vectors (b, d) of analysed rows."""
        return self.encode_structures([row.record for row in rows])

    def _vector(self, text: str) -> np.ndarray:
        padded = f"  {text} "
        vector = np.full(self.dim, 1e-3)
        for i in range(len(padded) - 2):
            vector[zlib.crc32(padded[i : i + 3].encode()) % self.dim] += 1.0
        return (vector / np.linalg.norm(vector)).astype(np.float32)


def _structure(structure: Any) -> Structure:
    return structure.structure if isinstance(structure, Record) else structure


def rock_salt(cation: int, anion: int, a_ang: float) -> Structure:
    """Return a primitive rock-salt cell."""
    cell = np.array([[0.0, 0.5, 0.5], [0.5, 0.0, 0.5], [0.5, 0.5, 0.0]]) * a_ang
    return Structure(cell, np.array([[0.0] * 3, [0.5] * 3]), np.array([cation, anion]))


def some_records() -> list[Record]:
    """Return five rock salts, the first two with words of their own."""
    return [
        Record("salt", rock_salt(11, 17, 5.64), "table salt, halite", {"band_gap": 8.5}, "s:1"),
        Record("periclase", rock_salt(12, 8, 4.21), "magnesia", {"name": "periclase"}, "s:2"),
        Record("lif", rock_salt(3, 9, 4.03), origin="s:3"),
        Record("cao", rock_salt(20, 8, 4.81), properties={"count": 3, "ok": True}, origin="s:4"),
        Record("kbr", rock_salt(19, 35, 6.60), origin="s:5"),
    ]
