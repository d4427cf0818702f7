"""The desk between requests and the engine: a bounded queue, and threads that serve it.

Texts that wait together are asked together, since the model encodes many in hardly more time than
one. Slow questions have a thread of their own, so that a text does not wait behind them.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, InvalidStateError
from dataclasses import dataclass, field
from typing import Any

from index.engine import SearchEngine
from index.hits import Hits
from index.service.problems import Problem
from index.service.settings import Settings
from index.types import Query


@dataclass(slots=True)
class _Job:
    """One question, and where its answer goes."""

    ask: Callable[[], Any]
    engine: SearchEngine | None = None
    """of a query that may be asked beside others"""
    query: Query | None = None
    future: Future[Any] = field(default_factory=Future)


class Desk:
    """Answer questions in two threads: those that are quick, and those that read a structure."""

    def __init__(self, settings: Settings) -> None:
        """Start the threads."""
        self._lanes = [_Lane(settings, name) for name in ("quick", "slow")]

    @property
    def waiting(self) -> int:
        """Count the questions that wait."""
        return sum(lane.jobs.qsize() for lane in self._lanes)

    async def search(self, engine: SearchEngine, query: Query) -> Hits:
        """Ask an engine a query, beside others of the same moment where it has only words."""
        job = _Job(lambda: engine.search_batch([query])[0])
        if query.like or query.unlike:
            return await self._answer(self._lanes[1], job)
        job.engine, job.query = engine, query
        return await self._answer(self._lanes[0], job)

    async def call(self, ask: Callable[[], Any], *, is_quick: bool = False) -> Any:
        """Run a function in its turn; one that is quick among the searches by words."""
        return await self._answer(self._lanes[0 if is_quick else 1], _Job(ask))

    def stop(self) -> None:
        """Answer what waits, then end the threads."""
        for lane in self._lanes:
            lane.stop()

    async def _answer(self, lane: _Lane, job: _Job) -> Any:
        try:
            lane.jobs.put_nowait(job)
        except queue.Full:
            raise busy("too many requests wait for the model") from None
        return await asyncio.wrap_future(job.future)  # cancelled where whoever asked gives up


class _Lane:
    """One thread and what waits for it."""

    def __init__(self, settings: Settings, name: str) -> None:
        self.jobs: queue.Queue[_Job | None] = queue.Queue(settings.waiting)
        self._together = settings.together
        self._thread = threading.Thread(target=self._serve, name=f"desk-{name}", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self.jobs.put(None)
        self._thread.join()

    def _serve(self) -> None:
        going = True
        while going:
            batch, going = self._taken()
            batch = [job for job in batch if not job.future.cancelled()]
            engines = {id(job.engine): job.engine for job in batch if job.engine is not None}
            for engine in engines.values():
                _together(engine, [job for job in batch if job.engine is engine])
            for job in batch:
                if job.engine is None:
                    _settle(job, job.ask)

    def _taken(self) -> tuple[list[_Job], bool]:
        """Return what waits, some of it at most; False when it is the last."""
        found = [self.jobs.get()]
        while len(found) < self._together and found[-1] is not None:
            try:
                found.append(self.jobs.get_nowait())
            except queue.Empty:
                break
        jobs = [job for job in found if job is not None]
        return jobs, len(jobs) == len(found)


def _together(engine: SearchEngine, jobs: Sequence[_Job]) -> None:
    """Ask several queries in one pass; where one is wrong, in halves, until it fails alone."""
    if len(jobs) == 1:
        _settle(jobs[0], jobs[0].ask)
        return
    try:
        answers = engine.search_batch([job.query for job in jobs if job.query is not None])
    except Exception:
        half = len(jobs) // 2
        _together(engine, jobs[:half])
        _together(engine, jobs[half:])
        return
    for job, hits in zip(jobs, answers, strict=True):
        _settle(job, lambda hits=hits: hits)


def _settle(job: _Job, ask: Callable[[], Any]) -> None:
    """Put an answer or an error where the question waits, if it still does."""
    try:
        result, error = ask(), None
    except Exception as caught:  # whoever asked is told
        result, error = None, caught
    try:
        if error is None:
            job.future.set_result(result)
        else:
            job.future.set_exception(error)
    except InvalidStateError:  # given up meanwhile
        pass


def busy(reason: str) -> Problem:
    """Return the problem of a request that may be made again soon."""
    return Problem(503, reason, headers={"Retry-After": "1"})
