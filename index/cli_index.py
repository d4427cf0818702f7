"""The commands `clac index ...`: build, add, delete, compact, push, info."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from index import inputs, render
from index.engine import SearchEngine
from index.manifest import check_folder, read_manifest
from index.milvus_corpus import KINDS as MILVUS_KINDS
from index.staging import check_free, interrupted
from index.tuning import AUTO, NAMES, RECALL
from index.writer import IndexWriter

app = typer.Typer(help="Build, change and inspect indexes.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object per line on stdout.")]
Cache = Annotated[
    Path | None, typer.Option("--cache", help="Folder of what is fetched; default: OUT.sources.")
]
Force = Annotated[bool, typer.Option("--force", help="Replace what is there.")]
Index = Annotated[
    Path | None, typer.Option("--index", help="Index folder; default: the embedded collection.")
]
Model = Annotated[
    Path | None,
    typer.Option("--model", help="Model folder, or OWNER/NAME of the Hugging Face Hub."),
]
Sources = Annotated[
    list[str],
    typer.Argument(help="Files, folders, globs, archives, optimade:NAME, mp:, URL#sha256=HEX."),
]
Wanted = Annotated[
    str, typer.Option("--filter", help="Which structures of optimade:NAME, in its language.")
]
Strict = Annotated[bool, typer.Option("--strict", help="Stop at the first refused input.")]
Kind = Annotated[str, typer.Option("--kind", help=f"Vector index: {', '.join(NAMES)}.")]
Recall = Annotated[float, typer.Option("--recall", help="Share of neighbours to be found.")]
Workers = Annotated[
    int | None, typer.Option("--workers", min=1, help="Processes; default: one for each core.")
]
VectorsAt = Annotated[
    str | None,
    typer.Option(
        "--vectors",
        metavar="URL#NAME",
        help="Ask a Milvus cluster for the vectors: http://host:19530#NAME (see index push).",
    ),
]
Changed = Annotated[Path, typer.Argument(metavar="DIR", help="Index folder to change.")]


@app.command("build")
def build(
    sources: Sources,
    out: Annotated[Path, typer.Option("--out", help="Folder to write.")],
    filter: Wanted = "",
    cache: Cache = None,
    strict: Strict = False,
    force: Force = False,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with a build that broke off.")
    ] = False,
    kind: Kind = AUTO,
    recall: Recall = RECALL,
    workers: Workers = None,
    engine: Annotated[str, typer.Option("--engine", help="local, or ray: a cluster.")] = "local",
    address: Annotated[
        str | None, typer.Option("--address", help="Ray cluster: HOST:PORT or auto.")
    ] = None,
    model: Model = None,
    as_json: AsJson = False,
) -> None:
    """Embed structures and write them as an index folder."""
    runner = inputs.runner(workers, engine, address)  # what is lacking is told
    check_free(out, force=force, resume=resume)  # before anything is fetched
    embedder = inputs.embedder(model)
    named = [*sources, *([f"--filter {filter}"] if filter else [])]
    try:
        with (
            inputs.opened(sources, strict, out, filter, cache) as given,
            render.progress_bar("indexing") as progress,
        ):
            report = SearchEngine.build(
                embedder=embedder, out=out, force=force, resume=resume, progress=progress,
                kind=kind, recall=recall, sources=named, runner=runner, **given,
            )  # fmt: skip
    except BaseException:
        if interrupted(out.resolve()):
            render.notice(f"what is done of {out} is kept; go on with the same and --resume")
        raise
    render.report(report, as_json)


@app.command("add")
def add(
    folder: Changed,
    sources: Sources,
    filter: Wanted = "",
    cache: Annotated[
        Path | None,
        typer.Option("--cache", help="Folder of what is fetched; default: DIR.sources-TODAY."),
    ] = None,
    strict: Strict = False,
    workers: Workers = None,
    model: Model = None,
    as_json: AsJson = False,
) -> None:
    """Embed structures and add them to an index; the same id replaces."""
    read_manifest(folder)  # before anything is fetched
    today = datetime.now(UTC).date().isoformat()
    kept = cache or folder.absolute().with_name(f"{folder.absolute().name}.sources-{today}")
    with (
        IndexWriter(folder, inputs.embedder(model)) as writer,
        inputs.opened(sources, strict, folder, filter, kept) as given,
        render.progress_bar("adding") as progress,
    ):
        report = writer.add(progress=progress, runner=inputs.runner(workers), **given)
    render.report(report, as_json)


@app.command("delete")
def delete(
    folder: Changed,
    ids: Annotated[list[str], typer.Argument(metavar="ID...", help="Ids of the index.")],
    as_json: AsJson = False,
) -> None:
    """Delete crystals from an index by their ids."""
    with IndexWriter(folder) as writer:
        render.changed(folder, "deleted", writer.delete(ids), len(writer), as_json)


@app.command("compact")
def compact(folder: Changed, as_json: AsJson = False) -> None:
    """Write an index anew without what is deleted, in one segment; nothing is embedded anew."""
    with IndexWriter(folder) as writer:
        gone = writer.compact()
        render.changed(folder, "compacted", gone, len(writer), as_json)


@app.command("push")
def push(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Index folder to copy.")],
    to: Annotated[str, typer.Option("--to", help="Milvus server, such as http://host:19530.")],
    corpus: Annotated[str, typer.Option("--corpus", help="Its name there.")],
    kind: Annotated[
        str, typer.Option("--kind", help=f"Index on Milvus: {', '.join(MILVUS_KINDS)}.")
    ] = "hnsw",
    as_json: AsJson = False,
) -> None:
    """Copy vectors and filter columns to a Milvus cluster; a token is taken from MILVUS_TOKEN."""
    from index.milvus_push import push as push_folder  # what it needs is an extra

    with render.progress_bar("pushing") as progress:
        done = push_folder(folder, to, corpus, kind, progress)
    told = {"corpus": f"{to}#{corpus}", "count": done.count, "kind": done.kind,
            "collection": done.collection, "columns": len(done.columns)}  # fmt: skip
    render.facts("pushed", told, as_json)


@app.command("info")
def info(
    folder: Annotated[Path | None, typer.Argument(metavar="DIR", help="Index folder.")] = None,
    index: Index = None,
    model: Model = None,
    as_json: AsJson = False,
) -> None:
    """Show what an index holds; every checksum is compared."""
    chosen = folder or index
    if chosen is None:
        with render.progress_bar("building the embedded collection") as progress:
            engine = SearchEngine.open(None, inputs.embedder(model), progress=progress)
        chosen = engine.folder
    manifest = check_folder(chosen)
    found = {"kind": manifest.kind, "recall": manifest.recall, "dial": manifest.dial}
    shown = {"folder": str(chosen), **dataclasses.asdict(manifest), **found}
    if not as_json:
        stored = [segment.count for segment in manifest.segments]
        shown["segments"] = f"{len(stored)}, of {', '.join(f'{n:,}' for n in stored)} rows"
        shown["deleted"] = f"{sum(stored) - manifest.count:,} of these rows"
    render.facts(str(chosen), shown, as_json)
