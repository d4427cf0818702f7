"""Known properties: names, units, and the columns that carry them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from clac.types import PropertyValue


@dataclass(frozen=True, slots=True)
class PropertySpec:
    """A property, how it is written and where it is found."""

    name: str
    label: str
    """as a reader writes it"""
    unit: str
    """empty for a pure number"""
    kind: str
    """'real' (any sign), 'positive', or 'nonnegative'"""
    columns: tuple[str, ...]
    """columns that carry it, the preferred one first"""
    log_scale: bool = False
    """learned and compared as a logarithm"""
    reference: str = ""
    """DOI of the data set or of the definition"""

    @property
    def lowest(self) -> float:
        """Return the bound below which no value lies, in the unit."""
        return -math.inf if self.kind == "real" else 0.0


LICENCE = "licence"
RETRIEVED = "retrieved"
PROVENANCE = (LICENCE, RETRIEVED)
"""under which licence (an SPDX name where there is one) and on which day a record was fetched"""

_MP = "10.1063/1.4812323"
_ELASTIC = "10.1038/sdata.2015.9"
_DIELECTRIC = "10.1038/sdata.2016.134"
_PIEZO = "10.1038/sdata.2015.53"

PROPERTIES: Mapping[str, PropertySpec] = {
    spec.name: spec
    for spec in (
        PropertySpec("formation_energy", "formation energy", "eV/atom", "real",
                     ("formation_energy", "formation_energy_mp_2020",
                      "formation_energy_megnet_2018"), reference=_MP),
        PropertySpec("band_gap", "band gap", "eV", "nonnegative",
                     ("band_gap", "band_gap_mp_2020", "band_gap_megnet_2018"), reference=_MP),
        PropertySpec("fermi_energy", "Fermi energy", "eV", "real",
                     ("fermi_energy", "fermi_energy_mp_2020"), reference=_MP),
        PropertySpec("bulk_modulus", "bulk modulus", "GPa", "positive",
                     ("bulk_modulus", "bulk_modulus_vrh"), True, _ELASTIC),
        PropertySpec("shear_modulus", "shear modulus", "GPa", "positive",
                     ("shear_modulus", "shear_modulus_vrh"), True, _ELASTIC),
        PropertySpec("elastic_anisotropy", "elastic anisotropy", "", "nonnegative",
                     ("elastic_anisotropy",), True, _ELASTIC),
        PropertySpec("poisson_ratio", "Poisson ratio", "", "real",
                     ("poisson_ratio",), reference=_ELASTIC),
        PropertySpec("refractive_index", "refractive index", "", "positive",
                     ("refractive_index",), reference=_DIELECTRIC),
        PropertySpec("dielectric_electronic", "electronic dielectric constant", "", "positive",
                     ("dielectric_electronic",), True, _DIELECTRIC),
        PropertySpec("dielectric_total", "dielectric constant", "", "positive",
                     ("dielectric_total",), True, _DIELECTRIC),
        PropertySpec("piezoelectric", "piezoelectric modulus", "C/m^2", "nonnegative",
                     ("piezoelectric", "piezoelectric_max"), reference=_PIEZO),
        PropertySpec("energy_above_hull", "energy above hull", "eV/atom", "nonnegative",
                     ("energy_above_hull", "e_above_hull"), reference=_MP),
    )
}  # fmt: skip


def known_value(properties: Mapping[str, PropertyValue], name: str) -> float | None:
    """Return a known property of a record under any of its column names, or None.

    Raises KeyError for a property that is not in the table.
    """
    for column in PROPERTIES[name].columns:
        value = properties.get(column)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return float(value)
    return None
