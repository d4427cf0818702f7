"""The door for crystals of the web: fetched into a cache folder, then read as files are.

optimade:PROVIDER        a provider's name or address; a filter says which structures
mp: or mp:chemsys=Li-O   the Materials Project, with the key in MP_API_KEY
https://...#sha256=HEX   an archive or file in any format that `clac.data.readers` knows

What broke off goes on at the next call with the same cache; what is complete is not fetched again.
Every record gets the properties `retrieved` (day) and, where it is known, `licence`.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from clac.config import LimitsConfig, NetworkConfig
from clac.data.formats.tables import record_or_refusal
from clac.data.readers import Reading, entries
from clac.data.sources import materials_project, optimade
from clac.data.sources.download import WebFile, fetch_file, web_file
from clac.data.sources.pages import PageFolder, Progress
from clac.errors import FetchError, InputError
from clac.properties import LICENCE, RETRIEVED
from clac.types import Record

Opened = Callable[[LimitsConfig], Iterator[Record | InputError]]
"""gives the records and refusals of one source that was fetched"""

_OPTIMADE, _MP, _WEB = "optimade:", "mp:", ("http://", "https://")


def read_sources(
    sources: Iterable[str | Path], *, cache: Path, filter: str = "", strict: bool = False,
    limits: LimitsConfig | None = None, network: NetworkConfig | None = None,
    refusals_path: Path | None = None, progress: Progress | None = None,
) -> Reading:  # fmt: skip
    """Fetch what is of the web into the cache folder; return the records of all, read lazily.

    The filter, in OPTIMADE's language, says which structures of an optimade: source are meant.
    Progress is told in records of a query or bytes of a file. Raises InputError for a source that
    cannot be meant, and FetchError where a server fails, with what arrived kept in the cache.
    """
    given = [sources] if isinstance(sources, (str, Path)) else list(sources)
    _check_filter(given, filter)
    network = network or NetworkConfig()
    try:
        opened = [_fetched(source, cache, filter, network, progress) for source in given]
    except OSError as error:
        reason = f"cannot be used as a cache: {error.strerror or error}"
        raise FetchError(str(error.filename or cache), reason) from error

    def all_entries(_: object, limits: LimitsConfig) -> Iterator[Record | InputError]:
        for one in opened:
            yield from one(limits)

    return Reading(
        given, strict=strict, limits=limits, refusals_path=refusals_path, opened=all_entries
    )


def is_remote(source: str | Path) -> bool:
    """Tell a source of the web from files."""
    return isinstance(source, str) and source.startswith((_OPTIMADE, _MP, *_WEB))


def _check_filter(sources: Iterable[str | Path], filter: str) -> None:
    """Refuse a filter that would not reach every source."""
    for source in sources if filter else ():
        if not str(source).startswith(_OPTIMADE):
            reason = "the filter is for optimade: sources only; build the others without it"
            hint = ", or write mp:chemsys=Li-O" if str(source).startswith(_MP) else ""
            raise InputError(str(source), reason + hint)


def _fetched(
    source: str | Path, cache: Path, filter: str, network: NetworkConfig, progress: Progress | None
) -> Opened:
    """Fetch a source and return how to read it."""
    if not is_remote(source):
        return lambda limits: entries([source], limits)
    text = str(source)
    if text.startswith(_WEB):
        file = web_file(text)
        folder = _folder(cache, urlsplit(file.url).netloc, file.sha256)
        path, day = fetch_file(file, folder, network, progress)
        return lambda limits: _file_entries(path, file, day, limits)
    if text.startswith(_MP):
        query, key = materials_project.query_of(text), materials_project.key_of(os.environ)
        base = materials_project.base_from(os.environ)
        asked = sorted(f"{name}={value}" for name, value in query.items())
        pages = PageFolder(_folder(cache, "mp", base, *asked))
        materials_project.fetch_summaries(base, query, key, pages, network, progress)
        return lambda limits: _page_entries(pages, _summary, limits)
    base = optimade.base_of(text.removeprefix(_OPTIMADE))
    pages = PageFolder(_folder(cache, f"optimade-{urlsplit(base).netloc}", base, filter))
    optimade.fetch_optimade(base, filter, pages, network, progress)
    return lambda limits: _page_entries(pages, _structure, limits)


def _folder(cache: Path, name: str, *meant: str) -> Path:
    """Name the folder of a source: the same for the same question."""
    digest = hashlib.sha256("\n".join(meant).encode()).hexdigest()[:12]
    return cache / f"{re.sub('[^a-z0-9.]+', '-', name.lower())}-{digest}"


def _file_entries(
    path: Path, file: WebFile, day: str, limits: LimitsConfig
) -> Iterator[Record | InputError]:
    """Read a downloaded file; places are told by its address."""
    for found in entries([path], limits):
        origin = found.origin.replace(str(path), file.url, 1)
        if isinstance(found, InputError):
            yield InputError(origin, found.reason)
        else:
            yield _stamped(replace(found, origin=origin), day, file.licence)


def _page_entries(
    pages: PageFolder, row_of: Callable[[Any, str], tuple[str, Any]], limits: LimitsConfig
) -> Iterator[Record | InputError]:
    """Read the entries of fetched pages."""
    base, licence = str(pages.about.get("base", "")), pages.about.get("licence")
    for visit, data in pages.answers():
        for at, entry in enumerate(data):
            place = f"{visit.url}:[{at}]"
            try:
                place, row = row_of(entry, base) if isinstance(entry, Mapping) else (place, entry)
                found = record_or_refusal(row, place, place, limits)
            except Exception as error:  # hostile values fail in whatever way arithmetic knows
                found = InputError(place, f"cannot be read: {type(error).__name__}: {error}"[:400])
            if isinstance(found, Record):
                found = _stamped(found, visit.retrieved, licence)
            yield found


def _structure(entry: Mapping[str, Any], base: str) -> tuple[str, Any]:
    """Return the address and row of an OPTIMADE entry."""
    return f"{base}/structures/{quote(str(entry.get('id', '')))}", entry


def _summary(entry: Mapping[str, Any], base: str) -> tuple[str, Any]:
    """Return the address and row of a summary of the Materials Project."""
    material = quote(str(entry.get("material_id", "")))
    address = f"{base}/materials/summary/?material_ids={material}"
    return address, materials_project.row_of_summary(entry)


def _stamped(record: Record, day: str, licence: str | None) -> Record:
    """Note when a record was fetched and under which licence, if it does not state its own."""
    properties = dict(record.properties)
    if licence:
        properties.setdefault(LICENCE, licence)
    properties[RETRIEVED] = day
    return replace(record, properties=properties)
