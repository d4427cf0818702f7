"""Change an index that is there: add, replace, delete, compact, while others read it.

Each change is there whole once its call returns, and not at all before: it writes new files beside
the old ones, then a new manifest takes the place of the old one. Whoever opened the index before
goes on with what it held then.
"""

from __future__ import annotations

import contextlib
import dataclasses
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from clac.embed import Embedder, load_model
from clac.errors import InputError, StoreError
from clac.types import Record
from index import durable
from index.manifest import (
    REFUSALS,
    SEGMENTS,
    Segment,
    check_model,
    now,
    read_deleted,
    read_manifest,
    write_deleted,
    write_manifest,
)
from index.pace import Pace
from index.segments import Snapshot, open_index
from index.staging import ADDING, clean
from index.types import BuildReport

if TYPE_CHECKING:
    from index.build import Progress
    from index.stages import Runner

_SHOWN_IDS = 5


class IndexWriter:
    """The one writer of an index folder, for the time of a `with` block."""

    def __init__(self, folder: str | Path, embedder: Embedder | None = None) -> None:
        """Name an index folder and the model for what is added; the shipped one by default."""
        self.folder = Path(folder)
        self._embedder = embedder
        self._held = contextlib.ExitStack()
        self._now: Snapshot | None = None

    def __enter__(self) -> IndexWriter:
        """Keep other writers out and check the index.

        Raises StoreError where another writes, or the folder is damaged or cannot be written.
        """
        read_manifest(self.folder)  # else the lock would be all there is in the folder
        self._held.enter_context(durable.locked(self.folder))
        try:
            self._now = open_index(self.folder)
            clean(self.folder, self._now.manifest)
        except BaseException:
            self._held.close()
            raise
        return self

    def __exit__(self, *error: object) -> None:
        """Let others write."""
        self._now = None
        self._held.close()

    def __len__(self) -> int:
        """Count the crystals."""
        return len(self._snapshot.live)

    def add(
        self,
        records: Iterable[Record],
        *,
        strict: bool = False,
        progress: Progress | None = None,
        spool: Path | None = None,
        runner: Runner | None = None,
    ) -> BuildReport:
        """Embed records and append them; one whose id is there takes the place of the old one.

        A name that was made from a file's name replaces only what came from the same place. Strict,
        spool and runner are those of `SearchEngine.build`. Raises InputError where no record is
        left and StoreError for another model; the index is then as before.
        """
        from index.build import ROW_GROUP, fill, why_nothing
        from index.intake import Intake, RefusalLog
        from index.journal import Journal
        from index.stages import in_process

        embedder, old = self._embedder or load_model(), self._snapshot
        pace, start = Pace(), time.perf_counter()
        check_model(self.folder, old.manifest, embedder.model_id)
        rows = {id: row for row, id in enumerate(old.catalog.ids())}

        def place_of(id: str) -> str | None:
            return old.catalog.texts([rows[id]], "origin")[0] if id in rows else None

        with self._changing():
            place = self.folder / ADDING
            durable.make_folder(place)
            journal = Journal(place, {})
            with RefusalLog(place / REFUSALS, strict=strict) as log:
                intake = Intake(records, ROW_GROUP, spool, place_of=place_of)
                fill(journal, intake, embedder, log, progress, runner or in_process, pace)
            if not len(journal):
                raise InputError("", f"nothing to add: {why_nothing(log)}")
            segment = self._write(journal.chunks(), [place / REFUSALS], pace=pace)
            replaced = [rows[id] for id in journal.ids() if id in rows]
            numbers = {"n_read": segment.count + log.count, "n_refused": log.count}
            self._commit((*old.manifest.segments, segment), self._without(replaced), **numbers)
        return BuildReport(
            self.folder,
            segment.count,
            refusals=self.folder / SEGMENTS / segment.name / REFUSALS,
            model_id=embedder.model_id,
            n_replaced=len(replaced),
            stages=pace.stages,
            seconds=time.perf_counter() - start,
            **numbers,
        )

    def delete(self, ids: Iterable[str]) -> int:
        """Delete crystals by their ids; return their number.

        Raises InputError where an id is not there; then none is deleted.
        """
        wanted = dict.fromkeys(ids)
        found = {id: self._snapshot.catalog.row_of(id) for id in wanted}
        unknown = [id for id, row in found.items() if row is None]
        if unknown:
            more = f" and {len(unknown) - _SHOWN_IDS} more" * (len(unknown) > _SHOWN_IDS)
            shown = ", ".join(map(repr, unknown[:_SHOWN_IDS]))
            raise InputError("", f"no such id in the index: {shown}{more}; nothing is deleted")
        if wanted:
            with self._changing():
                rows = [row for row in found.values() if row is not None]
                self._commit(self._snapshot.manifest.segments, self._without(rows))
        return len(wanted)

    def compact(self) -> int:
        """Write all rows that are there into one segment; nothing is embedded anew.

        Its vector index is of the kind that the build was asked for, tuned to the same recall.
        Returns how many deleted rows went for good.
        """
        from index.merging import chunks_of

        old = self._snapshot
        if len(old.manifest.segments) == 1 and old.live.all_there:
            return 0
        with self._changing():
            places = [self.folder / SEGMENTS / s.name for s in old.manifest.segments]
            chunks = chunks_of(old.vectors, old.catalog)
            kind = {"kind": old.manifest.asked_kind, "recall": old.manifest.asked_recall}
            segment = self._write(chunks, [place / REFUSALS for place in places], **kind)
            self._commit((segment,), {})
        return sum(old.live.sizes) - len(old.live)

    @property
    def _snapshot(self) -> Snapshot:
        if self._now is None:
            raise ValueError("an IndexWriter writes only inside its with block")
        return self._now

    def _write(self, chunks: Iterable[Any], refusals: list[Path], **how: Any) -> Segment:
        """Write a new segment that no manifest names yet, exact unless a kind is asked for."""
        from index.merging import write_segment

        manifest = self._snapshot.manifest
        place = self.folder / SEGMENTS / f"{manifest.generation + 1:06d}"
        return write_segment(place, chunks, manifest.dim, refusals, **how)

    def _without(self, rows: Iterable[int]) -> dict[str, list[int]]:
        """Return the deleted rows of each segment, some more rows among them."""
        old = self._snapshot
        deleted = {n: list(gone) for n, gone in read_deleted(self.folder, old.manifest).items()}
        parts, places = old.live.places(np.array(sorted(rows), dtype=np.int64))
        for part, place in zip(parts.tolist(), places.tolist(), strict=True):
            deleted[old.manifest.segments[part].name].append(place)
        return deleted

    def _commit(
        self,
        segments: tuple[Segment, ...],
        deleted: Mapping[str, list[int]],
        n_read: int = 0,
        n_refused: int = 0,
    ) -> None:
        """Make segments and deleted rows what the index is, in one step."""
        old = self._snapshot.manifest
        new = dataclasses.replace(
            old,
            generation=old.generation + 1,
            count=sum(s.count for s in segments) - sum(map(len, deleted.values())),
            n_read=old.n_read + n_read,
            n_refused=old.n_refused + n_refused,
            changed=now(),
            segments=segments,
            deleted=write_deleted(self.folder, deleted),
        )
        write_manifest(self.folder, new)
        self._now = open_index(self.folder, known=old)
        clean(self.folder, new)

    @contextlib.contextmanager
    def _changing(self) -> Iterator[None]:
        """Report what the disk refuses; leave nothing of a change that failed."""
        try:
            with durable.reported(self.folder):
                yield
        except BaseException:
            with contextlib.suppress(StoreError):
                found = read_manifest(self.folder)
                clean(self.folder, found)
                if found != self._snapshot.manifest:  # the change is there, what follows it failed
                    self._now = None
            raise
        durable.remove(self.folder / ADDING)
