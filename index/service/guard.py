"""What stands before every path: who may ask, how much and how fast; headers, log and meters.

Plain ASGI, since Starlette's own base class for middleware reads bodies whole.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Mapping

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from index.service.desk import busy
from index.service.keys import Gate, Keys, key_of
from index.service.meters import Meters
from index.service.problems import Problem
from index.service.settings import Settings
from index.service.wire import Body, Told

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
        self._gate, self._inside = Gate(keys, settings), 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        told, who = Told(scope, send, HEADERS), ""
        self._inside += 1
        try:
            if self._inside > self._settings.at_once:
                raise busy("too many requests at once")
            who, wait = self._admit(scope)
            if wait:
                after = {"Retry-After": str(math.ceil(wait))}
                raise Problem(429, "too many requests with this key", headers=after)
            await self._in_time(scope, Body(receive, scope, self._settings, Problem), told)
        except Problem as problem:
            if not told.status:
                await problem.response(scope)(scope, receive, told)
        finally:
            self._inside -= 1
            self._meters.count(scope, told.status or 500, told.seconds)
            told.write(who)

    async def _in_time(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the service answer. Raises Problem where it takes longer than a request may."""
        clock = asyncio.timeout(self._settings.timeout_s)

        async def answer(message: Message) -> None:
            if not clock.expired():
                clock.reschedule(None)  # from here on it is the client who takes time
            await send(message)

        try:
            async with clock:
                await self._app(scope, receive, answer)
        except TimeoutError:
            if not clock.expired():
                raise
            raise busy("there was no time for it") from None

    def _admit(self, scope: Scope) -> tuple[str, float]:
        """Return whose key a request has, and the seconds to wait. Raises Problem for nobody's."""
        host = Headers(scope=scope).get("host", "")
        if not self._settings.answers_to(host):
            reason = f"this service is not known as {host[:100]!r}; its --allow-host names others"
            raise Problem(421, reason)
        if not len(self._keys) or not _is_kept(scope["path"]):
            return "", 0.0
        key = key_of(Headers(scope=scope))
        name, wait = self._gate.admit(key, scope["method"])
        if name is None:
            wanted = "an Authorization: Bearer KEY header" if not key else "another key"
            headers = {"WWW-Authenticate": "Bearer"}
            raise Problem(401, f"this service needs {wanted}", headers=headers)
        return name, wait


def _is_kept(path: str) -> bool:
    return any(path == head or path.startswith(f"{head}/") for head in _KEPT)
