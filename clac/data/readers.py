"""The one door for crystals: files, folders, globs and archives in, an iterator of Record out.

What cannot be represented is refused with its place and a reason, and the rest goes on.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, TypeVar

from clac.config import LimitsConfig
from clac.data.formats.archives import Source, open_sources
from clac.data.formats.ase_formats import ase_format, read_ase, read_database, read_extxyz
from clac.data.formats.cif import looks_like_cif, read_cif
from clac.data.formats.objects import structure_from, words_of
from clac.data.formats.poscar import read_poscar
from clac.data.formats.tables import read_json, read_lines, read_parquet, read_whole
from clac.data.validate import check_structure
from clac.errors import InputError
from clac.types import PropertyValue, Record, Refusal, Structure

__all__ = ["Reading", "check_structure", "entries", "format_of", "read", "read_one", "read_text",
           "structure_from"]  # fmt: skip

KEPT_REFUSALS = 1000
"""refusals that are kept in memory; a file takes them all"""
MAX_REASON = 400

_SUFFIXES = {
    ".cif": "cif", ".mcif": "cif", ".json": "json", ".jsonl": "jsonl", ".ndjson": "jsonl",
    ".parquet": "parquet", ".pq": "parquet", ".xyz": "extxyz", ".extxyz": "extxyz",
    ".vasp": "poscar", ".poscar": "poscar", ".contcar": "poscar",
}  # fmt: skip
_ADVICE = ("known: CIF, POSCAR, extended XYZ, JSON, JSONL, Parquet, and the formats of ASE that "
           "state the whole cell")  # fmt: skip

Found = tuple[str, str, Structure, dict[str, PropertyValue]] | InputError
"""place inside the file, id (may be empty), crystal, properties"""
Entries = Callable[[Iterable[str | Path], LimitsConfig], Iterator[Record | InputError]]
"""gives the records and refusals of sources"""
T = TypeVar("T")


class Reading:
    """Records of some sources, read while one iterates, with the count of what was refused."""

    def __init__(
        self, sources: Iterable[str | Path], *, strict: bool = False,
        limits: LimitsConfig | None = None, refusals_path: Path | None = None,
        opened: Entries | None = None,
    ) -> None:  # fmt: skip
        """Prepare to read; nothing is opened before iteration. `opened` replaces `entries`."""
        self._entries = opened or entries
        self._sources = [sources] if isinstance(sources, (str, Path)) else list(sources)
        self._strict = strict
        self._limits = limits or LimitsConfig()
        self._path = refusals_path
        self.n_read = 0
        self.n_refused = 0
        self.refusals: list[Refusal] = []
        """the first 1000"""

    def __iter__(self) -> Iterator[Record]:
        """Yield records; raises InputError at the first refusal where `strict` is set."""
        self.n_read = self.n_refused = 0
        self.refusals.clear()
        if self._path is not None:
            try:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                self._path.write_text("")
            except OSError as error:
                raise InputError(str(self._path), f"cannot be written: {error}") from error
        for found in self._entries(self._sources, self._limits):
            if isinstance(found, InputError):
                self.refuse(Refusal(found.origin, found.reason))
            else:
                self.n_read += 1
                yield found
        if not self.n_read and not self.n_refused:
            places = ", ".join(map(str, self._sources[:5])) or "no source"
            self.refuse(Refusal(places, f"no structure files found; {_ADVICE}"))

    def refuse(self, refusal: Refusal) -> None:
        """Count a refusal, also one of a later step; raises InputError where `strict` is set."""
        self.n_refused += 1
        if len(self.refusals) < KEPT_REFUSALS:
            self.refusals.append(refusal)
        if self._path is not None:
            line = json.dumps({"origin": refusal.origin, "reason": refusal.reason})
            with self._path.open("a", encoding="utf-8") as file:
                file.write(line + "\n")
        if self._strict:
            raise InputError(refusal.origin, refusal.reason)


def read(
    sources: Iterable[str | Path], *, strict: bool = False, limits: LimitsConfig | None = None,
    refusals_path: Path | None = None,
) -> Reading:  # fmt: skip
    """Read the crystals of files, folders, globs and archives, one at a time.

    Refusals go on as counts, as a list of the first 1000, and as JSON lines {origin, reason} to
    `refusals_path`; where `strict` is set, the first raises InputError.
    """
    return Reading(sources, strict=strict, limits=limits, refusals_path=refusals_path)


def read_one(path: str | Path, limits: LimitsConfig | None = None) -> Record:
    """Return the one crystal of a file; raises InputError for none, several, or a refused one."""
    records = iter(read([path], strict=True, limits=limits))
    first = next(records, None)
    if first is None:
        raise InputError(str(path), "no structure")
    if next(records, None) is not None:
        raise InputError(str(path), "more than one structure; give a file with one")
    return first


def read_text(text: str, name: str, limits: LimitsConfig | None = None) -> list[Record]:
    """Read a CIF, POSCAR, JSON or extended XYZ text; `name` stands for the file in messages.

    Raises InputError at the first structure that is refused.
    """
    limits = limits or LimitsConfig()
    data = io.BytesIO(text.encode("utf-8", "replace"))
    stem = _stem(Path(name).name)
    found = [_sayable(one) for one in _guarded(_sniffed(text), data, None, name, stem, limits)]
    for one in found:
        if isinstance(one, InputError):
            raise one
    return [one for one in found if isinstance(one, Record)]


def _sayable(found: Record | InputError) -> Record | InputError:
    """Replace what UTF-8 cannot carry: JSON can name one half of a pair of surrogates."""
    if isinstance(found, InputError):
        return InputError(_utf8(found.origin), _utf8(found.reason))
    properties = {
        _utf8(name): _utf8(value) if isinstance(value, str) else value
        for name, value in found.properties.items()
    }
    return Record(_utf8(found.id), found.structure, _utf8(found.text), properties,
                  _utf8(found.origin))  # fmt: skip


def _utf8(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def entries(sources: Iterable[str | Path], limits: LimitsConfig) -> Iterator[Record | InputError]:
    """Yield the records and refusals of files, folders, globs and archives."""
    for source in open_sources(sources, limits):
        if isinstance(source, InputError):
            yield source
            continue
        kind = format_of(source.label)
        if kind or source.explicit:
            yield from _open(source, kind, limits)


def format_of(label: str) -> str:
    """Return the format that a file name stands for; empty where it tells none."""
    lowered = label.lower()
    if kind := _SUFFIXES.get(Path(lowered).suffix, ""):
        return kind
    if lowered.startswith(("poscar", "contcar")):
        return "poscar"
    return ase_format(label)


def _sniffed(text: str) -> str:
    """Tell the format of a text from its beginning."""
    start = text.removeprefix("\ufeff").lstrip()
    if start[:1] in {"{", "["}:
        return "json"
    if looks_like_cif(text):
        return "cif"
    lines = start.split("\n", 2)
    is_xyz = lines[0].strip().isdigit() and len(lines) > 1 and "=" in lines[1]
    return "extxyz" if is_xyz else "poscar"


def _stem(label: str) -> str:
    """Return a file name without the suffix of its format."""
    path = Path(label)
    return path.stem if format_of(label) and path.suffix else label


def _open(source: Source, kind: str, limits: LimitsConfig) -> Iterator[Record | InputError]:
    """Open a source and read it; a name that tells nothing leaves it to the content."""
    try:
        with source.open() as stream:
            if not kind:
                data = read_whole(stream, limits)
                text = data.decode("utf-8", "replace")
                kind = "parquet" if data[:4] == b"PAR1" else _sniffed(text)
                stream = io.BytesIO(data)
            yield from _guarded(kind, stream, source.path, source.name, _stem(source.label), limits)
    except InputError as error:
        yield InputError(error.origin or source.name, _line(error.reason))
    except Exception as error:  # damaged files fail in whatever way their decoder knows
        yield InputError(source.name, _line(f"cannot be opened: {_told(error)}"))


def _guarded(
    kind: str, stream: BinaryIO, path: Path | None, name: str, stem: str, limits: LimitsConfig
) -> Iterator[Record | InputError]:
    """Read a stream of a known format; whatever a parser raises becomes a refusal."""
    for found in _caught(_read(kind, stream, path, name, stem, limits), kind):
        if isinstance(found, InputError):
            yield InputError(found.origin or name, _line(found.reason))
        else:
            yield found


def _caught(entries: Iterator[T], kind: str) -> Iterator[T | InputError]:
    """Yield entries; what the parser raises becomes the last of them."""
    try:
        yield from entries
    except InputError as error:
        yield error
    except Exception as error:  # parsers of others raise whatever a hostile text provokes
        yield InputError("", f"cannot be read as {kind}: {_told(error)}")


def _told(error: Exception) -> str:
    """Name an error of another library."""
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


def _line(reason: str) -> str:
    """Keep a reason to one line of bounded length."""
    return " ".join(reason.split())[:MAX_REASON]


def _read(
    kind: str, stream: BinaryIO, path: Path | None, name: str, stem: str, limits: LimitsConfig
) -> Iterator[Record | InputError]:
    """Read a stream by its format."""
    match kind:
        case "json":
            yield from read_json(stream, name, stem, limits)
        case "jsonl":
            yield from read_lines(stream, name, stem, limits)
        case "parquet":
            yield from read_parquet(path or io.BytesIO(read_whole(stream, limits)), name, stem,
                                    limits)  # fmt: skip
        case _:
            yield from _named(_caught(_found(kind, stream, path, limits), kind), name, stem)


def _found(kind: str, stream: BinaryIO, path: Path | None, limits: LimitsConfig) -> Iterator[Found]:
    """Read crystals from a format that knows no ids."""
    match kind:
        case "cif":
            for block in read_cif(_text(stream, limits), limits):
                yield block if isinstance(block, InputError) else (block[0], "", *block[1:])
        case "poscar":
            yield "", "", read_poscar(_text(stream, limits), limits), {}
        case "extxyz":
            yield from map(_placed, read_extxyz(stream, limits))
        case "db" if path is not None:
            yield from map(_placed, read_database(path, limits))
        case "db":
            yield InputError("", "a database inside an archive; unpack it first")
        case _:
            frames = read_ase(read_whole(stream, limits), kind, path, limits)
            yield from map(_placed, enumerate(frames, 1))


def _placed(
    entry: tuple[int, tuple[str, Structure, dict[str, PropertyValue]] | InputError],
) -> Found:
    """Give a frame or refusal its number."""
    number, frame = entry
    if isinstance(frame, InputError):
        return InputError(str(number), frame.reason)
    return str(number), *frame


def _text(stream: BinaryIO, limits: LimitsConfig) -> str:
    """Return a stream's text."""
    return read_whole(stream, limits).decode("utf-8-sig", "replace")


def _named(entries: Iterator[Found], name: str, stem: str) -> Iterator[Record | InputError]:
    """Name records: by an id of their own, the file where it holds one, the block, a number."""
    entry = next(entries, None)
    count = 0
    while entry is not None:
        following = next(entries, None)
        count += 1
        if isinstance(entry, InputError):
            yield InputError(f"{name}:{entry.origin}" if entry.origin else name, entry.reason)
        else:
            place, identity, structure, properties = entry
            numbered = f"{stem}-{count}" if not place or place.isdigit() else place
            identity = identity or (stem if count == 1 and following is None else numbered)
            yield Record(identity, structure, words_of(properties), properties,
                         f"{name}:{place}" if place else name)  # fmt: skip
        entry = following
