"""Small crystals and cell transformations for tests."""

import numpy as np
from ase import Atoms
from ase.neighborlist import neighbor_list

from clac.data.environment import Bonds
from clac.data.validate import cell_from_parameters
from clac.types import Structure


def crystal(parameters, numbers, frac) -> Structure:
    return Structure(
        cell_from_parameters(*parameters),
        np.asarray(frac, dtype=float) % 1.0,
        np.asarray(numbers, dtype=np.int64),
    )


FCC = np.array([[0, 0, 0], [0, 0.5, 0.5], [0.5, 0, 0.5], [0.5, 0.5, 0]])


def rock_salt(a=5.64, cation=11, anion=17) -> Structure:
    frac = np.vstack([FCC, FCC + [0.5, 0, 0]])
    return crystal((a, a, a, 90, 90, 90), [cation] * 4 + [anion] * 4, frac)


def diamond(a=5.431, z=14) -> Structure:
    return crystal((a, a, a, 90, 90, 90), [z] * 8, np.vstack([FCC, FCC + 0.25]))


def wurtzite(a=3.19, c=5.19, u=0.377) -> Structure:
    frac = [[1 / 3, 2 / 3, 0], [2 / 3, 1 / 3, 0.5], [1 / 3, 2 / 3, u], [2 / 3, 1 / 3, u + 0.5]]
    return crystal((a, a, c, 90, 90, 120), [31, 31, 7, 7], frac)


def rutile(a=4.594, c=2.959, u=0.305) -> Structure:
    frac = [[0, 0, 0], [0.5, 0.5, 0.5], [u, u, 0], [-u, -u, 0], [0.5 + u, 0.5 - u, 0.5],
            [0.5 - u, 0.5 + u, 0.5]]  # fmt: skip
    return crystal((a, a, c, 90, 90, 90), [22, 22, 8, 8, 8, 8], frac)


def triclinic() -> Structure:
    rng = np.random.default_rng(3)
    places = [[0, 0, 0], [0.5, 0, 0.5], [0, 0.5, 0], [0.5, 0.5, 0], [0, 0, 0.5]]
    frac = rng.random((5, 3)) * 0.15 + places
    return crystal((6.1, 7.3, 8.2, 83, 97, 104), [20, 14, 8, 8, 8], frac)


ALL = {
    "rock salt": rock_salt(), "diamond": diamond(), "wurtzite": wurtzite(), "rutile": rutile(),
    "triclinic": triclinic(),
}  # fmt: skip


def supercell(structure: Structure, times) -> Structure:
    times = np.asarray(times)
    shifts = np.array([[i, j, k] for i in range(times[0]) for j in range(times[1])
                       for k in range(times[2])])  # fmt: skip
    frac = (structure.frac[None] + shifts[:, None]).reshape(-1, 3) / times
    numbers = np.tile(structure.numbers, len(shifts))
    return Structure(structure.cell * times[:, None], frac, numbers)


def rotated(structure: Structure, seed=0) -> Structure:
    turn, _ = np.linalg.qr(np.random.default_rng(seed).normal(size=(3, 3)))
    turn *= np.sign(np.linalg.det(turn))
    return Structure(structure.cell @ turn, structure.frac, structure.numbers)


def translated(structure: Structure, shift=(0.13, 0.31, 0.77)) -> Structure:
    return Structure(structure.cell, (structure.frac + shift) % 1.0, structure.numbers)


def permuted(structure: Structure, seed=0) -> Structure:
    order = np.random.default_rng(seed).permutation(len(structure))
    return Structure(structure.cell, structure.frac[order], structure.numbers[order])


def other_cells(structure: Structure):
    """Yield the same crystal in other cells, orientations, origins and orders of atoms."""
    yield "supercell 2x2x1", supercell(structure, (2, 2, 1))
    yield "rotated", rotated(structure)
    yield "translated", translated(structure)
    yield "permuted", permuted(structure)
    yield "all at once", permuted(translated(rotated(supercell(structure, (1, 2, 2)), 5)), 7)


def nearest_bonds(structure: Structure, times=1.2, reach_ang=4.5) -> Bonds:
    """Bond unlike atoms (in an element, all) up to some times the shortest distance of either."""
    atoms = Atoms(
        numbers=structure.numbers, cell=structure.cell, scaled_positions=structure.frac, pbc=True
    )
    i, j, d, image = neighbor_list("ijdS", atoms, reach_ang)
    apart = structure.numbers[i] != structure.numbers[j]
    keep = apart if apart.any() else ~apart
    i, j, d, image = i[keep], j[keep], d[keep], image[keep]
    nearest = np.full(len(structure), reach_ang)
    np.minimum.at(nearest, i, d)
    near = d < times * np.maximum(nearest[i], nearest[j])
    # ASE wraps no atom, so its images are those of the fractional coordinates.
    return Bonds(i[near].astype(np.int64), j[near].astype(np.int64), image[near].astype(np.int64))


ROCK_SALT_CIF = """data_{name}
_cell_length_a {a}
_cell_length_b {a}
_cell_length_c {a}
_cell_angle_alpha 90
_cell_angle_beta 90
_cell_angle_gamma 90
_symmetry_space_group_name_H-M 'F m -3 m'
loop_
_atom_site_label
_atom_site_type_symbol
_atom_site_fract_x
_atom_site_fract_y
_atom_site_fract_z
{one}1 {one} 0 0 0
{two}1 {two} 0.5 0.5 0.5
"""
"""a cubic cell of one cation and one anion: name, a in Angstrom, one, two"""
