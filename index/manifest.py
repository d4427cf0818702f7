"""The index folder as a whole: written beside its place and renamed, checked when opened."""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from clac.errors import StoreError

FORMAT_VERSION = 3
MANIFEST = "manifest.json"
VECTORS = "vectors.faiss"
CATALOG = "catalog.parquet"
PROPERTIES = "properties.parquet"
REFUSALS = "refusals.jsonl"
WORDS = "words.sqlite"
PARTS = (VECTORS, CATALOG, PROPERTIES, WORDS, REFUSALS)
_MAKE = "make one with: clac index build SOURCE... --out"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an index folder holds."""

    format_version: int
    model_id: str
    kind: str
    """of the vector index: 'exact' or one of `index.kinds.KINDS`"""
    dim: int
    count: int
    """crystals"""
    n_read: int
    n_refused: int
    created: str
    """ISO 8601, UTC"""
    parts: Mapping[str, str]
    """file name -> SHA-256 in hex"""
    recall: float = 1.0
    """measured share of the 10 true neighbours that a search finds"""
    dial: Mapping[str, int] = field(default_factory=dict)
    """what reaches that recall, such as efSearch 64"""


def write_manifest(
    folder: Path,
    *,
    model_id: str,
    dim: int,
    count: int,
    n_read: int,
    n_refused: int,
    kind: str = "exact",
    recall: float = 1.0,
    dial: Mapping[str, int] | None = None,
) -> Manifest:
    """Hash the parts that lie in a folder and write the manifest beside them."""
    manifest = Manifest(
        format_version=FORMAT_VERSION,
        model_id=model_id,
        kind=kind,
        dim=dim,
        count=count,
        n_read=n_read,
        n_refused=n_refused,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        parts={name: _sha256(folder / name) for name in PARTS},
        recall=recall,
        dial=dial or {},
    )
    values = dataclasses.asdict(manifest)
    values["sha256"] = _digest(values)
    (folder / MANIFEST).write_text(json.dumps(values, indent=2) + "\n", encoding="utf-8")
    return manifest


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
        raise StoreError(
            f"{folder}: found format version {version}, expected {FORMAT_VERSION}; "
            f"{rebuild_hint(folder)}"
        )
    found, expected = values.pop("sha256", ""), _digest(values)
    if found != expected:
        raise StoreError(_mismatch(path, "SHA-256", expected, found, folder))
    return Manifest(**values)


def check_folder(folder: Path, model_id: str | None = None) -> Manifest:
    """Check presence, version, model and checksums of an index folder.

    Raises StoreError that says what was found, what was expected and what rebuilds it.
    """
    manifest = read_manifest(folder)
    if model_id is not None and manifest.model_id != model_id:
        raise StoreError(_mismatch(folder, "model", manifest.model_id, model_id, folder))
    for name in PARTS:
        path = folder / name
        if not path.is_file():
            raise StoreError(f"{path}: found no such file; {rebuild_hint(folder)}")
        found = _sha256(path)
        if found != manifest.parts[name]:
            raise StoreError(_mismatch(path, "SHA-256", found, manifest.parts[name], folder))
    return manifest


def check_count(path: Path, what: str, found: int | str, expected: int | str) -> None:
    """Compare a number, or a name, that a part of an index holds with the manifest's.

    Raises StoreError where they differ.
    """
    if found != expected:
        raise StoreError(_mismatch(path, what, found, expected, path.parent))


@contextlib.contextmanager
def staging(out: Path, *, force: bool = False) -> Iterator[Path]:
    """Give a fresh folder beside out; move it to out, in one step, when the block ends well.

    When the block raises, nothing is left behind and out is as before. Raises StoreError where
    out exists and is not to be replaced (force) or must not be (it holds other things).
    """
    out = out.resolve()
    check_free(out, force=force)
    make_folder(out.parent)
    try:
        folder = Path(tempfile.mkdtemp(prefix=f".{out.name}.", suffix=".part", dir=out.parent))
    except OSError as error:
        raise StoreError(f"{out}: cannot be written: {error.strerror}") from error
    try:
        yield folder
        _sync(folder)
        folder.chmod(0o777 & ~_umask())  # mkdtemp makes it private
        _move(folder, out, force)
    except OSError as error:
        raise StoreError(f"{out}: cannot be written: {error.strerror or error}") from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def check_free(out: Path, *, force: bool = False) -> None:
    """Check that an index may be written to a place.

    Raises StoreError where something is there: another thing always, an index without force.
    """
    if not os.path.lexists(out):
        return
    if out.is_dir() and not any(out.iterdir()):
        return
    if not (out.is_dir() and (out / MANIFEST).is_file()):
        raise StoreError(f"{out}: exists and is not an index; choose another place")
    if not force:
        raise StoreError(f"{out}: an index is there already; replace it with --force")


def make_folder(folder: Path) -> None:
    """Make a folder and those above it; raises StoreError where that is not possible."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{folder}: cannot be made: {error.strerror}") from error


def rebuild_hint(folder: Path) -> str:
    """Name the command that makes an index folder anew."""
    return f"rebuild it with: clac index build SOURCE... --out {folder} --force"


def _move(folder: Path, out: Path, force: bool) -> None:
    """Rename folder to out; an index that force replaces is removed afterwards."""
    check_free(out, force=force)  # another process may have been faster
    old = folder.with_suffix(".old")
    if out.is_dir():
        os.rename(out, old)
    try:
        os.rename(folder, out)
    except OSError:
        if old.is_dir():
            os.rename(old, out)
        raise
    _sync_folder(out.parent)
    shutil.rmtree(old, ignore_errors=True)


def _sync(folder: Path) -> None:
    """Push the files of a folder to the disk, so that the rename never outruns them."""
    for path in folder.iterdir():
        with path.open("rb+") as file:
            os.fsync(file.fileno())
    _sync_folder(folder)


def _sync_folder(folder: Path) -> None:
    """Push the names in a folder to the disk, where the system can."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _umask() -> int:
    """Read the umask, which can only be read by setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _sha256(path: Path) -> str:
    """Hash a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _digest(values: Mapping[str, Any]) -> str:
    """Hash JSON values in one canonical form."""
    text = json.dumps(values, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _mismatch(place: Path, what: str, found: object, expected: object, folder: Path) -> str:
    """Say what was found and what was expected."""
    return f"{place}: found {what} {found}, expected {expected}; {rebuild_hint(folder)}"
