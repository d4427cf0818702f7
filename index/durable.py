"""Writing that no power cut and no second writer can spoil: every durable step goes through here.

What `rename` gives its place is whole on the disk before and stays there after: first the bytes are
pushed to the disk, then the name, then the folder that holds the name.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from clac.errors import StoreError

try:
    import fcntl
except ImportError:  # pragma: no cover - Windows
    fcntl = None  # type: ignore[assignment]
    import msvcrt

LOCK = "write.lock"
before_step: Callable[..., None] | None = None
"""called before each step with its name and places; tests count the steps and stop at one"""


@contextlib.contextmanager
def reported(place: Path) -> Iterator[None]:
    """Turn an OSError, such as a full disk, into a StoreError of one line that names the place."""
    try:
        yield
    except OSError as error:
        reason = " ".join(str(error.strerror or error).split())
        raise StoreError(f"{place}: cannot be written: {reason}") from error


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Be the one writer of a folder; the system ends this with the process, however it ends.

    Raises StoreError where another process, or another part of this one, writes already.
    """
    with reported(folder), (folder / LOCK).open("ab+") as file:
        if not _take(file):
            file.seek(0)
            writer = file.read(20).decode("ascii", "replace").strip() or "?"
            raise StoreError(
                f"{folder}: process {writer} is writing to it; try again when it is done"
            )
        file.truncate(0)
        file.write(str(os.getpid()).encode())
        file.flush()
        try:
            yield
        finally:
            _release(file)


def write_file(path: Path, content: bytes) -> None:
    """Replace a file in one step: it holds what it held before, or all of the new content."""
    part = path.with_name(f".{path.name}.part")
    _step("write", part)
    with part.open("wb") as file:
        file.write(content)
    sync(part)
    rename(part, path)


def rename(source: Path, target: Path) -> None:
    """Give a file or folder its place, in the place of a file or an empty folder."""
    _step("rename", target, source)
    os.replace(source, target)
    sync(target.parent)


def make_folder(folder: Path) -> None:
    """Make a folder that is not there, and those above it that are not."""
    if not folder.is_dir():
        make_folder(folder.parent)
        _step("make", folder)
        folder.mkdir(exist_ok=True)
        sync(folder.parent)


def sync_tree(folder: Path) -> None:
    """Push a folder to the disk: the files, the folders in it and their names."""
    for path in sorted(folder.iterdir()):
        sync_tree(path) if path.is_dir() else sync(path)
    sync(folder)


def sync(path: Path) -> None:
    """Push a file, or the names in a folder, to the disk, where the system can."""
    _step("sync", path)
    is_folder = path.is_dir()
    if is_folder and os.name == "nt":
        return
    descriptor = os.open(path, os.O_RDONLY if is_folder else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remove(path: Path) -> None:
    """Remove a file or folder that nothing names any more, as far as the system lets us.

    Windows keeps what a reader has open; the next writer removes it.
    """
    with contextlib.suppress(OSError):
        if path.is_dir() and not path.is_symlink():
            for part in sorted(path.iterdir()):
                remove(part)
            _step("remove", path)
            path.rmdir()
        else:
            _step("remove", path)
            path.unlink(missing_ok=True)


def _step(name: str, *places: Path) -> None:
    if before_step is not None:
        before_step(name, *places)


def _take(file: BinaryIO) -> bool:
    """Take the lock of an open file; tell whether nobody has it."""
    try:
        if fcntl is not None:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        else:  # pragma: no cover - Windows; a byte far behind the number, which stays readable
            file.seek(1 << 20)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
    except BlockingIOError:
        return False
    except PermissionError:  # pragma: no cover - Windows says so
        return False
    return True


def _release(file: BinaryIO) -> None:
    if fcntl is not None:
        fcntl.flock(file, fcntl.LOCK_UN)
    else:  # pragma: no cover - Windows
        file.seek(1 << 20)
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)  # type: ignore[attr-defined]
