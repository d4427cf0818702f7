"""The command `clac mcp`: the tools for language-model assistants."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from clac.errors import MissingExtra
from index import render
from index.cli_index import Index, Model


def mcp(
    index: Index = None,
    http: Annotated[
        bool, typer.Option("--http", help="Over streamable HTTP instead of stdin and stdout.")
    ] = False,
    host: Annotated[
        str, typer.Option("--host", help="Address to listen on, with --http.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=1, max=65535)] = 8001,
    keys: Annotated[
        Path | None,
        typer.Option("--keys", help="NAME:SHA256 lines; needed on other hosts than this one."),
    ] = None,
    model: Model = None,
) -> None:
    """Give an assistant tools to search, read, describe and predict crystals (MCP)."""
    try:
        from index.assistant import PATIENCE_S
        from index.mcp import PATH, create_server, http_app, serve_http, serve_stdio
    except ModuleNotFoundError as error:
        raise MissingExtra(error.name or "mcp", "pip install 'clac[mcp]'") from error
    from index.service import Keys, Settings

    if not http and (keys is not None or host != "127.0.0.1"):
        raise typer.BadParameter("--host and --keys are for --http")
    settings = Settings(host=host, timeout_s=PATIENCE_S)
    server = create_server(index, settings, model)
    if not http:
        serve_stdio(server)
        return
    app = http_app(server, settings, Keys.read(keys))
    render.notice(f"CLaC's tools on http://{host}:{port}{PATH}; Ctrl-C ends it")
    serve_http(app, settings, port)
