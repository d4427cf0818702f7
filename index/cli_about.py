"""The commands `clac map` and `clac doctor`: a collection and an installation at a glance."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from index import inputs, render
from index.cli_index import AsJson, Index, Model
from index.texts import checked_text

if TYPE_CHECKING:
    from clac.embed import Embedder
    from index.engine import SearchEngine


def draw_map(
    out: Annotated[
        Path | None, typer.Option("--out", help="Picture; with --json it may be left out.")
    ] = None,
    text: Annotated[
        str | None, typer.Option("--text", metavar="QUERY", help="Ring and name its hits.")
    ] = None,
    by: Annotated[
        str,
        typer.Option(
            "--by", metavar="COLUMN", help="Colours: classes, crystal_system, band_gap, ..."
        ),
    ] = "classes",
    k: Annotated[int, typer.Option("-k", min=1, max=1000, help="How many hits.")] = 10,
    index: Index = None,
    model: Model = None,
    as_json: AsJson = False,
) -> None:
    """Draw all crystals of an index as points: those near each other are alike.

    The axes are those along which the vectors spread most; with --json the points are printed.
    """
    from index.atlas import survey
    from index.pictures import draw_map as draw
    from index.pictures import need_pictures

    if out is None and not as_json:
        raise typer.BadParameter("give --out FILE.png, --json or both")
    query = None if text is None else checked_text(text)
    if out is not None:
        need_pictures()  # before anything is read
    engine = inputs.engine(index, model)
    hits = None if query is None else engine.search(query, k=k)
    atlas = survey(engine, by, query or "", hits)
    if out is not None:
        draw(atlas, out)
    render.atlas(atlas, out, as_json)


def doctor(index: Index = None, model: Model = None, as_json: AsJson = False) -> None:
    """Look for what is missing or broken: packages, devices, model, index. Exit code 1 if any is.

    Without --index the embedded collection is opened, and built first where it has to be.
    """
    from index.doctor import BROKEN, examine

    def opened(loaded: Embedder) -> SearchEngine:
        from index.engine import SearchEngine

        with render.progress_bar("building the embedded collection") as progress:
            return SearchEngine.open(index, loaded, progress=progress)

    checks = list(examine(lambda: inputs.embedder(model), opened))
    render.checks(checks, as_json)
    if any(check.state == BROKEN for check in checks):
        raise typer.Exit(1)
