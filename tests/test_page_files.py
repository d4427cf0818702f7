"""The files of the page: how they are served, how much they weigh, what they keep to."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from crystals import triclinic
from doubles import HashEmbedder, rock_salt
from running_service import Service, running

from clac.properties import PROPERTIES
from clac.types import Record
from index import Query, SearchEngine
from index.plane import inside, placed, plane
from index.service.bodies import CIF

WEB = Path(__file__).parents[1] / "index" / "web"
OWN = sorted(path for path in WEB.iterdir() if path.is_file())
MAX_LINES = 400
MAX_BYTES = 1_500_000
INSERTS = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|Function\(")
INLINE = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", re.IGNORECASE)
ELSEWHERE = re.compile(r"(?:src|href|from|import)\s*[=(]?\s*[\"'](?:https?:)?//")


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    with running() as found:
        yield found


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.name)
def test_a_file_is_small_told_and_of_this_house(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= MAX_LINES
    assert not INSERTS.search(text), "markup from the server could run"
    assert not ELSEWHERE.search(text), "it asks another host"
    if path.suffix == ".js":
        assert text.startswith("/*")
        lines = text.splitlines()
        for before, line in pairwise(lines):
            assert not line.startswith("export") or before.endswith("*/"), line
    if path.suffix == ".html":
        assert not INLINE.search(text)


def test_the_page_is_light() -> None:
    packed = sum(len(gzip.compress(p.read_bytes())) for p in WEB.rglob("*") if p.is_file())
    assert packed < MAX_BYTES


def test_what_is_of_others_is_named_with_its_version_and_unchanged() -> None:
    vendor = WEB / "vendor"
    told = dict(
        re.findall(r"^\| (\S+) \|.*\| ([0-9a-f]{64}) \|$", (vendor / "README.md").read_text(), re.M)
    )
    files = {path.name: path.read_bytes() for path in vendor.iterdir() if path.suffix != ".md"}
    assert told == {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    first = files["3Dmol-min.js"].split(b"\n", 1)[0].decode()
    assert re.search(r"see (\S+)", first)[1] in files


@pytest.mark.parametrize("path", [p for p in OWN if p.suffix == ".js"], ids=lambda path: path.name)
def test_what_a_module_exports_is_used_elsewhere(path: Path) -> None:
    names = re.findall(r"^export (?:async )?(?:function|class|const) (\w+)", path.read_text(), re.M)
    others = [
        p.read_text() for p in (*OWN, *Path(__file__).parent.glob("test_page*.py")) if p != path
    ]
    unused = [name for name in names if not any(re.search(rf"\b{name}\b", text) for text in others)]
    assert not unused


def test_numbers_are_labelled_as_in_the_package() -> None:
    text = (WEB / "notation.js").read_text(encoding="utf-8")
    table = text.split("export const NUMBERS = {")[1].split("};")[0]
    found = dict(re.findall(r"(\w+): (\[.*?\]),", table))
    assert {name: json.loads(pair) for name, pair in found.items()} == {
        name: [spec.label, spec.unit] for name, spec in PROPERTIES.items()
    }


@pytest.mark.parametrize(
    "path, kind",
    [("/", "text/html"), ("/web/main.js", "text/javascript"), ("/web/base.css", "text/css"),
     ("/web/icon.svg", "image/svg+xml"), ("/web/vendor/3Dmol-min.js", "text/javascript")],
)  # fmt: skip
def test_a_file_is_served_once(service: Service, path: str, kind: str) -> None:
    first = service.get(path)
    assert first.status == 200 and first.headers["content-type"].startswith(kind)
    assert "script-src 'self';" in first.headers["content-security-policy"]
    again = service.get(path, **{"if-none-match": first.headers["etag"]})
    assert again.status == 304 and not again.body
    if path.endswith("js"):
        packed = service.get(path, **{"accept-encoding": "gzip"})
        assert packed.headers["content-encoding"] == "gzip"
        assert gzip.decompress(packed.body) == first.body


@pytest.mark.parametrize(
    "path",
    ["/web/../service/app.py", "/web/%2e%2e/service/app.py", "/web/..%2fservice%2fapp.py",
     "/web//etc/passwd", "/web/none.js"],
)  # fmt: skip
def test_nothing_else_is_served(service: Service, path: str) -> None:
    reply = service.get(path)
    assert reply.status == 404 and reply.headers["content-type"] == "application/problem+json"


def test_the_map_lays_every_crystal_out(service: Service) -> None:
    engine = SearchEngine.open()
    told = service.get("/v1/map").json
    assert told["crystals"] == len(told["ids"]) == len(engine)
    assert len(told["x"]) == len(told["y"]) == len(told["groups"]) == len(told["formulas"])
    assert told["ids"] == engine.catalog.ids() and "oxide" in told["groups"]
    assert service.get("/v1/map?index=none").status == 404


def test_the_plane_is_where_vectors_differ_most() -> None:
    engine = SearchEngine.open()
    found = plane(engine)
    assert plane(engine) is found
    vectors = engine.vectors.vectors(np.arange(len(engine))).astype(np.float64)
    centred = vectors - vectors.mean(axis=0)
    values = np.linalg.svd(centred, compute_uv=False)[:2]
    np.testing.assert_allclose(np.linalg.norm(found.places, axis=0), values, rtol=1e-4)
    sample = plane(engine, 100)
    assert len(sample.ids) == 100 and sample.ids[0] == found.ids[0]
    assert sample.ids[-1] == found.ids[-1]


def test_crystals_beside_the_sample_have_their_place_too(service: Service) -> None:
    engine = SearchEngine.open()
    whole, rows = plane(engine), np.array([70, 3, 41])
    some = placed(engine, rows)
    assert some.ids == tuple(whole.ids[row] for row in rows)
    np.testing.assert_allclose(some.places, whole.places[rows], atol=1e-6)
    told = service.post("/v1/map", {"ids": list(some.ids)}).json
    assert told["ids"] == list(some.ids) and told["groups"] == list(some.groups)
    assert told["crystals"] == len(engine)
    np.testing.assert_allclose(told["x"], some.places[:, 0], atol=1e-4)
    assert service.post("/v1/map", {"ids": ["none"]}).status == 404


def test_every_crystal_in_a_part_of_the_map_is_searched(service: Service) -> None:
    engine = SearchEngine.open()
    places = plane(engine).places
    (left, low), (right, high) = np.quantile(places, [0.3, 0.8], axis=0)
    box = [(left, low), (right, low), (right, high), (left, high)]
    held = ((places > [left, low]) & (places < [right, high])).all(axis=1)
    np.testing.assert_array_equal(inside(engine, box), held)
    crossed = inside(engine, [box[0], box[1], box[3], box[2]])
    assert 0 < crossed.sum() < held.sum() and not (crossed & ~held).any()
    there = {engine.catalog.ids()[row] for row in np.flatnonzero(held)}
    corners = [[float(x), float(y)] for x, y in box]
    asked = {"text": "crystal", "parse": False, "inside": corners, "k": 1000}
    told = service.post("/v1/search", asked).json
    assert {hit["id"] for hit in told["hits"]} == there
    assert told["filter"]["passing"] == len(there)
    oxides = service.post("/v1/search", {**asked, "filter": 'elements HAS "O"'}).json
    assert {hit["id"] for hit in oxides["hits"]} == {
        hit["id"] for hit in told["hits"] if "O" in hit["formula"].replace("Os", "")
    }
    near = service.post("/v1/similar", {"id": min(there), "inside": corners, "k": 999}).json
    assert {hit["id"] for hit in near["hits"]} == there - {min(there)}
    for wrong in (corners[:2], corners * 20, [[0, 0], [0, 1], [1e9, 0]], [[0], [1], [2]]):
        assert service.post("/v1/search", {**asked, "inside": wrong}).status == 422


def test_hits_are_some_of_those_named(service: Service) -> None:
    ids = ["gallium-nitride-wurtzite", "zinc-oxide-wurtzite", "sodium-chloride-rock-salt"]
    asked = {"text": "crystal with oxygen", "among": ids}
    told = service.post("/v1/search", asked).json
    assert [hit["id"] for hit in told["hits"]] == ["zinc-oxide-wurtzite"]
    asked["parse"] = False
    told = service.post("/v1/search", asked).json
    assert {hit["id"] for hit in told["hits"]} == set(ids)
    both = service.post("/v1/similar", {"id": ids[0], "among": ids, "filter": "nelements=2"}).json
    assert {hit["id"] for hit in both["hits"]} == set(ids[1:])
    assert service.post("/v1/search", {**asked, "filter": "nelements<"}).json["field"] == "filter"
    assert service.post("/v1/search", {**asked, "among": ids * 400}).json["field"] == "among"


def test_structure_types_with_a_name_stand_before_labels_of_crystals_without(
    tmp_path: Path,
) -> None:
    salts = [Record(f"r{z}", rock_salt(z, 17, 5.6), "") for z in (3, 11)]
    nameless = [Record(f"t{i}", triclinic(), "") for i in range(3)]
    SearchEngine.build([*salts, *nameless], tmp_path / "index", HashEmbedder())
    engine = SearchEngine.open(tmp_path / "index", HashEmbedder())
    name, label = engine.facets(Query("crystal"))["prototypes"]
    assert (name.value, name.count) == ("rock salt", 2)
    assert label.value.startswith("AB") and "_aP" in label.value and label.count == 3


def test_an_upload_is_read(service: Service) -> None:
    told = service.post("/v1/structures", {"structure": {"content": CIF, "name": "a.cif"}}).json
    assert (told["formula"], told["space_group"], told["id"]) == ("NaCl", "Fm-3m", "")
    assert told["prototype_name"] and len(told["sites"]) == 8 and told["cell"][0][0] == 5.64
    bad = service.post("/v1/structures", {"structure": {"content": "x", "name": "a.cif"}}).json
    assert bad["field"] == "structure" and "a.cif" in bad["detail"]
