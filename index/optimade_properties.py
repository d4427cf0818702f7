"""What an index tells of its crystals in the words of OPTIMADE: names, types, units.

Names without a prefix are those of the standard (version 1.1, DOI 10.1038/s41597-021-00974-z);
what else an index knows bears our own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from clac.data.formats.optimade import OWN, PROPERTIES
from clac.properties import PROPERTIES as KNOWN_PROPERTIES
from clac.properties import PropertySpec
from index.catalog import SCHEMA, Catalog
from index.columns import OF_OPTIMADE, column_slug

KIND = "structures"
"""of all entries"""


@dataclass(frozen=True, slots=True)
class Told:
    """A property of an entry."""

    type: str
    """one of the types of OPTIMADE"""
    description: str
    column: str = ""
    """of the catalog that holds it; empty where it is made of others"""
    unit: str = ""
    """as UCUM writes it; empty where there is none"""
    sortable: bool = False
    asked_only: bool = False
    """left out unless `response_fields` names it"""

    def as_json(self) -> dict[str, Any]:
        """Return what the answer about a kind of entry tells of it."""
        unit = {"unit": self.unit} if self.unit else {}
        told = {"description": self.description, "type": self.type, "sortable": self.sortable}
        return told | unit


STANDARD: Mapping[str, Told] = {
    "id": Told("string", "Name of the entry in the index.", "id", sortable=True),
    "type": Told("string", "Kind of the entry: structures."),
    "last_modified": Told(
        "timestamp", "When the entry was last changed, where its source states it.", sortable=True
    ),
    "elements": Told("list", "Chemical symbols, by alphabet.", "elements"),
    "nelements": Told("integer", "Number of different elements.", "nelements", sortable=True),
    "elements_ratios": Told("list", "Share of each element of `elements` among the atoms."),
    "chemical_formula_descriptive": Told(
        "string", "Formula as chemists write it, as LiCoO2.", "formula", sortable=True
    ),
    "chemical_formula_reduced": Told(
        "string", "Formula with its elements by alphabet, as CoLiO2.", "chemical_formula_reduced",
        sortable=True,
    ),
    "chemical_formula_anonymous": Told(
        "string", "Formula with letters for its elements, as A2BC.", "chemical_formula_anonymous",
        sortable=True,
    ),
    "dimension_types": Told("list", "1 for each direction that is periodic: all three."),
    "nperiodic_dimensions": Told("integer", "Number of periodic directions: 3."),
    "lattice_vectors": Told("list", "Vectors of the cell, in rows.", unit="Å"),
    "cartesian_site_positions": Told("list", "Position of each site.", unit="Å"),
    "nsites": Told("integer", "Number of sites in the cell.", "nsites", sortable=True),
    "species": Told("list", "What sits on sites: one species for each element."),
    "species_at_sites": Told("list", "Name of the species at each site."),
    "structure_features": Told("list", "Peculiarities of the structure; there are none."),
    "space_group_it_number": Told(
        "integer", "Number of the space group, 1 to 230.", "space_group_number", sortable=True,
        asked_only=True,
    ),
}  # fmt: skip
"""what every index has"""

UNKNOWN = frozenset(
    ("immutable_id", "chemical_formula_hill", "assemblies", "space_group_symmetry_operations_xyz",
     "space_group_symbol_hall", "space_group_symbol_hermann_mauguin",
     "space_group_symbol_hermann_mauguin_extended")
)  # fmt: skip
"""properties of the standard that are known of no entry here"""

FACTS: Mapping[str, str] = {
    "chemical_system": "Elements by alphabet, as Co-Li-O.",
    "formula": "The same as `chemical_formula_descriptive`.",
    "space_group": "Hermann-Mauguin symbol; a filter takes any setting of it.",
    "space_group_number": "Number of the space group, 1 to 230.",
    "crystal_system": "triclinic, monoclinic, ..., cubic.",
    "centring": "Letter of the lattice: P, A, C, I, F or R.",
    "point_group": "Symbol of the crystal class.",
    "pearson": "Pearson symbol.",
    "centrosymmetric": "Whether there is an inversion centre.",
    "polar": "Whether the point group is polar.",
    "prototype": "Label of the structure type, as AFLOW writes it; a filter takes any name of it.",
    "prototype_name": "Name of the structure type; empty where it has none.",
    "prototypes": "Label and names of the structure type.",
    "classes": "Classes of compounds that it belongs to, such as oxide.",
    "dimensionality": "How far its bonds reach: 0D, 1D, 2D, 3D.",
    "coordination": "Coordination numbers, with and without their element: 6, Ti:6.",
    "polyhedra": "Coordination polyhedra, with and without their element.",
    "linkages": "How the polyhedra are linked: corner, octahedron|corner|octahedron.",
    "uses": "What it is used for, from textbooks; never all there is.",
    "notable": "What it is notable for, from textbooks; never all there is.",
    "n_atoms": "Number of atoms in the primitive cell.",
    "density": "Mass by volume.",
    "volume_per_atom": "Volume of the cell by its atoms.",
    "date": "Day that its source states.",
}
"""columns of every catalog that the standard has no name for"""
_UNITS = {"density": "g/cm3", "volume_per_atom": "Å3"}
_UCUM = {"eV/atom": "eV/{atom}", "C/m^2": "C/m2"}
"""unit of `clac.properties` -> the same in UCUM"""
_SPECS: Mapping[str, PropertySpec] = {
    column_slug(column): spec
    for spec in KNOWN_PROPERTIES.values()
    for column in (*spec.columns, spec.name)
}


def described(catalog: Catalog) -> dict[str, Told]:
    """Describe all that an index tells of an entry, by name: the standard, then its own."""
    found = dict(STANDARD)
    for column, description in FACTS.items():
        kind, unit = SCHEMA.field(column).type, _UNITS.get(column, "")
        found[OWN + column] = _told(kind, column, description, unit)
    found[PROPERTIES] = Told(
        "dictionary", "All properties under the names that their source has for them; a filter "
        f"asks one as {PROPERTIES}.NAME.", asked_only=True,
    )  # fmt: skip
    taken = {*FACTS, *OF_OPTIMADE}
    for name in catalog.property_names():
        if (slug := column_slug(name)) in taken:
            continue  # only the dictionary has it
        spec = _SPECS.get(slug)
        about = (
            f"{spec.label[0].upper()}{spec.label[1:]}."
            if spec
            else f"{name}, as its source has it."
        )
        (values,) = catalog.table([name]).columns
        told = _told(values.type, name, about, spec.unit if spec else "")
        found.setdefault(OWN + slug, told)
    return found


def _told(kind: pa.DataType, column: str, description: str, unit: str) -> Told:
    """Describe a column of a catalog that has values of a kind."""
    type = _type_of(kind)
    unit = _UCUM.get(unit, unit) if type in ("integer", "float") else ""
    return Told(type, description, column, unit, sortable=type != "list", asked_only=True)


def _type_of(kind: pa.DataType) -> str:
    if pa.types.is_list(kind):
        return "list"
    if pa.types.is_boolean(kind):
        return "boolean"
    if pa.types.is_integer(kind):
        return "integer"
    return "float" if pa.types.is_floating(kind) else "string"
