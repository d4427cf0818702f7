"""Where the embedded collection's index lies: in the user's cache folder, built at first use."""

from __future__ import annotations

import atexit
import os
import shutil
import sys
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path

from clac.errors import StoreError


class CacheWarning(UserWarning):
    """Warn that the cache folder cannot be used."""


def cache_folder() -> Path:
    """Return the folder for files that can be made anew: $CLAC_CACHE or the platform's own."""
    if chosen := os.environ.get("CLAC_CACHE"):
        return Path(chosen).expanduser()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData/Local") / "clac"
    if sys.platform == "darwin":
        return Path.home() / "Library/Caches/clac"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "clac"


def ensure(key: str, build: Callable[[Path], object]) -> Path:
    """Return the cached index folder of a key; call build with its place where there is none.

    When two processes build at once, the later one takes what the earlier one wrote. Where the
    cache cannot be written, the index goes to a temporary folder that lasts as long as the
    process, with a CacheWarning.
    """
    folder = cache_folder() / f"collection-{key}"
    if folder.is_dir():
        return folder
    if obstacle := _obstacle(folder.parent):
        return _elsewhere(folder, obstacle, build)
    try:
        build(folder)
    except StoreError as error:
        if not folder.is_dir():
            return _elsewhere(folder, str(error), build)
    return folder


def _obstacle(folder: Path) -> str:
    """Say why a folder cannot be written, or nothing."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return ""
    except OSError as error:
        return f"{folder}: cannot be written: {error.strerror}"


def _elsewhere(folder: Path, obstacle: str, build: Callable[[Path], object]) -> Path:
    """Build in a temporary folder that goes with the process."""
    parent = Path(tempfile.mkdtemp(prefix="clac-"))
    atexit.register(shutil.rmtree, parent, ignore_errors=True)
    warnings.warn(
        f"{obstacle}; the embedded collection is built anew for this run: "
        "set CLAC_CACHE to a folder that can be written",
        CacheWarning,
        stacklevel=2,
    )
    build(parent / folder.name)
    return parent / folder.name
