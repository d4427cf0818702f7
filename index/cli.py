"""The command `clac`: parse, call, print."""

from __future__ import annotations

import dataclasses
import inspect
import io
import itertools
import os
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from clac.errors import ClacError, InputError
from clac.types import Refusal
from index import inputs, render
from index.cli_about import doctor, draw_map
from index.cli_index import AsJson, Cache, Force, Index, Model, Sources, Strict, VectorsAt, Wanted
from index.cli_index import app as index_app
from index.cli_mcp import mcp
from index.cli_predict import explain, predict
from index.cli_serve import serve
from index.collection import CacheWarning
from index.engine import SearchEngine
from index.filter_options import OPTIONS, read_options
from index.filters import Filter, joined
from index.hits import Hits
from index.terminal import without_colours
from index.texts import checked_text, read_queries, read_texts
from index.types import Query

_BATCH = 64

app = typer.Typer(
    help="Search crystals in plain English, offline.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

K = Annotated[int, typer.Option("-k", min=1, max=10_000, help="How many answers.")]
NoParse = Annotated[
    bool, typer.Option("--no-parse", help="Leave all words to the model: no constraints.")
]
Soft = Annotated[
    bool, typer.Option("--soft", help="Constraints raise hits that meet them, none is left out.")
]
Like = Annotated[
    list[str] | None,
    typer.Option("--like", metavar="FILE_OR_ID", help="Hits are like it; may be given again."),
]
Unlike = Annotated[
    list[str] | None,
    typer.Option("--unlike", metavar="FILE_OR_ID", help="Hits are not like it; likewise."),
]
Radius = Annotated[
    float | None, typer.Option("--radius", min=-1, max=1, help="Least cosine of a hit.")
]
Unique = Annotated[
    bool, typer.Option("--unique", help="One hit for each formula, space group and prototype.")
]
Diverse = Annotated[
    float, typer.Option("--diverse", min=0, max=0.99, help="0 to 0.99: hits unlike each other.")
]
Plot = Annotated[
    Path | None,
    typer.Option(
        "--plot",
        metavar="FILE.png",
        help="Draw the hits: score against the property that is asked for, or known of most.",
    ),
]
Target = Annotated[
    str, typer.Argument(metavar="FILE_OR_ID", help="A structure file or an id of the index.")
]


def _filtered(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of `filter_options`; it gets what they ask as `filter`."""
    own = inspect.signature(command, eval_str=True).parameters.values()
    options = [
        inspect.Parameter(
            option.name,
            inspect.Parameter.KEYWORD_ONLY,
            default=None,
            annotation=Annotated[
                list[str] | None,
                typer.Option(option.flag, help=option.help, rich_help_panel="Filters"),
            ],
        )
        for option in OPTIONS
    ]

    def run(**given: Any) -> None:
        asked = {option.name: given.pop(option.name) for option in OPTIONS}
        command(**given, filter=read_options(asked))

    kept = [parameter for parameter in own if parameter.name != "filter"]
    run.__name__, run.__doc__ = command.__name__, command.__doc__
    run.__signature__ = inspect.Signature([*kept, *options])  # type: ignore[attr-defined]
    run.__annotations__ = {p.name: p.annotation for p in (*kept, *options)}
    return run


@app.callback()
def every(
    context: typer.Context,
    no_color: Annotated[
        bool, typer.Option("--no-color", help="No colours; the variable NO_COLOR says it too.")
    ] = False,
) -> None:
    """Do what goes before every command."""
    if no_color:
        context.with_resource(without_colours())


@app.command()
@_filtered
def search(
    text: Annotated[str | None, typer.Argument(help="What you look for.")] = None,
    queries: Annotated[
        Path | None,
        typer.Option("--queries", help='Batch: {"id", "text", "filter"} objects, one a line.'),
    ] = None,
    k: K = 10,
    index: Index = None,
    model: Model = None,
    as_json: AsJson = False,
    no_parse: NoParse = False,
    soft: Soft = False,
    like: Like = None,
    unlike: Unlike = None,
    radius: Radius = None,
    unique: Unique = False,
    diverse: Diverse = 0.0,
    vectors: VectorsAt = None,
    plot: Plot = None,
    filter: Filter | None = None,
) -> None:
    """Find crystals that a text describes, that are like others, or both.

    What the text says for certain is a filter.
    """
    if (text is None and not like) == (queries is None):
        raise typer.BadParameter("give TEXT, --like FILE_OR_ID or both, or else --queries FILE")
    draw = _plotter(plot, queries)
    words = None if text is None else checked_text(text)
    near = like or []
    with inputs.examples([*near, *(unlike or [])]) as given:
        asked = Query(
            words, given[: len(near)], given[len(near) :], k=k, filter=filter, parse=not no_parse,
            soft=soft, radius=radius, unique=unique, diversity=diverse,
        )  # fmt: skip
        if queries is not None:
            _search_batch(queries, asked, lambda: inputs.engine(index, model, vectors), as_json)
            return
        (hits,) = inputs.engine(index, model, vectors).search_batch([asked])
    shown = words or ", ".join(f"like {name}" for name in near)
    render.hits(hits, shown, None, as_json)
    draw(hits, shown)


@app.command()
@_filtered
def similar(
    target: Target,
    k: K = 10,
    index: Index = None,
    model: Model = None,
    as_json: AsJson = False,
    radius: Radius = None,
    unique: Unique = False,
    vectors: VectorsAt = None,
    filter: Filter | None = None,
) -> None:
    """Find the crystals nearest to a structure."""
    with inputs.target(target) as asked:
        engine = inputs.engine(index, model, vectors)
        hits = engine.similar(**asked, k=k, filter=filter, radius=radius, unique=unique)
    render.hits(hits, target, None, as_json)


@app.command()
def describe(
    target: Target,
    texts: Annotated[
        Path | None, typer.Option("--texts", help="Rank these texts instead, one a line.")
    ] = None,
    k: K = 10,
    index: Index = None,
    model: Model = None,
    as_json: AsJson = False,
) -> None:
    """Put a structure in words: descriptors and captions that fit it best."""
    own = None if texts is None else read_texts(texts)
    with inputs.target(target) as asked:
        engine = inputs.engine(index, model)
        if own is None:
            found = engine.describe(**asked, k=k)
        else:
            found = engine.rank_texts(own, **asked, k=k)
    render.matches(found, target, as_json)


@app.command()
def classify(
    target: Target,
    labels: Annotated[
        str | None, typer.Option("--labels", help="Classes to choose from: a,b,c.")
    ] = None,
    task: Annotated[
        str, typer.Option("--task", help="A known set of classes, such as crystal_system.")
    ] = "",
    k: Annotated[int | None, typer.Option("-k", min=1, help="How many answers.")] = None,
    index: Index = None,
    model: Model = None,
    as_json: AsJson = False,
) -> None:
    """Say which class a structure belongs to, with probabilities."""
    if labels is None and not task:
        raise typer.BadParameter("give --labels a,b,c or --task NAME")
    names = inputs.labels_of(task) if labels is None else inputs.listed(labels)
    with inputs.target(target) as asked:
        found = inputs.engine(index, model).classify(names, **asked, task=task)
    shown = k or (10 if labels is None else len(found))
    render.labels(found[:shown], target, task, as_json)


@app.command()
def embed(
    sources: Sources,
    out: Annotated[Path, typer.Option("--out", help="Parquet file to write.")],
    filter: Wanted = "",
    cache: Cache = None,
    strict: Strict = False,
    force: Force = False,
    model: Model = None,
    as_json: AsJson = False,
) -> None:
    """Write ids and unit vectors of structures to a Parquet file."""
    from index.build import embed_file

    embedder = inputs.embedder(model)
    with (
        inputs.opened(sources, strict, out, filter, cache) as given,
        render.progress_bar("embedding") as progress,
    ):
        report = embed_file(embedder=embedder, out=out, force=force, progress=progress, **given)
    render.report(report, as_json)


@app.command()
def train(
    config: Annotated[Path, typer.Argument(metavar="CONFIG.toml", help="Training configuration.")],
    as_json: AsJson = False,
) -> None:
    """Train a model as a TOML file says."""
    from clac.config import load_toml
    from clac.train import train as run_training

    render.facts("trained", run_training(load_toml(config)), as_json)


app.command()(predict)
app.command()(explain)
app.command()(serve)
app.command()(mcp)
app.command("map")(draw_map)
app.command()(doctor)
app.add_typer(index_app, name="index")


def run(arguments: list[str] | None = None) -> int:
    """Run the command and return its exit code: 0 only on success.

    1 for an error, 2 for wrong usage, 130 when interrupted; an error is one line on stderr.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal of few letters shows '?'
    warnings.simplefilter("ignore")
    warnings.simplefilter("always", CacheWarning)
    warnings.showwarning = lambda message, *_: render.notice(f"warning: {message}")
    try:
        code = typer.main.get_command(app).main(arguments, "clac", standalone_mode=False)
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except SystemExit as done:  # shell completion leaves this way
        return done.code if isinstance(done.code, int) else int(done.code is not None)
    except BrokenPipeError:  # the reader of the pipe has seen enough
        return 1
    except (KeyboardInterrupt, typer.Abort):
        return 130
    except Exception as error:  # the last line of defence against tracebacks
        return _report_error(error)


def main() -> None:
    """Run the command and leave the process with its exit code."""
    code = run()
    try:
        sys.stdout.flush()
    except BrokenPipeError:  # else Python complains of it while it shuts down
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(code)


def _report_error(error: Exception) -> int:
    """Print an error as one line; return the exit code."""
    if "CLAC_DEBUG" in os.environ:
        raise error
    if type(error).__name__ == "NoArgsIsHelpError":  # typer keeps its copy of click private
        sys.stderr.write(f"{error}\n")
        return 2
    if hasattr(error, "format_message"):  # typer's own, for wrong usage
        render.notice(f"{error.format_message()} (see clac --help)")
        return 2
    if isinstance(error, ClacError):
        render.notice(f"error: {error}")
        return 1
    kind = "" if isinstance(error, OSError) else f"unexpected {type(error).__name__}: "
    render.notice(f"error: {kind}{error} (set CLAC_DEBUG=1 for the traceback)")
    return 1


def _plotter(plot: Path | None, queries: Path | None) -> Callable[[Hits, str], None]:
    """Return what draws the hits of a query; what it lacks is told before anything is read."""
    if plot is None:
        return lambda hits, query: None
    if queries is not None:
        raise typer.BadParameter("--plot draws the hits of one query, not of --queries")
    from index.pictures import draw_hits, need_pictures

    need_pictures()
    return lambda hits, query: draw_hits(hits, query, plot)


def _search_batch(
    file: Path, every: Query, opened: Callable[[], SearchEngine], as_json: bool
) -> None:
    """Answer a file of queries, each of them asked as `every` says too.

    Bad lines are named and left out, and end in an error.
    """
    engine: SearchEngine | None = None
    n_refused = 0
    lines = read_queries(file, every.k)
    while batch := list(itertools.islice(lines, _BATCH)):
        for line in batch:
            if isinstance(line, Refusal):
                n_refused += 1
                render.refused(line, n_refused)
        asked = [
            dataclasses.replace(
                every, text=line.text, id=line.id, filter=joined((line.filter, every.filter))
            )
            for line in batch
            if isinstance(line, Query)
        ]
        engine = engine or opened()
        for query, hits in zip(asked, engine.search_batch(asked), strict=True):
            render.hits(hits, query.text or "", query.id, as_json)
    if engine is None:
        raise InputError(str(file), "holds no query")
    if n_refused:
        raise InputError(str(file), f"{n_refused} lines refused; the others are answered")
