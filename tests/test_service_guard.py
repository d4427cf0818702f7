"""Who may ask the service, how much and how fast; what waits, and what is killed."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import json
import logging
import socket
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from running_service import Service, running

from clac.errors import ConfigError, InputError
from index.service import Keys, Settings, create_app
from index.service.desk import Desk
from index.service.guard import Guard
from index.service.keys import Gate, Rates, digest_of, make_key
from index.service.meters import Meters
from index.service.problems import Problem
from index.service.run import Impatient, server_of
from index.service.wire import Lines
from index.types import Query

KEY = "a-key-of-some-length"
GREEDY = "a-key-that-is-used-up"


@pytest.fixture(scope="module")
def guarded():
    settings = Settings(burst=8, rate_per_s=0.5, max_body_bytes=2000, body_timeout_s=0.5)
    with running(settings, Keys({digest_of(KEY): "ana", digest_of(GREEDY): "bo"})) as service:
        yield service


def guarding(app: Any, settings: Settings) -> Guard:
    return Guard(app, settings, Keys({}), Meters(lambda: 0))


async def asked_of(guard: Guard) -> list[Any]:
    """Ask a guard without a socket; return what it sends."""
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b""}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"",
             "headers": [(b"host", b"localhost")]}  # fmt: skip
    await guard(scope, receive, send)
    return sent


def bearer(key: str = KEY) -> dict[str, str]:
    return {"authorization": f"Bearer {key}"}


def test_only_a_key_opens_what_is_kept(guarded: Service) -> None:
    for headers in ({}, bearer("another-key-of-length"), {"authorization": "Basic x"}):
        reply = guarded.get("/v1/indexes", **headers)
        assert reply.status == 401 and reply.headers["www-authenticate"] == "Bearer"
    assert guarded.get("/metrics").status == 401
    assert guarded.get("/healthz").status == 200
    assert guarded.get("/v1/indexes", **bearer()).status == 200
    assert guarded.get("/v1/indexes", **{"x-api-key": KEY}).status == 200
    reply = guarded.get("/v1/indexes", origin="https://site.example", **bearer())
    assert not any(name.startswith("access-control") for name in reply.headers)


def test_a_foreign_name_that_points_here_opens_nothing(guarded: Service) -> None:
    for host in ("elsewhere.example", "127.0.0.1.elsewhere.example:80", "[::1", "a@localhost"):
        for path in ("/", "/v1/indexes", "/v1/indexes/", "/web", "/optimade/v1/info"):
            reply = guarded.get(path, host=host, **bearer("none"))
            assert reply.status == 421 and "location" not in reply.headers, (host, path)
    assert "elsewhere.example" in guarded.get("/v1/x", host="elsewhere.example").json["detail"]
    for host in ("localhost", "LOCALHOST:8000", "[::1]:8000", "127.0.0.1"):
        assert guarded.get("/healthz", host=host).status == 200
    assert guarded.get("/v1/indexes/", **bearer()).status == 404  # and no redirect


def test_allowed_names_are_asked_for_and_others_only_where_it_is_not_local() -> None:
    for settings, known, foreign in (
        (Settings(), False, False),
        (Settings(hosts=("crystals.example",)), True, False),
        (Settings(host="0.0.0.0"), True, True),
        (Settings(host="0.0.0.0", hosts=("crystals.example",)), True, False),
    ):
        assert settings.answers_to("crystals.example:443") == known
        assert settings.answers_to("elsewhere.example") == foreign
        assert settings.answers_to("127.0.0.1:8000")


@pytest.mark.parametrize("keys", [{}, {digest_of(KEY): "ana"}], ids=["open", "keys"])
def test_pages_of_named_sites_may_ask_and_read_why_they_may_not(keys: dict[str, str]) -> None:
    site = {"origin": "https://site.example"}
    other = {"origin": "https://other.example"}
    asks = {"access-control-request-method": "POST",
            "access-control-request-headers": "authorization,content-type,x-api-key"}  # fmt: skip
    allowed = "access-control-allow-origin"
    settings = Settings(origins=("https://site.example",), max_body_bytes=2000)
    with running(settings, Keys(keys)) as service:
        reply = service.ask("OPTIONS", "/v1/search", headers={**site, **asks})
        assert (reply.status, reply.headers[allowed]) == (200, site["origin"])
        assert service.ask("OPTIONS", "/v1/search", headers={**other, **asks}).status == 400
        reply = service.post("/v1/search", {"text": "salt"}, **site, **bearer())
        assert (reply.status, reply.headers[allowed]) == (200, site["origin"])
        assert reply.headers["access-control-expose-headers"] == "Retry-After"
        assert allowed not in service.get("/v1/indexes", **other, **bearer()).headers
        reply = service.post("/v1/search", {"text": "a" * 3000}, **site, **bearer())
        assert (reply.status, reply.headers[allowed]) == (413, site["origin"])
        if keys:
            reply = service.post("/v1/search", {}, **site)
            assert (reply.status, reply.headers[allowed]) == (401, site["origin"])


@pytest.mark.parametrize("word", ["density ", "density, ", "density"])
def test_a_long_reason_ends_with_a_whole_word(word: str) -> None:
    told = Problem(422, f"known: {500 * word}").detail
    assert len(told) <= 600 and told.endswith(" ...")
    assert word == "density" or told.removesuffix(" ...").endswith("density")


def test_a_body_may_be_neither_too_large_nor_too_slow(guarded: Service) -> None:
    reply = guarded.post("/v1/search", {"text": "a" * 3000}, **bearer())
    assert reply.status == 413 and "2000 bytes" in reply.json["detail"]
    head = (
        f"POST /v1/search HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n"
        f"authorization: Bearer {KEY}\r\n"
    )
    slow = b"content-length: 50\r\n\r\n{"
    large = b"transfer-encoding: chunked\r\n\r\nbb8\r\n" + b"a" * 3000
    for more, status in ((slow, b"408"), (large, b"413")):
        with socket.create_connection(("127.0.0.1", guarded.port), timeout=10) as line:
            line.sendall(head.encode() + more)
            assert line.recv(100).split()[1] == status


def lines_of(caplog: pytest.LogCaptureFixture, count: int) -> list[Any]:
    """Return the lines of the log about searches; each comes after its answer."""
    deadline, lines = time.monotonic() + 30, []
    while len(lines) < count and time.monotonic() < deadline:
        time.sleep(0.05)
        written = [json.loads(Lines().format(record)) for record in caplog.records]
        lines = [line for line in written if line.get("path") == "/v1/search"]
    return lines


def test_a_line_of_the_log_tells_who_asked_and_never_what(
    guarded: Service, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "clac.service")
    for body in ({"text": "secret salt", "filter": 'elements HAS "secret"'}, {"text": "a" * 3000}):
        guarded.post("/v1/search", body, **bearer())
    lines = lines_of(caplog, 2)
    assert [line["status"] for line in lines] == [422, 413]
    for line in lines:
        assert {**line, "client": "127.0.0.1", "key": "ana", "level": "info"} == line
        assert datetime.datetime.fromisoformat(line["time"]).tzinfo is not None
    assert "secret" not in str(lines)


def test_the_log_tells_what_was_asked_where_it_is_wanted(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "clac.service")
    with running(Settings(log_queries=True)) as service:
        service.post("/v1/search", {"text": "rock salt"})
        (line,) = lines_of(caplog, 1)
    assert (line["status"], line["text"], line["filter"]) == (200, "rock salt", None)


def test_an_error_is_one_line_of_the_log_with_its_trace() -> None:
    try:
        raise ValueError("a\nb")
    except ValueError:
        record = logging.LogRecord("uvicorn", 40, "", 1, "went %s", ("wrong",), sys.exc_info())
    line = Lines().format(record)
    told = json.loads(line)
    assert "\n" not in line and (told["level"], told["message"]) == ("error", "went wrong")
    assert "ValueError: a\nb" in told["trace"]


def test_more_requests_than_may_be_here_are_sent_away() -> None:
    async def slow(scope: Any, receive: Any, send: Any) -> None:
        await asyncio.sleep(0.2)
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def ask() -> list[Any]:
        guard = guarding(slow, Settings(at_once=2))
        return await asyncio.gather(*(asked_of(guard) for _ in range(3)), asked_of(guard))

    told = [sent[0] for sent in asyncio.run(ask())]
    assert [one["status"] for one in told] == [200, 200, 503, 503]
    assert {(b"retry-after", b"1"), (b"content-type", b"application/problem+json")} <= set(
        told[2]["headers"]
    )


def test_half_a_request_line_does_not_hold_a_connection(
    guarded: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Impatient, "patience_s", 0.5)
    ask = b"GET /healthz HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n"
    for before, sent in ((b"", b""), (b"", b"GET /he"), (ask, b"GET /he")):
        with socket.create_connection(("127.0.0.1", guarded.port), timeout=10) as line:
            line.sendall(before)
            if before:
                assert line.recv(9000).startswith(b"HTTP/1.1 200")
            with contextlib.suppress(OSError):
                for letter in sent:  # a trickle is no better
                    line.sendall(bytes([letter]))
                    time.sleep(0.1)
            assert line.recv(9000) == b""


def test_an_answer_that_nobody_takes_does_not_hold_a_connection(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def endless(scope: Any, receive: Any, send: Any) -> None:
        async def answer() -> None:
            await send({"type": "http.response.start", "status": 200, "headers": []})
            while True:
                await send({"type": "http.response.body", "body": b"a" * 2**16, "more_body": True})
                await asyncio.sleep(0)

        if scope["type"] == "http":
            answering = asyncio.create_task(answer())
            while (await receive())["type"] != "http.disconnect":
                pass
            answering.cancel()
            ended.set()

    monkeypatch.setattr(Impatient, "taking_s", 0.5)
    ended = threading.Event()
    server = server_of(endless, Settings(), 0)
    with socket.socket() as listener, socket.socket() as line:
        listener.bind(("127.0.0.1", 0))
        run = threading.Thread(target=server.run, args=([listener],), daemon=True)
        run.start()
        while not server.started:
            assert run.is_alive()
            time.sleep(0.05)
        line.connect(listener.getsockname())
        line.sendall(b"GET / HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n")
        assert ended.wait(60)
        server.should_exit = True
        run.join(60)


def test_a_slow_reader_is_not_cut_off_by_the_deadline_of_the_request() -> None:
    async def slow(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await asyncio.sleep(0.6)
        await send({"type": "http.response.body", "body": b"all"})

    told = asyncio.run(asked_of(guarding(slow, Settings(timeout_s=0.3))))
    assert (told[0]["status"], told[1]["body"]) == (200, b"all")


def test_one_key_cannot_ask_without_end(guarded: Service) -> None:
    replies = [guarded.post("/v1/search", "{", **bearer(GREEDY)) for _ in range(10)]
    assert replies[-1].status == 429 and int(replies[-1].headers["retry-after"]) >= 1


def test_a_bucket_fills_at_a_steady_rate() -> None:
    now = [0.0]
    rates = Rates(2.0, 3, lambda: now[0])
    assert [rates.wait("a") for _ in range(4)] == [0, 0, 0, 0.5]
    assert rates.wait("b") == 0
    now[0] = 0.5
    assert rates.wait("a") == 0 and rates.wait("a") == 0.5
    now[0] = 100.0
    assert [rates.wait("a") for _ in range(4)][-1] > 0


def test_what_only_shows_costs_a_tenth_of_a_question() -> None:
    gate = Gate(Keys({digest_of(KEY): "ana"}), Settings(burst=2, rate_per_s=1e-9))
    assert [gate.admit(KEY, "GET") for _ in range(10)] == [("ana", 0)] * 10
    assert gate.admit(KEY) == ("ana", 0) and gate.admit(KEY)[1] > 0 < gate.admit(KEY, "GET")[1]


@pytest.mark.parametrize("name", ["", " ", "#ana", " ana", "ana\n", "a\x85b"])
def test_a_name_that_the_file_of_keys_would_misread_gets_no_key(name: str) -> None:
    with pytest.raises(ConfigError, match="no name of a key"):
        make_key(name)


def test_keys_are_read_from_a_file_and_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "keys"
    key, line = make_key("team: a")
    file.write_text(f"# ours\n{line}\n\n")
    monkeypatch.setenv("CLAC_API_KEYS", f"{KEY}, ")
    keys = Keys.read(file)
    assert (keys.name_of(key), keys.name_of(KEY), keys.name_of("other")) == (
        "team: a",
        "key 1",
        None,
    )
    file.write_text("ana:secret\n")
    with pytest.raises(ConfigError, match=r"keys:1: expected NAME:SHA256"):
        Keys.read(file)
    monkeypatch.setenv("CLAC_API_KEYS", "short")
    with pytest.raises(ConfigError, match="fewer than 16"):
        Keys.read()


def test_others_may_not_reach_a_service_without_keys() -> None:
    with pytest.raises(ConfigError, match="needs API keys"):
        create_app(settings=Settings(host="0.0.0.0"))
    with pytest.raises(ConfigError, match="above zero"):
        Settings(waiting=0)


class Slow:
    """An engine that answers when it is let."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.asked: list[int] = []

    def search_batch(self, queries: list[Query]) -> list[Any]:
        self.asked.append(len(queries))
        self.go.wait(10)
        if any(query.text == "wrong" for query in queries):
            raise InputError("", "wrong")
        return [query.text for query in queries]


def test_texts_that_wait_are_asked_together_and_one_that_is_wrong_fails_alone() -> None:
    async def ask() -> list[Any]:
        first = asyncio.create_task(desk.search(engine, Query("a")))
        await asyncio.sleep(0.2)
        rest = [asyncio.create_task(desk.search(engine, Query(text))) for text in texts]
        await asyncio.sleep(0.2)
        engine.go.set()
        return await asyncio.gather(first, *rest, return_exceptions=True)

    desk, engine, texts = Desk(Settings()), Slow(), ("b", "wrong", *"cdefgh")
    answers = asyncio.run(ask())
    desk.stop()
    assert isinstance(answers.pop(2), InputError) and answers == list("abcdefgh")
    assert engine.asked == [1, 8, 4, 2, 1, 1, 2, 4]


def test_more_than_may_wait_are_sent_away_and_those_that_wait_too_long() -> None:
    async def ask() -> list[Any]:
        tasks = []
        for _ in range(5):
            asked = desk.search(engine, Query("a"))
            tasks.append(asyncio.create_task(asyncio.wait_for(asked, 0.5)))
            await asyncio.sleep(0.05)
        return await asyncio.gather(*tasks, return_exceptions=True)

    desk, engine = Desk(Settings(waiting=2)), Slow()
    answers = asyncio.run(ask())
    engine.go.set()
    desk.stop()
    assert all(isinstance(answer, Problem) for answer in answers[3:])
    assert all(isinstance(answer, TimeoutError) for answer in answers[:3])
    assert answers[-1].detail == "too many requests wait for the model"
    assert (answers[-1].status_code, answers[-1].headers["Retry-After"]) == (503, "1")
    assert engine.asked == [1]


def test_a_request_has_one_deadline_for_all_that_it_needs() -> None:
    async def slow(scope: Any, receive: Any, send: Any) -> None:
        for _ in range(20):
            await asyncio.sleep(0.1)

    told = asyncio.run(asked_of(guarding(slow, Settings(timeout_s=0.3))))
    assert told[0]["status"] == 503 and b"no time" in told[1]["body"]
    assert (b"retry-after", b"1") in told[0]["headers"]
