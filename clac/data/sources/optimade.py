"""Structures of any OPTIMADE provider, page by page (DOI 10.1038/s41597-021-00974-z)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urljoin

from clac.config import NetworkConfig
from clac.data.formats.optimade import FIELDS, OWN, PROPERTIES
from clac.data.sources.client import Client, checked
from clac.data.sources.pages import PageFolder, Progress, Visit, fetch_pages
from clac.errors import FetchError, InputError

PROVIDERS: Mapping[str, str] = {
    "aflow": "https://aflow.org/API/optimade",
    "alexandria": "https://alexandria.icams.rub.de/pbe",
    "alexandria.pbesol": "https://alexandria.icams.rub.de/pbesol",
    "cmr": "https://cmr-optimade.fysik.dtu.dk",
    "cod": "https://www.crystallography.net/cod/optimade",
    "jarvis": "https://jarvis.nist.gov/optimade/jarvisdft",
    "mcloud.mc2d": "https://aiida.materialscloud.org/mc2d/optimade",
    "mcloud.mc3d": "https://aiida.materialscloud.org/mc3d/optimade",
    "mp": "https://optimade.materialsproject.org",
    "mpds": "https://api.mpds.io",
    "nmd": "https://nomad-lab.eu/prod/rae/optimade",
    "odbx": "https://optimade.odbx.science",
    "odbx.gnome": "https://optimade-gnome.odbx.science",
    "omdb": "https://optimade.openmaterialsdb.se",
    "oqmd": "https://oqmd.org/optimade",
    "tcod": "https://www.crystallography.net/tcod/optimade",
    "twodmatpedia": "http://optimade.2dmatpedia.org",
}
"""public base addresses; any other provider goes by its own"""
_SCALARS = frozenset({"string", "integer", "float", "boolean", "timestamp"})
_MAX_FIELDS = 3000
"""letters of the provider's fields in an address; servers refuse longer ones"""


def base_of(provider: str) -> str:
    """Return the versioned base address of a provider, by name or address.

    Raises InputError for an unknown name, with those that are known.
    """
    if provider.startswith(("http://", "https://")):
        base = checked(provider).rstrip("/")
    elif provider in PROVIDERS:
        base = PROVIDERS[provider]
    else:
        known = ", ".join(PROVIDERS)
        reason = f"unknown provider; give its address, as optimade:https://..., or one of {known}"
        raise InputError(f"optimade:{provider}", reason)
    return base if re.search(r"/v\d+(\.\d+)*$", base) else f"{base}/v1"


def fetch_optimade(
    base: str, filter: str, pages: PageFolder, network: NetworkConfig, progress: Progress | None
) -> None:
    """Fetch the structures that pass a filter, in OPTIMADE's language; all where it is empty.

    The licence is what the provider's info tells; unknown where it is silent. Raises FetchError.
    """
    client = Client(network)
    if not pages.about:
        info = client.json(f"{base}/info")
        fields = ",".join((*FIELDS, *_own_fields(client, base)))
        asked = {"filter": filter} if filter else {}
        asked |= {"page_limit": str(network.page_size), "response_fields": fields}
        first = f"{base}/structures?{urlencode(asked)}"
        pages.begin({"base": base, "first": first, "licence": licence_of(info)})

    def following(answer: Mapping[str, Any], here: Visit) -> str | None:
        meta = _mapping(answer.get("meta"))
        delay = meta.get("request_delay")
        client.slow_down(float(delay) if isinstance(delay, (int, float)) else 0.0)
        return _next(answer, meta, here.url)

    def total(answer: Mapping[str, Any]) -> Any:
        return _mapping(answer.get("meta")).get("data_returned")

    fetch_pages(client, pages, following, total, progress)


def licence_of(info: Mapping[str, Any]) -> str | None:
    """Return the licence that an info answer tells: SPDX names, else an address, else None."""
    attributes = _mapping(_mapping(info.get("data")).get("attributes"))
    names = attributes.get("available_licenses")
    if isinstance(names, list) and names:
        return " OR ".join(map(str, names))
    for holder in (attributes, _mapping(info.get("meta"))):
        told = holder.get("license")
        told = told.get("href") if isinstance(told, Mapping) else told
        if told:
            return str(told)
    return None


def _own_fields(client: Client, base: str) -> list[str]:
    """List the provider's own fields of one value; they become properties.

    Many servers give them only where they are asked for; some have no list of them.
    """
    try:
        info = client.json(f"{base}/info/structures")
    except FetchError as error:
        if not error.status:
            raise
        return []
    kinds = _mapping(_mapping(info.get("data")).get("properties"))
    names = [name for name, told in kinds.items() if name[:1] == "_" and _is_scalar(told)]
    if PROPERTIES in kinds:  # an index of ours: what it adds to them is found anew
        names = [PROPERTIES, *(name for name in names if not name.startswith(OWN))]
    while sum(map(len, names)) > _MAX_FIELDS:
        names.pop()
    return names


def _is_scalar(told: Any) -> bool:
    """Tell whether a description is of one value: its type is a name, or a list with null."""
    told = _mapping(told)
    kind = told.get("x-optimade-type") or told.get("type")
    names = kind if isinstance(kind, list) else [kind]
    return bool(names) and all(name in _SCALARS or name in ("null", "number") for name in names)


def _next(answer: Mapping[str, Any], meta: Mapping[str, Any], url: str) -> str | None:
    """Return the address of the next page, or None after the last."""
    more = meta.get("more_data_available")
    link = _mapping(answer.get("links")).get("next")
    link = link.get("href") if isinstance(link, Mapping) else link
    if not link and more is True:
        reason = "says that there is more, but links.next is empty; the fetch would be incomplete"
        raise FetchError(url, f"{reason}; tell the provider")
    if not link or more is False or (not answer["data"] and more is not True):
        return None
    return checked(urljoin(url, str(link)))


def _mapping(value: Any) -> Mapping[str, Any]:
    """Return a mapping, an empty one in place of anything else."""
    return value if isinstance(value, Mapping) else {}
