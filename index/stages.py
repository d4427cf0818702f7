"""The stages between a record and its row: each is a function of a batch, whoever runs it.

Shape letters: b rows, d embedding.
"""

from __future__ import annotations

import hashlib
import random
import time
import traceback
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from clac.data.captions import all_words, caption
from clac.data.elements import ELEMENT_NAMES
from clac.data.facts import Facts, collect_facts
from clac.data.lexicon import with_words
from clac.errors import ClacError, WorkerError
from clac.types import Record, Refusal
from index.catalog_writer import catalog_table

if TYPE_CHECKING:
    from clac.embed import Analyzed, Embedder


@dataclass(frozen=True, slots=True)
class Batch:
    """Consecutive records on their way to rows of an index.

    Which records share a batch goes by their order alone: vectors depend, in the last bit, on what
    is encoded beside them.
    """

    number: int
    """1 is the first"""
    records: Sequence[Record] = ()
    """what is still to be analysed"""
    refusals: tuple[Refusal, ...] = ()
    """what is refused of these and before them, in its order"""
    unlisted: int = 0
    """refusals of which nothing is known but their number"""
    analyzed: Sequence[Analyzed] = ()
    """what is still to be laid out"""
    vectors: np.ndarray | None = None
    """(b, d) float32, unit vectors; None where all is refused"""
    table: pa.Table | None = None
    """b rows of a catalog"""
    stages: Mapping[str, tuple[float, int]] = field(default_factory=dict)
    """stage -> its seconds and its crystals, as in `index.pace`"""

    def __str__(self) -> str:
        """Name the batch by its number and the places of its first and last record."""
        ends = [record.origin or record.id for record in (*self.records[:1], *self.records[-1:])]
        found = f" ({' to '.join(ends)})" if ends else ""
        return f"batch {self.number}, {len(self.records)} structures{found}"


Stage = Callable[["Embedder", Batch], Batch]
Runner = Callable[["Embedder", Iterable[Batch]], Generator[Batch, None, None]]
"""takes batches through all stages and gives them back in their order; whoever closes it early
leaves no process behind"""


def analyze(embedder: Embedder, batch: Batch) -> Batch:
    """Find symmetry, bonds and graphs."""
    refused: list[Refusal] = []
    rows = embedder.analyze(batch.records, refused.append)
    return replace(batch, records=(), analyzed=rows, refusals=(*batch.refusals, *refused))


def encode(embedder: Embedder, batch: Batch) -> Batch:
    """Encode graphs as vectors."""
    return replace(batch, vectors=embedder.encode(batch.analyzed)) if batch.analyzed else batch


def lay_out(_: Embedder, batch: Batch) -> Batch:
    """Write captions and lay out rows of the catalog."""
    if not batch.analyzed:
        return batch
    facts = [facts_of(row) for row in batch.analyzed]
    told = [caption_of(each) for each in facts]
    words = [_words(each) for each in facts]
    table = catalog_table([row.record for row in batch.analyzed], facts, told, words)
    return replace(batch, analyzed=(), table=table)


STAGES: Mapping[str, Stage] = {
    "symmetry and graphs": analyze,
    "encoding": encode,
    "captions and catalog": lay_out,
}
"""in their order"""


def through(name: str, embedder: Embedder, batch: Batch) -> Batch:
    """Take a batch through one of the STAGES and note how long that takes."""
    start, count = time.perf_counter(), len(batch.records) + len(batch.analyzed)
    done = STAGES[name](embedder, batch)
    return replace(done, stages={**done.stages, name: (time.perf_counter() - start, count)})


def work(embedder: Embedder, batch: Batch) -> Batch:
    """Take a batch through all stages."""
    for name in STAGES:
        batch = through(name, embedder, batch)
    return batch


def in_process(embedder: Embedder, batches: Iterable[Batch]) -> Generator[Batch, None, None]:
    """Run the stages in this process, a batch at a time."""
    for batch in batches:
        yield work(embedder, batch)


def portable(error: Exception, batch: Batch) -> ClacError:
    """Turn what was raised at a batch into an error that another process can be sent."""
    if isinstance(error, ClacError):
        return error
    told = WorkerError(f"{batch}: {type(error).__name__}: {error}")
    told.add_note("".join(traceback.format_exception(error)))
    return told


def facts_of(row: Analyzed) -> Facts:
    """Gather what is known of a crystal, its bonds included."""
    return with_words(collect_facts(row.record, row.symmetry, network=row.network))


def caption_of(facts: Facts) -> str:
    """Write one caption, the same for the same facts."""
    seed = int.from_bytes(hashlib.sha256(facts.to_json().encode()).digest()[:8], "big")
    return caption(facts, random.Random(seed))


def _words(facts: Facts) -> str:
    """Join the names of a crystal and the words that its caption may have left out."""
    names = (ELEMENT_NAMES[symbol] for symbol in facts.elements)
    told = (*facts.names, *facts.minerals, *facts.uses, *facts.notable, *all_words(facts))
    more = (facts.formula, *told, *names, *facts.prototype_names, *facts.classes, *facts.families)
    return "\n".join((*more, facts.crystal_system, facts.symbol))
