"""Extended XYZ and the other formats that ASE reads, loaded only when one is met.

Only formats that state the whole cell are listed; those that list an asymmetric unit (PDB, SHELX,
XSD) or run code while loading are not.
"""

from __future__ import annotations

import io
import sqlite3
import warnings
from collections.abc import Iterator, Mapping
from contextlib import closing
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import quote

from clac.config import LimitsConfig
from clac.data.formats.objects import properties_of, structure_from
from clac.data.validate import place
from clac.errors import InputError
from clac.types import PropertyValue, Structure

Frame = tuple[str, Structure, dict[str, PropertyValue]]
"""id (may be empty), crystal, properties"""

PATTERNS: Mapping[str, str] = {
    "*.xsf": "xsf", "*.axsf": "xsf", "*.gen": "gen", "*.cube": "cube", "*.pwi": "espresso-in",
    "*.con": "eon", "*.xv": "siesta-xv", "*.struct_out": "struct_out", "*.magres": "magres",
    "*.cell": "castep-cell", "*.gro": "gromacs", "*.traj": "traj", "*.db": "db",
    "geometry.in*": "aims", "geometry.out": "elk",
    "*outcar*": "vasp-out", "*xdatcar*": "vasp-xdatcar", "vasprun*.xml": "vasp-xml",
}  # fmt: skip
"""lower-case file name -> ASE's name of the format"""
_LAST_ONLY = frozenset({"vasp-out", "vasp-xdatcar", "vasp-xml"})
"""records of one relaxation, of which the last step is the crystal"""
_BINARY = frozenset({"traj"})
_TRAJECTORY_MAGIC = b"- of Ulm"


def ase_format(name: str) -> str:
    """Return ASE's format for a file name; empty where it is not one of ours."""
    lowered = name.lower()
    return next((kind for pattern, kind in PATTERNS.items() if fnmatchcase(lowered, pattern)), "")


def frame_of(atoms: Any, limits: LimitsConfig) -> Frame:
    """Turn ASE Atoms into a crystal with the scalars of `info` and of its calculator.

    Raises InputError without a place.
    """
    results = getattr(atoms.calc, "results", {}) if atoms.calc is not None else {}
    properties = properties_of(results) | properties_of(atoms.info)
    identity = next((str(atoms.info[key]) for key in ("material_id", "id", "jid")
                     if isinstance(atoms.info.get(key), (str, int))), "")  # fmt: skip
    return identity, structure_from(atoms, limits), properties


def read_ase(
    data: bytes, kind: str, path: Path | None, limits: LimitsConfig
) -> Iterator[Frame | InputError]:
    """Yield the frames of a file in one of ASE's formats (bytes, or a path for databases)."""
    from ase.io import iread

    if kind in _BINARY and not data.startswith(_TRAJECTORY_MAGIC):
        # older trajectories are pickles, which run code when they are opened
        yield InputError("", "not an ASE trajectory of version 3 or later")
        return
    text = io.StringIO(data.decode("utf-8", "replace"))
    stream: Any = io.BytesIO(data) if kind in _BINARY else text
    if kind == "aims":  # ASE opens this one by name only
        if path is None:
            yield InputError("", "unpack this file first")
            return
        stream = str(path)
    index = -1 if kind in _LAST_ONLY else slice(None)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for atoms in iread(stream, index=index, format=kind):
            yield _guarded(atoms, limits)


def read_database(path: Path, limits: LimitsConfig) -> Iterator[tuple[int, Frame | InputError]]:
    """Yield (row number, frame) of an ASE database, row by row."""
    from ase.db import connect

    if not _has_systems(path):
        yield 0, InputError("", "not an ASE database in SQLite's format")
        return
    for row in connect(str(path), type="db").select():
        try:
            atoms = row.toatoms()
            atoms.info = dict(row.key_value_pairs)
        except Exception as error:  # a damaged row of a foreign file may fail in any way
            yield row.id, InputError("", f"damaged row: {type(error).__name__}: {error}")
            continue
        yield row.id, _guarded(atoms, limits)


def _has_systems(path: Path) -> bool:
    """Tell whether a file is a database of ASE: connecting to another one would write to it."""
    query = "SELECT COUNT(*) FROM sqlite_master WHERE name = 'systems'"
    with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)) as database:
        return bool(database.execute(query).fetchone()[0])


def _guarded(atoms: Any, limits: LimitsConfig) -> Frame | InputError:
    """Return a frame or the reason against it."""
    try:
        return frame_of(atoms, limits)
    except InputError as error:
        return error


def read_extxyz(stream: BinaryIO, limits: LimitsConfig) -> Iterator[tuple[int, Frame | InputError]]:
    """Yield (line of its first row, frame) of an extended XYZ stream, one frame in memory.

    A frame that cannot be used is passed over by its atom count; where the count itself is
    broken nothing tells where the next frame begins, so the rest of the file is given up.
    """
    line = 1
    while head := _line(stream, limits):
        if not head.strip():
            line += 1
            continue
        count = int(head) if head.strip().isdigit() and len(head) < 20 else 0
        if not count:
            yield line, InputError("", f"expected the number of atoms, found {head.strip()[:30]!r}")
            return
        rows = [head, _line(stream, limits)]
        for at in range(count):
            row = _line(stream, limits)
            if not row:
                yield line, InputError("", f"cut off: {at} of {count} atoms")
                return
            if at < limits.max_atoms:
                rows.append(row)
        yield line, _frame(rows, count, limits)
        line += count + 2


def _frame(rows: list[str], count: int, limits: LimitsConfig) -> Frame | InputError:
    """Read the rows of one extended XYZ frame."""
    from ase.io import read

    if count > limits.max_atoms:
        return InputError("", f"{count} atoms in the cell, at most {limits.max_atoms}")
    if "lattice" not in rows[1].lower():
        return InputError("", 'no cell: the second line of the frame needs Lattice="..."')
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            atoms = read(io.StringIO("".join(rows)), index=0, format="extxyz")
    except Exception as error:  # ASE's parser raises whatever the text provokes
        return InputError("", f"broken extended XYZ: {type(error).__name__}: {error}")
    return _guarded(atoms, limits)


def _line(stream: BinaryIO, limits: LimitsConfig) -> str:
    """Read a line, or refuse one that never ends."""
    raw = stream.readline(limits.max_file_bytes + 1)
    if len(raw) > limits.max_file_bytes:
        with place(""):
            raise InputError("", f"a line is longer than {limits.max_file_bytes} bytes")
    return raw.decode("utf-8", "replace")
