"""From a stream of records to an index folder, a batch at a time."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from clac.errors import InputError, StoreError
from clac.types import Record
from index import tuning
from index.catalog import ROW_GROUP, Catalog
from index.catalog_writer import write_vectors
from index.intake import Intake, RefusalLog
from index.journal import Journal
from index.manifest import (
    CATALOG,
    REFUSALS,
    SEGMENTS,
    first_manifest,
    read_manifest,
    write_manifest,
)
from index.merging import write_segment
from index.pace import WRITING, Pace
from index.stages import Runner, in_process
from index.staging import make_folder, staging
from index.tuning import AUTO, RECALL
from index.types import BuildReport

if TYPE_CHECKING:
    from clac.embed import Embedded, Embedder

Progress = Callable[[int, int | None], None]
"""called with the records done and, where it is known, their number"""

FIRST = "000001"
"""segment of a new index"""


def build_index(
    records: Iterable[Record],
    out: Path,
    embedder: Embedder,
    *,
    force: bool = False,
    resume: bool = False,
    strict: bool = False,
    progress: Progress | None = None,
    spool: Path | None = None,
    sources: Sequence[str] = (),
    kind: str = AUTO,
    recall: float = RECALL,
    runner: Runner = in_process,
) -> BuildReport:
    """Embed records and write them as an index folder that appears whole or not at all.

    What is refused, here or by a `Reading` (which spools all of it to a file), is listed in
    refusals.jsonl inside the segment. With strict, the first refusal raises InputError. A build
    that broke off keeps its finished batches; resume goes on behind them, if the model and the
    sources, as they are named, are the same. The kind is one of the vector index; one that is not
    exact is tuned to the recall. The runner says where the work is done, in this process or in
    many; what is written does not depend on it. Raises InputError where no record is left,
    StoreError where out exists (without force) or cannot be written, and WorkerError where a
    process dies again and again.
    """
    tuning.checked(kind, recall)
    pace, start = Pace(), time.perf_counter()
    model = {"model": embedder.model_id, "dim": embedder.dim}
    with staging(out, force=force, resume=resume) as folder:
        journal = Journal(folder, {**model, "sources": list(sources)})
        with RefusalLog(folder / REFUSALS, strict=strict) as log:
            intake = Intake(records, ROW_GROUP, spool, skipped=journal.ids())
            fill(journal, intake, embedder, log, progress, runner, pace)
        if not len(journal):
            raise InputError("", f"nothing to index: {why_nothing(log)}")
        place = folder / SEGMENTS / FIRST
        segment = write_segment(
            place,
            journal.chunks(),
            embedder.dim,
            [folder / REFUSALS],
            kind=kind,
            recall=recall,
            questions=partial(_questions, place / CATALOG, embedder, len(journal)),
            pace=pace,
        )
        numbers = {"n_read": segment.count + log.count, "n_refused": log.count}
        asked = {"asked_kind": kind, "asked_recall": recall}
        about = {"model_id": embedder.model_id, "dim": embedder.dim, **numbers, **asked}
        write_manifest(folder, first_manifest(segment, **about))
    (segment,) = read_manifest(out).segments
    reason = tuning.chosen(kind, segment.count, recall)[1]
    if segment.recall < recall:
        reason += f"; a recall of {recall:g} was asked for"
    listed = out / SEGMENTS / segment.name / REFUSALS
    told = {"kind": segment.kind, "recall": segment.recall, "reason": reason, **numbers}
    told |= {"stages": pace.stages, "seconds": time.perf_counter() - start}
    return BuildReport(out, segment.count, refusals=listed, model_id=embedder.model_id, **told)


def fill(
    journal: Journal,
    intake: Intake,
    embedder: Embedder,
    log: RefusalLog,
    progress: Progress | None,
    runner: Runner,
    pace: Pace,
) -> None:
    """Embed records into the batches of a journal."""
    with contextlib.closing(runner(embedder, intake)) as batches:
        for batch in batches:
            log.take(batch)
            pace.add(batch.stages)
            if batch.vectors is not None and batch.table is not None:
                with pace.timed(WRITING):
                    journal.append(batch.vectors, batch.table)
            if progress is not None:
                progress(len(journal) + log.count, intake.total)


def embed_file(
    records: Iterable[Record],
    out: Path,
    embedder: Embedder,
    *,
    force: bool = False,
    strict: bool = False,
    progress: Progress | None = None,
    spool: Path | None = None,
) -> BuildReport:
    """Write ids and unit vectors of records to one Parquet file that appears whole or not at all.

    What is refused is listed beside it in OUT.refusals.jsonl. Raises as `build_index`.
    """
    if out.exists() and not force:
        raise StoreError(f"{out}: exists already; replace it with --force")
    refusals = out.with_name(f"{out.name}.{REFUSALS}")
    make_folder(out.parent)
    with _opened_log(refusals, strict) as log:
        intake = Intake(records, ROW_GROUP, spool)
        rows = _counted(_embedded(intake, embedder, log), log, intake, progress)
        try:
            count = write_vectors(out, rows, dim=embedder.dim, model_id=embedder.model_id)
        finally:
            if not log.count:
                refusals.unlink()
    listed = refusals if log.count else None
    return BuildReport(out, count, count + log.count, log.count, listed, embedder.model_id)


def _opened_log(path: Path, strict: bool) -> RefusalLog:
    """Open a log of refusals; raises StoreError where its folder cannot be written."""
    try:
        return RefusalLog(path, strict=strict)
    except OSError as error:
        raise StoreError(f"{path}: cannot be written: {error.strerror}") from error


def _questions(catalog: Path, embedder: Embedder, count: int, wanted: int) -> np.ndarray:
    """Return vectors (q, d) of what users may ask: captions of some of the crystals."""
    rows = np.random.default_rng(0).permutation(count)[:wanted]
    return embedder.encode_texts(Catalog(catalog).texts(np.sort(rows), "caption"))


def _embedded(intake: Intake, embedder: Embedder, log: RefusalLog) -> Iterator[Embedded]:
    """Embed records without what an index needs beside their vectors."""
    for batch in intake:
        log.take(batch)
        yield from embedder.embed_records(batch.records, log.add)


def _counted(
    stream: Iterator[Embedded], log: RefusalLog, intake: Intake, progress: Progress | None
) -> Iterator[tuple[Record, np.ndarray]]:
    """Pass records and vectors on, and report how many there were; none is an InputError."""
    count = 0
    for count, row in enumerate(stream, start=1):
        yield row.record, row.vector
        if progress is not None:
            progress(count + log.count, intake.total)
    if not count:
        raise InputError("", f"nothing to embed: {why_nothing(log)}")


def why_nothing(log: RefusalLog) -> str:
    """Say why no record is left."""
    if log.first is None:
        return "the sources hold no structure"
    return f"{log.count} refused, the first: {log.first.origin}: {log.first.reason}"
