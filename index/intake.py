"""What comes into a build: records in batches, each id once, and the list of what is refused."""

from __future__ import annotations

import dataclasses
import itertools
import json
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Sized
from pathlib import Path

from clac.errors import InputError, StoreError
from clac.types import Record, Refusal
from index.arrow import storable
from index.pace import READING
from index.stages import Batch


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

    def take(self, batch: Batch) -> None:
        """Note what is refused of a batch. Raises InputError with the first in strict mode."""
        for refusal in batch.refusals:
            self.add(refusal)
        if batch.unlisted:
            self.add(Refusal("", f"{batch.unlisted} more were refused and are not listed"))
            self.count += batch.unlisted - 1

    def __enter__(self) -> RefusalLog:
        """Use as a context that closes the file."""
        return self

    def __exit__(self, *error: object) -> None:
        """Finish the file."""
        self._file.close()


class Intake:
    """A stream of records, in batches, of which each id comes once.

    Files of one name in many folders (POSCAR) are told apart by their places; of two records
    that state the same id themselves, the later one is refused.
    """

    def __init__(
        self,
        records: Iterable[Record],
        size: int,
        spool: Path | None = None,
        *,
        skipped: Collection[str] = (),
        place_of: Callable[[str], str | None] | None = None,
    ) -> None:
        """Wrap records, `size` to a batch.

        A `Reading` keeps its first refusals in memory; the spool, a file of JSON lines {"origin",
        "reason"} that it was told to write, holds them all. Skipped: ids that are done; all must
        come again. Place: that of an id which is indexed.
        """
        self._records = records
        self._size = size
        self._spool = spool
        self._skipped = skipped
        self._place_of = place_of
        self.total = len(records) if isinstance(records, Sized) else None

    def __iter__(self) -> Iterator[Batch]:
        """Yield batches of records in their order, and at the end what the source refused.

        What is skipped keeps its place, so that batches are the same in a build that goes on.
        """
        missed = len(self._skipped)
        numbers = itertools.count(1)
        repeats: list[Refusal] = []
        unique = self._unique(repeats)
        while True:
            start = time.perf_counter()
            found = list(itertools.islice(unique, self._size))
            if not (found or repeats):
                break
            records = [record for record in found if record.id not in self._skipped]
            missed -= len(found) - len(records)
            stages = {READING: (time.perf_counter() - start, len(found))}
            yield Batch(next(numbers), records, tuple(repeats), stages=stages)
            repeats.clear()
        yield from self._refused_by_source(numbers)
        if missed:
            raise StoreError(
                f"{missed} structures of the build that broke off are no longer in the sources; "
                "start over with --force"
            )

    def _unique(self, repeats: list[Refusal]) -> Iterator[Record]:
        """Yield the records under the names that they get, and gather those that came before."""
        seen: dict[str, int] = {}  # id -> hash of its place: a million places would fill memory
        for record in self._records:
            record = named_apart(record, seen, self._place_of)
            if record.id in seen:
                reason = f"the id {record.id!r} came before; ids must differ"
                repeats.append(Refusal(record.origin or record.id, reason))
            else:
                seen[record.id] = hash(record.origin)
                yield record

    def _refused_by_source(self, numbers: Iterator[int]) -> Iterator[Batch]:
        """Yield what a source refused while it was read, in batches without a record."""
        if self._spool is not None and self._spool.is_file():
            with self._spool.open(encoding="utf-8") as lines:
                while part := tuple(itertools.islice(lines, self._size)):
                    refusals = tuple(Refusal(**json.loads(line)) for line in part)
                    yield Batch(next(numbers), refusals=refusals)
            return
        kept: Sequence[Refusal] = getattr(self._records, "refusals", ())
        lost = getattr(self._records, "n_refused", len(kept)) - len(kept)
        if kept:
            yield Batch(next(numbers), refusals=tuple(kept), unlisted=lost)


def named_apart(
    record: Record, seen: Mapping[str, int], place_of: Callable[[str], str | None] | None = None
) -> Record:
    """Name a record by its place where its file's name is that of another.

    Seen: the hash of the place of each id that came before. Place: that of an id which is indexed.
    """
    id, place = storable(record.id), record.origin
    if _named_by_place(record) and (
        seen.get(id, hash(place)) != hash(place)
        or (place_of and place_of(id)) not in (None, storable(place))
    ):
        id = storable(place)
    return record if id == record.id else dataclasses.replace(record, id=id)


def _named_by_place(record: Record) -> bool:
    """Tell an id that was made from a file's or block's name from one that a row states."""
    stem, _, number = record.id.rpartition("-")
    made = stem if stem and number.isdecimal() else record.id
    return bool(record.origin) and made in record.origin
