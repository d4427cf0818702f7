"""One polite HTTP client: it keeps a pace, waits longer after each failure, and gives up.

Only http and https are spoken, also where an answer links or redirects to another address.
"""

from __future__ import annotations

import email.utils
import http.client
import json
import random
import ssl
import string
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, NoReturn, TypeVar
from urllib.parse import quote, urlsplit

from clac.config import NetworkConfig
from clac.errors import FetchError

AGAIN = "run the same command again to go on where it stopped"
_CHUNK = 2**18
_MAX_DETAIL = 300
_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
"""status codes of troubles that may pass"""
_ADVICE = {
    401: "access is refused; check the key",
    403: "access is refused",
    404: "there is no such page; check the address",
    410: "there is no such page any more; check the address",
}
T = TypeVar("T")


class PassingError(Exception):
    """A failure that may pass: its reason, the wait the server asks for, whether bytes came."""

    def __init__(self, reason: str, *, wait_s: float = 0.0, progress: bool = False) -> None:
        """Note what happened."""
        super().__init__(reason)
        self.reason = reason
        self.wait_s = wait_s
        self.progress = progress


class RangeError(PassingError):
    """The server has no such part of the file."""


class Client:
    """A paced client of one source; every request goes through `patiently`."""

    def __init__(self, network: NetworkConfig, secret: Mapping[str, str] | None = None) -> None:
        """Prepare; the secret headers go to the address that is asked, never along a redirect."""
        self._network = network
        self._secret = dict(secret or {})
        self._random = random.Random()  # of its own: waits never touch the seed of anything else
        self._opener = _opener()
        self._pause_s = network.pause_s
        self._next = 0.0

    def slow_down(self, pause_s: float) -> None:
        """Leave at least this time from one request to the next, within the longest wait."""
        self._pause_s = max(self._pause_s, min(pause_s, self._network.max_wait_s))

    def json(self, url: str) -> dict[str, Any]:
        """Get a JSON object. Raises FetchError."""
        return self.patiently(url, lambda: self._json(url))

    def patiently(self, url: str, attempt: Callable[[], T]) -> T:
        """Try until it works; raises FetchError after too many failures without progress."""
        failures = 0
        while True:
            self._keep_pace()
            try:
                return attempt()
            except PassingError as error:
                failures = 1 if error.progress else failures + 1
                if failures >= self._network.attempts:
                    times = f"{failures} times in a row" if failures > 1 else "once"
                    raise FetchError(url, f"{error.reason}, {times}; {AGAIN}") from error
                time.sleep(self._wait_s(url, failures, error))

    def open(self, url: str, headers: Mapping[str, str] | None = None) -> http.client.HTTPResponse:
        """Send one GET. Raises PassingError, or FetchError for what no patience mends."""
        request = urllib.request.Request(checked(url), headers={"User-Agent": "clac"})
        for name, value in (headers or {}).items():
            request.add_header(name, value)
        for name, value in self._secret.items():
            request.add_unredirected_header(name, value)
        try:
            response = self._opener.open(request, timeout=self._network.timeout_s)
        except urllib.error.HTTPError as error:
            with error:
                self._refused(url, error)
        except Exception as error:
            self._failed(url, error)
        return response  # type: ignore[no-any-return]

    def chunks(self, response: http.client.HTTPResponse, url: str) -> Iterator[bytes]:
        """Yield what arrives, as it arrives; raises PassingError where it breaks off early."""
        left = length_of(response)
        while left != 0:
            try:
                data = response.read1(_CHUNK if left is None else min(_CHUNK, left))
            except Exception as error:
                self._failed(url, error)
            if not data:
                break
            left = None if left is None else left - len(data)
            yield data
        if left:
            raise PassingError(f"the answer broke off {left} bytes before its announced end")

    def _json(self, url: str) -> dict[str, Any]:
        """Try once to get a JSON object."""
        limit = self._network.max_page_bytes
        body = bytearray()
        with self.open(url, {"Accept": "application/json, application/vnd.api+json"}) as response:
            for data in self.chunks(response, url):
                body += data
                if len(body) > limit:
                    reason = f"the answer is longer than {limit} bytes (max_page_bytes)"
                    raise FetchError(url, f"{reason}; ask for smaller pages")
        try:
            value = json.loads(body)
        except (ValueError, RecursionError) as error:  # a page cut off, or one for people
            raise PassingError(f"the answer is no JSON ({error})") from error
        if not isinstance(value, dict):
            raise FetchError(url, "the answer is no JSON object; check the address")
        return value

    def _keep_pace(self) -> None:
        """Wait until the next request may go."""
        time.sleep(max(0.0, self._next - time.monotonic()))
        self._next = time.monotonic() + self._pause_s

    def _wait_s(self, url: str, failures: int, error: PassingError) -> float:
        """Return how long to wait; raises FetchError where the server asks for too long."""
        longest = self._network.max_wait_s
        if error.wait_s > longest:
            asked = f"the server asks to wait {error.wait_s:.0f} s (at most {longest:.0f})"
            raise FetchError(url, f"{error.reason}: {asked}; later, {AGAIN}") from error
        backoff = self._network.backoff_s * 2.0 ** (failures - 1) * self._random.uniform(0.5, 1.5)
        return max(error.wait_s, min(backoff, longest))

    def _refused(self, url: str, error: urllib.error.HTTPError) -> NoReturn:
        """Sort an answer that is an error."""
        reason = f"HTTP {error.code} {error.reason}".rstrip()
        if error.code in _PASSING:
            raise PassingError(reason, wait_s=retry_after_s(error.headers.get("Retry-After")))
        if error.code == 416:  # what was kept is longer than what there is
            raise RangeError(reason)
        detail = _detail(error) or _ADVICE.get(error.code, "the server does not take the request")
        raise FetchError(url, f"{reason}: {detail}", error.code) from error

    def _failed(self, url: str, error: Exception) -> NoReturn:
        """Sort a failure below HTTP."""
        cause = error.reason if isinstance(error, urllib.error.URLError) else error
        if isinstance(cause, TimeoutError):
            told = f"no answer within {self._network.timeout_s:g} s"
            raise PassingError(told) from error
        if isinstance(cause, ssl.SSLCertVerificationError):
            raise FetchError(url, f"its certificate cannot be trusted ({cause.reason})") from error
        if isinstance(cause, (OSError, http.client.HTTPException)):
            told = str(cause) or type(cause).__name__
            raise PassingError(f"the connection failed ({told})") from error
        if isinstance(error, urllib.error.URLError):  # an address of another kind
            raise FetchError(url, f"cannot be opened: {cause}") from error
        raise error


def checked(url: str) -> str:
    """Return an address with odd letters escaped; raises FetchError where it is not for us."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise FetchError(url, "no address of the web; give one such as https://host/path")
    if parts.username is not None:
        shown = url.replace(parts.netloc, parts.netloc.rpartition("@")[2])
        raise FetchError(shown, "holds a user name; an address is kept in the index, give it bare")
    return quote(url, safe=string.ascii_letters + string.digits + "%/:=&?~#+!$,;'@()*[]-._")


def length_of(response: http.client.HTTPResponse) -> int | None:
    """Return the announced length of a body in bytes, or None."""
    told = response.headers.get("Content-Length", "")
    return int(told) if told.isdecimal() and not response.chunked else None


def retry_after_s(value: str | None) -> float:
    """Read a Retry-After header, seconds or a date; 0 where there is none."""
    if not value:
        return 0.0
    if value.strip().isdecimal():
        return float(value)
    try:
        until = email.utils.parsedate_to_datetime(value)
    except ValueError:
        return 0.0
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(0.0, (until - datetime.now(UTC)).total_seconds())


def today() -> str:
    """Return the day as 2020-01-31, UTC."""
    return datetime.now(UTC).date().isoformat()


def _opener() -> urllib.request.OpenerDirector:
    """Build an opener that knows nothing but http and https: never file, ftp or data."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler, urllib.request.UnknownHandler, urllib.request.HTTPHandler,
        urllib.request.HTTPSHandler, urllib.request.HTTPDefaultErrorHandler,
        urllib.request.HTTPRedirectHandler, urllib.request.HTTPErrorProcessor,
    ):  # fmt: skip
        opener.add_handler(handler())
    return opener


def _detail(error: urllib.error.HTTPError) -> str:
    """Return what the body of an error says: OPTIMADE's errors, or a detail."""
    try:
        body = json.loads(error.read(_CHUNK))
        listed = body.get("errors")
        detail = listed[0].get("detail") if listed else body.get("detail") or body.get("message")
    except Exception:  # a body of any kind, or none
        return ""
    return " ".join(str(detail or "").split())[:_MAX_DETAIL]
