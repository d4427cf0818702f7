"""Assistants get their tools over stdio and over HTTP, asked by a client of the protocol's SDK."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
import uvicorn
from mcp import Client, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client
from mcp_types import CallToolResult

from clac.errors import ConfigError, ModelError
from index.assistant import Assistant
from index.mcp import PATH, create_server, http_app
from index.service import Keys, Settings
from index.service.bodies import CIF
from index.service.keys import digest_of

COMMAND = [sys.executable, "-c", "from index.cli import main; main()", "mcp"]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
GAN = "gallium-nitride-wurtzite"
KEY = "a-key-of-some-length"
SLOW = Settings(timeout_s=600, parse_timeout_s=120)
CALLS: dict[str, dict[str, Any]] = {
    "search": {"query": "wide band gap nitride with the wurtzite structure"},
    "fetch": {"id": GAN},
    "search_crystals": {"text": "cubic", "filter": 'elements HAS "Ga"', "k": 2},
    "similar_crystals": {"cif": CIF, "k": 1},
    "describe_crystal": {"id": GAN, "k": 2},
    "classify_crystal": {"id": GAN, "labels": ["perovskite", "wurtzite"]},
    "predict_property": {"id": GAN, "properties": ["band_gap"]},
    "get_structure": {"id": GAN},
    "collection_info": {},
}


async def call(client: Client, name: str, arguments: dict[str, Any]) -> CallToolResult:
    """Call a tool, again where the server is still loading, as it says."""
    for _ in range(20):
        told = await client.call_tool(name, arguments)
        if not (told.is_error and "make the same call again" in told.content[0].text):
            return told
    raise AssertionError(told)


async def check_tools(client: Client) -> None:
    """List the tools, call each, and make a mistake."""
    tools = {tool.name: tool for tool in (await client.list_tools()).tools}
    assert tools.keys() == CALLS.keys()
    for tool in tools.values():
        assert tool.description and len(tool.description) > 80 and tool.output_schema
        assert tool.annotations.read_only_hint
        assert all("description" in field for field in tool.input_schema["properties"].values())
    told = {}
    for name, arguments in CALLS.items():
        reply = await call(client, name, arguments)
        assert not reply.is_error, reply
        told[name] = reply.structured_content
        assert json.loads(reply.content[0].text) == told[name]
    (first, *_) = told["search"]["results"]
    assert first.keys() == {"id", "title", "url"} and "wurtzite, P6_3mc" in first["title"]
    assert told["fetch"].keys() == {"id", "title", "text", "url", "metadata"}
    assert "3.4 eV (textbook value" in told["fetch"]["text"]
    assert told["similar_crystals"]["hits"][0]["id"] == "sodium-chloride-rock-salt"
    assert told["classify_crystal"]["labels"][0]["label"] == "wurtzite"
    for name, arguments, line in (
        ("fetch", {"id": "gallium-nitride-wurzite"}, GAN),
        ("search_crystals", {"filter": "nelements<"}, "column 11"),
        ("similar_crystals", {"cif": CIF.replace("a 5.64", "a wide")}, ":2: no cell"),
        ("find", {}, "no such tool; there are search, fetch"),
    ):
        reply = await call(client, name, arguments)
        assert reply.is_error and line in reply.content[0].text


def asked(transport: Any, check: Callable[[Client], Coroutine[Any, Any, None]], mode: str) -> None:
    """Run a check with a client."""

    async def run() -> None:
        async with Client(transport, mode=mode, read_timeout_seconds=600) as client:
            assert client.server_info.name == "clac" and "search" in client.instructions
            await check(client)

    asyncio.run(run())


def test_an_assistant_uses_every_tool_over_stdio() -> None:
    server = StdioServerParameters(command=COMMAND[0], args=COMMAND[1:], env=ENVIRONMENT)
    asked(server, check_tools, "legacy")


def test_stdout_holds_the_protocol_alone_and_the_end_of_stdin_ends_it() -> None:
    process = subprocess.Popen(
        COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**ENVIRONMENT, "PYTHONWARNINGS": "always"},
    )  # fmt: skip
    about = {"protocolVersion": "2025-06-18", "capabilities": {},
             "clientInfo": {"name": "test", "version": "1"}}  # fmt: skip
    messages = [
        {"id": 1, "method": "initialize", "params": about},
        {"method": "notifications/initialized"},
        *({"id": 2 + i, "method": "tools/call",
           "params": {"name": "search", "arguments": {"query": text}}}
          for i, text in enumerate(("oxide", "", "nitride"))),
    ]  # fmt: skip
    for message in messages:
        process.stdin.write(json.dumps({"jsonrpc": "2.0", **message}) + "\n")
        process.stdin.flush()
    replies = {}
    while len(replies) < 4:
        reply = json.loads(process.stdout.readline())
        replies[reply["id"]] = reply["result"]
    rest, errors = process.communicate(timeout=300)
    assert not rest and "Traceback" not in errors, errors
    assert process.returncode == 0, errors
    assert replies[1]["serverInfo"]["name"] == "clac"
    assert replies[1]["capabilities"] == {"tools": {"listChanged": False}}
    assert replies[3]["isError"] and replies[3]["content"][0]["text"].startswith("query: ")


@contextlib.contextmanager
def over_http(keys: Keys, settings: Settings = SLOW) -> Iterator[str]:
    """Serve over HTTP on a free port until the block ends; gives the address."""
    app = http_app(create_server(settings=settings), settings, keys)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False))
        run = threading.Thread(target=server.run, args=([listener],), daemon=True)
        run.start()
        deadline = time.monotonic() + 120
        while not server.started:
            assert run.is_alive() and time.monotonic() < deadline
            time.sleep(0.05)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}{PATH}"
        server.should_exit = True
        run.join(60)
        assert not run.is_alive()


def test_an_assistant_uses_every_tool_over_http_with_a_key() -> None:
    with over_http(Keys({digest_of(KEY): "ana"})) as address:
        ping = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
        for headers in ({}, {"authorization": "Bearer another-key-of-length"}):
            reply = httpx2.post(address, json=ping, headers=headers)
            assert reply.status_code == 401 and reply.headers["www-authenticate"] == "Bearer"
        sent = httpx2.AsyncClient(headers={"authorization": f"Bearer {KEY}"}, timeout=600)
        asked(streamable_http_client(address, http_client=sent), check_tools, "auto")


def test_only_this_machine_is_served_without_a_key() -> None:
    with pytest.raises(ConfigError, match="needs API keys"):
        http_app(create_server(), Settings(host="0.0.0.0"), Keys({}))
    with over_http(Keys({})) as address:
        ping = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
        for headers in ({"host": "elsewhere.example"}, {"origin": "https://elsewhere.example"}):
            assert httpx2.post(address, json=ping, headers=headers).status_code in (403, 421)
        body = {**ping, "params": {"x": "a" * 2 * SLOW.max_body_bytes}}
        assert httpx2.post(address, json=body).status_code == 413


def test_the_files_of_calls_wait_no_longer_and_no_more_than_they_may() -> None:
    async def ask() -> list[Any]:
        assistant.start()
        await assistant._opening
        arguments = {"cif": CIF, "properties": ["band_gap"]}
        calls = [assistant.call("predict_property", arguments) for _ in range(3)]
        told = await asyncio.gather(*calls, return_exceptions=True)
        await assistant.stop()
        return told

    async def read(shelf: object, text: str) -> None:
        await asyncio.sleep(600)

    assistant = Assistant(None, Settings(waiting=2, timeout_s=1))
    assistant._read = read
    lines = [str(told) for told in asyncio.run(ask())]
    assert [("no time" in line, "too many calls" in line) for line in lines] == [
        (True, False), (True, False), (False, True),
    ]  # fmt: skip


def test_a_body_over_http_may_not_be_slow_and_each_request_has_its_line(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, "clac.service")
    head = (f"POST {PATH} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n"
            f"authorization: Bearer {KEY}\r\ncontent-length: 50\r\n\r\n{{")  # fmt: skip
    settings = Settings(body_timeout_s=0.5)
    with over_http(Keys({digest_of(KEY): "ana"}), settings) as address:
        port = int(address.split(":")[2].split("/")[0])
        with socket.create_connection(("127.0.0.1", port), timeout=60) as line:
            line.sendall(head.encode())
            assert line.recv(100).split()[1] == b"408"
    told = [record.msg for record in caplog.records if isinstance(record.msg, dict)]
    assert [(one["status"], one["key"], one["path"]) for one in told] == [(408, "ana", PATH)]


def test_a_damaged_part_of_the_model_is_told_by_its_path_on_this_machine_alone() -> None:
    async def ask(assistant: Assistant) -> str:
        assistant.start()
        with pytest.raises(ModelError) as caught:
            await assistant.call("collection_info", {})
        await assistant.stop()
        return str(caught.value)

    def damaged() -> None:
        raise ModelError("/srv/weights: damaged")

    for host, told in (
        ("127.0.0.1", "/srv/weights: damaged"),
        ("0.0.0.0", "the model cannot be read; see the log of the server"),
    ):
        assistant = Assistant(None, Settings(host=host))
        assistant._shelf = damaged
        assert asyncio.run(ask(assistant)) == told


def test_it_needs_no_more_than_its_own_extra() -> None:
    code = (
        "import sys; sys.modules |= {'fastapi': None, 'prometheus_client': None}\n"
        "import index.mcp, index.service.parsing"
    )
    done = subprocess.run([sys.executable, "-c", code], env=ENVIRONMENT, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()


def test_wrong_usage_and_what_is_not_installed_are_told() -> None:
    script = "import sys; sys.modules['mcp'] = None\nfrom index.cli import main; main()"
    for command, arguments, told in (
        (COMMAND[:3], ["mcp", "--host", "0.0.0.0"], "are for --http"),
        (COMMAND[:3], ["mcp", "--http", "--host", "0.0.0.0"], "needs API keys"),
        ([sys.executable, "-c", script], ["mcp"], "pip install 'clac[mcp]'"),
    ):
        environment = {k: v for k, v in ENVIRONMENT.items() if k != "CLAC_API_KEYS"}
        done = subprocess.run(
            [*command, *arguments], env=environment, capture_output=True, text=True
        )
        assert done.returncode and not done.stdout and told in done.stderr, done.stderr
