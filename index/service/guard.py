"""What stands before every path: who may ask, how much and how fast; headers, log and meters.

Plain ASGI, since Starlette's own base class for middleware reads bodies whole.
"""

from __future__ import annotations

import asyncio
import json
import logging
import math
import time
from collections.abc import Mapping
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from index.service.desk import busy
from index.service.keys import Gate, Keys, key_of
from index.service.meters import Meters
from index.service.problems import Problem
from index.service.settings import Settings

log = logging.getLogger("clac.service")

_KEPT = ("/v1", "/optimade", "/metrics")
"""beginnings of the paths that need a key"""
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "connect-src 'self'; font-src 'self'; manifest-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
HEADERS: Mapping[str, str] = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "x-frame-options": "DENY",
}


class Guard:
    """ASGI middleware around the whole service."""

    def __init__(self, app: ASGIApp, settings: Settings, keys: Keys, meters: Meters) -> None:
        """Take what it guards. Without a key nobody is asked for one."""
        self._app, self._settings, self._keys, self._meters = app, settings, keys, meters
        self._gate = Gate(keys, settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        told = _Told(scope, send)
        try:
            who = self._admit(scope)
            body = _Body(receive, Headers(scope=scope), self._settings)
            await self._in_time(scope, body, told)
        except Problem as problem:
            who = problem.more.pop("who", "")
            if not told.status:
                await problem.response(scope)(scope, receive, told)
        finally:
            self._meters.count(scope, told.status or 500, told.seconds)
            _write(scope, told, who if told.status else "")

    async def _in_time(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the service answer. Raises Problem where it takes longer than a request may."""
        clock = asyncio.timeout(self._settings.timeout_s)
        try:
            async with clock:
                await self._app(scope, receive, send)
        except TimeoutError:
            if not clock.expired():
                raise
            raise busy("there was no time for it") from None

    def _admit(self, scope: Scope) -> str:
        """Return whose key a request has. Raises Problem for nobody's, and for too many."""
        host = Headers(scope=scope).get("host", "")
        if not self._settings.answers_to(host):
            reason = f"this service is not known as {host[:100]!r}; its --allow-host names others"
            raise Problem(421, reason)
        if not len(self._keys) or not _is_kept(scope["path"]):
            return ""
        key = key_of(Headers(scope=scope))
        name, wait = self._gate.admit(key, scope["method"])
        if name is None:
            wanted = "an Authorization: Bearer KEY header" if not key else "another key"
            headers = {"WWW-Authenticate": "Bearer"}
            raise Problem(401, f"this service needs {wanted}", headers=headers)
        if wait:
            after = {"Retry-After": str(math.ceil(wait))}
            raise Problem(429, "too many requests with this key", headers=after, who=name)
        return name


class _Body:
    """The body of a request, as it comes: not too large and not too slow."""

    def __init__(self, receive: Receive, headers: Headers, settings: Settings) -> None:
        self._receive, self._left = receive, settings.max_body_bytes
        self._most = settings.max_body_bytes
        self._until = time.monotonic() + settings.body_timeout_s
        self._done = False
        said = headers.get("content-length", "0")
        if said.isdigit() and int(said) > self._most:
            raise self._too_large()

    async def __call__(self) -> Message:
        if self._done:  # what comes now is only that the client left
            return await self._receive()
        try:
            async with asyncio.timeout(max(self._until - time.monotonic(), 0)):
                message = await self._receive()
        except TimeoutError:
            raise Problem(408, "the body comes too slowly") from None
        self._left -= len(message.get("body", b""))
        self._done = not message.get("more_body", False)
        if self._left < 0:
            raise self._too_large()
        return message

    def _too_large(self) -> Problem:
        return Problem(413, f"a body may have {self._most} bytes at most")


class _Told:
    """The way back: adds headers, and keeps what the log needs."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self._send, self._start = send, time.monotonic()
        self.status, self.size = 0, 0

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._start

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
        self.size += len(message.get("body", b""))
        await self._send(message)


def _is_kept(path: str) -> bool:
    return any(path == head or path.startswith(f"{head}/") for head in _KEPT)


def _write(scope: Scope, told: _Told, who: str) -> None:
    """Write one line of the log: what was asked and how it went, never what the query said."""
    line: dict[str, Any] = {
        "method": scope["method"], "path": scope["path"], "status": told.status or 500,
        "ms": round(told.seconds * 1000, 1), "bytes": told.size,
    }  # fmt: skip
    if who:
        line["key"] = who
    log.info(json.dumps(line))
