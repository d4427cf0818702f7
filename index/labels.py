"""Labels of an index: a property column as a head takes it.

Shape letters: b rows, c outputs.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from clac.errors import InputError
from clac.properties import PROPERTIES, PropertySpec
from index.catalog import Catalog

MOST_CLASSES = 50


def column_of(catalog: Catalog, name: str) -> pa.Array:
    """Return a property column (b,), of numbers, truth values or words.

    Raises InputError for a name that the index does not have, with those that it has.
    """
    known = catalog.property_names()
    if name not in known:
        listed = ", ".join(known) or "none"
        raise InputError(name, f"no such property in this index; it has {listed}")
    asked = name if name in PROPERTIES else f"properties.{name}"  # a fact may have the same name
    return pa.array(catalog.table([asked]).column(0).combine_chunks())


def spec_of(name: str) -> PropertySpec | None:
    """Return what is known of a property, by its name or by that of a column that carries it."""
    return next((s for s in PROPERTIES.values() if name in (s.name, *s.columns)), None)


def numbers(column: pa.Array, log_scale: bool) -> np.ndarray:
    """Return a column as numbers (b,), or their decimal logarithms; NaN where unknown.

    Words are unknown, and so is what has no logarithm; one word makes a column of words, in which
    the numbers of the other rows are found again.
    """
    if is_classes(column):
        values = np.array([number_of(word) for word in words(column)])
    else:
        values = column.cast(pa.float64()).to_numpy(zero_copy_only=False)
    values = np.where(np.isfinite(values), values, np.nan)
    return np.log10(np.where(values > 0, values, np.nan)) if log_scale else values


def number_of(word: str | None) -> float:
    """Read a word as a number; NaN where it is none."""
    try:
        return float(word or "nan")
    except ValueError:
        return float("nan")


def words(column: pa.Array) -> np.ndarray:
    """Return a column as words (b,) object; None where unknown."""
    if pa.types.is_boolean(column.type):
        named = {True: "true", False: "false", None: None}
        return np.array([named[value] for value in column.to_pylist()], dtype=object)
    return np.array([None if v in (None, "") else str(v) for v in column.to_pylist()], dtype=object)


def count_known(column: pa.Array) -> int:
    """Count the rows of a column that say anything, be it of use to a head or not."""
    return sum(word is not None for word in words(column))


def is_classes(column: pa.Array) -> bool:
    """Tell whether a column holds classes: words or truth values."""
    return not (pa.types.is_integer(column.type) or pa.types.is_floating(column.type))


def one_hot(column: np.ndarray, classes: Sequence[str]) -> np.ndarray:
    """Return words (b,) as ones in columns (b, c); NaN for those that are no class."""
    place = {name: i for i, name in enumerate(classes)}
    out = np.full((len(column), len(classes)), np.nan, dtype=np.float32)
    for row, word in enumerate(column.tolist()):
        if word in place:
            out[row] = 0
            out[row, place[word]] = 1
    return out


def possible(name: str, value: float, log_scale: bool) -> float:
    """Turn a prediction into a value in the unit; what cannot be negative is not."""
    value = 10**value if log_scale else value
    spec = spec_of(name)
    return value if spec is None else max(value, spec.lowest)
