"""Other descriptions of one crystal, and small changes of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np
import spglib

from clac.data.validate import wrapped
from clac.types import Structure

Change = Callable[[Structure, np.random.Generator], Structure | None]
"""None where a crystal is left out"""
MAX_ATOMS = 400
SYMPREC_ANG = 0.01


def standard_cell(s: Structure, rng: np.random.Generator, primitive: bool) -> Structure | None:
    """Choose the cell by spglib, which is not the product's symmetry software; no atom moves."""
    found = spglib.standardize_cell(
        (s.cell, s.frac, s.numbers), primitive, no_idealize=True, symprec=SYMPREC_ANG
    )
    if found is None:
        return None
    cell, frac, numbers = found
    return Structure(np.array(cell), wrapped(frac), np.array(numbers, dtype=np.int64))


def supercell(s: Structure, rng: np.random.Generator) -> Structure | None:
    """Repeat the cell 2x2x2, or 2x1x1 where that has more than MAX_ATOMS."""
    for times in ((2, 2, 2), (2, 1, 1)):
        if len(s) * int(np.prod(times)) <= MAX_ATOMS:
            shifts = np.stack(np.meshgrid(*map(range, times), indexing="ij"), -1).reshape(-1, 3)
            frac = (s.frac[None] + shifts[:, None]).reshape(-1, 3) / times
            return Structure(
                s.cell * np.array(times)[:, None], frac, np.tile(s.numbers, len(shifts))
            )
    return None


def other_vectors(s: Structure, rng: np.random.Generator) -> Structure:
    """Span the same lattice with a, a + b, c."""
    basis = np.array([[1, 0, 0], [1, 1, 0], [0, 0, 1]])
    return Structure(basis @ s.cell, wrapped(s.frac @ np.linalg.inv(basis)), s.numbers)


def shifted(s: Structure, rng: np.random.Generator) -> Structure:
    """Move the origin anywhere."""
    return Structure(s.cell, wrapped(s.frac + rng.random(3)), s.numbers)


def rotated(s: Structure, rng: np.random.Generator) -> Structure:
    """Turn the crystal anyhow."""
    turn, triangle = np.linalg.qr(rng.normal(size=(3, 3)))
    turn = turn * np.sign(np.diag(triangle))
    return Structure(s.cell @ (turn * np.sign(np.linalg.det(turn))), s.frac, s.numbers)


def permuted(s: Structure, rng: np.random.Generator) -> Structure:
    """List the atoms in another order."""
    order = rng.permutation(len(s))
    return Structure(s.cell, s.frac[order], s.numbers[order])


def strained(s: Structure, rng: np.random.Generator, size: float) -> Structure:
    """Strain by a random symmetric matrix whose greatest principal strain is `size`."""
    strain = rng.normal(size=(3, 3))
    strain += strain.T
    strain *= size / np.abs(np.linalg.eigvalsh(strain)).max()
    return Structure(s.cell @ (np.eye(3) + strain), s.frac, s.numbers)


def swollen(s: Structure, rng: np.random.Generator, size: float) -> Structure:
    """Stretch or shrink all lengths alike, which keeps the symmetry."""
    return Structure(s.cell * (1 + size * rng.choice([-1, 1])), s.frac, s.numbers)


def shaken(s: Structure, rng: np.random.Generator, size_ang: float) -> Structure:
    """Move each atom by Gaussian noise of this deviation in x, y and z."""
    moves = rng.normal(scale=size_ang, size=s.frac.shape)
    return Structure(s.cell, wrapped(s.frac + moves @ np.linalg.inv(s.cell)), s.numbers)


SAME: Mapping[str, Change] = {
    "primitive cell": partial(standard_cell, primitive=True),
    "conventional cell": partial(standard_cell, primitive=False),
    "supercell": supercell,
    "other lattice vectors": other_vectors,
    "shifted origin": shifted,
    "rotated": rotated,
    "atoms permuted": permuted,
}
"""other descriptions of the same crystal"""
CHANGED: Mapping[str, Change] = {
    "1% strain": partial(strained, size=0.01),
    "3% strain": partial(strained, size=0.03),
    "1% isotropic strain": partial(swollen, size=0.01),
    "3% isotropic strain": partial(swollen, size=0.03),
    "0.02 Angstrom noise": partial(shaken, size_ang=0.02),
}
"""another crystal nearby"""
