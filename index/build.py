"""From a stream of records to an index folder, a batch at a time."""

from __future__ import annotations

import dataclasses
import hashlib
import itertools
import json
import random
from collections.abc import Callable, Iterable, Iterator, Sequence, Sized
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
from index.catalog import Catalog, CatalogWriter, write_vectors
from index.lexical import LexicalWriter
from index.manifest import (
    CATALOG,
    REFUSALS,
    VECTORS,
    WORDS,
    make_folder,
    staging,
    write_manifest,
)
from index.tuning import AUTO, RECALL
from index.types import BuildReport
from index.vectors import VectorIndex

if TYPE_CHECKING:
    from clac.embed import Embedded, Embedder

Progress = Callable[[int, int | None], None]
"""called with the records done and, where it is known, their number"""

_BATCH = 1024


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
    strict: bool = False,
    progress: Progress | None = None,
    spool: Path | None = None,
    kind: str = AUTO,
    recall: float = RECALL,
) -> BuildReport:
    """Embed records and write them as an index folder that appears whole or not at all.

    What is refused, here or by a `Reading` (which spools all of it to a file), is listed in
    refusals.jsonl inside the folder. The kind is one of the vector index; one that is not exact is
    tuned to the recall. With strict, the first refusal raises InputError. Raises
    InputError where no record is left, and StoreError where out exists (without force) or
    cannot be written.
    """
    tuning.checked(kind, recall)
    with staging(out, force=force) as folder:
        with RefusalLog(folder / REFUSALS, strict=strict) as log:
            exact = _write_parts(folder, Intake(records, log, spool), embedder, log, progress)
        count = len(exact)
        numbers = {"count": count, "n_read": count + log.count, "n_refused": log.count}
        if not count:
            raise InputError("", f"nothing to index: {_why_nothing(log)}")
        asked = partial(_questions, folder, embedder, count)
        vectors = tuning.build_vectors(exact, kind, recall, asked)
        vectors.save(folder / VECTORS)
        chosen = {"kind": vectors.kind, "recall": vectors.recall}
        about = {"dim": embedder.dim, "dial": vectors.dial, **numbers, **chosen}
        write_manifest(folder, model_id=embedder.model_id, **about)
    reason = tuning.chosen(kind, count, recall)[1]
    if vectors.recall is not None and vectors.recall < recall:
        reason += f"; a recall of {recall:g} was asked for"
    told = {"model_id": embedder.model_id, "reason": reason, **numbers, **chosen}
    return BuildReport(out, refusals=out / REFUSALS, **told)


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
        self, records: Iterable[Record], log: RefusalLog, spool: Path | None = None
    ) -> None:
        """Wrap records; the spool holds what their source refuses (see `RefusalLog.join`)."""
        self._records = records
        self._log = log
        self._spool = spool
        self.total = len(records) if isinstance(records, Sized) else None

    def __iter__(self) -> Iterator[Record]:
        """Yield the records in their order."""
        seen: dict[str, int] = {}  # id -> hash of its place: a million places would fill memory
        for record in self._records:
            place = hash(record.origin)
            if seen.get(record.id, place) != place and _named_by_place(record):
                record = dataclasses.replace(record, id=record.origin)
            if record.id in seen:
                reason = f"the id {record.id!r} came before; ids must differ"
                self._log.add(Refusal(record.origin or record.id, reason))
                continue
            seen[record.id] = place
            yield record
        self._log.join(self._records, self._spool)


def _named_by_place(record: Record) -> bool:
    """Tell an id that was made from a file's or block's name from one that a row states."""
    stem, _, number = record.id.rpartition("-")
    made = stem if stem and number.isdecimal() else record.id
    return bool(record.origin) and made in record.origin


def _write_parts(
    folder: Path,
    intake: Intake,
    embedder: Embedder,
    log: RefusalLog,
    progress: Progress | None,
) -> VectorIndex:
    """Write catalog and refusals side by side; return the vectors, which are not written yet."""
    writer = CatalogWriter(folder / CATALOG)
    words = LexicalWriter(folder / WORDS)
    vectors = VectorIndex(embedder.dim)
    try:
        stream = embedder.embed_records(intake, log.add)
        while batch := list(itertools.islice(stream, _BATCH)):
            vectors.add(np.stack([row.vector for row in batch]))
            records = [row.record for row in batch]
            facts = [_facts(row) for row in batch]
            captions = [_caption(f) for f in facts]
            writer.write(records, facts, captions)
            words.write([_words(r.text, f, c) for r, f, c in zip(records, facts, captions)])
            if progress is not None:
                progress(len(vectors) + log.count, intake.total)
    finally:
        writer.close()
        words.close()
    writer.write_properties()
    return vectors


def _questions(folder: Path, embedder: Embedder, count: int, wanted: int) -> np.ndarray:
    """Return vectors (q, d) of what users may ask: captions of some of the crystals."""
    rows = np.random.default_rng(0).permutation(count)[:wanted]
    return embedder.encode_texts(Catalog(folder / CATALOG).texts(np.sort(rows), "caption"))


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
        raise InputError("", f"nothing to embed: {_why_nothing(log)}")


def _facts(row: Embedded) -> Facts:
    """Gather what is known of a crystal, its bonds included."""
    return with_words(collect_facts(row.record, row.symmetry, network=row.network))


def _caption(facts: Facts) -> str:
    """Write one caption, the same for the same facts."""
    seed = int.from_bytes(hashlib.sha256(facts.to_json().encode()).digest()[:8], "big")
    return caption(facts, random.Random(seed))


def _words(text: str, facts: Facts, caption: str) -> str:
    """Join a row's own words, its caption and the words that a caption may have left out."""
    names = (ELEMENT_NAMES[symbol] for symbol in facts.elements)
    told = (*facts.names, *facts.minerals, *facts.uses, *facts.notable, *all_words(facts))
    more = (facts.formula, *told, *names, *facts.prototype_names, *facts.classes, *facts.families)
    return "\n".join((text, caption, *more, facts.crystal_system, facts.symbol))


def _why_nothing(log: RefusalLog) -> str:
    """Say why no record is left."""
    if log.first is None:
        return "the sources hold no structure"
    return f"{log.count} refused, the first: {log.first.origin}: {log.first.reason}"
