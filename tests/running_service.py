"""A service of its own on a free port, asked over real sockets."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from index.service import Keys, Settings, create_app
from index.service.keys import make_key
from index.service.run import server_of


@dataclass(frozen=True)
class Reply:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Service:
    """Where it listens."""

    port: int

    def ask(
        self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None
    ) -> Reply:
        """Send one request; a body that is no text is sent as JSON."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        sent = body if isinstance(body, (str, bytes, type(None))) else json.dumps(body)
        named = {"content-type": "application/json", **(headers or {})}
        connection.request(method, path, sent, named)
        reply = connection.getresponse()
        found = Reply(reply.status, {k.lower(): v for k, v in reply.getheaders()}, reply.read())
        connection.close()
        return found

    def post(self, path: str, body: Any, **headers: str) -> Reply:
        return self.ask("POST", path, body, headers)

    def get(self, path: str, **headers: str) -> Reply:
        return self.ask("GET", path, headers=headers)


@contextlib.contextmanager
def running(
    settings: Settings | None = None,
    keys: Keys | None = None,
    indexes: Mapping[str, Path | None] | None = None,
) -> Iterator[Service]:
    """Run a service over indexes, or the embedded collection, until the block ends."""
    settings = settings or Settings()
    app = create_app(indexes, settings, keys)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        server = server_of(app, settings, 0)
        run = threading.Thread(target=server.run, args=([listener],), daemon=True)
        run.start()
        service = Service(listener.getsockname()[1])
        deadline = time.monotonic() + 120
        while not (server.started and service.get("/readyz").status == 200):
            assert run.is_alive() and time.monotonic() < deadline, app.state.house.failed
            time.sleep(0.05)
        yield service
        server.should_exit = True
        run.join(30)


@contextlib.contextmanager
def running_with_key() -> Iterator[tuple[Service, str]]:
    """Run a service that wants a key, beside the key."""
    key, line = make_key("visitor")
    name, digest = line.split(":")
    with running(keys=Keys({digest: name})) as service:
        yield service, key
