"""What the paths of the service share: opened indexes, the desk, the parsers, the limits."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import Request

from clac.embed import load_model
from clac.errors import ClacError, InputError, WorkerError
from clac.types import Record
from index.answer import Predictor
from index.engine import SearchEngine
from index.optimade_questions import Limits
from index.optimade_view import OptimadeView
from index.service.bodies import Target, Upload
from index.service.desk import Desk, busy
from index.service.meters import Meters
from index.service.parsing import Parsers
from index.service.problems import Problem, of_error
from index.service.settings import MAX_LETTERS, Settings

if TYPE_CHECKING:
    from clac.embed import Embedder

log = logging.getLogger("clac.service")


class House:
    """All that answers."""

    def __init__(
        self, indexes: Mapping[str, Path | None], settings: Settings, model: Path | None = None
    ) -> None:
        """Take the indexes by name, None for the embedded collection; nothing opens yet."""
        self.settings = settings
        self._folders, self._model = dict(indexes), model
        self.desk = Desk(settings)
        self._reading = 0
        self.meters = Meters(lambda: self.desk.waiting + self._reading)
        self.engines: dict[str, SearchEngine] = {}
        self.predictors: dict[str, Predictor] = {}
        self.views: dict[str, OptimadeView] = {}
        self._parsers: Parsers | None = None
        self.ready = False
        self.failed: Exception | None = None
        """why it could not be opened"""
        self.give_up: Callable[[], None] = lambda: None
        """is called then"""

    async def open(self) -> None:
        """Open all of it; the service is ready then."""
        embedder = await asyncio.to_thread(load_model, self._model)
        self._parsers = Parsers(embedder, self.settings)
        await asyncio.gather(self._parsers.start(), asyncio.to_thread(self._open, embedder))
        self.ready = True

    def close(self) -> None:
        """Answer what waits, then end."""
        self.ready = False
        self.desk.stop()
        if self._parsers is not None:
            self._parsers.stop()

    def _open(self, embedder: Embedder) -> None:
        for name, folder in self._folders.items():
            engine = SearchEngine.open(folder, embedder)
            engine.warm_up()
            self.engines[name] = engine
            self.predictors[name] = Predictor(engine)
            limits = Limits(filter_letters=MAX_LETTERS)
            self.views[name] = OptimadeView(engine.catalog, limits)
            self.meters.opened(name, len(engine))

    def engine(self, name: str) -> tuple[str, SearchEngine]:
        """Return an index by name, the first where there is none. Raises Problem."""
        if not self.ready:
            raise busy("the service is starting")
        name = name or next(iter(self.engines))
        if name not in self.engines:
            known = ", ".join(self.engines)
            raise Problem(404, f"no index {name[:100]!r}; known: {known}", field="index")
        return name, self.engines[name]

    async def record(self, upload: Upload, field: str = "structure") -> Record:
        """Read one uploaded crystal. Raises Problem that names the field and the line."""
        (record,) = await self.records([upload], [field])
        return record

    async def records(self, uploads: Sequence[Upload], fields: Sequence[str]) -> list[Record]:
        """Read uploads that hold one crystal each; fields name them in problems."""
        if self._parsers is None or not self.ready:
            raise busy("the service is starting")
        if self._reading >= self.settings.waiting:
            raise busy("too many requests wait until their structures are read")
        self._reading += 1
        try:
            return [
                await self._record(self._parsers, upload, field)
                for upload, field in zip(uploads, fields, strict=True)
            ]
        finally:
            self._reading -= 1

    async def _record(self, parsers: Parsers, upload: Upload, field: str) -> Record:
        try:
            return await parsers.read_one(upload.content, Path(upload.name).name or "upload")
        except WorkerError as error:
            log.error("%s", error)
            raise busy("structures cannot be read now; see the log of the service") from error
        except ClacError as error:
            raise of_error(error, field) from error

    async def example(self, engine: SearchEngine, asked: Target) -> dict[str, Any]:
        """Return the one crystal of a request as the engine takes it."""
        if asked.id is not None:
            self.row(engine, asked.id)
            return {"id": asked.id}
        assert asked.structure is not None
        return {"structure": await self.record(asked.structure)}

    async def call(self, ask: Callable[[], Any], field: str, *, is_quick: bool = False) -> Any:
        """Run what asks model or index, in its turn. Raises Problem with the field that is wrong.

        What is quick does not wait behind what reads a structure.
        """
        try:
            return await self.desk.call(ask, is_quick=is_quick)
        except ClacError as error:
            raise of_error(error, field) from error

    def row(self, engine: SearchEngine, id: str, field: str = "id") -> int:
        """Return the row of an id. Raises Problem with ids that are like it."""
        try:
            return engine.row(id)
        except InputError as error:
            raise Problem(404, str(error), field=field) from error


def of_request(request: Request) -> House:
    """Return the house that a request is asked of."""
    return request.app.state.house
