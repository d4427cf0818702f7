"""Many crystals in one file: JSON, JSON lines and Parquet, row by row.

None of them is ever in memory as a whole: a JSON list is decoded element by element, Parquet in
small batches.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from clac.config import LimitsConfig
from clac.data.formats.objects import STRUCTURE_KEYS, record_from
from clac.errors import InputError
from clac.types import Record

Row = Record | InputError

_CHUNK = 2**18
_BATCH = 256
_LIST_KEYS = ("data", "structures", "entries", "records", "results")
_GAP = re.compile(r"[\s,]*")
_LISTS = frozenset({"cell", "lattice", "lattice_vectors", "lattice_mat", "coords", "sites",
                    "atomic_numbers", "numbers", "Z", "elements", "species", "symbols",
                    "frac_coords_e8", "frac_e8", "frac_coords", "frac", "scaled_positions",
                    "positions", "cart_coords", "cartesian_site_positions"})  # fmt: skip
"""list columns that may be part of a structure; the others are never decoded"""


def read_whole(stream: BinaryIO, limits: LimitsConfig) -> bytes:
    """Return all bytes of a stream; raises InputError without a place beyond the limit."""
    data = stream.read(limits.max_file_bytes + 1)
    if len(data) > limits.max_file_bytes:
        raise InputError("", f"larger than {limits.max_file_bytes} bytes (max_file_bytes); "
                             "split it")  # fmt: skip
    return data


def read_lines(stream: BinaryIO, name: str, stem: str, limits: LimitsConfig) -> Iterator[Row]:
    """Yield a record, or the reason against it, for every line of JSON."""
    number = 0
    while raw := stream.readline(limits.max_file_bytes + 1):
        number += 1
        if len(raw) > limits.max_file_bytes:
            yield InputError(f"{name}:{number}", "the line is longer than max_file_bytes")
            while raw and not raw.endswith(b"\n"):
                raw = stream.readline(_CHUNK)
        elif text := raw.decode("utf-8-sig", "replace").strip():
            origin = f"{name}:{number}"
            try:
                yield record_from(_object(json.loads(text)), f"{stem}-{number}", origin, limits)
            except InputError as error:
                yield InputError(origin, error.reason)
            except (ValueError, RecursionError) as error:
                yield InputError(origin, f"broken JSON: {error}")


def read_json(stream: BinaryIO, name: str, stem: str, limits: LimitsConfig) -> Iterator[Row]:
    """Yield the crystals of a JSON file: one object, a list of them, or a table of them."""
    head = stream.read(_CHUNK)
    start = head.removeprefix(codecs.BOM_UTF8).lstrip()
    if start[:1] == b"[":
        yield from _elements(start[1:], stream, name, stem, limits)
        return
    data = head + stream.read(max(0, limits.max_file_bytes + 1 - len(head)))
    if len(data) > limits.max_file_bytes:
        raise InputError(name, "a single JSON object larger than max_file_bytes; "
                               "write a list or JSON lines")  # fmt: skip
    try:
        value = json.loads(data.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError) as error:
        raise InputError(name, f"broken JSON: {error}") from error
    for place, identity, row in _rows(_object(value), stem):
        yield record_or_refusal(row, identity, name + place, limits)


def _object(value: Any) -> Mapping[str, Any]:
    """Return a JSON object or refuse another kind of value."""
    if isinstance(value, Mapping):
        return value
    raise InputError("", f"expected a JSON object with a structure, found {type(value).__name__}")


def record_or_refusal(value: Any, identity: str, origin: str, limits: LimitsConfig) -> Row:
    """Return a record or the reason against it."""
    try:
        return record_from(_object(value), identity, origin, limits)
    except InputError as error:
        return InputError(error.origin or origin, error.reason)


def _rows(value: Mapping[str, Any], stem: str) -> Iterator[tuple[str, str, Any]]:
    """Yield (place, id, row) of a JSON object: itself, its list, its table, or its members."""
    columns, data = value.get("columns"), value.get("data")
    if isinstance(columns, list) and isinstance(data, list):  # pandas' orient="split"
        names = [str(column) for column in columns]
        for at, cells in enumerate(data):
            row = dict(zip(names, cells, strict=False)) if isinstance(cells, list) else cells
            yield f":[{at}]", f"{stem}-{at}", row
        return
    lists = [value[key] for key in _LIST_KEYS if isinstance(value.get(key), list)]
    if _LISTS.isdisjoint(value) and not any(key in value for key in STRUCTURE_KEYS):
        if lists:
            for at, row in enumerate(lists[0]):
                yield f":[{at}]", f"{stem}-{at}", row
            return
        if value and all(isinstance(row, Mapping) for row in value.values()):
            for key, row in value.items():
                yield f":{key[:100]}", key, row
            return
    yield "", stem, value


def _elements(
    start: bytes, stream: BinaryIO, name: str, stem: str, limits: LimitsConfig
) -> Iterator[Row]:
    """Decode a JSON list element by element."""
    decoder = json.JSONDecoder()
    utf8 = codecs.getincrementaldecoder("utf-8")("replace")
    text, at, count, ended = utf8.decode(start), 0, 0, False
    while True:
        at = _GAP.match(text, at).end()  # type: ignore[union-attr]  # it always matches
        if text.startswith("]", at):
            return
        origin = f"{name}:[{count}]"
        problem = "broken JSON: the list is cut off"
        if at < len(text):
            try:
                value, end = decoder.raw_decode(text, at)
            except json.JSONDecodeError as error:
                problem = f"broken JSON: {error.msg}"
            except (ValueError, RecursionError) as error:
                yield InputError(origin, f"broken JSON: {error}")
                return
            else:
                yield record_or_refusal(value, f"{stem}-{count}", origin, limits)
                at, count = end, count + 1
                continue
        # perhaps only the rest of the element is missing: read on, each time twice as far
        rest = len(text) - at
        if ended or rest > limits.max_file_bytes:
            yield InputError(origin, problem)
            return
        more = stream.read(max(_CHUNK, rest))
        ended = not more
        text, at = text[at:] + utf8.decode(more, ended), 0


def read_parquet(source: Any, name: str, stem: str, limits: LimitsConfig) -> Iterator[Row]:
    """Yield the crystals of a Parquet file (a path or a seekable stream), batch by batch."""
    import pyarrow.parquet

    with pyarrow.parquet.ParquetFile(source, buffer_size=_CHUNK) as table:
        columns = [field.name for field in table.schema_arrow if _useful(field)]
        number = 0
        for batch in table.iter_batches(_BATCH, columns=columns, use_threads=False):
            for row in batch.to_pylist():
                place = f"{name}:row {number}"
                yield record_or_refusal(row, f"{stem}-{number}", place, limits)
                number += 1


def _useful(field: Any) -> bool:
    """Tell whether a column can be part of a structure or a property."""
    import pyarrow.types as kinds

    kind = field.type
    is_list = kinds.is_list(kind) or kinds.is_large_list(kind) or kinds.is_fixed_size_list(kind)
    return field.name in _LISTS or not is_list
