"""The global descriptor of a crystal: what distances between atoms do not show."""

from __future__ import annotations

import warnings
from functools import lru_cache

import numpy as np

from clac.data.elements import AMU_PER_ANG3_IN_G_PER_CM3
from clac.data.symmetry import Symmetry

CRYSTAL_SYSTEMS = (
    "triclinic", "monoclinic", "orthorhombic", "tetragonal", "trigonal", "hexagonal", "cubic",
)  # fmt: skip
POINT_GROUPS = (
    "1", "-1", "2", "m", "2/m", "222", "mm2", "mmm", "4", "-4", "4/m", "422", "4mm", "-42m",
    "4/mmm", "3", "-3", "32", "3m", "-3m", "6", "-6", "6/m", "622", "6mm", "-6m2", "6/mmm", "23",
    "m-3", "432", "-43m", "m-3m",
)  # fmt: skip
CENTRINGS = "PACFIR"
LATTICE_POINTS = (1.0, 2.0, 2.0, 4.0, 2.0, 3.0)
"""of the usual cell, by centring"""
N_ELEMENTS = 118
DESCRIPTOR_WIDTH = 338
"""entries of a descriptor"""
_AFTER_SYMMETRY = len(CRYSTAL_SYSTEMS) + len(POINT_GROUPS) + len(CENTRINGS)
CENTRING = slice(_AFTER_SYMMETRY - len(CENTRINGS), _AFTER_SYMMETRY)
"""entries: one for each of CENTRINGS"""
SIZES = slice(_AFTER_SYMMETRY, _AFTER_SYMMETRY + 4)
"""entries: logarithms of volume per atom (cubic Angstrom), density (g/cm3), atoms and orbits"""
ARITY = SIZES.stop
"""entry: the number of elements"""
_COMPOSITION = SIZES.stop + 7
FRACTIONS = slice(_COMPOSITION, _COMPOSITION + N_ELEMENTS)
"""entries: the share of each element, hydrogen first"""
COUNTS = slice(FRACTIONS.stop, FRACTIONS.stop + N_ELEMENTS)
"""entries: log(1 + n) of the n atoms of each element in the reduced formula"""


def describe(symmetry: Symmetry) -> np.ndarray:
    """Compute the global descriptor (f,): symmetry, lattice, density and composition.

    Nothing in it depends on the choice of cell.
    """
    primitive = symmetry.primitive
    present, counts = np.unique(primitive.numbers, return_counts=True)
    table = element_table()
    volume = primitive.volume_ang3
    mass = float(table[primitive.numbers, 0].sum()) * 100
    scale = (volume / len(primitive)) ** (1 / 3)
    size = [
        np.log(volume / len(primitive)),
        np.log(mass / volume * AMU_PER_ANG3_IN_G_PER_CM3),
        np.log(len(primitive)),
        np.log(len(symmetry.wyckoff)),
        len(present),
    ]
    return np.concatenate([
        _one_hot(CRYSTAL_SYSTEMS.index(symmetry.crystal_system), len(CRYSTAL_SYSTEMS)),
        _one_hot(POINT_GROUPS.index(symmetry.point_group), len(POINT_GROUPS)),
        _one_hot(CENTRINGS.index(symmetry.symbol[0]), len(CENTRINGS)),
        size,
        root_products(primitive.cell) / scale,
        composition(present, counts),
    ]).astype(np.float32)  # fmt: skip


def _one_hot(index: int, length: int) -> np.ndarray:
    return np.eye(length)[index]


def composition(present: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Describe a composition: fractions, formula counts, and statistics of element data.

    `present` and `counts` are (elements,) atomic numbers and atoms of each.
    """
    fraction = counts / counts.sum()
    formula = counts / np.gcd.reduce(counts)
    dense = np.zeros((2, N_ELEMENTS))
    dense[0, present - 1] = fraction
    dense[1, present - 1] = np.log1p(formula)
    values = element_table()[present]
    mean = fraction @ values
    spread = np.sqrt(np.maximum(fraction @ (values - mean) ** 2, 0))
    ordered = np.zeros(6)
    ordered[: min(6, len(formula))] = np.log1p(np.sort(formula)[:6])
    return np.concatenate([dense.ravel(), mean, spread, values.min(0), values.max(0), ordered])


@lru_cache(maxsize=1)
def element_table() -> np.ndarray:
    """Tabulate element data (119, 10), row by atomic number, from pymatgen, scaled to order one.

    Mass, electronegativity, radius, group, row, Mendeleev number and valence s, p, d, f electrons;
    what is unknown is the mean of the known.
    """
    from pymatgen.core import Element

    rows = np.full((N_ELEMENTS + 1, 10), np.nan)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pymatgen warns of each value that is not known
        for z in range(1, 104):  # of heavier ones next to nothing is known
            element = Element.from_Z(z)
            shells = dict.fromkeys("spdf", 0)
            for _, kind, electrons in element.full_electronic_structure[-4:]:
                shells[kind] = electrons
            rows[z] = [
                float(element.atomic_mass) / 100, element.X,
                float(element.atomic_radius or np.nan),
                element.group / 10, element.row / 4, (element.mendeleev_no or np.nan) / 50,
                *(shells[kind] / 5 for kind in "spdf"),
            ]  # fmt: skip
    return np.where(np.isnan(rows), np.nanmean(rows, axis=0), rows)


def root_products(cell: np.ndarray) -> np.ndarray:
    """Compute the six sorted root products of the obtuse superbase of a (3, 3) cell, Angstrom.

    An isometry invariant of the lattice that changes continuously under strain
    (arXiv 2109.11538).
    """
    superbase = np.vstack([cell, -cell.sum(axis=0)])
    upper = np.triu_indices(4, 1)
    for _ in range(200):
        products = superbase @ superbase.T
        worst = int(np.argmax(products[upper]))
        i, j = upper[0][worst], upper[1][worst]
        if products[i, j] <= 1e-9 * abs(products[i, i]):
            break
        others = [k for k in range(4) if k not in (i, j)]
        superbase[others] += superbase[i]
        superbase[i] = -superbase[i]
    return np.sort(np.sqrt(np.maximum(-products[upper], 0)))
