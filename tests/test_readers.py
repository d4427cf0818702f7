"""Every format of crystals, their ids, properties, places and refusals."""

from __future__ import annotations

import datetime
import json
import sqlite3
from contextlib import closing
from itertools import islice
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from ase.build import bulk, molecule
from ase.calculators.singlepoint import SinglePointCalculator
from ase.io import write
from pymatgen.core import Lattice, Molecule
from pymatgen.core import Structure as PymatgenStructure
from pymatgen.io.vasp import Poscar

from clac.config import LimitsConfig
from clac.data.readers import Reading, format_of, read, read_one, read_text, structure_from
from clac.errors import InputError
from clac.types import Record

SHARED = Path(__file__).parents[1].parent / "shared" / "data"
SALT = PymatgenStructure.from_spacegroup(
    "Fm-3m", Lattice.cubic(5.64), ["Na", "Cl"], [[0, 0, 0], [0.5, 0.5, 0.5]]
)
JARVIS = {
    "lattice_mat": [[0.0, 2.8, 2.8], [2.8, 0.0, 2.8], [2.8, 2.8, 0.0]],
    "coords": [[0, 0, 0], [0.25, 0.25, 0.25]],
    "elements": ["Ga", "As"],
    "cartesian": False,
}
ROW = {"cell": [4.2, 4.2, 4.2, 90, 90, 90], "atomic_numbers": [12, 8],
       "frac_coords_e8": [0, 0, 0, 50000000, 50000000, 100000000]}  # fmt: skip


def is_salt(record: Record) -> bool:
    """Tell whether a record is the rock salt above."""
    numbers = sorted(record.structure.numbers.tolist())
    return numbers == [11] * 4 + [17] * 4 and abs(record.structure.volume_ang3 - 5.64**3) < 0.1


def test_poscar_in_all_spellings(tmp_path):
    text = Poscar(SALT).get_str()
    lines = text.splitlines()
    selective = "\n".join([*lines[:7], "Selective dynamics", *lines[7:]])
    scaled = "\n".join([lines[0], f"-{5.64**3}", *lines[2:]])
    cartesian = Poscar(SALT).get_str(direct=False)
    hashed = text.replace("Na Cl", "Na_pv Cl/1a2b")
    for name, content in (("POSCAR", text), ("CONTCAR.relaxed", selective), ("a.vasp", scaled),
                          ("POSCAR_2", cartesian), ("b.poscar", hashed)):  # fmt: skip
        (tmp_path / name).write_text(content)
        assert is_salt(read_one(tmp_path / name)), name


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda lines: [*lines[:5], *lines[6:]], "line 6.*names no elements"),
        (lambda lines: [*lines[:6], "4 x", *lines[7:]], "line 7"),
        (lambda lines: [*lines[:6], "4 4 4", *lines[7:]], "lines 6 and 7"),
        (lambda lines: [*lines[:6], "99999999999999 1", *lines[7:]], "atoms"),
        (lambda lines: lines[:-1], "expected 3 numbers"),
        (lambda lines: [lines[0], "0", *lines[2:]], "line 2"),
        (lambda lines: [*lines[:2], "nan 0 0", *lines[3:]], "line 3"),
        (lambda lines: lines[:4], "too short"),
    ],
)
def test_broken_poscars_are_refused_with_their_line(change, reason):
    lines = Poscar(SALT).get_str().splitlines()
    with pytest.raises(InputError, match=f"POSCAR: .*{reason}"):
        read_text("\n".join(change(lines)), "POSCAR")


def test_extended_xyz_goes_on_after_a_bad_frame(tmp_path):
    good = bulk("NaCl", "rocksalt", a=5.64)
    good.info |= {"band_gap": 5.0, "id": "salt", "tensor": np.eye(3)}
    good.calc = SinglePointCalculator(good, energy=-1.5)
    close = bulk("NaCl", "rocksalt", a=5.64)
    close.positions[1] = close.positions[0] + 0.01
    path = tmp_path / "set.xyz"
    write(path, [good, close, molecule("H2O"), bulk("Cu")], format="extxyz")
    reading = read([path])
    records = list(reading)
    assert [record.id for record in records] == ["salt", "set-4"]
    assert records[0].properties["band_gap"] == 5.0
    assert records[0].properties["energy"] == -1.5
    assert "tensor" not in records[0].properties
    assert [refusal.origin for refusal in reading.refusals] == [f"{path}:5", f"{path}:9"]
    assert "no cell" in reading.refusals[1].reason
    assert records[1].origin == f"{path}:14"


def test_a_broken_atom_count_ends_the_file(tmp_path):
    path = tmp_path / "set.xyz"
    write(path, bulk("Cu"), format="extxyz")
    path.write_text(path.read_text() + '99999999\nLattice="1 0 0 0 1 0 0 0 1"\nCu 0 0 0\n')
    reading = read([path])
    assert len(list(reading)) == 1
    assert "cut off" in reading.refusals[0].reason


def test_other_formats_come_through_ase(tmp_path):
    salt = bulk("NaCl", "rocksalt", a=5.64)
    for name in ("a.xsf", "a.gen", "geometry.in", "a.traj", "a.db", "XDATCAR", "a.pwi"):
        options = {"pseudopotentials": {"Na": "a", "Cl": "b"}} if name == "a.pwi" else {}
        write(tmp_path / name, salt, **options)
        assert sorted(read_one(tmp_path / name).structure.numbers.tolist()) == [11, 17], name


def test_foreign_databases_are_not_written_to(tmp_path):
    path = tmp_path / "mine.db"
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE notes (words TEXT)")
    for content in (path.read_bytes(), b"", b"junk"):
        path.write_bytes(content)
        with pytest.raises(InputError):
            read_one(path)
        assert path.read_bytes() == content


def test_a_refusal_file_that_cannot_be_written_is_said_at_once(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be written"):
        list(read([tmp_path], refusals_path=tmp_path / "file" / "refused.jsonl"))


def test_pickled_trajectories_are_not_opened(tmp_path):
    path = tmp_path / "old.traj"
    path.write_bytes(b"PickleTrajectory\x80\x02")
    with pytest.raises(InputError, match="trajectory"):
        read_one(path)


def test_json_objects_lists_tables_and_members(tmp_path):
    salt = SALT.as_dict()
    files = {
        "one.json": salt,
        "entry.json": {"jid": "JVASP-1", "atoms": JARVIS, "optb88vdw_bandgap": 0.18,
                       "spillage": "na"},
        "list.json": [salt, {"material_id": "mp-1", "structure": salt, "band_gap": 5.0}, JARVIS,
                      ROW],
        "nested.json": {"data": [{"id": 7, "cif": SALT.to(fmt="cif")}]},
        "split.json": {"columns": ["structure", "gap"], "index": [0], "data": [[salt, 5.0]]},
        "members.json": {"a": salt, "b": JARVIS},
        "string.json": {"id": "s", "structure": json.dumps(salt), "crystal": "rocksalt"},
    }  # fmt: skip
    for name, content in files.items():
        (tmp_path / name).write_text(json.dumps(content))
    records = {name: list(read([tmp_path / name], strict=True)) for name in files}
    assert is_salt(records["one.json"][0])
    assert records["one.json"][0].id == "one"
    assert dict(records["entry.json"][0].properties) == {"optb88vdw_bandgap": 0.18}
    assert [one.id for one in records["list.json"]] == ["list-0", "mp-1", "list-2", "list-3"]
    assert records["list.json"][1].properties == {"band_gap": 5.0}
    assert records["list.json"][2].origin.endswith("list.json:[2]")
    assert records["nested.json"][0].id == "7"
    assert records["split.json"][0].properties == {"gap": 5.0}
    assert [one.id for one in records["members.json"]] == ["a", "b"]
    assert records["string.json"][0].properties == {"crystal": "rocksalt"}


def test_a_long_json_list_is_decoded_piece_by_piece(tmp_path):
    path = tmp_path / "long.json"
    path.write_text("[" + " ,\n ".join([json.dumps(SALT.as_dict())] * 400) + "]")
    limits = LimitsConfig(max_file_bytes=100_000)
    assert path.stat().st_size > 5 * limits.max_file_bytes
    assert sum(map(is_salt, read([path], strict=True, limits=limits))) == 400
    path.write_text(path.read_text()[:-100])
    reading = read([path], limits=limits)
    assert len(list(reading)) == 399
    assert reading.refusals[0].origin == f"{path}:[399]"


def test_json_lines_are_refused_by_line(tmp_path):
    path = tmp_path / "set.jsonl"
    named = json.dumps(ROW | {"id": "x", "text": "magnesia"})
    lines = [json.dumps(ROW), "{broken", "[1]", "", named]
    path.write_text("\n".join(lines))
    reading = Reading([path], refusals_path=tmp_path / "refused.jsonl")
    records = list(reading)
    assert [record.id for record in records] == ["set-1", "x"]
    assert records[1].text == "magnesia"
    assert (reading.n_read, reading.n_refused) == (2, 2)
    spooled = [json.loads(line) for line in (tmp_path / "refused.jsonl").read_text().splitlines()]
    assert [one["origin"] for one in spooled] == [f"{path}:2", f"{path}:3"]
    with pytest.raises(InputError, match=r"set\.jsonl:2: broken JSON"):
        list(read([path], strict=True))


def parquet(path: Path, rows: list[dict]) -> Path:
    """Write rows as Parquet, which has no empty objects."""
    rows = [json.loads(json.dumps(row, default=str), object_hook=lambda one: one or None)
            | {"created_at": row.get("created_at")} for row in rows]  # fmt: skip
    pq.write_table(pa.Table.from_pylist(rows), path)
    return path


def test_parquet_rows_of_every_kind(tmp_path):
    day = datetime.date(2011, 5, 12)
    extra = {"gap": 1.5, "created_at": day, "empty": None, "bad": float("nan"), "ok": True,
             "split": "train", "coordination": [6, 6]}  # fmt: skip
    kinds = {
        "cif": {"jid": "j", "cif": SALT.to(fmt="cif")},
        "column": {"jid": "j", "my_column": SALT.to(fmt="cif")},
        "string": {"jid": "j", "structure": json.dumps(SALT.as_dict())},
        "dict": {"jid": "j", "structure": SALT.as_dict()},
        "atoms": {"jid": "j", "atoms": JARVIS},
        "row": {"jid": "j", **ROW},
    }
    for name, row in kinds.items():
        record = read_one(parquet(tmp_path / f"{name}.parquet", [row | extra]))
        assert record.id == "j", name
        assert record.origin.endswith(f"{name}.parquet:row 0")
        assert dict(record.properties) == {"gap": 1.5, "created_at": "2011-05-12", "ok": True,
                                           "split": "train"}, name  # fmt: skip


def test_rows_that_cannot_be_used_are_refused_and_the_rest_goes_on(tmp_path):
    crowded = ROW | {"frac_coords_e8": [0] * 6}
    path = parquet(tmp_path / "set.parquet", [ROW, crowded, ROW | {"atomic_numbers": [0, 8]}, ROW])
    reading = read([path])
    assert [record.id for record in reading] == ["set-0", "set-3"]
    assert [one.origin for one in reading.refusals] == [f"{path}:row 1", f"{path}:row 2"]


def test_refusals_in_memory_are_bounded(tmp_path):
    path = tmp_path / "set.jsonl"
    path.write_text("{}\n" * 1500)
    reading = read([path])
    assert list(reading) == []
    assert reading.n_refused == 1500
    assert len(reading.refusals) == 1000


def test_a_missing_file_and_an_unknown_one_are_refused(tmp_path):
    (tmp_path / "what.bin").write_bytes(b"\x00\x01")
    (tmp_path / "folder").mkdir()
    reading = read([tmp_path / "none.cif", tmp_path / "what.bin", tmp_path / "folder", "\0", ""])
    assert list(reading) == []
    assert reading.n_refused == 5


def test_a_folder_without_structures_says_so(tmp_path):
    (tmp_path / "README.md").write_text("words")
    reading = read(tmp_path)
    assert list(reading) == []
    assert "no structure files" in reading.refusals[0].reason


def test_content_decides_where_the_name_does_not(tmp_path):
    for name, content in (("a", SALT.to(fmt="cif")), ("b", Poscar(SALT).get_str()),
                          ("c.txt", json.dumps(SALT.as_dict()))):  # fmt: skip
        (tmp_path / name).write_text(content)
        assert is_salt(read_one(tmp_path / name))
    assert format_of("POSCAR") == "poscar"
    assert format_of("notes.txt") == ""


def test_read_one_wants_exactly_one(tmp_path):
    (tmp_path / "two.json").write_text(json.dumps([ROW, ROW]))
    with pytest.raises(InputError, match="more than one"):
        read_one(tmp_path / "two.json")
    with pytest.raises(InputError):
        read_one(tmp_path / "none.cif")


def test_objects_of_other_libraries_convert():
    salt = bulk("NaCl", "rocksalt", a=5.64)
    record = read_text(SALT.to(fmt="cif"), "salt.cif")[0]
    for obj in (SALT, salt, record, record.structure, SALT.as_dict(), JARVIS):
        structure = structure_from(obj)
        assert structure.frac.min() >= 0
        assert structure.frac.max() < 1
    assert structure_from(SALT).cell == pytest.approx(SALT.lattice.matrix)
    charged = SALT.copy().add_oxidation_state_by_element({"Na": 1, "Cl": -1})
    assert structure_from(charged).numbers.tolist() == list(SALT.atomic_numbers)
    heavy = PymatgenStructure(Lattice.cubic(4.0), ["Li", "D"], [[0, 0, 0], [0.5, 0.5, 0.5]])
    assert structure_from(heavy).numbers.tolist() == [3, 1]
    assert structure_from(heavy.as_dict()).numbers.tolist() == [3, 1]


def test_objects_that_are_no_crystals_are_refused():
    alloy = PymatgenStructure(Lattice.cubic(4.0), [{"Ag": 0.4, "Au": 0.6}], [[0, 0, 0]])
    vacant = PymatgenStructure(Lattice.cubic(4.0), [{"Ag": 0.4}], [[0, 0, 0]])
    dummy = PymatgenStructure(Lattice.cubic(4.0), ["X"], [[0, 0, 0]])
    drop = Molecule(["H", "H"], [[0, 0, 0], [0, 0, 0.74]])
    slab = bulk("Cu")
    slab.pbc = False
    for obj in (alloy, alloy.as_dict(), vacant, vacant.as_dict(), dummy, dummy.as_dict(), drop,
                drop.as_dict(), molecule("H2O"), slab, "NaCl", None, 3, {}, {"sites": 3},
                {"structure": {"structure": {"structure": {"structure": JARVIS}}}}):  # fmt: skip
        with pytest.raises(InputError):
            structure_from(obj)


def test_input_is_not_changed():
    before = json.dumps(SALT.as_dict(), sort_keys=True)
    salt = bulk("NaCl", "rocksalt", a=5.64)
    positions = salt.positions.copy()
    structure_from(SALT)
    structure_from(salt)
    assert json.dumps(SALT.as_dict(), sort_keys=True) == before
    assert (salt.positions == positions).all()


@pytest.mark.skipif(not SHARED.exists(), reason="../shared/data is not here")
def test_the_schema_of_the_shared_crystals():
    reading = read([SHARED / "crystals.parquet"], strict=True)
    records = list(islice(reading, 300))
    assert records[0].id == "mp-1"
    assert records[0].properties["created_at"] == "2011-05-12"
    assert records[0].properties["split"] == "train"
    assert "coordination" not in records[0].properties
    assert all(record.structure.frac.max() < 1 for record in records)


@pytest.mark.skipif(not SHARED.exists(), reason="../shared/data is not here")
def test_the_schema_of_the_shared_perovskites():
    records = list(islice(read([SHARED / "perov_5.parquet"], strict=True), 50))
    assert all(len(record.structure) == 5 for record in records)
