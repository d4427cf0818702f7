"""An index as a database that speaks OPTIMADE (version 1.1): questions in, documents out.

Shape letters: k rows of a page.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlencode

import numpy as np

from clac import __version__
from clac.data.elements import SYMBOLS
from clac.data.formats.optimade import OWN, PROPERTIES
from clac.types import Structure
from index.arrow import rows_array
from index.catalog import Catalog
from index.optimade_properties import KIND, UNKNOWN
from index.optimade_questions import (
    Limits,
    RefusedError,
    Rows,
    parameters,
    question,
    question_of_one,
)

API_VERSION = "1.1.0"
VERSIONS = "version\n1\n"
"""what tells clients which versions there are, as CSV"""
_MAJOR = "v1"
_SCHEMA = "https://schemas.optimade.org/openapi/v1/optimade.json"
_NAME = "CLaC"
_ABOUT = "An index of crystals that is searched in plain English"
_ENDPOINTS = ("info", "links", KIND)
_PHRASES = {553: "Version Not Supported"}
"""of statuses that only OPTIMADE has"""


@dataclass(frozen=True, slots=True)
class Asked:
    """Where a request came in."""

    base: str
    """address under which all versions are: http://host/optimade"""
    path: str
    """what follows the version: /structures"""
    query: str = ""
    """as it was sent"""


class OptimadeView:
    """Answers requests about one index as JSON documents."""

    def __init__(self, catalog: Catalog, limits: Limits | None = None) -> None:
        """Take the catalog of an opened index; nothing is read yet."""
        self._catalog = catalog
        self._limits = limits or Limits()
        self._rows = Rows(catalog)

    def info(self, asked: Asked) -> dict[str, Any]:
        """Tell which versions, formats and kinds of entries there are."""
        versions = [{"url": f"{asked.base}/{_MAJOR}", "version": API_VERSION}]
        about = {
            "api_version": API_VERSION,
            "available_api_versions": versions,
            "formats": ["json"],
            "available_endpoints": list(_ENDPOINTS),
            "entry_types_by_format": {"json": [KIND]},
            "is_index": False,
        }
        return _document(asked, {"type": "info", "id": "/", "attributes": about})

    def info_structures(self, asked: Asked) -> dict[str, Any]:
        """Tell which properties the entries have."""
        known = self._rows.known
        about = {
            "type": "info",
            "id": KIND,
            "description": "Crystals, each with its cell and what is known of it.",
            "formats": ["json"],
            "properties": {name: told.as_json() for name, told in known.items()},
            "output_fields_by_format": {"json": list(known)},
        }
        return _document(asked, about)

    def links(self, asked: Asked) -> dict[str, Any]:
        """Tell which other databases belong to this one: none."""
        about = {
            "name": _NAME, "description": _ABOUT, "base_url": asked.base, "homepage": None,
            "link_type": "root",
        }  # fmt: skip
        data = [{"type": "links", "id": "clac", "attributes": about}]
        return _document(asked, data, data_returned=1, data_available=1)

    def structures(self, asked: Asked) -> dict[str, Any]:
        """List entries that pass a filter, page by page. Raises RefusedError."""
        given = parameters(asked.query)
        wanted = question(given, self._rows.known, self._limits)
        rows, warnings = self._rows.meant(wanted, self._limits)
        end = wanted.offset + wanted.limit
        more = end < len(rows)
        following = urlencode({**given, "page_offset": end}, quote_via=quote)
        document = _document(
            asked,
            self._entries(rows[wanted.offset : end], wanted.fields),
            warnings=(*wanted.warnings, *warnings),
            data_returned=len(rows),
            data_available=len(self._catalog),
            more_data_available=more,
        )
        address = f"{asked.base}/{_MAJOR}/{KIND}?{following}"
        document["links"] = {"next": address if more else None}
        return document

    def structure(self, asked: Asked, id: str) -> dict[str, Any]:
        """Return one entry. Raises RefusedError where there is none of that id."""
        wanted = question_of_one(parameters(asked.query), self._rows.known)
        row = self._catalog.row_of(id)
        if row is None:
            near = ", ".join(self._catalog.ids_like(id[:100]))
            raise RefusedError(404, f"no entry {id[:100]!r}; there are {near}, ...")
        (entry,) = self._entries(np.array([row], dtype=np.int64), wanted.fields)
        return _document(
            asked, entry, warnings=wanted.warnings, data_returned=1,
            data_available=len(self._catalog),
        )  # fmt: skip

    def _entries(self, rows: np.ndarray, fields: Sequence[str] | None) -> list[dict[str, Any]]:
        """Return rows (k,) as entries with some properties."""
        known = self._rows.known
        usual = [name for name, told in known.items() if not told.asked_only]
        names = [name for name in fields or usual if name not in ("id", "type")]
        made = [name for name in names if name in _OF_STRUCTURE]
        records = self._catalog.records(rows) if made else []
        columns = {name: [_OF_STRUCTURE[name](one.structure) for one in records] for name in made}
        for name in names:
            if name not in made:
                columns[name] = self._values(name, rows)
        ids = self._values("id", rows)
        return [
            {"type": KIND, "id": id, "attributes": {name: columns[name][at] for name in names}}
            for at, id in enumerate(ids)
        ]

    def _values(self, name: str, rows: np.ndarray) -> list[Any]:
        """Return one property of rows (k,), None where it is unknown."""
        if name in _FIXED:
            return [_FIXED[name]] * len(rows)
        if name == PROPERTIES:
            return [row["properties"] for row in self._catalog.rows(rows)]
        if name in UNKNOWN or name not in self._rows.known:
            return [None] * len(rows)
        return self._rows.values(name).take(rows_array(rows)).to_pylist()


def failure(asked: Asked, status: int, detail: str, parameter: str = "") -> dict[str, Any]:
    """Return the document that tells an error."""
    error: dict[str, Any] = {"status": str(status), "title": _title(status), "detail": detail}
    if parameter:
        error["source"] = {"parameter": parameter}
    return {"errors": [error], "meta": _meta(asked)}


def no_endpoint(version: str, path: str) -> RefusedError:
    """Return the error that answers a version, or a path of ours, that is not there."""
    if f"v{version}" == _MAJOR or not re.fullmatch(r"[0-9]+(\.[0-9]+)*", version):
        return RefusedError(404, f"there is no /{path[:100]}; there are {', '.join(_ENDPOINTS)}")
    return RefusedError(553, f"there is no version v{version[:20]}; there is {_MAJOR}")


def _document(asked: Asked, data: Any, warnings: Sequence[str] = (), **more: Any) -> dict[str, Any]:
    """Return the document that holds some data."""
    told = [{"type": "warning", "detail": detail} for detail in dict.fromkeys(warnings)]
    meta = {**_meta(asked), **more, **({"warnings": told} if told else {})}
    return {"data": data, "meta": meta}


def _meta(asked: Asked) -> dict[str, Any]:
    """Return what every answer tells of itself."""
    return {
        "query": {"representation": asked.path + (f"?{asked.query}" if asked.query else "")},
        "api_version": API_VERSION,
        "more_data_available": False,
        "schema": _SCHEMA,
        "time_stamp": f"{datetime.now(UTC).replace(tzinfo=None).isoformat(timespec='seconds')}Z",
        "provider": {"name": _NAME, "description": _ABOUT, "prefix": OWN.strip("_")},
        "implementation": {"name": _NAME, "version": __version__},
    }


def _title(status: int) -> str:
    return _PHRASES.get(status) or HTTPStatus(status).phrase


def _symbols(structure: Structure) -> list[str]:
    """Return the element of each site, which is the name of its species."""
    return [SYMBOLS[number - 1] for number in structure.numbers.tolist()]


def _ratios(structure: Structure) -> list[float]:
    """Return the share of each element, by alphabet."""
    symbols = _symbols(structure)
    return [symbols.count(symbol) / len(symbols) for symbol in sorted(set(symbols))]


def _species(structure: Structure) -> list[dict[str, Any]]:
    return [
        {"name": symbol, "chemical_symbols": [symbol], "concentration": [1.0]}
        for symbol in sorted(set(_symbols(structure)))
    ]


_FIXED: Mapping[str, Any] = {
    "dimension_types": [1, 1, 1], "nperiodic_dimensions": 3, "structure_features": [],
}  # fmt: skip
_OF_STRUCTURE: Mapping[str, Callable[[Structure], Any]] = {
    "elements_ratios": _ratios,
    "lattice_vectors": lambda structure: structure.cell.tolist(),
    "cartesian_site_positions": lambda structure: (structure.frac @ structure.cell).tolist(),
    "species": _species,
    "species_at_sites": _symbols,
}
"""property -> how a structure tells it"""
