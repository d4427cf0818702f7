"""Words from the user, checked line by line before a model sees them."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from clac.errors import InputError
from clac.types import Refusal
from index.filters import Filter
from index.selection import read_filter
from index.types import Query

_MAX_TEXT = 100_000
"""characters of one text"""
_EXPECTED = 'expected an object {"id": ..., "text": ..., "filter": ...}'


def checked_text(text: object, origin: str = "") -> str:
    """Return a text without the blanks around it.

    Raises InputError, with the origin, for what is no text, is empty, is absurdly long or is
    not valid UTF-8.
    """
    if not isinstance(text, str):
        raise InputError(origin, f"a text must be a string, found {type(text).__name__}")
    stripped = text.strip()
    if not stripped:
        raise InputError(origin, "the text is empty")
    if len(stripped) > _MAX_TEXT:
        raise InputError(origin, f"the text has {len(stripped)} characters, at most {_MAX_TEXT}")
    try:
        stripped.encode()
    except UnicodeEncodeError as error:
        raise InputError(origin, "the text is not valid UTF-8") from error
    return stripped


def read_queries(path: Path, k: int) -> Iterator[Query | Refusal]:
    """Read {"id", "text", "filter"} objects, one a line; a bad one comes out as a Refusal.

    Only the text must be there. A filter is a text in the OPTIMADE language or JSON values.

    The path '-' is standard input. Raises InputError where the file cannot be read.
    """
    for origin, line in _lines(path):
        try:
            yield _query(origin, line, k)
        except InputError as error:
            yield Refusal(error.origin, error.reason)


def read_texts(path: Path) -> list[str]:
    """Read texts, one a line; blank lines are skipped.

    The path '-' is standard input. Raises InputError naming the file and line.
    """
    texts = [checked_text(_decoded(origin, line), origin) for origin, line in _lines(path)]
    if not texts:
        raise InputError(str(path), "holds no text")
    return texts


def _lines(path: Path) -> Iterator[tuple[str, bytes]]:
    """Yield FILE:LINE and the bytes of each line that is not blank."""
    try:
        if str(path) == "-":
            yield from _numbered("stdin", sys.stdin.buffer)
        else:
            with path.open("rb") as file:
                yield from _numbered(str(path), file)
    except OSError as error:
        raise InputError(str(path), f"cannot be read: {error.strerror}") from error


def _numbered(name: str, lines: Any) -> Iterator[tuple[str, bytes]]:
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield f"{name}:{number}", line


def _decoded(origin: str, line: bytes) -> str:
    try:
        return line.decode("utf-8-sig")  # some editors begin a file with a byte order mark
    except UnicodeDecodeError as error:
        raise InputError(origin, "the line is not valid UTF-8") from error


def _query(origin: str, line: bytes, k: int) -> Query:
    """Read one line of a batch, or raise InputError."""
    try:
        values = json.loads(_decoded(origin, line))
    except (ValueError, RecursionError) as error:
        raise InputError(origin, f"the line is not JSON; {_EXPECTED}") from error
    if not isinstance(values, dict) or "text" not in values:
        raise InputError(origin, _EXPECTED)
    id = values.get("id")
    if isinstance(id, bool) or not isinstance(id, (str, int, type(None))):
        raise InputError(origin, f'"id" must be a string or a whole number, found {id!r}')
    text = checked_text(values["text"], origin)
    return Query(text=text, id=id, k=k, filter=_filter(values.get("filter"), origin))


def _filter(value: Any, origin: str) -> Filter | None:
    """Read the filter of a line, or raise InputError."""
    if value is None:
        return None
    try:
        return read_filter(value)
    except InputError as error:
        raise InputError(origin, error.reason) from error
