"""The tasks of the zero-shot benchmark: labels from symmetry software and from data columns."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from clac.data.facts import Facts
from clac.data.grammar.prompts import SPACE_GROUPS, prompts
from clac.data.grammar.quantity_words import METAL_BELOW_EV
from clac.data.structure_types import find_structure_type

PROMPTS: Mapping[str, Mapping[str, list[str]]] = json.loads(
    Path(__file__).with_name("prompts.json").read_text(encoding="utf-8")
)
"""task -> label -> four wordings, written by hands that had not seen the caption grammar"""

_PROTOTYPES: dict[str, str] = {}
"""name in the table of structure types -> label of PROMPTS"""
for _label in PROMPTS["prototype"]:
    _kind = find_structure_type(_label)
    assert _kind, f"no structure type is called {_label}"
    _PROTOTYPES[_kind.name] = _label
_OWN_CENTRINGS = {
    "P": "primitive", "I": "body-centred", "F": "face-centred", "A": "base-centred",
    "C": "base-centred", "R": "rhombohedral",
}  # fmt: skip
_OWN_GAPS = {"0": "0 eV", "0-1": "0-1 eV", "1-3": "1-3 eV", ">3": ">3 eV"}


@dataclass(frozen=True, slots=True)
class Task:
    """What is told apart."""

    name: str
    truth: Callable[[Facts], str]
    """the label of a crystal, '' where it is left out"""
    own: Callable[[str], str] = str
    """what the product's own prompts call a label"""
    wanted: tuple[str, float] | None = None
    """a measure and the least value that issue 3 asks for"""

    def labels(self, facts: Sequence[Facts]) -> tuple[str, ...]:
        """Return the labels to choose from; for space groups those that occur."""
        if self.name != "space_group":
            return tuple(PROMPTS[self.name])
        return tuple(sorted({f.symbol for f in facts}, key=SPACE_GROUPS.index))

    def wordings(self, label: str) -> Sequence[str]:
        """Return the prompts of other hands."""
        if self.name != "space_group":
            return PROMPTS[self.name][label]
        number = SPACE_GROUPS.index(label) + 1
        templates = PROMPTS["space_group"]["templates"]
        return [template.format(symbol=label, number=number) for template in templates]

    def own_wordings(self, label: str) -> Sequence[str]:
        """Return the product's own prompts, which share words with the caption grammar."""
        return prompts(self.name, self.own(label))

    def rows(self, facts: Sequence[Facts], labels: Sequence[str]) -> np.ndarray:
        """Return the index (b,) of each crystal's label, -1 where it is left out."""
        place = {label: i for i, label in enumerate(labels)}
        return np.array([place.get(self.truth(f), -1) for f in facts])


def _metal(f: Facts) -> str:
    gap = f.properties.get("band_gap")
    return "" if gap is None else "metal" if gap < METAL_BELOW_EV else "insulator"


def _bucket(f: Facts) -> str:
    gap = f.properties.get("band_gap")
    if gap is None:
        return ""
    if gap < METAL_BELOW_EV:
        return "0"
    return "0-1" if gap < 1 else "1-3" if gap <= 3 else ">3"


def _anion(f: Facts) -> str:
    # A phosphate is also an oxide, an oxyfluoride also a fluoride: their first class is neither.
    return f.classes[0] if f.classes and f.classes[0] in PROMPTS["anion_class"] else ""


def _prototype(f: Facts) -> str:
    found = [_PROTOTYPES[name] for name in f.prototype_names if name in _PROTOTYPES]
    return found[0] if len(found) == 1 else ""


def _layered(f: Facts) -> str:
    # Chains and molecules are neither.
    return {"2D": "layered", "3D": "not layered"}.get(f.dimensionality, "")


def _table_name(label: str) -> str:
    return next(name for name, known in _PROTOTYPES.items() if known == label)


TASKS: tuple[Task, ...] = (
    Task("crystal_system", lambda f: f.crystal_system, wanted=("macro_f1", 0.99)),
    Task("space_group", lambda f: f.symbol, wanted=("macro_f1", 0.90)),
    Task("lattice_centring", lambda f: f.centring, _OWN_CENTRINGS.__getitem__),
    Task("metal_or_insulator", _metal, wanted=("balanced_accuracy", 0.85)),
    Task("band_gap_bucket", _bucket, _OWN_GAPS.__getitem__),
    Task("anion_class", _anion, wanted=("macro_f1", 0.98)),
    Task("prototype", _prototype, _table_name, wanted=("macro_f1", 0.92)),
    Task("layered", _layered),
)
