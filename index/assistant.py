"""Answer the calls of an assistant one after the other, in a thread beside the event loop.

Model and index load meanwhile; calls wait for them.
"""

from __future__ import annotations

import asyncio
import functools
import logging
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from pydantic import ValidationError

from clac.embed import load_model
from clac.errors import ClacError, ConfigError, InputError, MissingExtra, ModelError
from clac.types import Record
from index.answer import Predictor
from index.engine import SearchEngine
from index.service.parsing import Parsers
from index.service.settings import Settings
from index.tool_bodies import Asked, OneCrystal, Told
from index.tools import TOOLS, Shelf, Tool

PATIENCE_S = 50.0
"""that a call may take: most assistants give up after 60"""
_PLAIN = (InputError, ConfigError, MissingExtra)
"""errors that tell nothing of this machine"""

log = logging.getLogger("clac.mcp")


class Assistant:
    """The tools of one index, for callers that come at any time."""

    def __init__(self, index: Path | None, settings: Settings, model: Path | None = None) -> None:
        """Take an index folder, None for the embedded collection; nothing opens yet."""
        self._index, self._model, self._settings = index, model, settings
        self._thread = ThreadPoolExecutor(1, "tools")
        self._opening: asyncio.Task[Shelf] | None = None
        self._parsers: Parsers | None = None
        self._waiting = 0

    def start(self) -> None:
        """Begin to open model and index in the running loop."""
        self._opening = asyncio.create_task(self._open())

    async def stop(self) -> None:
        """End the thread, and the process that reads files; a call that runs is not waited for."""
        if self._opening is not None:
            self._opening.cancel()
        self._thread.shutdown(wait=False, cancel_futures=True)
        if self._parsers is not None:
            await asyncio.to_thread(self._parsers.stop)

    async def call(self, name: str, arguments: Mapping[str, object]) -> Told:
        """Answer one call. Raises ClacError in one line for what cannot be answered."""
        if name not in TOOLS:
            raise InputError(name, f"no such tool; there are {', '.join(TOOLS)}")
        tool = TOOLS[name]
        try:
            asked = tool.asks.model_validate(arguments)
        except ValidationError as error:
            raise InputError("", _faults(error)) from error
        try:
            until = asyncio.get_running_loop().time() + self._settings.timeout_s
            shelf = await self._opened()
            return await self._in_turn(shelf, tool, asked, until)
        except ClacError as error:
            if self._settings.is_local or isinstance(error, _PLAIN):
                raise
            log.exception("%s", name)
            what = "model" if isinstance(error, ModelError) else "index"
            raise ModelError(f"the {what} cannot be read; see the log of the server") from error

    async def _open(self) -> Shelf:
        """Open model and index; what goes wrong is told at every call, and once here."""
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, self._shelf)
        except ClacError as error:
            log.error("error: %s", error)
            raise

    def _shelf(self) -> Shelf:
        engine = SearchEngine.open(self._index, load_model(self._model))
        engine.warm_up()
        return Shelf(engine, Predictor(engine), self._index is None)

    async def _opened(self) -> Shelf:
        """Wait for model and index."""
        assert self._opening is not None, "start comes first"
        try:
            return await asyncio.wait_for(asyncio.shield(self._opening), self._settings.timeout_s)
        except TimeoutError:
            raise InputError(
                "", "model and index are still loading (the first time, the embedded collection is "
                "built, which takes minutes): make the same call again"
            ) from None  # fmt: skip

    async def _read(self, shelf: Shelf, text: str) -> Record:
        """Read the crystal of a file in a process that can be killed."""
        most = self._settings.max_body_bytes
        if len(text) > most or len(text.encode("utf-8", "replace")) > most:
            raise InputError("cif", f"it has more than the {most} bytes that a text may have")
        if self._parsers is None:
            self._parsers = Parsers(shelf.engine.embedder, self._settings)
        return await self._parsers.read_one(text, "cif")

    async def _in_turn(self, shelf: Shelf, tool: Tool, asked: Asked, until: float) -> Told:
        """Read the file of a call and ask the model, after what waits already, until a moment."""
        if self._waiting >= self._settings.waiting:
            raise InputError("", "too many calls wait: make this one again later")
        self._waiting += 1
        try:
            async with asyncio.timeout_at(until):
                text = asked.cif if isinstance(asked, OneCrystal) else ""
                given = await self._read(shelf, text) if text.strip() else None
                ask = functools.partial(tool.answer, shelf, asked, given)
                return await asyncio.get_running_loop().run_in_executor(self._thread, ask)
        except TimeoutError:
            raise InputError("", "there was no time for it: make the same call again") from None
        finally:
            self._waiting -= 1


def _faults(error: ValidationError) -> str:
    """Tell in one line which arguments do not fit, and why."""
    told = []
    for fault in error.errors()[:5]:
        place = ".".join(map(str, fault["loc"]))
        reason = fault["msg"].removeprefix("Value error, ")
        told.append(f"{place}: {reason}" if place else reason)
    return "; ".join(told)
