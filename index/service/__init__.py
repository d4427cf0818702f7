"""The HTTP service: the engine's answers as JSON. No logic: it checks, asks and dresses."""

from typing import Any

from index.service.keys import Keys
from index.service.settings import Settings

__all__ = ["Keys", "Settings", "create_app"]


def __getattr__(name: str) -> Any:
    """Load `create_app` when it is asked for: keys, limits and parsers need no web framework."""
    if name != "create_app":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from index.service.app import create_app

    return create_app
