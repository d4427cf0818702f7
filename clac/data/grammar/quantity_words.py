"""Words for numbers: the one table that says when a crystal is hard, dense or a metal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

INF = float("inf")
METAL_BELOW_EV = 0.005
"""what a band gap must reach to be one: the columns are rounded and noisy below"""


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
    more: tuple[str, ...] = ()
    """rarer adjectives"""
    tails: tuple[str, ...] = ()
    """rarer wordings that stand after a noun or alone"""
    more_predicates: tuple[str, ...] = ()


WORDS: tuple[Words, ...] = (
    Words("band_gap", 0.0, METAL_BELOW_EV, ("metallic", "gapless"),
          ("is metallic", "has no band gap", "conducts like a metal", "is a metal"),
          "gaps are known to 0.01 eV; without one the bands cross or touch the Fermi level",
          ("zero-gap", "electrically conducting"), ("no band gap", "zero band gap", "with no gap"),
          ("has no gap", "has a zero band gap", "conducts electricity like a metal")),
    Words("band_gap", 0.1, INF, ("non-metallic",), ("has a band gap", "is not a metal"),
          "below 0.1 eV computed gaps are too uncertain to call",
          ("nonmetallic", "gapped"), ("not metallic", "with a band gap"),
          ("is not metallic", "is non-metallic")),
    Words("band_gap", 0.1, 3.0, ("semiconducting", "semiconductor"),
          ("is a semiconductor", "is semiconducting"),
          "below 0.1 eV heat fills the gap; above 3 eV it is the wide-gap class",
          (), (), ("behaves as a semiconductor", "semiconducts")),
    Words("band_gap", 0.1, 0.5, ("narrow-gap", "small-gap", "narrow band gap"),
          ("has a narrow band gap", "is a narrow-gap semiconductor"),
          "gaps of the infrared detector semiconductors, InSb 0.2 and PbS 0.4 eV",
          ("low-gap",), ("small gap", "with a small band gap"),
          ("has a small gap", "has a small band gap")),
    Words("band_gap", 3.0, INF, ("wide-gap", "wide band gap", "large-gap", "insulating"),
          ("has a wide band gap", "is a wide-gap insulator", "is an insulator with a wide gap"),
          "3 eV and more: transparent to visible light",
          ("electrically insulating", "wide-bandgap"),
          ("electrical insulator", "transparent to visible light", "large band gap"),
          ("is transparent to visible light", "is an electrical insulator with a wide gap",
           "has a large band gap")),
    Words("bulk_modulus", 200.0, INF, ("stiff", "incompressible"),
          ("is hard to compress", "has a high bulk modulus", "is stiff"),
          "above steel (160 to 170 GPa) and most oxides",
          ("hard-to-compress",), ("high bulk modulus", "resists compression"),
          ("resists compression", "hardly gives way under pressure")),
    Words("bulk_modulus", 0.0, 30.0, ("soft", "compressible"),
          ("is soft and easily compressed", "has a low bulk modulus"),
          "below rock salt and the other alkali halides (25 to 30 GPa)",
          ("easily compressed", "squashy"), ("low bulk modulus", "easy to compress"),
          ("is easy to compress", "is easily squeezed")),
    Words("shear_modulus", 150.0, INF, ("hard",),
          ("is mechanically hard", "is a hard material", "has a high shear modulus"),
          "hardness follows the shear modulus; 150 GPa is near alumina's 160",
          ("mechanically hard",), ("high shear modulus",), ("resists shear", "is hard")),
    Words("poisson_ratio", -1.0, 0.0, ("auxetic",),
          ("is auxetic", "has a negative Poisson ratio"), "the meaning of the word",
          (), ("negative Poisson ratio",), ("gets thicker when stretched",)),
    Words("refractive_index", 2.4, 10.0, ("high-index", "highly refractive"),
          ("has a high refractive index", "bends light strongly"), "diamond has 2.42",
          ("strongly refracting",), ("high refractive index",), ("refracts light strongly",)),
    Words("dielectric_total", 20.0, INF, ("high-k", "high-permittivity"),
          ("is a high-k dielectric", "has a high dielectric constant"),
          "the gate oxide HfO2 has about 20",
          ("high-kappa",), ("high dielectric constant", "large permittivity"),
          ("has a large permittivity", "is high-k")),
    Words("dielectric_total", 1.0, 4.0, ("low-k",),
          ("is a low-k dielectric", "has a low dielectric constant"), "silica has 3.9",
          (), ("low dielectric constant", "small permittivity"), ("has a small permittivity",)),
    Words("piezoelectric", 0.1, INF, ("piezoelectric",),
          ("is piezoelectric", "shows piezoelectricity"), "quartz has 0.17 C/m^2",
          ("piezo",), (), ("charges up when squeezed",)),
    Words("formation_energy", -INF, 0.0, (),
          ("has a negative formation energy", "forms from the elements with a gain of energy"),
          "the sign says that energy is gained, not that the phase is stable",
          (), ("negative formation energy", "formation energy below zero"),
          ("is lower in energy than its elements",)),
    Words("formation_energy", 0.001, INF, (),
          ("has a positive formation energy", "costs energy to form from the elements"),
          "above 1 meV/atom, so that the elements themselves are left out",
          (), ("positive formation energy", "formation energy above zero"),
          ("is higher in energy than its elements",)),
    Words("energy_above_hull", 0.0, 0.001, ("thermodynamically stable", "stable"),
          ("is thermodynamically stable", "lies on the convex hull"),
          "on the hull within rounding",
          (), ("on the convex hull", "on the hull"),
          ("is on the hull", "does not decompose into other phases")),
    Words("energy_above_hull", 0.001, 0.1, ("metastable",),
          ("is metastable",), "most metastable phases that were made lie below 0.1 eV/atom",
          (), ("slightly above the convex hull",), ("lies slightly above the convex hull",)),
    Words("energy_above_hull", 0.1, INF, ("unstable",),
          ("lies far above the convex hull",), "beyond what is commonly made",
          ("thermodynamically unstable",), ("far above the convex hull",),
          ("is thermodynamically unstable", "is unstable")),
    Words("density", 8.0, INF, ("dense", "heavy", "high-density"),
          ("is dense", "has a high density", "is heavy for its size"), "iron has 7.87 g/cm3",
          ("heavyweight",), ("high density", "heavy for its size"),
          ("is heavy",)),
    Words("density", 0.0, 2.5, ("light", "low-density", "lightweight"),
          ("has a low density", "is light for its size"),
          "below aluminium (2.70) and quartz (2.65 g/cm3)",
          ("light-weight",), ("low density", "light for its size"),
          ("is light", "is lightweight")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Numbers:
    """How the number of a quantity is written."""

    labels: tuple[str, ...]
    unit: str
    decimals: tuple[int, ...]
    """any of these"""


OTHER_UNITS: Mapping[str, tuple[str, ...]] = {
    "g/cm3": ("g/cm^3", "g/cm^3", "grams per cm^3"),
    "eV": ("electronvolts",),
    "eV/atom": ("eV per atom",),
    "GPa": ("gigapascals",),
}
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
