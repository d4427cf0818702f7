"""Eight readers ask while a writer adds, replaces, deletes and compacts: no answer is torn.

Four readers are processes, as commands are; four are threads of one process that share one opened
engine, as in a service. Each opens the index anew every few questions. Every answer names the
generation of the index that it comes from. The writer keeps a twin of each generation, a plain list
of crystals; afterwards an index is built at once of each twin, and its answers are what the readers
must have got. Where an example alone was asked for, these are compared with a matrix product and a
sort besides. Scores may differ by what float32 rounds.
"""

from __future__ import annotations

import json
import multiprocessing
import random
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import numpy as np
from rich.progress import track

from benchmarks.engine.lines import Line, finish
from benchmarks.engine.sources import beginner_queries
from clac.data.starter import starter_records
from clac.embed import Embedded, Embedder, load_model
from clac.types import Record, Refusal
from index import IndexWriter, Query, SearchEngine
from index.manifest import read_manifest

PROCESSES = THREADS = 4
QUERIES = 10_000
FIRST, POOL = 300, 700
"""crystals that are indexed at first, and all that come and go; fewer than words are looked at"""
STEADY = 20
"""crystals that stay"""
STATES = 60
"""generations at most; then the writer rests"""
K, DEPTH = 10, 40
_REOPENED_EVERY = 25
_PAUSE_S = 1.0
_ROUNDING = 1e-5
_SEED = 7

Answer = list[tuple[str, float]]
"""ids and scores, best first"""
State = Sequence[Record]


def questions() -> list[Query]:
    """Return what is asked: texts, texts with a filter, crystals that stay."""
    texts = beginner_queries()
    return [
        *(Query(text, k=K) for text in texts[:30]),
        *(Query(text, k=K, filter='elements HAS "O"') for text in texts[:10]),
        *(Query(None, (record.id,), k=K) for record in starter_records()[:STEADY]),
    ]


class Prepared:
    """The model, with crystals that are encoded once."""

    def __init__(self, embedder: Embedder, records: Sequence[Record]) -> None:
        """Encode the crystals."""
        self.model_id, self.dim = embedder.model_id, embedder.dim
        self.temperature, self.encode_texts = embedder.temperature, embedder.encode_texts
        rows = embedder.embed_records(track(records, "encoding"), lambda refusal: None)
        self.rows = {row.record.id: row for row in rows}

    def embed_records(
        self, records: Iterable[Record], refused: Callable[[Refusal], None]
    ) -> Iterator[Embedded]:
        """Yield what is known of each record."""
        yield from self.analyze(records, refused)

    def analyze(
        self, records: Iterable[Record], refused: Callable[[Refusal], None]
    ) -> list[Embedded]:
        """Return what is known of each record."""
        return [self.rows[record.id] for record in records]

    def encode(self, rows: Sequence[Embedded]) -> np.ndarray:
        """Return the unit vectors (b, d) of rows."""
        return np.stack([row.vector for row in rows])


def run(count: int) -> list[Line]:
    """Let readers ask so many questions in all; write the result file."""
    model = Prepared(load_model(), starter_records()[:POOL])
    pool = [row.record for row in model.rows.values()]
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "index"
        SearchEngine.build(pool[:FIRST], folder, model)
        readers = _started(folder, count // (PROCESSES + THREADS))
        states = _changed(folder, pool, model, readers)
        for reader in readers:
            reader.join()
        if any(reader.exitcode for reader in readers):
            raise SystemExit("a reader failed; its error stands above")
        told = [json.loads(path.read_text()) for path in sorted(Path(place).glob("answers-*"))]
    answers = [answer for one in told for answer in one]
    wrong = count_wrong(answers, states, model)
    seen = len({generation for generation, _, _ in answers})
    lines = [
        Line(f"wrong or torn of {len(answers):,} answers to {PROCESSES + THREADS} readers",
             wrong, most=0.0),
        Line("generations of the index that answered", seen, least=10),
    ]  # fmt: skip
    values = {"answers": len(answers), "wrong": wrong, "generations": len(states), "seen": seen}
    return finish("readers", lines, values)


def _started(folder: Path, each: int) -> list[BaseProcess]:
    """Start all readers; each asks so often."""
    context = multiprocessing.get_context("spawn")
    threads = [1] * PROCESSES + [THREADS]
    readers: list[BaseProcess] = [
        context.Process(target=read, args=(folder, each, number, count))
        for number, count in enumerate(threads)
    ]
    for reader in readers:
        reader.start()
    return readers


def read(folder: Path, each: int, number: int, threads: int) -> None:
    """Ask in one process, in so many threads that share one engine; write down all answers."""
    embedder, asked = load_model(), questions()
    answers: list[tuple[int, int, Answer]] = []
    shared = [SearchEngine.open(folder, embedder)]

    def ask(thread: int) -> None:
        dice = random.Random(100 * number + thread)
        for turn in range(each):
            if turn % _REOPENED_EVERY == 0:
                shared[0] = SearchEngine.open(folder, embedder)
            engine, which = shared[0], dice.randrange(len(asked))
            answers.append((engine.manifest.generation, which, _told(engine, asked[which])))

    pool = [threading.Thread(target=ask, args=(i,)) for i in range(threads)]
    for one in pool:
        one.start()
    for one in pool:
        one.join()
    if len(answers) < each * threads:
        raise SystemExit("a thread failed")
    (folder.parent / f"answers-{number}.json").write_text(json.dumps(answers))


def _told(engine: SearchEngine, query: Query) -> Answer:
    return [(hit.id, hit.score) for hit in engine.search_batch([query])[0]]


def _changed(
    folder: Path, pool: Sequence[Record], model: Any, readers: Sequence[BaseProcess]
) -> dict[int, State]:
    """Change an index until its readers are done; return its crystals by generation."""
    dice = random.Random(_SEED)
    twin = {record.id: record for record in pool[:FIRST]}
    states = {read_manifest(folder).generation: list(twin.values())}
    turn = 0
    while any(reader.is_alive() for reader in readers):
        time.sleep(_PAUSE_S)
        if len(states) < STATES:
            with IndexWriter(folder, model) as writer:
                _change(turn, writer, twin, pool, dice)
            states[read_manifest(folder).generation] = list(twin.values())
            turn += 1
    return states


def _change(
    turn: int,
    writer: IndexWriter,
    twin: dict[str, Record],
    pool: Sequence[Record],
    dice: random.Random,
) -> None:
    """Do one thing to an index and to its twin: add and replace, delete, or compact."""
    if turn % 5 == 4:
        writer.compact()
    elif turn % 2:
        gone = dice.sample(list(twin)[STEADY:], 25)
        writer.delete(gone)
        for id in gone:
            del twin[id]
    else:
        new = dice.sample(pool[STEADY:], 30)
        writer.add(new)
        for record in new:
            twin.pop(record.id, None)
            twin[record.id] = record


def count_wrong(
    answers: Sequence[tuple[int, int, Answer]], states: Mapping[int, State], model: Prepared
) -> int:
    """Count answers (generation, question, ids and scores) that are of no state of the index."""
    asked, wrong = questions(), 0
    generations = sorted({generation for generation, _, _ in answers})
    for generation in track(generations, "comparing"):
        if generation not in states:
            wrong += sum(1 for one, _, _ in answers if one == generation)
            continue
        right = _right(states[generation], asked, model)
        own = [answer for answer in answers if answer[0] == generation]
        wrong += sum(not _same(given, right[which]) for _, which, given in own)
    return wrong


def _right(state: State, asked: Sequence[Query], model: Prepared) -> list[Answer]:
    """Answer all questions, deeper than asked, with an index that is built at once."""
    with tempfile.TemporaryDirectory() as place:
        SearchEngine.build(state, Path(place) / "index", model)
        fresh = SearchEngine.open(Path(place) / "index", model)
        found = [
            _told(fresh, Query(query.text, query.like, k=DEPTH, filter=query.filter))
            for query in asked
        ]
    for query, answer in zip(asked, found, strict=True):
        if query.text is None and not _same(answer[:K], _by_product(query.like[0], state, model)):
            raise SystemExit(f"an index built at once is wrong about {query.like[0]}")
    return found


def _by_product(id: str, state: State, model: Prepared) -> Answer:
    """Return the crystals nearest to one of them by a matrix product and a sort."""
    ids = [record.id for record in state if record.id != id]
    scores = np.stack([model.rows[one].vector for one in ids]) @ model.rows[id].vector
    best = np.argsort(-scores, kind="stable")[:DEPTH]
    return [(ids[place], float(scores[place])) for place in best]


def _same(given: Sequence[Sequence[Any]], right: Sequence[Sequence[Any]]) -> bool:
    """Compare an answer with the right one, which is deeper: equals may change places."""
    known = {id: score for id, score in right}
    ids = {id for id, _ in given}
    if len(ids) != len(given) or len(given) != min(K, len(right)):
        return False
    return all(
        abs(score - expected) < _ROUNDING and abs(known.get(id, -9) - score) < _ROUNDING
        for (id, score), (_, expected) in zip(given, right, strict=False)
    )
