"""The command `clac serve` as a process: it starts, answers, and ends when it is told to."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from running_service import Service

from index.cli_serve import folders_of

COMMAND = [sys.executable, "-c", "from index.cli import main; main()", "serve"]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
START_S = 300


@contextlib.contextmanager
def serving(log: Path) -> Iterator[tuple[subprocess.Popen[bytes], Service]]:
    """Run the command on a free port until the block ends."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    with log.open("wb") as out:
        process = subprocess.Popen(
            [*COMMAND, "--port", str(port)], env=ENVIRONMENT, stdout=out, stderr=out
        )
    service, deadline = Service(port), time.monotonic() + START_S
    try:
        while not is_ready(service):
            assert process.poll() is None and time.monotonic() < deadline, log.read_text()
            time.sleep(0.1)
        yield process, service
    finally:
        process.kill()
        process.wait()


def is_ready(service: Service) -> bool:
    with contextlib.suppress(OSError):
        return service.get("/readyz").status == 200
    return False


def lines_of(log: Path) -> list[dict[str, Any]]:
    """Read the log, which begins with a line for people."""
    notice, *lines = log.read_text().splitlines()
    assert notice.startswith("clac: CLaC on http://127.0.0.1:")
    return [json.loads(line) for line in lines]


def test_indexes_are_named_by_their_folders_or_as_told(tmp_path: Path) -> None:
    (tmp_path / "b=c").mkdir()
    given = ["a/oxides", "old=b/oxides", "x=y=z", str(tmp_path / "b=c")]
    assert folders_of(given) == {
        "oxides": Path("a/oxides"), "old": Path("b/oxides"), "x": Path("y=z"),
        "b=c": tmp_path / "b=c",
    }  # fmt: skip
    with pytest.raises(typer.BadParameter, match=r"are named .oxides.: .*NAME=PATH"):
        folders_of(["a/oxides", "b/oxides"])


def test_a_request_in_flight_is_answered_before_the_service_ends(tmp_path: Path) -> None:
    body = json.dumps({"text": "salt", "k": 1}).encode()
    head = (f"POST /v1/search HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n"
            f"content-length: {len(body)}\r\n\r\n")  # fmt: skip
    with (
        serving(tmp_path / "log") as (process, service),
        socket.create_connection(("127.0.0.1", service.port), timeout=120) as line,
    ):
        assert service.get("/v1/indexes").json["indexes"][0]["crystals"] > 1000
        line.sendall(head.encode() + body[:5])
        time.sleep(0.5)
        process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        line.sendall(body[5:])
        assert line.recv(9000).startswith(b"HTTP/1.1 200")
        assert process.wait(120) == 0
    lines = lines_of(tmp_path / "log")
    assert all(line["level"] == "info" and line["client"] == "127.0.0.1" for line in lines)
    assert lines[-1]["path"] == "/v1/search" and lines[-1]["status"] == 200
