import os
from pathlib import Path

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
