"""Errors that reach a user, each as one clear line.

ClacError
|-- InputError        a file, record or text that cannot be used: names the place and the remedy
|-- FetchError        a server that cannot be reached, refuses or errs: what arrived is kept
|-- ConfigError       a training or model configuration that cannot be used
|-- ModelError        weights that are missing, damaged or of another version
|-- StoreError        an index folder that is missing, damaged, of another version or model
|-- WorkerError       a process or cluster that a build gave work to and that fails again and again
`-- MissingExtra      an optional package is not installed: prints its install line
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clac.types import Refusal

_MAX_PLACE = 160
"""letters of an address in a message"""


class ClacError(Exception):
    """Root of the errors that CLaC raises on purpose."""


class InputError(ClacError):
    """Report an input that cannot be used, with its place and a reason."""

    def __init__(self, origin: str, reason: str) -> None:
        """Join the place (FILE, FILE:LINE or FILE:BLOCK) and the reason in one line."""
        super().__init__(f"{origin}: {reason}" if origin else reason)
        self.origin = origin
        self.reason = reason

    def __reduce__(self) -> tuple[type, tuple[str, str]]:
        """Survive the way to another process."""
        return type(self), (self.origin, self.reason)


class FetchError(ClacError):
    """Report a server that cannot be reached, refuses or errs; what arrived before is kept."""

    def __init__(self, place: str, reason: str, status: int = 0) -> None:
        """Join the place (an address or a file of the cache) and the reason; status is of HTTP."""
        shown = place if len(place) <= _MAX_PLACE else f"{place[:_MAX_PLACE]}..."
        super().__init__(" ".join(f"{shown}: {reason}".split()))
        self.place = place
        self.reason = reason
        self.status = status

    def __reduce__(self) -> tuple[type, tuple[str, str, int]]:
        """Survive the way to another process."""
        return type(self), (self.place, self.reason, self.status)


class ConfigError(ClacError):
    """Report a configuration that cannot be used."""


class ModelError(ClacError):
    """Report weights that are missing, damaged or of another version."""


class StoreError(ClacError):
    """Report an index folder that is missing, damaged, or of another version or model."""


class WorkerError(ClacError):
    """Report workers of a build that cannot start, or that die again and again at one batch."""


class MissingExtra(ClacError):
    """Report an optional package that is not installed."""

    def __init__(self, package: str, install: str) -> None:
        """Name the package and the line that installs it."""
        super().__init__(f"{package} is not installed; install it with: {install}")
        self.package = package
        self.install = install

    def __reduce__(self) -> tuple[type, tuple[str, str]]:
        """Survive the way to another process."""
        return type(self), (self.package, self.install)


def refuse(refusal: Refusal) -> None:
    """Raise InputError for a refused input, where all must be read: what readers call then."""
    raise InputError(refusal.origin, refusal.reason)
