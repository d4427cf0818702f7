"""All that is known of one crystal, in words and numbers, as a page of plain text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from clac.data.elements import ELEMENT_NAMES
from clac.data.facts import Facts
from clac.properties import LICENCE, PROPERTIES, RETRIEVED
from clac.types import PropertyValue, Record
from index.labels import spec_of

TEXTBOOK = "textbook value, as a rule measured"
COMPUTED = "computed by density functional theory, Materials Project"
UNTOLD = "as its source gives it, which does not tell whether it was measured or computed"
_OF_MATERIALS_PROJECT = re.compile(r"_(?:mp|megnet)_20\d\d$|_vrh$|^piezoelectric_max$")
"""columns that hold what was computed there, whoever wrote the index"""
_SAID_ELSEWHERE = frozenset(
    ("name", "names", "mineral", "uses", "prototype", LICENCE, RETRIEVED)
)  # fmt: skip
_NETWORKS = {
    "0D": "molecules or clusters", "1D": "chains", "2D": "layers", "3D": "a framework",
}  # fmt: skip
_MAX_LETTERS = 300
"""of a property in words"""


@dataclass(frozen=True, slots=True)
class KnownValue:
    """A value that the index holds of a crystal."""

    name: str
    """name of the property"""
    value: PropertyValue
    unit: str
    """empty for a pure number, for words, and where the source does not tell it"""
    basis: str
    """whether it was measured or computed, as far as that is known"""

    def __str__(self) -> str:
        """Write it in one line."""
        number = f"{self.value:.4g}" if isinstance(self.value, float) else str(self.value)
        spec = PROPERTIES.get(self.name)
        label = spec.label if spec else self.name.replace("_", " ")
        return f"{label}: {' '.join(filter(None, (number[:_MAX_LETTERS], self.unit)))}"


def known_values(properties: Mapping[str, PropertyValue], is_embedded: bool) -> list[KnownValue]:
    """Return the values of a crystal with their units, by the names of `clac.properties`.

    Of columns that stand for one property the preferred one is told. Embedded: it is a crystal of
    the embedded collection.
    """
    found: dict[str, tuple[int, KnownValue]] = {}
    for column, value in properties.items():
        if column in _SAID_ELSEWHERE or value in (None, ""):
            continue
        spec = spec_of(column)
        name, unit = (spec.name, spec.unit) if spec else (column, "")
        basis = COMPUTED if _OF_MATERIALS_PROJECT.search(column) else UNTOLD
        told = KnownValue(name, value, unit, TEXTBOOK if is_embedded else basis)
        place = spec.columns.index(column) if spec else 0
        if name not in found or place < found[name][0]:
            found[name] = place, told
    return [told for _, told in found.values()]


def title_of(formula: str, prototype_name: str, symbol: str) -> str:
    """Name a crystal in short: GaN, wurtzite, P6_3mc."""
    return ", ".join(dict.fromkeys(filter(None, (formula, prototype_name, symbol))))


def dossier(facts: Facts, record: Record, values: Sequence[KnownValue]) -> str:
    """Write what is known of a crystal, a fact or a few in each line."""
    parts = (_identity(facts), _symmetry(facts), _cell(record), _bonding(facts), _said(facts),
             _values(values), _provenance(record))  # fmt: skip
    return "\n".join(line for part in parts for line in part)


def _identity(f: Facts) -> Iterator[str]:
    yield f"Title: {title_of(f.formula, next(iter(f.prototype_names), ''), f.symbol)}"
    if f.names:
        yield f"Names: {', '.join(f.names)}"
    if f.minerals:
        yield f"Mineral: {', '.join(f.minerals)}"
    yield f"Formula: {f.formula} (kind {f.anonymous_formula})"
    yield f"Elements: {', '.join(f'{ELEMENT_NAMES[e]} ({e})' for e in f.elements)}"
    if f.classes:
        yield f"Compound class: {', '.join(f.classes)}"


def _symmetry(f: Facts) -> Iterator[str]:
    inversion = "a" if f.centrosymmetric else "no"
    yield (
        f"Space group: {f.symbol} (number {f.space_group}), {f.crystal_system}, point group "
        f"{f.point_group}, lattice {f.centring}, {inversion} centre of symmetry, "
        f"{'polar' if f.polar else 'not polar'}"
    )
    named = f"{', '.join(f.prototype_names)}; " if f.prototype_names else ""
    yield f"Structure type: {named}AFLOW label {f.prototype}; Pearson symbol {f.pearson}"
    yield f"Atoms of the primitive cell: {f.n_atoms}"
    yield (
        f"Density: {f.density_g_cm3:.3f} g/cm3; volume of an atom: {f.volume_per_atom_ang3:.2f} "
        "cubic Angstrom (from the cell)"
    )


def _cell(record: Record) -> Iterator[str]:
    lengths, angles = record.structure.parameters
    a, b, c = (f"{x:.4f}" for x in lengths)
    alpha, beta, gamma = (f"{x:.2f}" for x in angles)
    yield (
        f"Cell as given: a {a}, b {b}, c {c} Angstrom, alpha {alpha}, beta {beta}, gamma {gamma} "
        f"degrees, {len(record.structure)} atoms"
    )


def _bonding(f: Facts) -> Iterator[str]:
    if f.coordination:
        counts = (f"{e} {' and '.join(map(str, n))}" for e, n in f.coordination.items())
        yield f"Coordination numbers (CrystalNN): {', '.join(counts)}"
    if f.polyhedra:
        yield f"Polyhedra: {', '.join(f'{shape} around {e}' for e, shape in f.polyhedra)}"
    if f.linkages:
        shared = (
            f"{a} alone"
            if how == "isolated"
            else f"{a} and {b} share a{'n' * (how == 'edge')} {how}"
            for a, how, b in f.linkages
        )
        yield f"How polyhedra are linked: {', '.join(shared)}"
    if f.dimensionality:
        yield f"Bonded network: {_NETWORKS.get(f.dimensionality, '')} ({f.dimensionality})"


def _said(f: Facts) -> Iterator[str]:
    if f.uses:
        yield f"Uses (textbook knowledge, never all there is): {', '.join(f.uses)}"
    if f.notable:
        yield f"Notable (textbook knowledge, never all there is): {', '.join(f.notable)}"


def _values(values: Sequence[KnownValue]) -> Iterator[str]:
    if not values:
        yield "Property values: none known here"
    for value in values:
        yield f"{str(value)[:1].upper()}{str(value)[1:]} ({value.basis})"


def _provenance(record: Record) -> Iterator[str]:
    told = [
        f"{name} {record.properties[name]}"
        for name in (LICENCE, RETRIEVED)
        if record.properties.get(name)
    ]
    if told:
        yield f"Source: {', '.join(told)}"
