"""No input ends in a traceback or a hang: random bytes, damaged files, hostile numbers."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
import zipfile
from contextlib import suppress
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from ase.build import bulk
from ase.io import write
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clac.config import LimitsConfig
from clac.data.readers import read, read_text, structure_from
from clac.errors import InputError
from clac.types import Record

LIMITS = LimitsConfig(max_file_bytes=200_000, max_archive_bytes=2_000_000, max_archive_members=100)
QUICK = settings(max_examples=60, deadline=5000, derandomize=True,
                 suppress_health_check=list(HealthCheck))  # fmt: skip
CIF = """data_x
_symmetry_space_group_name_H-M 'F m -3 m'
_cell_length_a 5.64(2)
_cell_length_b 5.64
_cell_length_c 5.64
_cell_angle_alpha 90
_cell_angle_beta 90
_cell_angle_gamma 90
_chemical_formula_sum 'Na Cl'
loop_
_atom_site_label
_atom_site_type_symbol
_atom_site_fract_x
_atom_site_fract_y
_atom_site_fract_z
_atom_site_occupancy
Na1 Na 0 0 0 1
Cl1 Cl 0.5 0.5 0.5 1
"""
POSCAR = "salt\n1.0\n0 2.8 2.8\n2.8 0 2.8\n2.8 2.8 0\nNa Cl\n1 1\nDirect\n0 0 0\n0.5 0.5 0.5\n"
SITES = [{"species": [{"element": "Na", "occu": 1}], "abc": [0, 0, 0]},
         {"species": [{"element": "Cl", "occu": 1}], "abc": [0.5, 0.5, 0.5]}]  # fmt: skip
OBJECTS = [
    {"lattice": {"matrix": [[0, 2.8, 2.8], [2.8, 0, 2.8], [2.8, 2.8, 0]]}, "sites": SITES},
    {"lattice_mat": [[0, 2.8, 2.8], [2.8, 0, 2.8], [2.8, 2.8, 0]], "cartesian": False,
     "coords": [[0, 0, 0], [0.5, 0.5, 0.5]], "elements": ["Na", "Cl"]},
    {"cell": [4.2, 4.2, 4.2, 90, 90, 90], "atomic_numbers": [12, 8],
     "frac_coords_e8": [0, 0, 0, 50000000, 50000000, 50000000], "gap": 1.0},
    {"id": "c", "cif": CIF},
]  # fmt: skip

HOSTILE = st.sampled_from(
    ["nan", "inf", "-inf", "1e999", "-1", "0", "1e-300", "1e300", "0.02", "9" * 400, "?", ".", "''",
     "180", "1/0", "\x00", "é", "_", "loop_", "data_", ";", "#", "(", "5.6(9999999999)", "1e5",
     "0x10", "١", "{", "]", "-0", "x,y,z", "1_000", "True", "null", "\n", "\n;\n",
     "1 2 3"])  # fmt: skip
HOSTILE_JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5),
              st.sampled_from([1e308, -1e308, 1e-308, 10**30, "nan", "X", CIF, POSCAR])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.sampled_from(["sites", "lattice", "matrix", "abc", "species", "element", "occu", "cell",
                         "atomic_numbers", "numbers", "frac_coords", "structure", "data", "id",
                         "columns", "properties"]), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


def consume(data: bytes, name: str, folder: Path) -> None:
    """Write bytes, read them, and check what comes out."""
    path = folder / name
    path.write_bytes(data)
    reading = read([path], limits=LIMITS)
    for record in reading:
        check(record)
    assert reading.n_read + reading.n_refused > 0 or name.endswith((".jsonl", ".json", ".db"))
    for refusal in reading.refusals:
        assert refusal.reason
        assert "\n" not in refusal.reason


def check(record: Record) -> None:
    """Check that a record can be computed with."""
    structure = record.structure
    assert np.isfinite(structure.cell).all()
    assert ((structure.frac >= 0) & (structure.frac < 1)).all()
    assert structure.numbers.min() >= 1
    assert structure.volume_ang3 >= len(structure)
    assert all(value is not None and value == value for value in record.properties.values())


@st.composite
def damaged(draw: st.DrawFn, whole: bytes) -> bytes:
    """Cut, overwrite, double or splice a valid file."""
    data = bytearray(whole)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, max(0, len(data) - 1)))
        length = draw(st.integers(0, 20))
        match draw(st.integers(0, 3)):
            case 0:
                data[at : at + length] = draw(st.binary(max_size=20))
            case 1:
                del data[at:]
            case 2:
                data[at:at] = data[at : at + 200]
            case 3:
                data[at : at + 1] = bytes([draw(st.integers(0, 255))])
    return bytes(data)


@st.composite
def hostile(draw: st.DrawFn, text: str) -> str:
    """Replace some words of a text by hostile ones."""
    words = text.replace("\n", " \n ").split(" ")
    for _ in range(draw(st.integers(1, 3))):
        words[draw(st.integers(0, len(words) - 1))] = draw(HOSTILE)
    return " ".join(words)


def packed() -> dict[str, bytes]:
    """Return a valid file of every binary or archived kind."""
    table, tar, zipped, text = io.BytesIO(), io.BytesIO(), io.BytesIO(), io.StringIO()
    pq.write_table(pa.Table.from_pylist([OBJECTS[2]] * 3), table)
    with tarfile.open(fileobj=tar, mode="w") as archive:
        info = tarfile.TarInfo("a.cif")
        info.size = len(CIF)
        archive.addfile(info, io.BytesIO(CIF.encode()))
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.cif", CIF)
    write(text, [bulk("NaCl", "rocksalt", a=5.64)] * 2, format="extxyz")
    return {
        "a.cif": CIF.encode(), "POSCAR": POSCAR.encode(), "a.xyz": text.getvalue().encode(),
        "a.json": json.dumps(OBJECTS).encode(), "b.json": json.dumps(OBJECTS[0]).encode(),
        "a.jsonl": "\n".join(map(json.dumps, OBJECTS)).encode(), "a.parquet": table.getvalue(),
        "a.tar": tar.getvalue(), "a.tar.gz": gzip.compress(tar.getvalue()),
        "a.zip": zipped.getvalue(), "a.cif.gz": gzip.compress(CIF.encode()),
    }  # fmt: skip


PACKED = packed()
NAMES = [*PACKED, "a.xsf", "a.gen", "a.traj", "a.db", "a.pwi", "geometry.in", "a.cube", "OUTCAR",
         "vasprun.xml", "XDATCAR", "a.cell", "a.gro", "a.magres", "a.con", "a.xv", "a.struct_out",
         "geometry.out", "unknown", "a.cif.xz", "a.cif.bz2"]  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return one folder for all examples."""
    return tmp_path_factory.mktemp("fuzz")


def test_the_valid_files_are_valid(folder):
    for name, data in PACKED.items():
        (folder / name).write_bytes(data)
        assert list(read([folder / name], strict=True, limits=LIMITS)), name


@QUICK
@given(name=st.sampled_from(NAMES), data=st.binary(max_size=300))
def test_random_bytes(folder, name, data):
    consume(data, name, folder)


@pytest.mark.parametrize("name", PACKED)
@QUICK
@given(data=st.data())
def test_damaged_files(folder, name, data):
    consume(data.draw(damaged(PACKED[name])), name, folder)


@pytest.mark.parametrize("text", [CIF, POSCAR, PACKED["a.xyz"].decode()], ids=["a", "b", "c"])
@QUICK
@given(data=st.data())
def test_hostile_words(text, data):
    try:
        for record in read_text(data.draw(hostile(text)), "given", LIMITS):
            check(record)
    except InputError as error:
        assert "\n" not in str(error)


@QUICK
@given(text=st.text(max_size=300))
def test_random_text(text):
    with suppress(InputError):
        read_text(text, "given", LIMITS)


@QUICK
@given(value=HOSTILE_JSON, data=st.data())
def test_hostile_json(value, data):
    target = json.loads(json.dumps(data.draw(st.sampled_from(OBJECTS))))
    target[data.draw(st.sampled_from([*target, "structure"]))] = value
    for one in (value, target):
        with suppress(InputError):
            read_text(json.dumps(one, allow_nan=True), "given", LIMITS)
        with suppress(InputError):
            structure_from(one, LIMITS)


@QUICK
@given(cell=st.lists(st.floats(width=64), min_size=9, max_size=9),
       frac=st.lists(st.floats(width=64), min_size=6, max_size=6))  # fmt: skip
def test_hostile_numbers(cell, frac):
    try:
        structure = structure_from({"cell": cell, "numbers": [12, 8], "frac": frac})
    except InputError:
        return
    assert np.isfinite(structure.cell).all()


@pytest.mark.parametrize(
    "text",
    ["[" * 100_000, "{\"a\":" * 50_000, "[" + "9" * 50_000 + "]",
     "data_x\nloop_\n" + "_a\n" * 20_000,
     "data_x\n_cell_length_a " + "1" * 100_000, "\n" * 100_000, "9" * 1000 + "\nLattice=\"\"\n",
     "(" * 50_000, CIF + "Na1 " * 20_000, "1\nLattice=\"" + "1 " * 20_000 + "\"\nNa 0 0 0\n",
     "1\n" + "Properties=" * 5000 + "=Lattice\nNa 0 0 0\n", "\ufeff", ""],
    ids=range(13),
)  # fmt: skip
def test_nested_long_and_empty_texts(text):
    with pytest.raises(InputError):
        read_text(text, "given", LIMITS)
