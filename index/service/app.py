"""Put the service together."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware

from clac import __version__
from clac.errors import ConfigError
from index.service import collection, document, optimade, page, problems, questions
from index.service.guard import Guard
from index.service.house import House
from index.service.keys import Keys
from index.service.settings import Settings

EMBEDDED = "collection"
"""name of the embedded collection among the indexes"""


def create_app(
    indexes: Mapping[str, Path | None] | None = None,
    settings: Settings | None = None,
    keys: Keys | None = None,
    model: Path | None = None,
) -> FastAPI:
    """Build the application for indexes by name, None for the embedded collection.

    It is ready when `/readyz` says so. Raises ConfigError for a service that others reach and that
    asks for no key.
    """
    settings, keys = settings or Settings(), keys or Keys({})
    if not settings.is_local and not len(keys):
        raise ConfigError(
            f"a service on {settings.host} needs API keys: clac serve --keys FILE, with lines that "
            "clac serve --new-key NAME prints"
        )
    house = House(indexes or {EMBEDDED: None}, settings, model)

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        opening = asyncio.create_task(_open(house))
        try:
            yield
        finally:
            opening.cancel()
            await asyncio.to_thread(house.close)

    app = FastAPI(
        title="CLaC", version=__version__, summary="Search crystals in plain English.",
        description=document.about(settings), generate_unique_id_function=document.operation,
        lifespan=lifespan, docs_url=None, redoc_url=None, redirect_slashes=False,
    )  # fmt: skip
    app.state.house = house
    problems.install(app)
    app.include_router(questions.router, dependencies=document.KEY)
    app.include_router(collection.router)
    app.include_router(optimade.router, dependencies=document.KEY)
    page.install(app)
    app.add_middleware(Guard, settings=settings, keys=keys, meters=house.meters)
    if settings.origins:  # around the guard: a preflight has no key, and a page reads refusals too
        app.add_middleware(
            CORSMiddleware, allow_origins=list(settings.origins), allow_methods=["GET", "POST"],
            allow_headers=["Authorization", "Content-Type", "X-API-Key"],
            expose_headers=["Retry-After"],
        )  # fmt: skip
    return app


async def _open(house: House) -> None:
    """Open the house; what goes wrong ends the service."""
    try:
        await house.open()
    except Exception as error:
        house.failed = error
        house.give_up()
