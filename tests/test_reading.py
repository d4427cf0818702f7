"""Readers of queries one by one, and their tables against the libraries that know better."""

from __future__ import annotations

import gemmi
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymatgen.core import Composition

from clac.data.elements import SYMBOLS
from clac.data.starter import starter_records
from clac.data.symmetry import reduced_formula as catalog_formula
from index import filters
from index.query import understand
from index.reading.amounts import read_amount, read_number
from index.reading.formulas import anonymous, read_formula, reduced_formula
from index.reading.sentence import cut
from index.reading.symmetry import SPACE_GROUPS, space_group_of

_COUNTS = st.dictionaries(
    st.sampled_from([s for s in SYMBOLS[:94] if s not in {"He", "Ne", "Ar"}]),
    st.integers(1, 12),
    min_size=2,
    max_size=5,
)
_NEW_NAMES = {"Aem2", "Aea2", "Cmce", "Cmme", "Ccce"}


@given(_COUNTS)
def test_a_formula_is_reduced_as_pymatgen_does(counts: dict[str, int]) -> None:
    assert reduced_formula(counts) == Composition(counts).reduced_formula


@given(_COUNTS)
def test_amounts_without_names_are_ordered_as_pymatgen_does(counts: dict[str, int]) -> None:
    composition = Composition(counts).reduced_composition
    assert anonymous(list(counts.values())) == composition.anonymized_formula


@given(_COUNTS)
def test_a_formula_is_read_back(counts: dict[str, int]) -> None:
    text = reduced_formula(counts)
    found = read_formula(text)
    assert found is None or reduced_formula(found) == text


def test_every_space_group_has_its_symbol() -> None:
    for n, symbol in enumerate(SPACE_GROUPS, 1):
        assert space_group_of(symbol) == n
        if symbol not in _NEW_NAMES:
            known = gemmi.find_spacegroup_by_number(n).short_name().replace("H", "R")
            assert known == symbol


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("twenty-one", 21), ("two hundred and ten", 210), ("a dozen", 12), ("two dozen", 24),
        ("one and a half", 1.5), ("two point five", 2.5), ("minus 2", -2), ("-0.5", -0.5),
        ("1,500", 1500), (".5", 0.5), ("1e-3", 0.001), ("half an", 0.5), ("ninety nine", 99),
    ],
)  # fmt: skip
def test_a_number_is_read_in_digits_or_words(text: str, value: float) -> None:
    assert read_number(cut(text), 0) == (len(cut(text).words), pytest.approx(value))


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("500 meV", "energy", 0.5), ("1.5EV", "energy", 1.5), ("20 gpa", "pressure", 20),
        ("3000 kg/m3", "density", 3), ("5 g·cm⁻³", "density", 5),
        ("0.02 nm3", "volume per atom", 20),
        ("25 meV/atom", "energy per atom", 0.025), ("96.485 kJ/mol", "energy per atom", 1),
        ("4 grams per cubic centimeter", "density", 4), ("12 Å³/atom", "volume per atom", 12),
    ],
)  # fmt: skip
def test_a_unit_is_converted(text: str, kind: str, value: float) -> None:
    amount = read_amount(cut(text), 0)
    assert amount is not None and amount.end == len(cut(text).words)
    assert amount.unit.kind == kind
    assert amount.bounds[0][1] * amount.unit.factor == pytest.approx(value, rel=1e-4)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("gap 1 to 2 eV", ["band gap 1 to 2 eV"]),
        ("Li or Na, no rare earth", ["contains Li or Na", "no rare earth"]),
        ("stable", ["energy above hull at most 0.001 eV/atom"]),
        ("not cubic", ["crystal system not cubic"]),
        ("edge-sharing octahedra", ["linkages edge (octahedron, octahedron)"]),
        ("chiral", ["chiral space group"]),
    ],
)
def test_a_constraint_is_said_in_plain_words(text: str, says: list[str]) -> None:
    assert [constraint.says for constraint in understand(text).constraints] == says


def test_formulas_of_the_collection_are_read_as_the_catalog_writes_them() -> None:
    compounds = [
        r.structure.numbers for r in starter_records() if len(set(r.structure.numbers)) > 1
    ]
    formulas = sorted({catalog_formula(numbers) for numbers in compounds})
    missed = [f for f in formulas if understand(f).filter != filters.Test("formula", "=", f)]
    assert set(missed) <= {"US", "USO"}, missed  # words in capitals
