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
    nouns: tuple[str, ...] = ()
    """what such a crystal is called"""


WORDS: tuple[Words, ...] = (
    Words("band_gap", 0.0, METAL_BELOW_EV, ("metallic", "gapless"),
          ("is metallic", "has no band gap", "conducts like a metal", "is a metal"),
          "gaps are known to 0.01 eV; without one the bands cross or touch the Fermi level",
          ("zero-gap", "electrically conducting", "electrically conductive", "conducting",
           "zero-bandgap", "ungapped", "metallically conducting"),
          ("no band gap", "zero band gap", "with no gap", "without a band gap", "zero gap",
           "no electronic gap", "without any gap", "an electrical conductor", "no bandgap",
           "vanishing band gap", "band gap of zero", "Fermi level inside a band", "closed gap",
           "bands that reach the Fermi level", "conducts like a metal", "with a vanishing gap",
           "conduction of a metallic kind", "behaves like a metal", "lacks a band gap"),
          ("has no gap", "has a zero band gap", "conducts electricity like a metal",
           "is gapless", "is a conductor", "is electrically conductive", "has zero band gap",
           "conducts electricity", "has no electronic gap", "does not have a band gap",
           "behaves like a metal", "lacks a band gap", "shows no band gap", "is ungapped",
           "is a metallic conductor", "has a vanishing band gap", "is electrically conducting",
           "has its Fermi level inside a band", "carries electric current like a metal",
           "has bands that reach the Fermi level", "conducts electric current",
           "has a gap of zero", "is metallic in nature"),
          ("metal", "conductor", "metal", "metallic conductor", "electrical conductor",
           "metallic material")),
    Words("band_gap", 0.1, INF, ("non-metallic",), ("has a band gap", "is not a metal"),
          "below 0.1 eV computed gaps are too uncertain to call",
          ("nonmetallic", "gapped", "finite-gap", "semiconducting or insulating",
           "electronically gapped"),
          ("not metallic", "with a band gap", "finite band gap", "non-zero band gap",
           "not a metal", "with an electronic gap", "a finite gap", "nonzero gap",
           "semiconductor or insulator", "insulating or semiconducting", "open gap",
           "with an open band gap", "Fermi level inside a gap", "gapped band structure",
           "gap at the Fermi level", "has a gap"),
          ("is not metallic", "is non-metallic", "has a finite band gap", "has an electronic gap",
           "opens a gap at the Fermi level", "is gapped", "is a band insulator", "has a gap",
           "has a non-zero gap", "has no states at the Fermi level", "opens a gap",
           "is a semiconductor or an insulator", "is either semiconducting or insulating",
           "does not conduct like a metal", "shows a band gap", "has an open gap",
           "has its Fermi level inside a gap", "is nonmetallic", "does have a band gap",
           "has a gap between its valence and conduction bands", "has a gapped band structure"),
          ("band insulator", "non-metallic material", "gapped material")),
    Words("band_gap", 0.1, 3.0, ("semiconducting", "semiconductor"),
          ("is a semiconductor", "is semiconducting"),
          "below 0.1 eV heat fills the gap; above 3 eV it is the wide-gap class",
          (), ("a semiconductor", "semiconducting behaviour", "behaves as a semiconductor",
               "with the gap of a semiconductor"),
          ("behaves as a semiconductor", "semiconducts", "counts as a semiconductor",
           "has the gap of a semiconductor", "is a semiconducting material"),
          ("semiconductor", "semiconducting material")),
    Words("band_gap", 0.1, 1.0, (), (), "below one electronvolt, silicon's 1.1 eV just left out",
          (), ("gap of a fraction of an electronvolt", "sub-eV band gap", "gap below one eV"),
          ("has a gap of a fraction of an electronvolt", "has a sub-eV band gap")),
    Words("band_gap", 1.0, 3.0, (), (), "between the gaps called narrow and those called wide",
          ("medium-gap", "moderate-gap"),
          ("medium band gap", "moderate band gap", "intermediate band gap", "mid-sized gap"),
          ("has a moderate band gap", "has a medium-sized gap",
           "has an intermediate band gap"), ("medium-gap semiconductor",)),
    Words("band_gap", 0.1, 0.5, ("narrow-gap", "small-gap", "narrow band gap"),
          ("has a narrow band gap", "is a narrow-gap semiconductor"),
          "gaps of the infrared detector semiconductors, InSb 0.2 and PbS 0.4 eV",
          ("low-gap", "narrow-bandgap", "small-bandgap"),
          ("small gap", "with a small band gap", "narrow gap", "only a small gap",
           "with a narrow gap", "tiny band gap"),
          ("has a small gap", "has a small band gap", "has a narrow gap", "has a tiny band gap",
           "has only a small gap"),
          ("narrow-gap semiconductor", "small-gap semiconductor")),
    Words("band_gap", 0.1, 0.5, (), (), "photons of 2.5 to 12 micrometres, the mid infrared",
          ("infrared-gap",),
          ("infrared gap", "band gap in the infrared", "gap in the mid infrared"),
          ("has a gap in the infrared", "has a band gap in the infrared")),
    Words("band_gap", 1.0, 1.8, (), (),
          "where the limit of Shockley and Queisser leaves a single junction its best yields",
          (), ("band gap suited to solar cells", "solar-cell band gap", "photovoltaic band gap",
               "gap in the range of solar absorbers"),
          ("has a band gap suited to solar cells", "has a gap fit for a solar absorber")),
    Words("band_gap", 1.6, 3.2, (), (), "photons of visible light carry 1.6 to 3.2 eV",
          (), ("gap in the visible range", "band gap in the visible", "visible-range band gap"),
          ("has a band gap in the visible range", "has a gap in the visible")),
    Words("band_gap", 3.2, INF, (), (), "photons beyond the violet carry more than 3.2 eV",
          (), ("gap in the ultraviolet", "band gap in the UV"),
          ("has a band gap in the ultraviolet",)),
    Words("band_gap", 5.0, INF, (), (), "beyond Ga2O3 with 4.8 eV, for which the word was made",
          ("ultra-wide-gap", "ultrawide band gap"),
          ("ultra-wide band gap", "very wide band gap", "very large gap"),
          ("has an ultra-wide band gap", "has a very large band gap")),
    Words("band_gap", 3.0, INF, ("wide-gap", "wide band gap", "large-gap", "insulating"),
          ("has a wide band gap", "is a wide-gap insulator", "is an insulator with a wide gap"),
          "3 eV and more: transparent to visible light",
          ("electrically insulating", "wide-bandgap", "nonconducting", "non-conducting",
           "large-bandgap"),
          ("electrical insulator", "transparent to visible light", "large band gap", "wide gap",
           "with a wide gap", "big band gap", "an insulator", "does not conduct electricity"),
          ("is transparent to visible light", "is an electrical insulator with a wide gap",
           "has a large band gap", "is insulating", "is an insulator", "is nonconducting",
           "does not conduct electricity", "has a wide gap", "has a big band gap",
           "is electrically insulating", "blocks electric current"),
          ("insulator", "wide-gap insulator", "electrical insulator", "insulating material",
           "wide-gap material")),
    Words("bulk_modulus", 200.0, INF, ("stiff", "incompressible"),
          ("is hard to compress", "has a high bulk modulus", "is stiff"),
          "above steel (160 to 170 GPa) and most oxides",
          ("hard-to-compress", "rigid", "very stiff"),
          ("high bulk modulus", "resists compression", "large bulk modulus", "low compressibility"),
          ("resists compression", "is difficult to compress", "is rigid",
           "has a low compressibility", "hardly gives way under pressure")),
    Words("bulk_modulus", 300.0, INF, (), (), "the class of the borides and nitrides of osmium",
          ("ultra-stiff", "ultra-incompressible"), ("very high bulk modulus",),
          ("is extremely hard to compress", "has a very high bulk modulus")),
    Words("bulk_modulus", 0.0, 30.0, ("soft", "compressible"),
          ("is soft and easily compressed", "has a low bulk modulus"),
          "below rock salt and the other alkali halides (25 to 30 GPa)",
          ("easily compressed", "squashy"),
          ("low bulk modulus", "easy to compress", "small bulk modulus", "high compressibility"),
          ("is easy to compress", "is easily squeezed", "has a high compressibility", "is soft")),
    Words("shear_modulus", 150.0, INF, ("hard",),
          ("is mechanically hard", "is a hard material", "has a high shear modulus"),
          "hardness follows the shear modulus; 150 GPa is near alumina's 160",
          ("mechanically hard",),
          ("high shear modulus", "large shear modulus", "resistant to shear"),
          ("resists shear", "is hard", "has a large shear modulus")),
    Words("shear_modulus", 0.0, 10.0, (), (), "lead has 6 and potassium chloride 9 GPa",
          ("easily sheared",), ("low shear modulus", "small shear modulus"),
          ("has a low shear modulus", "shears easily", "is easily sheared")),
    Words("poisson_ratio", -1.0, 0.0, ("auxetic",),
          ("is auxetic", "has a negative Poisson ratio"), "the meaning of the word",
          (), ("negative Poisson ratio", "Poisson ratio below zero"),
          ("gets thicker when stretched",)),
    Words("poisson_ratio", 0.35, 1.0, (), (), "above most metals; gold and lead have 0.42",
          (), ("high Poisson ratio", "large Poisson ratio"), ("has a high Poisson ratio",)),
    Words("poisson_ratio", 0.0, 0.15, (), (), "diamond has 0.07, most crystals 0.2 to 0.35",
          (), ("low Poisson ratio", "small Poisson ratio"), ("has a low Poisson ratio",)),
    Words("refractive_index", 2.4, 10.0, ("high-index", "highly refractive"),
          ("has a high refractive index", "bends light strongly"), "diamond has 2.42",
          ("strongly refracting",), ("high refractive index",),
          ("refracts light strongly", "is highly refractive")),
    Words("refractive_index", 1.0, 1.5, (), (), "below window glass",
          ("low-index",), ("low refractive index", "small index of refraction"),
          ("has a low refractive index", "bends light weakly")),
    Words("dielectric_total", 20.0, INF, ("high-k", "high-permittivity"),
          ("is a high-k dielectric", "has a high dielectric constant"),
          "the gate oxide HfO2 has about 20",
          ("high-kappa",), ("high dielectric constant", "large permittivity"),
          ("has a large permittivity", "is high-k"), ("high-k dielectric",)),
    Words("dielectric_total", 50.0, INF, (), (), "far beyond the gate oxides, towards rutile",
          (), ("very high dielectric constant", "very large permittivity"),
          ("has a very high dielectric constant",)),
    Words("dielectric_total", 1.0, 4.0, ("low-k",),
          ("is a low-k dielectric", "has a low dielectric constant"), "silica has 3.9",
          (), ("low dielectric constant", "small permittivity"), ("has a small permittivity",),
          ("low-k dielectric",)),
    Words("piezoelectric", 0.1, INF, ("piezoelectric",),
          ("is piezoelectric", "shows piezoelectricity"), "quartz has 0.17 C/m^2",
          ("piezo",), ("piezoelectricity", "piezoelectric response"),
          ("charges up when squeezed", "is a piezoelectric")),
    Words("piezoelectric", 1.0, INF, (), (), "zinc oxide has 1.2 C/m^2",
          ("strongly piezoelectric",), ("large piezoelectric response", "strong piezoelectricity"),
          ("is strongly piezoelectric", "has a large piezoelectric response")),
    Words("formation_energy", -INF, 0.0, (),
          ("has a negative formation energy", "forms from the elements with a gain of energy"),
          "the sign says that energy is gained, not that the phase is stable",
          (), ("negative formation energy", "formation energy below zero"),
          ("is lower in energy than its elements",)),
    Words("formation_energy", -INF, -2.0, (), (), "the class of the stable oxides and fluorides",
          (), ("strongly negative formation energy", "very negative formation energy"),
          ("has a strongly negative formation energy",)),
    Words("formation_energy", 0.001, INF, (),
          ("has a positive formation energy", "costs energy to form from the elements"),
          "above 1 meV/atom, so that the elements themselves are left out",
          (), ("positive formation energy", "formation energy above zero"),
          ("is higher in energy than its elements",)),
    Words("energy_above_hull", 0.0, 0.001, ("thermodynamically stable", "stable"),
          ("is thermodynamically stable", "lies on the convex hull"),
          "on the hull within rounding",
          (), ("on the convex hull", "on the hull", "zero energy above hull", "a stable phase",
               "stable against decomposition"),
          ("is on the hull", "does not decompose into other phases", "is stable",
           "is a stable phase", "is stable against decomposition")),
    Words("energy_above_hull", 0.0, 0.05, (), (), "computed energies err by 25 to 50 meV/atom",
          ("nearly stable",), ("close to the convex hull", "on or near the hull"),
          ("lies on or near the convex hull", "is stable or nearly so")),
    Words("energy_above_hull", 0.001, 0.1, ("metastable",),
          ("is metastable",), "most metastable phases that were made lie below 0.1 eV/atom",
          (), ("slightly above the convex hull", "a metastable phase"),
          ("lies slightly above the convex hull", "is a metastable phase")),
    Words("energy_above_hull", 0.1, INF, ("unstable",),
          ("lies far above the convex hull",), "beyond what is commonly made",
          ("thermodynamically unstable",), ("far above the convex hull",),
          ("is thermodynamically unstable", "is unstable")),
    Words("density", 8.0, INF, ("dense", "heavy", "high-density"),
          ("is dense", "has a high density", "is heavy for its size"), "iron has 7.87 g/cm3",
          ("heavyweight",), ("high density", "heavy for its size", "large density"),
          ("is heavy", "has a large density")),
    Words("density", 12.0, INF, (), (), "beyond lead with 11.3 g/cm3",
          ("very dense", "very heavy"), ("very high density",),
          ("is very dense", "has a very high density")),
    Words("density", 0.0, 2.5, ("light", "low-density", "lightweight"),
          ("has a low density", "is light for its size"),
          "below aluminium (2.70) and quartz (2.65 g/cm3)",
          ("light-weight",), ("low density", "light for its size"),
          ("is light", "is lightweight")),
    Words("density", 0.0, 1.5, (), (), "below magnesium with 1.74 g/cm3 and most polymers",
          ("very light", "ultralight"), ("very low density",),
          ("is very light", "has a very low density")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Numbers:
    """How the number of a quantity is written."""

    labels: tuple[str, ...]
    unit: str
    decimals: tuple[int, ...]
    """any of these"""
    bounds: tuple[float, ...] = ()
    """round numbers, rising, that it is compared with"""
    more: tuple[str, ...] = ()
    """rarer labels"""
    letter: str = ""
    """the usual symbol, where it stands for nothing else beside the label"""
    step: float = 0.0
    """what a rough number is a multiple of"""


OTHER_UNITS: Mapping[str, tuple[str, ...]] = {
    "g/cm3": ("g/cm^3", "g/cm^3", "grams per cm^3"),
    "eV": ("electronvolts",),
    "eV/atom": ("eV per atom",),
    "GPa": ("gigapascals",),
}
_MODULI = (10, 20, 30, 50, 80, 100, 150, 200, 250, 300)
NUMBERS: Mapping[str, Numbers] = {
    "band_gap": Numbers(("band gap", "gap", "electronic band gap"), "eV", (1, 2),
                        (0.5, 1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10),
                        ("bandgap", "energy gap", "electronic gap", "Eg"), "Eg", 0.5),
    "formation_energy": Numbers(("formation energy",), "eV/atom", (1, 2),
                                (-3, -2.5, -2, -1.5, -1, -0.5, 0),
                                ("energy of formation", "E_form"), "", 0.5),
    "energy_above_hull": Numbers(("energy above hull",), "eV/atom", (3, 2), (0.05, 0.1, 0.2),
                                 ("energy above the hull", "energy above the convex hull",
                                  "E_hull", "distance to the hull")),
    "fermi_energy": Numbers(("Fermi energy",), "eV", (1,)),
    "bulk_modulus": Numbers(("bulk modulus",), "GPa", (0,), _MODULI, (), "B", 10),
    "shear_modulus": Numbers(("shear modulus",), "GPa", (0,), _MODULI, (), "G", 10),
    "elastic_anisotropy": Numbers(("elastic anisotropy",), "", (1,), (0.1, 0.5, 1, 2, 5)),
    "poisson_ratio": Numbers(("Poisson ratio",), "", (2,), (0.2, 0.25, 0.3, 0.35),
                             ("Poisson's ratio",)),
    "refractive_index": Numbers(("refractive index",), "", (1, 2), (1.5, 1.75, 2, 2.5, 3),
                                ("index of refraction",), "n"),
    "dielectric_electronic": Numbers(("electronic dielectric constant",), "", (1,),
                                     (2, 3, 5, 10, 20), ("electronic permittivity",)),
    "dielectric_total": Numbers(("dielectric constant",), "", (0, 1), (5, 10, 15, 20, 30, 50),
                                ("permittivity", "relative permittivity",
                                 "static dielectric constant"), "", 5),
    "piezoelectric": Numbers(("piezoelectric modulus",), "C/m^2", (1, 2), (0.1, 0.3, 0.5, 1),
                             ("piezoelectric constant",)),
    "density": Numbers(("density", "mass density"), "g/cm3", (1, 2),
                       (1, 1.5, 2, 2.5, 3, 3.5, 4, 5, 6, 7, 8, 10, 12, 15), (), "", 0.5),
}  # fmt: skip
