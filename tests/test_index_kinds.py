"""Every kind of vector index meets one contract; approximate ones reach the recall asked for."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import faiss
import numpy as np
import pytest
from contracts import brute_force, check_index_kind, clustered_vectors, unit_vectors
from doubles import HashEmbedder, rock_salt

from clac.errors import InputError, StoreError
from clac.metrics import neighbour_recall
from clac.types import Record
from index import SearchEngine, kinds, spool, tuning, vectors
from index.kinds import KINDS, gpu_count
from index.spool import VectorSpool
from index.tuning import build_vectors, chosen
from index.vectors import VectorIndex

NO_GPU = "faiss reports no GPU here: needs faiss-gpu-cuvs or faiss-gpu-cu12 and an NVIDIA GPU"
DEVICES = [
    "cpu",
    pytest.param("gpu", marks=pytest.mark.skipif(gpu_count() == 0, reason=NO_GPU)),
]
ERRORS = {"exact": 1e-6, "hnsw": 1e-6, "ivf-sq8": 1e-5}
"""what codes cost a score; 1e-3 where nothing is said"""


def exact_index(stored: np.ndarray) -> VectorIndex:
    index = VectorIndex(stored.shape[1])
    index.add(stored)
    return index


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("kind", ["exact", *KINDS])
def test_each_kind_meets_the_contract(
    kind: str, device: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if device == "cpu":
        monkeypatch.setattr(faiss, "get_num_gpus", lambda: 0, raising=False)

    def filled(stored: np.ndarray) -> VectorIndex:
        index = exact_index(stored).remade(kind)
        assert index.kind == kind
        index.turn({name: steps[-1] for name, steps in index.dials().items()})
        return index

    check_index_kind(filled, tmp_path, error=ERRORS.get(kind, 1e-3), least=0.98)


@pytest.mark.parametrize("kind", KINDS)
def test_a_mapped_file_answers_as_a_read_one(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored, queries = clustered_vectors(1500, 32), clustered_vectors(5, 32, seed=1)
    index = build_vectors(exact_index(stored), kind, 0.9)
    index.save(tmp_path / "x")
    monkeypatch.setattr(vectors, "_MAPPED_BYTES", 0)
    again = VectorIndex.load(tmp_path / "x")
    for found, expected in zip(again.search(queries, 9), index.search(queries, 9), strict=True):
        np.testing.assert_array_equal(found, expected)
    again.add(stored[:1])  # faiss would end the process if the file were still mapped
    assert len(again) == 1501
    (tmp_path / "x").write_bytes((tmp_path / "x").read_bytes()[:-9])
    with pytest.raises(StoreError, match="cannot be read") as caught:
        VectorIndex.load(tmp_path / "x")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("kind", KINDS)
def test_the_dial_reaches_the_recall(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tuning, "_QUERIES", 100)
    stored = clustered_vectors(3000, 64, noise=2.0)
    fresh = clustered_vectors(100, 64, seed=1, noise=2.0)
    exact = exact_index(stored)
    true = exact.search(fresh, 10)[1]
    goal = 0.999 if kind == "hnsw" else 0.95
    index = build_vectors(exact, kind, goal)
    assert index.recall is not None and index.recall >= goal - 0.01
    assert "exact" not in index.path(k=10)
    assert neighbour_recall(index.search(fresh, 10)[1], true) >= goal - 0.03
    less = build_vectors(exact, kind, 0.6).dial
    assert all(less[name] <= index.dial[name] for name in less)
    assert less != index.dial == build_vectors(exact, kind, goal).dial, "the same each time"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("share", [0.004, 0.05, 0.5])
def test_filters_keep_the_recall(kind: str, share: float) -> None:
    stored, fresh = clustered_vectors(12_000, 32), clustered_vectors(50, 32, seed=1)
    exact = exact_index(stored)
    index = exact.remade(kind)
    dial = {"efSearch": 64, "nprobe": 40, "factor": 32}
    index.turn({name: dial[name] for name in index.dials()})
    whole = neighbour_recall(index.search(fresh, 10)[1], exact.search(fresh, 10)[1])
    allowed = np.random.default_rng(2).random(len(stored)) < share
    found = index.search(fresh, 10, allowed)[1]
    near = index.vectors(np.arange(len(stored)))
    true = np.flatnonzero(allowed)[np.argsort(-(fresh @ near[allowed].T), axis=1)[:, :10]]
    assert neighbour_recall(found, true) >= min(0.99, whole - 0.01)
    assert index.path(allowed).startswith("exact scan of") == (share < 0.1)
    assert index.path(allowed).endswith(f"{allowed.sum():,} rows")


def test_a_filter_that_costs_a_graph_more_than_a_scan_is_scanned() -> None:
    index = exact_index(clustered_vectors(6000, 8)).remade("hnsw")
    index.turn({"efSearch": 32})
    rows = np.arange(6000)
    assert index.path(rows % 5 == 0) == "exact scan with a selector of 1,200 rows"
    half = "HNSW graph (efSearch 32) with a selector of 3,000 rows"
    assert index.path(rows % 2 == 0) == half


def test_lists_that_hold_too_few_hits_are_not_the_last_that_are_looked_into(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    index = exact_index(clustered_vectors(3000, 32)).remade("ivf")
    index.turn({"nprobe": 1, "factor": 1})
    queries = clustered_vectors(20, 32, seed=1)
    monkeypatch.setattr(vectors, "nearest_in_blocks", None)  # a look at all rows
    rows = index.search(queries, 60)[1]
    assert rows.shape == (20, 60) and all(len(set(one)) == 60 for one in rows.tolist())


def test_a_kind_is_chosen_by_size_and_the_reason_told() -> None:
    assert chosen("auto", 500_000) == ("exact", "auto: 500,000 rows, no more than 500,000")
    assert chosen("auto", 500_001) == ("hnsw", "auto: 500,001 rows, no more than 2,000,000")
    assert chosen("auto", 9_000_000) == ("ivf", "auto: 9,000,000 rows, more than 2,000,000")
    assert chosen("auto", 9_000_000, recall=1.0)[0] == "exact"
    assert chosen("binary", 3) == ("binary", "as asked")
    assert chosen("binary", 0)[0] == "exact"
    for kind, share in (("annoy", 0.9), ("hnsw", 0.0), ("hnsw", 1.1)):
        with pytest.raises(InputError):
            chosen(kind, 5, share)


def test_questions_are_held_out_queries_too() -> None:
    stored, asked = clustered_vectors(2000, 32), []

    def questions(count: int) -> np.ndarray:
        asked.append(count)
        return clustered_vectors(count, 32, seed=3)

    assert build_vectors(exact_index(stored), "auto", 0.9, questions).kind == "exact"
    assert not asked, "the exact kind needs no tuning"
    build_vectors(exact_index(stored), "hnsw", 0.9, questions)
    assert len(asked) == 1
    groups = tuning._held_out(exact_index(stored), questions)
    assert [len(group) for group in groups] == 2 * asked[:1]
    queries = np.concatenate(groups)
    np.testing.assert_allclose(np.linalg.norm(queries, axis=1), 1.0, atol=1e-6)
    assert exact_index(stored).search(queries, 1)[0].max() < 1 - 1e-6, "none is a stored vector"


@pytest.mark.parametrize("kind", ["hnsw", "ivf"])
def test_the_worse_group_counts_and_the_stored_recall_was_not_tuned_on(kind: str) -> None:
    stored = clustered_vectors(3000, 32)
    hard = unit_vectors(3 * tuning._QUERIES, 32)  # far from all clusters

    def recall_of(group: np.ndarray) -> float:
        return neighbour_recall(
            index.search(group, 10)[1], exact_index(stored).search(group, 10)[1]
        )

    easy = build_vectors(exact_index(stored), kind, 0.95).dial
    index = build_vectors(exact_index(stored), kind, 0.95, lambda count: hard[:count])
    assert index.dial != easy
    groups = tuning._held_out(exact_index(stored), lambda count: hard)
    unseen = min(recall_of(group[2::3]) for group in groups)
    assert index.recall == pytest.approx(unseen, abs=1e-3)


@pytest.mark.parametrize("kind", ["exact", *KINDS])
def test_vectors_on_the_disk_make_the_same_index(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spool, "_IN_MEMORY", 1000)
    stored = clustered_vectors(1500, 32)
    with VectorSpool(32, tmp_path) as spooled:
        for start in range(0, 1500, 400):
            spooled.add(stored[start : start + 400])
        assert len(spooled) == 1500
        rows = np.array([7, 8, 9, 3, 1499, 0])
        np.testing.assert_array_equal(spooled.vectors(rows), stored[rows])
        true = brute_force(stored, stored[:5], 9)[1]
        np.testing.assert_array_equal(spooled.search(stored[:5], 9)[1], true)
        made = build_vectors(spooled, kind, 0.9)
    made.save(tmp_path / "spooled")
    build_vectors(exact_index(stored), kind, 0.9).save(tmp_path / "whole")
    assert (tmp_path / "spooled").read_bytes() == (tmp_path / "whole").read_bytes()
    assert len(list(tmp_path.iterdir())) == 2, "the spool leaves nothing"


def test_an_index_is_remade_from_any_kind() -> None:
    stored = clustered_vectors(1200, 16)
    lists = exact_index(stored).remade("ivf")
    again = lists.remade("exact")
    assert again.kind == "exact"
    np.testing.assert_array_equal(again.vectors(np.arange(1200)), lists.vectors(np.arange(1200)))
    with pytest.raises(ValueError, match="empty"):
        VectorIndex(4).remade("hnsw")


def test_a_faiss_that_lacks_a_kind_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object) -> None:
        raise RuntimeError("could not parse")

    monkeypatch.setattr(faiss, "index_factory", unknown)
    with pytest.raises(StoreError, match=r"cannot make RaBitQ; install faiss 1\.11"):
        exact_index(clustered_vectors(50, 8)).remade("ivf")


def test_other_metrics_and_kinds_are_refused(tmp_path: Path) -> None:
    for text in ("HNSW8,Flat", "IVF1,SQ8,Refine(Flat)", "PQ2x4"):
        index = faiss.index_factory(8, text, faiss.METRIC_L2)
        faiss.write_index(index, str(tmp_path / "x"))
        with pytest.raises(StoreError, match="expected IndexFlatIP or") as caught:
            VectorIndex.load(tmp_path / "x")
        assert "\n" not in str(caught.value)
    codes_alone = faiss.index_factory(8, "HNSW8_SQ8", faiss.METRIC_INNER_PRODUCT)
    faiss.write_index(codes_alone, str(tmp_path / "x"))
    with pytest.raises(StoreError, match="found IndexHNSWSQ, expected"):
        VectorIndex.load(tmp_path / "x")


def test_a_graph_over_whole_vectors_is_read_searched_and_grown(tmp_path: Path) -> None:
    stored = clustered_vectors(1200, 16)
    made = faiss.IndexHNSWFlat(16, 32, faiss.METRIC_INNER_PRODUCT)
    made.add(np.concatenate([stored, stored[:50]]))
    faiss.write_index(made, str(tmp_path / "x"))
    index = VectorIndex.load(tmp_path / "x")
    assert index.kind == "hnsw" and "HNSW" in index.path()
    index.turn({"efSearch": 64})
    found = index.search(stored[:50], 2)[1]
    np.testing.assert_array_equal(found, [[i, 1200 + i] for i in range(50)])
    index.add(stored[:1])
    np.testing.assert_array_equal(index.search(stored[:1], 3)[1], [[0, 1200, 1250]])


def test_a_graph_made_on_a_gpu_is_read_and_grown_on_a_cpu(tmp_path: Path) -> None:
    stored = clustered_vectors(1200, 16)
    made = faiss.IndexHNSWCagra(16, 32, faiss.METRIC_INNER_PRODUCT)
    made.add(stored)
    faiss.write_index(made, str(tmp_path / "x"))
    index = VectorIndex.load(tmp_path / "x")
    assert index.kind == "hnsw" and "HNSW" in index.path()
    index.add(stored[:1])
    np.testing.assert_array_equal(index.search(stored[:1], 2)[1], [[0, 1200]])


@pytest.mark.parametrize("kind", ["exact", *KINDS])
def test_an_engine_of_each_kind_answers(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vectors, "_GATHERED_ROWS", 10)
    records = [Record(f"r{i}", rock_salt(3 + i % 9, 8, 4 + i / 50)) for i in range(200)]
    model = HashEmbedder()
    report = SearchEngine.build(records, tmp_path / "x", model, kind=kind, recall=0.9)
    engine = SearchEngine.open(tmp_path / "x", model)
    kept = engine.manifest
    assert (report.kind, report.recall) == (kind, kept.recall)
    assert ("a recall of 0.9 was asked for" in report.reason) == (kept.recall < 0.9)
    assert kept.kind == kind and 0.3 < kept.recall <= 1
    assert (kept.dial == {}) == (kind == "exact")
    hits = engine.search("BeO", k=3, parse=False)
    assert ("exact" in hits.path) == (kind == "exact")
    assert hits[0].formula == "BeO"
    hits = engine.search("BeO", k=40, filter='elements HAS "Be"', parse=False)
    assert "exact scan" in hits.path and len(hits) == 23, "all that pass are asked for"


class FakeGpu:
    """Stand in for the GPU half of faiss: what is moved there is a copy, and is counted."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.moved: list[str] = []
        self.asked: list[object] = []
        for name, stand_in in {
            "get_num_gpus": lambda: 1,
            "StandardGpuResources": object,
            "index_cpu_to_all_gpus": self.move,
            "index_cpu_to_gpu": lambda resources, device, index: self.served(index),
            "index_gpu_to_cpu": lambda index: index.linked,
            "GpuIndexCagra": self.cagra,
            "SearchParametersCagra": SimpleNamespace,
        }.items():
            monkeypatch.setattr(faiss, name, stand_in, raising=False)

    def move(self, index: faiss.Index) -> faiss.Index:
        self.moved.append(type(index).__name__)
        return faiss.clone_index(index)

    def served(self, index: faiss.Index) -> SimpleNamespace:
        def search(queries: np.ndarray, k: int, params: object) -> tuple[np.ndarray, np.ndarray]:
            self.asked.append(params)
            own = params if isinstance(params, faiss.SearchParameters) else None
            return copy.search(queries, k, params=own)

        copy = self.move(index)
        return SimpleNamespace(search=search)

    def cagra(self, resources: object, dim: int, metric: int) -> SimpleNamespace:
        linked = faiss.IndexHNSWCagra(dim, 32, metric)
        self.moved.append("GpuIndexCagra")
        return SimpleNamespace(linked=linked, train=linked.add)


def test_lists_are_trained_and_searched_on_a_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    stored = clustered_vectors(2000, 16)
    on_cpu = exact_index(stored).remade("ivf-sq8")
    monkeypatch.setattr(vectors, "_GATHERED_ROWS", 100)
    gpu = FakeGpu(monkeypatch)
    index = exact_index(stored).remade("ivf-sq8")
    assert gpu.moved == ["IndexFlatIP"], "centroids are found there"
    index.turn({"nprobe": 4})
    on_cpu.turn({"nprobe": 4})
    answers = [[one.search(stored[:3], 5)[1] for _ in range(2)] for one in (index, on_cpu)]
    np.testing.assert_array_equal(*answers)
    assert gpu.moved[1:] == ["IndexIVFScalarQuantizer"] * 2, "each index moves once"
    assert [params.nprobe for params in gpu.asked] == [4] * 4
    index.search(stored[:1], 5, np.arange(2000) % 2 == 0)
    assert len(gpu.asked) == 4, "with a selector the CPU answers"
    for kind in ("ivf", "binary", "matryoshka"):
        assert exact_index(stored).remade(kind).search(stored[:1], 1)[1][0, 0] == 0
    assert set(gpu.moved[3:]) == {"IndexFlatIP"}, "faiss has no such kinds on a GPU"


def test_a_graph_is_linked_and_searched_on_a_gpu(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(kinds, "_CAGRA_MIN_ROWS", 1500)
    gpu = FakeGpu(monkeypatch)
    assert exact_index(clustered_vectors(1400, 16)).remade("hnsw").kind == "hnsw"
    assert gpu.moved == [], "few rows are linked on the CPU"
    stored = clustered_vectors(2000, 16)
    index = exact_index(stored).remade("hnsw")
    index.turn({"efSearch": 50})
    assert index.search(stored[:1], 1)[1][0, 0] == 0
    assert gpu.moved == ["GpuIndexCagra", "IndexHNSWCagra"]
    assert gpu.asked[0].itopk_size == 64, "whole warps"
    index.save(tmp_path / "x")
    monkeypatch.setattr(faiss, "get_num_gpus", lambda: 0)
    on_cpu = VectorIndex.load(tmp_path / "x")
    np.testing.assert_array_equal(on_cpu.search(stored[:9], 1)[1][:, 0], np.arange(9))
    assert len(gpu.asked) == 1
