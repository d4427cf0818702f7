"""The embedded collection: well-known real crystals from prototype and lattice constants."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from clac.data.elements import SYMBOLS
from clac.data.prototypes import parse_params, prototypes
from clac.data.validate import check_structure
from clac.errors import InputError
from clac.types import PropertyValue, Record

TABLE = Path(__file__).with_name("starter.csv")
COLUMNS = (
    "name", "prototype", "elements", "a", "b", "c", "alpha", "beta", "gamma", "params",
    "names", "minerals", "uses", "band_gap_ev", "check",
)  # fmt: skip
CHECKED = "volume vs MP within 10%"
UNCHECKED = "common knowledge"
_CONSTANTS = ("a", "b", "c", "alpha", "beta", "gamma")


@cache
def starter_records() -> list[Record]:
    """Build the embedded collection, in the order of its table.

    The list is shared: do not change it. Lengths in Angstrom; properties carry name,
    prototype and, where known, names, mineral, uses and band_gap (eV).
    Raises InputError naming the line of a row that cannot be used.
    """
    return read_starter(TABLE)


def read_starter(path: Path) -> list[Record]:
    """Build the records of a table in the columns of the embedded collection.

    Raises InputError naming the line of a row that cannot be used.
    """
    records: dict[str, Record] = {}
    with path.open(encoding="utf-8", newline="") as lines:
        reader = csv.DictReader(lines)
        if tuple(reader.fieldnames or ()) != COLUMNS:
            raise InputError(f"{path.name}:1", f"expected the columns {','.join(COLUMNS)}")
        for row in reader:
            origin = f"{path.name}:{reader.line_num}"
            try:
                record = _record(row, origin)
                if record.id in records:
                    raise ValueError(f"the name is taken by {records[record.id].origin}")
            except (ValueError, TypeError, InputError) as error:
                raise InputError(origin, f"{row['name']}: {error}") from error
            records[record.id] = record
    return list(records.values())


def _record(row: Mapping[str, str], origin: str) -> Record:
    """Build one record."""
    if None in row or None in row.values():
        raise ValueError(f"expected {len(COLUMNS)} columns")
    prototype = prototypes().get(row["prototype"])
    if prototype is None:
        raise ValueError(f"unknown prototype {row['prototype']!r}")
    if row["check"] not in (CHECKED, UNCHECKED):
        raise ValueError(f"check is {CHECKED!r} or {UNCHECKED!r}, found {row['check']!r}")
    numbers = tuple(_atomic_number(symbol) for symbol in row["elements"].split())
    constants = {key: float(row[key]) for key in _CONSTANTS if row[key]}
    structure = prototype.build(numbers, constants, parse_params(row["params"]))
    check_structure(structure)
    return Record(_slug(row["name"]), structure, _text(row), _known(row), origin)


def _atomic_number(symbol: str) -> int:
    if symbol not in SYMBOLS:
        raise ValueError(f"unknown element {symbol!r}")
    return SYMBOLS.index(symbol) + 1


def _slug(name: str) -> str:
    """Turn a name into an id: 'silicon (diamond)' -> 'silicon-diamond'."""
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    if not slug:
        raise ValueError("a row needs a name")
    return slug


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]


def _text(row: Mapping[str, str]) -> str:
    """Write names, minerals and uses, one a line."""
    columns = (_listed(row[column]) for column in ("names", "minerals", "uses"))
    lines = [row["name"], *(word for column in columns for word in column)]
    return "\n".join(dict.fromkeys(lines))


def _known(row: Mapping[str, str]) -> dict[str, PropertyValue]:
    """Collect what is known, without what is missing."""
    known: dict[str, PropertyValue] = {"name": row["name"], "prototype": row["prototype"]}
    if row["band_gap_ev"]:
        known["band_gap"] = float(row["band_gap_ev"])
    for key, column in (("names", "names"), ("mineral", "minerals"), ("uses", "uses")):
        if parts := _listed(row[column]):
            known[key] = "; ".join(parts)
    return known
