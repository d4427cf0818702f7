"""What the service allows, in one place."""

from __future__ import annotations

import re
from dataclasses import dataclass

from clac.errors import ConfigError

MAX_K = 1000
MAX_OFFSET = 10_000
MAX_LETTERS = 2000
"""of each text, filter or label"""
MAX_BATCH = 64
"""texts, structures or labels of one request"""
_HOST = re.compile(r"(\[[^\]]*\]|[^:]*)(?::\d+)?")
LOCAL_HOSTS = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True, slots=True)
class Settings:
    """Limits of the service; none of them can be passed by a request."""

    host: str = "127.0.0.1"
    max_body_bytes: int = 2 * 2**20
    body_timeout_s: float = 10.0
    """from the first byte of a request to the last of its body"""
    max_atoms: int = 500
    """of an uploaded cell"""
    timeout_s: float = 30.0
    """of a request, its time in queues included"""
    parse_timeout_s: float = 10.0
    """of one upload"""
    parse_memory_bytes: int = 4 * 2**30
    """of the process that reads uploads"""
    parsers: int = 1
    """such processes"""
    at_once: int = 900
    """requests that are here at once; those beyond are sent away"""
    waiting: int = 128
    """requests that may wait for the model, and until uploads are read; the rest is sent away"""
    together: int = 32
    """texts that are encoded in one pass"""
    rate_per_s: float = 20.0
    """questions of one key, in the long run; ten GETs count as one"""
    burst: int = 60
    """questions of one key at once"""
    log_queries: bool = False
    """texts of queries stand in the log"""
    origins: tuple[str, ...] = ()
    """of other sites whose pages may ask"""
    hosts: tuple[str, ...] = ()
    """names under which it may be asked, beside those of this machine; where there is none, a
    service that others reach may be asked under any"""

    def __post_init__(self) -> None:
        """Check that every limit is above zero."""
        for name in self.__slots__:
            value = getattr(self, name)
            if isinstance(value, (int, float)) and not isinstance(value, bool) and value <= 0:
                raise ConfigError(f"{name} must be above zero, found {value}")

    @property
    def is_local(self) -> bool:
        """Tell whether only this machine can ask."""
        return self.host in LOCAL_HOSTS

    def answers_to(self, host: str) -> bool:
        """Tell whether it may be asked under the name of a Host header.

        A page of another site can point a name of its own at this machine (DNS rebinding); a
        browser then takes this service for a part of that site.
        """
        if not self.is_local and not self.hosts:
            return True
        found = _HOST.fullmatch(host.lower())
        return found is not None and found[1].strip("[]") in (*LOCAL_HOSTS, *self.hosts)
