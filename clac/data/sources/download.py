"""One file of the web, checked against its SHA-256; a download that broke off goes on.

The rest is asked for with Range and If-Range, so that a file that changed meanwhile starts anew.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import parse_qsl, unquote, urldefrag, urlsplit

from clac.config import NetworkConfig
from clac.data.sources.client import Client, PassingError, RangeError, checked, length_of, today
from clac.data.sources.pages import Progress, write_whole
from clac.errors import FetchError, InputError

_SHA256 = re.compile(r"[0-9a-f]{64}")
_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")


@dataclass(frozen=True, slots=True)
class WebFile:
    """A file of the web, as #sha256=HEX&licence=NAME after its address tells it."""

    url: str
    sha256: str
    licence: str | None = None

    @property
    def name(self) -> str:
        """Return the file name, which tells the format."""
        name = PurePosixPath(unquote(urlsplit(self.url).path)).name
        return re.sub(r"[^\w.+-]", "_", name) or "file"


def web_file(source: str) -> WebFile:
    """Read an address with its checksum. Raises InputError where the checksum is missing."""
    url, fragment = urldefrag(source)
    told = dict(parse_qsl(fragment))
    digest = told.get("sha256", "").lower()
    if not _SHA256.fullmatch(digest):
        wrong = "its sha256 is not 64 hexadecimal digits" if digest else "no checksum"
        hint = f"give {url}#sha256=HEX, and &licence=NAME where you know it"
        raise InputError(source, f"{wrong}; {hint}")
    return WebFile(checked(url), digest, told.get("licence"))


def fetch_file(
    file: WebFile, folder: Path, network: NetworkConfig, progress: Progress | None
) -> tuple[Path, str]:
    """Return the path and day of a file, fetched where the folder does not hold it yet.

    Raises FetchError; what arrived until then is kept, but never a file of another checksum.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path, note = folder / file.name, folder / f"{file.name}.fetched.json"
    if path.is_file() and note.is_file() and _sha256(path) == file.sha256:
        return path, str(_read(note).get("retrieved", ""))
    part = _Part(folder / f"{file.name}.part")
    client = Client(network)
    if not part.complete():
        client.patiently(file.url, lambda: _attempt(client, file.url, part, network, progress))
    found = _sha256(part.path)
    if found != file.sha256:
        part.drop()
        reason = f"its SHA-256 is {found}, expected {file.sha256}; the file changed or the "
        raise FetchError(file.url, f"{reason}checksum is of another one: nothing of it is kept")
    day = today()
    write_whole(note, json.dumps({"url": file.url, "retrieved": day}).encode())
    os.replace(part.path, path)
    part.drop()
    return path, day


class _Part:
    """What has arrived of a file, and how to tell that the rest belongs to it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._note = path.with_name(f"{path.name}.json")
        told = _read(self._note)
        self.validator = str(told.get("validator") or "")
        total = told.get("total")
        self.total = total if isinstance(total, int) else None
        self.best = self.size()
        """most bytes of it that were ever here"""

    def size(self) -> int:
        return self.path.stat().st_size if self.path.is_file() else 0

    def complete(self) -> bool:
        return self.total is not None and self.size() == self.total

    def headers(self) -> dict[str, str]:
        """Ask for the rest, if one can tell that it is of the same file."""
        if not self.size() or not self.validator:
            return {}
        return {"Range": f"bytes={self.size()}-", "If-Range": self.validator}

    def note(self, validator: str, total: int | None) -> None:
        self.validator, self.total = validator, total
        write_whole(self._note, json.dumps({"validator": validator, "total": total}).encode())

    def drop(self) -> None:
        self.path.unlink(missing_ok=True)
        self._note.unlink(missing_ok=True)
        self.validator, self.total = "", None


def _attempt(
    client: Client, url: str, part: _Part, network: NetworkConfig, progress: Progress | None
) -> None:
    """Fetch the rest of a file, or all of it where the rest is not to be had."""
    try:
        with client.open(url, part.headers()) as response:
            validator = _validator(response.headers)
            start = 0
            if response.status == 206:
                start = _continued(part, validator, response.headers.get("Content-Range", ""))
            length = length_of(response)
            part.note(validator, None if length is None else start + length)
            with part.path.open("ab" if start else "wb") as out:
                for data in client.chunks(response, url):
                    start += len(data)
                    _check_size(url, start, network)
                    out.write(data)
                    if progress is not None:
                        progress(start, part.total)
    except RangeError:
        part.drop()
        raise
    except PassingError as error:
        error.progress = part.size() > part.best
        part.best = max(part.best, part.size())
        raise


def _continued(part: _Part, validator: str, told: str) -> int:
    """Return where the rest begins; raises PassingError where it is of another file."""
    match = _RANGE.fullmatch(told.strip())
    other = validator and validator != part.validator
    if match is None or int(match[1]) != part.size() or other:
        part.drop()
        raise PassingError("the server sent another part of the file than was asked for")
    return int(match[1])


def _check_size(url: str, size: int, network: NetworkConfig) -> None:
    if size > network.max_download_bytes:
        limit = f"{network.max_download_bytes} bytes (max_download_bytes)"
        raise FetchError(url, f"the file is longer than {limit}")


def _validator(headers: Mapping[str, str]) -> str:
    """Return what tells one version of a file from another: a strong ETag, else its date."""
    tag = headers.get("ETag", "")
    return tag if tag.startswith('"') else headers.get("Last-Modified", "")


def _read(path: Path) -> Mapping[str, object]:
    """Read a note; an empty one where there is none or it is damaged."""
    try:
        value = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
