import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

os.environ.setdefault("HF_HUB_OFFLINE", "1")

# Deterministic examples, few enough for the whole suite to stay under ten minutes.
settings.register_profile(
    "suite",
    derandomize=True,
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("suite")

SHARED = Path(__file__).parents[1].parent / "shared" / "data"


@pytest.fixture(scope="session")
def crystals_table() -> Path:
    path = SHARED / "crystals.parquet"
    if not path.exists():
        pytest.skip(f"{path.name} is not beside the repository")
    return path


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from browsing import browsing  # skips where there is no Playwright

    with browsing() as found:
        yield found


@pytest.fixture
def visit(browser: Any, service: Any) -> Iterator[Any]:
    """Visit the page of the service of a test file; the browser must complain of nothing."""
    from browsing import Visit

    found = Visit(browser, service)
    yield found
    found.context.close()
    assert not found.complaints
