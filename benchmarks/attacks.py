"""Hostile requests: oversized, malformed, slow, mistyped, files that explode, hosts of others."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from index.service.bodies import CIF

Pieces = list[bytes]
"""a request, in pieces that are sent one after the other"""
_HOST = "127.0.0.1"
_ASK = ("/v1/search", "/v1/similar", "/v1/describe", "/v1/classify", "/v1/predict", "/v1/embed",
        "/v1/structures")  # fmt: skip
_END = "connection: close\r\n\r\n"


def attack(dice: random.Random) -> Pieces:
    """Make one hostile request."""
    return dice.choice(_KINDS)(dice)


def post(path: str, body: Any, host: str = _HOST) -> bytes:
    """Write a request with a body, JSON unless it is bytes."""
    sent = body if isinstance(body, bytes) else json.dumps(body).encode("utf-8", "replace")
    head = (f"POST {path} HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/json\r\n"
            f"content-length: {len(sent)}\r\n{_END}")  # fmt: skip
    return head.encode() + sent


def _get(path: str, host: str = _HOST, more: str = "") -> Pieces:
    return [f"GET {path} HTTP/1.1\r\nhost: {host}\r\n{more}{_END}".encode()]


def _too_large(dice: random.Random) -> Pieces:
    return [post(dice.choice(_ASK), {"text": "a" * dice.randrange(2_000_000, 4_000_000)})]


def _no_json(dice: random.Random) -> Pieces:
    return [post(dice.choice(_ASK), dice.randbytes(dice.randrange(1, 400)))]


def _wrong_types(dice: random.Random) -> Pieces:
    odd = [None, 1e308, -1, [], {}, [[[]]], "\x00", "\ud800", True, "a" * 5000, 10**30]
    names = ["text", "k", "offset", "id", "structure", "labels", "filter", "like", "index"]
    body = {dice.choice(names): dice.choice(odd) for _ in range(4)}
    return [post(dice.choice(_ASK), body)]


def _climbing(dice: random.Random) -> Pieces:
    up = "/".join(dice.choices(["..", "%2e%2e", "..%2f", "%00", "etc", "passwd", "web"], k=5))
    where = dice.choice(["/v1/structures/", "/web/", "/optimade/v1/structures/", "/"])
    return _get(where + up)


def _broken_headers(dice: random.Random) -> Pieces:
    long = "y" * dice.randrange(1, 70_000)
    return _get("/v1/indexes", more=f"x-a: b\rset-cookie: c\r\n{long}: z\r\n")


def _of_others(dice: random.Random) -> Pieces:
    """Ask as a page of another site that has the name of this machine changed under it."""
    host = dice.choice(["x.example", "127.0.0.1.x.example", "[::1", "a:b:c", "\x01", "y" * 3000])
    return [post("/v1/search", {"text": "salt"}, host)]


def _files(dice: random.Random) -> Pieces:
    content = dice.choice(_BOMBS)(dice)
    if dice.random() < 0.2:
        at = dice.randrange(len(content) + 1)
        content = content[:at] + dice.choice(["\ud800", "\x00", "\u2028"]) + content[at:]
    upload = {"content": content, "name": dice.choice(["<b>.cif", "POSCAR", "a.xyz", "a.json"])}
    path, body = dice.choice([
        ("/v1/similar", {"structure": upload}), ("/v1/structures", {"structure": upload}),
        ("/v1/search", {"like": [upload]}), ("/v1/embed", {"structures": [upload]}),
    ])  # fmt: skip
    return [post(path, body)]


def _deep_filter(dice: random.Random) -> Pieces:
    deep = "(" * dice.randrange(1, 900) + 'elements HAS "' + "O" * dice.randrange(5)
    return [post("/v1/search", {"text": "a", "filter": deep})]


def _queries(dice: random.Random) -> Pieces:
    filters = ["(" * 900, "NOT " * 400 + "nelements=1", 'id="' + "%" * 900, "nsites<" + "9" * 900,
               'elements HAS ALL "Li",' + '"O",' * 300 + '"O"', "\x00", "a.b.c.d=1"]  # fmt: skip
    number = dice.choice(["0", "-1", "1e9", str(10**30), "\x00"])
    return _get(dice.choice([
        f"/optimade/v1/structures?filter={quote(dice.choice(filters))}",
        f"/optimade/v1/structures?page_limit={quote(number)}&sort={'id,' * 300}",
        f"/optimade/v1/structures?page_offset={quote(number)}&response_fields={'_x_y,' * 300}",
        f"/v1/map?index={quote(dice.choice(filters))}",
    ]))  # fmt: skip


def _no_http(dice: random.Random) -> Pieces:
    return [dice.randbytes(dice.randrange(1, 3000))]


def _wrong_length(dice: random.Random) -> Pieces:
    """Send a body that never comes, or that is of another length."""
    size = dice.choice([-1, 5, 10**9, 10**30])
    head = f"POST {dice.choice(_ASK)} HTTP/1.1\r\nhost: {_HOST}\r\n"
    return [f"{head}content-length: {size}\r\n\r\n{{".encode()]


def _trickle(dice: random.Random) -> Pieces:
    whole = post(dice.choice(_ASK), {"text": "a" * 90})
    head, body = whole.split(b"{", 1)
    return [head, b"{", *(bytes([letter]) for letter in body)]


def _cif(dice: random.Random) -> str:
    return dice.choice([
        CIF + "".join(f"H 0.{n:06d} 0.1 0.2\n" for n in range(20_000)),
        CIF.replace("5.64", dice.choice(["1e9", "1e-9", "-5", "nan", "0"])),
        CIF.replace("'F m -3 m'", "'" + "x" * 100_000 + "'"),
        CIF.replace("0.5 0.5 0.5", "0.0001 0 0"),
        "data_\nloop_\n" + "_a\n" * 50_000 + "1 " * 200_000,
    ])  # fmt: skip


def _poscar(dice: random.Random) -> str:
    scale = dice.choice(["1.0", "1e9", "-1", "nan", "1 1 1 1"])
    counts = dice.choice(["1", "99999999", "-1", "1 " * 50_000])
    kinds = dice.choice(["Na", "Na " * 50_000, "x" * 100_000])
    return f"salt\n{scale}\n5 0 0\n0 5 0\n0 0 5\n{kinds}\n{counts}\nDirect\n0 0 0\n"


def _xyz(dice: random.Random) -> str:
    count = dice.choice(["1", "99999999999", "-1", "9" * 5000])
    cell = dice.choice(["5 0 0 0 5 0 0 0 5", "nan " * 9, "0 " * 9, "5 " * 90_000])
    columns = dice.choice(["species:S:1:pos:R:3", "pos:R:999999999", "species:S:1:pos:R:3:" * 5000])
    return f'{count}\nLattice="{cell}" Properties={columns} pbc="T T T"\nNa 0 0 0\n'


def _json(dice: random.Random) -> str:
    site = {"species": [{"element": "Na", "occu": 1}], "abc": [0, 0, 0]}
    salt = {"@module": "pymatgen.core.structure", "@class": "Structure", "sites": [site],
            "lattice": {"matrix": [[5, 0, 0], [0, 5, 0], [0, 0, 5]]}}  # fmt: skip
    return dice.choice([
        "[" * 100_000, '{"a":' * 100_000,
        json.dumps({**salt, "sites": [site] * 20_000}),
        json.dumps({**salt, "@module": "os", "@class": "system"}),
        json.dumps({**salt, "lattice": {"matrix": dice.choice([[], "x", [[1e308] * 3] * 3])}}),
        json.dumps({**salt, "lattice": {"matrix": [[float("nan")] * 3] * 3}}),
        json.dumps([salt] * 5000),
        '{"sites": ' + "9" * 100_000 + "}",
    ])  # fmt: skip


_BOMBS: tuple[Callable[[random.Random], str], ...] = (_cif, _poscar, _xyz, _json)
_KINDS: tuple[Callable[[random.Random], Pieces], ...] = (
    _too_large, _no_json, _wrong_types, _climbing, _broken_headers, _of_others, _files, _files,
    _deep_filter, _queries, _no_http, _wrong_length, _trickle,
)  # fmt: skip
