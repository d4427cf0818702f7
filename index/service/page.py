"""The page: the files of index/web, at '/' and under '/web'."""

from __future__ import annotations

import mimetypes
import os
from importlib import resources
from pathlib import Path

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

_LEAST = 500
"""bytes that are worth packing"""
_EFFORT = 6
"""1 to 9: more costs twice the time and saves little"""
_CACHE = "no-cache"
"""a browser keeps a file, and asks with its ETag whether it is still the same"""
_TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
"""what some systems name otherwise, which browsers refuse"""


class _Files(StaticFiles):
    """Files that browsers keep as long as they do not change."""

    def file_response(
        self,
        full_path: str | os.PathLike[str],
        stat_result: os.stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        """Return a file, or that the browser has it already."""
        response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers["cache-control"] = _CACHE
        return response


def install(app: FastAPI) -> None:
    """Serve the page with an app, and pack all that it answers for those who take it packed.

    Paths of the service that are not there stay problems.
    """
    for suffix, kind in _TYPES.items():
        mimetypes.add_type(kind, suffix)
    folder = Path(str(resources.files("index").joinpath("web")))
    files = _Files(directory=folder)

    async def home(request: Request) -> Response:
        return await files.get_response("index.html", request.scope)

    async def documentation(request: Request) -> Response:
        return await files.get_response("docs.html", request.scope)

    app.add_route("/", home, methods=["GET", "HEAD"], include_in_schema=False)
    app.add_route("/docs", documentation, methods=["GET", "HEAD"], include_in_schema=False)
    app.mount("/web", files, name="web")
    app.add_middleware(GZipMiddleware, minimum_size=_LEAST, compresslevel=_EFFORT)
