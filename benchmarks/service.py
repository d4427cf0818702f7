"""The HTTP service under load, under attack, and killed, beside what it must hold.

    python -m benchmarks.service [--only load,hostile,restart] [--seconds 60] [--clients 50]

A service over the embedded collection in a process of its own, asked from this one on loopback.
load: clients that ask the sentences of the tests, each its next as soon as the last is answered.
Half of them ask to count what passes, as the page does. hostile: what `benchmarks.attacks` makes.
restart: kill -9 with requests in flight, then how long until it is ready again. Parts are measured
in the order in which they are named.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from rich.progress import Progress, TaskID

from benchmarks import report
from benchmarks.attacks import attack, post
from benchmarks.engine.lines import Line, shown
from index.service.bodies import CIF

PARTS = ("load", "hostile", "restart")
SENTENCES = Path(__file__).parents[1] / "tests" / "query_sentences.jsonl"
_WARM_S = 10.0
"""after which the memory must stay as it is"""
_HOSTILE = 10_000
_AT_ONCE = 40
_SLOWEST_S, _HANGS_S = 45.0, 60.0
"""that an answer may take, and after which it is waited for no longer"""
_PAUSE_S = 0.25
"""between the pieces of a request that trickles"""
_IN_FLIGHT = 50
_READY_S = 120.0
MIB = 1 << 20


class Server:
    """A running `clac serve`."""

    def __init__(self, log: Path) -> None:
        """Start it on a free port, and wait until it is ready."""
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            self.port = found.getsockname()[1]
        self.log = log
        self.start()

    def start(self) -> None:
        """Start it, also after it was killed."""
        run = "from index.cli import main; main()"
        command = [sys.executable, "-c", run, "serve", "--port", str(self.port)]
        with self.log.open("ab") as out:
            start = time.monotonic()
            self.process = subprocess.Popen(command, stdout=out, stderr=out)
        while asyncio.run(ask_once(self.port, "GET", "/readyz"))[0] != 200:
            if self.process.poll() is not None or time.monotonic() - start > _READY_S:
                raise SystemExit(f"the service did not start: {self.log.read_text()[-2000:]}")
            time.sleep(0.02)
        self.ready_s = time.monotonic() - start

    def kill(self) -> None:
        """Kill it and what it started."""
        children = psutil.Process(self.process.pid).children(recursive=True)
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        psutil.wait_procs(children, timeout=10)

    def memory_mib(self) -> float:
        """Return what the service and its processes hold now."""
        main = psutil.Process(self.process.pid)
        return sum(p.memory_full_info().pss for p in [main, *main.children(True)]) / MIB


@contextmanager
def running() -> Iterator[Server]:
    """Run a service until the block ends."""
    with tempfile.TemporaryDirectory(prefix="clac-") as folder:
        server = Server(Path(folder) / "log")
        try:
            yield server
        finally:
            server.kill()


async def ask_once(port: int, method: str, path: str, body: str = "") -> tuple[int, bytes]:
    """Ask on a connection of its own; status 0 where there is none."""
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return 0, b""
    try:
        return await _exchange(reader, writer, method, path, body)
    finally:
        writer.close()


async def _exchange(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, method: str, path: str, body: str
) -> tuple[int, bytes]:
    sent = body.encode()
    head = (f"{method} {path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n"
            f"content-length: {len(sent)}\r\n\r\n")  # fmt: skip
    writer.write(head.encode() + sent)
    await writer.drain()
    told = await reader.readuntil(b"\r\n\r\n")
    lengths = [line for line in told.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    length = int(lengths[0].split(b":")[1]) if lengths else 0
    return int(told.split()[1]), await reader.readexactly(length)


def load(server: Server, seconds: float, clients: int) -> tuple[list[Line], dict[str, Any]]:
    """Ask texts from many clients at once."""
    texts = [json.loads(line)["text"] for line in SENTENCES.read_text().splitlines()]
    statuses: Counter[int] = Counter()
    times: list[float] = []
    memory: list[tuple[float, float]] = []

    async def client(number: int, until: float) -> None:
        dice = random.Random(number)
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        while time.monotonic() < until:
            asked = {"text": dice.choice(texts), "k": 10, "facets": dice.random() < 0.5}
            body = json.dumps(asked)
            start = time.monotonic()
            status, _ = await _exchange(reader, writer, "POST", "/v1/search", body)
            statuses[status] += 1
            if status == 200:
                times.append(time.monotonic() - start)
            else:
                await asyncio.sleep(0.5)
        writer.close()

    async def watch(start: float, until: float) -> None:
        while time.monotonic() < until:
            await asyncio.sleep(1)
            memory.append((time.monotonic() - start, server.memory_mib()))

    async def run() -> float:
        start = time.monotonic()
        until = start + seconds
        await asyncio.gather(watch(start, until), *(client(i, until) for i in range(clients)))
        return time.monotonic() - start

    took = asyncio.run(run())
    warm = [held for at, held in memory if at >= min(_WARM_S, seconds / 2)]
    growth = max(warm) / warm[0] - 1
    wrong = sum(n for status, n in statuses.items() if status not in (200, 429, 503))
    p50, p99 = np.quantile(times, (0.5, 0.99)).tolist()
    lines = [
        Line(f"{clients} clients, {seconds:g} s: searches a second", len(times) / took, least=60),
        Line("their p99, s", p99, most=1.5),
        Line("answers that are neither hits nor 429 or 503", wrong, most=0),
        Line("growth of memory after the first 10 s, share", growth, most=0.05),
    ]
    told = {"statuses": dict(statuses), "p50 s": p50, "memory MiB": [round(m) for _, m in memory]}
    return lines, told


def hostile(server: Server, count: int) -> tuple[list[Line], dict[str, Any]]:
    """Send what nobody should send; the service must answer each and live."""
    dice = random.Random(0)
    statuses: Counter[int] = Counter()
    leaks: list[str] = []
    slowest = [0.0]

    async def one(gate: asyncio.Semaphore, bar: Progress, task: TaskID) -> None:
        async with gate:
            start = time.monotonic()
            try:
                status, told = await asyncio.wait_for(_send(server.port, attack(dice)), _HANGS_S)
            except TimeoutError:
                status, told = 0, b""
            slowest[0] = max(slowest[0], time.monotonic() - start)
            statuses[status] += 1
            bar.advance(task)
            if any(word in told for word in (b"Traceback", b"/index/", b"site-packages", b"root:")):
                leaks.append(told[:200].decode("utf-8", "replace"))

    async def run() -> None:
        gate = asyncio.Semaphore(_AT_ONCE)
        with Progress() as bar:
            task = bar.add_task("hostile requests", total=count)
            await asyncio.gather(*(one(gate, bar, task) for _ in range(count)))

    asyncio.run(run())
    search = {"text": "salt", "k": 1}
    alive = asyncio.run(ask_once(server.port, "POST", "/v1/search", json.dumps(search)))[0]
    foreign = asyncio.run(_send(server.port, [post("/v1/search", search, host="x.example")]))[0]
    # 503 is said on purpose, 501 of what OPTIMADE need not have; 0 is a connection that was closed.
    errors = sum(n for status, n in statuses.items() if status >= 500 and status not in (501, 503))
    lines = [
        Line(f"{count} hostile requests: answers of 5xx but 501 and 503", errors, most=0),
        Line("answers that tell of files or code", len(leaks), most=0),
        Line("slowest, s", slowest[0], most=_SLOWEST_S),
        Line("status of a search afterwards", alive, least=200, most=200),
        Line("status of one for the host of another site", foreign, least=400, most=499),
    ]
    return lines, {"statuses": dict(statuses), "leaks": leaks[:10]}


async def _send(port: int, pieces: list[bytes]) -> tuple[int, bytes]:
    """Send bytes as they are, piece by piece; return the status and all that came back.

    The status is 0 where the connection just ends.
    """
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    coming = asyncio.ensure_future(reader.read())
    try:
        for number, piece in enumerate(pieces):
            if number:
                await asyncio.wait({coming}, timeout=_PAUSE_S)
            if coming.done():
                break
            writer.write(piece)
            await writer.drain()
        if not pieces[0].startswith((b"GET", b"POST")):  # what is no HTTP has no end of its own
            writer.write_eof()
        told = await coming
    except OSError:
        return 0, b""
    finally:
        coming.cancel()
        writer.close()
    words = told.split(maxsplit=2)
    return (int(words[1]) if len(words) > 1 and words[1].isdigit() else 0), told


def restart(server: Server) -> tuple[list[Line], dict[str, Any]]:
    """Kill the service while it answers, and start it again."""
    body = json.dumps({"text": "wide band gap nitride", "k": 10})
    before = json.loads(asyncio.run(ask_once(server.port, "POST", "/v1/search", body))[1])["hits"]
    lost = asyncio.run(_killed(server, body))
    server.start()
    after = json.loads(asyncio.run(ask_once(server.port, "POST", "/v1/search", body))[1])["hits"]
    lines = [
        Line("requests in flight when it was killed", lost, least=1),
        Line("killed and started again: ready after, s", server.ready_s, most=5),
        Line("hits that differ from those before", sum(a != b for a, b in zip(before, after)),
             most=0),
    ]  # fmt: skip
    return lines, {}


async def _killed(server: Server, search: str) -> int:
    """Kill the service under searches and uploads; return how many had no answer then."""
    upload = json.dumps({"structure": {"content": CIF}, "k": 10})
    asked = [
        asyncio.ensure_future(ask_once(server.port, "POST", path, body))
        for path, body in (("/v1/search", search), ("/v1/similar", upload)) * (_IN_FLIGHT // 2)
    ]
    await asyncio.wait(asked, return_when=asyncio.FIRST_COMPLETED)
    server.kill()
    answers = await asyncio.gather(*asked, return_exceptions=True)
    return sum(isinstance(one, BaseException) or one[0] == 0 for one in answers)


def main() -> None:
    """Measure the chosen parts; write the result file."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", default=",".join(PARTS))
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--requests", type=int, default=_HOSTILE)
    given = parser.parse_args()
    chosen = given.only.split(",")
    if unknown := set(chosen) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    results: dict[str, Any] = {}
    with running() as server:
        for part in chosen:
            if part == "load":
                lines, told = load(server, given.seconds, given.clients)
            elif part == "hostile":
                lines, told = hostile(server, given.requests)
            else:
                lines, told = restart(server)
            results[part] = {"lines": shown(lines), **told}
    report.write("service", results)


if __name__ == "__main__":
    main()
