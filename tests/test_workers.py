"""A build in several processes writes what one process writes, whatever becomes of the workers."""

from __future__ import annotations

import itertools
import os
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from doubles import HashEmbedder, rock_salt
from living import content, pool

from clac.errors import FetchError, InputError, MissingExtra, WorkerError
from clac.types import Record, Refusal
from index import IndexWriter, SearchEngine
from index import build as building
from index.manifest import REFUSALS, read_manifest
from index.stages import Batch, in_process, portable
from index.staging import BATCHES, interrupted
from index.workers import MAX_DEATHS, Workers

ROOT = Path(__file__).parents[1]


class Mortal(HashEmbedder):
    """A double whose process is killed at some record, so many times."""

    def __init__(self, scratch: Path, at: str = "", times: int = 1) -> None:
        super().__init__()
        self.scratch, self.at, self.times = scratch, at, times

    def analyze(self, records: Any, refused: Any) -> Any:
        """Leave the number of each process behind, and die where it is time."""
        (self.scratch / f"process-{os.getpid()}").touch()
        deaths = len(list(self.scratch.glob("death-*")))
        if deaths < self.times and any(record.id == self.at for record in records):
            (self.scratch / f"death-{deaths}").touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return super().analyze(records, refused)

    def used(self) -> set[int]:
        """Return the processes that worked."""
        return {int(path.name.split("-")[1]) for path in self.scratch.glob("process-*")}


class Slow(Mortal):
    """A double that takes its time."""

    def encode(self, rows: Any) -> Any:
        """Sleep first."""
        time.sleep(0.3)
        return super().encode(rows)


class Source:
    """Thirty records, one of them bad and one twice, and what a reader refuses of its own."""

    refusals = (Refusal("s:77", "cannot be read"),)
    n_refused = 3

    def __iter__(self) -> Iterator[Record]:
        records = pool()
        records.insert(6, Record("bad", rock_salt(3, 9, 4.0), origin="s:bad"))
        records.insert(9, records[2])
        yield from records


class Broken(Source):
    """A source that raises half way."""

    def __iter__(self) -> Iterator[Record]:
        """Yield fourteen records, of which one came before."""
        yield from itertools.islice(super().__iter__(), 14)
        raise InputError("s", "the reader gave up")


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "ROW_GROUP", 4)


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the index that one process builds."""
    out = tmp_path_factory.mktemp("alone") / "i"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(building, "ROW_GROUP", 4)
        SearchEngine.build(Source(), out, HashEmbedder())
    return out


def parts(folder: Path) -> dict[str, str]:
    return dict(read_manifest(folder).parts)


def alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def test_workers_write_the_bytes_of_one_process_though_some_are_killed(
    tmp_path: Path, alone: Path
) -> None:
    embedder = Mortal(tmp_path, at="r13", times=MAX_DEATHS - 1)
    report = SearchEngine.build(Source(), tmp_path / "i", embedder, runner=Workers(2))
    assert parts(tmp_path / "i") == parts(alone)
    (listed,) = (tmp_path / "i").rglob(REFUSALS)
    places = [line.split('"')[3] for line in listed.read_text().splitlines()]
    assert places == ["s:bad", "pool:2", "s:77", ""], "in the order of the source"
    assert (report.count, report.n_refused) == (30, 5)
    assert len(list(tmp_path.glob("death-*"))) == MAX_DEATHS - 1
    assert len(embedder.used()) >= 3 and os.getpid() not in embedder.used()
    assert not any(map(alive, embedder.used())), "none is left behind"
    assert list(report.stages) == ["reading", "symmetry and graphs", "encoding",
                                   "captions and catalog", "writing", "vector index"]  # fmt: skip
    assert {count for _, count in report.stages.values()} == {30, 31}


def test_a_batch_that_kills_every_worker_is_named_and_the_rest_is_kept(
    tmp_path: Path, alone: Path
) -> None:
    embedder, out = Mortal(tmp_path, at="r13", times=99), tmp_path / "i"
    with pytest.raises(WorkerError, match=r"batch 4, 4 structures \(pool:11 to pool:14\): 3 work"):
        SearchEngine.build(Source(), out, embedder, runner=Workers(2))
    assert not any(map(alive, embedder.used()))
    assert len(interrupted(out)) == 1
    embedder.times = 0
    SearchEngine.build(Source(), out, embedder, resume=True)
    assert parts(out) == parts(alone), "refused rows keep their place in a build that goes on"


def test_what_the_source_raises_comes_when_all_before_it_is_done(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="s: the reader gave up"):
        SearchEngine.build(Broken(), tmp_path / "i", Mortal(tmp_path), runner=Workers(2))
    (kept,) = interrupted(tmp_path / "i")
    assert len(list((kept / BATCHES).iterdir())) == 3


def test_an_error_survives_the_way_to_another_process() -> None:
    for error in (InputError("s:1", "bad"), FetchError("s", "no", 404), MissingExtra("x", "pip")):
        found = pickle.loads(pickle.dumps(portable(error, Batch(1))))
        assert (type(found), str(found)) == (type(error), str(error))
    told = pickle.loads(pickle.dumps(portable(KeyError("bug"), Batch(3, pool()[:2]))))
    assert str(told) == "batch 3, 2 structures (pool:0 to pool:1): KeyError: 'bug'"


def test_one_batch_starts_no_worker(tmp_path: Path) -> None:
    embedder = Mortal(tmp_path)
    SearchEngine.build(pool()[:4], tmp_path / "i", embedder, runner=Workers(2))
    assert embedder.used() == {os.getpid()}
    with pytest.raises(WorkerError, match="at least one worker, found 0"):
        Workers(0)


def test_an_index_grows_by_a_runner(tmp_path: Path) -> None:
    seen: list[int] = []

    def noted(embedder: Any, batches: Any) -> Any:
        for batch in in_process(embedder, batches):
            seen.append(batch.number)
            yield batch

    SearchEngine.build(pool()[:3], tmp_path / "i", HashEmbedder())
    with IndexWriter(tmp_path / "i", HashEmbedder()) as writer:
        report = writer.add(pool()[2:], runner=noted)
    assert seen == [1, 2, 3, 4, 5, 6, 7]
    assert (report.count, report.n_replaced) == (28, 1)
    assert len(content(tmp_path / "i")) == 30


def test_ctrl_c_ends_the_workers_and_a_resumed_build_is_the_same(
    tmp_path: Path, alone: Path
) -> None:
    """The whole process group gets the signal, as from a terminal."""
    code = (
        "from test_workers import *\n"
        "building.ROW_GROUP = 4\n"
        "if __name__ == '__main__':\n"
        # What a shell starts in the background ignores the signal, and hands that on.
        "    signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        f"    slow = Slow(Path({str(tmp_path)!r}))\n"
        f"    SearchEngine.build(Source(), {str(tmp_path / 'i')!r}, slow, runner=Workers(2))\n"
    )
    script = tmp_path / "script.py"
    script.write_text(code)
    paths = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    build = subprocess.Popen(
        [sys.executable, script], env={**os.environ, "PYTHONPATH": paths},
        stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and not interrupted(tmp_path / "i"):
        if kept := list(tmp_path.glob(".i.*.part/batches/000002")):
            break
        time.sleep(0.02)
    assert kept and build.poll() is None
    os.killpg(build.pid, signal.SIGINT)
    told = build.communicate(timeout=20)[1]
    assert told.count("Traceback") == 1 and told.rstrip().endswith("KeyboardInterrupt"), told
    workers = {int(path.name.split("-")[1]) for path in tmp_path.glob("process-*")}
    assert len(workers) == 2 and not any(map(alive, workers))
    SearchEngine.build(Source(), tmp_path / "i", HashEmbedder(), resume=True)
    assert parts(tmp_path / "i") == parts(alone)
