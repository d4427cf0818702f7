"""What the OpenAPI document promises, asked with requests made from it, right and wrong."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from running_service import Service, running

from index.service import create_app

schemathesis = pytest.importorskip("schemathesis", reason="needs pip install schemathesis")

EXAMPLES = 30
BUSY = 503
CHECKS = ("not_a_server_error", "status_code_conformance", "content_type_conformance",
          "response_schema_conformance")  # fmt: skip


def operations() -> list[Any]:
    chosen = {name: {"enabled": True} for name in CHECKS}
    config = schemathesis.Config.from_dict({"checks": {"enabled": False, **chosen}})
    document = schemathesis.openapi.from_dict(create_app().openapi(), config=config)
    return [found.ok() for found in document.get_all_operations()]


@pytest.fixture(scope="module")
def served() -> Iterator[Service]:
    with running() as service:
        yield service


@pytest.mark.parametrize("operation", operations(), ids=lambda o: o.label)
@given(data=st.data())
@settings(
    max_examples=EXAMPLES, derandomize=True, database=None, deadline=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
def test_every_answer_is_one_that_the_document_tells_of(
    operation: Any, data: st.DataObject, served: Service
) -> None:
    modes = schemathesis.GenerationMode
    wrong = operation.as_strategy(generation_mode=modes.NEGATIVE)
    case = data.draw(st.one_of(operation.as_strategy(), wrong))
    answer = case.call(base_url=f"http://127.0.0.1:{served.port}")
    if answer.status_code != BUSY:
        case.validate_response(answer)
