"""Structures and properties of the Materials Project (DOI 10.1063/1.4812323), by its own API.

One needs a key, in the environment variable MP_API_KEY; it is sent as a header and kept nowhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

from clac.config import NetworkConfig
from clac.data.sources.client import Client, checked
from clac.data.sources.pages import PageFolder, Progress, Visit, fetch_pages
from clac.errors import InputError

KEY = "MP_API_KEY"
ENDPOINT = "MP_API_ENDPOINT"
BASE = "https://api.materialsproject.org"
_KEY_PAGE = "https://materialsproject.org/api"
_COLUMNS: Mapping[str, str] = {
    "formation_energy_per_atom": "formation_energy",
    "energy_above_hull": "energy_above_hull",
    "band_gap": "band_gap",
    "efermi": "fermi_energy",
    "bulk_modulus": "bulk_modulus",
    "shear_modulus": "shear_modulus",
    "universal_anisotropy": "elastic_anisotropy",
    "homogeneous_poisson": "poisson_ratio",
    "n": "refractive_index",
    "e_electronic": "dielectric_electronic",
    "e_total": "dielectric_total",
    "e_ij_max": "piezoelectric",
    "theoretical": "theoretical",
    "last_updated": "last_modified",
}
"""field of a summary -> property; its units are ours: eV, eV/atom, GPa, C/m^2"""
_FIELDS = ("material_id", "structure", "builder_meta", *_COLUMNS)
_LICENCES = {"BY-C": "CC-BY-4.0", "BY-NC": "CC-BY-NC-4.0"}
"""what a document calls its licence -> SPDX name"""


def query_of(source: str) -> dict[str, str]:
    """Read the query after mp:, as chemsys=Li-O&nelements=2; materials that are not deprecated.

    Raises InputError where it is none.
    """
    text = source.removeprefix("mp:").removeprefix("?")
    try:
        query = dict(parse_qsl(text, strict_parsing=True)) if text else {}
    except ValueError as error:
        raise InputError(source, "no query; give one such as mp:chemsys=Li-O") from error
    if own := [name for name in query if name[:1] == "_"]:
        raise InputError(source, f"{own[0]} is for CLaC to set; leave it out")
    return {"deprecated": "false", **query}


def key_of(environment: Mapping[str, str]) -> str:
    """Return the key. Raises InputError where there is none."""
    key = environment.get(KEY, "").strip()
    if not key:
        raise InputError("mp:", f"no key in the environment variable {KEY}; get one at {_KEY_PAGE}")
    return key


def fetch_summaries(
    base: str, query: Mapping[str, str], key: str, pages: PageFolder, network: NetworkConfig,
    progress: Progress | None,
) -> None:  # fmt: skip
    """Fetch the summaries of the materials that a query names. Raises FetchError."""

    def page(skip: int) -> str:
        asked = {**query, "_fields": ",".join(_FIELDS), "_limit": str(network.page_size)}
        return f"{base}/materials/summary/?{urlencode({**asked, '_skip': str(skip)})}"

    def total(answer: Mapping[str, Any]) -> Any:
        meta = answer.get("meta")
        return meta.get("total_doc") if isinstance(meta, Mapping) else None

    def following(answer: Mapping[str, Any], here: Visit) -> str | None:
        whole = total(answer)
        ended = not answer["data"] or (isinstance(whole, int) and here.done >= whole)
        return None if ended else page(here.done)

    if not pages.about:
        pages.begin({"base": base, "first": page(0), "licence": None})
    fetch_pages(Client(network, {"X-API-KEY": key}), pages, following, total, progress)


def base_from(environment: Mapping[str, str]) -> str:
    """Return the base address, another one where MP_API_ENDPOINT names it."""
    return checked(environment.get(ENDPOINT) or BASE).rstrip("/")


def row_of_summary(summary: Mapping[str, Any]) -> dict[str, Any]:
    """Return id, structure and properties of a summary under our names, with its licence."""
    row: dict[str, Any] = {name: summary.get(name) for name in ("material_id", "structure")}
    for field, column in _COLUMNS.items():
        value = summary.get(field)
        row[column] = value.get("vrh") if isinstance(value, Mapping) else value
    meta = summary.get("builder_meta")
    told = meta.get("license") if isinstance(meta, Mapping) else None
    if isinstance(told, str):
        row["licence"] = _LICENCES.get(told, told)
    return row
