"""The engine, with an embedder that needs no trained model."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest
from doubles import HashEmbedder, rock_salt, some_records

from clac.checkpoint import DEFAULT_FOLDER
from clac.data import starter
from clac.errors import InputError, StoreError
from clac.types import Record, Refusal
from index import Hit, Query, SearchEngine, collection
from index import build as building
from index.collection import CacheWarning, cache_folder
from index.manifest import VECTORS, check_folder
from index.ranking import WORDS_WEIGHT
from index.segments import open_index


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> SearchEngine:
    out = tmp_path_factory.mktemp("engine") / "index"
    SearchEngine.build(some_records(), out, HashEmbedder())
    return SearchEngine.open(out, HashEmbedder())


@pytest.fixture
def small_collection(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(starter, "starter_records", some_records)
    monkeypatch.setenv("CLAC_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_a_text_finds_its_crystal(engine: SearchEngine) -> None:
    hits = engine.search("salt, halite", k=3, parse=False)
    assert [hit.rank for hit in hits] == [1, 2, 3]
    assert hits[0] == Hit(
        1, "salt", hits[0].score, "NaCl", "Fm-3m", 225, hits[0].prototype,
        hits[0].prototype_name, {"band_gap": 8.5}, (), hits[0].dense, hits[0].lexical,
    )  # fmt: skip
    assert hits[0].score > hits[1].score >= hits[2].score
    assert len(engine.search("salt", k=99)) == len(engine) == 5


def test_scores_are_cosines_plus_shares_of_words(engine: SearchEngine) -> None:
    double = HashEmbedder()
    text, formula = double.encode_texts(["CaO", "LiF"])
    hits = engine.search("CaO", k=5, parse=False)
    (hit,) = [hit for hit in hits if hit.id == "lif"]
    assert hit.score == pytest.approx(float(text @ formula), abs=1e-6)
    (hit,) = [hit for hit in hits if hit.id == "cao"]
    (share,) = open_index(engine.folder).words.search("CaO", 1)[1]
    assert 0 < share <= 1
    assert hit.score == pytest.approx(1.0 + WORDS_WEIGHT * share, abs=1e-6)
    (hit,) = engine.search(structure=rock_salt(20, 8, 4.81), k=1)
    assert hit.score == pytest.approx(1.0, abs=1e-6)


def test_a_batch_equals_one_by_one(engine: SearchEngine) -> None:
    asked: list[str | Query] = [
        "salt", Query(text="magnesia", id="q", k=2), Query(like="cao", k=4),
        Query(like=rock_salt(3, 9, 4.0), k=1), "LiF",
    ]  # fmt: skip
    together = engine.search_batch(asked, k=3)
    assert [len(hits) for hits in together] == [3, 2, 4, 1, 1]
    assert together == [engine.search_batch([query], k=3)[0] for query in asked]
    assert engine.search_batch([]) == []


def test_similar_leaves_the_crystal_itself_out(engine: SearchEngine) -> None:
    assert [hit.id for hit in engine.similar(id="lif", k=9)].count("lif") == 0
    assert len(engine.similar(id="lif", k=9)) == 4
    assert engine.similar(some_records()[2], k=1)[0].id == "lif"


def test_an_id_means_its_structure_not_its_words(engine: SearchEngine) -> None:
    salt = some_records()[0]
    by_id = engine.similar(id="salt", k=4)
    by_structure = [hit for hit in engine.similar(salt, k=5) if hit.id != "salt"]
    assert [(h.id, h.score) for h in by_id] == [(h.id, h.score) for h in by_structure]


def test_own_texts_are_ranked(engine: SearchEngine) -> None:
    found = engine.rank_texts(["NaCl", "KBr", "KBr, a salt"], id="kbr", k=2)
    assert [match.text for match in found] == ["KBr", "KBr, a salt"]
    assert found[0].score == pytest.approx(1.0, abs=1e-6) and found[0].kind == "text"


def test_a_structure_is_put_in_words(engine: SearchEngine) -> None:
    found = engine.describe(id="kbr", k=3)
    assert [match.kind for match in found] == ["descriptor"] * 3 + ["caption"] * 3
    for part in (found[:3], found[3:]):
        scores = [match.score for match in part]
        assert scores == sorted(scores, reverse=True)
    assert {match.id for match in found[3:]} <= {record.id for record in some_records()}


def test_classes_get_probabilities(engine: SearchEngine) -> None:
    found = engine.classify(["NaCl", "KBr", "KBr", "spinel"], id="kbr")
    assert sorted(label.label for label in found) == ["KBr", "NaCl", "spinel"]
    assert found[0].label == "KBr"
    assert sum(label.probability for label in found) == pytest.approx(1.0)
    ratio = found[0].probability / found[1].probability
    assert np.log(ratio) == pytest.approx(10.0 * (found[0].score - found[1].score), rel=1e-5)


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        ({"text": "  "}, "the text is empty"),
        ({"text": "x" * 200_000}, "200000 characters"),
        ({"text": "a\udcff"}, "not valid UTF-8"),
        ({"id": "LI"}, "LI: no such id in the index; it has lif"),
        ({}, "needs a text, a structure or an id"),
        ({"text": "salt", "k": 0}, "k must be at least 1"),
    ],
)
def test_what_cannot_be_asked_is_an_input_error(
    engine: SearchEngine, asked: dict[str, Any], reason: str
) -> None:
    with pytest.raises(InputError, match=reason):
        engine.search(**asked)


def test_too_few_labels_are_an_input_error(engine: SearchEngine) -> None:
    with pytest.raises(InputError, match="at least two"):
        engine.classify(["one", " one "], id="kbr")


def test_refusals_are_counted_and_listed(tmp_path: Path) -> None:
    records = [*some_records(), Record("bad", rock_salt(3, 9, 4.0), origin="file:7")]
    records.append(Record("salt", rock_salt(11, 17, 5.7), origin="file:8"))
    seen: list[tuple[int, int | None]] = []
    report = SearchEngine.build(
        iter(records), tmp_path / "i", HashEmbedder(), progress=lambda *done: seen.append(done)
    )
    assert (report.count, report.n_read, report.n_refused) == (5, 7, 2)
    lines = [json.loads(line) for line in report.refusals.read_text().splitlines()]
    assert sorted(line["origin"] for line in lines) == ["file:7", "file:8"]
    assert any("'salt' came before" in line["reason"] for line in lines)
    assert seen[-1] == (7, None)
    manifest = check_folder(tmp_path / "i")
    assert (manifest.count, manifest.n_read, manifest.n_refused) == (5, 7, 2)


def test_files_of_one_name_in_many_folders_are_all_indexed(tmp_path: Path) -> None:
    structure = rock_salt(11, 17, 5.7)
    places = ("runs/a/POSCAR", "runs/b/POSCAR", "runs/c/POSCAR")
    records = [Record("POSCAR", structure, origin=place) for place in places]
    records += [Record("x-2", structure, origin=f"{place}/x.xyz:5") for place in places]
    records.append(records[0])
    report = SearchEngine.build(records, tmp_path / "i", HashEmbedder())
    assert (report.count, report.n_refused) == (6, 1)  # the same file twice is one record
    found = SearchEngine.open(tmp_path / "i", HashEmbedder()).search(id="POSCAR", k=6)
    assert {hit.id for hit in found} >= {"runs/b/POSCAR", "x-2", "runs/c/POSCAR/x.xyz:5"}


def test_what_a_source_refuses_is_listed_from_memory_or_from_its_spool(tmp_path: Path) -> None:
    class Source(list[Record]):
        refusals: ClassVar = [Refusal("kept:1", "odd")]
        n_refused = 3

    report = SearchEngine.build(Source(some_records()), tmp_path / "memory", HashEmbedder())
    assert (report.n_read, report.n_refused) == (8, 3)
    assert "2 more were refused" in report.refusals.read_text()
    spool = tmp_path / "spool"
    spool.write_text("".join(f'{{"origin": "f:{i}", "reason": "odd"}}\n' for i in range(3)))
    source = Source(some_records())
    report = SearchEngine.build(source, tmp_path / "all", HashEmbedder(), spool=spool)
    assert report.n_refused == 3 and report.refusals.read_text() == spool.read_text()


def test_strict_stops_at_the_first_refusal_and_leaves_nothing(tmp_path: Path) -> None:
    records = [*some_records(), Record("bad", rock_salt(3, 9, 4.0), origin="file:7")]
    with pytest.raises(InputError, match=r"^file:7: a bad name$"):
        SearchEngine.build(records, tmp_path / "i", HashEmbedder(), strict=True)
    with pytest.raises(InputError, match="nothing to index: 1 refused, the first: file:7"):
        SearchEngine.build(records[-1:], tmp_path / "i", HashEmbedder())
    with pytest.raises(InputError, match="nothing to index: the sources hold no structure"):
        SearchEngine.build([], tmp_path / "i", HashEmbedder())
    assert list(tmp_path.iterdir()) == []


def test_a_build_streams(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Watched(HashEmbedder):
        drawn = done = furthest = 0

        def analyze(self, records: Any, refused: Any) -> Any:
            self.furthest = max(self.furthest, self.drawn - self.done)
            self.done += len(records)
            return super().analyze(records, refused)

    monkeypatch.setattr(building, "ROW_GROUP", 4)
    watched, structure = Watched(), rock_salt(3, 9, 4.0)

    def stream() -> Iterator[Record]:
        for i in range(100):
            watched.drawn += 1
            yield Record(f"r{i}", structure)

    SearchEngine.build(stream(), tmp_path / "i", watched)
    assert watched.done == 100 and watched.furthest <= 5


def test_two_builds_of_one_source_hold_the_same_parts(tmp_path: Path) -> None:
    for name in ("a", "b"):
        SearchEngine.build(some_records(), tmp_path / name, HashEmbedder())
    assert check_folder(tmp_path / "a").parts == check_folder(tmp_path / "b").parts


def test_an_index_of_another_model_is_refused(engine: SearchEngine) -> None:
    with pytest.raises(StoreError, match="found model double, expected other; rebuild"):
        SearchEngine.open(engine.folder, HashEmbedder("other"))


def test_the_collection_is_built_once_for_each_model(small_collection: Path) -> None:
    seen: list[Any] = []
    first = SearchEngine.open(None, HashEmbedder(), progress=lambda *done: seen.append(done))
    assert seen and seen[-1] == (5, 5)
    del seen[:]
    again = SearchEngine.open(None, HashEmbedder(), progress=lambda *done: seen.append(done))
    assert not seen and again.folder == first.folder
    assert first.folder.parent == small_collection
    assert SearchEngine.open(None, HashEmbedder("other")).folder != first.folder
    assert again.search("salt, halite", k=1)[0].id == "salt"


def test_a_damaged_collection_is_built_anew(small_collection: Path) -> None:
    folder = SearchEngine.open(None, HashEmbedder()).folder
    (vectors,) = folder.rglob(VECTORS)
    vectors.write_bytes(b"rubbish")
    assert len(SearchEngine.open(None, HashEmbedder())) == 5
    check_folder(folder)


def test_a_cache_that_cannot_be_written_is_no_obstacle(
    small_collection: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_collection.write_text("a file where the folder should be")
    with pytest.warns(CacheWarning, match="CLAC_CACHE"):
        engine = SearchEngine.open(None, HashEmbedder())
    assert engine.search("salt, halite", k=1)[0].id == "salt"
    assert not engine.folder.is_relative_to(small_collection)


def test_two_openings_at_once_share_one_collection(
    small_collection: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Slow(HashEmbedder):
        def analyze(self, *given: Any) -> Any:
            time.sleep(0.3)
            return super().analyze(*given)

    folders: list[Path] = []
    threads = [
        threading.Thread(target=lambda: folders.append(SearchEngine.open(None, Slow()).folder))
        for _ in range(3)
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(folders) == 3 and len(set(folders)) == 1
    assert [path.name for path in small_collection.iterdir()] == [folders[0].name]


@pytest.mark.parametrize(
    ("platform", "environment", "expected"),
    [
        ("linux", {"CLAC_CACHE": "/c", "XDG_CACHE_HOME": "/x"}, "/c"),
        ("linux", {"XDG_CACHE_HOME": "/x"}, "/x/clac"),
        ("linux", {"HOME": "/home/u"}, "/home/u/.cache/clac"),
        ("darwin", {"HOME": "/Users/u", "XDG_CACHE_HOME": "/x"}, "/Users/u/Library/Caches/clac"),
        ("win32", {"LOCALAPPDATA": "/local"}, "/local/clac"),
    ],
)
def test_the_cache_lies_where_the_platform_keeps_caches(
    monkeypatch: pytest.MonkeyPatch, platform: str, environment: dict[str, str], expected: str
) -> None:
    for name in ("CLAC_CACHE", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(collection.sys, "platform", platform)
    assert cache_folder() == Path(expected)


_COLD = """
import sys
from index import SearchEngine
if len(sys.argv) > 2:
    from tiny_embedder import TinyEmbedder as Embedder
    embedder = Embedder()
else:
    embedder = None
engine = SearchEngine.open(sys.argv[1], embedder)
assert engine.search("salt", k=1)
engine.search_batch(["a", "b"])
engine.search("salt", filter='elements HAS "Na" AND nelements<=3 AND band_gap>1')
heavy = "torch pymatgen transformers sentence_transformers ase pandas scipy rdkit".split()
print([name for name in heavy if name in sys.modules])
"""


def heavy_packages_of_a_text_query(tmp_path: Path, *arguments: str) -> str:
    """Search an index in a fresh process and name the heavy packages that it loaded."""
    root = Path(__file__).parents[1]
    environment = {**os.environ, "PYTHONPATH": f"{root}{os.pathsep}{tmp_path}"}
    done = subprocess.run(
        [sys.executable, "-c", _COLD, str(tmp_path / "i"), *arguments],
        capture_output=True, text=True, env=environment, check=False, cwd=root,
    )  # fmt: skip
    return done.stdout.strip() or done.stderr


def test_a_text_query_loads_no_heavy_package(tmp_path: Path) -> None:
    SearchEngine.build(some_records(), tmp_path / "i", HashEmbedder())
    (tmp_path / "tiny_embedder.py").write_text(
        "import numpy as np\n"
        "class TinyEmbedder:\n"
        "    model_id, dim, temperature = 'double', 64, 1.0\n"
        "    def encode_texts(self, texts):\n"
        "        return np.tile(np.eye(1, 64, dtype=np.float32), (len(texts), 1))\n"
    )
    assert heavy_packages_of_a_text_query(tmp_path, "tiny") == "[]"


@pytest.mark.skipif(
    not (DEFAULT_FOLDER / "config.json").is_file(), reason="clac/weights holds no model yet"
)
def test_the_shipped_model_answers_texts_without_a_heavy_package(tmp_path: Path) -> None:
    SearchEngine.build(some_records(), tmp_path / "i")
    assert heavy_packages_of_a_text_query(tmp_path) == "[]"
    engine = SearchEngine.open(tmp_path / "i")
    assert engine.similar(some_records()[2], k=1)[0].id == "lif"
    assert engine.describe(id="cao", k=2) and engine.classify(["a", "b"], id="cao")
