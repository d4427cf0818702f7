"""A build on a Ray cluster writes what one process writes, also when a worker is killed at it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from doubles import HashEmbedder
from test_workers import Broken, Mortal, Source, alone, parts, small_batches  # noqa: F401

from clac.errors import InputError
from index import SearchEngine
from index.staging import interrupted

pytest.importorskip("ray", reason="ray is not installed")
TESTS = Path(__file__).parent


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    """Start a cluster of two nodes of one core each, and return its address."""
    from ray.cluster_utils import Cluster

    with pytest.MonkeyPatch.context() as patch:
        for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
            patch.delenv(name, raising=False)
            patch.delenv(name.upper(), raising=False)
        patch.setenv("PYTHONPATH", os.pathsep.join([str(TESTS.parent), str(TESTS)]))
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        try:
            cluster = Cluster(initialize_head=True)
        except Exception as error:
            pytest.skip(f"a Ray cluster cannot start here: {error}")
        cluster.add_node()
        try:
            yield cluster.address
        finally:
            cluster.shutdown()


def test_a_cluster_writes_the_bytes_of_one_process_though_a_worker_is_killed(
    tmp_path: Path,
    alone: Path,  # noqa: F811
    cluster: str,
) -> None:
    from index.ray_runner import RayRunner

    embedder = Mortal(tmp_path, at="r13")
    report = SearchEngine.build(Source(), tmp_path / "i", embedder, runner=RayRunner(cluster))
    assert len(list(tmp_path.glob("death-*"))) == 1, "it was killed"
    assert parts(tmp_path / "i") == parts(alone)
    assert len(embedder.used()) >= 2 and os.getpid() not in embedder.used()
    assert (report.count, report.n_refused) == (30, 5)
    assert "symmetry and graphs" in report.stages


def test_what_goes_wrong_comes_in_its_turn_and_a_build_goes_on(
    tmp_path: Path,
    alone: Path,  # noqa: F811
    cluster: str,
) -> None:
    from index.ray_runner import RayRunner

    runner, out = RayRunner(cluster), tmp_path / "i"
    with pytest.raises(InputError, match="the reader gave up"):
        SearchEngine.build(Broken(), out, HashEmbedder(), runner=runner, sources=["s"])
    assert len(interrupted(out)) == 1, "the batches before it are kept"
    SearchEngine.build(Source(), out, HashEmbedder(), runner=runner, sources=["s"], resume=True)
    assert parts(out) == parts(alone)
