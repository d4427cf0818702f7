"""How numbers are written: their labels, units, symbols and the round numbers beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from clac.data.counting import COUNT_WORDS

INF = float("inf")


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
    letters: tuple[str, ...] = ()
    """the usual symbols, where they stand for nothing else beside the label"""
    step: float = 0.0
    """what a rough number is a multiple of"""
    tails: tuple[str, ...] = ()
    """what is said of a number after a noun, without the label"""
    verbs: tuple[str, ...] = ()
    """what is said of it after 'It', without the label"""


OTHER_UNITS: Mapping[str, tuple[str, ...]] = {
    "g/cm3": ("g/cm^3", "g/cm^3", "grams per cm^3", "g/cc", "g cm-3", "g cm^-3", "g per cm3",
              "grams per cubic centimetre", "grams per cubic centimeter"),
    "eV": ("electronvolts", "electron volts", "electron-volts"),
    "eV/atom": ("eV per atom", "eV per atom", "electronvolts per atom", "electron volts per atom"),
    "GPa": ("gigapascals", "gigapascal"),
    "C/m^2": ("C/m2", "coulombs per square metre", "coulombs per square meter"),
    "angstrom^3": ("A^3", "cubic angstroms", "cubic angstrom"),
    "angstrom^3 per atom": ("A^3 per atom", "A^3/atom", "angstrom^3/atom",
                            "cubic angstroms per atom", "cubic angstrom per atom"),
}  # fmt: skip
LABEL_UNITS: Mapping[str, str] = {
    "specific gravity": "", "formation energy per atom": "eV", "volume": "angstrom^3 per atom",
}  # fmt: skip
"""labels that have a unit of their own"""
THOUSANDTHS: Mapping[str, tuple[tuple[str, ...], tuple[int, ...], float]] = {
    "band_gap": (("meV",), (0,), 0.6),
    "energy_above_hull": (("meV/atom", "meV/atom", "meV per atom"), (0,), INF),
    "density": (("kg/m3", "kg/m^3", "kg per cubic metre", "kilograms per cubic meter"),
                (-1, -2), INF),
}  # fmt: skip
"""quantity -> units of a thousandth, their decimals, and below what value they are used"""
_MODULI = (5, 10, 20, 30, 40, 50, 60, 80, 100, 120, 150, 180, 200, 250, 300, 350, 400)
NUMBERS: Mapping[str, Numbers] = {
    "band_gap": Numbers(("band gap", "gap", "band gap", "gap", "electronic band gap"), "eV", (1, 2),
                        (0.1, 0.2, 0.3, 0.5, 0.8, 1, 1.2, 1.5, 1.8, 2, 2.5, 3, 3.5, 4, 5, 6, 7, 8,
                         10),
                        ("bandgap", "bandgap", "energy gap", "electronic gap", "Eg", "band-gap",
                         "E_g", "bandgap energy", "band gap energy", "forbidden gap"),
                        ("Eg", "Eg", "E_g"), 0.5),
    "formation_energy": Numbers(("formation energy",), "eV/atom", (1, 2),
                                (-4, -3.5, -3, -2.5, -2, -1.5, -1, -0.5, -0.2, 0, 0.1, 0.2, 0.5),
                                ("energy of formation", "E_form", "formation enthalpy",
                                 "enthalpy of formation", "heat of formation",
                                 "formation energy per atom"), (), 0.5),
    "energy_above_hull": Numbers(("energy above hull",), "eV/atom", (3, 2),
                                 (0.01, 0.02, 0.025, 0.03, 0.05, 0.08, 0.1, 0.15, 0.2),
                                 ("energy above the hull", "energy above the convex hull",
                                  "E_hull", "distance to the hull", "hull distance", "Ehull",
                                  "energy above convex hull", "distance to the convex hull",
                                  "distance from the hull", "e_above_hull"), ("E_hull",), 0.0,
                                 ("{} above the convex hull", "{} above the hull"),
                                 ("lies {} above the convex hull", "is {} above the hull",
                                  "lies {} above the hull")),
    "fermi_energy": Numbers(("Fermi energy",), "eV", (1,), (), ("Fermi level",)),
    "bulk_modulus": Numbers(("bulk modulus",), "GPa", (0,), _MODULI,
                            ("elastic bulk modulus", "average bulk modulus",
                             "modulus of compression"), ("B", "K", "K_VRH"), 10),
    "shear_modulus": Numbers(("shear modulus",), "GPa", (0,), _MODULI,
                             ("elastic shear modulus", "average shear modulus",
                              "modulus of rigidity"), ("G", "G", "G_VRH"), 10),
    "elastic_anisotropy": Numbers(("elastic anisotropy",), "", (1,), (0.1, 0.5, 1, 2, 5, 10),
                                  ("universal elastic anisotropy", "universal anisotropy index",
                                   "elastic anisotropy index")),
    "poisson_ratio": Numbers(("Poisson ratio",), "", (2,), (0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4),
                             ("Poisson's ratio", "Poisson's ratio", "Poisson number"), ("nu",)),
    "refractive_index": Numbers(("refractive index",), "", (1, 2),
                                (1.3, 1.5, 1.6, 1.75, 1.8, 2, 2.2, 2.5, 3, 3.5, 4),
                                ("index of refraction", "refraction index", "optical index"),
                                ("n",)),
    "dielectric_electronic": Numbers(("electronic dielectric constant",), "", (1,),
                                     (2, 3, 4, 5, 8, 10, 15, 20),
                                     ("electronic permittivity", "optical dielectric constant",
                                      "high-frequency dielectric constant",
                                      "high-frequency permittivity")),
    "dielectric_total": Numbers(("dielectric constant",), "", (0, 1),
                                (5, 10, 15, 20, 25, 30, 40, 50, 80, 100),
                                ("permittivity", "relative permittivity", "static permittivity",
                                 "static dielectric constant", "total dielectric constant",
                                 "dielectric permittivity", "k value"), ("k", "epsilon"), 5),
    "piezoelectric": Numbers(("piezoelectric modulus",), "C/m^2", (1, 2),
                             (0.1, 0.2, 0.3, 0.5, 1, 2),
                             ("piezoelectric constant", "piezoelectric coefficient",
                              "piezoelectric stress constant", "largest piezoelectric modulus")),
    "density": Numbers(("density", "density", "mass density"), "g/cm3", (1, 2),
                       (1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5, 5.5, 6, 7, 8, 9, 10, 12, 15, 18, 20),
                       ("crystal density", "specific gravity", "theoretical density",
                        "calculated density"), ("rho",), 0.5,
                       ("weighing {}",), ("weighs {}",)),
}  # fmt: skip
VOLUME = Numbers(
    ("volume", "volume per atom"), "angstrom^3", (1,), (8, 10, 12, 15, 20, 25, 30, 40),
    ("atomic volume", "mean atomic volume", "average volume per atom", "cell volume per atom"),
)  # fmt: skip
"""how the volume per atom is written"""

_Wordings = tuple[tuple[str, ...], tuple[str, ...]]
ABOUT: _Wordings = (
    ("about {}", "around {}", "~{}", "roughly {}", "approximately {}", "about {}"),
    ("approx. {}", "close to {}", "near {}", "{} or so", "ca. {}", "some {}", "circa {}",
     "~ {}", "in the region of {}", "approx {}", "{} or thereabouts",
     "in the vicinity of {}"),
)  # fmt: skip
"""common and rarer words around a rough number, which may follow 'is' and 'of'"""
OVER: _Wordings = (
    ("above {}", "> {}", "larger than {}", "over {}", "more than {}", "at least {}",
     "greater than {}"),
    ("exceeding {}", "higher than {}", "{} or more", ">= {}", ">{}", "not below {}", ">={}",
     "bigger than {}", "no less than {}", "in excess of {}", "beyond {}", "{} or higher",
     "{} and above", "{} and up", "upwards of {}", "not less than {}", "{} or above", "min. {}",
     "{} or greater", "{} minimum", "{} at least"),
)  # fmt: skip
UNDER: _Wordings = (
    ("below {}", "< {}", "smaller than {}", "under {}", "less than {}", "at most {}",
     "lower than {}", "up to {}"),
    ("{} or less", "<= {}", "<{}", "not above {}", "no more than {}", "<={}", "{} or lower",
     "{} and below", "not more than {}", "not exceeding {}", "no larger than {}", "{} or below",
     "no higher than {}", "max. {}", "{} or smaller", "{} maximum",
     "{} at most"),
)  # fmt: skip
RANGES: _Wordings = (
    ("between {a} and {b}{u}", "from {a} to {b}{u}", "between {a} and {b}{u}", "{a}-{b}{u}",
     "{a} to {b}{u}"),
    ("in the range {a} to {b}{u}", "somewhere between {a} and {b}{u}", "within {a}-{b}{u}",
     "in the range of {a} to {b}{u}", "between {a}{u} and {b}{u}", "in the range {a}-{b}{u}",
     "above {a} and below {b}{u}", "at least {a} and at most {b}{u}", "in the {a}-{b}{u} range",
     "above {a} but below {b}{u}", "more than {a} and less than {b}{u}", "{a} - {b}{u}",
     "over {a} but under {b}{u}", "> {a} and < {b}{u}", "in the {a} to {b}{u} range",
     "anywhere from {a} to {b}{u}", "within {a} to {b}{u}", "from {a}{u} to {b}{u}",
     "within the range {a} to {b}{u}", "no less than {a} and no more than {b}{u}"),
)  # fmt: skip
"""a and b: the ends, u: the unit with its blank; the first two can have negative ends"""
VERBS: Mapping[str, _Wordings] = {
    "exact": (("is {}",), ("equals {}", "is equal to {}", "amounts to {}", "comes to {}")),
    "over": (("is above {}", "exceeds {}", "is over {}", "is larger than {}"),
             ("is at least {}", "is higher than {}", "is greater than {}", "goes beyond {}",
              "is more than {}", "is no less than {}", "lies above {}")),
    "under": (("is below {}", "is less than {}", "is under {}"),
              ("is at most {}", "does not exceed {}", "stays below {}", "is smaller than {}",
               "is no more than {}", "lies below {}", "is lower than {}")),
    "range": (("is between {a} and {b}{u}", "lies between {a} and {b}{u}"),
              ("falls within {a} to {b}{u}", "falls between {a} and {b}{u}",
               "is in the range {a} to {b}{u}", "lies within {a}-{b}{u}",
               "is somewhere between {a} and {b}{u}", "lies in the range {a}-{b}{u}")),
}  # fmt: skip
"""what follows 'whose gap'"""
ATOM_BOUNDS = (2, 3, 4, 5, 6, 8, 10, 12, 15, 16, 20, 24, 25, 30, 40, 50, 60, 80, 100, 120, 150,
                200)  # fmt: skip
CELL_SIZES = (
    (0, 3, ("very small", "tiny"), "only a few atoms"),
    (0, 8, ("small", "small", "compact"), "few atoms"),
    (40, INF, ("large", "large", "big"), "many atoms"),
    (100, INF, ("very large", "huge"), "very many atoms"),
)
"""from, to, what such a cell is called and what it has"""
COUNTED = COUNT_WORDS[:13]
"""larger numbers are written in digits"""
IN_CELL: _Wordings = (
    ("per primitive cell", "in the primitive cell"),
    ("per primitive unit cell", "in the primitive unit cell", "in its primitive cell",
     "in a primitive cell", "in each primitive cell"),
)  # fmt: skip
CELL_FRAGMENTS = (
    "primitive cell of {}", "primitive cell with {}", "primitive unit cell of {}",
    "whose primitive cell has {}", "whose primitive cell contains {}", "primitive cell: {}",
    "with {} in the primitive cell", "primitive cell containing {}", "primitive cell contains {}",
    "with a primitive cell of {}", "primitive unit cell with {}",
)  # fmt: skip
CELL_PREDICATES = (
    "has a primitive cell of {}", "has a primitive cell with {}",
    "contains {} per primitive cell", "has a primitive unit cell of {}",
    "contains {} in the primitive cell", "has a primitive cell that contains {}",
)  # fmt: skip
FEWER_ATOMS: _Wordings = (
    ("fewer than {b} atoms", "less than {b} atoms", "at most {a} atoms", "up to {a} atoms",
     "no more than {a} atoms"),
    ("under {b} atoms", "not more than {a} atoms", "< {b} atoms", "<= {a} atoms",
     "below {b} atoms", "a maximum of {a} atoms", "{a} atoms or fewer", "{a} or fewer atoms",
     "{a} atoms or less", "{a} atoms at most"),
)  # fmt: skip
MORE_ATOMS: _Wordings = (
    ("more than {b} atoms", "over {b} atoms", "at least {a} atoms", "> {b} atoms"),
    (">= {a} atoms", "no fewer than {a} atoms", "no less than {a} atoms", "above {b} atoms",
     "{a} or more atoms", "{a} atoms or more", "upwards of {b} atoms",
     "a minimum of {a} atoms", "in excess of {b} atoms"),
)  # fmt: skip
BETWEEN_ATOMS: _Wordings = (
    ("between {a} and {b} atoms", "{a} to {b} atoms", "{a}-{b} atoms"),
    ("from {a} to {b} atoms", "somewhere between {a} and {b} atoms",
     "at least {a} and at most {b} atoms"),
)  # fmt: skip
