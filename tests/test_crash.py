"""Killed or cut from power at any step, an index holds what it held before or after; never else."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from crash_worker import BATCH, RECORDS, Prepared, do, identity
from living import content, tree

from clac.errors import StoreError
from index import IndexWriter, SearchEngine
from index import build as building
from index.manifest import PARTS, read_manifest
from index.staging import interrupted

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
ROOT = Path(__file__).parents[1]
CHANGES = ("add", "delete", "compact", "rebuild")
"""in this order, behind a build"""
Events = list[dict[str, Any]]


class Worker:
    """The process that is killed again and again."""

    def __init__(self, scratch: Path) -> None:
        paths = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
        environment = {**os.environ, "PYTHONPATH": paths, "OMP_NUM_THREADS": "1",
                       "OPENBLAS_NUM_THREADS": "1"}  # fmt: skip
        self._log = scratch / "log"
        self._process = subprocess.Popen(
            [sys.executable, "-m", "crash_worker"], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True, env=environment, cwd=ROOT,
        )  # fmt: skip

    def run(
        self, folder: Path, *what: str, stop: int | None = None, seconds: float | None = None
    ) -> tuple[int, Events]:
        """Do some things and return the exit code and the steps before the end."""
        order = {"folder": str(folder), "log": str(self._log), "what": what, "stop": stop,
                 "seconds": seconds}  # fmt: skip
        self._log.unlink(missing_ok=True)
        print(json.dumps(order), file=self._process.stdin, flush=True)
        status = json.loads(self._process.stdout.readline())["status"]
        lines = self._log.read_text().splitlines() if self._log.is_file() else []
        events = [json.loads(line) for line in lines]
        return status, events[:-1] if stop is not None else events

    def close(self) -> None:
        self._process.stdin.close()
        self._process.wait(timeout=20)


@pytest.fixture(scope="module")
def worker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worker]:
    worker = Worker(tmp_path_factory.mktemp("worker"))
    yield worker
    worker.close()


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Path]:
    """Return a folder in memory where there is one: a disk pushes a file in milliseconds."""
    fast = Path("/dev/shm")
    if not os.access(fast, os.W_OK):
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(dir=fast) as folder:
        yield Path(folder)


@pytest.fixture(scope="module")
def stages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, dict[str, str]]]:
    """Return folder and content as each change leaves them."""
    found: dict[str, tuple[Path, dict[str, str]]] = {}
    last = tmp_path_factory.mktemp("stages") / "none"
    for what in ("build", *CHANGES):
        place = last.with_name(what)
        if last.is_dir():
            shutil.copytree(last, place)
        do(what, place)
        found[what] = place, content(place)
        last = place
    return found


def before(what: str) -> str:
    """Name the change that comes before another."""
    order = ("build", *CHANGES)
    return order[order.index(what) - 1]


class Disk:
    """What of a folder would be there after a power cut."""

    def __init__(self, root: Path) -> None:
        """Take a folder as wholly on the disk."""
        self._root = root
        self._files = {tuple(identity(p)) for p in root.rglob("*") if p.is_file()}
        folders = [root, *(p for p in root.rglob("*") if p.is_dir())]
        self._names = {folder.stat().st_ino: set(os.listdir(folder)) for folder in folders}

    def cut(self, events: Events) -> None:
        """Take back renames, and away names and contents, that were never pushed to the disk."""
        for event in events:
            if "names" in event:
                self._names[event["folder"]] = set(event["names"])
            elif "file" in event:
                self._files.add(tuple(event["file"]))
        for event in reversed(events):
            if event.get("step") == "rename":
                target, source = Path(event["place"]), Path(event["source"])
                if target.exists() and not source.exists():
                    names = self._names.get(target.parent.stat().st_ino, ())
                    if target.name not in names:
                        target.rename(source)
        self._cut(self._root)

    def _cut(self, folder: Path) -> None:
        known = self._names.get(folder.stat().st_ino, set())
        for path in list(folder.iterdir()):
            if path.name not in known:
                shutil.rmtree(path) if path.is_dir() else path.unlink()
            elif path.is_dir():
                self._cut(path)
            elif tuple(identity(path)) not in self._files:
                os.truncate(path, path.stat().st_size // 2)


def steps(worker: Worker, stages: Any, scratch: Path, what: str) -> int:
    """Count the steps of a change."""
    shutil.copytree(stages[before(what)][0], scratch / "i")
    status, events = worker.run(scratch / "i", what)
    assert status == 0 and content(scratch / "i") == stages[what][1]
    shutil.rmtree(scratch / "i")
    return sum("step" in event for event in events)


def goes_on(what: str, folder: Path, state: dict[str, str]) -> None:
    """Do what was cut off again, and check that nothing unfinished is left."""
    if what == "rebuild" or content(folder) != state:
        do(what, folder)
    assert content(folder) == state
    with IndexWriter(folder) as writer:
        writer.compact()
    assert len(tree(folder)) == 1 + len(PARTS)
    assert what != "rebuild" or [path.name for path in folder.parent.iterdir()] == ["i"]


@pytest.mark.parametrize("power", [True, False], ids=["power cut", "kill"])
@pytest.mark.parametrize("what", CHANGES)
def test_killed_at_each_step_an_index_is_as_before_or_after(
    worker: Worker, stages: Any, memory: Path, what: str, power: bool
) -> None:
    states = [stages[before(what)][1], stages[what][1]]
    reached = set()
    for stop in range(1, steps(worker, stages, memory, what) + 1, 1 if power else 3):
        scratch = memory / str(stop)
        shutil.copytree(stages[before(what)][0], scratch / "i")
        disk = Disk(scratch)
        status, events = worker.run(scratch / "i", what, stop=stop)
        assert status == -signal.SIGKILL
        if power:
            disk.cut(events)
        found = content(scratch / "i")
        assert found in states, f"step {stop}"
        reached.add(states.index(found))
        if stop % 4 == 0:
            goes_on(what, scratch / "i", states[1])
        shutil.rmtree(scratch)
    assert reached == ({0, 1} if what != "compact" else {0}), "compacting changes no answer"


@pytest.mark.parametrize("power", [True, False], ids=["power cut", "kill"])
def test_killed_at_each_step_a_build_is_absent_or_whole_and_goes_on(
    worker: Worker, stages: Any, memory: Path, power: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(building, "ROW_GROUP", BATCH)
    state, whole = stages["build"][1], memory / "count" / "i"
    status, events = worker.run(whole, "build")
    assert status == 0
    for stop in range(1, sum("step" in event for event in events) + 1, 1 if power else 3):
        scratch = memory / str(stop)
        scratch.mkdir()
        disk = Disk(scratch)
        status, events = worker.run(scratch / "i", "build", stop=stop)
        assert status == -signal.SIGKILL
        if power:
            disk.cut(events)
        finished = sum(
            event.get("step") == "rename" and event["place"].endswith("build.json")
            for event in events[: -2 if power else None]  # a name is safe a step later
        )
        if (scratch / "i").exists():
            assert content(scratch / "i") == state
            continue
        with pytest.raises(StoreError, match="no such index folder"):
            content(scratch / "i")
        kept = interrupted(scratch / "i")
        assert bool(kept) >= bool(finished)
        embedder = Prepared()
        SearchEngine.build(RECORDS[:8], scratch / "i", embedder, resume=True)
        assert embedder.n_embedded <= 8 - min(BATCH * finished, 8)
        assert read_manifest(scratch / "i").parts == read_manifest(whole).parts
        left = sorted(path.name for path in scratch.iterdir())
        assert left[-1] == "i" and (power or len(left) == 1 or not finished)
        shutil.rmtree(scratch)


@pytest.mark.parametrize("seed", range(3))
def test_killed_at_random_times_an_index_is_what_it_was_or_becomes(
    worker: Worker, stages: Any, memory: Path, seed: int
) -> None:
    dice = random.Random(seed)
    order = ("build", *CHANGES)
    for number in range(12):
        folder = memory / str(number) / "i"
        folder.parent.mkdir()
        status, events = worker.run(folder, *order, seconds=dice.uniform(0.02, 0.5))
        assert status in (0, -signal.SIGKILL)
        done = sum("done" in event for event in events)
        states = [None, *(stages[what][1] for what in order)]
        found = content(folder) if folder.exists() else None
        assert found in states[done : done + 2]
