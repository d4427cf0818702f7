"""A stand-in for the Hugging Face Hub: one repository, in memory, over HTTP."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

COMMIT = "c" * 40


class HubServer(ThreadingHTTPServer):
    """Holds the files of one model; `with` runs it."""

    def __init__(self) -> None:
        """Take a free port."""
        super().__init__(("127.0.0.1", 0), _Handler)
        self.files: dict[str, bytes] = {}
        self.seen: list[str] = []

    @property
    def address(self) -> str:
        """Return where it listens."""
        return f"http://127.0.0.1:{self.server_port}"

    def __enter__(self) -> HubServer:
        """Answer in a thread."""
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        """Stop."""
        self.shutdown()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: HubServer

    def do_GET(self) -> None:
        self.server.seen.append(f"{self.command} {self.path}")
        path = self.path.partition("?")[0]
        if "/resolve/" in path:
            content = self.server.files.get(path.partition("/resolve/")[2].partition("/")[2])
            if content is None:
                self._send(b"", 404, {"X-Error-Code": "EntryNotFound"})
                return
            etag = hashlib.sha1(content).hexdigest()
            self._send(content, 200, {"ETag": f'"{etag}"', "X-Repo-Commit": COMMIT})
        elif not self.server.files:
            self._send(b"{}", 404, {"X-Error-Code": "RepoNotFound"})
        elif "/tree/" in path:
            found = self.server.files.items()
            self._json([{"type": "file", "path": name, "size": len(content), "oid": "0" * 40}
                        for name, content in found])  # fmt: skip
        else:
            siblings = [{"rfilename": name} for name in self.server.files]
            self._json({"id": "me/model", "sha": COMMIT, "siblings": siblings})

    do_HEAD = do_GET

    def do_POST(self) -> None:
        self.server.seen.append(f"{self.command} {self.path}")
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path.endswith("/create"):
            asked = json.loads(body)
            owner = asked.get("organization") or "me"
            self._json({"url": f"{self.server.address}/{owner}/{asked['name']}"})
        elif "/preupload/" in self.path:
            files = json.loads(body)["files"]
            self._json({"files": [{"path": one["path"], "uploadMode": "regular",
                                   "shouldIgnore": False} for one in files]})  # fmt: skip
        elif "/commit/" in self.path:
            for line in body.splitlines():
                said = json.loads(line)
                if said["key"] == "file":
                    content = base64.b64decode(said["value"]["content"])
                    self.server.files[said["value"]["path"]] = content
            url = f"{self.server.address}/me/model/commit/{COMMIT}"
            self._json({"commitUrl": url, "commitOid": COMMIT})
        else:
            self._json({})

    def _json(self, values: Any) -> None:
        self._send(json.dumps(values).encode(), 200, {"Content-Type": "application/json"})

    def _send(self, content: bytes, status: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, *about: object) -> None:
        """Say nothing."""
