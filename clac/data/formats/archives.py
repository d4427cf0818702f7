"""Files, folders, globs and archives as one stream of named byte streams.

Nothing is ever unpacked to disk: members are read in place, so an archive cannot write outside
its folder, and every byte that comes out of a decompressor is counted against a limit.
"""

from __future__ import annotations

import bz2
import glob
import gzip
import io
import lzma
import os
import re
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, cast

from clac.config import LimitsConfig
from clac.errors import InputError

_COMPRESSIONS = (".gz", ".bz2", ".xz")
_TARS = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz")
_SHORT_TARS = {".tgz": ".gz", ".tbz2": ".bz2", ".txz": ".xz"}
_XZ_MEMORY_BYTES = 256 * 2**20
_CHUNK = 2**20
UNPACK_ERRORS = (OSError, EOFError, ValueError, ArithmeticError, RuntimeError, NotImplementedError,
                 MemoryError, zipfile.BadZipFile, tarfile.TarError, lzma.LZMAError,
                 zlib.error, struct.error)  # fmt: skip
"""what the standard library raises on damaged archives"""


@dataclass(frozen=True, slots=True)
class Source:
    """One readable file."""

    name: str
    """as a user finds it: path, or archive path / member"""
    label: str
    """file name without the suffix of a compression"""
    open: Callable[[], BinaryIO]
    """read it from the start; forward only, and only until the next source is asked for"""
    path: Path | None
    """where it lies on disk as it is; None inside archives and compressions"""
    explicit: bool
    """named by the user, not found in a folder or archive"""


@dataclass(slots=True)
class _Budget:
    """How many bytes an archive may still unpack to."""

    left: int
    single: int
    """most bytes of one read"""

    def spend(self, count: int) -> None:
        """Count bytes; raises InputError without a place when they are too many."""
        self.left -= count
        if self.left < 0:
            raise InputError("", "unpacks to more than the limit max_archive_bytes; unpack it "
                                 "yourself if you trust it")  # fmt: skip


class _Counted(io.RawIOBase):
    """A forward-only reader that counts what it reads."""

    def __init__(self, raw: Any, budget: _Budget) -> None:
        """Wrap an open stream."""
        self._raw = raw
        self._budget = budget
        self._position = 0

    def readable(self) -> bool:
        """Tell that it reads."""
        return True

    def seekable(self) -> bool:
        """Tell that it seeks, though forward only: tarfile skips members in this way."""
        return True

    def tell(self) -> int:
        """Return how many bytes were read."""
        return self._position

    def seek(self, offset: int, whence: int = 0) -> int:
        """Read on to a later place."""
        if whence != 0 or offset < self._position:
            raise OSError("damaged archive: it points back")
        while self._position < offset:
            if not self.read(min(_CHUNK, offset - self._position)):
                break
        return self._position

    def read(self, size: int = -1) -> bytes:
        """Read up to a number of bytes, at most what one read may hold."""
        if not 0 <= size <= self._budget.single:
            raise OSError("damaged archive: it asks for an absurd length")
        data = cast(bytes, self._raw.read(size))
        self._budget.spend(len(data))
        self._position += len(data)
        return data

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer."""
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        """Close the wrapped stream too."""
        self._raw.close()
        super().close()


class _Xz(io.RawIOBase):
    """An xz reader that cannot be made to take gigabytes for its dictionary."""

    def __init__(self, raw: BinaryIO) -> None:
        """Wrap an open compressed stream."""
        self._raw = raw
        self._decoder = lzma.LZMADecompressor(memlimit=_XZ_MEMORY_BYTES)

    def readable(self) -> bool:
        """Tell that it reads."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer as far as one step of decompression goes."""
        while not self._decoder.eof:
            chunk = self._raw.read(_CHUNK) if self._decoder.needs_input else b""
            if not chunk and self._decoder.needs_input:
                raise EOFError("the compressed file is cut off")
            data = self._decoder.decompress(chunk, len(buffer))
            if data:
                buffer[: len(data)] = data
                return len(data)
        return 0

    def close(self) -> None:
        """Close the wrapped stream too."""
        self._raw.close()
        super().close()


def open_sources(
    sources: Iterable[str | Path], limits: LimitsConfig
) -> Iterator[Source | InputError]:
    """Yield every file behind paths, folders, globs and archives, or why one cannot be opened."""
    for source in sources:
        name = os.fspath(source)
        try:
            found = False
            for path, explicit in _paths(name):
                found = True
                yield from _expand(path, explicit, limits)
            if not found:
                yield InputError(name, "no such file, or an empty folder")
        except (OSError, ValueError) as error:
            yield InputError(name, f"cannot be opened: {error}")


def _paths(name: str) -> Iterator[tuple[Path, bool]]:
    """Yield the files behind a path, folder or glob, each with whether the user named it."""
    path = Path(name).expanduser()
    if not name:  # Path("") is the current folder
        return
    if path.is_dir():
        yield from ((inside, False) for inside in _walk(path))
    elif path.exists():
        yield path, True
    elif glob.has_magic(name):
        for match in _matches(str(path)):
            if match.is_dir():
                yield from ((inside, False) for inside in _walk(match))
            else:
                yield match, True


def _walk(folder: Path) -> Iterator[Path]:
    """Yield files in order, and folders that cannot be read, so that they are refused by name.

    Linked folders are not entered, so links cannot go in circles.
    """
    waiting = [folder]
    while waiting:
        inside = waiting.pop()
        try:
            entries = sorted(os.scandir(inside), key=lambda entry: entry.name)
        except OSError:
            yield inside
            continue
        folders = []
        for entry in entries:
            if entry.name.startswith("."):
                continue
            if entry.is_dir(follow_symlinks=False):
                folders.append(Path(entry.path))
            elif _is_file(entry):
                yield Path(entry.path)
        waiting.extend(reversed(folders))


def _is_file(entry: os.DirEntry[str]) -> bool:
    """Tell a file from pipes, devices, linked folders and links that lead nowhere."""
    try:
        return entry.is_file()
    except OSError:
        return False


def _matches(pattern: str) -> Iterator[Path]:
    """Yield what a glob matches; ** walks like `_walk` does."""
    if "**" not in pattern:
        yield from map(Path, sorted(glob.glob(pattern)))
        return
    fixed = re.split(r"[*?[]", pattern, maxsplit=1)[0].rpartition("/")[0]
    base = Path(fixed or ("/" if pattern.startswith("/") else "."))
    expression = _expression(pattern)
    if base.is_dir():
        yield from (path for path in _walk(base) if expression.fullmatch(str(path)))


def _expression(pattern: str) -> re.Pattern[str]:
    """Translate a glob with ** to a regular expression."""
    pattern = pattern[2:] if pattern.startswith("./") else pattern
    parts = re.split(r"(\*\*/|\*\*|\*|\?|\[[^]/]+\])", pattern)
    known = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]", "": ""}
    return re.compile("".join(
        known[part] if part in known
        else part.replace("[!", "[^").replace("\\", r"\\") if re.fullmatch(r"\[[^]/]+\]", part)
        else re.escape(part)
        for part in parts
    ), re.DOTALL)  # fmt: skip


def _expand(path: Path, explicit: bool, limits: LimitsConfig) -> Iterator[Source | InputError]:
    """Yield a plain file, or the members of an archive."""
    name, lowered = str(path), path.name.lower()
    budget = _Budget(limits.max_archive_bytes, max(limits.max_file_bytes + 1, _CHUNK))
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # opening a pipe or a device may never return
            yield InputError(name, "not a regular file, or a folder that cannot be read")
        elif lowered.endswith(".zip"):
            yield from _zip_members(path, budget, limits)
        elif lowered.endswith(_TARS):
            yield from _tar_members(path, budget, limits)
        else:
            yield _plain(path, explicit, budget)
    except InputError as error:
        yield InputError(error.origin or name, error.reason)
    except UNPACK_ERRORS as error:
        yield InputError(name, f"damaged or unreadable archive: {error}")


def _plain(path: Path, explicit: bool, budget: _Budget) -> Source:
    """Return a single file, decompressed by its suffix."""
    suffix = path.suffix.lower()
    if suffix not in _COMPRESSIONS:
        return Source(str(path), path.name, lambda: path.open("rb"), path, explicit)

    def opened() -> BinaryIO:
        stream = _Counted(_decompressed(path.open("rb"), suffix), budget)
        return cast(BinaryIO, io.BufferedReader(stream))

    return Source(str(path), path.stem, opened, None, explicit)


def _decompressed(stream: BinaryIO, suffix: str) -> BinaryIO:
    """Wrap a stream in the decompressor of a suffix."""
    match suffix:
        case ".gz":
            return cast(BinaryIO, gzip.GzipFile(fileobj=stream))
        case ".bz2":
            return cast(BinaryIO, bz2.BZ2File(stream))
        case ".xz":
            return cast(BinaryIO, io.BufferedReader(_Xz(stream)))
    return stream


def _member(
    archive: str, name: str, opened: Callable[[], BinaryIO], budget: _Budget
) -> Source | InputError | None:
    """Return an archive's member, a refusal of a name that leaves the archive, None to pass."""
    inside = PurePosixPath(name.replace("\\", "/"))
    shown = f"{archive}/{' '.join(name.split())[:200]}"
    if inside.is_absolute() or ".." in inside.parts or re.match(r"[A-Za-z]:", name):
        return InputError(shown, "the member's path leaves the archive")
    if not inside.name or any(part.startswith((".", "__MACOSX")) for part in inside.parts):
        return None
    suffix = inside.suffix.lower()
    if suffix == ".zip" or inside.name.lower().endswith(_TARS):
        return InputError(shown, "an archive inside an archive; unpack the outer one first")

    def bounded() -> BinaryIO:
        stream = opened()
        if suffix in _COMPRESSIONS:
            stream = cast(BinaryIO, _Counted(_decompressed(stream, suffix), budget))
        return cast(BinaryIO, io.BufferedReader(cast(io.RawIOBase, stream)))

    label = inside.stem if suffix in _COMPRESSIONS else inside.name
    return Source(shown, label, bounded, None, False)


def _zip_members(
    path: Path, budget: _Budget, limits: LimitsConfig
) -> Iterator[Source | InputError]:
    """Yield the members of a zip file."""
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
        _check_count(len(members), limits)
        for info in members:
            if info.is_dir():
                continue

            def opened(info: zipfile.ZipInfo = info) -> BinaryIO:
                return cast(BinaryIO, _Counted(archive.open(info), budget))

            member = _member(str(path), info.filename, opened, budget)
            if member is not None:
                yield member


def _tar_members(
    path: Path, budget: _Budget, limits: LimitsConfig
) -> Iterator[Source | InputError]:
    """Yield the members of a tar file front to back; links and devices are passed over."""
    suffix = _SHORT_TARS.get(path.suffix.lower(), path.suffix.lower())
    with (
        path.open("rb") as raw,
        _Counted(_decompressed(raw, suffix), budget) as counted,
        tarfile.open(fileobj=cast(BinaryIO, counted), mode="r:") as archive,
    ):
        count = 0
        while (info := archive.next()) is not None:
            count += 1
            _check_count(count, limits)
            archive.members.clear()  # type: ignore[attr-defined]  # else all headers stay
            if not info.isreg():
                continue

            def opened(info: tarfile.TarInfo = info) -> BinaryIO:
                return cast(BinaryIO, archive.extractfile(info))

            member = _member(str(path), info.name, opened, budget)
            if member is not None:
                yield member


def _check_count(count: int, limits: LimitsConfig) -> None:
    """Refuse an archive of absurdly many members."""
    if count > limits.max_archive_members:
        raise InputError("", f"more than {limits.max_archive_members} members; split the archive")
