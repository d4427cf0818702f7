"""An index as an OPTIMADE database: judged by the standard's own validator, client and server."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode
from urllib.request import urlopen

import numpy as np
import optimade_server
import pytest
from doubles import HashEmbedder, some_records
from hypothesis import given
from hypothesis import strategies as st
from running_service import Reply, Service, running
from unruly_server import QUICK

from clac.config import LimitsConfig, NetworkConfig
from clac.data.formats.objects import record_from
from clac.data.formats.optimade import FIELDS, PROPERTIES
from clac.data.sources import read_sources
from clac.data.starter import starter_records
from clac.types import Record
from index import SearchEngine
from index.optimade_questions import RefusedError
from index.optimade_view import Asked, OptimadeView
from index.service import Keys, Settings
from index.service.keys import digest_of

GAN = "gallium-nitride-wurtzite"
COUNT = len(starter_records())
NAMES = st.sampled_from(
    ["id", "type", "nelements", "elements", "elements_ratios", "last_modified", "species",
     "structure_features", "chemical_formula_reduced", "immutable_id", "_exmpl_a", "unheard_of",
     "_clac_band_gap", "_clac_polar", "_clac_space_group", "_clac_prototype", "_clac_uses",
     "_clac_date", "_clac_properties", "_clac_properties.band_gap", "species.mass"]
)  # fmt: skip
VALUES = st.sampled_from(
    ['"Li"', '""', "3", "-1.5e9", "1e400", "TRUE", '"2020-01-31"', "nsites", '"Pnma"', "9" * 50]
)
ASKS = st.sampled_from(
    ["{n}={v}", "{n}!={v}", "{v}<{n}", "{n}>={v}", "{n} CONTAINS {v}", "{n} STARTS {v}",
     "{n} HAS {v}", "{n} HAS ALL {v},{v}", "NOT {n} HAS ANY {v}", "{n} HAS ONLY {v}",
     "{n} LENGTH 2", "{n} LENGTH >2", "{n} IS KNOWN", "{n} IS UNKNOWN", "{n}:id HAS {v}:{v}",
     "NOT ({n}<={v} OR {n} IS UNKNOWN)", "{n} {v}", "{n} HAS <{v}"]
)  # fmt: skip
ONE = st.builds(lambda ask, n, v: ask.format(n=n, v=v), ASKS, NAMES, VALUES)
ASKED = st.one_of(
    ONE,
    st.lists(ONE, min_size=2, max_size=4).map(" AND ".join),
    st.lists(ONE, min_size=2, max_size=4).map(" OR ".join),
    st.text('ab="()<>AND ORNOTHS,1._elmnts', max_size=40),
)


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    with running() as found:
        yield found


@pytest.fixture(scope="module")
def view() -> OptimadeView:
    return OptimadeView(SearchEngine.open().catalog)


def listed(service: Service, **asked: object) -> Reply:
    return service.get(f"/optimade/v1/structures?{urlencode(asked, quote_via=quote)}")


def every(service: Service, filter: str) -> list[str]:
    """Return the ids of all pages."""
    found: list[str] = []
    for offset in range(0, COUNT, 500):
        asked = {"filter": filter, "response_fields": "id", "page_limit": 500}
        reply = listed(service, **asked, page_offset=offset)
        assert reply.status == 200, reply.json
        found += [entry["id"] for entry in reply.json["data"]]
    return found


@pytest.mark.parametrize("version", ["", "/v1"])
def test_the_validator_of_the_standard_has_nothing_to_say(service: Service, version: str) -> None:
    from optimade.validator import ImplementationValidator

    random.seed(7)  # it asks about random entries
    base = f"http://127.0.0.1:{service.port}/optimade{version}"
    validator = ImplementationValidator(base_url=base, verbosity=-1)
    validator.validate_implementation()
    told = validator.results
    assert validator.valid and told.success_count >= 39, told.failure_messages
    assert told.optional_success_count and not told.optional_failure_messages


def test_a_client_of_the_standard_gets_all_entries(service: Service) -> None:
    from optimade.client import OptimadeClient

    base = f"http://127.0.0.1:{service.port}/optimade"
    client = OptimadeClient([base], max_results_per_provider=0, silent=True, use_async=False)
    told = client.get("nelements=1", response_fields=["nelements", "_clac_band_gap"])
    (entries,) = [answer["data"] for answer in told["structures"]["nelements=1"].values()]
    elements = [r.id for r in starter_records() if len(set(r.structure.numbers)) == 1]
    assert [entry["id"] for entry in entries] == elements and len(elements) > 20
    assert {tuple(entry["attributes"]) for entry in entries} == {("nelements", "_clac_band_gap")}


def test_our_own_reader_gets_back_what_the_index_holds(service: Service, tmp_path: Path) -> None:
    source = f"optimade:http://127.0.0.1:{service.port}/optimade"
    network = NetworkConfig(pause_s=0, page_size=500)
    reading = read_sources([source], cache=tmp_path, network=network)
    told, own = list(reading), starter_records()
    assert not reading.n_refused and [r.id for r in told] == [r.id for r in own]
    for one, other in zip(told, own, strict=True):
        assert np.allclose(one.structure.cell, other.structure.cell, atol=1e-12)
        apart = one.structure.frac - other.structure.frac
        assert np.abs(apart - np.round(apart)).max() < 1e-9
        assert np.array_equal(one.structure.numbers, other.structure.numbers)
        assert {k: v for k, v in one.properties.items() if k != "retrieved"} == other.properties
    few = read_sources([source], cache=tmp_path, filter='elements HAS "Xe"', network=QUICK)
    assert all(54 in record.structure.numbers for record in few)


def test_pages_show_every_entry_once(service: Service) -> None:
    seen: list[str] = []
    path = "/optimade/v1/structures?page_limit=100&response_fields=nsites&sort=-nsites"
    sizes: list[int] = []
    while path:
        told = service.get(path).json
        seen += [entry["id"] for entry in told["data"]]
        sizes += [entry["attributes"]["nsites"] for entry in told["data"]]
        assert told["meta"]["data_returned"] == told["meta"]["data_available"] == COUNT
        assert told["meta"]["more_data_available"] is bool(told["links"]["next"])
        path = (told["links"]["next"] or "").removeprefix(f"http://127.0.0.1:{service.port}")
    assert sorted(seen) == sorted(r.id for r in starter_records())
    assert sizes == sorted(sizes, reverse=True)
    beyond = listed(service, page_offset=COUNT).json
    assert beyond["data"] == [] and beyond["links"]["next"] is None


def test_an_entry_tells_what_the_standard_wants_and_more_where_it_is_asked(
    service: Service,
) -> None:
    entry = service.get(f"/optimade/v1/structures/{GAN}").json["data"]
    told = entry["attributes"]
    assert (entry["type"], entry["id"]) == ("structures", GAN)
    assert told["elements"] == ["Ga", "N"] and told["elements_ratios"] == [0.5, 0.5]
    assert told["chemical_formula_anonymous"] == "AB" and told["nsites"] == 4
    assert told["dimension_types"] == [1, 1, 1] and told["structure_features"] == []
    assert told["last_modified"] is None and not any(name[0] == "_" for name in told)
    names = "nsites,_clac_space_group,_clac_band_gap,_clac_properties,immutable_id,_exmpl_a"
    more = service.get(f"/optimade/v1/structures/{GAN}?response_fields={names}&unheard=of").json
    told = more["data"]["attributes"]
    assert list(told) == names.split(",") and told["_clac_space_group"] == "P6_3mc"
    assert told["_clac_band_gap"] == told["_clac_properties"]["band_gap"] > 3
    assert told["immutable_id"] is None and told["_exmpl_a"] is None
    (warning,) = more["meta"]["warnings"]
    assert warning["type"] == "warning" and "_exmpl_a" in warning["detail"]


def test_the_properties_are_described_with_their_units(service: Service) -> None:
    told = service.get("/optimade/v1/info/structures").json["data"]["properties"]
    gap = told["_clac_band_gap"]
    assert (gap["type"], gap["unit"], gap["sortable"]) == ("float", "eV", True)
    assert told["_clac_centrosymmetric"]["type"] == "boolean" and told["elements"]["type"] == "list"
    assert all(one["description"] for one in told.values())


def test_a_filter_of_the_search_is_one_of_this_view(service: Service) -> None:
    text = "lead-free cubic oxide with a gap between 2 and 4 eV"
    told = service.post("/v1/search", {"text": text, "k": 1}).json["filter"]
    reply = listed(service, filter=told["text"], response_fields="id").json
    assert reply["meta"]["data_returned"] == told["passing"] > 0


@pytest.mark.parametrize(
    ("filter", "same"),
    [
        ('_clac_space_group="P 63 m c"', "_clac_space_group_number=186"),
        ("space_group_it_number=186", "_clac_space_group_number=186"),
        ('_clac_prototype="wurtzite"', '_clac_prototypes HAS "wurtzite"'),
        ("_clac_properties.band_gap>5", "_clac_band_gap>5"),
        ("NOT _clac_band_gap<=5", "_clac_band_gap>5"),  # unknown ones pass neither
        ("_clac_band_gap IS UNKNOWN", "NOT _clac_band_gap IS KNOWN"),
        ("elements LENGTH 4", "nelements=4"),
        ("species LENGTH >=4", "elements_ratios LENGTH >=4"),
        ("nperiodic_dimensions=3 AND nelements=5", "nelements=5"),
        ('type="structures" AND nelements=5', "structure_features LENGTH 0 AND nelements=5"),
        ('NOT structure_features HAS "disorder" AND nelements=5',
         "lattice_vectors IS KNOWN AND nelements=5"),
        ("_clac_polar=TRUE AND nelements=2", "_clac_polar!=FALSE AND nelements=2"),
    ],
)  # fmt: skip
def test_two_ways_to_ask_the_same(service: Service, filter: str, same: str) -> None:
    one = every(service, filter)
    assert one and one == every(service, same)


@pytest.mark.parametrize(
    "filter",
    [
        'immutable_id="x"', 'NOT immutable_id="x"', 'assemblies HAS "x"', "_mp_band_gap>2",
        "_exmpl_a IS KNOWN", "NOT (_exmpl_a=1)", 'last_modified>="2020-01-31T00:00:00Z"',
        'last_modified IS KNOWN', 'elements HAS "Xx"', 'chemical_formula_reduced="nonsense"',
        'type="references"', "elements_ratios IS UNKNOWN", "nelements=" + "9" * 250,
    ],
)  # fmt: skip
def test_what_no_entry_has_is_no_error(service: Service, filter: str) -> None:
    reply = listed(service, filter=filter)
    assert reply.status == 200 and reply.json["data"] == []
    assert ("warnings" in reply.json["meta"]) is ("_exmpl" in filter)


@pytest.mark.parametrize(
    ("asked", "status", "parameter", "told"),
    [
        ({"filter": "nelements<"}, 400, "filter", "column 11"),
        ({"filter": "nelements=1 nelements=2"}, 400, "filter", "AND or OR"),
        ({"filter": "crazyfield=2"}, 400, "filter", "'crazyfield'"),
        ({"filter": "band_gap>2"}, 400, "filter", "'band_gap'"),  # ours has a prefix
        ({"filter": "_clac_nothing=2"}, 400, "filter", "'_clac_nothing'"),
        ({"filter": "_clac_nelements=2"}, 400, "filter", "'_clac_nelements'"),
        ({"filter": "_clac_properties.nothing=2"}, 400, "filter", "no property"),
        ({"filter": '_clac_crystal_system="round"'}, 400, "filter", "known: triclinic"),
        ({"filter": 'last_modified>"soon"'}, 400, "filter", "'soon' is no time"),
        ({"filter": "id=\"" + "a" * 2000 + '"'}, 400, "filter", "2000 letters"),
        ({"filter": "(" * 900 + "nelements=1" + ")" * 900}, 400, "filter", "nested too deeply"),
        ({"filter": 'nelements="3"'}, 501, "filter", "nelements is a number"),
        ({"filter": "elements HAS 3"}, 501, "filter", "column 1"),
        ({"filter": "elements=\"Li\""}, 501, "filter", "a list of words"),
        ({"filter": '"a"<"b"'}, 501, "filter", "expected a property"),
        ({"filter": "nelements<nsites"}, 501, "filter", "cannot be compared with another"),
        ({"filter": "elements_ratios HAS 0.5"}, 501, "filter", "column 1"),
        ({"filter": 'species_at_sites HAS "Li"'}, 501, "filter", "whether it IS KNOWN"),
        ({"filter": "lattice_vectors LENGTH 3"}, 501, "filter", "not supported"),
        ({"filter": 'species.name HAS "Li"'}, 501, "filter", "nested"),
        ({"filter": 'elements:elements_ratios HAS "Li":0.5'}, 501, "filter", "not supported"),
        ({"page_limit": "many"}, 400, "page_limit", "whole number"),
        ({"page_limit": 0}, 400, "page_limit", "from 1 on"),
        ({"page_limit": 501}, 403, "page_limit", "500 at most"),
        ({"page_offset": -1}, 400, "page_offset", "from 0 on"),
        ({"page_number": 2}, 400, "page_number", "known: filter"),
        ({"_clac_secret": 2}, 400, "_clac_secret", "no parameter"),
        ({"response_fields": "nsites,whatever"}, 400, "response_fields", "'whatever'"),
        ({"response_fields": ",".join(f"_a_{i}" for i in range(60))}, 400, "response_fields", "50"),
        ({"response_format": "xml"}, 400, "response_format", "known: json"),
        ({"include": "calculations"}, 400, "include", "'calculations'"),
        ({"sort": "elements"}, 400, "sort", "'elements'"),
        ({"sort": "-nothing"}, 400, "sort", "'nothing'"),
        ({f"_a_{i}": i for i in range(60)}, 400, "", "50 parameters"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_as_the_standard_wants_it(
    service: Service, asked: dict[str, object], status: int, parameter: str, told: str
) -> None:
    reply = listed(service, **asked)
    (error,) = reply.json["errors"]
    assert reply.headers["content-type"] == "application/vnd.api+json"
    assert (reply.status, error["status"]) == (status, str(status)), error
    assert error.get("source", {}).get("parameter", "") == parameter and told in error["detail"]
    assert "data" not in reply.json and reply.json["meta"]["query"]["representation"]


def test_errors_have_this_shape_only_here(service: Service) -> None:
    for path, status in (
        ("/v1/structures/none-such", 404), ("/v1/structures/..%2f..%2fetc", 404),
        ("/v1/versions", 404), ("/v1/info/references", 404), ("/none", 404), ("/v2/info", 553),
        ("/v1.1/structures", 553),
    ):  # fmt: skip
        reply = service.get(f"/optimade{path}")
        (error,) = reply.json["errors"]
        assert reply.status == int(error["status"]) == status and error["detail"]
    assert service.post("/optimade/v1/structures", {}).json["errors"][0]["status"] == "405"
    assert service.get("/optimadeish").json["type"] == "about:blank"
    assert service.get("/v1/structures/none-such").json["status"] == 404


def test_versions_and_slashes(service: Service) -> None:
    reply = service.get("/optimade/versions")
    assert reply.body == b"version\n1\n" and "header=present" in reply.headers["content-type"]
    for path in ("/optimade/structures", "/optimade/v1/structures/", "/optimade/v1/structures"):
        reply = service.get(f"{path}?page_limit=1&api_hint=v1&email_address=a@b.c")
        assert reply.status == 200 and len(reply.json["data"]) == 1


def test_a_key_is_asked_for_here_too() -> None:
    with running(Settings(burst=1, rate_per_s=0.01), Keys({digest_of("k" * 20): "ana"})) as kept:
        bare = kept.get("/optimade/v1/info")
        assert bare.status == 401 and bare.json["errors"][0]["status"] == "401"
        own = {"authorization": f"Bearer {'k' * 20}"}
        told = [kept.get("/optimade/v1/info", **own) for _ in range(12)]
        assert (told[0].status, told[-1].status) == (200, 429)
        assert told[-1].json["errors"][0]["title"] == "Too Many Requests"


@given(ASKED)
def test_any_filter_is_answered_or_refused(view: OptimadeView, filter: str) -> None:
    query = urlencode({"filter": filter, "page_limit": "1", "response_fields": "id"})
    try:
        json.dumps(view.structures(Asked("http://host/optimade", "/structures", query)))
    except RefusedError as error:
        assert error.status in (400, 501) and error.parameter == "filter"


def test_names_of_every_kind_come_through(tmp_path: Path) -> None:
    odd = {
        "last_modified": "2020-01-31T13:00:00+01:00", "band_gap_mp_2020": 1.5, "Odd Name": 3,
        "_exmpl_x": "y", "density": "heavy", "licence": "CC0-1.0", "Z": 4,
        "cell": "large", "properties": "many", "stable": True,
    }  # fmt: skip
    one, *others = some_records()
    one = Record(one.id, one.structure, properties=odd)
    late = replace(others[0], properties={"last_modified": "2021-05-01", "Odd Name": 4.5})
    SearchEngine.build([one, late, *others[1:]], tmp_path / "i", HashEmbedder())
    view = OptimadeView(SearchEngine.open(tmp_path / "i", HashEmbedder()).catalog)

    def entries(**asked: str) -> list[dict[str, Any]]:
        return view.structures(Asked("http://host/optimade", "", urlencode(asked)))["data"]

    (entry,) = entries(filter="_clac_odd_name=3", response_fields=",".join((*FIELDS, PROPERTIES)))
    again = record_from(entry, "", "", LimitsConfig())
    assert again.properties == odd and again.id == one.id
    assert np.allclose(again.structure.frac, one.structure.frac)
    known = view.info_structures(Asked("http://host/optimade", ""))["data"]["properties"]
    assert known["_clac_band_gap"]["unit"] == known["_clac_band_gap_mp_2020"]["unit"] == "eV"
    assert (
        known["_clac__exmpl_x"]["type"] == "string" and known["_clac_odd_name"]["type"] == "float"
    )
    names = "last_modified,_clac_band_gap,_clac_density,_clac_odd_name,_exmpl_x"
    told = entries(sort="-last_modified", response_fields=names)
    assert [e["id"] for e in told[:2]] == [late.id, one.id]
    assert [e["attributes"]["last_modified"] for e in told[:3]] == [
        "2021-05-01T00:00:00Z", "2020-01-31T12:00:00Z", None,
    ]  # fmt: skip
    assert told[1]["attributes"]["_clac_band_gap"] == 1.5
    assert isinstance(told[1]["attributes"]["_clac_density"], float)  # ours; theirs is below
    for filter in (
        'last_modified<"2020-01-31T12:00:01Z"', '_clac_properties.density="heavy"',
        '"2020-01-31T12:30:00+01:00" <= last_modified AND _clac_stable=TRUE',
        '_clac__exmpl_x="y" AND NOT _clac_odd_name>3', "_clac_properties.z=4",
    ):  # fmt: skip
        assert [e["id"] for e in entries(filter=filter)] == [one.id], filter


def test_the_reference_server_finds_the_same(service: Service, tmp_path: Path) -> None:
    ours = starter_records()[::73]
    own = {record.id for record in ours}
    filters = [
        'elements HAS "O"', 'elements HAS ALL "O","Ti"', 'elements HAS ANY "Na","K"',
        'NOT elements HAS "O"', "elements LENGTH 2", "nelements>=3 AND nsites<10",
        'chemical_formula_anonymous="AB"', 'chemical_formula_reduced CONTAINS "O2"',
        'id STARTS WITH "s" OR id ENDS WITH "e"', "2<nelements", "nsites!=4",
        'NOT (nelements=2 OR elements HAS "O") AND nsites>1', "nperiodic_dimensions=3",
        "chemical_formula_hill IS UNKNOWN", 'structure_features HAS "disorder"',
        '_mp_a>2 OR nelements=1', "nelements IS KNOWN", 'elements HAS ONLY "O","Ti","Sr"',
    ]  # fmt: skip
    with optimade_server.running(tmp_path, ours) as server:
        for filter in filters:
            asked = {"filter": filter, "page_limit": 500, "response_fields": "id"}
            address = f"{server.base}/v1/structures?{urlencode(asked, quote_via=quote)}"
            with urlopen(address, timeout=60) as reply:
                told = json.load(reply)
            theirs = {one["id"] for one in told["data"] if not one["id"].startswith("mpf_")}
            assert theirs == own & set(every(service, filter)), filter
