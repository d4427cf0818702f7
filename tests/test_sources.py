"""Crystals of databases: whole, in order, once, and told where from; or one clear line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np
import optimade_server
import pyarrow.parquet as pq
import pytest
import unruly_server as unruly
from doubles import HashEmbedder, some_records
from optimade_server import ReferenceServer
from unruly_server import QUICK, one_line

from clac import checkpoint
from clac.config import NetworkConfig
from clac.data.elements import SYMBOLS
from clac.data.readers import read
from clac.data.sources import read_sources
from clac.data.starter import starter_records
from clac.errors import FetchError, InputError
from clac.types import Record
from index import SearchEngine, cli, inputs
from index.segments import open_index

OURS = 23
TEST_DATA = 17
"""structures that come with the server; their cells are scrambled: all but silver is refused"""


@pytest.fixture(scope="module")
def ours() -> list[Record]:
    return starter_records()[::73]


@pytest.fixture(scope="module")
def server(
    tmp_path_factory: pytest.TempPathFactory, ours: list[Record]
) -> Iterator[ReferenceServer]:
    with optimade_server.running(tmp_path_factory.mktemp("optimade"), ours) as running:
        yield running


def ids(records: Any) -> list[str]:
    return [record.id for record in records]


def test_all_records_of_a_provider_arrive_once_in_order(
    server: ReferenceServer, ours: list[Record], tmp_path: Path
) -> None:
    told: list[tuple[int, int | None]] = []
    reading = read_sources(
        [f"optimade:{server.base}"],
        cache=tmp_path,
        network=QUICK,
        progress=lambda *at: told.append(at),
    )
    records = list(reading)
    assert ids(records) == ["mpf_200", *ids(ours)]
    assert reading.n_refused == TEST_DATA - 1 == len(reading.refusals)
    assert all(refusal.origin.startswith(f"{server.base}/v1/structures/mpf_")
               for refusal in reading.refusals)  # fmt: skip
    whole = OURS + TEST_DATA
    assert told == [(min(done, whole), whole) for done in range(7, whole + 7, 7)]
    for record, own in zip(records[1:], ours):
        assert np.allclose(record.structure.cell, own.structure.cell)
        assert np.array_equal(record.structure.numbers, own.structure.numbers)
    first = records[1]
    assert first.origin == f"{server.base}/v1/structures/{first.id}"
    assert first.properties["licence"] == "CC-BY-4.0"
    assert first.properties["last_modified"] == "2020-01-31T00:00:00Z"
    assert set(first.properties["_exmpl_chemsys"].split("-")) == {  # type: ignore[union-attr]
        SYMBOLS[z - 1] for z in first.structure.numbers
    }


def test_a_filter_is_answered_by_the_provider(
    server: ReferenceServer, ours: list[Record], tmp_path: Path
) -> None:
    source, filter = f"optimade:{server.base}/v1/", 'elements HAS "O" AND NOT id STARTS WITH "mpf"'
    found = list(read_sources([source], cache=tmp_path, filter=filter, network=QUICK))
    assert ids(found) == [record.id for record in ours if 8 in record.structure.numbers]
    with pytest.raises(FetchError) as error:
        read_sources([source], cache=tmp_path, filter="elements HAS", network=QUICK)
    one_line(error.value, server.base, "HTTP 400 Bad Request: Unable to parse filter")
    greedy = NetworkConfig(page_size=1000)
    with pytest.raises(FetchError) as error:
        read_sources([source], cache=tmp_path / "greedy", network=greedy)
    one_line(error.value, "HTTP 403 Forbidden: Max allowed page_limit is 500")


@pytest.mark.parametrize("stop_after", [7, 21, 35])
def test_an_interrupted_fetch_asks_only_for_the_rest(
    server: ReferenceServer, tmp_path: Path, stop_after: int
) -> None:
    def interrupt(done: int, _: int | None) -> None:
        if done == stop_after:
            raise KeyboardInterrupt

    source = [f"optimade:{server.base}"]
    with pytest.raises(KeyboardInterrupt):
        read_sources(source, cache=tmp_path / "a", network=QUICK, progress=interrupt)
    (log,) = (tmp_path / "a").glob("*/pages.jsonl")
    with log.open("a") as file:
        file.write('{"url": "torn')  # as a process that was killed leaves it
    before = len(server.asked())
    resumed = list(read_sources(source, cache=tmp_path / "a", network=QUICK))
    rest = server.asked()[before:]
    offsets = [int(parse_qs(urlsplit(path).query)["page_offset"][0]) for path in rest]
    assert offsets == list(range(stop_after, OURS + TEST_DATA, 7))
    again = list(read_sources(source, cache=tmp_path / "a", network=QUICK))
    assert len(server.asked()) == before + len(rest)  # what is complete is not fetched again
    whole = list(read_sources(source, cache=tmp_path / "b", network=QUICK))
    assert ids(resumed) == ids(again) == ids(whole) and len(whole) == OURS + 1
    log.with_name("page-000002.json").write_text('{"da')
    with pytest.raises(FetchError) as error:
        list(read_sources(source, cache=tmp_path / "a", network=QUICK))
    one_line(error.value, "page-000002.json: damaged; delete its folder to fetch it anew")


@pytest.mark.skipif(
    not (checkpoint.DEFAULT_FOLDER / "weights.safetensors").exists(), reason="no shipped model"
)
def test_an_index_of_a_provider_is_the_index_of_its_files(
    server: ReferenceServer, ours: list[Record], tmp_path: Path
) -> None:
    from clac.embed import Embedder

    embedder = Embedder.load()
    rows = [
        {"id": r.id, "cell": r.structure.cell.tolist(), "numbers": r.structure.numbers.tolist(),
         "frac_coords": r.structure.frac.tolist()}
        for r in ours
    ]  # fmt: skip
    (tmp_path / "ours.json").write_text(json.dumps(rows))
    filter = 'NOT id STARTS WITH "mpf"'
    fetched = read_sources(
        [f"optimade:{server.base}"], cache=tmp_path / "c", filter=filter, network=QUICK
    )
    one = embedder.embed(fetched)
    (pages,) = (tmp_path / "c").iterdir()
    for files in ([tmp_path / "ours.json"], sorted(pages.glob("page-*.json"))):
        other = embedder.embed(read(files))
        assert one.ids == other.ids == tuple(ids(ours))
        assert np.abs(one.vectors - other.vectors).max() < 1e-5


def test_licence_and_day_stand_in_the_catalog_and_can_be_asked_for(
    server: ReferenceServer, tmp_path: Path
) -> None:
    with unruly.running(unruly.FILE) as web:
        sources = [f"optimade:{server.base}", unruly.address(web)]
        records = read_sources(sources, cache=tmp_path / "c", network=QUICK)
        SearchEngine.build(records, tmp_path / "i", HashEmbedder())
    catalog = open_index(tmp_path / "i").catalog
    table = catalog.table(["id", "licence", "retrieved"]).to_pylist()
    assert len(table) == len(catalog) == OURS + 1 + 3
    day = table[0]["retrieved"]
    assert len(day) == 10 and {row["retrieved"] for row in table} == {day}
    assert {row["id"]: row["licence"] for row in table[-4:]}.items() >= {
        "one": None, "two": None, "three": None, table[-4]["id"]: "CC-BY-4.0",
    }.items()  # fmt: skip
    engine = SearchEngine.open(tmp_path / "i", HashEmbedder())
    assert len(engine.search("salt", k=99, filter='licence="CC-BY-4.0"')) == OURS + 1
    assert not engine.search("salt", filter='licence!="CC-BY-4.0"')  # unknown is not another
    SearchEngine.build(some_records(), tmp_path / "j", HashEmbedder())
    plain = open_index(tmp_path / "j").catalog
    assert plain.table(["licence"])["licence"].null_count == len(plain)


def link(url: str, more: bool = True) -> unruly.Step:
    return unruly.say({"data": [], "links": {"next": {"href": url}},
                       "meta": {"more_data_available": more}})  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (link("file:///etc/hostname"), "file:///etc/hostname: no address of the web"),
        (link("/v1/structures?page=2"), "the pages go in circles"),
        (unruly.say({"data": [], "meta": {"more_data_available": True}}), "links.next is empty"),
        (unruly.say({"data": {}}), "no list 'data'"),
        (unruly.say([]), "no JSON object"),
        (unruly.status(404, b"<html>"), "HTTP 404 Not Found: there is no such page"),
        (unruly.status(302, Location="file:///etc/hostname"), "HTTP 302"),
        (unruly.status(200, b"<html>"), "is no JSON"),
    ],
)
def test_an_answer_that_is_none_is_one_line(
    tmp_path: Path, answer: unruly.Step, reason: str
) -> None:
    info = unruly.say({"data": {"attributes": {}, "properties": {}}})
    with unruly.running(b"", info, info, usual=answer) as web:
        with pytest.raises(FetchError) as error:
            read_sources(f"optimade:{web.base}", cache=tmp_path, network=QUICK)
        one_line(error.value, reason)


def test_the_last_page_is_the_one_after_which_there_is_no_more(tmp_path: Path) -> None:
    info = unruly.say({"data": {"attributes": {"license": "https://host/terms"}}})
    last = link("/v1/structures?page=2", more=False)
    with unruly.running(b"", info, unruly.status(404), last) as web:
        assert not list(read_sources(f"optimade:{web.base}", cache=tmp_path, network=QUICK))
        assert len(web.asked) == 3
    (log,) = tmp_path.glob("*/pages.jsonl")
    assert json.loads(log.read_text().splitlines()[0])["licence"] == "https://host/terms"


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("optimade:nobody", "unknown provider; give its address"),
        ("https://host/a.tar.gz", "no checksum; give https://host/a.tar.gz#sha256=HEX"),
        ("https://host/a.tar.gz#sha256=12", "not 64 hexadecimal digits"),
        (f"https://me:secret@host/a#sha256={'0' * 64}", "holds a user name"),
        ("mp:", "no key in the environment variable MP_API_KEY; get one at"),
        ("mp:Li", "no query; give one such as mp:chemsys=Li-O"),
        ("mp:_limit=1", "_limit is for CLaC to set"),
    ],
)
def test_a_source_that_cannot_be_meant_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str, reason: str
) -> None:
    monkeypatch.delenv("MP_API_KEY", raising=False)
    with pytest.raises((InputError, FetchError)) as error:
        read_sources([source], cache=tmp_path)
    one_line(error.value, reason)
    assert "secret" not in str(error.value)
    with pytest.raises(InputError, match="filter is for optimade: sources only"):
        read_sources(["a.cif"], cache=tmp_path, filter="nelements=2")
    assert not list(tmp_path.iterdir())


def summaries(request: unruly.Handler) -> None:
    """Play the summary endpoint of the Materials Project."""
    if request.headers.get("X-API-KEY") != "secret-key":
        request.answer(b'{"message": "Invalid authentication credentials"}', 401)
        return
    query = {name: value[0] for name, value in parse_qs(urlsplit(request.path).query).items()}
    assert query["chemsys"] == "Na-Cl" and query["deprecated"] == "false"
    structure = {
        "lattice": {"matrix": [[0.0, 2.82, 2.82], [2.82, 0.0, 2.82], [2.82, 2.82, 0.0]]},
        "sites": [{"species": [{"element": e, "occu": 1}], "abc": [x] * 3} for e, x in
                  (("Na", 0.0), ("Cl", 0.5))],
    }  # fmt: skip
    whole = [
        {"material_id": f"mp-{i}", "structure": structure, "band_gap": 5.0 + i, "efermi": None,
         "bulk_modulus": {"voigt": 23.0, "vrh": 22.0}, "formation_energy_per_atom": -2.1,
         "builder_meta": {"license": ["BY-C", "BY-NC", None][i % 3]}}
        for i in range(9)
    ]  # fmt: skip
    skip, limit = int(query["_skip"]), int(query["_limit"])
    unruly.say({"data": whole[skip : skip + limit], "meta": {"total_doc": 9}})(request)


def test_the_materials_project_is_read_with_a_key_that_is_kept_nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with unruly.running(usual=summaries) as web:
        monkeypatch.setenv("MP_API_ENDPOINT", f"{web.base}/")
        monkeypatch.setenv("MP_API_KEY", "wrong")
        with pytest.raises(FetchError) as error:
            read_sources("mp:chemsys=Na-Cl", cache=tmp_path, network=QUICK)
        one_line(error.value, "HTTP 401", "Invalid authentication credentials")
        monkeypatch.setenv("MP_API_KEY", "secret-key")
        records = list(read_sources("mp:chemsys=Na-Cl", cache=tmp_path, network=QUICK))
    assert ids(records) == [f"mp-{i}" for i in range(9)] and len(web.asked) == 1 + 2
    told = dict(records[1].properties)
    assert told.pop("retrieved") and told == {
        "formation_energy": -2.1, "band_gap": 6.0, "bulk_modulus": 22.0, "licence": "CC-BY-NC-4.0",
    }  # fmt: skip
    assert [r.properties.get("licence") for r in records[:3]] == ["CC-BY-4.0", "CC-BY-NC-4.0", None]
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"mp-8" in kept and b"secret-key" not in kept


def test_the_command_builds_from_a_provider_and_says_in_one_line_what_fails(
    server: ReferenceServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(inputs, "embedder", lambda model: HashEmbedder())
    build = ["index", "build", f"optimade:{server.base}", "--out", "i", "--json"]
    assert cli.run([*build, "--filter", "nelements=1"]) == 0
    report = json.loads(capsys.readouterr().out)
    (segment,) = Path("i/segments").iterdir()
    rows = pq.read_table(segment / "properties.parquet").to_pylist()
    assert report["count"] == len(rows) >= 1 and report["n_refused"] == 1
    assert len((segment / "refusals.jsonl").read_text().splitlines()) == report["n_refused"]
    assert all(row["licence"] == "CC-BY-4.0" and row["retrieved"] for row in rows)
    assert sorted(path.name for path in Path().iterdir()) == ["i", "i.sources"]
    asked = len(server.asked())
    assert cli.run(build) == 1 and "--force" in capsys.readouterr().err
    assert len(server.asked()) == asked  # a place that is taken is found before anything is fetched
    embed = [
        "embed",
        f"optimade:{server.base}",
        "--out",
        "v.parquet",
        "--cache",
        "kept",
        "--filter",
    ]
    assert cli.run([*embed, "elements HAS"]) == 1
    told = capsys.readouterr().err
    assert told.startswith(f"clac: error: {server.base}") and told.count("\n") == 1
    assert not Path("v.parquet").exists()
    assert cli.run([*embed, "nelements=1"]) == 0 and Path("kept").is_dir()
