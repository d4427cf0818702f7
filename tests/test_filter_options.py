"""The options of the command make filters."""

from __future__ import annotations

from pathlib import Path

import pytest

from clac.errors import InputError
from index.filter_options import OPTIONS, read_options
from index.filters import All, Any, Filter, Test
from index.optimade_filter import write_optimade


@pytest.mark.parametrize(
    ("name", "typed", "expected"),
    [
        ("optimade", "nelements<=3", Test("nelements", "<=", 3)),
        ("elements", "Li, O", Test("elements", "has_all", ("Li", "O"))),
        ("any_of", "Li,O", Test("elements", "has_any", ("Li", "O"))),
        ("without", "lead", Test("elements", "has_none", ("Pb",))),
        ("only", "Li,O", Test("elements", "has_only", ("Li", "O"))),
        ("formula", "LiCoO2", Test("chemical_formula_reduced", "=", "CoLiO2")),
        ("formula", "ABC3", Test("chemical_formula_anonymous", "=", "A3BC")),
        ("formula", "O-Li", Test("chemical_system", "=", "Li-O")),
        ("formula", "BN,SiC", Any((Test("chemical_formula_reduced", "=", "BN"),
                                   Test("chemical_formula_reduced", "=", "CSi")))),
        ("space_group", "225", Test("space_group_number", "=", 225)),
        ("space_group", "Fm-3m", Test("space_group_number", "=", 225)),
        ("space_group", "P 63/m m c", Test("space_group_number", "=", 194)),
        ("space_group", "195-230", All((Test("space_group_number", ">=", 195),
                                        Test("space_group_number", "<=", 230)))),
        ("crystal_system", "cubic,Hexagonal",
         Test("crystal_system", "in", ("cubic", "hexagonal"))),
        ("prototype", "NaCl-type", Test("prototypes", "has_any", ("rock salt",))),
        ("atoms", "8", Test("n_atoms", "=", 8)),
        ("atoms", "-20", Test("n_atoms", "<=", 20)),
        ("atoms", "1-20", All((Test("n_atoms", ">=", 1), Test("n_atoms", "<=", 20)))),
        ("where", "band_gap=1..2", All((Test("band_gap", ">=", 1), Test("band_gap", "<=", 2)))),
        ("where", "band_gap = 1.5..", Test("band_gap", ">=", 1.5)),
        ("where", "band_gap>=1", Test("band_gap", ">=", 1)),
        ("where", "band_gap=known", Test("band_gap", "known")),
        ("where", "band_gap=missing", Test("band_gap", "missing")),
        ("where", "stable=true", Test("stable", "=", True)),
        ("where", 'name="1..2"', Test("name", "=", "1..2")),
        ("where", "date=2020-01-01..2021-01-01",
         All((Test("date", ">=", "2020-01-01"), Test("date", "<=", "2021-01-01")))),
        ("ids", "mp-1, mp-2", Test("id", "in", ("mp-1", "mp-2"))),
        ("ids", ",".join(["mp-1"] * 2000), Test("id", "in", ("mp-1",) * 2000)),
    ],
)  # fmt: skip
def test_an_option_is_read(name: str, typed: str, expected: Filter) -> None:
    assert read_options({name: [typed]}) == expected
    assert write_optimade(expected)


def test_all_that_is_given_must_hold(tmp_path: Path) -> None:
    (tmp_path / "ids").write_text("mp-1\n\n mp-2 \nmp-1\n")
    found = read_options({"ids": [str(tmp_path / "ids")], "where": ["a=1", "b=2"], "atoms": None})
    expected = (Test("a", "=", 1), Test("b", "=", 2), Test("id", "in", ("mp-1", "mp-2")))
    assert found == All(expected)
    assert read_options({}) is None
    assert len({option.flag for option in OPTIONS}) == len(OPTIONS)


@pytest.mark.parametrize(
    ("name", "typed", "reason"),
    [
        ("elements", "Xx", "^--elements: 'Xx' is no element"),
        ("elements", ",", "^--elements: the list is empty"),
        ("space_group", "231", "^--space-group: '231' is no space group"),
        ("atoms", "few", "^--atoms: 'few' is no range"), ("atoms", "-", "no range"),
        ("where", "band_gap", "^--where: 'band_gap' is no condition"),
        ("where", "band_gap=..", "no end"), ("where", "band_gap=", "no condition"),
        ("optimade", "a=", "^--filter: filter, column 3"),
        ("crystal_system", "round", "^--crystal-system: 'round'"),
    ],
)  # fmt: skip
def test_a_bad_option_is_named(name: str, typed: str, reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        read_options({name: [typed]})


def test_a_file_without_ids_is_named(tmp_path: Path) -> None:
    (tmp_path / "none").write_text("\n")
    (tmp_path / "odd").write_bytes(b"\xff\xfe\xff")
    for name, reason in (("none", "holds no id"), ("odd", "cannot be read")):
        with pytest.raises(InputError, match=reason):
            read_options({"ids": [str(tmp_path / name)]})
