"""Errors of the service as problem details (RFC 9457): what is wrong, where, what to do."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.types import Scope

from clac.errors import ClacError, InputError, MissingExtra, ModelError
from index.optimade_questions import RefusedError
from index.optimade_view import Asked, failure
from index.service.bodies import BRANCHES

log = logging.getLogger("clac.service")

MEDIA_TYPE = "application/problem+json"
OPTIMADE = "/optimade"
"""begins the paths whose errors have the shape of JSON API"""
_VERSIONED = re.compile(rf"{OPTIMADE}/v[0-9.]+(?=/|$)")
_LINE = re.compile(r":(\d+)$")
_NO_OBJECT = {"field": "body", "message": "a JSON object is wanted"}
_MAX_DETAIL = 600
_MAX_FAULT = 200
_DOCS = "see /docs for what each path takes"
_HEADER = "send it with the header Content-Type: application/json"
_HINTS = {
    401: "ask whoever runs the service for a key",
    413: "send less; the limits are told in /docs",
    421: "ask by another name, or start the service with --allow-host NAME",
    429: "ask again after the seconds of Retry-After",
    503: "ask again after the seconds of Retry-After",
}


class Problem(HTTPException):
    """A request that cannot be answered."""

    def __init__(
        self, status: int, detail: str, *, headers: Mapping[str, str] | None = None, **more: Any
    ) -> None:
        """Take the HTTP status, what is wrong in one line, and members of the problem object."""
        super().__init__(status, _cut(detail, _MAX_DETAIL), headers)
        self.more = more

    def body(self) -> dict[str, Any]:
        """Return the problem object."""
        told = {} if "field" in self.more else {"advice": _HINTS.get(self.status_code, _DOCS)}
        title = HTTPStatus(self.status_code).phrase
        return {"type": "about:blank", "title": title, "status": self.status_code,
                "detail": self.detail, **told, **self.more}  # fmt: skip

    def response(self, scope: Scope) -> JSONResponse:
        """Return the response in the shape that a path speaks."""
        if scope["path"] == OPTIMADE or scope["path"].startswith(f"{OPTIMADE}/"):
            wrong = str(self.more.get("field", ""))
            told = failure(asked_of(scope), self.status_code, self.detail, wrong)
            return OptimadeResponse(told, self.status_code, self.headers)
        return JSONResponse(self.body(), self.status_code, self.headers, MEDIA_TYPE)


class OptimadeResponse(JSONResponse):
    """A document of OPTIMADE, which is one of JSON API."""

    media_type = "application/vnd.api+json"


Problems: dict[int | str, dict[str, Any]] = {
    status: {"description": text, "content": {MEDIA_TYPE: {"schema": {
        "type": "object", "required": ["title", "status", "detail"], "properties": {
            "type": {"type": "string", "description": "about:blank: the status says it"},
            "title": {"type": "string", "description": "the status in words"},
            "status": {"type": "integer", "description": "that of HTTP"},
            "detail": {"type": "string", "description": "what is wrong, in one line"},
            "advice": {"type": "string", "description": "what to do"},
            "field": {"type": "string", "description": "of the request, as like.0; or body"},
            "line": {"type": "integer", "description": "of the file that was uploaded"},
            "errors": {"type": "array", "description": "each fault of several", "items": {
                "type": "object", "properties": {
                    "field": {"type": "string", "description": "of the request"},
                    "message": {"type": "string", "description": "what is wrong with it"},
                }}},
        }}}}}
    for status, text in (
        (400, "the body cannot be read"), (401, "a key is needed"), (404, "no such thing"),
        (408, "the body comes too slowly"), (413, "too large"),
        (421, "the service has no such name"),
        (422, "it cannot be used: the field, the line and what to do"), (429, "too many requests"),
        (503, "busy: ask again after Retry-After"),
    )
}  # fmt: skip
"""responses that any path may give, for the OpenAPI document"""
OptimadeProblems: Mapping[int | str, dict[str, Any]] = {
    status: {"description": text, "content": {OptimadeResponse.media_type: {"schema": {
        "type": "object", "required": ["errors", "meta"],
        "properties": {
            "errors": {"type": "array", "items": {"type": "object"},
                       "description": "each with status, title, detail and the parameter"},
            "meta": {"type": "object", "description": "how the answer came about"},
        },
    }}}}
    for status, text in (
        (400, "a parameter cannot be used"), (401, "a key is needed"),
        (403, "more entries than a page may have"), (404, "no such thing"),
        (421, "the service has no such name"), (422, "an address that cannot be read"),
        (429, "too many requests"),
        (501, "an optional part of the standard that is not there"),
        (503, "busy: ask again after Retry-After"),
    )
}  # fmt: skip
"""responses that any path of OPTIMADE may give, for the OpenAPI document"""


def of_error(error: ClacError, field: str = "") -> Problem:
    """Turn an error of the engine into a problem, with the field and the line where it is known."""
    where: dict[str, Any] = {"field": field} if field else {}
    if isinstance(error, RefusedError):
        return Problem(error.status, str(error), field=error.parameter)
    if isinstance(error, InputError):
        if line := _LINE.search(error.origin):
            where["line"] = int(line[1])
        return Problem(422, str(error), **where)
    if isinstance(error, MissingExtra):
        return Problem(422, str(error), **where)
    log.error("%s", error, exc_info=error)
    what = "model" if isinstance(error, ModelError) else "index"
    return Problem(500, f"the {what} cannot be read; see the log of the service")


def install(app: FastAPI) -> None:
    """Let an app answer every error with a problem object."""

    @app.exception_handler(ClacError)
    async def _clac(request: Request, error: ClacError) -> JSONResponse:
        return of_error(error).response(request.scope)

    @app.exception_handler(RequestValidationError)
    async def _invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        faults = [_fault(one) for one in error.errors()[:20]]
        if faults == [_NO_OBJECT] and not _is_json(request):
            problem = Problem(422, "the body is not said to be JSON", field="body", advice=_HEADER)
            return problem.response(request.scope)
        told = "; ".join(f"{one['field']}: {one['message']}" for one in faults)
        field = faults[0]["field"] if len(faults) == 1 else "body"
        problem = Problem(422, told, errors=faults, field=field, advice=_DOCS)
        return problem.response(request.scope)

    @app.exception_handler(HTTPException)
    async def _http(request: Request, error: HTTPException) -> JSONResponse:
        if isinstance(error, Problem):
            return error.response(request.scope)
        if error.status_code == HTTPStatus.BAD_REQUEST:  # a body of other bytes than text
            problem = Problem(400, "the body cannot be read: JSON in UTF-8 is wanted", field="body")
            return problem.response(request.scope)
        problem = Problem(error.status_code, str(error.detail), headers=error.headers)
        return problem.response(request.scope)

    @app.exception_handler(Exception)
    async def _unexpected(request: Request, error: Exception) -> JSONResponse:
        problem = Problem(500, "unexpected error; see the log of the service")
        return problem.response(request.scope)


def asked_of(scope: Scope) -> Asked:
    """Return where a request of OPTIMADE came in."""
    request = Request(scope)
    path = _VERSIONED.sub("", scope["path"], count=1).removeprefix(OPTIMADE)
    return Asked(str(request.base_url).rstrip("/") + OPTIMADE, path, request.url.query)


def _fault(error: Mapping[str, Any]) -> dict[str, str]:
    """Name the field of a request that does not fit, and why; what was sent is not sent back."""
    parts: Sequence[Any] = error.get("loc", ())
    named = ".".join(str(part) for part in parts[1:] if part not in BRANCHES)
    if error.get("type") == "json_invalid":
        return {"field": "body", "message": f"no JSON from letter {named} on"}
    if error.get("type") == "model_attributes_type":
        message = _NO_OBJECT["message"]
    else:
        message = _cut(str(error.get("msg", "")).removeprefix("Value error, "), _MAX_FAULT)
    return {"field": named or "body", "message": message}


def _cut(text: str, most: int) -> str:
    """Shorten a text to so many letters at most, between words where it has some."""
    if len(text) <= most:
        return text
    head = text[: most - 4]
    return (head.rpartition(" ")[0] or head).rstrip(",; ") + " ..."


def _is_json(request: Request) -> bool:
    """Tell whether the header of a request says that its body is JSON."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return kind == "application/json" or (
        kind.startswith("application/") and kind.endswith("+json")
    )
