"""Run the service until it is told to stop."""

from __future__ import annotations

import asyncio
import signal
from typing import TYPE_CHECKING, final

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from index.service.settings import Settings
from index.service.wire import log_lines

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.types import ASGIApp

    from index.service.house import House

_KEEP_ALIVE_S = 15
"""that a connection has until the head of its next request is there"""
_TAKING_S = 60
"""that a client has to take what was sent to it"""
_GRACE_S = 10
"""that requests in flight have to end when the service stops"""
_SPARE = 100
"""connections beyond the requests that may be here at once; of more uvicorn disposes on its own"""
_HEAD_BYTES = 64 * 2**10


@final
class Impatient(H11Protocol):
    """HTTP/1.1 that hangs up on a head that does not end, and on an answer that nobody takes.

    uvicorn's own limit holds only between an answer and the next byte; without this, half a line,
    or an answer that is not read, would hold a connection for ever.
    """

    patience_s = _KEEP_ALIVE_S
    taking_s = _TAKING_S

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a head."""
        super().connection_made(transport)
        transport.set_write_buffer_limits(0)  # any byte that is not taken counts
        self._waits: dict[str, asyncio.TimerHandle] = {}
        self._wait("head", self.patience_s)

    def data_received(self, data: bytes) -> None:
        """Read on; wait on where that does not end a head."""
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE:
            self._wait_no_more("head")
        else:
            self._wait("head", self.patience_s)

    def pause_writing(self) -> None:
        """Begin to wait until all that was sent is taken."""
        super().pause_writing()
        self._wait("taking", self.taking_s)

    def resume_writing(self) -> None:
        """Wait no more: it is."""
        super().resume_writing()
        self._wait_no_more("taking")

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing more."""
        for what in tuple(self._waits):
            self._wait_no_more(what)
        super().connection_lost(exc)

    def _wait(self, what: str, seconds: float) -> None:
        """Hang up after some seconds, unless that is waited for already."""
        if what not in self._waits:
            self._waits[what] = self.loop.call_later(seconds, self.transport.abort)

    def _wait_no_more(self, what: str) -> None:
        if timer := self._waits.pop(what, None):
            timer.cancel()


def serve(app: FastAPI, settings: Settings, port: int) -> None:
    """Serve an application until SIGINT or SIGTERM; requests in flight are answered.

    Raises what kept it from starting.
    """
    server = server_of(app, settings, port)
    house: House = app.state.house

    def stop() -> None:
        server.should_exit = True

    house.give_up = stop
    run(server)
    if house.failed is not None:
        raise house.failed


def run(server: uvicorn.Server) -> None:
    """Run a server until SIGINT or SIGTERM; the process may then end as one that did its work.

    uvicorn raises the signal again once all is answered, which would end it as one that was killed.
    """

    def stop(*_: object) -> None:
        server.should_exit = True

    log_lines()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    asyncio.run(server.serve())


def server_of(app: ASGIApp, settings: Settings, port: int) -> uvicorn.Server:
    """Return the server of an application, with the service's limits on connections."""
    config = uvicorn.Config(
        app, host=settings.host, port=port, http=Impatient, log_config=None, access_log=False,
        server_header=False, timeout_keep_alive=_KEEP_ALIVE_S, timeout_graceful_shutdown=_GRACE_S,
        limit_concurrency=settings.at_once + _SPARE, h11_max_incomplete_event_size=_HEAD_BYTES,
    )  # fmt: skip
    return uvicorn.Server(config)
