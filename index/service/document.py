"""What the OpenAPI document says beside the paths: limits, keys, names of operations."""

from __future__ import annotations

from fastapi import Depends
from fastapi.routing import APIRoute
from fastapi.security import APIKeyHeader, HTTPBearer

from index.service.problems import OPTIMADE
from index.service.settings import Settings

_WANTED = "a key, where the service wants one"
KEY = [
    Depends(HTTPBearer(scheme_name="bearer", description=_WANTED, auto_error=False)),
    Depends(APIKeyHeader(name="X-API-Key", scheme_name="header", description=_WANTED,
                         auto_error=False)),
]  # fmt: skip
"""dependencies of paths that need a key, for the document alone: it is checked before any path"""


def operation(route: APIRoute) -> str:
    """Name an operation, as the methods of generated clients are named."""
    return f"optimade_{route.name}" if route.path.startswith(OPTIMADE) else route.name


def about(settings: Settings) -> str:
    """Tell what holds for all paths, with the limits that no field tells: a paragraph a line."""
    size = settings.max_body_bytes
    return "\n\n".join(
        (
            "Bodies are JSON, and say so in the header Content-Type. A mistake is answered as "
            "application/problem+json with its field, the line of a bad file, and what to do.",
            f"A body has {size} bytes ({size / 2**20:.3g} MiB) at most, and is there within "
            f"{settings.body_timeout_s:g} s. An uploaded cell has {settings.max_atoms} atoms at "
            f"most, and is read within {settings.parse_timeout_s:g} s. What the model cannot "
            f"answer within {settings.timeout_s:g} s is given up. The limits of a field stand "
            "beside it.",
            f"A key has {settings.rate_per_s:g} requests a second in the long run, and "
            f"{settings.burst} at once; ten of GET count as one. 429 and 503 say in Retry-After "
            "when to ask again. Where the service wants a key, send it as Authorization: Bearer "
            "KEY, or as X-API-Key: KEY.",
        )
    )
