"""What a crystal must be: tests of catalog columns, joined by and, or and not."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Test:
    """One column compared with a value."""

    column: str
    op: str
    """=, !=, <, <=, >, >=, in, has_all, has_any, has_none, has_only, known, missing"""
    value: object = None


@dataclass(frozen=True, slots=True)
class All:
    """Holds where every part holds."""

    parts: tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class Any:
    """Holds where at least one part holds."""

    parts: tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Holds where its part is known not to hold."""

    part: Filter


Filter = Test | All | Any | Not
