"""The table of textbook facts is well-formed, and its words reach the crystals they are true of."""

import csv
import dataclasses

import pytest
from known import known_facts
from pymatgen.core import Composition

from clac.data.chemistry import CLASSES, FAMILIES
from clac.data.elements import SYMBOLS
from clac.data.facts import Facts
from clac.data.lexicon import KINDS, TABLE, Entry, entries_of, lexicon, with_words
from clac.data.structure_types import structure_types

TERMS = {*(kind.name for kind in structure_types()), *CLASSES, *FAMILIES, *SYMBOLS,
         "0D", "1D", "2D", "3D"}  # fmt: skip


def test_the_table_has_its_columns_and_kinds() -> None:
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["subject_kind", "subject", "space_group", "kind", "fact", "source"]
    assert all(len(row) == 6 and all(cell == cell.strip() for cell in row) for row in rows)
    assert len(lexicon()) == len(rows) - 1 >= 1500
    assert {entry.kind for entry in lexicon()} == set(KINDS)
    assert {entry.subject_kind for entry in lexicon()} == {"formula", "family"}
    assert all(0 <= entry.space_group <= 230 for entry in lexicon())


def test_facts_are_short_words_and_stand_once() -> None:
    facts = [(e.subject_kind, e.subject, e.space_group, e.kind, e.fact) for e in lexicon()]
    assert len(set(facts)) == len(facts)
    # Semicolons and bars part the words of a record.
    assert all(0 < len(e.fact) <= 80 and not set(e.fact) & set(";|\n") for e in lexicon())


def test_formulas_are_reduced_and_families_known() -> None:
    for subject in {e.subject for e in lexicon() if e.subject_kind == "formula"}:
        assert Composition(subject).reduced_formula == subject
    families = [e for e in lexicon() if e.subject_kind == "family"]
    assert not {term for e in families for term in e.subject.split("+")} - TERMS
    assert not any(e.space_group for e in families), "a family has no polymorphs"


def test_the_words_of_clasp_occur() -> None:
    facts = {entry.fact for entry in lexicon()}
    assert facts >= {"ferromagnetic", "ferroelectric", "semiconductor", "electroluminescence",
                     "thermoelectric", "superconductor"}  # fmt: skip


def crystal(formula: str, space_group: int, **changes) -> Facts:
    """Return the facts of a crystal without structure type, families and words."""
    empty = "prototype_names classes families elements names minerals uses notable".split()
    nothing = {**dict.fromkeys(empty, ()), "dimensionality": ""}
    changes = nothing | {"formula": formula, "space_group": space_group} | changes
    return dataclasses.replace(known_facts()[0], **changes)


@pytest.fixture
def table(monkeypatch) -> None:
    """A small table in the place of the shipped one."""
    entries = (
        Entry("formula", "TiO2", 0, "use", "white pigment", ""),
        Entry("formula", "TiO2", 136, "mineral", "rutile", ""),
        Entry("family", "perovskite+oxide", 0, "property", "oxygen conductor", ""),
        Entry("family", "2D", 0, "property", "cleaves", ""),
        Entry("formula", "TiO2", 0, "name", "titania", ""),
    )
    monkeypatch.setattr("clac.data.lexicon.lexicon", lambda: entries)
    clear()
    yield
    clear()


def clear() -> None:
    from clac.data import lexicon as module

    module._by_formula.cache_clear()
    module._by_first_term.cache_clear()


def test_a_fact_of_a_polymorph_stays_with_it(table) -> None:
    assert with_words(crystal("TiO2", 136)).minerals == ("rutile",)
    assert with_words(crystal("TiO2", 141)).minerals == ()
    assert with_words(crystal("TiO2", 141)).uses == ("white pigment",)
    assert entries_of(crystal("ZrO2", 136)) == []


def test_all_terms_of_a_family_must_hold(table) -> None:
    perovskite = crystal("SrTiO3", 221, prototype_names=("perovskite",))
    assert with_words(perovskite).notable == ()
    oxide = dataclasses.replace(perovskite, classes=("oxide",), dimensionality="2D")
    assert set(with_words(oxide).notable) == {"oxygen conductor", "cleaves"}


def test_own_words_come_first_and_none_twice(table) -> None:
    own = crystal("TiO2", 141, names=("my name", "titania"), uses=("my use",))
    told = with_words(own)
    assert told.names == ("my name", "titania")
    assert told.uses == ("my use", "white pigment")
    assert with_words(told) == told


def test_lithium_cobalt_oxide_is_a_cathode() -> None:
    told = with_words(crystal("LiCoO2", 166))
    assert any("cathode" in use for use in told.uses)
    assert not any("cathode" in use for use in with_words(crystal("NaCl", 225)).uses)
