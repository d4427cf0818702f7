"""A Milvus server of the `milvus` package, on ports and in a folder of its own."""

from __future__ import annotations

import contextlib
import importlib.util
import shutil
import socket
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

_PATIENCE_S = 120
_ATTEMPTS = 3


@contextlib.contextmanager
def running() -> Iterator[str]:
    """Run a server and give its address; skip the test where it cannot start."""
    for package in ("pymilvus", "milvus"):
        if importlib.util.find_spec(package) is None:
            pytest.skip(f"the package {package} is not installed: pip install 'clac[test]'")
    server, folder = _started()
    try:
        yield f"http://127.0.0.1:{server.listen_port}"
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def free_ports(count: int) -> list[int]:
    """Return ports that nobody listens on."""
    with contextlib.ExitStack() as held:
        sockets = [held.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [one.getsockname()[1] for one in sockets]


def _started() -> tuple[Any, str]:
    """Start a server; a port may be taken between its choice and its use, so try again."""
    from milvus import MilvusServer, MilvusServerConfig

    reason = ""
    for _ in range(_ATTEMPTS):
        folder = tempfile.mkdtemp(prefix="clac-milvus-")
        config = MilvusServerConfig(data_dir=folder)
        names = [name for name in config.configurable_items if name.endswith("_port")]
        *ports, metrics = free_ports(len(names) + 1)
        config.update(**dict(zip(names, ports, strict=True)))
        config.set("queryNode.enableDisk", "true")  # else it builds DiskANN and cannot load it
        server = MilvusServer(config, wait_for_started=False)
        server.webservice_port = metrics
        try:
            server.start()
            if _healthy(server):
                return server, folder
            reason = f"not ready in {_PATIENCE_S} s"
        except OSError as error:
            reason = str(error)
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
    pytest.skip(f"the Milvus server of the package milvus cannot start here: {reason}")


def _healthy(server: Any) -> bool:
    """Wait until a server says that it is ready; False where it ended or took too long."""
    url = f"http://127.0.0.1:{server.webservice_port}/healthz"
    deadline = time.monotonic() + _PATIENCE_S
    while server.server_proc.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=5) as answer:
            if b"OK" in answer.read():
                return True
        time.sleep(0.1)
    return False
