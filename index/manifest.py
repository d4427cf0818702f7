"""What an index folder holds: immutable segments and which of their rows are deleted.

    manifest.json                  names all of the below, each with its SHA-256
    deleted-<hash>.json            rows of segments that are deleted or replaced
    segments/<number>/             vectors, catalog, properties, words, axes, refusals
    write.lock                     held by the one writer

Nothing that a manifest names ever changes. A change writes new files beside the old ones and then
replaces the manifest in one step; only then do files that it no longer names go.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from clac.errors import StoreError
from index import durable

FORMAT_VERSION = 4
MANIFEST = "manifest.json"
SEGMENTS = "segments"
VECTORS = "vectors.faiss"
CATALOG = "catalog.parquet"
PROPERTIES = "properties.parquet"
REFUSALS = "refusals.jsonl"
WORDS = "words.sqlite"
AXES = "axes.safetensors"
"""absent from segments that older versions wrote"""
PARTS = (VECTORS, CATALOG, PROPERTIES, WORDS, AXES, REFUSALS)
_MAKE = "make one with: clac index build SOURCE... --out"


@dataclass(frozen=True, slots=True)
class Segment:
    """Rows that were written together and never change."""

    name: str
    """of its folder in segments/"""
    count: int
    """rows, deleted ones included"""
    files: Mapping[str, str]
    """file name -> SHA-256 in hex"""
    kind: str = "exact"
    """of the vector index: 'exact' or one of `index.kinds.KINDS`"""
    recall: float = 1.0
    """measured share of the 10 true neighbours that a search finds"""
    dial: Mapping[str, int] = field(default_factory=dict)
    """what reaches that recall, such as efSearch 64"""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an index folder holds."""

    format_version: int
    generation: int
    """one more with each change"""
    model_id: str
    dim: int
    count: int
    """crystals"""
    n_read: int
    """inputs that builds and adds saw: indexed and refused"""
    n_refused: int
    created: str
    """ISO 8601, UTC"""
    changed: str
    segments: tuple[Segment, ...]
    """in the order of their rows"""
    deleted: Mapping[str, str]
    """file name -> SHA-256 of the list of deleted rows; empty where there are none"""
    asked_kind: str
    """of the vector index, by the build; what is added is exact until it is compacted"""
    asked_recall: float

    @property
    def kind(self) -> str:
        """Return the kind of the largest segment."""
        return self._largest.kind

    @property
    def recall(self) -> float:
        """Return the measured share of the 10 true neighbours that a search finds there."""
        return self._largest.recall

    @property
    def dial(self) -> Mapping[str, int]:
        """Return what reaches that recall, such as efSearch 64."""
        return self._largest.dial

    @property
    def _largest(self) -> Segment:
        return max(self.segments, key=lambda segment: segment.count)

    @property
    def parts(self) -> dict[str, str]:
        """Return the SHA-256 of each file, by its path in the folder."""
        inside = {
            f"{SEGMENTS}/{segment.name}/{name}": found
            for segment in self.segments
            for name, found in segment.files.items()
        }
        return {**inside, **self.deleted}


def first_manifest(
    segment: Segment,
    *,
    model_id: str,
    dim: int,
    n_read: int,
    n_refused: int,
    asked_kind: str = "auto",
    asked_recall: float = 1.0,
) -> Manifest:
    """Describe an index of one segment."""
    today = now()
    return Manifest(
        format_version=FORMAT_VERSION,
        generation=1,
        model_id=model_id,
        dim=dim,
        count=segment.count,
        n_read=n_read,
        n_refused=n_refused,
        created=today,
        changed=today,
        segments=(segment,),
        deleted={},
        asked_kind=asked_kind,
        asked_recall=asked_recall,
    )


def now() -> str:
    """Return the time as a manifest writes it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def describe_segment(folder: Path, count: int, **vectors: Any) -> Segment:
    """Hash the files of a finished segment of so many rows; vectors: kind, recall and dial."""
    files = {name: sha256_of(folder / name) for name in PARTS}
    return Segment(folder.name, count, files, **vectors)


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Replace the manifest of a folder in one step; what it names must be on the disk."""
    values = dataclasses.asdict(manifest)
    values["sha256"] = digest(values)
    durable.write_file(folder / MANIFEST, (json.dumps(values, indent=2) + "\n").encode())


def write_deleted(folder: Path, rows: Mapping[str, Iterable[int]]) -> dict[str, str]:
    """Write a list of deleted rows by segment, durably; return its name and its SHA-256."""
    listed = {name: sorted(map(int, found)) for name, found in rows.items()}
    listed = {name: found for name, found in sorted(listed.items()) if found}
    if not listed:
        return {}
    content = json.dumps(listed).encode()
    found = hashlib.sha256(content).hexdigest()
    name = f"deleted-{found[:16]}.json"
    durable.write_file(folder / name, content)
    return {name: found}


def read_deleted(folder: Path, manifest: Manifest) -> dict[str, list[int]]:
    """Return the deleted rows of each segment."""
    found: dict[str, list[int]] = {segment.name: [] for segment in manifest.segments}
    for name in manifest.deleted:
        try:
            found.update(json.loads((folder / name).read_text(encoding="utf-8")))
        except (OSError, ValueError) as error:
            raise StoreError(f"{folder / name}: cannot be read; {rebuild_hint(folder)}") from error
    return found


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest of an index folder, without a look at its parts.

    Raises StoreError where it is missing, damaged or of another format version.
    """
    if not folder.is_dir():
        raise StoreError(f"{folder}: no such index folder; {_MAKE} {folder}")
    path = folder / MANIFEST
    if not path.is_file():
        raise StoreError(f"{folder}: not an index, found no {MANIFEST}; {_MAKE} DIR")
    try:
        values: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        version = values["format_version"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoreError(f"{path}: cannot be read ({error}); {rebuild_hint(folder)}") from error
    if version != FORMAT_VERSION:
        newer = isinstance(version, int) and version > FORMAT_VERSION
        raise StoreError(
            f"{folder}: found format version {version}, expected {FORMAT_VERSION}; "
            f"{'a newer clac wrote it: update clac, or ' * newer}{rebuild_hint(folder)}"
        )
    found, expected = values.pop("sha256", ""), digest(values)
    if found != expected:
        raise StoreError(_mismatch(path, "SHA-256", expected, found, folder))
    segments = tuple(Segment(**segment) for segment in values.pop("segments"))
    return Manifest(**values, segments=segments)


def content_of(manifest: Manifest) -> str:
    """Name the state of an index: the same as long as no file of it changes."""
    return digest(manifest.parts)


def check_folder(
    folder: Path, model_id: str | None = None, known: Manifest | None = None
) -> Manifest:
    """Check presence, version, model and checksums of an index folder.

    Parts that `known` names, whose checksums were compared before, are not read again. Raises
    StoreError that says what was found, what was expected and what rebuilds it.
    """
    manifest = read_manifest(folder)
    check_model(folder, manifest, model_id)
    checked = {} if known is None else known.parts
    for name, expected in manifest.parts.items():
        path = folder / name
        if not path.is_file():
            raise StoreError(f"{path}: found no such file; {rebuild_hint(folder)}")
        if checked.get(name) == expected:
            continue
        try:
            found = sha256_of(path)
        except OSError as error:
            raise StoreError(f"{path}: cannot be read: {error.strerror}") from error
        if found != expected:
            raise StoreError(_mismatch(path, "SHA-256", found, expected, folder))
    return manifest


def check_model(folder: Path, manifest: Manifest, model_id: str | None) -> None:
    """Compare a model with that of an index; raises StoreError where it is another."""
    if model_id is not None and manifest.model_id != model_id:
        raise StoreError(_mismatch(folder, "model", manifest.model_id, model_id, folder))


def check_count(path: Path, what: str, found: int | str, expected: int | str, folder: Path) -> None:
    """Compare a number, or a name, that a part of an index folder holds with the manifest's.

    Raises StoreError where they differ.
    """
    if found != expected:
        raise StoreError(_mismatch(path, what, found, expected, folder))


def rebuild_hint(folder: Path) -> str:
    """Name the command that makes an index folder anew."""
    if folder.parent.name == SEGMENTS:
        folder = folder.parent.parent
    return f"rebuild it with: clac index build SOURCE... --out {folder} --force"


def sha256_of(path: Path) -> str:
    """Hash a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def digest(values: Mapping[str, Any]) -> str:
    """Hash JSON values in one canonical form."""
    text = json.dumps(values, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _mismatch(place: Path, what: str, found: object, expected: object, folder: Path) -> str:
    """Say what was found and what was expected."""
    return f"{place}: found {what} {found}, expected {expected}; {rebuild_hint(folder)}"
