"""Files of the web: whole and checked, also where the server fails, stalls, lies or changes."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest
import unruly_server as unruly
from unruly_server import FILE, QUICK, address, one_line

from clac.config import NetworkConfig
from clac.data.sources import read_sources
from clac.data.sources.client import Client, retry_after_s
from clac.errors import FetchError

OTHER = unruly.archive("four", "five", "six", "seven")


def ids(records: Any) -> list[str]:
    return [record.id for record in records]


def test_a_file_outlives_errors_and_a_cut_and_the_server_is_given_time(tmp_path: Path) -> None:
    half = len(FILE) // 2
    steps = [unruly.status(500), unruly.status(503, Retry_After="1"), unruly.status(429),
             unruly.cut(half), unruly.status(502), unruly.serve]  # fmt: skip
    with unruly.running(FILE, *steps) as web:
        records = list(read_sources(address(web), cache=tmp_path, network=QUICK))
    assert ids(records) == ["one", "two", "three"]
    assert records[0].origin == f"{web.base}/salts.tar.gz/one.cif:one"
    assert len(web.asked) == 6
    assert web.asked[2].when - web.asked[1].when >= 1.0  # as Retry-After says
    assert [request.headers.get("Range") for request in web.asked[4:]] == [f"bytes={half}-"] * 2
    assert web.asked[5].headers["If-Range"] == web.etag()


def test_a_download_that_was_given_up_goes_on_at_the_next_call(tmp_path: Path) -> None:
    half = len(FILE) // 2
    once = NetworkConfig(attempts=1, pause_s=0)
    with unruly.running(FILE, unruly.cut(half)) as web:
        with pytest.raises(FetchError) as error:
            read_sources(address(web), cache=tmp_path, network=once)
        one_line(
            error.value, web.base, f"broke off {len(FILE) - half} bytes before", "run the same"
        )
        records = list(read_sources(address(web), cache=tmp_path, network=once))
        assert ids(records) == ["one", "two", "three"] and web.sent == len(FILE)
        list(read_sources(address(web), cache=tmp_path, network=once))
        assert len(web.asked) == 2  # a checked file is not fetched again
        (path,) = tmp_path.rglob("salts.tar.gz")
        path.write_bytes(FILE[:-1])
        licensed = f"{address(web)}&licence=CC0-1.0"
        records = list(read_sources(licensed, cache=tmp_path, network=once))
        assert len(web.asked) == 3 and path.read_bytes() == FILE
        assert {record.properties["licence"] for record in records} == {"CC0-1.0"}


@pytest.mark.parametrize("then", [unruly.serve, unruly.serve_rest_blindly])
def test_a_file_that_changes_between_two_ranges_starts_anew(
    tmp_path: Path, then: unruly.Step
) -> None:
    steps = [unruly.cut(len(FILE) // 2), unruly.replace_by(OTHER, then)]
    with unruly.running(FILE, *steps) as web:
        records = list(read_sources(address(web, OTHER), cache=tmp_path, network=QUICK))
    assert ids(records) == ["four", "five", "six", "seven"]


def test_a_wrong_checksum_is_refused_and_nothing_is_kept(tmp_path: Path) -> None:
    for step in (unruly.serve, unruly.announce(-5)):
        with unruly.running(FILE, step) as web:
            wanted = hashlib.sha256(OTHER if step is unruly.serve else FILE).hexdigest()
            with pytest.raises(FetchError) as error:
                read_sources(f"{web.base}/x.cif#sha256={wanted}", cache=tmp_path, network=QUICK)
            one_line(error.value, f"{web.base}/x.cif: its SHA-256 is ", f"expected {wanted}")
            assert len(web.asked) == 1
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_server_that_lies_or_stalls_is_given_up_after_bounded_tries(tmp_path: Path) -> None:
    with unruly.running(FILE, usual=unruly.announce(5)) as web:
        with pytest.raises(FetchError) as error:
            read_sources(address(web), cache=tmp_path, network=QUICK)
        one_line(error.value, web.base, "broke off 5 bytes", "5 times in a row")
        assert len(web.asked) <= 2 * QUICK.attempts
    brief = NetworkConfig(timeout_s=0.1, attempts=3, backoff_s=0.01, pause_s=0)
    with unruly.running(FILE, usual=unruly.stall(0.5)) as web:
        for source in (address(web), f"optimade:{web.base}"):
            with pytest.raises(FetchError) as error:
                read_sources(source, cache=tmp_path / "s", network=brief)
            one_line(error.value, web.base, "no answer within 0.1 s, 3 times in a row; run the")
        assert len(web.asked) == 6
    with unruly.running(FILE, unruly.status(503, Retry_After="9999")) as web:
        with pytest.raises(FetchError) as error:
            read_sources(address(web), cache=tmp_path, network=QUICK)
        one_line(error.value, web.base, "HTTP 503", "asks to wait 9999 s (at most 3)")


def test_requests_keep_their_pace() -> None:
    with unruly.running(usual=unruly.say({})) as web:
        client = Client(NetworkConfig(pause_s=0.05))
        client.json(web.base)
        client.json(web.base)
        client.slow_down(0.15)
        client.json(web.base)
        client.json(web.base)
    times = [request.when for request in web.asked]
    assert times[1] - times[0] > 0.04 and times[3] - times[2] > 0.13
    assert retry_after_s("Wed, 21 Oct 2015 07:28:00 GMT") == retry_after_s("soon") == 0.0
    assert retry_after_s("Fri, 21 Oct 2095 07:28:00 -0000") > 1e6


def test_a_key_does_not_go_along_a_redirect() -> None:
    with unruly.running(usual=unruly.say({"data": []})) as other:
        away = unruly.status(302, Location=other.base)
        with unruly.running(b"", unruly.say({}), away) as web:
            client = Client(QUICK, {"X-API-KEY": "secret"})
            client.json(web.base)
            assert client.json(web.base) == {"data": []}
        assert [request.headers.get("X-API-KEY") for request in web.asked] == ["secret"] * 2
        assert other.asked[0].headers.get("X-API-KEY") is None
