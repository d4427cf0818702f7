"""The OpenAPI document says all that a client needs to know, and what it says is so."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from index.service import Settings, answers, create_app

DOCUMENT = create_app().openapi()
OPERATIONS = [
    (f"{method} {path}", one)
    for path, methods in DOCUMENT["paths"].items()
    for method, one in methods.items()
]
SCHEMAS = DOCUMENT["components"]["schemas"]


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    return SCHEMAS[schema["$ref"].split("/")[-1]] if "$ref" in schema else schema


def fields(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    yield from schema.get("properties", {}).items()
    for inner in schema.get("properties", {}).values():
        yield from fields(inner)
        yield from fields(inner.get("items", {}))


@pytest.mark.parametrize("name, one", OPERATIONS, ids=[name for name, _ in OPERATIONS])
def test_each_operation_is_told_with_examples(name: str, one: dict[str, Any]) -> None:
    assert one["summary"] and one["description"]
    for given in one.get("parameters", ()):
        assert given["description"], given
        assert given["schema"]["examples"], given
    bodies = [one["requestBody"]] if "requestBody" in one else []
    for told in (*bodies, one["responses"]["200"]):
        (content,) = told["content"].values()
        assert "example" in content or resolved(content["schema"])["examples"]
        assert resolved(content["schema"])["type"]
    for told in one["responses"].values():
        for content in told["content"].values():
            assert all(field["description"] for _, field in fields(content["schema"]))


@pytest.mark.parametrize("name", SCHEMAS)
def test_each_field_is_told_in_words(name: str) -> None:
    for field, told in fields(SCHEMAS[name]):
        assert told.get("description"), f"{name}.{field}"


def test_each_example_of_an_answer_is_one() -> None:
    examples = [(name, one) for name, told in SCHEMAS.items() for one in told.get("examples", ())]
    told = [(getattr(answers, name), one) for name, one in examples if hasattr(answers, name)]
    assert len(told) >= 8
    for kind, one in told:
        kind.model_validate(one)


def test_what_needs_a_key_says_so_and_nothing_else() -> None:
    schemes = DOCUMENT["components"]["securitySchemes"]
    assert schemes["bearer"]["scheme"] == "bearer" and schemes["header"]["name"] == "X-API-Key"
    for name, one in OPERATIONS:
        is_open = name in ("get /healthz", "get /readyz")
        assert one.get("security") == (None if is_open else [{"bearer": []}, {"header": []}]), name


def test_operations_are_named_as_methods_of_a_client() -> None:
    names = [one["operationId"] for _, one in OPERATIONS]
    assert len(set(names)) == len(names) and all(name.isidentifier() for name in names)
    assert {"search", "read_structure", "structure_cif", "optimade_structures"} <= set(names)


def test_the_limits_are_told() -> None:
    settings = Settings(max_body_bytes=4321, max_atoms=77, rate_per_s=3.5, burst=9)
    told = create_app(settings=settings).openapi()["info"]["description"]
    assert all(limit in told for limit in ("4321 bytes", "77 atoms", "3.5 requests", "9 at once"))
    search = SCHEMAS["SearchRequest"]["properties"]
    assert (search["k"]["maximum"], search["offset"]["maximum"]) == (1000, 10_000)
    assert search["text"]["anyOf"][0]["maxLength"] == 2000


def test_numbers_of_optimade_are_numbers() -> None:
    given = DOCUMENT["paths"]["/optimade/v1/structures"]["get"]["parameters"]
    kinds = {one["name"]: one["schema"] for one in given}
    limit, offset = kinds["page_limit"], kinds["page_offset"]
    assert (limit["type"], limit["minimum"], limit["maximum"]) == ("integer", 1, 500)
    assert (offset["type"], offset["minimum"]) == ("integer", 0)
