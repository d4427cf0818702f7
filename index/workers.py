"""The stages of a build in processes of their own: spawned, as a fork of faiss or torch hangs."""

from __future__ import annotations

import contextlib
import itertools
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from multiprocessing import connection
from typing import TYPE_CHECKING, Any

from clac.errors import WorkerError
from index.stages import Batch, in_process, portable, work

if TYPE_CHECKING:
    from clac.embed import Embedder

MAX_DEATHS = 3
"""workers that may die at one batch"""
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS")
_READY = b"ready"
_STARTING = threading.Lock()
"""the environment is that of all threads: one child starts at a time"""


def usable_cores() -> int:
    """Count the cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Workers:
    """A runner of stages in several processes of one thread each.

    Batches in flight are bounded. One whose worker dies is given to a new one. What fits one batch
    is done in this process.
    """

    def __init__(self, count: int | None = None) -> None:
        """Choose how many, by default one for each core; one works in this process."""
        self._count = usable_cores() if count is None else count
        if self._count < 1:
            raise WorkerError(f"there must be at least one worker, found {count}")

    def __call__(
        self, embedder: Embedder, batches: Iterable[Batch]
    ) -> Generator[Batch, None, None]:
        """Take batches through all stages and give them back in their order.

        Raises what a stage or the source raises, when all before it is given back, and WorkerError
        where workers cannot start or die again and again.
        """
        tasks = _drawn(batches)
        first = list(itertools.islice(tasks, 2 if self._count > 1 else 0))
        tasks = itertools.chain(first, tasks)
        if len(first) < 2:
            yield from in_process(embedder, (task.result() for task in tasks))
            return
        pool = _Pool(embedder, self._count)
        try:
            yield from _in_order(pool, tasks, 2 * self._count)
        finally:
            pool.kill()


@dataclass(slots=True, eq=False)
class _Task:
    """A batch, from when it is read to when it is given back."""

    batch: Batch | None = None
    """before its stages or after them"""
    error: BaseException | None = None
    given: bool = False
    """to a worker"""
    done: bool = False
    deaths: int = 0

    def result(self) -> Batch:
        if self.error is not None:
            raise self.error
        assert self.batch is not None
        return self.batch


def _drawn(batches: Iterable[Batch]) -> Iterator[_Task]:
    """Yield tasks; what the source raises becomes the last of them, to come in its turn."""
    try:
        yield from map(_Task, batches)
    except Exception as error:
        yield _Task(error=error, given=True, done=True)


def _in_order(pool: _Pool, tasks: Iterator[_Task], most: int) -> Iterator[Batch]:
    """Give tasks to a pool, at most so many at once, and yield the results in their order."""
    flight: deque[_Task] = deque()
    more = True
    while more or flight:
        pool.receive(block=False)
        pool.give(flight)
        if flight and flight[0].done:
            yield flight.popleft().result()
        elif more and len(flight) < most:
            task = next(tasks, None)
            more = task is not None
            flight.extend([task] if task else ())
        else:
            pool.receive(block=True)


class _Worker:
    """A process that takes one batch at a time."""

    def __init__(self, embedder: Embedder) -> None:
        """Start it; it says when it is ready."""
        spawn = multiprocessing.get_context("spawn")
        self.pipe, end = spawn.Pipe()
        self.process = spawn.Process(target=_serve, args=(end, embedder), daemon=True)
        with for_children():
            self.process.start()
        end.close()
        self.ready = False
        self.task: _Task | None = None


class _Pool:
    """Workers that are started when there is work for them."""

    def __init__(self, embedder: Embedder, most: int) -> None:
        self._embedder = embedder
        self._most = most
        self._workers: list[_Worker] = []

    def give(self, tasks: Iterable[_Task]) -> None:
        """Give the first tasks that nobody works at to free workers; start more for others."""
        waiting = [task for task in tasks if not task.given]
        free = [worker for worker in self._workers if worker.ready and worker.task is None]
        for task, worker in zip(waiting, free):
            worker.task, task.given = task, True
            with contextlib.suppress(OSError):  # it died: `receive` finds that
                worker.pipe.send(task.batch)
        starting = sum(not worker.ready for worker in self._workers)
        lacking = len(waiting) - len(free) - starting
        for _ in range(min(lacking, self._most - len(self._workers))):
            self._workers.append(_Worker(self._embedder))

    def receive(self, *, block: bool) -> None:
        """Take in what workers send, and the deaths of some."""
        by_pipe: dict[Any, _Worker] = {worker.pipe: worker for worker in self._workers}
        for pipe in connection.wait(list(by_pipe), None if block else 0):
            worker = by_pipe[pipe]
            try:
                found = worker.pipe.recv()
            except (EOFError, OSError):
                self._bury(worker)
                continue
            task, worker.task = worker.task, None
            if task is None:
                worker.ready = True
                continue
            if isinstance(found, Batch):
                task.batch, task.done = found, True
            else:
                task.error, task.done = found, True

    def kill(self) -> None:
        """End all workers, whatever they do."""
        for worker in self._workers:
            worker.process.kill()
        for worker in self._workers:
            worker.process.join()
            worker.pipe.close()

    def _bury(self, worker: _Worker) -> None:
        """Forget a dead worker and free its task. Raises WorkerError where it never started."""
        self._workers.remove(worker)
        worker.process.join()
        worker.pipe.close()
        code = worker.process.exitcode or 0
        how = f"signal {-code}" if code < 0 else f"exit code {code}"
        if not worker.ready:
            raise WorkerError(
                f"a worker died while it started ({how}); a script that builds with workers does "
                "so under: if __name__ == '__main__'"
            )
        if (task := worker.task) is None:
            return
        task.deaths += 1
        if task.deaths < MAX_DEATHS:
            task.given = False
            return
        task.done = True
        task.error = WorkerError(
            f"{task.batch}: {task.deaths} workers died at it, the last by {how}; if memory "
            "is short, take fewer workers"
        )


@contextlib.contextmanager
def for_children() -> Iterator[None]:
    """Let a process that starts now use one thread, and leave Ctrl-C to this one."""
    with _STARTING:
        before = {name: os.environ.get(name) for name in _THREADS}
        os.environ.update(dict.fromkeys(_THREADS, "1"))
        masked = hasattr(signal, "pthread_sigmask")
        old = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT}) if masked else None
        try:
            yield
        finally:
            if old is not None:
                signal.pthread_sigmask(signal.SIG_SETMASK, old)
            for name, value in before.items():
                if value is None:
                    del os.environ[name]
                else:
                    os.environ[name] = value


def _serve(pipe: connection.Connection, embedder: Embedder) -> None:
    """Work at batches until the parent closes its end or is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with contextlib.suppress(EOFError, OSError):
        pipe.send(_READY)
        while True:
            batch = pipe.recv()
            try:
                done: Any = work(embedder, batch)
            except Exception as error:
                done = portable(error, batch)
            pipe.send(done)
