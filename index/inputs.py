"""What a command is given by name: a model, sources, a structure or an id, examples, labels."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clac.errors import InputError
from index import render

if TYPE_CHECKING:
    from clac.embed import Embedder
    from index.engine import SearchEngine
    from index.stages import Runner

LOCAL, RAY = "local", "ray"
"""who does the work of a build: processes of this machine or a cluster"""


def embedder(model: Path | None) -> Embedder:
    """Load a model of a folder or of the Hugging Face Hub, or the shipped model."""
    from clac.embed import load_model

    return load_model(model)


def engine(index: Path | None, model: Path | None, vectors: str | None = None) -> SearchEngine:
    """Open an index; the embedded collection is built first where it has to be."""
    from index.engine import SearchEngine

    loaded = embedder(model)
    with render.progress_bar("building the embedded collection") as progress:
        return SearchEngine.open(index, loaded, progress=progress, vectors=vectors)


def runner(workers: int | None, engine: str = LOCAL, address: str | None = None) -> Runner:
    """Choose who does the work of a build: so many processes, one for each core, or a cluster."""
    from index.workers import Workers

    if engine == LOCAL and address is None:
        return Workers(workers)
    if engine != RAY:
        raise InputError("", f"--engine is {LOCAL} or {RAY}, and --address is for {RAY}")
    if workers is not None:
        raise InputError("", f"--workers is for --engine {LOCAL}; a cluster uses all its cores")
    from index.ray_runner import RayRunner

    return RayRunner(address)


@contextlib.contextmanager
def opened(
    sources: list[str], strict: bool, out: Path, filter: str, cache: Path | None
) -> Iterator[dict[str, Any]]:
    """Open structures as arguments of a build; their refusals pass through a spool file."""
    from clac.data.sources import read_sources

    kept = cache or out.absolute().with_name(f"{out.absolute().name}.sources")
    with tempfile.TemporaryDirectory(prefix="clac-") as folder:
        spool = Path(folder) / "refusals.jsonl"
        with render.progress_bar("fetching") as progress:
            records = read_sources(sources, cache=kept, filter=filter, strict=strict,
                                   refusals_path=spool, progress=progress)  # fmt: skip
        yield {"records": records, "spool": spool, "strict": strict}


@contextlib.contextmanager
def target(value: str) -> Iterator[dict[str, Any]]:
    """Turn FILE_OR_ID into the engine's arguments; name both readings where neither holds."""
    with examples([value]) as (example,):
        yield {"id" if isinstance(example, str) else "structure": example}


@contextlib.contextmanager
def examples(values: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """Turn each FILE_OR_ID into a structure, where there is such a file, or an id.

    An id that the index does not know is told to be no file either.
    """
    given = tuple(_example(value) for value in values)
    try:
        yield given
    except InputError as error:
        if error.origin not in [example for example in given if isinstance(example, str)]:
            raise
        value = error.origin
        what = "a folder, not a file" if value and Path(value).is_dir() else "no such file"
        raise InputError(value or "''", f"{what}, and {error.reason}") from error


def _example(value: str) -> Any:
    if not Path(value).is_file():
        return value
    from clac.data.readers import read_one

    return read_one(Path(value))


def listed(labels: str) -> list[str]:
    """Split labels at their commas."""
    return [label for label in labels.split(",") if label.strip()]


def labels_of(task: str) -> list[str]:
    """Return the classes of a known task."""
    from clac.data.grammar.prompts import task_labels

    return list(task_labels(task))
