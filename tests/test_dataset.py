"""Preparation of a table with bonds beside it."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from crystals import nearest_bonds, rutile

from clac.config import GraphConfig
from clac.data.dataset import BONDS, Pairs, _load, _prepare_shard
from clac.data.environment import Bonds
from clac.types import Structure


def row(name: str, structure: Structure, bonds: Bonds) -> tuple[dict, dict]:
    """Return a crystal in the columns of crystals.parquet, and its bonds."""
    crystal = {
        "material_id": name, "cell": [4.594, 4.594, 2.959, 90.0, 90.0, 90.0],
        "atomic_numbers": structure.numbers.tolist(),
        "frac_coords_e8": np.rint(structure.frac.ravel() * 1e8).astype(int).tolist(),
        "coordination": np.bincount(bonds.centre).tolist(), "split": "train",
    }  # fmt: skip
    once = bonds.centre < bonds.ligand
    codes = (bonds.image[once] + 5) @ [100, 10, 1]
    return crystal, {
        "material_id": name, "bond_i": bonds.centre[once].tolist(),
        "bond_j": bonds.ligand[once].tolist(), "image_code": codes.tolist(),
    }  # fmt: skip


def prepared(folder: Path) -> Pairs:
    """Prepare a table in this process."""
    _prepare_shard(folder / "table.parquet", folder, GraphConfig(), 0)
    return _load(folder, 0, "")


def test_polyhedra_do_not_depend_on_the_cell_that_a_table_names(tmp_path) -> None:
    inside = rutile()
    cells = np.array([[0, 0, 0], [1, 0, 0], [0, 0, 0], [0, -1, 0], [0, 0, 0], [0, 0, 1]])
    outside = Structure(inside.cell, inside.frac + cells, inside.numbers)
    bonds = nearest_bonds(inside)
    rows = [row("inside", inside, bonds), row("outside", outside, bonds.follow(cells))]
    table, beside = (pa.Table.from_pylist(list(part)) for part in zip(*rows))
    pq.write_table(table, tmp_path / "table.parquet")
    assert [facts.polyhedra for facts in prepared(tmp_path).facts] == [None, None]
    pq.write_table(beside, tmp_path / BONDS)
    known = prepared(tmp_path)
    assert known.ids == ["inside", "outside"]
    for facts in known.facts:
        assert set(facts.polyhedra) == {("Ti", "octahedron"), ("O", "trigonal planar")}
        assert ("octahedron", "edge", "octahedron") in facts.linkages
