"""A process that changes indexes and is killed at it: one order a line on stdin, one answer a line.

It forks for each order, with all imports and all analysis of crystals done, which is what makes
hundreds of kills take seconds; what must not be forked (faiss, Arrow) runs only in children.
An order: {"folder", "log", "what": [...], "stop": step or null, "seconds" or null}.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from doubles import HashedRow, HashEmbedder
from living import pool

from clac.types import Record
from index import IndexWriter, SearchEngine, durable
from index import build as building
from index.stages import caption_of, facts_of

BATCH = 4
RECORDS = pool()
_ROWS: dict[str, HashedRow] = {}


class Prepared(HashEmbedder):
    """A double that analyses each record of the pool once; it counts what it embeds."""

    n_embedded = 0

    def analyze(self, records: Iterable[Record], *given: Any) -> list[HashedRow]:
        """Return a row for each record."""
        if not _ROWS:
            _ROWS.update((row.record.id, row) for row in HashEmbedder().analyze(RECORDS, *given))
        records = list(records)
        self.n_embedded += len(records)
        return [_ROWS[record.id] for record in records]


def do(what: str, folder: Path) -> None:
    """Build or change an index."""
    if what in ("build", "rebuild"):
        records = RECORDS[:8] if what == "build" else RECORDS[10:18]
        SearchEngine.build(records, folder, Prepared(), force=what == "rebuild")
        return
    with IndexWriter(folder, Prepared()) as writer:
        if what == "add":
            writer.add(RECORDS[5:12])  # three of them are there
        elif what == "delete":
            writer.delete(["r00", "r06", "r09"])
        else:
            writer.compact()


def identity(path: Path) -> list[int]:
    """Tell a file with its content from any other: a number alone is used again."""
    found = path.stat()
    return [found.st_ino, found.st_size, found.st_mtime_ns]


def _child(order: dict[str, Any]) -> None:
    log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    count = 0

    def step(name: str, place: Path, source: Path | None = None) -> None:
        nonlocal count
        count += 1
        event: dict[str, Any] = {"step": name, "place": str(place), "source": str(source)}
        if name == "sync" and place.is_dir():
            event |= {"folder": place.stat().st_ino, "names": os.listdir(place)}
        elif name == "sync":
            event |= {"file": identity(place)}
        os.write(log, (json.dumps(event) + "\n").encode())
        if count == order["stop"]:
            os.kill(os.getpid(), signal.SIGKILL)

    durable.before_step = step
    building.ROW_GROUP = BATCH
    for what in order["what"]:
        do(what, Path(order["folder"]))
        os.write(log, (json.dumps({"done": what}) + "\n").encode())


def prepare() -> None:
    """Import what a child will need, and do once what each would do alike."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        if not os.fork():
            do("build", path / "i")
            (path / "modules").write_text("\n".join(sys.modules))
            os._exit(0)
        os.wait()
        for name in (path / "modules").read_text().splitlines():
            with contextlib.suppress(Exception):
                importlib.import_module(name)
    for row in Prepared().analyze(RECORDS, print):
        caption_of(facts_of(row))


def main() -> None:
    """Serve orders until stdin ends."""
    prepare()
    for line in sys.stdin:
        order = json.loads(line)
        pid = os.fork()
        if pid == 0:
            code = 1
            try:
                _child(order)
                code = 0
            finally:
                sys.stderr.flush()
                os._exit(code)
        if order["seconds"] is not None:
            time.sleep(order["seconds"])
            os.kill(pid, signal.SIGKILL)
        status = os.waitpid(pid, 0)[1]
        print(json.dumps({"status": os.waitstatus_to_exitcode(status)}), flush=True)


if __name__ == "__main__":
    main()
