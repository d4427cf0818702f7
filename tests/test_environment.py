"""Polyhedra and their links, on shapes and crystals that textbooks describe."""

import itertools
import random
import re

import numpy as np
import pytest
from crystals import ALL, nearest_bonds, rock_salt, rutile, supercell
from hypothesis import given
from hypothesis import strategies as st

from clac.data.captions import captioned, collect_facts
from clac.data.environment import SHAPES, SHARINGS, Bonds, environment, shape
from clac.data.starter import starter_records
from clac.data.symmetry import analyze
from clac.types import Record, Structure

GOLD = (1 + 5**0.5) / 2
TRIANGLE = [[np.cos(a), np.sin(a), 0.0] for a in 2 * np.pi * np.arange(3) / 3]
AXES = [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
CORNERS = list(itertools.product((-1, 1), repeat=3))
IDEAL = {
    "linear": [[0, 0, 1], [0, 0, -1]],
    "bent": [[1, 0, 0.7], [-1, 0, 0.7]],
    "trigonal planar": TRIANGLE,
    "trigonal pyramid": [[x, y, 0.6] for x, y, _ in TRIANGLE],
    "tetrahedron": [c for c in CORNERS if np.prod(c) > 0],
    "square planar": [[1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0]],
    "see-saw": [*TRIANGLE[:2], [0, 0, 1], [0, 0, -1]],
    "square pyramid": [[1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0], [0, 0, 1]],
    "trigonal bipyramid": [*TRIANGLE, [0, 0, 1], [0, 0, -1]],
    "octahedron": [*AXES, *np.negative(AXES)],
    "trigonal prism": [[x, y, z] for x, y, _ in TRIANGLE for z in (-(0.75**0.5), 0.75**0.5)],
    "cube": CORNERS,
    "cuboctahedron": [v for v in itertools.product((-1, 0, 1), repeat=3) if np.abs(v).sum() == 2],
    "icosahedron": [np.roll((0, a, b * GOLD), k)
                    for a in (-1, 1) for b in (-1, 1) for k in range(3)],
}  # fmt: skip


def test_every_shape_has_an_ideal() -> None:
    assert tuple(IDEAL) == SHAPES


@pytest.mark.parametrize("name", SHAPES)
@given(seed=st.integers(0, 2**32 - 1))
def test_a_shape_keeps_its_name_when_turned_stretched_and_shaken(name: str, seed: int) -> None:
    dice = np.random.default_rng(seed)
    vectors = np.array(IDEAL[name], dtype=float)
    assert shape(vectors) == name
    turn, _ = np.linalg.qr(dice.normal(size=(3, 3)))
    vectors = vectors @ turn / np.linalg.norm(vectors, axis=1)[:, None]
    shaken = vectors + np.tan(np.radians(2)) * _across(vectors, dice)
    assert shape(shaken * dice.uniform(1.8, 2.2, (len(vectors), 1))) == name


def _across(vectors: np.ndarray, dice: np.random.Generator) -> np.ndarray:
    """Draw unit vectors at right angles to unit vectors."""
    side = np.cross(vectors, dice.normal(size=vectors.shape))
    return side / np.linalg.norm(side, axis=1)[:, None]


def test_what_is_no_shape_has_no_name() -> None:
    one, many = np.eye(3)[:1], np.random.default_rng(0).normal(size=(13, 3))
    pentagon = [[np.cos(a), np.sin(a), -0.3] for a in 2 * np.pi * np.arange(5) / 5]
    for vectors in (one, many, np.array([*pentagon, [0, 0, 1.0]])):
        assert shape(vectors) == ""


def known(prototype: str) -> Structure:
    records = starter_records()
    return next(r.structure for r in records if r.properties["prototype"] == prototype)


@pytest.mark.parametrize(
    ("structure", "anion", "polyhedra", "linkages"),
    [
        (rutile(), "O", {("Ti", "octahedron"), ("O", "trigonal planar")},
         {("octahedron", "corner", "octahedron"), ("octahedron", "edge", "octahedron")}),
        (rock_salt(), "Cl", {("Na", "octahedron"), ("Cl", "octahedron")},
         {("octahedron", "corner", "octahedron"), ("octahedron", "edge", "octahedron")}),
        (known("perovskite"), "O",
         {("Sr", "cuboctahedron"), ("Ti", "octahedron"), ("O", "octahedron")},
         {("octahedron", "corner", "octahedron")}),
        (known("spinel"), "O", {("Mg", "tetrahedron"), ("Al", "octahedron"), ("O", "tetrahedron")},
         {("octahedron", "edge", "octahedron"), ("octahedron", "corner", "tetrahedron"),
          ("tetrahedron", "isolated", "tetrahedron")}),
        (known("nickel arsenide"), "As", {("Ni", "octahedron"), ("As", "trigonal prism")},
         {("octahedron", "corner", "octahedron"), ("octahedron", "edge", "octahedron"),
          ("octahedron", "face", "octahedron")}),
        (ALL["diamond"], "", {("Si", "tetrahedron")}, set()),
    ],
    ids=("rutile", "rock salt", "perovskite", "spinel", "nickel arsenide", "diamond"),
)  # fmt: skip
def test_textbook_crystals(structure, anion, polyhedra, linkages) -> None:
    found = environment(structure, nearest_bonds(structure), anion)
    assert set(found.polyhedra) == polyhedra
    assert set(found.linkages) == linkages
    assert list(found.linkages) == sorted(found.linkages)
    assert all(sharing in (*SHARINGS, "isolated") for _, sharing, _ in found.linkages)


def test_a_supercell_has_the_environment_of_its_cell() -> None:
    for structure in (rutile(), rock_salt()):
        anion = "O" if 8 in structure.numbers else "Cl"
        once = environment(structure, nearest_bonds(structure), anion)
        large = supercell(structure, (2, 1, 2))
        assert environment(large, nearest_bonds(large), anion) == once


@given(name=st.sampled_from(sorted(ALL)), seed=st.integers(0, 2**32 - 1))
def test_the_order_of_atoms_and_bonds_does_not_matter(name: str, seed: int) -> None:
    structure, dice = ALL[name], np.random.default_rng(seed)
    bonds, order = nearest_bonds(structure), dice.permutation(len(structure))
    place, shuffled = np.argsort(order), dice.permutation(len(bonds.centre))
    moved = Structure(structure.cell, structure.frac[order], structure.numbers[order])
    renamed = Bonds(
        place[bonds.centre][shuffled], place[bonds.ligand][shuffled], bonds.image[shuffled]
    )
    anion = {"rock salt": "Cl", "diamond": "", "wurtzite": "N"}.get(name, "O")
    assert environment(moved, renamed, anion) == environment(structure, bonds, anion)


def rows(bonds: Bonds) -> list[tuple[int, ...]]:
    """List (centre, ligand, image) in order."""
    columns = np.column_stack([bonds.centre, bonds.ligand, bonds.image])
    return sorted(map(tuple, columns.tolist()))


def codes_of(bonds: Bonds) -> tuple[list[int], list[int], list[int]]:
    """Write bonds as crystal_bonds.parquet does: pairs once, self pairs in both directions."""
    once = bonds.centre <= bonds.ligand
    codes = (bonds.image[once] + 5) @ [100, 10, 1]
    return bonds.centre[once].tolist(), bonds.ligand[once].tolist(), codes.tolist()


def test_codes_are_read_in_both_directions() -> None:
    assert rows(Bonds.from_codes([0, 1, 1], [1, 1, 1], [546, 655, 455])) == [
        (0, 1, 0, -1, 1), (1, 0, 0, 1, -1), (1, 1, -1, 0, 0), (1, 1, 1, 0, 0)
    ]  # fmt: skip
    for structure in ALL.values():
        bonds = nearest_bonds(structure)
        assert rows(Bonds.from_codes(*codes_of(bonds))) == rows(bonds)


def test_bonds_follow_atoms_that_move_by_whole_cells() -> None:
    structure = rutile()
    bonds = nearest_bonds(structure)
    cells = np.random.default_rng(0).integers(-2, 3, (len(structure), 3))
    moved = Structure(structure.cell, structure.frac + cells, structure.numbers)
    assert environment(moved, bonds.follow(cells), "O") == environment(structure, bonds, "O")


def test_no_bonds_no_polyhedra() -> None:
    nothing = environment(rutile(), Bonds.from_codes([], [], []), "O")
    assert nothing.polyhedra == nothing.linkages == ()


ROOTS = {
    "octahedron": "octahedr", "tetrahedron": "tetrahedr", "trigonal planar": "triang|trigonal plan",
    "cuboctahedron": "cuboctahedr", "trigonal prism": "prism", "corner": "corner|vert|one ligand",
    "edge": "edge|two ligands", "face": "face(?!-centered|-centred)",
    "isolated": "isolated|separate|apart|discrete|un(?:linked|connected)|not|without|share? no ",
}  # fmt: skip
"""how each shape and each way of meeting is recognised"""


@pytest.mark.parametrize(("structure", "own"), [(rutile(), "O"), (known("perovskite"), "O")])
@pytest.mark.parametrize("style", ["environment", "fact"])
def test_words_of_shapes_and_links_are_those_that_are_claimed(structure, own, style) -> None:
    bonds = nearest_bonds(structure)
    counts = np.bincount(bonds.centre, minlength=len(structure))
    facts = collect_facts(Record("x", structure), analyze(structure), counts, "3D", bonds)
    dice, seen = random.Random(0), set()
    for _ in range(400):
        said = captioned(facts, dice, style, frozenset(("names",)))
        about = [c for c in said.claims if c.kind.endswith("polyhedron") or c.kind == "linkage"]
        if not about or any(c.kind in ("prototype", "centring") for c in said.claims):
            continue
        meant = {root for claim in about for root in ROOTS
                 if root in re.split(r"[|]|^[A-Z][a-z]? ", claim.word)}  # fmt: skip
        found = {root for root, words in ROOTS.items() if root != "isolated"
                 and re.search(rf"(?<!cub)(?:{words})" if root == "octahedron" else words,
                               said.text)}  # fmt: skip
        assert found == meant - {"isolated"}, said.text
        assert "isolated" not in meant or re.search(ROOTS["isolated"], said.text), said.text
        seen |= meant
    assert {"octahedron", "corner"} <= seen
