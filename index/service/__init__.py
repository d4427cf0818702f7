"""The HTTP service: the engine's answers as JSON. No logic: it checks, asks and dresses."""

from index.service.app import create_app
from index.service.keys import Keys
from index.service.settings import Settings

__all__ = ["Keys", "Settings", "create_app"]
