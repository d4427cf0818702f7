"""Entries of OPTIMADE answers as crystals: read from files too, refused where atoms are unknown."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from clac.config import LimitsConfig
from clac.data.formats.tables import record_or_refusal
from clac.data.readers import read
from clac.errors import InputError
from clac.types import Record

SITE = {"species_at_sites": ["Na"], "lattice_vectors": [[3, 0, 0], [0, 3, 0], [0, 0, 3]],
        "cartesian_site_positions": [[0, 0, 0]]}  # fmt: skip


def species(symbols: list[str], shares: list[float]) -> dict[str, Any]:
    return {"species": [{"name": "Na", "chemical_symbols": symbols, "concentration": shares}]}


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        (species(["Na", "K"], [0.5, 0.5]), "species 'Na' is shared by Na, K"),
        (species(["Na", "vacancy"], [0.9, 0.1]), "is shared by Na, vacancy"),
        (species(["vacancy"], [1.0]), "is 'vacancy', no chemical element"),
        (species(["Na"], [0.5]), "has occupancy 0.5"),
        ({"species": None, "species_at_sites": ["Na1"]}, "is 'Na1', no chemical element"),
        ({"dimension_types": [0, 0, 0]}, "a molecule, not a crystal"),
        ({"structure_features": ["implicit_atoms"]}, "some atoms are not among the sites"),
        ({"lattice_vectors": None}, "lattice_vectors is missing"),
        ({"cartesian_site_positions": [[None, 0, 0]]}, "coordinates: a value is missing"),
    ],
)
def test_an_entry_that_tells_no_ordered_crystal_is_refused(
    more: dict[str, Any], reason: str
) -> None:
    entry = {"type": "structures", "id": "a", "attributes": {**SITE, **more}}
    found = record_or_refusal(entry, "", "place", LimitsConfig())
    assert isinstance(found, InputError) and reason in found.reason and found.origin == "place"
    plain = {"type": "structures", "id": "a", "attributes": SITE}
    assert isinstance(record_or_refusal(plain, "", "place", LimitsConfig()), Record)


def test_an_answer_that_was_saved_is_read_like_any_file(tmp_path: Path) -> None:
    own = {"_exmpl_gap": 1.5, "nelements": 1, "last_modified": "2020-01-31"}
    entries = [
        {"type": "structures", "id": "a", "attributes": {**SITE, **own}},
        {"type": "structures", "id": "b", "attributes": {**SITE, "dimension_types": [0, 0, 0]}},
    ]
    (tmp_path / "answer.json").write_text(json.dumps({"data": entries, "meta": {}, "links": {}}))
    reading = read(tmp_path)
    (record,) = reading
    assert (record.id, len(record.structure)) == ("a", 1)
    assert record.properties == {"_exmpl_gap": 1.5, "last_modified": "2020-01-31"}
    assert reading.refusals[0].origin.endswith("answer.json:[1]")
