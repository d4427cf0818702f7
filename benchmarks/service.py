"""The HTTP service under load, under attack, and killed, beside what it must hold.

    python -m benchmarks.service [--only load,hostile,restart] [--seconds 60] [--clients 50]

A service over the embedded collection in a process of its own, asked from this one on loopback.
load: clients that ask the sentences of the tests, each its next as soon as the last is answered.
hostile: oversized, malformed, slow and mistyped requests, paths that climb, headers that break
lines, CIFs that explode. restart: kill -9 while it serves, then how long until it is ready again.
"""

from __future__ import annotations

import argparse
import asyncio
import dataclasses
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

from benchmarks import report
from benchmarks.engine.lines import Line
from index.service.bodies import CIF

PARTS = ("load", "hostile", "restart")
SENTENCES = Path(__file__).parents[1] / "tests" / "query_sentences.jsonl"
_WARM_S = 10.0
"""after which the memory must stay as it is"""
_HOSTILE = 10_000
_AT_ONCE = 40
_HTTP = "HTTP/1.1\r\nhost: 127.0.0.1\r\n"
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
        self._start()

    def _start(self) -> None:
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

    def again(self) -> None:
        """Kill it, and start it anew."""
        self.kill()
        self._start()

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
    head = (f"{method} {path} {_HTTP}content-type: application/json\r\n"
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
            body = json.dumps({"text": dice.choice(texts), "k": 10})
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

    async def one(number: int, gate: asyncio.Semaphore) -> None:
        async with gate:
            start = time.monotonic()
            status, told = await asyncio.wait_for(_send(server.port, attack(dice)), 60)
            slowest[0] = max(slowest[0], time.monotonic() - start)
            statuses[status] += 1
            if any(word in told for word in (b"Traceback", b"/index/", b"site-packages", b"root:")):
                leaks.append(told[:200].decode("utf-8", "replace"))

    async def run() -> None:
        gate = asyncio.Semaphore(_AT_ONCE)
        await asyncio.gather(*(one(i, gate) for i in range(count)))

    asyncio.run(run())
    alive = asyncio.run(ask_once(server.port, "POST", "/v1/search", '{"text": "salt", "k": 1}'))[0]
    # 503 is said on purpose; 0 is a connection that the service closed.
    errors = sum(n for status, n in statuses.items() if status >= 500 and status != 503)
    lines = [
        Line(f"{count} hostile requests: answers of 5xx but 503", errors, most=0),
        Line("answers that tell of files or code", len(leaks), most=0),
        Line("slowest, s", slowest[0], most=45),
        Line("status of a search afterwards", alive, least=200, most=200),
    ]
    return lines, {"statuses": dict(statuses), "leaks": leaks[:10]}


async def _send(port: int, sent: bytes) -> tuple[int, bytes]:
    """Send bytes as they are; return the status, 0 where the connection just ends, and the rest."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(sent)
        await writer.drain()
        if not sent.startswith((b"GET", b"POST")):  # what is no HTTP has no end of its own
            writer.write_eof()
        told = await reader.read()
    except OSError:
        return 0, b""
    finally:
        writer.close()
    words = told.split(maxsplit=2)
    return (int(words[1]) if len(words) > 1 and words[1].isdigit() else 0), told


def attack(dice: random.Random) -> bytes:
    """Make one hostile request."""
    paths = [
        "/v1/search",
        "/v1/similar",
        "/v1/describe",
        "/v1/classify",
        "/v1/predict",
        "/v1/embed",
    ]
    path = dice.choice(paths)
    match dice.randrange(10):
        case 0:  # too large
            return _post(path, {"text": "a" * dice.randrange(2_000_000, 4_000_000)})
        case 1:  # no JSON
            return _post(path, dice.randbytes(dice.randrange(1, 400)))
        case 2:  # wrong types
            odd = [None, 1e308, -1, [], {}, [[[]]], "\x00", "\ud800", True, "a" * 5000, 10**30]
            names = ["text", "k", "offset", "id", "structure", "labels", "filter", "like", "index"]
            return _post(path, {dice.choice(names): dice.choice(odd) for _ in range(4)})
        case 3:  # paths that climb
            up = "/".join(
                dice.choices(["..", "%2e%2e", "..%2f", "%00", "etc", "passwd", "web"], k=5)
            )
            where = dice.choice(["/v1/structures/", "/web/", "/optimade/v1/structures/", "/"])
            return f"GET {where}{up} {_HTTP}connection: close\r\n\r\n".encode()
        case 4:  # headers that break lines
            long = "y" * dice.randrange(1, 70_000)
            head = f"GET /v1/indexes {_HTTP}x-a: b\rset-cookie: c\r\n{long}: z\r\n"
            return f"{head}connection: close\r\n\r\n".encode()
        case 5:  # CIFs that explode
            return _post("/v1/similar", {"structure": {"content": _bomb(dice), "name": "<b>.cif"}})
        case 6:  # filters that nest
            deep = "(" * dice.randrange(1, 900) + 'elements HAS "' + "O" * dice.randrange(5)
            return _post("/v1/search", {"text": "a", "filter": deep})
        case 7:  # a name of another site that points here
            host = dice.choice(
                ["elsewhere.example", "127.0.0.1.elsewhere.example", "[::1", "", "@"]
            )
            return f"GET /v1/indexes HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n".encode()
        case 8:  # no HTTP at all
            return dice.randbytes(dice.randrange(1, 3000))
        case _:  # a body that never comes, and one of another length
            size = dice.choice([-1, 5, 10**9, 10**30])
            return f"POST {path} {_HTTP}content-length: {size}\r\n\r\n{{".encode()


def _post(path: str, body: Any) -> bytes:
    sent = body if isinstance(body, bytes) else json.dumps(body).encode("utf-8", "replace")
    head = (f"POST {path} {_HTTP}content-type: application/json\r\n"
            f"content-length: {len(sent)}\r\nconnection: close\r\n\r\n")  # fmt: skip
    return head.encode() + sent


def _bomb(dice: random.Random) -> str:
    """Make a CIF that is hard to read."""
    match dice.randrange(5):
        case 0:
            return CIF + "".join(f"H 0.{n:06d} 0.1 0.2\n" for n in range(20_000))
        case 1:
            return CIF.replace("5.64", dice.choice(["1e9", "1e-9", "-5", "nan", "0"]))
        case 2:
            return CIF.replace("'F m -3 m'", "'" + "x" * 100_000 + "'")
        case 3:
            return CIF.replace("0.5 0.5 0.5", "0.0001 0 0")
        case _:
            return "data_\nloop_\n" + "_a\n" * 50_000 + "1 " * 200_000


def restart(server: Server) -> tuple[list[Line], dict[str, Any]]:
    """Kill the service while it serves, and start it again."""
    body = '{"text": "wide band gap nitride", "k": 10}'
    before = json.loads(asyncio.run(ask_once(server.port, "POST", "/v1/search", body))[1])["hits"]
    server.again()
    after = json.loads(asyncio.run(ask_once(server.port, "POST", "/v1/search", body))[1])["hits"]
    lines = [
        Line("killed and started again: ready after, s", server.ready_s, most=5),
        Line("hits that differ from those before", sum(a != b for a, b in zip(before, after)),
             most=0),
    ]  # fmt: skip
    return lines, {}


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
        for part in PARTS:
            if part not in chosen:
                continue
            if part == "load":
                lines, told = load(server, given.seconds, given.clients)
            elif part == "hostile":
                lines, told = hostile(server, given.requests)
            else:
                lines, told = restart(server)
            for line in lines:
                print(line, flush=True)
            shown = [{**dataclasses.asdict(line), "holds": line.holds} for line in lines]
            results[part] = {"lines": shown, **told}
    report.write("service", results)


if __name__ == "__main__":
    main()
