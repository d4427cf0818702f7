"""What passes between a server and its clients: bodies, answers and the log of them.

Plain ASGI, for the service and for the tools of assistants.
"""

from __future__ import annotations

import asyncio
import datetime
import json
import logging
import sys
import time
from collections.abc import Mapping
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import Message, Receive, Scope, Send

from index.service.settings import Settings

log = logging.getLogger("clac.service")


class Body:
    """The body of a request, as it comes: not too large and not too slow."""

    def __init__(
        self, receive: Receive, scope: Scope, settings: Settings, refusal: type[HTTPException]
    ) -> None:
        """Take where it comes from, and what is raised for a body that is refused."""
        self._receive, self._left = receive, settings.max_body_bytes
        self._most, self._refusal = settings.max_body_bytes, refusal
        self._until = time.monotonic() + settings.body_timeout_s
        self._done = False
        said = Headers(scope=scope).get("content-length", "0")
        if said.isdigit() and int(said) > self._most:
            raise self._too_large()

    async def __call__(self) -> Message:
        """Return the next part."""
        if self._done:  # what comes now is only that the client left
            return await self._receive()
        try:
            async with asyncio.timeout(max(self._until - time.monotonic(), 0)):
                message = await self._receive()
        except TimeoutError:
            raise self._refusal(408, "the body comes too slowly") from None
        self._left -= len(message.get("body", b""))
        self._done = not message.get("more_body", False)
        if self._left < 0:
            raise self._too_large()
        return message

    def _too_large(self) -> HTTPException:
        return self._refusal(413, f"a body may have {self._most} bytes at most")


class Told:
    """The way back to a client, which keeps what the log needs."""

    def __init__(self, scope: Scope, send: Send, headers: Mapping[str, str] | None = None) -> None:
        """Take the request, where its answer goes, and headers that each answer has."""
        self._scope, self._send, self._start = scope, send, time.monotonic()
        self._headers = headers or {}
        self.status, self.size = 0, 0

    @property
    def seconds(self) -> float:
        """Return how long it takes till now."""
        return time.monotonic() - self._start

    async def __call__(self, message: Message) -> None:
        """Send a part of the answer."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            for name, value in self._headers.items():
                headers.setdefault(name, value)
        self.size += len(message.get("body", b""))
        await self._send(message)

    def write(self, who: str) -> None:
        """Write a line of the log: who asked what and how it went; of a query only what is said.

        A path that may tell the query leaves it in the member `asked` of the request's state.
        """
        scope, client = self._scope, self._scope.get("client")
        line: dict[str, Any] = {
            "client": client[0] if client else "", "method": scope["method"],
            "path": scope["path"], "status": self.status or 500,
            "ms": round(self.seconds * 1000, 1), "bytes": self.size,
        }  # fmt: skip
        if who:
            line["key"] = who
        log.info(line | scope.get("state", {}).get("asked", {}))


class Lines(logging.Formatter):
    """Write each record of the log as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line; a record whose message is a mapping gives it its members."""
        when = datetime.datetime.fromtimestamp(record.created, datetime.UTC)
        line: dict[str, Any] = {
            "time": when.isoformat(timespec="milliseconds"), "level": record.levelname.lower(),
        }  # fmt: skip
        if isinstance(record.msg, dict):
            line |= record.msg
        else:
            line |= {"logger": record.name, "message": record.getMessage()}
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


def log_lines() -> None:
    """Let all of this process write its log to stderr, as lines of JSON."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Lines())
    logging.getLogger().handlers = [handler]
    logging.getLogger("clac").setLevel(logging.INFO)
    logging.captureWarnings(True)
