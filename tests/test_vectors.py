"""The vector index equals brute force, on the CPU and on a GPU where faiss has one."""

from __future__ import annotations

from pathlib import Path

import faiss
import numpy as np
import pytest
from contracts import brute_force, check_vector_index, unit_vectors

from clac.errors import StoreError
from index import vectors
from index.vectors import VectorIndex


def test_exact_index_meets_the_contract(tmp_path: Path) -> None:
    check_vector_index(VectorIndex, tmp_path)


def test_without_gpu_names_in_faiss_the_cpu_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(faiss, "get_num_gpus", raising=False)
    index = VectorIndex(8)
    index.add(unit_vectors(20, 8))
    assert index.search(unit_vectors(1, 8), 1)[1][0, 0] == 0


def test_a_gpu_is_asked_where_faiss_reports_one(monkeypatch: pytest.MonkeyPatch) -> None:
    moved = []

    def to_gpus(index: faiss.Index) -> faiss.Index:
        moved.append(index.ntotal)
        return faiss.clone_index(index)

    monkeypatch.setattr(faiss, "get_num_gpus", lambda: 1, raising=False)
    monkeypatch.setattr(faiss, "index_cpu_to_all_gpus", to_gpus, raising=False)
    stored = unit_vectors(3000, 8)
    index = VectorIndex(8)
    index.add(stored)
    index.search(stored[:1], 5)
    index.search(stored[:1], 5)
    assert moved == [3000], "vectors move once, not with each query"
    index.add(stored[:1])
    np.testing.assert_array_equal(index.search(stored[:1], 2)[1], [[0, 3000]])
    assert moved == [3000, 3001]
    np.testing.assert_array_equal(
        index.search(stored[:1], 2500)[1],
        brute_force(np.concatenate([stored, stored[:1]]), stored[:1], 2500)[1],
    )


@pytest.mark.skipif(
    getattr(faiss, "get_num_gpus", lambda: 0)() == 0, reason="faiss reports no GPU here"
)
def test_gpu_and_cpu_give_the_same_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    stored, queries = unit_vectors(20_000, 64), unit_vectors(50, 64, seed=1)
    on_gpu = VectorIndex(64)
    monkeypatch.setattr(faiss, "get_num_gpus", lambda: 0)
    on_cpu = VectorIndex(64)
    for index in (on_gpu, on_cpu):
        index.add(stored)
    np.testing.assert_array_equal(on_gpu.search(queries, 20)[1], on_cpu.search(queries, 20)[1])


def test_many_threads_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    stored, queries = unit_vectors(2000, 32), unit_vectors(40, 32, seed=1)
    index = VectorIndex(32)
    index.add(stored)
    single = index.search(queries, 10)
    monkeypatch.setattr(vectors, "_SMALL_WORK", 0)
    for found, expected in zip(index.search(queries, 10), single, strict=True):
        np.testing.assert_array_equal(found, expected)


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    faiss.write_index(faiss.IndexFlatL2(4), str(tmp_path / "l2"))
    (tmp_path / "junk").write_bytes(b"no index at all")
    for name, reason in (("l2", "IndexFlatIP"), ("junk", "cannot be read"), ("none", "No such")):
        with pytest.raises(StoreError, match=reason) as caught:
            VectorIndex.load(tmp_path / name)
        assert "\n" not in str(caught.value)
    with pytest.raises(StoreError, match="cannot be written"):
        VectorIndex(4).save(tmp_path / "no folder" / "x")
