"""Unit vectors that lie like those of real crystals, in any number, a block at a time.

Made after 4,200 crystals of crystals.parquet, drawn at random and encoded by the ninth model. Their
mean vector is 0.583 long. The eigenvalues of their covariance are SPECTRUM (its participation ratio
is 47 of 256). They lie in families within families: a crystal is most like those of its
structure type and composition, and some types are much more frequent than others. So a vector is
the mean and a sum of six offsets and a rest of its own, all normal with the covariance of the real
ones; each offset is shared by a family, which has BRANCHES families of the next level in it, the
first of which are frequent (u ** SKEW with u uniform). SHARES are the shares of the variance. They
were chosen so that the cosine of a vector and its nearest neighbour is right for each number of
vectors, 500 held-out ones being asked (quantiles 0.05, 0.5 and 0.95):

    among          real                    here
    100 vectors    0.51  0.62  0.84        0.52  0.61  0.82
    1,000          0.60  0.73  0.91        0.62  0.73  0.91
    3,700          0.65  0.79  0.94        0.67  0.79  0.95
    3,700, tenth   0.57  0.67  0.85        0.58  0.66  0.83

All pairs have a cosine of 0.339 +- 0.103, here 0.357 +- 0.118. What is not copied: that the first
entries say most (Matryoshka). Queries are vectors of the same families that no index holds; texts,
which lie farther away, are asked where real vectors are given.

Shape letters: b vectors, d embedding.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

DIM = 256
BLOCK = 65_536
SPECTRUM = {
    0: 0.05428, 1: 0.03149, 2: 0.0251, 4: 0.01989, 8: 0.01636, 16: 0.01024, 32: 0.00535,
    64: 0.00311, 100: 0.00095, 128: 0.00035, 160: 0.00011, 200: 0.00003, 255: 0.000005,
}  # fmt: skip
"""place -> eigenvalue, those between by log-linear interpolation"""
MEAN_LENGTH = 0.583
ROOTS = 64
"""families of the first level"""
BRANCHES = 6
SKEW = 2.2
SHARES = (0.28, 0.13, 0.14, 0.15, 0.12, 0.08)
"""of the variance, level by level; what is left is a vector's own"""
_TABLE = 4096
"""offsets of a level: a family has the sum of two of them, so that millions differ"""
_HASHES = np.array([0x9E3779B1, 0x85EBCA6B], dtype=np.uint64)
_SHAPE_SEED = 99


class Synthetic:
    """A source of vectors; those of one seed are always the same, whatever their number."""

    def __init__(self) -> None:
        """Draw the families."""
        rng = np.random.default_rng(_SHAPE_SEED)
        eigenvalues = np.exp(
            np.interp(np.arange(DIM), list(SPECTRUM), np.log(list(SPECTRUM.values())))
        )
        eigenvalues *= (1 - MEAN_LENGTH**2) / eigenvalues.sum()
        turn = np.linalg.qr(rng.normal(size=(DIM, DIM)))[0]  # no axis is a special one
        spread = (np.sqrt(eigenvalues)[:, None] * turn).astype(np.float32)
        mean = rng.normal(size=DIM)
        self._mean = (MEAN_LENGTH * mean / np.linalg.norm(mean)).astype(np.float32)
        self._own = np.sqrt(np.float32(1 - sum(SHARES))) * spread
        self._offsets = [
            np.sqrt(np.float32(share / 2))
            * (rng.standard_normal((_TABLE, DIM), dtype=np.float32) @ spread)
            for share in SHARES
        ]

    def blocks(self, count: int, seed: int) -> Iterator[np.ndarray]:
        """Yield so many unit vectors in blocks (b, d) float32."""
        for number, start in enumerate(range(0, count, BLOCK)):
            rng = np.random.default_rng((seed, number))
            yield self._drawn(rng)[: count - start]

    def vectors(self, count: int, seed: int) -> np.ndarray:
        """Return so many unit vectors (count, d) float32."""
        return np.concatenate(list(self.blocks(count, seed)))

    def _drawn(self, rng: np.random.Generator) -> np.ndarray:
        family = np.zeros(BLOCK, dtype=np.uint64)
        drawn = rng.standard_normal((BLOCK, DIM), dtype=np.float32) @ self._own
        drawn += self._mean
        for level, offsets in enumerate(self._offsets):
            many = BRANCHES if level else ROOTS
            family *= many
            family += (many * rng.random(BLOCK) ** SKEW).astype(np.uint64)
            for factor in _HASHES:
                drawn += offsets[(((family + level) * factor) >> np.uint64(11)) % _TABLE]
        drawn /= np.linalg.norm(drawn, axis=1, keepdims=True)
        return drawn
