"""Crystals as plain objects: mappings from JSON or tables, pymatgen Structures, ASE Atoms.

Known mappings: pymatgen (`lattice`, `sites`), JARVIS (`lattice_mat`, `coords`, `elements`), the
columns of crystals.parquet (`cell`, `atomic_numbers`, `frac_coords_e8`) and their kin, entries of
OPTIMADE, and rows that hold any of these, or CIF or POSCAR text, in one of their columns.
"""

from __future__ import annotations

import datetime
import decimal
import json
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from clac.config import LimitsConfig
from clac.data.elements import number_of
from clac.data.formats.cif import looks_like_cif, read_cif
from clac.data.formats.optimade import is_entry, properties_of_entry, row_of_entry
from clac.data.formats.poscar import read_poscar
from clac.data.validate import check_structure, make_structure, place
from clac.errors import InputError
from clac.types import PropertyValue, Record, Structure

if TYPE_CHECKING:
    import pymatgen.core

ID_KEYS = ("material_id", "id", "jid")
STRUCTURE_KEYS = ("structure", "atoms", "cif", "poscar", "final_structure", "opt_structure",
                  "primitive_structure", "crystal")  # fmt: skip
_CELL_KEYS = ("cell", "lattice", "lattice_vectors", "lattice_mat")
_NUMBER_KEYS = ("atomic_numbers", "numbers", "Z", "elements", "species", "symbols")
_FRACTION_KEYS = {"frac_coords_e8": 1e-8, "frac_e8": 1e-8, "frac_coords": 1.0, "frac": 1.0,
                  "scaled_positions": 1.0}  # fmt: skip
_CARTESIAN_KEYS = ("positions", "cart_coords", "cartesian_site_positions")
_OWN_KEYS = frozenset({"lattice", "sites", "lattice_mat", "coords", "cartesian", "charge",
                       "abc", "angles", *ID_KEYS, "text"})  # fmt: skip
_MISSING = frozenset({"", "na", "nan", "NaN", "none", "None", "null"})
MAX_TEXT = 1000
"""a longer string is a document, not a property"""
MAX_DEPTH = 3
"""a structure may be packed this often: a row, a JSON string, an entry"""


def structure_from(obj: Any, limits: LimitsConfig | None = None) -> Structure:
    """Convert a Structure, Record, pymatgen Structure, ASE Atoms or mapping, and check it.

    Raises InputError where the object has no cell, is disordered, or fails `check_structure`.
    """
    limits = limits or LimitsConfig()
    if isinstance(obj, Record):
        obj = obj.structure
    if isinstance(obj, Structure):
        check_structure(obj, limits)
        return obj
    if isinstance(obj, Mapping):
        return record_from(obj, "", "", limits).structure
    try:
        if hasattr(obj, "get_chemical_symbols") and hasattr(obj, "cell"):
            return _from_atoms(obj, limits)
        if hasattr(obj, "sites"):
            return _from_pymatgen(obj, limits)
    except (AttributeError, TypeError, ValueError) as error:
        raise InputError("", f"cannot convert {type(obj).__name__}: {error}") from error
    raise InputError("", f"cannot read a crystal from {type(obj).__name__}; give a pymatgen "
                         "Structure, ASE Atoms, Record or mapping")  # fmt: skip


def to_pymatgen(structure: Structure) -> pymatgen.core.Structure:
    """Convert a structure to a pymatgen Structure."""
    from pymatgen.core import Element, Lattice
    from pymatgen.core import Structure as PymatgenStructure

    species = [Element.from_Z(int(z)) for z in structure.numbers]
    return PymatgenStructure(Lattice(structure.cell), species, structure.frac)


def record_from(
    row: Mapping[str, Any], fallback_id: str, origin: str, limits: LimitsConfig
) -> Record:
    """Build a record from a mapping; its other scalars become properties.

    Raises InputError at `origin`.
    """
    with place(origin):
        told = properties_of_entry(row) if is_entry(row) else {}
        row = row_of_entry(row) if is_entry(row) else row
        structure, holder, more = _find(row, limits, 0)
        properties = properties_of(more)
        for one in (row,) if holder is row else (holder, row):
            properties |= properties_of(one)
        properties |= properties_of(told)
        identity = next((str(row[key]) for key in ID_KEYS if _is_id(row.get(key))), fallback_id)
        text = next((one["text"] for one in (row, holder)
                     if isinstance(one.get("text"), str)), "")  # fmt: skip
        lines = (" ".join(line.split()) for line in text.splitlines())
        text = "\n".join(filter(None, lines)) or words_of(more)
        return Record(" ".join(identity.split())[:200], structure, text, properties, origin)


def words_of(stated: Mapping[str, Any]) -> str:
    """Return the names that a CIF states, one a line, as a record's own words."""
    names = (str(stated[key]) for key in ("mineral", "name") if stated.get(key))
    return "\n".join(dict.fromkeys(names))


def properties_of(row: Mapping[str, Any]) -> dict[str, PropertyValue]:
    """Return the scalars of a mapping; missing values, lists and structures are left out."""
    found: dict[str, PropertyValue] = {}
    for key, value in row.items():
        if not isinstance(key, str) or key in _OWN_KEYS or key[:1] == "@" or len(key) > 100:
            continue
        packed = _can_hold(value) if key in STRUCTURE_KEYS else _looks_packed(value)
        scalar = None if packed else _scalar(value)
        if scalar is not None:
            found[key] = scalar
    return found


def text_structure(text: str, limits: LimitsConfig) -> tuple[Structure, Mapping[str, Any]]:
    """Return the one crystal of a CIF or POSCAR text, with what the text states about it.

    Raises InputError without a place.
    """
    if not looks_like_cif(text):
        return read_poscar(text, limits), {}
    blocks = list(read_cif(text, limits))
    if len(blocks) > 1:
        raise InputError("", f"{len(blocks)} data blocks in one text; give one structure each")
    if isinstance(blocks[0], InputError):
        raise InputError("", str(blocks[0]))
    return blocks[0][1], blocks[0][2]


def _is_id(value: Any) -> bool:
    """Tell whether a value can name a record."""
    return (isinstance(value, str) and bool(value.strip())) or type(value) is int


def _scalar(value: Any) -> PropertyValue:
    """Return a value that a record can carry, or None."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, str):
        return value if value not in _MISSING and len(value) <= MAX_TEXT else None
    if isinstance(value, bool):
        return value
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    try:
        if isinstance(value, int):
            return value if abs(value) < 2**63 else float(value)
        if isinstance(value, (float, decimal.Decimal)):
            return float(value) if math.isfinite(value) else None
    except (OverflowError, ValueError, decimal.InvalidOperation):
        pass
    return None


def _find(
    row: Mapping[str, Any], limits: LimitsConfig, depth: int
) -> tuple[Structure, Mapping[str, Any], Mapping[str, Any]]:
    """Return the crystal in a mapping, the mapping that holds it, and what its text states."""
    if "sites" in row:
        return _from_pymatgen_mapping(row, limits), row, _inner(row)
    if {"lattice_mat", "coords", "elements"} <= row.keys():
        return _from_jarvis(row, limits), row, {}
    if _looks_columnar(row):
        return _from_columns(row, limits), row, {}
    if depth < MAX_DEPTH:
        for value in _packed(row):
            if isinstance(value, Mapping):
                return _find(value, limits, depth + 1)
            if value.lstrip()[:1] == "{":
                return _find(_decoded(value), limits, depth + 1)
            structure, more = text_structure(value, limits)
            return structure, row, more
    keys = ", ".join(str(key)[:30] for key in list(row)[:8])
    raise InputError("", f"no structure among the keys {keys or '(none)'}; known: lattice and "
                         "sites, lattice_mat, cell and atomic_numbers, structure, atoms, "
                         "cif")  # fmt: skip


def _packed(row: Mapping[str, Any]) -> list[Any]:
    """Return what may hold the structure: a well-known column, else any that looks like one."""
    known = [value for key in STRUCTURE_KEYS if _can_hold(value := row.get(key))]
    return known or [value for value in row.values() if _looks_packed(value)]


def _can_hold(value: Any) -> bool:
    """Tell a packed structure from a word such as 'rocksalt' in a column of that name."""
    if isinstance(value, str):
        return "\n" in value or value.lstrip()[:1] == "{"
    return isinstance(value, Mapping)


def _looks_packed(value: Any) -> bool:
    """Tell whether a value of an unknown column holds a structure."""
    if isinstance(value, Mapping):
        return "sites" in value or "lattice_mat" in value or _looks_columnar(value)
    return isinstance(value, str) and (
        "_cell_length_a" in value or (value.lstrip()[:1] == "{" and "lattice" in value)
    )


def _looks_columnar(value: Mapping[str, Any]) -> bool:
    """Tell whether a mapping has the columns of a structure."""
    return any(key in value for key in _NUMBER_KEYS) and any(key in value for key in _CELL_KEYS)


def _decoded(text: str) -> Mapping[str, Any]:
    """Decode a JSON object or refuse."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError("", f"broken JSON: {error}") from error
    if not isinstance(value, Mapping):
        raise InputError("", "expected a JSON object with a structure")
    return value


def _inner(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the properties that pymatgen keeps with a structure."""
    inner = row.get("properties")
    return inner if isinstance(inner, Mapping) else {}


def _from_pymatgen_mapping(row: Mapping[str, Any], limits: LimitsConfig) -> Structure:
    """Read the dictionary of a pymatgen Structure."""
    lattice = row.get("lattice")
    if isinstance(lattice, Mapping):
        cell: Any = lattice.get("matrix")
        if cell is None:
            cell = [lattice.get(key) for key in ("a", "b", "c", "alpha", "beta", "gamma")]
    else:
        cell = lattice
    sites = row["sites"]
    if cell is None:
        raise InputError("", "no cell: a molecule, not a crystal")
    if not isinstance(sites, (list, tuple)) or not all(isinstance(s, Mapping) for s in sites):
        raise InputError("", "sites must be a list of objects")
    if len(sites) > limits.max_atoms:
        raise InputError("", f"{len(sites)} atoms in the cell, at most {limits.max_atoms}")
    cartesian = any(site.get("abc") is None for site in sites)
    coords = [site.get("xyz" if cartesian else "abc") for site in sites]
    numbers = [_site_number(site, at) for at, site in enumerate(sites, 1)]
    return make_structure(cell, coords, numbers, limits, cartesian=cartesian)


def _site_number(site: Mapping[str, Any], at: int) -> int:
    """Return the atomic number of a pymatgen site, or refuse disorder."""
    species = site.get("species")
    if isinstance(species, (list, tuple)) and species:
        if len(species) > 1:
            raise InputError("", f"site {at} is shared by {len(species)} species; "
                                 "give an ordered structure")  # fmt: skip
        kind = species[0]
        occupancy = kind.get("occu", 1) if isinstance(kind, Mapping) else 1
        if not isinstance(occupancy, (int, float)) or not abs(occupancy - 1) < 1e-4:
            raise InputError("", f"site {at} has occupancy {str(occupancy)[:20]}; "
                                 "give an ordered structure")  # fmt: skip
        symbol = kind.get("element") if isinstance(kind, Mapping) else kind
    else:
        symbol = site.get("label") or site.get("name")
    if not isinstance(symbol, str):
        raise InputError("", f"site {at} names no element")
    return number_of(symbol)


def _from_jarvis(row: Mapping[str, Any], limits: LimitsConfig) -> Structure:
    """Read JARVIS atoms."""
    cartesian = row.get("cartesian") in (True, 1, "true", "True")
    return make_structure(row["lattice_mat"], row["coords"], _as_numbers(row["elements"], limits),
                          limits, cartesian=cartesian)  # fmt: skip


def _from_columns(row: Mapping[str, Any], limits: LimitsConfig) -> Structure:
    """Read a cell, atomic numbers or symbols, and coordinates from columns of their own."""
    cell = next(row[key] for key in _CELL_KEYS if key in row)
    numbers = _as_numbers(next(row[key] for key in _NUMBER_KEYS if key in row), limits)
    if isinstance(cell, Mapping):
        cell = cell.get("matrix", cell.get("array"))
    for key, unit in _FRACTION_KEYS.items():
        if row.get(key) is not None:
            return make_structure(cell, _times(row[key], unit), numbers, limits)
    for key in _CARTESIAN_KEYS:
        if row.get(key) is not None:
            return make_structure(cell, row[key], numbers, limits, cartesian=True)
    raise InputError("", "no coordinates; known: " + ", ".join((*_FRACTION_KEYS, *_CARTESIAN_KEYS)))


def _times(values: Any, unit: float) -> Any:
    """Scale a table of numbers."""
    if unit == 1.0:
        return values
    try:
        return np.array(values, dtype=np.float64) * unit
    except (TypeError, ValueError, OverflowError):
        raise InputError("", "coordinates: not a regular table of numbers") from None


def _as_numbers(values: Any, limits: LimitsConfig) -> list[Any]:
    """Return atomic numbers from a list of numbers or symbols."""
    if not isinstance(values, (list, tuple, np.ndarray)):
        raise InputError("", "elements must be a list of symbols or atomic numbers")
    if len(values) > limits.max_atoms:
        raise InputError("", f"{len(values)} atoms in the cell, at most {limits.max_atoms}")
    return [number_of(value) if isinstance(value, str) else value for value in values]


def _from_atoms(atoms: Any, limits: LimitsConfig) -> Structure:
    """Convert ASE Atoms."""
    occupancy = atoms.info.get("occupancy")
    if isinstance(occupancy, Mapping):
        for site in occupancy.values():
            if not isinstance(site, Mapping) or len(site) != 1 or min(site.values()) < 1 - 1e-4:
                raise InputError("", "a site is partly occupied; give an ordered structure")
    cell = np.array(atoms.cell, dtype=np.float64)
    if not np.abs(cell).sum(axis=1).all() or not any(atoms.pbc):
        raise InputError("", "no cell: three lattice vectors and periodic boundaries are needed "
                             "(pbc=True in ASE, Lattice= in extended XYZ)")  # fmt: skip
    return make_structure(cell, np.array(atoms.positions), np.array(atoms.numbers), limits,
                          cartesian=True)  # fmt: skip


def _from_pymatgen(structure: Any, limits: LimitsConfig) -> Structure:
    """Convert a pymatgen Structure."""
    lattice = getattr(structure, "lattice", None)
    if lattice is None:
        raise InputError("", "no cell: a molecule, not a crystal")
    if not structure.is_ordered:
        raise InputError("", "partial occupancy; give an ordered structure")
    if len(structure) > limits.max_atoms:
        raise InputError("", f"{len(structure)} atoms in the cell, at most {limits.max_atoms}")
    numbers = [number_of(site.specie.symbol) for site in structure]
    return make_structure(np.array(lattice.matrix), np.array(structure.frac_coords), numbers,
                          limits)  # fmt: skip
