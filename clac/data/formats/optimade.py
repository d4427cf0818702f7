"""An entry of an OPTIMADE answer as a plain row.

The row has the cell, a symbol and a position for each site, and what the provider adds: its fields
begin with an underscore and the provider's prefix, such as _exmpl_band_gap.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from clac.data.elements import SYMBOLS
from clac.errors import InputError

FIELDS = ("lattice_vectors", "cartesian_site_positions", "species", "species_at_sites",
          "dimension_types", "structure_features", "last_modified")  # fmt: skip
"""what a structure takes, in the names of the standard"""
OWN = "_clac_"
"""prefix of our own fields"""
PROPERTIES = f"{OWN}properties"
"""all properties of an entry under their own names, as an index of ours serves them"""
_UNTOLD = {
    "unknown_positions": "the positions of some sites are unknown",
    "implicit_atoms": "some atoms are not among the sites",
    "site_attachments": "atoms attached to a site have no positions",
    "assemblies": "it lists alternative groups of sites; give an ordered structure",
}
"""structure features that leave it open where the atoms are"""


def is_entry(row: Mapping[str, Any]) -> bool:
    """Tell an entry of an OPTIMADE answer from other rows."""
    return row.get("type") == "structures" and isinstance(row.get("attributes"), Mapping)


def row_of_entry(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return id, cell (Angstrom), symbols, positions (Angstrom) and the provider's fields.

    Raises InputError without a place for a molecule, for disorder, and for unknown positions.
    """
    attributes = entry["attributes"]
    features = attributes.get("structure_features")
    for feature in features if isinstance(features, list) else ():
        if reason := _UNTOLD.get(feature) if isinstance(feature, str) else None:
            raise InputError("", f"structure_features has {feature}: {reason}")
    periodic = attributes.get("dimension_types")
    if isinstance(periodic, list) and not any(periodic):
        raise InputError("", "dimension_types are all 0: a molecule, not a crystal")
    for name in ("lattice_vectors", "cartesian_site_positions", "species_at_sites"):
        if not isinstance(attributes.get(name), list):
            raise InputError("", f"{name} is missing; the provider tells no structure")
    ours = (OWN,) if PROPERTIES in attributes else ()
    own = {
        key: value
        for key, value in attributes.items()
        if str(key)[:1] == "_" and not str(key).startswith(ours)
    }
    return {
        "id": entry.get("id"),
        "cell": attributes["lattice_vectors"],
        "symbols": _symbols(attributes),
        "positions": attributes["cartesian_site_positions"],
        **own,
        "last_modified": attributes.get("last_modified"),
    }


def properties_of_entry(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the properties that an index of ours tells of an entry, under their own names."""
    told = entry["attributes"].get(PROPERTIES)
    return told if isinstance(told, Mapping) else {}


def _symbols(attributes: Mapping[str, Any]) -> list[str]:
    """Return the chemical symbol of each site."""
    listed = attributes.get("species")
    species = {
        str(one.get("name")): one
        for one in (listed if isinstance(listed, list) else ())
        if isinstance(one, Mapping)
    }
    names = [str(name) for name in attributes["species_at_sites"]]
    symbols = {name: _symbol(name, species.get(name)) for name in dict.fromkeys(names)}
    return [symbols[name] for name in names]


def _symbol(name: str, species: Mapping[str, Any] | None) -> str:
    """Return the one element of a species; without a description its name must be a symbol."""
    shown = f"species {name[:40]!r}"
    symbols = [name] if species is None else species.get("chemical_symbols")
    shares = [1.0] if species is None else species.get("concentration")
    if not isinstance(symbols, list) or not isinstance(shares, list) or not symbols:
        raise InputError("", f"{shown} has no chemical_symbols or no concentration")
    if len(symbols) > 1:
        told = ", ".join(map(str, symbols[:5]))
        raise InputError("", f"{shown} is shared by {told}; give an ordered structure")
    if symbols[0] not in SYMBOLS:
        raise InputError("", f"{shown} is {str(symbols[0])[:20]!r}, no chemical element")
    if not shares or not isinstance(shares[0], (int, float)) or not abs(shares[0] - 1) < 1e-4:
        told = str(shares[0] if shares else "none")[:20]
        raise InputError("", f"{shown} has occupancy {told}; give an ordered structure")
    return str(symbols[0])
