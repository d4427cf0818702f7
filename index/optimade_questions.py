"""What a request of OPTIMADE asks of an index: its parameters, its filter, its order.

Shape letters: b rows, k rows that are meant.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from clac.data.formats.optimade import OWN, PROPERTIES
from clac.data.sources.optimade import PROVIDERS
from clac.errors import ClacError, InputError
from index import optimade_filter
from index.arrow import numbers, rows_array, words_array
from index.catalog import Catalog
from index.columns import OF_OPTIMADE, canonical
from index.filters import Column, Filter, Lists, Test, changed, columns_of, evaluate
from index.optimade_filter import UnsupportedError, read_standard
from index.optimade_properties import FACTS, KIND, UNKNOWN, Told, described

PARAMETERS: Mapping[str, str] = {
    "filter": "in the OPTIMADE filter language, as elements HAS \"Li\" AND nelements<=3",
    "page_limit": "entries of one answer",
    "page_offset": "entries that are left out, the first of all",
    "sort": "properties by commas, as nelements,-nsites",
    "response_fields": "properties by commas; those of the standard where it is left out",
    "response_format": "json",
    "include": "nothing, or references, of which there are none",
    "email_address": "of whoever asks; it is not kept",
    "api_hint": "version that is asked for, as v1",
}  # fmt: skip
"""of a list of entries"""
OF_ONE = ("response_fields", "response_format", "include", "email_address", "api_hint")
"""parameters that one entry takes; others are ignored, as the standard wants"""
_USUAL_LIMIT = 20
_MOST_SORTED = 8
_MOST_PARAMETERS = 50
_MOST_FOREIGN = 50
"""properties of other providers in `response_fields`, each a null of every entry"""
_NOTHING = "NOTHING"
"""stands for a column that is known of no row"""
_MADE = frozenset(
    ("type", "nperiodic_dimensions", "structure_features", optimade_filter.FEATURES_LENGTH,
     "last_modified", _NOTHING)
)  # fmt: skip
"""columns that no catalog holds"""
_BARE = ("known", "missing")
_RELATED = ("references", "calculations", "structures", "files")
"""kinds of entries that others may be related to; here none are"""
_PREFIXES = frozenset(name.split(".")[0] for name in PROVIDERS)
"""of well-known providers, whose properties are unknown here without a warning"""


class RefusedError(ClacError):
    """Report a request that the standard answers with an error."""

    def __init__(self, status: int, reason: str, parameter: str = "") -> None:
        """Take the HTTP status, what is wrong in one line, and which parameter is."""
        super().__init__(reason)
        self.status = status
        self.parameter = parameter


@dataclass(frozen=True, slots=True)
class Limits:
    """What one request may ask for."""

    entries: int = 500
    filter_letters: int = 2000


@dataclass(frozen=True, slots=True)
class Question:
    """The parameters of a request, read."""

    fields: tuple[str, ...] | None
    """None for those of the standard"""
    warnings: tuple[str, ...]
    filter: str = ""
    sort: tuple[tuple[str, bool], ...] = ()
    """names, each with True for falling"""
    limit: int = _USUAL_LIMIT
    offset: int = 0


def parameters(query: str) -> dict[str, str]:
    """Split the query of an address. Raises RefusedError for one with too many parts."""
    try:
        found = parse_qsl(query, keep_blank_values=True, max_num_fields=_MOST_PARAMETERS)
    except ValueError as error:
        raise RefusedError(400, f"a request may have {_MOST_PARAMETERS} parameters") from error
    return dict(found)


def question(asked: Mapping[str, str], known: Mapping[str, Told], limits: Limits) -> Question:
    """Read the parameters of a list of entries. Raises RefusedError for one that is wrong."""
    warnings = []
    for name in asked:
        if name in PARAMETERS:
            continue
        if not name.startswith("_") or name.startswith(OWN):
            told = ", ".join(PARAMETERS)
            raise RefusedError(400, f"no parameter {name[:100]!r}; known: {told}", name[:100])
        warnings.append(f"the parameter {name[:100]} is of another provider and was not used")
    limit = _number(asked, "page_limit", 1, _USUAL_LIMIT)
    if limit > limits.entries:
        raise RefusedError(403, f"page_limit is {limits.entries} at most", "page_limit")
    plain = question_of_one(asked, known)
    return replace(
        plain,
        warnings=(*warnings, *plain.warnings),
        filter=asked.get("filter", ""),
        sort=_sort(asked.get("sort", ""), known),
        limit=limit,
        offset=_number(asked, "page_offset", 0, 0),
    )


def question_of_one(asked: Mapping[str, str], known: Mapping[str, Told]) -> Question:
    """Read the parameters of one entry. Raises RefusedError for one that is wrong."""
    if (kind := asked.get("response_format", "")) not in ("", "json"):
        raise RefusedError(400, f"no format {kind[:100]!r}; known: json", "response_format")
    if (kind := asked.get("include", "")) not in ("", "references"):
        raise RefusedError(400, f"nothing is related to entries as {kind[:100]!r}", "include")
    named = tuple(dict.fromkeys(filter(None, asked.get("response_fields", "").split(","))))
    warnings = []
    for name in named:
        if name in known or name in UNKNOWN:
            continue
        if not _is_foreign(name):
            reason = f"no property {name[:100]!r}; /info/structures lists those that are known"
            raise RefusedError(400, reason, "response_fields")
        warnings.append(f"the property {name[:100]} is of another provider and unknown here")
    if len(warnings) > _MOST_FOREIGN:
        most = f"{_MOST_FOREIGN} properties of other providers at most"
        raise RefusedError(400, most, "response_fields")
    return Question(named or None, tuple(warnings))


class Rows:
    """Finds the rows of a catalog that a question means."""

    def __init__(self, catalog: Catalog) -> None:
        """Take the catalog; its columns are read when they are first asked for."""
        self._catalog = catalog
        self._made: dict[str, Column] = {}

    @cached_property
    def known(self) -> Mapping[str, Told]:
        """Describe what may be asked, by name."""
        return described(self._catalog)

    def meant(self, asked: Question, limits: Limits) -> tuple[np.ndarray, list[str]]:
        """Return the rows (k,) that pass the filter, in the order that is asked for, and warnings.

        Raises RefusedError for a filter that is wrong or that cannot be answered.
        """
        warnings: list[str] = []
        rows = np.arange(len(self._catalog), dtype=np.int64)
        if asked.filter.strip():
            rows = np.flatnonzero(self._passing(asked.filter, limits, warnings)).astype(np.int64)
        if asked.sort:
            keys = {str(at): self.values(name) for at, (name, _) in enumerate(asked.sort)}
            table = pa.table(keys).take(rows_array(rows))
            order = ["descending" if falling else "ascending" for _, falling in asked.sort]
            keyed = list(zip(keys, order, strict=True))
            rows = rows[numbers(pc.sort_indices(table, sort_keys=keyed))]
        return rows, warnings

    def values(self, name: str) -> pa.Array:
        """Return a property that a column holds, of every row (b,)."""
        column = self._column(name)
        return column.column if isinstance(column, Lists) else column

    def _passing(self, text: str, limits: Limits, warnings: list[str]) -> np.ndarray:
        """Return which rows pass a filter, (b,) bool."""
        if len(text) > limits.filter_letters:
            most = f"a filter may have {limits.filter_letters} letters"
            raise RefusedError(400, f"{most}, found {len(text)}", "filter")
        try:
            asked = changed(read_standard(text), lambda test: self._meaning(test, warnings))
        except UnsupportedError as error:
            raise RefusedError(501, str(error), "filter") from error
        except InputError as error:
            raise RefusedError(400, str(error), "filter") from error
        table = {name: self._column(name) for name in columns_of(asked)}
        try:
            return evaluate(asked, table)[0]
        except InputError as error:  # of types that do not match
            raise RefusedError(501, str(error), "filter") from error

    def _meaning(self, test: Test, warnings: list[str]) -> Filter:
        """Return what a test asks of columns that `_column` knows."""
        name = test.column
        told = self.known.get(name)
        if name in _MADE or name.startswith(f"{PROPERTIES}."):
            return self._timed(test) if name == "last_modified" else test
        if name in UNKNOWN or _is_foreign(name):
            if _is_foreign(name) and name.split("_")[1] not in _PREFIXES:
                warnings.append(f"the property {name[:100]} is of another provider, unknown here")
            return replace(test, column=_NOTHING) if test.op in _BARE else Test(_NOTHING, "=", 0)
        if told is None:
            if name.split(".")[0] in {*self.known, *_RELATED}:
                raise UnsupportedError("", f"filter: {name[:100]} is nested; it cannot be asked")
            raise _unknown(name)
        if not told.column:
            if test.op in _BARE:  # known of every row
                return Test("id", test.op)
            raise UnsupportedError("", f"filter: {name} can only be asked whether it IS KNOWN")
        if name.startswith(OWN) and told.column in FACTS:
            spelt = canonical(replace(test, column=told.column))
            return changed(spelt, lambda one: replace(one, column=_name_of(one.column)))
        return test

    def _timed(self, test: Test) -> Test:
        """Write the moment of a test as the column has it."""
        if not isinstance(test.value, str):
            return test
        if (moment := moment_of(test.value)) is None:
            wanted = "give one such as 2020-01-31T12:00:00Z"
            raise InputError("", f"filter: {test.value[:100]!r} is no time; {wanted}")
        return replace(test, value=moment)

    def _column(self, name: str) -> Column:
        if name in _MADE:
            if name not in self._made:
                self._made[name] = self._make(name)
            return self._made[name]
        told = self.known.get(name)
        column = told.column if told and told.column else name.removeprefix(OWN)
        try:
            return self._catalog.columns([column])[column]
        except InputError as error:
            raise _unknown(name) from error

    def _make(self, name: str) -> Column:
        """Make a column that the catalog does not hold."""
        count = len(self._catalog)
        match name:
            case "type":
                return words_array([KIND] * count)
            case "nperiodic_dimensions":
                return rows_array(np.full(count, 3, dtype=np.int64))
            case "structure_features":
                ends = pa.array(np.zeros(count + 1, dtype=np.int32))
                return Lists(pa.ListArray.from_arrays(ends, words_array([])))
            case "last_modified" if "last_modified" in self._catalog.property_names():
                stated = self._catalog.table(["last_modified"])["last_modified"].to_pylist()
                return pa.array([moment_of(value) for value in stated], pa.string())
            case "last_modified":
                return pa.nulls(count, pa.string())
            case optimade_filter.FEATURES_LENGTH:
                return rows_array(np.zeros(count, dtype=np.int64))
        return pa.nulls(count, pa.float64())


def moment_of(stated: Any) -> str | None:
    """Return a time as 2020-01-31T12:00:00Z; None for what is none."""
    try:
        found = datetime.fromisoformat(str(stated))
        found = found.astimezone(UTC) if found.tzinfo else found
    except (ValueError, OverflowError):
        return None
    return f"{found.replace(tzinfo=None).isoformat(timespec='seconds')}Z"


def _sort(text: str, known: Mapping[str, Told]) -> tuple[tuple[str, bool], ...]:
    """Read 'nelements,-nsites'."""
    found: dict[str, bool] = {}
    for part in filter(None, text.split(",")):
        name = part.removeprefix("-")
        if name not in known or not known[name].sortable:
            reason = f"{name[:100]!r} cannot be sorted by; /info/structures lists what can"
            raise RefusedError(400, reason, "sort")
        found.setdefault(name, part != name)
    if len(found) > _MOST_SORTED:
        raise RefusedError(400, f"{_MOST_SORTED} properties can be sorted by at most", "sort")
    return tuple(found.items())


def _number(asked: Mapping[str, str], name: str, least: int, usual: int) -> int:
    """Read a whole number among the parameters."""
    text = asked.get(name, str(usual))
    if not re.fullmatch(r"[0-9]{1,12}", text) or int(text) < least:
        raise RefusedError(400, f"{name} is a whole number from {least} on", name)
    return int(text)


def _is_foreign(name: str) -> bool:
    """Tell a name that bears the prefix of another provider."""
    return name.startswith("_") and not name.startswith(OWN)


def _name_of(column: str) -> str:
    """Return the name that OPTIMADE has for a column of every catalog."""
    return column if column in OF_OPTIMADE else OWN + column


def _unknown(name: str) -> RefusedError:
    reason = f"filter: no property {name[:100]!r}; /info/structures lists those that are known"
    return RefusedError(400, reason, "filter")
