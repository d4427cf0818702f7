"""What the service counts, for Prometheus."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from starlette.types import Scope

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_BUCKETS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
_OTHER = "other"
"""path of what is none of the service, so that nobody fills the memory with names"""


class Meters:
    """Counters of one service."""

    def __init__(self, waiting: Callable[[], int]) -> None:
        """Take what tells how many questions wait."""
        self._registry = CollectorRegistry()
        named = {"labelnames": ("path", "method"), "registry": self._registry}
        self._requests = Counter(
            "clac_requests_total", "Requests.", ("path", "method", "status"),
            registry=self._registry,
        )  # fmt: skip
        self._seconds = Histogram(
            "clac_request_seconds", "Time to answer.", buckets=_BUCKETS, **named
        )
        gauge = Gauge("clac_waiting", "Questions that wait.", registry=self._registry)
        gauge.set_function(waiting)
        self._crystals = Gauge(
            "clac_crystals", "Crystals of an index.", ("index",), registry=self._registry
        )

    def count(self, scope: Scope, status: int, seconds: float) -> None:
        """Count one request that was answered."""
        route = scope.get("route")
        path = getattr(route, "path", "") or _OTHER
        method = scope["method"] if route is not None else _OTHER
        self._requests.labels(path, method, str(status)).inc()
        self._seconds.labels(path, method).observe(seconds)

    def opened(self, index: str, crystals: int) -> None:
        """Keep how many crystals an index has."""
        self._crystals.labels(index).set(crystals)

    def text(self) -> bytes:
        """Return all of it as Prometheus reads it."""
        return generate_latest(self._registry)
