"""How answers get onto a terminal, a pipe or a file: as lines, tables or JSON."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table
from rich.text import Text

_WIDE = 140
"""letters across a table that goes into a file or a pipe"""


def lines(told: Iterable[str]) -> None:
    """Print lines on stdout; what does not fit a line goes on in the next."""
    for line in told:
        Console(width=width()).print(Text(printable(line)))


@contextlib.contextmanager
def without_colours() -> Iterator[None]:
    """Print without colours, whatever the terminal can show (https://no-color.org)."""
    before = os.environ.get("NO_COLOR")
    os.environ["NO_COLOR"] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ["NO_COLOR"]
        else:
            os.environ["NO_COLOR"] = before


def json_line(values: Mapping[str, Any]) -> None:
    """Print one object on one line, with non-ASCII letters escaped for any terminal."""
    sys.stdout.write(json.dumps(values, allow_nan=False) + "\n")


def table(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table on stdout; its cells are never read as markup."""
    heading = Text(printable(title))
    shown = Table(title=heading, title_justify="left", show_header=any(heads), box=SIMPLE)
    for head in heads:
        shown.add_column(head, overflow="fold")
    for row in rows:
        shown.add_row(*(Text(printable(cell)) for cell in row))
    Console(width=width()).print(shown)


def width() -> int:
    """Count the letters across the place that stdout goes to."""
    return Console().width if sys.stdout.isatty() else _WIDE


def printable(text: str) -> str:
    """Blank what would steer a terminal: a file may hold escape sequences."""
    return "".join(letter if letter.isprintable() else " " for letter in text)
