"""Dimensionality of the bonded network: molecules, chains, layers or a framework."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from vesin import NeighborList

from clac.types import Structure

_WIDTH = 0.15
"""scale of k - 1 over which a bond stops being a bond (Larsen et al. 2019)"""
_FIRST_K, _K_STEP = 1.3, 1.5
"""most structures are decided before k = 1.3; the others search on, each time 1.5 times as far"""


def dimensionality(structure: Structure) -> str:
    """Return "0D", "1D", "2D" or "3D".

    Bonds enter in the order of k = d / (r_i + r_j) (covalent radii). Between two k the network has
    some set of component ranks; the set that lives longest, weighted by f(k_end) - f(k_start),
    wins. A mixture (ions between layers) counts as its component of the highest rank.
    Source: Larsen et al., doi 10.1103/PhysRevMaterials.3.034003.
    """
    components = _Components(len(structure))
    lifetimes: dict[frozenset[int], float] = {}
    k_last, kinds = 0.0, components.ranks()
    for k, i, j, shift in _bonds_by_length(structure):
        if components.connect(i, j, shift):
            now = components.ranks()
            if now != kinds:
                lifetimes[kinds] = lifetimes.get(kinds, 0.0) + _bond_end(k) - _bond_end(k_last)
                k_last, kinds = k, now
        if components.complete or _decided(lifetimes, kinds, k_last, k):
            break
    lifetimes[kinds] = lifetimes.get(kinds, 0.0) + 1.0 - _bond_end(k_last)
    return f"{max(max(lifetimes, key=lambda key: lifetimes[key]))}D"


def _bond_end(k: float) -> float:
    """Return the share (0..1) of bonds that are taken to end before k."""
    x = max(0.0, k - 1.0) / _WIDTH
    return x * x / (1.0 + x * x)


def _decided(
    lifetimes: dict[frozenset[int], float], kinds: frozenset[int], k_last: float, k: float
) -> bool:
    """Tell whether no later bond can change the longest-lived kind."""
    here = lifetimes.get(kinds, 0.0) + _bond_end(k) - _bond_end(k_last)
    others = max((life for key, life in lifetimes.items() if key != kinds), default=0.0)
    return abs(here - others) > 1.0 - _bond_end(k)


def _bonds_by_length(
    structure: Structure,
) -> Iterator[tuple[float, int, int, tuple[int, int, int]]]:
    """Yield (k, i, j, lattice shift of j) by rising k, each pair once, without end."""
    # Imported here so that the captions of a cold command line do not pay for ase.
    from ase.data import covalent_radii

    radii = covalent_radii[structure.numbers]
    points = structure.frac @ structure.cell
    low, high = 0.0, _FIRST_K
    while True:
        neighbours = NeighborList(cutoff=2.0 * high * float(radii.max()), full_list=False)
        i, j, shifts, d = neighbours.compute(points, structure.cell, True, "ijSd")
        i, j = i.astype(np.int64), j.astype(np.int64)
        k = d / (radii[i] + radii[j])
        wanted = np.flatnonzero((k >= low) & (k < high))
        wanted = wanted[np.argsort(k[wanted], kind="stable")]
        yield from zip(
            k[wanted].tolist(),
            i[wanted].tolist(),
            j[wanted].tolist(),
            map(tuple, shifts[wanted].tolist()),
            strict=True,
        )
        low, high = high, high * _K_STEP


class _Components:
    """Bonded components of a periodic network and the lattice translations inside each."""

    def __init__(self, n: int) -> None:
        """Start with n atoms, none bonded."""
        self._parent = list(range(n))
        self._offset = [(0, 0, 0)] * n
        """lattice offset of an atom from its parent"""
        self._basis: dict[int, list[tuple[int, int, int]]] = {i: [] for i in range(n)}
        """independent translations that map a component on itself, by root"""

    @property
    def complete(self) -> bool:
        """Tell whether all atoms are one component of rank 3."""
        return len(self._basis) == 1 and len(next(iter(self._basis.values()))) == 3

    def ranks(self) -> frozenset[int]:
        """Return the ranks that occur."""
        return frozenset(map(len, self._basis.values()))

    def connect(self, i: int, j: int, shift: tuple[int, int, int]) -> bool:
        """Add the bond from i to j of the cell `shift`; tell whether a component changed."""
        root_i, (xi, yi, zi) = self._find(i)
        root_j, (xj, yj, zj) = self._find(j)
        step = (xi + shift[0] - xj, yi + shift[1] - yj, zi + shift[2] - zj)
        if root_i == root_j:
            return _extend(self._basis[root_i], step)
        basis = self._basis[root_i]
        for vector in self._basis.pop(root_j):
            _extend(basis, vector)
        self._parent[root_j], self._offset[root_j] = root_i, step
        return True

    def _find(self, i: int) -> tuple[int, tuple[int, int, int]]:
        """Return the root of an atom and the lattice offset of the atom from it."""
        path, root = [], i
        while self._parent[root] != root:
            path.append(root)
            root = self._parent[root]
        x = y = z = 0
        for node in reversed(path):
            dx, dy, dz = self._offset[node]
            x, y, z = x + dx, y + dy, z + dz
            self._parent[node], self._offset[node] = root, (x, y, z)
        return root, (x, y, z)


def _extend(basis: list[tuple[int, int, int]], v: tuple[int, int, int]) -> bool:
    """Add a translation to a basis if it is independent of it; tell whether it was."""
    if len(basis) == 3 or v == (0, 0, 0):
        return False
    if basis:
        normal = _cross(basis[0], v)
        if len(basis) == 1 and normal == (0, 0, 0):
            return False
        if len(basis) == 2 and not sum(map(int.__mul__, normal, basis[1])):
            return False
    basis.append(v)
    return True


def _cross(a: tuple[int, int, int], b: tuple[int, int, int]) -> tuple[int, int, int]:
    """Return the cross product of two integer vectors."""
    return (a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0])
