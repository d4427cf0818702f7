"""An index that is added to, deleted from and compacted answers as one that was built anew."""

from __future__ import annotations

import dataclasses
import random
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from doubles import HashEmbedder, rock_salt, some_records
from living import answers, build, content, pool, tree

from clac.errors import InputError, StoreError
from clac.types import Record
from index import IndexWriter, SearchEngine
from index import build as building
from index.manifest import PARTS, REFUSALS, SEGMENTS, read_manifest
from index.staging import interrupted
from index.vectors import VectorIndex


def writing(folder: Path) -> IndexWriter:
    return IndexWriter(folder, HashEmbedder())


def opened(folder: Path) -> SearchEngine:
    return SearchEngine.open(folder, HashEmbedder())


def parts(folder: Path) -> list[str]:
    """Return the checksums of all parts."""
    return list(read_manifest(folder).parts.values())


def step(dice: random.Random, twin: dict[str, Record], folder: Path) -> None:
    """Do one random thing to an index and to its twin, a dict of records."""
    what = dice.choice(["add", "add", "replace", "delete", "delete", "compact", "many"])
    with writing(folder) as writer:
        if what in ("add", "replace", "many"):
            new = dice.sample(pool(), dice.randint(1, 5))
            if what == "replace":
                new = [dataclasses.replace(r, text=f"{r.text} anew {len(twin)}") for r in new]
            was_there = len({r.id for r in new} & twin.keys())
            report = writer.add(new)
            assert (report.count, report.n_replaced) == (len(new), was_there)
            for record in new:
                twin.pop(record.id, None)
                twin[record.id] = record
        if what in ("delete", "many") and len(twin) > 1:
            gone = dice.sample(sorted(twin), dice.randint(1, len(twin) - 1))
            assert writer.delete(gone) == len(gone)
            for id in gone:
                del twin[id]
        if what == "compact":
            writer.compact()
            assert len(read_manifest(folder).segments) == 1
        assert len(writer) == len(twin)


@pytest.mark.parametrize("seed", range(6))
def test_random_changes_leave_what_a_build_of_the_living_makes(tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)
    twin = {record.id: record for record in pool()[:8]}
    build(twin.values(), tmp_path / "i")
    for number in range(7):
        step(dice, twin, tmp_path / "i")
        fresh = build(twin.values(), tmp_path / f"fresh{number}")
        assert content(tmp_path / "i") == {id: record.text for id, record in twin.items()}
        assert answers(opened(tmp_path / "i")) == answers(fresh)
    with writing(tmp_path / "i") as writer:
        writer.compact()
    assert parts(tmp_path / "i") == parts(tmp_path / f"fresh{number}"), "to the byte"
    assert len(tree(tmp_path / "i")) == 1 + len(PARTS), "nothing else is left"


def test_a_whole_index_can_go_and_come_back(tmp_path: Path) -> None:
    build(pool()[:3], tmp_path / "i")
    with writing(tmp_path / "i") as writer:
        for compacted in (False, True):
            writer.delete([record.id for record in pool()[:3]])
            if compacted:
                assert writer.compact() == 6
            engine = opened(tmp_path / "i")
            assert len(engine) == 0 and engine.search("salt") == []
            assert engine.search("salt", filter="nelements=2").filtered.passing == 0
            writer.add(pool()[:3])
            assert opened(tmp_path / "i").search("table salt, halite", k=1)[0].id == "r01"


def test_a_reader_keeps_what_it_opened(tmp_path: Path) -> None:
    build(pool()[:10], tmp_path / "i")
    with writing(tmp_path / "i") as writer:
        writer.add(pool()[5:15])
        writer.delete(["r01"])
        readers = [opened(tmp_path / "i") for _ in range(3)]
        before = answers(opened(tmp_path / "i"))
        for reader, change in zip(
            readers,
            (lambda: writer.add(pool()[15:20]), lambda: writer.delete(["r02"]), writer.compact),
            strict=True,
        ):
            change()
            assert answers(reader) == before, "asked for the first time after the change"
            assert answers(opened(tmp_path / "i")) != before
    segments = list((tmp_path / "i" / SEGMENTS).iterdir())
    assert len(segments) == 1, "what nobody names is gone"


def test_a_reader_that_opens_while_files_go_takes_the_newer_manifest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(pool()[:6], tmp_path / "i")
    changes: list[Callable[[], Any]] = []
    load = VectorIndex.load

    def slow(path: Path) -> VectorIndex:
        if changes:
            changes.pop()()
        return load(path)

    with writing(tmp_path / "i") as writer:
        writer.add(pool()[6:9])
        monkeypatch.setattr("index.segments.VectorIndex.load", slow)
        changes.extend([lambda: writer.delete(["r00"]), writer.compact])
        assert list(content(tmp_path / "i")) == [f"r{i:02d}" for i in range(1, 9)]
        assert not changes


def test_readers_open_and_search_while_a_writer_works(tmp_path: Path) -> None:
    build(pool()[:10], tmp_path / "i")
    known = [content(tmp_path / "i")]
    seen: list[dict[str, str]] = []
    failed: list[BaseException] = []
    at_work = threading.Event()
    at_work.set()

    def read() -> None:
        try:
            kept = opened(tmp_path / "i")
            first = answers(kept)
            while at_work.is_set():
                seen.append(content(tmp_path / "i"))
                assert answers(kept) == first
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=read) for _ in range(2)]
    for thread in threads:
        thread.start()
    with writing(tmp_path / "i") as writer:
        for number in range(4):
            for change in (
                lambda n=number: writer.add(pool()[3 * n + 5 : 3 * n + 12]),
                lambda n=number: writer.delete([f"r{3 * n + 6:02d}"]),
                writer.compact,
            ):
                change()
                known.append(content(tmp_path / "i"))
    at_work.clear()
    for thread in threads:
        thread.join()
    assert not failed, failed
    places = [known.index(one) for one in seen]
    assert len(places) > 4 and max(places) > 0


def test_what_is_added_is_exact_until_it_is_compacted(tmp_path: Path) -> None:
    build(pool()[:20], tmp_path / "i", kind="hnsw", recall=0.9)
    with writing(tmp_path / "i") as writer:
        writer.add(pool()[18:])
        told = read_manifest(tmp_path / "i")
        assert [segment.kind for segment in told.segments] == ["hnsw", "exact"]
        assert (told.kind, told.dial) == ("hnsw", {"efSearch": 32})
        before = answers(opened(tmp_path / "i"))
        writer.compact()
        assert answers(opened(tmp_path / "i")) == before
    assert [segment.kind for segment in read_manifest(tmp_path / "i").segments] == ["hnsw"]


def test_a_second_writer_is_refused(tmp_path: Path) -> None:
    build(pool()[:3], tmp_path / "i")
    with writing(tmp_path / "i") as writer:
        for other in (
            lambda: writing(tmp_path / "i").__enter__(),
            lambda: build(pool()[:2], tmp_path / "i", force=True),
        ):
            with pytest.raises(StoreError, match=r"i: process \d+ is writing to it; try again"):
                other()
        writer.delete(["r00"])
    with writing(tmp_path / "i") as writer:
        assert len(writer) == 2
    with pytest.raises(ValueError, match="inside its with block"):
        writer.delete(["r01"])


def test_what_cannot_be_changed_changes_nothing(tmp_path: Path) -> None:
    build(pool()[:3], tmp_path / "i")
    before = tree(tmp_path / "i")
    bad = Record("bad", rock_salt(3, 9, 4.0), origin="file:7")
    with writing(tmp_path / "i") as writer:
        with pytest.raises(InputError, match=r"no such id in the index: 'x'; nothing is deleted"):
            writer.delete(["r00", "x"])
        with pytest.raises(InputError, match=r"'4' and 2 more; nothing"):
            writer.delete("0123456")
        with pytest.raises(InputError, match="nothing to add: 1 refused, the first: file:7"):
            writer.add([bad])
        with pytest.raises(InputError, match="file:7: a bad name"):
            writer.add([*pool(), bad], strict=True)
        with pytest.raises(ZeroDivisionError):
            writer.add(pool()[i] if i < 20 else 1 / 0 for i in range(30))
        assert writer.delete([]) == 0 and writer.compact() == 0
        assert tree(tmp_path / "i") == before and len(writer) == 3
        report = writer.add([pool()[4], bad])
        assert (report.n_read, report.n_refused) == (2, 1)
        assert "file:7" in report.refusals.read_text()
        writer.compact()
    manifest = read_manifest(tmp_path / "i")
    assert (manifest.count, manifest.n_read, manifest.n_refused) == (4, 5, 1)
    assert "file:7" in next((tmp_path / "i").rglob(REFUSALS)).read_text()


def test_an_index_of_another_model_takes_nothing(tmp_path: Path) -> None:
    build(pool()[:3], tmp_path / "i")
    before = tree(tmp_path / "i")
    with (
        IndexWriter(tmp_path / "i", HashEmbedder("other")) as writer,
        pytest.raises(StoreError, match="found model double, expected other; rebuild"),
    ):
        writer.add(pool())
    assert tree(tmp_path / "i") == before


def test_a_files_name_replaces_only_what_came_from_the_same_place(tmp_path: Path) -> None:
    salt = rock_salt(11, 17, 5.7)
    build([Record("POSCAR", salt, "first", origin="runs/a/POSCAR")], tmp_path / "i")
    with writing(tmp_path / "i") as writer:
        assert writer.add([Record("POSCAR", salt, "b", origin="runs/b/POSCAR")]).n_replaced == 0
        assert writer.add([Record("POSCAR", salt, "b2", origin="runs/b/POSCAR")]).n_replaced == 1
        assert writer.add([Record("POSCAR", salt, "a2", origin="runs/a/POSCAR")]).n_replaced == 1
    assert content(tmp_path / "i") == {"runs/b/POSCAR": "b2", "POSCAR": "a2"}


class Counting(HashEmbedder):
    """A double that counts what it embeds."""

    n_embedded = 0

    def analyze(self, records: Any, refused: Any) -> Any:
        rows = super().analyze(records, refused)
        self.n_embedded += len(rows)
        return rows


def until(stop: int) -> Iterator[Record]:
    """Yield records with one refused among them, until someone presses Ctrl-C."""
    records = pool()
    records.insert(3, Record("bad", rock_salt(3, 9, 4.0), origin="file:7"))
    for i, record in enumerate(records):
        if i == stop:
            raise KeyboardInterrupt
        yield record


def test_a_build_that_breaks_off_goes_on_and_loses_at_most_a_batch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(building, "ROW_GROUP", 4)
    out, whole, embedder = tmp_path / "i", tmp_path / "whole", Counting()
    SearchEngine.build(until(99), whole, embedder)
    embedder.n_embedded = 0
    with pytest.raises(KeyboardInterrupt):
        SearchEngine.build(until(3), out, embedder)
    assert list(tmp_path.iterdir()) == [whole], "no batch was finished"
    for stop in (7, 8, 20, 26):
        with pytest.raises(KeyboardInterrupt):
            SearchEngine.build(until(stop), out, embedder, resume=True, sources=["s"])
    assert not out.exists() and len(interrupted(out)) == 1
    with pytest.raises(StoreError, match=r"broke off is kept in .*; go on with it with --resume"):
        SearchEngine.build(until(99), out, embedder)
    for other, options, reason in (
        (HashEmbedder("other"), {"sources": ["s"]}, "has model double, now it is other"),
        (embedder, {"sources": ["t"]}, r"has sources \['s'\], now it is \['t'\]"),
    ):
        with pytest.raises(StoreError, match=f"{reason}; go on with the same, or start over"):
            SearchEngine.build(until(99), out, other, resume=True, **options)
    with pytest.raises(StoreError, match=r"22 structures .* no longer in the sources; start over"):
        SearchEngine.build(pool()[:1], out, embedder, resume=True, sources=["s"])
    report = SearchEngine.build(until(99), out, embedder, resume=True, sources=["s"])
    assert (report.count, report.n_read, report.n_refused) == (30, 31, 1)
    assert parts(out) == parts(whole), "to the byte"
    assert embedder.n_embedded <= 30 + 5 * 4 + 4
    assert sorted(path.name for path in tmp_path.iterdir()) == ["i", "whole"]


def test_a_build_that_broke_off_can_be_started_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(building, "ROW_GROUP", 4)
    build(some_records(), tmp_path / "i")
    before = tree(tmp_path / "i")
    with pytest.raises(KeyboardInterrupt):
        SearchEngine.build(until(15), tmp_path / "i", Counting(), force=True)
    assert tree(tmp_path / "i") == before
    (kept,) = interrupted(tmp_path / "i")
    (journal,) = kept.glob("build.json")
    journal.write_bytes(journal.read_bytes().replace(b"000001", b"000003"))
    with pytest.raises(StoreError, match=r"build\.json: found SHA-256 .*; start over with --force"):
        build(until(99), tmp_path / "i", force=True, resume=True)
    build(until(99), tmp_path / "i", force=True)
    assert len(content(tmp_path / "i")) == 30
    assert [path.name for path in tmp_path.iterdir()] == ["i"]
    assert [path.name for path in (tmp_path / "i" / SEGMENTS).iterdir()] == ["000002"]
