"""A new index is made beside its place and takes it in one step; one that broke off can go on."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from clac.errors import StoreError
from index import durable
from index.manifest import (
    MANIFEST,
    PARTS,
    SEGMENTS,
    Manifest,
    read_manifest,
    write_manifest,
)

JOURNAL = "build.json"
"""names what is done of a build that is not finished"""
BATCHES = "batches"
"""folder of what the journal names"""
ADDING = "adding"
"""folder in which a writer gathers what it adds"""
_LEFT = (JOURNAL, BATCHES, ADDING, *PARTS)
"""in an index folder: what was cut off, and parts as old formats had them"""


@contextlib.contextmanager
def staging(out: Path, *, force: bool = False, resume: bool = False) -> Iterator[Path]:
    """Give a folder beside out; its index takes the place of out when the block ends well.

    When the block raises, out is as before and nothing is left, except what a journal lists as
    done: resume gives that folder back. Raises StoreError where out exists and is not to be
    replaced (force) or must not be (it holds other things).
    """
    out = out.resolve()
    check_free(out, force=force, resume=resume)
    make_folder(out.parent)
    with contextlib.ExitStack() as stack:
        folder = (_kept(out, stack) if resume else None) or _fresh(out, stack)
        try:
            with durable.reported(out):
                yield folder
                _move(folder, out, force)
        except BaseException:
            if not (folder / JOURNAL).is_file():
                shutil.rmtree(folder, ignore_errors=True)
            raise
    for old in _abandoned(out):
        shutil.rmtree(old, ignore_errors=True)


def check_free(out: Path, *, force: bool = False, resume: bool = False) -> None:
    """Check that an index may be written to a place.

    Raises StoreError where something is there: another thing always, an index without force, and
    what is done of a build that broke off without force or resume.
    """
    if os.path.lexists(out) and not (out.is_dir() and not any(out.iterdir())):
        if not (out.is_dir() and (out / MANIFEST).is_file()):
            raise StoreError(f"{out}: exists and is not an index; choose another place")
        if not force:
            raise StoreError(f"{out}: an index is there already; replace it with --force")
        with durable.locked(out):
            pass  # a writer there is found before hours of work, not after
    if not (force or resume) and (kept := interrupted(out.resolve())):
        raise StoreError(
            f"{out}: a build that broke off is kept in {kept[0]}; "
            "go on with it with --resume, or start over with --force"
        )


def make_folder(folder: Path) -> None:
    """Make a folder and those above it; raises StoreError where that is not possible."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{folder}: cannot be made: {error.strerror}") from error


def interrupted(out: Path) -> list[Path]:
    """Return the folders of builds of a place that broke off, the one with most done first."""
    found: list[tuple[int, Path]] = []
    for folder in _abandoned(out):
        with contextlib.suppress(OSError):
            found.append((-(folder / JOURNAL).stat().st_size, folder))
    return [folder for _, folder in sorted(found)]


def clean(folder: Path, manifest: Manifest) -> None:
    """Remove what no manifest names any more, or never did; only the one writer may."""
    named = {segment.name for segment in manifest.segments}
    segments = folder / SEGMENTS
    for path in sorted(segments.iterdir()) if segments.is_dir() else ():
        if path.name not in named:
            durable.remove(path)
    for path in sorted(folder.iterdir()):
        old = path.name.startswith("deleted-") and path.name not in manifest.deleted
        unfinished = path.name.startswith(".") and path.name.endswith(".part")
        if old or unfinished or path.name in _LEFT:
            durable.remove(path)


def _abandoned(out: Path) -> list[Path]:
    """Return the folders of builds of a place that no process is at any more."""
    found = []
    for folder in sorted(out.parent.iterdir()) if out.parent.is_dir() else ():
        named = folder.name.startswith(f".{out.name}.") and folder.name.endswith(".part")
        if named and (folder / durable.LOCK).is_file():
            with contextlib.suppress(StoreError), durable.locked(folder):
                found.append(folder)
    return found


def _fresh(out: Path, stack: contextlib.ExitStack) -> Path:
    """Make an empty folder beside a place that nobody sees before it is locked."""
    with durable.reported(out):
        made = Path(tempfile.mkdtemp(prefix=f".{out.name}.", suffix=".new", dir=out.parent))
        made.chmod(0o777 & ~_umask())  # mkdtemp makes it private
        stack.enter_context(durable.locked(made))
        folder = made.rename(made.with_suffix(".part"))
        durable.sync(folder)
        durable.sync(out.parent)
    return folder


def _kept(out: Path, stack: contextlib.ExitStack) -> Path | None:
    """Lock and return the folder of a build that broke off, the one with most done."""
    for folder in interrupted(out):
        with contextlib.suppress(StoreError):  # another process may be faster
            stack.enter_context(durable.locked(folder))
            return folder
    return None


def _move(folder: Path, out: Path, force: bool) -> None:
    """Let the index in a folder take its place, alone or in an index that is there."""
    durable.sync_tree(folder)
    try:
        check_free(out, force=force, resume=True)
    except StoreError:
        if not force:  # another process was faster: nothing is left to go on with
            durable.remove(folder / JOURNAL)
        raise
    if not (out / MANIFEST).is_file():
        if os.name == "nt" and out.is_dir():
            out.rmdir()
        durable.rename(folder, out)
        clean(out, read_manifest(out))
        return
    with durable.locked(out):
        _replace(folder, out)
    shutil.rmtree(folder, ignore_errors=True)


def _replace(folder: Path, out: Path) -> None:
    """Give an index folder the one segment of another; readers see the old index or the new one."""
    new = read_manifest(folder)
    (segment,) = new.segments
    generation = _last_generation(out) + 1
    durable.make_folder(out / SEGMENTS)
    name = f"{generation:06d}"
    durable.rename(folder / SEGMENTS / segment.name, out / SEGMENTS / name)
    segments = (dataclasses.replace(segment, name=name),)
    new = dataclasses.replace(new, generation=generation, segments=segments)
    write_manifest(out, new)
    clean(out, new)


def _last_generation(out: Path) -> int:
    """Return the greatest number in use in an index folder, which may be damaged or old."""
    numbers = [int(path.name) for path in (out / SEGMENTS).glob("*") if path.name.isdecimal()]
    with contextlib.suppress(StoreError):
        numbers.append(read_manifest(out).generation)
    return max(numbers, default=0)


def _umask() -> int:
    """Read the umask, which can only be read by setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
