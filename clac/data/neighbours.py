"""All neighbours within a radius."""

from __future__ import annotations

import numpy as np
import vesin

from clac.types import Structure


def neighbours_within(structure: Structure, radius: float) -> tuple[np.ndarray, ...]:
    """Return every neighbour of every atom in a ball of a radius in Angstrom.

    Indices of centre and neighbour (e,), distances (e,) and vectors (e, 3) between them.
    """
    finder = vesin.NeighborList(cutoff=radius, full_list=True, n_threads=1)
    i, j, distance, vector = finder.compute(
        points=structure.frac @ structure.cell, box=structure.cell, periodic=True, quantities="ijdD"
    )
    return i.astype(np.int64), j.astype(np.int64), distance, vector
