"""A Milvus cluster keeps the contract of every vector index, on a real server."""

from __future__ import annotations

import dataclasses
import itertools
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import milvus_server
import numpy as np
import pytest
from contracts import check_exact_search, check_kind_search, clustered_vectors
from doubles import HashEmbedder, rock_salt
from test_cli import Clac, clac, fails_with_one_line  # noqa: F401

from clac.errors import ClacError, MissingExtra, StoreError
from clac.types import Record
from index import IndexWriter, SearchEngine, milvus_push
from index.manifest import read_manifest
from index.milvus import TOKEN, MilvusIndex, connected
from index.milvus_columns import FIELDS
from index.milvus_corpus import Corpus
from index.milvus_filter import PROPERTIES, ROW, WHOLE, WORDS
from index.vectors import VectorIndex

_NUMBERS = itertools.count()


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with milvus_server.running() as uri:
        yield uri


class NoColumns:
    """Rows of which nothing is known but their number."""

    def rows(self, start: int, end: int) -> list[dict[str, Any]]:
        nothing = {WHOLE: 0, WORDS: []}
        fields = {name: nothing.get(kind, "") for name, kind in FIELDS.items()}
        return [{ROW: row, PROPERTIES: {}, **fields} for row in range(start, end)]


def pushed(server: str, kind: str, stored: np.ndarray) -> Any:
    """Push vectors as a corpus of their own and open it, set to be thorough."""
    local = VectorIndex(stored.shape[1])
    local.add(stored)
    collection = f"clac_test_{kind.replace('-', '_')}_{stored.shape[1]}"
    name = f"c{next(_NUMBERS)}"
    corpus = Corpus(name, "m", kind, collection, name, len(stored), "", {})
    milvus_push.push_rows(server, corpus, local, NoColumns())
    index = MilvusIndex(connected(server), f"{server}#{name}", corpus, stored.shape[1])
    index.turn({name: 1024 for name in index.dial})
    return index


class Growing:
    """An index that is pushed anew when it is asked after something was added."""

    def __init__(self, server: str, dim: int) -> None:
        self._server, self._local, self._index = server, VectorIndex(dim), None

    def add(self, vectors: np.ndarray) -> None:
        self._local.add(vectors)
        self._index = None

    def __len__(self) -> int:
        return len(self._local)

    def __getattr__(self, name: str) -> Any:
        if not len(self):
            return getattr(self._local, name)
        if self._index is None:
            rows = self._local.vectors(np.arange(len(self)))
            self._index = pushed(self._server, "exact", rows)
        return getattr(self._index, name)


def test_the_exact_kind_equals_brute_force(server: str) -> None:
    check_exact_search(lambda dim: Growing(server, dim))


@pytest.mark.parametrize("kind", ["hnsw", "ivf", "ivf-sq8"])
def test_each_kind_meets_the_contract(server: str, kind: str) -> None:
    check_kind_search(lambda stored: pushed(server, kind, stored), error=1e-6, least=0.98)


def test_a_kind_that_the_server_cannot_build_leaves_nothing(
    server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(milvus_push, "STANDSTILL_S", 5.0)
    stored = clustered_vectors(2000, 8)
    for kind, reason in (("gpu-cagra", "invalid index type"), ("diskann", "does not go on")):
        with pytest.raises(StoreError, match=reason) as caught:
            pushed(server, kind, stored)
        assert "\n" not in str(caught.value) and kind in str(caught.value)
        assert not [c for c in connected(server).list_collections() if kind[:3] in c]


RECORDS = [
    Record(f"r{i}", rock_salt(3 + i % 17, 8 + i % 2, 4 + i / 50),
           properties={"band_gap": i / 10, "n": i, "ok": i % 2 == 0} if i % 3 else {})
    for i in range(120)
]  # fmt: skip
FILTERS = [
    'elements HAS ALL "Li","O"',
    'elements HAS ANY "Be","Mg" AND NOT elements HAS "F"',
    'elements HAS ONLY "Li","Be","O","F"',
    "band_gap>=2.05 AND band_gap<8",
    "NOT band_gap>5",
    "band_gap IS UNKNOWN",
    "n=7 OR n=-1.5 OR NOT n!=10",
    "band_gap IS KNOWN AND NOT band_gap!=4.0 OR band_gap=0.1",
    "ok=TRUE AND nsites<=2 AND space_group_number=225",
    'NOT (crystal_system="cubic" AND band_gap<3)',
    'chemical_formula_reduced="BeO" OR id STARTS WITH "r1"',
]


@pytest.fixture(scope="module")
def folder(server: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("milvus") / "i"
    SearchEngine.build(RECORDS, out, HashEmbedder())
    milvus_push.push(out, server, "salts", "exact")
    return out


def test_a_search_on_the_cluster_finds_what_the_folder_finds(server: str, folder: Path) -> None:
    model = HashEmbedder()
    here = SearchEngine.open(folder, model)
    there = SearchEngine.open(folder, model, vectors=f"{server}#salts")
    for text in FILTERS:
        one, other = (engine.search("BeO", k=7, filter=text, parse=False)
                      for engine in (here, there))  # fmt: skip
        assert list(one) == list(other) and one.filtered == other.filtered, text
        assert "with the filter pushed down" in other.path, text
    for query in ("lithium oxide", "no fluorine, gap above 2 eV", "cubic MgO"):
        assert list(here.search(query)) == list(there.search(query))
    told = there.search("BeO", filter='id CONTAINS "1"', parse=False)
    assert "with the numbers of" in told.path
    assert list(told) == list(here.search("BeO", filter='id CONTAINS "1"', parse=False))


def test_what_is_not_the_pushed_index_is_one_line(server: str, folder: Path) -> None:
    def fails(*parts: str, address: str = f"{server}#salts", model: str = "double") -> None:
        manifest = dataclasses.replace(read_manifest(folder), model_id=model, **changes)
        with pytest.raises(ClacError) as caught:
            MilvusIndex.open(address, manifest)
        assert "\n" not in str(caught.value)
        assert all(part in str(caught.value) for part in parts), caught.value

    changes: dict[str, Any] = {}
    again = f"clac index push DIR --to {server} --corpus"
    fails("no such corpus", "salts", f"{again} nothing", address=f"{server}#nothing")
    fails("found model double, expected other", again, model="other")
    fails("expected a Milvus server", address="host:19530#salts")
    fails("named behind #", address=server)
    fails("cannot connect", TOKEN, address="http://127.0.0.1:9#salts")
    changes = {"count": 7}
    fails("found 120 rows, expected 7", again)
    changes = {"deleted": {"deleted-x.json": "0"}}
    fails("another state of the index", again)


def test_an_index_that_changed_is_pushed_anew(server: str, folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "i")
    milvus_push.push(tmp_path / "i", server, "changing", "exact")
    with IndexWriter(tmp_path / "i", HashEmbedder()) as writer:
        writer.delete(["r1", "r3"])
    with pytest.raises(StoreError, match="found 120 rows, expected 118"):
        MilvusIndex.open(f"{server}#changing", read_manifest(tmp_path / "i"))
    for kind in ("exact", "hnsw"):
        milvus_push.push(tmp_path / "i", server, "changing", kind)
        index = MilvusIndex.open(f"{server}#changing", read_manifest(tmp_path / "i"))
        assert (len(index), index.kind) == (118, kind)
    assert len(MilvusIndex.open(f"{server}#salts", read_manifest(folder))) == 120


def test_the_command_pushes_and_searches(server: str, clac: Clac) -> None:  # noqa: F811
    assert clac("index", "build", "salt.cif", "mgo.cif", "--out", "i").code == 0
    done = clac("index", "push", "i", "--to", server, "--corpus", "two", "--json")
    assert done.code == 0, done.err
    assert (done.objects[0]["count"], done.objects[0]["kind"]) == (2, "hnsw")
    asked = ("MgO", "--index", "i", "--no-parse", "--json", "--elements", "Mg")
    found = clac("search", *asked, "--vectors", f"{server}#two")
    assert found.code == 0, found.err
    assert [hit["id"] for hit in found.objects] == ["mgo"]
    assert "on Milvus with the filter pushed down, of 1 row" in found.objects[0]["path"]
    wrong = clac("search", *asked, "--vectors", f"{server}#three")
    fails_with_one_line(wrong, 1, "no such corpus", "clac index push")
    fails_with_one_line(clac("index", "push", "i", "--to", server, "--corpus", "no name"), 1, "#")


def test_a_missing_client_prints_its_install_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pymilvus", None)
    with pytest.raises(MissingExtra, match=r"pip install 'clac\[milvus\]'"):
        connected("http://127.0.0.1:19530")
