"""The system's Chromium, for what looks at the page: where it is, its flags without a screen."""

from __future__ import annotations

import os
import shutil

FLAGS = (
    "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader",
    "--ignore-gpu-blocklist", "--no-sandbox",
)  # fmt: skip
NONE = "no Chromium: apt-get install chromium, or set CLAC_CHROMIUM to its path"
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find() -> str | None:
    """Return its path, or that which CLAC_CHROMIUM names; None where there is none."""
    return os.environ.get("CLAC_CHROMIUM") or next(filter(None, map(shutil.which, _NAMES)), None)
