"""The HTTP service answers what the engine answers, and every mistake in one clear problem."""

from __future__ import annotations

import gzip
import io
import json
import math
from collections.abc import Callable, Iterator

import pytest
from ase.io import write
from pymatgen.core import Structure
from pymatgen.io.ase import AseAtomsAdaptor
from running_service import Service, running

from clac.data.formats.objects import to_pymatgen
from clac.data.readers import read_text
from index import SearchEngine
from index.catalog import Catalog
from index.service.bodies import CIF, SALT

GAN = "gallium-nitride-wurtzite"


def extended_xyz(structure: Structure) -> str:
    atoms, text = AseAtomsAdaptor.get_atoms(structure), io.StringIO()
    write(text, atoms, format="extxyz")
    return text.getvalue()


FORMATS = [
    ("POSCAR", lambda structure: structure.to(fmt="poscar")),
    ("salt.json", lambda structure: json.dumps(structure.as_dict())),
    ("salt.xyz", extended_xyz),
    ("upload", lambda structure: json.dumps(structure.as_dict())),
]


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    with running() as found:
        yield found


@pytest.fixture(scope="module")
def engine() -> SearchEngine:
    return SearchEngine.open()


def test_search_answers_what_the_engine_answers(service: Service, engine: SearchEngine) -> None:
    text = "wide band gap nitride with the wurtzite structure"
    told = service.post("/v1/search", {"text": text, "k": 3}).json
    hits = engine.search(text, k=3)
    assert [hit["id"] for hit in told["hits"]] == [hit.id for hit in hits]
    assert [c["says"] for c in told["understood"]] == [c.says for c in hits.understood]
    assert told["filter"]["passing"] == hits.filtered.passing
    rest = service.post("/v1/search", {"text": text, "k": 2, "offset": 1}).json["hits"]
    assert [hit["id"] for hit in rest] == [hit.id for hit in hits[1:]]


def test_facets_count_what_passes_and_filter_to_it(service: Service) -> None:
    asked = {"text": "lead-free cubic oxide", "k": 1, "facets": True}
    told = service.post("/v1/search", asked).json
    assert [f["value"] for f in told["facets"]["crystal_system"]] == ["cubic"]
    most = told["facets"]["elements"][1]
    assert told["facets"]["elements"][0]["value"] == "O" and most["value"] != "Pb"
    both = f"({told['filter']['text']}) AND {most['filter']}"
    narrowed = service.post("/v1/search", {**asked, "filter": both}).json
    assert narrowed["filter"]["passing"] == most["count"]


def test_an_uploaded_structure_finds_itself(service: Service) -> None:
    upload = {"content": CIF, "name": "halite.cif"}
    (first,) = service.post("/v1/similar", {"structure": upload, "k": 1}).json["hits"]
    assert first["id"] == "sodium-chloride-rock-salt" and math.isclose(
        first["score"], 1, abs_tol=1e-5
    )
    mixed = {"text": "without sodium", "like": [upload], "k": 3}
    assert all("Na" not in hit["formula"] for hit in service.post("/v1/search", mixed).json["hits"])


@pytest.mark.parametrize("name, write", FORMATS)
def test_an_upload_may_have_any_format_that_is_told_of(
    service: Service, name: str, write: Callable[[Structure], str]
) -> None:
    (salt,) = read_text(CIF, "halite.cif")
    upload = {"content": write(to_pymatgen(salt.structure)), "name": name}
    (first,) = service.post("/v1/similar", {"structure": upload, "k": 1}).json["hits"]
    assert first["id"] == SALT and math.isclose(first["score"], 1, abs_tol=1e-4)


def test_half_a_letter_in_an_upload_is_replaced(service: Service) -> None:
    salt = {"lattice_mat": [[0, 2.82, 2.82], [2.82, 0, 2.82], [2.82, 2.82, 0]],
            "coords": [[0, 0, 0], [0.5, 0.5, 0.5]], "elements": ["Na", "Cl"]}  # fmt: skip
    odd = json.dumps({"structure": salt, "note": "a\ud800", "b\udfff": 1, "id": "c\ud800"})
    upload = {"content": odd, "name": "odd.json"}
    told = service.post("/v1/structures", {"structure": upload})
    assert told.status == 200 and told.json["properties"] == {"note": "a?", "b?": 1}
    asked = {"structure": upload, "properties": ["band_gap"]}
    assert service.post("/v1/predict", asked).status == 200
    for wrong in ({"a\ud800": {"sites": []}}, {"a\ud800": 1}, {"a\ud800": {"b": 1}}):
        upload = {"content": json.dumps(wrong), "name": "odd.json"}
        assert service.post("/v1/structures", {"structure": upload}).status == 422


def test_structures_are_described_classified_predicted_and_embedded(service: Service) -> None:
    assert service.post("/v1/describe", {"id": GAN, "k": 2}).json["matches"]
    texts = ["a nitride", "an oxide"]
    ranked = service.post("/v1/describe", {"id": GAN, "texts": texts}).json["matches"]
    assert [m["text"] for m in ranked] == texts
    labels = service.post("/v1/classify", {"id": GAN, "task": "crystal_system"}).json["labels"]
    assert labels[0]["label"] == "hexagonal"
    (answer,) = service.post("/v1/predict", {"id": GAN, "properties": ["band_gap"]}).json["answers"]
    low, high = answer["interval"]
    assert low < answer["value"] < high and answer["evidence"]
    told = service.post("/v1/embed", {"texts": ["a"], "structures": [{"content": CIF}]}).json
    assert len(told["texts"][0]) == len(told["structures"][0]) == told["dim"]


def test_a_structure_comes_as_json_and_as_cif(service: Service, engine: SearchEngine) -> None:
    told = service.get(f"/v1/structures/{GAN}").json
    assert told["formula"] == "GaN" and len(told["sites"]) == 4
    reply = service.get(f"/v1/structures/{GAN}.cif")
    assert reply.headers["content-disposition"].endswith(f'"{GAN}.cif"')
    (again,) = read_text(reply.body.decode(), "x.cif")
    assert engine.similar(again, k=1)[0].id == GAN


@pytest.mark.parametrize(
    "path, body, status, field, told",
    [
        ("search", {"text": ""}, 422, "text", "at least 1"),
        ("search", {}, 422, "body", "give a text"),
        ("search", {"text": "a", "more": 1}, 422, "more", "not permitted"),
        ("search", {"text": "a", "k": 5000}, 422, "k", "less than or equal to 1000"),
        ("search", {"text": "a", "k": 10, "offset": 10**6}, 422, "offset", "or equal to 10000"),
        ("search", {"text": "a", "filter": "nelements<"}, 422, "filter", "column 11"),
        ("search", {"text": "a", "filter": "nothing=1"}, 422, "filter", "known:"),
        ("search", {"text": "a", "index": "other"}, 404, "index", "known: collection"),
        ("search", {"like": [GAN, "no-such"]}, 404, "like.1", "no such id"),
        ("search", {"text": "a", "unlike": ["no-such"]}, 404, "unlike.0", "no such id"),
        ("search", {"like": [{"content": ""}]}, 422, "like.0.content", "at least 1"),
        ("search", {"like": [""]}, 422, "like.0", "at least 1"),
        ("search", {"like": [5]}, 422, "like.0", "give an id, or a structure"),
        ("search", [], 422, "body", "a JSON object"),
        ("embed", {"structures": [{"content": "x"}] * 65}, 422, "structures", "at most 64"),
        ("embed", {"texts": ["a"] * 64, "structures": [{"content": "x"}]}, 422, "body", "together"),
        ("search", "{", 422, "body", "no JSON"),
        ("similar", {"id": GAN, "structure": {"content": "x"}}, 422, "body", "either"),
        ("similar", {"structure": {"content": "x"}}, 422, "structure", "upload"),
        ("classify", {"id": GAN, "task": "none"}, 422, "task", "known:"),
        ("classify", {"id": GAN, "labels": ["one"]}, 422, "labels", "two different"),
        ("describe", {"id": GAN, "texts": ["a"] * 100}, 422, "texts", "at most 64"),
        ("predict", {"id": GAN, "properties": ["none"]}, 422, "properties", "known:"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_field(
    service: Service, path: str, body: object, status: int, field: str, told: str
) -> None:
    reply = service.post(f"/v1/{path}", body)
    assert reply.headers["content-type"] == "application/problem+json"
    problem = reply.json
    assert (reply.status, problem["status"]) == (status, status)
    assert problem["field"] == field and told in problem["detail"], problem


def test_a_body_that_is_not_said_to_be_json_is_told_the_header(service: Service) -> None:
    for kind in ("application/x-www-form-urlencoded", ""):
        reply = service.ask("POST", "/v1/search", '{"text": "a"}', {"content-type": kind})
        assert reply.status == 422 and "Content-Type: application/json" in reply.json["advice"]


def test_a_bad_cif_is_told_with_its_line(service: Service) -> None:
    bad = CIF.replace("_cell_length_b 5.64", "_cell_length_b wide")
    upload = {"content": bad, "name": "bad.cif"}
    problem = service.post("/v1/similar", {"structure": upload}).json
    assert problem["field"] == "structure" and problem["line"] == 3
    assert "bad.cif" in problem["detail"] and "give a number" in problem["detail"]


@pytest.mark.parametrize(
    "method, path, status",
    [("GET", "/v1/none", 404), ("GET", "/v1/search", 405), ("GET", "/v1/structures/..%2fetc", 404)],
)
def test_what_is_not_there_is_a_problem_too(
    service: Service, method: str, path: str, status: int
) -> None:
    reply = service.ask(method, path)
    assert reply.status == reply.json["status"] == status
    assert reply.headers["x-content-type-options"] == "nosniff"


def test_an_id_that_ends_as_a_file_does_is_read_as_json_and_as_cif(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    row_of = Catalog.row_of
    monkeypatch.setattr(
        Catalog, "row_of", lambda self, id: row_of(self, GAN if id == "gan.cif" else id)
    )
    assert service.get("/v1/structures/gan.cif").json["formula"] == "GaN"
    assert service.get("/v1/structures/gan.cif.cif").body.startswith(b"data_")


def test_health_is_told_to_load_balancers_that_ask_with_head(service: Service) -> None:
    for path in ("/healthz", "/readyz"):
        reply = service.ask("HEAD", path)
        assert reply.status == 200 and reply.body == b""


@pytest.mark.parametrize("path", ["/", "/docs", "/openapi.json", "/v1/map", "/web/main.js"])
def test_pages_and_answers_are_packed_for_those_who_take_it(service: Service, path: str) -> None:
    plain, packed = service.get(path), service.get(path, **{"accept-encoding": "gzip"})
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.headers["x-content-type-options"] == "nosniff"
    assert gzip.decompress(packed.body) == plain.body and len(packed.body) < len(plain.body)


def test_meters_count_by_path_and_not_by_what_was_typed(service: Service) -> None:
    service.get("/v1/structures/never-there")
    text = service.get("/metrics").body.decode()
    assert 'path="/v1/structures/{id:path}"' in text and "never-there" not in text
    assert "clac_crystals" in text


def test_each_example_of_the_document_can_be_asked(service: Service) -> None:
    document = service.get("/openapi.json").json
    for path, methods in document["paths"].items():
        if "post" in methods:
            body = methods["post"]["requestBody"]["content"]["application/json"]
            name = body["schema"]["$ref"].split("/")[-1]
            for example in document["components"]["schemas"][name]["examples"]:
                assert service.post(path, example).status == 200, (path, example)
