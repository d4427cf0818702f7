"""Read uploaded structures in a process that can be killed.

A hostile file may make a parser of others eat time or memory; it then dies alone.
"""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import re
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING

from clac.config import LimitsConfig
from clac.errors import InputError, WorkerError, refuse
from clac.types import Record
from index.service.bodies import CIF
from index.service.settings import Settings
from index.workers import for_children

if TYPE_CHECKING:
    from clac.embed import Embedder

_READY = b"ready"
_START_S = 60.0
_ITEM = re.compile(r"\b_[a-z]\S+?(?=[\s,;:]|$)")
_LINE = re.compile(r":\d+$")


class Parsers:
    """Processes that read one upload each at a time; one that hangs or dies is replaced."""

    def __init__(self, embedder: Embedder, settings: Settings) -> None:
        """Take what analyses a structure after it is read; nothing starts yet."""
        self._embedder, self._settings = embedder, settings
        self._idle: asyncio.Queue[_Parser | None] = asyncio.Queue()
        for _ in range(settings.parsers):
            self._idle.put_nowait(None)  # the first upload starts one
        self._all: set[_Parser] = set()

    async def start(self) -> None:
        """Start the processes before the first upload, and wait until each is ready."""
        started = [asyncio.to_thread(self._new) for _ in range(self._idle.qsize())]
        for parser in await asyncio.gather(*started):
            self._idle.get_nowait()
            self._idle.put_nowait(parser)

    async def read(self, text: str, name: str) -> list[Record]:
        """Return the crystals of a text, each of which can be represented.

        Raises InputError that names the upload, and the line where it is known, and WorkerError
        where no process starts. Who gives up leaves the process to end in its own time.
        """
        parser = await self._idle.get()
        found = await asyncio.shield(asyncio.create_task(self._ask(parser, text, name)))
        if isinstance(found, InputError):
            raise found
        return found

    async def read_one(self, text: str, name: str) -> Record:
        """Return the one crystal of a text. Raises InputError as `read` does, and for several."""
        found = await self.read(text, name)
        if len(found) != 1:
            raise InputError(name, f"it holds {len(found)} structures; give one")
        return found[0]

    def stop(self) -> None:
        """Kill the processes."""
        for parser in list(self._all):
            parser.kill()
        self._all.clear()

    async def _ask(self, parser: _Parser | None, text: str, name: str) -> list[Record] | InputError:
        """Ask a process, a new one where it is dead, and put it where the next upload finds it."""
        try:
            if parser is not None and not parser.is_alive:
                self._all.discard(parser)
                parser = None
            if parser is None:
                parser = await asyncio.to_thread(self._new)
            if not parser.is_alive:
                raise WorkerError("the process that reads uploads does not start")
            return await asyncio.to_thread(parser.ask, text, name, self._settings.parse_timeout_s)
        finally:
            self._idle.put_nowait(parser)

    def _new(self) -> _Parser:
        parser = _Parser(self._embedder, self._settings)
        self._all.add(parser)
        return parser


class _Parser:
    """One process and the pipe to it."""

    def __init__(self, embedder: Embedder, settings: Settings) -> None:
        spawn = multiprocessing.get_context("spawn")
        self._pipe, end = spawn.Pipe()
        given = (end, embedder, settings.max_atoms, settings.parse_memory_bytes)
        self._process = spawn.Process(target=_serve, args=given, daemon=True)
        with for_children():
            self._process.start()
        end.close()
        if not self._pipe.poll(_START_S) or self._pipe.recv() != _READY:
            self.kill()

    @property
    def is_alive(self) -> bool:
        return self._process.is_alive()

    def ask(self, text: str, name: str, timeout_s: float) -> list[Record] | InputError:
        """Return what a text holds; one that takes too long costs the process its life."""
        try:
            self._pipe.send((text, name))
            if self._pipe.poll(timeout_s):
                return self._pipe.recv()
        except (EOFError, OSError):
            self.kill()
            reason = "its reader died; it may need more memory than an upload may take"
            return InputError(name, reason)
        self.kill()
        return InputError(name, f"it takes more than the {timeout_s:g} s that an upload may take")

    def kill(self) -> None:
        self._process.kill()
        self._process.join()
        self._pipe.close()


def _serve(pipe: Connection, embedder: Embedder, max_atoms: int, memory_bytes: int) -> None:
    """Read one text after the other until the pipe closes."""
    from clac.data.readers import read_text

    limits = LimitsConfig(max_atoms=max_atoms)
    embedder.analyze(read_text(CIF, "first"), refuse)  # loads what is loaded at first use
    _limit_memory(memory_bytes)
    pipe.send(_READY)
    while True:
        try:
            text, name = pipe.recv()
        except (EOFError, OSError, MemoryError, KeyboardInterrupt):
            return
        try:
            records = read_text(text, name, limits)
            embedder.analyze(records, refuse)
            pipe.send(records)
        except MemoryError:
            return
        except InputError as error:
            pipe.send(InputError(_placed(error.origin or name, error.reason, text), error.reason))
        except Exception as error:  # libraries raise whatever an odd crystal provokes
            kind = type(error).__name__
            pipe.send(InputError(name, f"it cannot be read as a crystal ({kind})"))


def _placed(origin: str, reason: str, text: str) -> str:
    """Add the line of the CIF item that a reason names, where the origin has no line."""
    item = _ITEM.search(reason)
    if item is None or _LINE.search(origin):
        return origin
    lines = (line.split(maxsplit=1) for line in text.splitlines())
    found = (n for n, words in enumerate(lines, 1) if words and words[0] == item[0])
    return f"{origin}:{number}" if (number := next(found, 0)) else origin


def _limit_memory(memory_bytes: int) -> None:
    """Bound the memory of this process, where the system can."""
    with contextlib.suppress(ImportError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
