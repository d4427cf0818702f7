"""The pages of one query, kept as they came, so that a broken fetch goes on after the last one.

A folder holds page-000001.json, ... and pages.jsonl: a line about the source, then one about each
page with its address, day, number of records and what follows it.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from clac.data.sources.client import Client, today
from clac.errors import FetchError

Progress = Callable[[int, int | None], None]
"""called with what is done and, where it is known, the whole"""
Following = Callable[[Mapping[str, Any], "Visit"], str | None]
"""gives the address after a page, from its answer and its place; None after the last"""

_LOG = "pages.jsonl"


@dataclass(frozen=True, slots=True)
class Visit:
    """One page that was fetched."""

    url: str
    retrieved: str
    """day, 2020-01-31"""
    done: int
    """records up to its end"""
    next: str | None = None


class PageFolder:
    """The pages of one query on disk."""

    def __init__(self, folder: Path) -> None:
        """Open or begin a folder. Raises FetchError where its log is damaged."""
        self.folder = folder
        self.about: dict[str, Any] = {}
        """what is known of the source; empty before `begin`"""
        self.visits: list[Visit] = []
        log = folder / _LOG
        if not log.is_file():
            return
        *lines, torn = log.read_text(encoding="utf-8").split("\n")
        if torn:  # the end of an interrupted run; its page is fetched again
            write_whole(log, "".join(f"{line}\n" for line in lines).encode())
        try:
            about, *visits = (json.loads(line) for line in lines) if lines else ({},)
            self.about, self.visits = dict(about), [Visit(**visit) for visit in visits]
        except (ValueError, TypeError) as error:
            raise _damaged(log) from error

    def begin(self, about: Mapping[str, Any]) -> None:
        """Note what is known of the source."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.about = dict(about)
        self._log(about)

    def add(self, answer: Mapping[str, Any], visit: Visit) -> None:
        """Keep a page."""
        write_whole(self._path(len(self.visits) + 1), json.dumps(answer).encode())
        self.visits.append(visit)
        self._log(asdict(visit))

    def answers(self) -> Iterator[tuple[Visit, list[Any]]]:
        """Yield the entries of each page. Raises FetchError where a page is damaged."""
        for number, visit in enumerate(self.visits, 1):
            path = self._path(number)
            try:
                data = json.loads(path.read_bytes())["data"]
            except (OSError, ValueError, KeyError, TypeError) as error:
                raise _damaged(path) from error
            yield visit, data

    def _log(self, line: Mapping[str, Any]) -> None:
        with (self.folder / _LOG).open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")

    def _path(self, number: int) -> Path:
        return self.folder / f"page-{number:06d}.json"


def fetch_pages(
    client: Client,
    pages: PageFolder,
    following: Following,
    total: Callable[[Mapping[str, Any]], Any],
    progress: Progress | None,
) -> None:
    """Fetch what is missing of a query that has begun; its first address is about["first"].

    Raises FetchError; what arrived until then is kept.
    """
    visits = pages.visits
    seen = {visit.url for visit in visits}
    url = visits[-1].next if visits else str(pages.about["first"])
    while url is not None:
        if url in seen:
            raise FetchError(url, "the pages go in circles; tell the provider")
        seen.add(url)
        answer = client.json(url)
        if not isinstance(answer.get("data"), list):
            raise FetchError(url, "the answer has no list 'data'; check the address")
        done = (visits[-1].done if visits else 0) + len(answer["data"])
        here = Visit(url, today(), done)
        url = following(answer, here)
        pages.add(answer, Visit(here.url, here.retrieved, done, url))
        if progress is not None:
            whole = total(answer)
            progress(done, whole if isinstance(whole, int) else None)


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that it is there whole or not at all."""
    descriptor, part = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        os.replace(part, path)
    except BaseException:
        Path(part).unlink(missing_ok=True)
        raise


def _damaged(path: Path) -> FetchError:
    return FetchError(str(path), "damaged; delete its folder to fetch it anew")
