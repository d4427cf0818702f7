"""Run the service until it is told to stop."""

from __future__ import annotations

import asyncio
import logging
import sys
from typing import TYPE_CHECKING

import uvicorn

from index.service.settings import Settings

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.types import ASGIApp

    from index.service.house import House

_KEEP_ALIVE_S = 15
_GRACE_S = 10
"""that requests in flight have to end when the service stops"""
_MOST = 1000
"""connections at once; those beyond are sent away"""


def serve(app: FastAPI, settings: Settings, port: int) -> None:
    """Serve an application until SIGINT or SIGTERM; requests in flight are answered.

    Raises what kept it from starting.
    """
    server = server_of(app, settings, port)
    house: House = app.state.house

    def stop() -> None:
        server.should_exit = True

    house.give_up = stop
    asyncio.run(server.serve())
    if house.failed is not None:
        raise house.failed


def server_of(app: ASGIApp, settings: Settings, port: int) -> uvicorn.Server:
    """Return the server of an application, with the service's limits on connections."""
    _log_lines()
    config = uvicorn.Config(
        app, host=settings.host, port=port, log_config=None, access_log=False, server_header=False,
        timeout_keep_alive=_KEEP_ALIVE_S, timeout_graceful_shutdown=_GRACE_S,
        limit_concurrency=_MOST, h11_max_incomplete_event_size=64 * 2**10,
    )  # fmt: skip
    return uvicorn.Server(config)


def _log_lines() -> None:
    """Write one JSON object for each request to stderr, and what uvicorn has to say."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(message)s"))
    for name, level in (("clac.service", logging.INFO), ("uvicorn", logging.WARNING)):
        logger = logging.getLogger(name)
        logger.handlers = [handler]
        logger.setLevel(level)
        logger.propagate = False
