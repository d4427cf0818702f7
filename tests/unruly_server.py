"""A server in a thread, of one file or of scripted answers, that fails on demand."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import re
import tarfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from crystals import ROCK_SALT_CIF

from clac.config import NetworkConfig

Step = Callable[["Handler"], None]
QUICK = NetworkConfig(timeout_s=5, attempts=5, backoff_s=0.01, max_wait_s=3, pause_s=0, page_size=7)


@dataclass
class Unruly:
    """What the server holds, what it will do next, and what it was asked."""

    body: bytes = b""
    steps: list[Step] = field(default_factory=list)
    """one for each request; after the last, the file is served as it should be"""
    usual: Step | None = None
    asked: list[Handler] = field(default_factory=list)
    base: str = ""
    sent: int = 0
    """bytes of bodies"""

    def etag(self) -> str:
        return f'"{hashlib.sha256(self.body).hexdigest()[:16]}"'


class Handler(BaseHTTPRequestHandler):
    """One request."""

    protocol_version = "HTTP/1.1"
    state: Unruly
    when: float

    def do_GET(self) -> None:
        self.when = time.monotonic()
        self.state.asked.append(self)
        step = self.state.steps.pop(0) if self.state.steps else self.state.usual or serve
        step(self)
        self.close_connection = True

    def answer(
        self, body: bytes, status: int = 200, announced: int | None = None, **headers: str
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body) if announced is None else announced))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        with contextlib.suppress(OSError):  # the client may have gone
            self.wfile.write(body)
        self.state.sent += len(body)

    def log_message(self, *_: Any) -> None:
        """Be quiet."""


@contextlib.contextmanager
def running(body: bytes = b"", *steps: Step, usual: Step | None = None) -> Iterator[Unruly]:
    """Run a server that takes one step for each request, then serves its file."""
    state = Unruly(body, list(steps), usual)
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"state": state}))
    server.daemon_threads = True
    state.base = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def serve(request: Handler) -> None:
    """Serve the file, or the rest that is asked for, if the file is still the same."""
    body, etag = request.state.body, request.state.etag()
    begin = _begin(request)
    if begin and request.headers.get("If-Range") == etag:
        told = f"bytes {begin}-{len(body) - 1}/{len(body)}"
        request.answer(body[begin:], 206, Content_Range=told, ETag=etag)
    else:
        request.answer(body, ETag=etag)


def serve_rest_blindly(request: Handler) -> None:
    """Serve the rest of whatever file there is now."""
    body, begin = request.state.body, _begin(request)
    told = f"bytes {begin}-{len(body) - 1}/{len(body)}"
    request.answer(body[begin:], 206, Content_Range=told, ETag=request.state.etag())


def status(code: int, body: bytes = b"{}", **headers: str) -> Step:
    """Answer with an error."""
    return lambda request: request.answer(body, code, **headers)


def cut(count: int) -> Step:
    """Announce the whole file and break off after some bytes."""

    def step(request: Handler) -> None:
        whole = request.state.body
        request.answer(whole[:count], announced=len(whole), ETag=request.state.etag())

    return step


def announce(change: int) -> Step:
    """Send the whole file, but announce another length."""

    def step(request: Handler) -> None:
        whole = request.state.body
        request.answer(whole, announced=len(whole) + change, ETag=request.state.etag())

    return step


def replace_by(body: bytes, then: Step) -> Step:
    """Change the file, then take a step."""

    def step(request: Handler) -> None:
        request.state.body = body
        then(request)

    return step


def stall(seconds: float) -> Step:
    """Say nothing."""
    return lambda request: time.sleep(seconds)


def say(value: Any) -> Step:
    """Answer in JSON."""
    return lambda request: request.answer(json.dumps(value).encode())


def _begin(request: Handler) -> int:
    match = re.fullmatch(r"bytes=(\d+)-", request.headers.get("Range", ""))
    return int(match[1]) if match else 0


def archive(*names: str) -> bytes:
    """Return a tar.gz of CIFs that is large enough to be cut in two."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz", compresslevel=1) as tar:
        for at, name in enumerate(names):
            text = ROCK_SALT_CIF.format(name=name, a=5.64 + at / 100, one="Na", two="Cl")
            text += "".join(
                f"# {hashlib.sha256(f'{name}{i}'.encode()).hexdigest()}\n" for i in range(99)
            )
            info = tarfile.TarInfo(f"{name}.cif")
            info.size = len(text)
            tar.addfile(info, io.BytesIO(text.encode()))
    return buffer.getvalue()


FILE = archive("one", "two", "three")


def address(web: Unruly, body: bytes = FILE) -> str:
    return f"{web.base}/salts.tar.gz#sha256={hashlib.sha256(body).hexdigest()}"


def one_line(error: BaseException, *parts: str) -> None:
    assert "\n" not in str(error)
    for part in parts:
        assert part in str(error)
