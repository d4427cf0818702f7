"""Paths that speak OPTIMADE, for clients of that standard; the first index is what they see."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from index.optimade_questions import OF_ONE, PARAMETERS
from index.optimade_view import VERSIONS, Asked, OptimadeView, no_endpoint
from index.service.house import House
from index.service.problems import OPTIMADE, OptimadeProblems, OptimadeResponse, asked_of
from index.service.questions import Served

router = APIRouter(
    prefix=OPTIMADE, tags=["optimade"], default_response_class=OptimadeResponse,
    responses=dict(OptimadeProblems),
)  # fmt: skip
"""its errors are shaped by `index.service.problems`, as are those of paths that are not there"""
_served = APIRouter(default_response_class=OptimadeResponse)
"""what each version has; the one that there is stands under its own address and without one"""


def _documented(names: tuple[str, ...]) -> dict[str, Any]:
    """Describe parameters for the OpenAPI document; the engine reads them."""
    return {
        "parameters": [
            {"name": name, "in": "query", "required": False, "description": PARAMETERS[name],
             "schema": {"type": "string"}}
            for name in names
        ]
    }  # fmt: skip


@router.get("/versions", response_class=Response)
async def versions() -> Response:
    """List the versions of the standard that are served."""
    return Response(VERSIONS, media_type="text/csv; header=present")


@_served.get("/info")
async def info(request: Request, house: Served) -> JSONResponse:
    """Tell which versions, formats and kinds of entries there are."""
    return await _answer(request, house, OptimadeView.info)


@_served.get("/info/structures")
async def info_structures(request: Request, house: Served) -> JSONResponse:
    """Tell which properties the entries have."""
    return await _answer(request, house, OptimadeView.info_structures)


@_served.get("/links")
async def links(request: Request, house: Served) -> JSONResponse:
    """Tell which other databases belong to this one."""
    return await _answer(request, house, OptimadeView.links)


@_served.get("/structures/", include_in_schema=False)
@_served.get("/structures", openapi_extra=_documented(tuple(PARAMETERS)))
async def structures(request: Request, house: Served) -> JSONResponse:
    """List the crystals that pass a filter, page by page."""
    return await _answer(request, house, OptimadeView.structures)


@_served.get("/structures/{id:path}", openapi_extra=_documented(OF_ONE))
async def structure(id: str, request: Request, house: Served) -> JSONResponse:
    """Return one crystal."""
    return await _answer(request, house, lambda view, asked: view.structure(asked, id))


async def _answer(
    request: Request, house: House, ask: Callable[[OptimadeView, Asked], dict[str, Any]]
) -> JSONResponse:
    """Ask the view of the first index in its turn, and write the answer there too."""
    name, _ = house.engine("")
    view, asked = house.views[name], asked_of(request.scope)
    return await house.call(lambda: OptimadeResponse(ask(view, asked)), "")


router.include_router(_served, prefix="/v1")
router.include_router(_served, include_in_schema=False)


@router.get("/v{version}/{path:path}", include_in_schema=False)
async def nothing(version: str, path: str) -> None:
    """Refuse a version or a path of it that is not there."""
    raise no_endpoint(version, path)
