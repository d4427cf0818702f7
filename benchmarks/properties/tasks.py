"""What is to be predicted, and of which crystals: labels and splits of crystals.parquet.

Shape letters: b crystals.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow.parquet as pq

from benchmarks import report
from clac.data.dataset import Pairs
from clac.properties import PROPERTIES

FORMULA, MEGNET = "formula", "megnet"
SPLITS = {FORMULA: "split", MEGNET: "megnet_split"}
"""way to split -> its column: by reduced formula, or as MEGNet mp.2018.6.1 was"""


@dataclass(frozen=True, slots=True)
class Task:
    """One property of one data set, and how its crystals are split."""

    property: str
    """name in `clac.properties`"""
    column: str
    split: str = FORMULA

    @property
    def name(self) -> str:
        """Name the task in tables and files."""
        return f"{self.property}, {self.split} split"

    @property
    def is_log(self) -> bool:
        """Tell whether the decimal logarithm is predicted."""
        return PROPERTIES[self.property].log_scale

    def possible(self, values: np.ndarray) -> np.ndarray:
        """Return predictions as the product says them: what cannot be negative is not."""
        return values if self.is_log else np.maximum(values, PROPERTIES[self.property].lowest)


TASKS = (
    Task("formation_energy", "formation_energy_megnet_2018", MEGNET),
    Task("formation_energy", "formation_energy_megnet_2018"),
    Task("band_gap", "band_gap_megnet_2018", MEGNET),
    Task("band_gap", "band_gap_megnet_2018"),
    Task("bulk_modulus", "bulk_modulus_vrh"),
    Task("shear_modulus", "shear_modulus_vrh"),
    Task("refractive_index", "refractive_index"),
    Task("dielectric_total", "dielectric_total"),
)
BY_FORMULA = tuple(task for task in TASKS if task.split == FORMULA)


@dataclass(frozen=True, slots=True)
class Labels:
    """Values of one task and its three parts."""

    values: np.ndarray
    """(b,) float64, in the unit of the property or its logarithm; NaN where unknown"""
    train: np.ndarray
    """rows (n,) int64 of crystals whose value is known"""
    val: np.ndarray
    test: np.ndarray


def labels_of(task: Task, ids: Sequence[str]) -> Labels:
    """Read the labels of crystals (b,) by their ids.

    Of a logarithm, values that are not positive have none and count as unknown.
    """
    column = SPLITS[task.split]
    table = pq.read_table(report.need_crystals(), columns=["material_id", column, task.column])
    place = {id: row for row, id in enumerate(table["material_id"].to_pylist())}
    rows = np.array([place[id] for id in ids])
    values = table[task.column].to_numpy().astype(np.float64)[rows]
    if task.is_log:
        values = np.log10(np.where(values > 0, values, np.nan))
    part = np.array([name or "" for name in table[column].to_pylist()])[rows]
    known = ~np.isnan(values)
    train, val, test = (np.flatnonzero(known & (part == p)) for p in ("train", "val", "test"))
    return Labels(values, train, val, test)


def with_labels(pairs: Pairs) -> Pairs:
    """Return the crystals that have a label of any task by formula."""
    values = np.array([labels_of(task, pairs.ids).values for task in BY_FORMULA])
    return pairs.take(~np.isnan(values).all(axis=0))
