"""Which rows of an index pass a filter, and what is to be said of the others.

Shape letters: b rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any as Anything

import numpy as np

from clac.errors import InputError
from index.catalog import Catalog
from index.columns import canonical
from index.filters import All, Any, Filter, Not, Test, columns_of, evaluate, from_json, there
from index.optimade_filter import read_optimade, write_optimade
from index.types import Filtered


@dataclass(frozen=True, slots=True)
class Selection:
    """Rows that pass a filter, and are among some rows."""

    filter: Filter | None
    allowed: np.ndarray
    """(b,) bool"""
    unknown: np.ndarray
    """(b,) bool, rows that may pass or not"""
    report: Filtered


def read_filter(value: Filter | str | Mapping[str, Anything]) -> Filter:
    """Return a filter, from OPTIMADE text or JSON values too, with its values as they are stored.

    Raises InputError for one that cannot be read.
    """
    if isinstance(value, str):
        value = read_optimade(value)
    elif not isinstance(value, (Test, All, Any, Not)):
        value = from_json(value)
    return canonical(value)


def select(filter: Filter | None, catalog: Catalog, among: np.ndarray | None = None) -> Selection:
    """Find the rows of a catalog that pass a filter of `read_filter`, and are among rows (b,) bool.

    Raises InputError for a column that is not there, for a test that does not fit its type and for
    rows of another index.
    """
    passing, unknown = np.ones(len(catalog), bool), np.zeros(len(catalog), bool)
    if filter is not None:
        passing, unknown = evaluate(filter, catalog.columns(columns_of(filter)))
    if among is not None:
        if among.shape != passing.shape or among.dtype != bool:
            reason = f"rows must be ({len(passing)},) bool, found {among.shape} {among.dtype}"
            raise InputError("", reason)
        passing, unknown = passing & among, unknown & among
    return Selection(filter, passing, unknown, tell(filter, catalog, passing, unknown))


def tell(
    filter: Filter | None, catalog: Catalog, passing: np.ndarray, unknown: np.ndarray
) -> Filtered:
    """Say of a filter what it left: rows (b,) that pass, and that may pass or not."""
    if filter is None:
        return Filtered("", int(np.count_nonzero(passing)), 0, {}, {})
    columns = columns_of(filter)
    table = catalog.columns(columns)
    missing = {
        name: int(np.count_nonzero(unknown & ~there(column))) for name, column in table.items()
    }
    alone: dict[str, int] = {}
    if not passing.any():
        for part in _conditions(filter):
            alone[write_optimade(part)] = int(np.count_nonzero(evaluate(part, table)[0]))
    return Filtered(
        text=write_optimade(filter),
        passing=int(np.count_nonzero(passing)),
        unknown=int(np.count_nonzero(unknown)),
        missing={name: count for name, count in missing.items() if count},
        alone=alone,
    )


def _conditions(filter: Filter) -> Iterator[Filter]:
    """Yield what must hold at once; what is asked of one column, such as a range, is one."""
    if isinstance(filter, All) and len(columns_of(filter)) > 1:
        for part in filter.parts:
            yield from _conditions(part)
    else:
        yield filter
