"""Uploads are read in processes that may be killed, and wait for them no longer than they may."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest

from clac import load_model
from clac.errors import InputError, ModelError
from index.service import Settings, parsing
from index.service.bodies import CIF, Upload
from index.service.house import House
from index.service.parsing import Parsers


def test_uploads_that_may_wait_are_counted_too() -> None:
    class Reading:
        async def read_one(self, text: str, name: str) -> str:
            await asyncio.sleep(0.2)
            return name

    async def ask() -> list[Any]:
        upload = Upload(content="x")
        tasks = [house.records([upload] * 2, ["a", "b"]) for _ in range(4)]
        return await asyncio.gather(*tasks, return_exceptions=True)

    house = House({}, Settings(waiting=2))
    house._parsers, house.ready = Reading(), True
    for _ in range(2):  # those who are gone make room
        answers = asyncio.run(ask())
        assert answers[:2] == [["upload"] * 2] * 2
        assert [answer.status_code for answer in answers[2:]] == [503, 503]
        assert answers[2].headers["Retry-After"] == "1" and "wait" in answers[2].detail
    house.desk.stop()


def test_who_gives_up_leaves_the_parser_to_the_next() -> None:
    class Parser:
        is_alive = True

        def ask(self, text: str, name: str, timeout_s: float) -> list[str]:
            time.sleep(0.3)
            return [text]

    async def ask() -> None:
        parsers = Parsers(load_model(), Settings())
        parsers._idle.get_nowait()
        parsers._idle.put_nowait(Parser())
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(parsers.read("a", "a"), 0.05)
        assert parsers._idle.empty()  # it is not asked two things at once
        assert await asyncio.wait_for(parsers.read("b", "b"), 5) == ["b"]

    asyncio.run(ask())


def test_a_parser_that_hangs_or_dies_is_replaced() -> None:
    settings = Settings(max_atoms=4)
    parsers = Parsers(load_model(), settings)

    async def ask() -> None:
        await parsers.start()
        (parser,) = parsers._all
        found = await asyncio.to_thread(parser.ask, CIF * 200, "x.cif", 0.001)
        assert "takes more than" in str(found) and not parser.is_alive
        with pytest.raises(InputError, match=r"at most 4|4 at most|more than 4"):
            await parsers.read(CIF, "x.cif")  # eight atoms
        (parser,) = parsers._all
        parser._process.kill()
        parser._process.join()
        assert "died" in str(await asyncio.to_thread(parser.ask, CIF, "x.cif", 60))
        with pytest.raises(InputError, match=r"y\.cif"):
            await parsers.read("data_\n", "y.cif")

    asyncio.run(ask())
    parsers.stop()
    assert not parsers._all


def test_an_error_that_nobody_foresaw_does_not_cost_the_parser_its_life(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Odd:
        asked = 0

        def analyze(self, records: Any, refused: Any) -> None:
            self.asked += 1
            if self.asked == 2:
                raise ZeroDivisionError

    class Pipe:
        def __init__(self) -> None:
            self.given, self.told = [(CIF, "a.cif"), (CIF, "b.cif")], []

        def recv(self) -> Any:
            if not self.given:
                raise EOFError
            return self.given.pop(0)

        def send(self, told: Any) -> None:
            self.told.append(told)

    monkeypatch.setattr(parsing, "_limit_memory", lambda limit: None)
    pipe = Pipe()
    parsing._serve(pipe, Odd(), 500, 2**30)
    _, first, second = pipe.told
    assert str(first) == "a.cif: it cannot be read as a crystal (ZeroDivisionError)"
    assert [len(record.structure.numbers) for record in second] == [8]


def test_what_is_broken_here_is_told_to_the_log_and_not_to_whoever_asks(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def damaged() -> None:
        raise ModelError("/srv/weights/head.safetensors: damaged")

    async def ask() -> list[Any]:
        asked = (house.call(damaged, "structure"), house.record(Upload(content=CIF)))
        return await asyncio.gather(*asked, return_exceptions=True)

    monkeypatch.setattr(parsing, "_START_S", 0)
    house = House({}, Settings())
    house._parsers, house.ready = Parsers(load_model(), Settings()), True
    damage, start = asyncio.run(ask())
    house.close()
    assert (damage.status_code, start.status_code) == (500, 503)
    assert damage.detail == "the model cannot be read; see the log of the service"
    assert "/srv/weights/head.safetensors: damaged" in caplog.text
    assert "does not start" in caplog.text


def test_a_parser_may_not_eat_the_memory() -> None:
    parsers = Parsers(load_model(), Settings(parse_memory_bytes=2**20))

    async def ask() -> None:
        await parsers.start()
        with pytest.raises(InputError, match="more memory than"):
            await parsers.read(CIF + "#" * 100_000_000, "x.cif")

    asyncio.run(ask())
    parsers.stop()
