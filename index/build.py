"""From a stream of records to an index folder, a batch at a time."""

from __future__ import annotations

import dataclasses
import hashlib
import itertools
import json
import random
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Sized
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from clac.data.captions import all_words, caption
from clac.data.elements import ELEMENT_NAMES
from clac.data.facts import Facts, collect_facts
from clac.data.lexicon import with_words
from clac.errors import InputError, StoreError
from clac.types import Record, Refusal
from index import tuning
from index.arrow import storable
from index.catalog import ROW_GROUP, Catalog
from index.catalog_writer import catalog_table, write_vectors
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
from index.staging import make_folder, staging
from index.tuning import AUTO, RECALL
from index.types import BuildReport

if TYPE_CHECKING:
    from clac.embed import Embedded, Embedder

Progress = Callable[[int, int | None], None]
"""called with the records done and, where it is known, their number"""

FIRST = "000001"
"""segment of a new index"""


class RefusalLog:
    """Write refusals to a file as they come; in strict mode raise the first."""

    def __init__(self, path: Path, *, strict: bool = False) -> None:
        """Open a new file of JSON lines."""
        self._file = path.open("w", encoding="utf-8")
        self._strict = strict
        self.count = 0
        self.first: Refusal | None = None

    def add(self, refusal: Refusal) -> None:
        """Note one refusal. Raises InputError with it in strict mode."""
        if self._strict:
            raise InputError(refusal.origin, refusal.reason)
        self.first = self.first or refusal
        self.count += 1
        line = {"origin": refusal.origin, "reason": refusal.reason}
        self._file.write(json.dumps(line) + "\n")

    def join(self, source: Iterable[Record], spool: Path | None) -> None:
        """Add what a source refused while it was read.

        A `Reading` keeps its first refusals in memory; the spool, a file of JSON lines
        {"origin", "reason"} that it was told to write, holds them all.
        """
        if spool is not None and spool.is_file():
            with spool.open(encoding="utf-8") as lines:
                for line in lines:
                    self.add(Refusal(**json.loads(line)))
            return
        kept: Sequence[Refusal] = getattr(source, "refusals", ())
        for refusal in kept:
            self.add(refusal)
        if lost := getattr(source, "n_refused", len(kept)) - len(kept):
            self.add(Refusal("", f"{lost} more were refused and are not listed"))
            self.count += lost - 1

    def __enter__(self) -> RefusalLog:
        """Use as a context that closes the file."""
        return self

    def __exit__(self, *error: object) -> None:
        """Finish the file."""
        self._file.close()


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
) -> BuildReport:
    """Embed records and write them as an index folder that appears whole or not at all.

    What is refused, here or by a `Reading` (which spools all of it to a file), is listed in
    refusals.jsonl inside the segment. With strict, the first refusal raises InputError. A build
    that broke off keeps its finished batches; resume goes on behind them, if the model and the
    sources, as they are named, are the same. The kind is one of the vector index; one that is not
    exact is tuned to the recall. Raises InputError where no record is left, and StoreError where
    out exists (without force) or cannot be written.
    """
    tuning.checked(kind, recall)
    model = {"model": embedder.model_id, "dim": embedder.dim}
    with staging(out, force=force, resume=resume) as folder:
        journal = Journal(folder, {**model, "sources": list(sources)})
        with RefusalLog(folder / REFUSALS, strict=strict) as log:
            intake = Intake(records, log, spool, skipped=journal.ids())
            fill(journal, intake, embedder, log, progress)
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
    return BuildReport(out, segment.count, refusals=listed, model_id=embedder.model_id, **told)


def fill(
    journal: Journal,
    intake: Intake,
    embedder: Embedder,
    log: RefusalLog,
    progress: Progress | None,
) -> None:
    """Embed records into batches of a journal; rows of the last, incomplete one end it."""
    stream = embedder.embed_records(intake, log.add)
    while batch := list(itertools.islice(stream, ROW_GROUP)):
        facts = [_facts(row) for row in batch]
        captions = [_caption(f) for f in facts]
        words = [_words(f) for f in facts]
        table = catalog_table([row.record for row in batch], facts, captions, words)
        journal.append(np.stack([row.vector for row in batch]), table)
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
        intake = Intake(records, log, spool)
        rows = _counted(embedder.embed_records(intake, log.add), log, intake, progress)
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


class Intake:
    """A stream of records of which each id comes once.

    Files of one name in many folders (POSCAR) are told apart by their places; of two records
    that state the same id themselves, the log gets the later one.
    """

    def __init__(
        self,
        records: Iterable[Record],
        log: RefusalLog,
        spool: Path | None = None,
        *,
        skipped: Collection[str] = (),
        place_of: Callable[[str], str | None] = lambda id: None,
    ) -> None:
        """Wrap records; the spool holds what their source refuses (see `RefusalLog.join`).

        Skipped: ids that are done; all must come again. Place: that of an id which is indexed.
        """
        self._records = records
        self._log = log
        self._spool = spool
        self._skipped = skipped
        self._place_of = place_of
        self.total = len(records) if isinstance(records, Sized) else None

    def __iter__(self) -> Iterator[Record]:
        """Yield the records in their order."""
        seen: dict[str, int] = {}  # id -> hash of its place: a million places would fill memory
        missed = len(self._skipped)
        for record in self._records:
            record = self._named(record, seen)
            if record.id in seen:
                reason = f"the id {record.id!r} came before; ids must differ"
                self._log.add(Refusal(record.origin or record.id, reason))
                continue
            seen[record.id] = hash(record.origin)
            if record.id in self._skipped:
                missed -= 1
            else:
                yield record
        self._log.join(self._records, self._spool)
        if missed:
            raise StoreError(
                f"{missed} structures of the build that broke off are no longer in the sources; "
                "start over with --force"
            )

    def _named(self, record: Record, seen: Mapping[str, int]) -> Record:
        """Name a record by its place where its file's name is that of another."""
        id, place = storable(record.id), record.origin
        if _named_by_place(record) and (
            seen.get(id, hash(place)) != hash(place)
            or self._place_of(id) not in (None, storable(place))
        ):
            id = storable(place)
        return record if id == record.id else dataclasses.replace(record, id=id)


def _named_by_place(record: Record) -> bool:
    """Tell an id that was made from a file's or block's name from one that a row states."""
    stem, _, number = record.id.rpartition("-")
    made = stem if stem and number.isdecimal() else record.id
    return bool(record.origin) and made in record.origin


def _questions(catalog: Path, embedder: Embedder, count: int, wanted: int) -> np.ndarray:
    """Return vectors (q, d) of what users may ask: captions of some of the crystals."""
    rows = np.random.default_rng(0).permutation(count)[:wanted]
    return embedder.encode_texts(Catalog(catalog).texts(np.sort(rows), "caption"))


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


def _facts(row: Embedded) -> Facts:
    """Gather what is known of a crystal, its bonds included."""
    return with_words(collect_facts(row.record, row.symmetry, network=row.network))


def _caption(facts: Facts) -> str:
    """Write one caption, the same for the same facts."""
    seed = int.from_bytes(hashlib.sha256(facts.to_json().encode()).digest()[:8], "big")
    return caption(facts, random.Random(seed))


def _words(facts: Facts) -> str:
    """Join the names of a crystal and the words that its caption may have left out."""
    names = (ELEMENT_NAMES[symbol] for symbol in facts.elements)
    told = (*facts.names, *facts.minerals, *facts.uses, *facts.notable, *all_words(facts))
    more = (facts.formula, *told, *names, *facts.prototype_names, *facts.classes, *facts.families)
    return "\n".join((*more, facts.crystal_system, facts.symbol))


def why_nothing(log: RefusalLog) -> str:
    """Say why no record is left."""
    if log.first is None:
        return "the sources hold no structure"
    return f"{log.count} refused, the first: {log.first.origin}: {log.first.reason}"
