"""Learn a head from a property column of an index, and keep it beside the index."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass

import numpy as np

from clac.config import HeadConfig
from clac.data.dataset import material_key
from clac.errors import InputError
from clac.head_files import HeadCard, save_head
from clac.head_training import Learnt, Progress, learn_head
from clac.labelled import Labelled, scaled
from index.answer import heads_beside
from index.engine import SearchEngine
from index.labels import (
    MOST_CLASSES,
    column_of,
    count_known,
    is_classes,
    number_of,
    numbers,
    one_hot,
    spec_of,
    words,
)

FEWEST = 50
"""labels that a head can be learnt from"""
FEWEST_FORMULAS = 25
"""which they must be of, as heads are learnt and judged by formula"""
FEWEST_OF_A_CLASS = 10


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a head can learn from one column of an index."""

    name: str
    rows: np.ndarray
    """(n,) of the index, whose labels can be learnt"""
    labels: np.ndarray
    """(n, c) float32 in the head's own scale"""
    formulas: np.ndarray
    """(n,) int64, the same for the same formula"""
    classes: tuple[str, ...]
    log_scale: bool
    centre: float
    scale: float
    left_out: int
    """labels that cannot: of numbers that have no logarithm, of classes with few crystals"""


def gather(engine: SearchEngine, name: str) -> Gathered:
    """Gather the labels of a column: numbers, or classes where it holds words.

    Raises InputError where the index has no such column, too few labels, words among numbers, or
    the same number everywhere.
    """
    column, spec = column_of(engine.catalog, name), spec_of(name)
    log_scale = spec is not None and spec.log_scale
    if is_classes(column):
        said = words(column)
        _check_kind(said, name)
        classes = classes_of(said, name)
        labels, centre, scale = one_hot(said, classes), 0.0, 1.0
    else:
        classes = ()
        labels, centre, scale = scaled(numbers(column, log_scale))
    rows = np.flatnonzero(~np.isnan(labels).any(axis=1))
    if len(rows) < FEWEST:
        raise InputError(name, f"{len(rows)} labels in this index; a head needs at least {FEWEST}")
    labels = labels[rows]
    if (labels == labels[0]).all():
        raise InputError(name, "all labels in this index are the same; there is nothing to learn")
    stated = engine.catalog.table(["formula"]).column(0).take(rows).to_pylist()
    formulas = np.array([material_key(formula, 0) for formula in stated])
    if (n := len(set(formulas.tolist()))) < FEWEST_FORMULAS:
        raise InputError(
            name, f"labels of {n} formulas in this index; a head needs {FEWEST_FORMULAS} or more"
        )
    left_out = count_known(column) - len(rows)
    return Gathered(name, rows, labels, formulas, classes, log_scale, centre, scale, left_out)


def learn_property(
    engine: SearchEngine,
    given: Gathered,
    config: HeadConfig | None = None,
    progress: Progress | None = None,
) -> HeadCard:
    """Learn a head from the labels of an index; written beside it, for the model of the index."""
    config, spec, rows = config or HeadConfig(), spec_of(given.name), given.rows
    known = Labelled(engine.vectors.vectors(rows), given.labels, given.formulas)
    learnt = learn_head(known, config, progress=progress)
    card = HeadCard(
        property=given.name, unit=spec.unit if spec else "", log_scale=given.log_scale,
        classes=given.classes, dim=known.vectors.shape[1], column=given.name,
        source=f"column {given.name} of {engine.folder.name}", count=len(rows),
        centre=given.centre, scale=given.scale, elements=_elements(engine, rows),
        coverage=config.coverage, tower=False,
        measured=_measured(learnt, given.scale, bool(given.classes)), **learnt.calibration,
    )  # fmt: skip
    model_id = engine.embedder.model_id
    save_head(heads_beside(engine.folder), model_id, given.name, learnt.head, card, config)
    return card


def _measured(learnt: Learnt, scale: float, is_class: bool) -> dict[str, float]:
    """Return the errors on rows that a head did not learn from, by what they are.

    Of numbers, in the unit or decades; of classes one minus the probability of the true one.
    """
    what = "mean_missing_probability" if is_class else "mean_absolute_error"
    return {
        what: float(learnt.errors.mean()) * scale,
        f"{what}_without_neighbours": float(learnt.errors_alone.mean()) * scale,
    }


def _check_kind(column: np.ndarray, name: str) -> None:
    """Raise InputError for words (b,) few of which are no numbers: none of these is a class."""
    said = [word for word in column.tolist() if word is not None]
    others = [word for word in said if not math.isfinite(number_of(word))]
    if 0 < len(others) < len(said) / 2:
        raise InputError(
            name, f"{len(said) - len(others)} labels in this index are numbers and {len(others)} "
            f"words, such as {others[0]!r}; correct these rows in their source and add them anew: "
            "clac index add DIR SOURCE"
        )  # fmt: skip


def classes_of(column: np.ndarray, name: str) -> tuple[str, ...]:
    """Return the classes of a column of words (b,), each with enough rows.

    Raises InputError where these are too few or too many.
    """
    counts = Counter(word for word in column.tolist() if word is not None)
    kept = tuple(sorted(word for word, n in counts.items() if n >= FEWEST_OF_A_CLASS))
    if not 2 <= len(kept) <= MOST_CLASSES:
        quoted = bool(counts) and all(math.isfinite(number_of(word)) for word in counts)
        raise InputError(
            name,
            f"{len(kept)} different words of at least {FEWEST_OF_A_CLASS} crystals each in this "
            f"index; a head tells 2 to {MOST_CLASSES} classes apart"
            + ("; numbers stand without quotes in a source" if quoted else ""),
        )
    return kept


def _elements(engine: SearchEngine, rows: np.ndarray) -> tuple[int, ...]:
    """Return the atomic numbers of the crystals of some rows."""
    from clac.data.elements import number_of

    column = engine.catalog.table(["elements"]).column(0).take(rows).combine_chunks()
    return tuple(sorted(number_of(symbol) for symbol in column.flatten().unique().to_pylist()))
