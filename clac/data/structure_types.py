"""Common names of structure types: synonyms, Strukturbericht symbols and the labels they have."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from clac.data.chemistry import FAMILIES, is_metal, principal_anion


@dataclass(frozen=True, slots=True)
class StructureType:
    """A structure type and the words for it."""

    name: str
    words: tuple[str, ...]
    """synonyms in words, fit for 'the ... structure'"""
    formulas: tuple[str, ...]
    """synonyms that are formulas, fit for '...-type'"""
    strukturbericht: str
    """as 'B8_1'; empty where there is none"""
    labels: tuple[str, ...]
    """AFLOW-style labels that have this name"""
    needs: str
    """what makes the label certain: a case of `_holds`"""


@lru_cache(maxsize=1)
def structure_types() -> tuple[StructureType, ...]:
    """Read the table of named structure types."""
    table = Path(__file__).with_suffix(".csv").read_text(encoding="utf-8").splitlines()
    return tuple(
        StructureType(
            row["name"],
            _cells(row["words"]),
            _cells(row["formulas"]),
            row["strukturbericht"],
            tuple(row["labels"].split()),
            row["needs"],
        )
        for row in csv.DictReader(table, delimiter="|")
    )


def _cells(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(";") if word.strip())


@lru_cache(maxsize=1)
def _by_label() -> Mapping[str, tuple[StructureType, ...]]:
    table: dict[str, tuple[StructureType, ...]] = {}
    for kind in structure_types():
        for label in kind.labels:
            table[label] = (*table.get(label, ()), kind)
    return table


@lru_cache(maxsize=1)
def _by_word() -> Mapping[str, StructureType]:
    table: dict[str, StructureType] = {}
    # Own names first: 'perovskite' is also a synonym of the distorted perovskites.
    for kind in structure_types():
        table.setdefault(_plain(kind.name), kind)
    for kind in structure_types():
        for word in (*kind.words, *kind.formulas):
            table.setdefault(_plain(word), kind)
    return table


def _plain(word: str) -> str:
    return word.lower().replace("-", " ").replace(" type", "").replace(" structure", "").strip()


@lru_cache(maxsize=4096)
def find_structure_type(word: str) -> StructureType | None:
    """Return the structure type of any of its names ('NaCl-type', 'halite'), or None."""
    return _by_word().get(_plain(word))


def structure_type_name(
    label: str,
    elements: tuple[str, ...],
    amounts: tuple[int, ...],
    classes: tuple[str, ...] = (),
    coordination: Mapping[str, tuple[int, ...]] | None = None,
) -> str:
    """Return the common name of an AFLOW-style label, or '' where unknown or uncertain.

    Elements, their amounts in the formula and the compound classes tell apart types that share a
    label (fluorite and antifluorite); coordination numbers by element those that need them.
    """
    for kind in _by_label().get(label, ()):
        if _holds(kind.needs, elements, amounts, classes, coordination or {}):
            return kind.name
    return ""


def _holds(
    needs: str,
    elements: tuple[str, ...],
    amounts: tuple[int, ...],
    classes: tuple[str, ...],
    coordination: Mapping[str, tuple[int, ...]],
) -> bool:
    anion = principal_anion(elements)
    most = bool(anion) and amounts[elements.index(anion)] == max(amounts)
    alone = most and amounts.count(max(amounts)) == 1
    cations = [numbers for symbol, numbers in coordination.items() if symbol != anion]
    match needs:
        case "":
            return True
        case "anion":
            return alone
        case "anti":
            return bool(anion) and not most
        case "perovskite":
            # Salts of small oxyanions can have the Wyckoff letters of GdFeO3.
            return alone and not {"carbonate", "nitrate", "borate"} & set(classes)
        case "pnictide or chalcogenide":
            return anion in {"S", "Se", "Te", "P", "As", "Sb"} and alone
        case "metal":
            return any(map(is_metal, elements))
        case "alloy":
            return all(is_metal(e) or e in FAMILIES["metalloid"] for e in elements)
        case "halogen":
            return bool(FAMILIES["halogen"] & set(elements))
        case "halogens":
            return FAMILIES["halogen"] >= set(elements)
        case "compound":
            return bool(anion)
        case "oxide":
            return anion == "O" and alone
        case "halide" | "carbonate" | "carbide" | "hydroxide" | "element":
            return needs in classes
        case "phosphorus":
            return elements == ("P",)
        case "linear":
            return alone and (2,) in cations
        case "octahedral":
            return alone and bool(cations) and all(numbers == (6,) for numbers in cations)
        case "max":
            return bool({"C", "N"} & set(elements)) and not {"O", "H", "F", "Cl"} & set(elements)
    raise ValueError(f"unknown condition {needs!r} in the table of structure types")
