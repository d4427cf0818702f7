"""The command `clac serve`: the HTTP service and its keys."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from clac.errors import MissingExtra
from index import render
from index.cli_index import Model


def serve(
    index: Annotated[
        list[str] | None,
        typer.Option("--index", metavar="[NAME=]PATH",
                     help="An index folder, named as the folder is or as told; may be given again. "
                          "Default: the embedded collection."),
    ] = None,
    host: Annotated[str, typer.Option("--host", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=1, max=65535)] = 8000,
    keys: Annotated[
        Path | None,
        typer.Option("--keys", help="NAME:SHA256 lines; needed on other hosts than this one."),
    ] = None,
    new_key: Annotated[
        str | None,
        typer.Option("--new-key", metavar="NAME", help="Print a new key and its line, and end."),
    ] = None,
    origin: Annotated[
        list[str] | None,
        typer.Option("--origin", help="A site whose pages may ask too; may be given again."),
    ] = None,
    allow_host: Annotated[
        list[str] | None,
        typer.Option("--allow-host", help="A name under which it may be asked, beside those of "
                                          "this machine; may be given again."),
    ] = None,
    log_queries: Annotated[
        bool, typer.Option("--log-queries", help="Write what is asked into the log.")
    ] = False,
    model: Model = None,
) -> None:  # fmt: skip
    """Serve the search page and the HTTP API, to this machine unless told otherwise."""
    try:
        from index.service import Keys, Settings, create_app
        from index.service.keys import make_key
        from index.service.run import serve as run
    except ModuleNotFoundError as error:
        raise MissingExtra(error.name or "fastapi", "pip install 'clac[serve]'") from error

    if new_key is not None:
        key, line = make_key(new_key)
        typer.echo(f"key, for the client:   {key}\nline, for --keys FILE: {line}")
        return
    hosts = tuple(name.lower() for name in allow_host or ())
    settings = Settings(
        host=host, origins=tuple(origin or ()), hosts=hosts, log_queries=log_queries
    )
    app = create_app(folders_of(index or ()), settings, Keys.read(keys), model)
    render.notice(f"CLaC on http://{host}:{port}, docs at /docs; Ctrl-C ends it")
    run(app, settings, port)


def folders_of(given: Sequence[str]) -> dict[str, Path]:
    """Return index folders by name, each given as PATH or as NAME=PATH.

    Raises BadParameter where two have one name.
    """
    folders: dict[str, Path] = {}
    for one in given:
        name, _, path = one.partition("=")
        if not path or Path(one).exists():  # a folder may have such a name
            name, path = Path(one).absolute().name, one
        if name in folders:
            raise typer.BadParameter(
                f"two indexes are named {name!r}: {folders[name]} and {path}; give one another "
                "name: --index NAME=PATH"
            )
        folders[name] = Path(path)
    return folders
