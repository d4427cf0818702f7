"""API keys: kept as hashes, compared in constant time, each with a rate of its own."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from clac.errors import ConfigError
from index.service.settings import Settings

VARIABLE = "CLAC_API_KEYS"
OF_GET = 0.1
"""of a question that a GET costs: the page asks for each crystal that it shows"""
_LEAST = 16
"""letters of a key"""


class Keys:
    """The keys that may ask, by the hash of each."""

    def __init__(self, names: Mapping[str, str]) -> None:
        """Take hash -> name."""
        self._names = dict(names)

    def __len__(self) -> int:
        """Count the keys."""
        return len(self._names)

    @classmethod
    def read(cls, file: Path | None = None) -> Keys:
        """Read NAME:SHA256 lines of a file, and keys of the variable CLAC_API_KEYS, by commas.

        Raises ConfigError that names the line which is none.
        """
        names: dict[str, str] = {}
        if file is not None:
            try:
                lines = file.read_text(encoding="utf-8").splitlines()
            except (OSError, UnicodeDecodeError) as error:
                raise ConfigError(f"{file}: cannot be read ({error})") from error
            for number, line in enumerate(lines, 1):
                if line.strip() and not line.startswith("#"):
                    name, digest = _entry(f"{file}:{number}", line)
                    names[digest] = name
        given = [key.strip() for key in os.environ.get(VARIABLE, "").split(",")]
        for number, key in enumerate(filter(None, given), 1):
            if len(key) < _LEAST:
                raise ConfigError(f"{VARIABLE}: key {number} has fewer than {_LEAST} letters")
            names[digest_of(key)] = f"key {number}"
        return cls(names)

    def name_of(self, key: str) -> str | None:
        """Return whose key it is, None for nobody's."""
        digest, found = digest_of(key), None
        for known, name in self._names.items():  # all of them, however soon one is found
            if hmac.compare_digest(known, digest):
                found = name
        return found


class Rates:
    """How many requests each key may still make: a bucket that fills at a steady rate."""

    def __init__(
        self, rate_per_s: float, burst: int, now: Callable[[], float] = time.monotonic
    ) -> None:
        """Take the rate, how much a full bucket holds, and a clock."""
        self._rate, self._burst, self._now = rate_per_s, burst, now
        self._buckets: dict[str, tuple[float, float]] = {}

    def wait(self, name: str, cost: float = 1.0) -> float:
        """Take what a request costs from a key; return the seconds to wait for that, else 0."""
        left, then = self._buckets.get(name, (float(self._burst), self._now()))
        now = self._now()
        left = min(self._burst, left + (now - then) * self._rate)
        self._buckets[name] = (left - cost, now) if left >= cost else (left, now)
        return 0.0 if left >= cost else (cost - left) / self._rate


class Gate:
    """Lets keys in, each at its rate."""

    def __init__(self, keys: Keys, settings: Settings) -> None:
        """Take the keys that may ask, and how often."""
        self._keys, self._rates = keys, Rates(settings.rate_per_s, settings.burst)

    def admit(self, key: str, method: str = "POST") -> tuple[str | None, float]:
        """Return whose key it is, None for nobody's, and the seconds that it has to wait."""
        name = self._keys.name_of(key) if key else None
        cost = 1.0 if method == "POST" else OF_GET
        return name, 0.0 if name is None else self._rates.wait(name, cost)


def digest_of(key: str) -> str:
    """Return the hash of a key; a key is random, so that one pass of SHA-256 is enough."""
    return hashlib.sha256(key.encode()).hexdigest()


def key_of(headers: Mapping[str, str]) -> str:
    """Return the key of a request, from its headers Authorization and X-API-Key."""
    kind, _, key = headers.get("authorization", "").partition(" ")
    return key.strip() if kind.lower() == "bearer" else headers.get("x-api-key", "")


def make_key(name: str) -> tuple[str, str]:
    """Return a new key, and the line of it for a file of keys.

    Raises ConfigError for a name that the file would read otherwise.
    """
    if not name or name != name.strip() or name.startswith("#") or not name.isprintable():
        raise ConfigError(
            f"no name of a key: {name!r}; give a word such as ana, without '#' at its beginning"
        )
    key = secrets.token_urlsafe(32)
    return key, f"{name}:{digest_of(key)}"


def _entry(place: str, line: str) -> tuple[str, str]:
    """Split a line of a file of keys."""
    name, _, digest = line.strip().rpartition(":")
    if not name or len(digest) != 64 or set(digest) - set("0123456789abcdef"):
        raise ConfigError(
            f"{place}: expected NAME:SHA256 in hexadecimal, as clac serve --new-key prints it"
        )
    return name, digest
