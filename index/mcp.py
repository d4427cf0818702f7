"""The tools as a server of the Model Context Protocol, over stdio or streamable HTTP."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import inspect
import json
import logging
import math
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from mcp.server import Server, ServerRequestContext
from mcp.server.stdio import stdio_server
from mcp_types import (
    CallToolRequestParams,
    CallToolResult,
    ListToolsResult,
    PaginatedRequestParams,
    TextContent,
    ToolAnnotations,
)
from mcp_types import Tool as Shown
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from clac import __version__
from clac.errors import ClacError, ConfigError
from index.assistant import Assistant
from index.service.keys import VARIABLE, Gate, Keys, key_of
from index.service.run import run, server_of
from index.service.settings import Settings
from index.service.wire import Body, Told
from index.tools import TOOLS, Tool

PATH = "/mcp"
"""of the address, over HTTP"""
INSTRUCTIONS = (
    "CLaC searches crystals (materials, minerals, compounds) by plain English, exact filters and "
    "structure. Start with search, or with search_crystals for filters and property values; read "
    "one crystal with fetch. For a CIF that the user gives, use describe_crystal, similar_crystals "
    "or predict_property with its text. Tell the user whether a value is a textbook (measured) "
    "value, a computed or a predicted one, as the tools say, and give ids so that others find the "
    "crystals again."
)
_DIGITS = 5
_BODY_SHARE = 2
"""a text grows where JSON escapes its lines"""

log = logging.getLogger("clac.mcp")


def create_server(
    index: Path | None = None, settings: Settings | None = None, model: Path | None = None
) -> Server[Assistant]:
    """Build the server of an index folder, None for the embedded collection.

    It lists its tools at once, and answers when model and index are loaded.
    """

    @contextlib.asynccontextmanager
    async def lifespan(_: Server[Assistant]) -> AsyncIterator[Assistant]:
        assistant = Assistant(index, settings or Settings(), model)
        assistant.start()
        try:
            yield assistant
        finally:
            await assistant.stop()

    return Server(
        "clac", version=__version__, title="CLaC", description="Search crystals in plain English.",
        instructions=INSTRUCTIONS, lifespan=lifespan, on_list_tools=_list, on_call_tool=_call,
    )  # fmt: skip


def serve_stdio(server: Server[Assistant]) -> None:
    """Serve whoever started this process, over stdin and stdout, until stdin ends."""

    async def run() -> None:
        async with stdio_server() as (reading, writing):
            await server.run(reading, writing, server.create_initialization_options())

    asyncio.run(run())


def http_app(server: Server[Assistant], settings: Settings, keys: Keys) -> ASGIApp:
    """Return the server as an application for HTTP, at /mcp.

    Raises ConfigError for one that others reach and that asks for no key.
    """
    if not settings.is_local and not len(keys):
        raise ConfigError(
            f"a server on {settings.host} needs API keys: set {VARIABLE} to a secret of 16 letters "
            "and more, or give --keys FILE"
        )
    most = _BODY_SHARE * settings.max_body_bytes
    app = server.streamable_http_app(
        streamable_http_path=PATH, json_response=True, stateless_http=True, host=settings.host,
        max_request_body_size=most,
    )  # fmt: skip
    return _Door(app, dataclasses.replace(settings, max_body_bytes=most), keys)


def serve_http(app: ASGIApp, settings: Settings, port: int) -> None:
    """Serve what `http_app` returned until SIGINT or SIGTERM."""
    run(server_of(app, settings, port))


class _Door:
    """ASGI middleware that lets in bodies that come in time, keys at their rates, and logs both."""

    def __init__(self, app: ASGIApp, settings: Settings, keys: Keys) -> None:
        self._app, self._settings = app, settings
        self._gate = Gate(keys, settings) if len(keys) else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        told, who = Told(scope, send), ""
        try:
            if self._gate is not None:
                name, wait = self._gate.admit(key_of(Headers(scope=scope)))
                who = name or ""
                _check(name, wait)
            body = await _whole(Body(receive, scope, self._settings, HTTPException))
            await self._app(scope, body, told)
        except HTTPException as refused:
            line = {"error": refused.detail}
            await JSONResponse(line, refused.status_code, refused.headers)(scope, receive, told)
        finally:
            told.write(who)


def _check(name: str | None, wait: float) -> None:
    """Raise HTTPException for nobody's key, and for one that has to wait."""
    if name is None:
        wanted = "this server needs an Authorization: Bearer KEY header"
        raise HTTPException(401, wanted, {"WWW-Authenticate": "Bearer"})
    if wait:
        after = {"Retry-After": str(math.ceil(wait))}
        raise HTTPException(429, "too many requests with this key", after)


async def _whole(body: Receive) -> Receive:
    """Read a body to its end, and return what gives it once more."""
    parts = [await body()]
    while parts[-1].get("more_body", False):
        parts.append(await body())

    async def again() -> Message:
        return parts.pop(0) if parts else await body()

    return again


async def _list(_: ServerRequestContext[Any], __: PaginatedRequestParams | None) -> ListToolsResult:
    """Show the tools."""
    return ListToolsResult(tools=[_shown(tool) for tool in TOOLS.values()])


async def _call(
    context: ServerRequestContext[Assistant], asked: CallToolRequestParams
) -> CallToolResult:
    """Answer one call; what goes wrong is one line for the model to act on."""
    try:
        told = await context.lifespan_context.call(asked.name, asked.arguments or {})
    except ClacError as error:
        return _failed(" ".join(str(error).split()))
    except Exception:
        log.exception("tool %s", asked.name)
        return _failed("unexpected error; the log of the server tells more")
    answer = _rounded(told.model_dump(mode="json"))
    text = json.dumps(answer, ensure_ascii=False)
    return CallToolResult(content=[TextContent(type="text", text=text)], structured_content=answer)


def _rounded(value: Any) -> Any:
    """Leave out digits that mean nothing and that a model would have to read."""
    if isinstance(value, float):
        return float(f"{value:.{_DIGITS}g}")
    if isinstance(value, dict):
        return {name: _rounded(part) for name, part in value.items()}
    return [_rounded(part) for part in value] if isinstance(value, list) else value


def _failed(line: str) -> CallToolResult:
    return CallToolResult(content=[TextContent(type="text", text=line)], is_error=True)


def _shown(tool: Tool) -> Shown:
    """Describe a tool by what it takes and gives."""
    schema = tool.asks.model_json_schema()
    text = inspect.cleandoc(schema.pop("description"))
    return Shown(
        name=tool.name, title=tool.title, description=text, input_schema=schema,
        output_schema=tool.answers.model_json_schema(mode="serialization"),
        annotations=ToolAnnotations(
            read_only_hint=True, destructive_hint=False, idempotent_hint=True,
            open_world_hint=False,
        ),
    )  # fmt: skip
