"""Folders, globs, compressions and archives, friendly and hostile."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import tarfile
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from clac.config import LimitsConfig
from clac.data.readers import read
from clac.errors import InputError

CIF = ("data_{}\n_cell_length_a 4\n_cell_length_b 4\n_cell_length_c 4\n_cell_angle_alpha 90\n"
       "_cell_angle_beta 90\n_cell_angle_gamma 90\nloop_\n_atom_site_label\n_atom_site_fract_x\n"
       "_atom_site_fract_y\n_atom_site_fract_z\nCu1 0 0 0\n")  # fmt: skip
SMALL = LimitsConfig(max_file_bytes=100_000, max_archive_bytes=3_000_000, max_archive_members=50)


def make_tar(path: Path, members: dict[str, bytes], mode: str = "w") -> Path:
    """Write a tar archive."""
    with tarfile.open(path, mode) as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return path


def ids(*sources: Path | str, limits: LimitsConfig = SMALL) -> list[str]:
    """Read strictly and return the ids."""
    return [record.id for record in read(sources, strict=True, limits=limits)]


def reasons(*sources: Path | str, limits: LimitsConfig = SMALL) -> list[str]:
    """Read and return why something was refused."""
    reading = read(sources, limits=limits)
    list(reading)
    return [f"{one.origin}: {one.reason}" for one in reading.refusals]


@pytest.fixture
def text() -> bytes:
    """Return a small CIF."""
    return CIF.format("x").encode()


def test_compressed_files(tmp_path, text):
    for suffix, packed in ((".gz", gzip.compress(text)), (".bz2", bz2.compress(text)),
                           (".xz", lzma.compress(text)), ("", text)):  # fmt: skip
        path = tmp_path / f"one.cif{suffix}"
        path.write_bytes(packed)
        assert ids(path) == ["one"]
        if suffix:
            path.write_bytes(packed[:-20])
            assert len(reasons(path)) == 1
            path.write_bytes(b"junk")
            assert len(reasons(path)) == 1


@pytest.mark.parametrize(
    ("suffix", "mode"),
    [("tar", "w"), ("tar.gz", "w:gz"), ("tgz", "w:gz"), ("tar.bz2", "w:bz2"), ("tar.xz", "w:xz")],
)
def test_tar_members(tmp_path, text, suffix, mode):
    members = {
        "in/a.cif": text,
        "in/b.cif.gz": gzip.compress(text),
        "README": b"words",
        "in/._a.cif": b"junk",
        "bad.cif": b"data_x\n_cell_length_a nan\n",
        "c.cif": text,
    }
    path = make_tar(tmp_path / f"set.{suffix}", members, mode)
    reading = read([path], limits=SMALL)
    records = list(reading)
    assert [record.id for record in records] == ["a", "b", "c"]
    assert records[0].origin == f"{path}/in/a.cif:x"
    assert [one.origin for one in reading.refusals] == [f"{path}/bad.cif:x"]


def test_zip_members(tmp_path, text):
    path = tmp_path / "set.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("in/a.cif", text)
        archive.writestr("in/b.cif.gz", gzip.compress(text))
        archive.writestr("__MACOSX/a.cif", b"junk")
        archive.writestr("inner.zip", b"junk")
    reading = read([path], limits=SMALL)
    assert [record.id for record in reading] == ["a", "b"]
    assert "archive inside" in reading.refusals[0].reason


def test_members_cannot_leave_the_archive(tmp_path, text, monkeypatch):
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    names = ["../evil.cif", "/tmp/evil.cif", "a/../../evil.cif", "C:\\evil.cif", "..\\evil.cif"]
    make_tar(tmp_path / "evil.tar", dict.fromkeys(names, text))
    with zipfile.ZipFile(tmp_path / "evil.zip", "w") as archive:
        for name in names:
            archive.writestr(name, text)
    for name in ("evil.tar", "evil.zip"):
        found = reasons(tmp_path / name)
        assert len(found) == len(names)
        assert all("leaves the archive" in reason for reason in found)
    assert list(folder.iterdir()) == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["evil.tar", "evil.zip", "work"]


def test_links_and_devices_in_tars_are_passed_over(tmp_path, text):
    secret = tmp_path / "secret.cif"
    secret.write_bytes(text)
    with tarfile.open(tmp_path / "links.tar", "w") as archive:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE):
            info = tarfile.TarInfo(f"{kind!r}.cif")
            info.type, info.linkname = kind, str(secret)
            archive.addfile(info)
    assert "no structure files" in reasons(tmp_path / "links.tar")[0]


def test_bombs_are_stopped_early(tmp_path):
    zeros = bytes(20_000_000)
    (tmp_path / "bomb.cif.gz").write_bytes(gzip.compress(zeros))
    (tmp_path / "bomb.cif.xz").write_bytes(lzma.compress(zeros, preset=1))
    make_tar(tmp_path / "bomb.tar.gz", {"a.cif": zeros}, "w:gz")
    make_tar(tmp_path / "skip.tar.gz", {"a.unknown": zeros}, "w:gz")
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.cif", zeros)
    with zipfile.ZipFile(tmp_path / "many.zip", "w") as archive:
        for at in range(60):
            archive.writestr(f"{at}.cif", b"")
    del zeros
    tracemalloc.start()
    for path in sorted(tmp_path.iterdir()):
        found = reasons(path)
        assert found
        assert all("larger than" in reason or "max_archive_bytes" in reason or "members" in reason
                   for reason in found)  # fmt: skip
    assert tracemalloc.get_traced_memory()[1] < 15_000_000
    tracemalloc.stop()


def test_a_header_cannot_ask_for_gigabytes(tmp_path):
    header = tarfile.TarInfo("x")
    header.type, header.size = tarfile.XHDTYPE, 6 * 2**30
    (tmp_path / "pax.tar").write_bytes(header.tobuf(tarfile.GNU_FORMAT) + bytes(2048))
    tracemalloc.start()
    assert "absurd length" in reasons(tmp_path / "pax.tar")[0]
    assert tracemalloc.get_traced_memory()[1] < 15_000_000
    tracemalloc.stop()


def test_damaged_archives_are_refused(tmp_path, text):
    whole = make_tar(tmp_path / "set.tar.gz", {"a.cif": text * 50}, "w:gz").read_bytes()
    for name, data in (("a.tar.gz", whole[:100]), ("a.zip", whole), ("a.tar", whole),
                       ("b.tar.xz", whole), ("e.zip", b""), ("e.tar.gz", b"")):  # fmt: skip
        (tmp_path / name).write_bytes(data)
        assert reasons(tmp_path / name), name


def test_folders_are_walked_in_order_and_links_do_not_go_in_circles(tmp_path, text):
    for name in ("b/two.cif", "a/one.cif", "a/deep/three.cif", ".hidden/x.cif"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text)
    os.symlink(tmp_path, tmp_path / "a" / "loop")
    os.symlink(tmp_path / "a", tmp_path / "b" / "loop2")
    os.symlink("self.cif", tmp_path / "self.cif")
    os.mkfifo(tmp_path / "pipe.cif")
    assert ids(tmp_path) == ["one", "three", "two"]
    assert sorted(ids(str(tmp_path / "**" / "*.cif"))) == ["one", "three", "two"]
    assert ids(str(tmp_path / "a" / "*.cif")) == ["one"]
    assert ids(str(tmp_path / "**" / "t[!h]?.cif")) == ["two"]
    with pytest.raises(InputError, match="regular"):
        ids(tmp_path / "pipe.cif")
    with pytest.raises(InputError, match="no such file"):
        ids(str(tmp_path / "*.nothing"))


def test_reading_streams(tmp_path):
    path = tmp_path / "many.jsonl.gz"
    line = b'{"cell": [4, 4, 4, 90, 90, 90], "numbers": [29], "frac_coords": [0, 0, 0]}\n'
    with gzip.open(path, "wb", compresslevel=1) as file:
        for _ in range(3000):
            file.write(line)
    tracemalloc.start()
    assert sum(1 for _ in read([path], strict=True)) == 3000
    assert tracemalloc.get_traced_memory()[1] < 3_000_000
    tracemalloc.stop()
