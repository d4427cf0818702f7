"""Paths that speak OPTIMADE, for clients of that standard; the first index is what they see."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from fastapi.responses import JSONResponse, Response

from index.optimade_properties import KIND
from index.optimade_questions import OF_ONE, PARAMETERS, Limits
from index.optimade_view import API_VERSION, VERSIONS, Asked, OptimadeView, no_endpoint
from index.service.bodies import SALT
from index.service.house import House
from index.service.problems import OPTIMADE, OptimadeProblems, OptimadeResponse, asked_of
from index.service.questions import Served
from index.service.settings import MAX_LETTERS

Id = Annotated[str, Path(description="of a crystal", examples=[SALT])]
router = APIRouter(
    prefix=OPTIMADE, tags=["optimade"], default_response_class=OptimadeResponse,
    responses=dict(OptimadeProblems),
)  # fmt: skip
"""its errors are shaped by `index.service.problems`, as are those of paths that are not there"""
_served = APIRouter(default_response_class=OptimadeResponse)
"""what each version has; the one that there is stands under its own address and without one"""


_KINDS: Mapping[str, dict[str, Any]] = {
    "filter": {"maxLength": MAX_LETTERS, "examples": ['elements HAS "Li" AND nelements<=3']},
    "page_limit": {"type": "integer", "minimum": 1, "maximum": Limits().entries, "examples": [20]},
    "page_offset": {"type": "integer", "minimum": 0, "examples": [40]},
    "sort": {"examples": ["nelements,-nsites"]},
    "response_fields": {"examples": ["chemical_formula_reduced,nsites"]},
    "response_format": {"examples": ["json"]},
    "include": {"examples": ["references"]},
    "email_address": {"examples": ["ana@example.org"]},
    "api_hint": {"examples": ["v1"]},
}
"""parameter -> what its schema says beside that it is a text"""
_META = {"query": {"representation": "/structures"}, "api_version": API_VERSION,
         "more_data_available": False}  # fmt: skip


def _documented(data: Any, names: tuple[str, ...] = ()) -> dict[str, Any]:
    """Describe an answer and its parameters for the OpenAPI document; the engine reads them."""
    shape = {
        "type": "object", "required": ["data", "meta"], "properties": {
            "data": {"description": "entries, or what is told of the service"},
            "meta": {"type": "object", "description": "how the answer came about"},
            "links": {"type": "object", "description": "where the next page is"},
        },
    }  # fmt: skip
    told = {"schema": shape, "example": {"data": data, "meta": _META}}
    return {
        "responses": {200: {"content": {OptimadeResponse.media_type: told}}},
        "openapi_extra": {"parameters": [
            {"name": name, "in": "query", "required": False, "description": PARAMETERS[name],
             "schema": {"type": "string", **_KINDS[name]}}
            for name in names
        ]},
    }  # fmt: skip


_ENTRY = {"type": KIND, "id": SALT,
          "attributes": {"chemical_formula_reduced": "ClNa", "nsites": 8}}  # fmt: skip


@router.get(
    "/versions", response_class=Response,
    responses={200: {"content": {"text/csv": {"schema": {"type": "string"}, "example": VERSIONS}}}},
)  # fmt: skip
async def versions() -> Response:
    """List the versions of the standard that are served."""
    return Response(VERSIONS, media_type="text/csv; header=present")


@_served.get("/info", **_documented({"type": "info", "id": "/", "attributes": {}}))
async def info(request: Request, house: Served) -> JSONResponse:
    """Tell which versions, formats and kinds of entries there are."""
    return await _answer(request, house, OptimadeView.info)


@_served.get("/info/structures", **_documented({"type": "info", "id": KIND, "properties": {}}))
async def info_structures(request: Request, house: Served) -> JSONResponse:
    """Tell which properties the entries have."""
    return await _answer(request, house, OptimadeView.info_structures)


@_served.get("/links", **_documented([{"type": "links", "id": "clac", "attributes": {}}]))
async def links(request: Request, house: Served) -> JSONResponse:
    """Tell which other databases belong to this one."""
    return await _answer(request, house, OptimadeView.links)


@_served.get("/structures/", include_in_schema=False)
@_served.get("/structures", **_documented([_ENTRY], tuple(PARAMETERS)))
async def structures(request: Request, house: Served) -> JSONResponse:
    """List the crystals that pass a filter, page by page."""
    return await _answer(request, house, OptimadeView.structures)


@_served.get("/structures/{id:path}", **_documented(_ENTRY, OF_ONE))
async def structure(id: Id, request: Request, house: Served) -> JSONResponse:
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
