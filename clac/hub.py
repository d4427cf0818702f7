"""Checkpoint folders to and from the Hugging Face Hub: the only user of its library.

What comes from there is checked like any checkpoint: its parts must hash to the id that it claims.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from clac.checkpoint import PARTS
from clac.errors import FetchError, ModelError

CARD = "README.md"
FILES = (*PARTS, "meta.json", CARD, "heads/*")
"""patterns of what a checkpoint folder is on the Hub"""
_NAME = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")
_MAX_REASON = 300
"""letters of what the library says"""
_CARD = """---
library_name: clac
tags:
- chemistry
- crystals
- materials-science
- sentence-similarity
---

# CLaC model {model_id}

Places crystals and English sentences in one space.

```python
from clac import load_model

model = load_model("{name}")
model.encode_texts(["layered lithium cobalt oxide"])
```
"""
_Result = TypeVar("_Result")


def is_name(value: object) -> bool:
    """Tell whether a value is a model's name on the Hub, OWNER/NAME, and no path that is there.

    A Path may be one too: it is what a command makes of a name.
    """
    text = value.as_posix() if isinstance(value, Path) else value
    return isinstance(text, str) and bool(_NAME.fullmatch(text)) and not Path(text).exists()


def fetch(
    name: str,
    *,
    revision: str | None = None,
    cache_dir: str | Path | None = None,
    token: str | bool | None = None,
) -> Path:
    """Return the folder of a model of the Hub, in the library's cache; only what is new is fetched.

    Raises FetchError where it cannot be had.
    """
    from huggingface_hub import snapshot_download

    where = {"revision": revision, "cache_dir": cache_dir, "token": token}
    return Path(_told(name, lambda: snapshot_download(name, allow_patterns=list(FILES), **where)))


def copy(folder: Path, out: Path, name: str, model_id: str) -> None:
    """Copy a checkpoint to another folder, with a card where it has none of its own.

    Raises ModelError where it cannot be written.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        for path in (path for pattern in FILES for path in sorted(folder.glob(pattern))):
            place = out / path.relative_to(folder)
            place.parent.mkdir(exist_ok=True)
            if place.resolve() != path.resolve():
                shutil.copyfile(path, place)
        if not (out / CARD).exists():
            card = _CARD.format(name=name, model_id=model_id)
            (out / CARD).write_text(card, encoding="utf-8")
    except OSError as error:
        raise ModelError(f"{out}: cannot be written: {error.strerror}") from error


def push(
    folder: Path,
    name: str,
    model_id: str,
    *,
    private: bool | None = None,
    message: str = "",
    token: str | bool | None = None,
) -> str:
    """Copy a checkpoint to the Hub, where its repository is made if need be.

    Returns the address of the commit. Raises FetchError where the Hub refuses or cannot be reached.
    """
    from huggingface_hub import HfApi

    api = HfApi(token=token)

    def upload() -> str:
        made = api.create_repo(name, private=private, exist_ok=True).repo_id
        with tempfile.TemporaryDirectory(prefix="clac-") as place:
            copy(folder, Path(place), made, model_id)
            said = message or f"CLaC model {model_id}"
            done = api.upload_folder(repo_id=made, folder_path=place, commit_message=said)
        return str(done.commit_url)

    return _told(name, upload)


def _told(name: str, work: Callable[[], _Result]) -> _Result:
    """Do what asks the Hub; its errors become one line."""
    try:
        return work()
    except ModelError:
        raise
    except Exception as error:  # the library's own exceptions share no public base
        said = " ".join(str(error).split())[:_MAX_REASON] or type(error).__name__
        raise FetchError(name, f"the Hugging Face Hub: {said}") from error
