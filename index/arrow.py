"""Arrow arrays in and out: the usual ways, pyarrow.array, scalar and to_numpy, import pandas.

Shape letters: b rows.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pyarrow as pa


def rows_array(rows: np.ndarray) -> pa.Array:
    """Hand row numbers (b,) int64 to Arrow."""
    return pa.Array.from_buffers(pa.int64(), len(rows), [None, pa.py_buffer(rows)])


def words_array(words: Iterable[str]) -> pa.Array:
    """Hand words to Arrow; what UTF-8 cannot carry is replaced."""
    letters = [storable(word).encode() for word in words]
    ends = np.cumsum([0, *map(len, letters)], dtype=np.int32)
    buffers = [None, pa.py_buffer(ends), pa.py_buffer(b"".join(letters))]
    return pa.Array.from_buffers(pa.string(), len(letters), buffers)


def storable(text: str) -> str:
    """Replace what UTF-8 cannot carry, such as the odd bytes of a file name."""
    return text.encode("utf-8", "replace").decode()


def valid(column: pa.Array) -> np.ndarray:
    """Return where a column has a value, (b,) bool."""
    if pa.types.is_null(column.type):
        return np.zeros(len(column), bool)
    bitmap = column.buffers()[0] if len(column) else None
    return np.ones(len(column), bool) if bitmap is None else _bits(bitmap, column)


def flags(column: pa.Array) -> np.ndarray:
    """Return truth values (b,) bool; a missing one is anything."""
    return _bits(column.buffers()[1], column) if len(column) else np.zeros(0, bool)


def numbers(column: pa.Array) -> np.ndarray:
    """Return numbers (b,); a missing one is anything."""
    if pa.types.is_floating(column.type):
        column = column.cast(pa.float64())
    kind = np.dtype(str(column.type))
    values = np.frombuffer(column.buffers()[1] or b"", kind) if len(column) else np.zeros(0, kind)
    return values[column.offset : column.offset + len(column)]


def _bits(buffer: pa.Buffer, column: pa.Array) -> np.ndarray:
    """Unpack one bit for each row."""
    count = column.offset + len(column)
    packed = np.frombuffer(buffer, np.uint8, (count + 7) // 8)
    return np.unpackbits(packed, count=count, bitorder="little")[column.offset :].astype(bool)
