"""What is damaged, missing, too new, full or closed is one clear line, and nothing is lost."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from contracts import unit_vectors
from crash_worker import RECORDS, Prepared
from living import content, tree

from clac.errors import ClacError, InputError, StoreError
from index import IndexWriter, SearchEngine
from index import build as building
from index.journal import gathered, save_vectors
from index.manifest import MANIFEST, PARTS, read_manifest
from index.staging import JOURNAL, interrupted

REBUILD = "rebuild it with: clac index build SOURCE... --out "


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make an index of two segments with a list of deleted rows."""
    folder = tmp_path_factory.mktemp("whole") / "i"
    SearchEngine.build(RECORDS[:8], folder, Prepared())
    with IndexWriter(folder, Prepared()) as writer:
        writer.add(RECORDS[5:12])
        writer.delete(["r01"])
    return folder


@pytest.fixture
def index(whole: Path, tmp_path: Path) -> Path:
    """Return a copy that may be damaged."""
    return shutil.copytree(whole, tmp_path / "i")


CHANGES: dict[str, Callable[[Path], object]] = {}


def change(do: Callable[[Path], object]) -> Callable[[Path], object]:
    CHANGES[do.__name__] = do
    return do


@change
def add(folder: Path) -> None:
    with IndexWriter(folder, Prepared()) as writer:
        writer.add(RECORDS[10:20])


@change
def delete(folder: Path) -> None:
    with IndexWriter(folder) as writer:
        writer.delete(["r02", "r06"])


@change
def compact(folder: Path) -> None:
    with IndexWriter(folder) as writer:
        writer.compact()


@change
def rebuild(folder: Path) -> None:
    SearchEngine.build(RECORDS[10:20], folder, Prepared(), force=True)


def one_line(error: ClacError) -> str:
    assert "\n" not in str(error) and len(str(error)) < 700
    return str(error)


def flipped(good: bytes, places: int) -> Iterator[bytes]:
    """Yield copies with one bit of another byte flipped, first and last ones among them."""
    last = len(good) - 1
    for number in range(places + 1):
        bad = bytearray(good)
        bad[last * number // places] ^= 1 << (number % 8)
        yield bytes(bad)


def test_a_flipped_byte_in_any_file_is_found_and_named(index: Path) -> None:
    files = tree(index)
    assert len(files) == 2 * len(PARTS) + 2
    for name in files:
        path, good = index / name, (index / name).read_bytes()
        for bad in flipped(good, 12) if good else (b"?",):
            path.write_bytes(bad)
            with pytest.raises(StoreError) as caught:
                content(index)
            message = one_line(caught.value)
            assert str(path) in message or (name == MANIFEST and str(index) in message)
            assert REBUILD + str(index) in message
            with pytest.raises(StoreError):
                compact(index)  # else what is damaged would get a good checksum
        path.write_bytes(good)
    assert tree(index) == files


@pytest.mark.parametrize("do", ["open", *CHANGES])
def test_a_removed_file_is_named(index: Path, do: str) -> None:
    for name in tree(index):
        path, good = index / name, (index / name).read_bytes()
        path.unlink()
        left = tree(index)
        with pytest.raises(StoreError) as caught:
            if do == "rebuild":
                SearchEngine.build(RECORDS[:2], index, Prepared())
            else:
                (content if do == "open" else CHANGES[do])(index)
        message = one_line(caught.value)
        assert name in message or do == "rebuild"
        assert tree(index) == left
        path.write_bytes(good)
    with pytest.raises(StoreError, match="no such index folder; make one with: clac index build"):
        (content if do in ("open", "rebuild") else CHANGES[do])(index.with_name("none"))
    assert not index.with_name("none").exists()


@pytest.mark.parametrize(("version", "says"), [
    (3, "found format version 3, expected 4; rebuild it with: "),
    (5, "found format version 5, expected 4; a newer clac wrote it: update clac, or rebuild it"),
])  # fmt: skip
def test_other_formats_are_left_alone_but_may_be_replaced(
    index: Path, version: int, says: str
) -> None:
    values = json.loads((index / MANIFEST).read_text())
    (index / MANIFEST).write_text(json.dumps({**values, "format_version": version}))
    (index / "vectors.faiss").write_bytes(b"as format 3 had it")
    before = tree(index)
    for do in (content, add, delete, compact):
        with pytest.raises(StoreError, match=says) as caught:
            do(index)
        one_line(caught.value)
    with pytest.raises(StoreError, match="an index is there already; replace it with --force"):
        SearchEngine.build(RECORDS[:2], index, Prepared())
    assert tree(index) == before
    rebuild(index)
    assert len(content(index)) == 10 and not (index / "vectors.faiss").exists()


def test_another_model_is_refused_and_changes_nothing(index: Path) -> None:
    before = tree(index)
    with pytest.raises(StoreError, match="found model double, expected other; rebuild it with"):
        content(index, "other")
    with (
        pytest.raises(StoreError, match="found model double, expected other; rebuild it with"),
        IndexWriter(index, Prepared("other")) as writer,
    ):
        writer.add(RECORDS)
    assert tree(index) == before


@contextlib.contextmanager
def full_disk(size: int) -> Iterator[None]:
    """Let no file grow beyond a size, as on a disk that is full."""
    resource = pytest.importorskip("resource")
    old = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, old[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, old)


SIZES = (0, 3, 40, 300, 900, 1500, 3000, 5000, 9000, 13000, 16400, 20500, 24600, 33000, 50000)


@pytest.mark.parametrize("do", CHANGES)
def test_a_full_disk_is_one_line_and_damages_nothing(whole: Path, do: str, tmp_path: Path) -> None:
    before, outcomes = tree(whole), []
    CHANGES[do](shutil.copytree(whole, tmp_path / "after"))
    after = content(tmp_path / "after")
    for size in SIZES:
        index = shutil.copytree(whole, tmp_path / str(size) / "i")
        try:
            with full_disk(size):
                CHANGES[do](index)
        except StoreError as error:
            assert "cannot be written: " in one_line(error)
            assert tree(index) == before
            if interrupted(index):
                SearchEngine.build(RECORDS[10:20], index, Prepared(), force=True, resume=True)
                assert do == "rebuild" and content(index) == after
            assert [path.name for path in index.parent.iterdir()] == ["i"]
            outcomes.append(False)
        else:
            assert content(index) == after
            outcomes.append(True)
    assert outcomes == sorted(outcomes) and set(outcomes) == {False, True}


@pytest.mark.parametrize("mapped_from", [0, 1 << 26], ids=["mapped", "read"])
def test_vectors_that_the_disk_cuts_short_are_found_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mapped_from: int
) -> None:
    monkeypatch.setattr("index.vectors._MAPPED_BYTES", mapped_from)
    index = gathered([unit_vectors(20, 64)], 64)  # 5,120 bytes and a head; faiss tells of none
    for size in (0, 100, 4096, 5000, 5120):
        with full_disk(size), pytest.raises(StoreError, match="v: cannot be written: "):
            save_vectors(tmp_path / "v", index)
    save_vectors(tmp_path / "v", index)


@contextlib.contextmanager
def nobody() -> Iterator[None]:
    """Be someone whom permissions hold back."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


@pytest.mark.skipif(os.name == "nt", reason="Windows has other permissions")
def test_a_folder_that_cannot_be_written_can_be_read(whole: Path) -> None:
    state = content(whole)
    with tempfile.TemporaryDirectory() as parent:
        index = shutil.copytree(whole, Path(parent) / "i")
        before = tree(index)
        for path in (Path(parent), index, *index.rglob("*")):
            path.chmod(0o555 if path.is_dir() else 0o444)
        with nobody():
            assert content(index) == state
            for do in CHANGES.values():
                with pytest.raises(StoreError, match="cannot be written: Permission denied") as e:
                    do(index)
                one_line(e.value)
            with pytest.raises(StoreError, match="cannot be"):
                SearchEngine.build(RECORDS[:2], Path(parent) / "new", Prepared())
        for path in (Path(parent), index, *index.rglob("*")):
            path.chmod(0o755)
        assert tree(index) == before


def test_damage_to_what_is_kept_of_a_build_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(building, "ROW_GROUP", 4)
    out = tmp_path / "i"
    with pytest.raises(InputError):
        SearchEngine.build(iter([*RECORDS[:9], RECORDS[0]]), out, Prepared(), strict=True)
    (kept,) = interrupted(out)
    names = [name for name in tree(kept) if name.startswith("batches/")]
    assert len(names) == 4
    for name in (JOURNAL, *names):
        path, good = kept / name, (kept / name).read_bytes()
        for bad in flipped(good, 5):
            path.write_bytes(bad)
            with pytest.raises(StoreError, match="start over with --force") as caught:
                SearchEngine.build(RECORDS[:9], out, Prepared(), resume=True)
            assert str(path) in one_line(caught.value)
        path.write_bytes(good)
    SearchEngine.build(RECORDS[:9], out, Prepared(), resume=True)
    assert read_manifest(out).count == 9
