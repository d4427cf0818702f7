"""Words for numbers: the one table that says when a crystal is hard, dense or a metal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

INF = float("inf")


@dataclass(frozen=True, slots=True)
class Words:
    """Words that hold where low <= value < high."""

    quantity: str
    """a name of `clac.properties`, or 'density' in g/cm3"""
    low: float
    high: float
    adjectives: tuple[str, ...]
    """fit before a noun"""
    predicates: tuple[str, ...]
    """fit after 'It'"""
    reason: str
    """why the limits stand where they stand"""


WORDS: tuple[Words, ...] = (
    Words("band_gap", 0.0, 0.005, ("metallic", "gapless"),
          ("is metallic", "has no band gap", "conducts like a metal", "is a metal"),
          "gaps are known to 0.01 eV; without one the bands cross or touch the Fermi level"),
    Words("band_gap", 0.1, 3.0, ("semiconducting", "semiconductor"),
          ("is a semiconductor", "is semiconducting"),
          "below 0.1 eV heat fills the gap; above 3 eV it is the wide-gap class"),
    Words("band_gap", 0.1, 0.5, ("narrow-gap", "small-gap", "narrow band gap"),
          ("has a narrow band gap", "is a narrow-gap semiconductor"),
          "gaps of the infrared detector semiconductors, InSb 0.2 and PbS 0.4 eV"),
    Words("band_gap", 3.0, INF, ("wide-gap", "wide band gap", "large-gap", "insulating"),
          ("has a wide band gap", "is a wide-gap insulator", "is an insulator with a wide gap"),
          "3 eV and more: transparent to visible light"),
    Words("bulk_modulus", 200.0, INF, ("stiff", "incompressible"),
          ("is hard to compress", "has a high bulk modulus", "is stiff"),
          "above steel (160 to 170 GPa) and most oxides"),
    Words("bulk_modulus", 0.0, 30.0, ("soft", "compressible"),
          ("is soft and easily compressed", "has a low bulk modulus"),
          "below rock salt and the other alkali halides (25 to 30 GPa)"),
    Words("shear_modulus", 150.0, INF, ("hard",),
          ("is mechanically hard", "is a hard material", "has a high shear modulus"),
          "hardness follows the shear modulus; 150 GPa is near alumina's 160"),
    Words("poisson_ratio", -1.0, 0.0, ("auxetic",),
          ("is auxetic", "has a negative Poisson ratio"), "the meaning of the word"),
    Words("refractive_index", 2.4, 10.0, ("high-index", "highly refractive"),
          ("has a high refractive index", "bends light strongly"), "diamond has 2.42"),
    Words("dielectric_total", 20.0, INF, ("high-k", "high-permittivity"),
          ("is a high-k dielectric", "has a high dielectric constant"),
          "the gate oxide HfO2 has about 20"),
    Words("dielectric_total", 1.0, 4.0, ("low-k",),
          ("is a low-k dielectric", "has a low dielectric constant"), "silica has 3.9"),
    Words("piezoelectric", 0.1, INF, ("piezoelectric",),
          ("is piezoelectric", "shows piezoelectricity"), "quartz has 0.17 C/m^2"),
    Words("formation_energy", -INF, 0.0, (),
          ("has a negative formation energy", "forms from the elements with a gain of energy"),
          "the sign says that energy is gained, not that the phase is stable"),
    Words("formation_energy", 0.001, INF, (),
          ("has a positive formation energy", "costs energy to form from the elements"),
          "above 1 meV/atom, so that the elements themselves are left out"),
    Words("energy_above_hull", 0.0, 0.001, ("thermodynamically stable", "stable"),
          ("is thermodynamically stable", "lies on the convex hull"),
          "on the hull within rounding"),
    Words("energy_above_hull", 0.001, 0.1, ("metastable",),
          ("is metastable",), "most metastable phases that were made lie below 0.1 eV/atom"),
    Words("energy_above_hull", 0.1, INF, ("unstable",),
          ("lies far above the convex hull",), "beyond what is commonly made"),
    Words("density", 8.0, INF, ("dense", "heavy", "high-density"),
          ("is dense", "has a high density", "is heavy for its size"), "iron has 7.87 g/cm3"),
    Words("density", 0.0, 2.5, ("light", "low-density", "lightweight"),
          ("has a low density", "is light for its size"),
          "below aluminium (2.70) and quartz (2.65 g/cm3)"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Numbers:
    """How the number of a quantity is written."""

    labels: tuple[str, ...]
    unit: str
    decimals: tuple[int, ...]
    """any of these"""


NUMBERS: Mapping[str, Numbers] = {
    "band_gap": Numbers(("band gap", "gap", "electronic band gap"), "eV", (1, 2)),
    "formation_energy": Numbers(("formation energy",), "eV/atom", (1, 2)),
    "energy_above_hull": Numbers(("energy above hull",), "eV/atom", (3,)),
    "fermi_energy": Numbers(("Fermi energy",), "eV", (1,)),
    "bulk_modulus": Numbers(("bulk modulus",), "GPa", (0,)),
    "shear_modulus": Numbers(("shear modulus",), "GPa", (0,)),
    "elastic_anisotropy": Numbers(("elastic anisotropy",), "", (1,)),
    "poisson_ratio": Numbers(("Poisson ratio",), "", (2,)),
    "refractive_index": Numbers(("refractive index",), "", (1, 2)),
    "dielectric_electronic": Numbers(("electronic dielectric constant",), "", (1,)),
    "dielectric_total": Numbers(("dielectric constant",), "", (0, 1)),
    "piezoelectric": Numbers(("piezoelectric modulus",), "C/m^2", (1, 2)),
    "density": Numbers(("density", "mass density"), "g/cm3", (1, 2)),
}
