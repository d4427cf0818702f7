"""A headless Chromium for tests of the page."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from running_service import Service

from benchmarks import chromium

sync_api = pytest.importorskip("playwright.sync_api", reason="needs pip install playwright")

WAIT_MS = 90_000
DESK, PHONE = {"width": 1280, "height": 860}, {"width": 360, "height": 740}
_EXPECTED = re.compile(r"Failed to load resource")


@contextmanager
def browsing() -> Iterator[Any]:
    """Start the system's Chromium; where there is none the test is skipped."""
    found = chromium.find()
    if found is None:
        pytest.skip(chromium.NONE)
    with sync_api.sync_playwright() as play:
        browser = play.chromium.launch(executable_path=found, args=[*chromium.FLAGS])
        yield browser
        browser.close()


class Visit:
    """One visitor of the page: what Playwright gives, and what the browser complained of."""

    def __init__(self, browser: Any, service: Service, **how: Any) -> None:
        self.service = service
        self.context = browser.new_context(viewport=DESK, accept_downloads=True, **how)
        self.page = self.context.new_page()
        self.page.set_default_timeout(WAIT_MS)
        self.complaints: list[str] = []
        self.asked: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._hear)
        self.page.on("request", lambda request: self.asked.append(request.url))

    def _hear(self, message: Any) -> None:
        if message.type == "error" and not _EXPECTED.search(message.text):
            self.complaints.append(message.text)

    def open(self, query: str = "") -> Any:
        self.page.goto(f"http://127.0.0.1:{self.service.port}/{query}")
        return self.page

    def search(self, text: str) -> Any:
        page = self.open()
        page.fill("#q", text)
        page.press("#q", "Enter")
        page.wait_for_selector(".card")
        return page

    def ids(self) -> list[str]:
        return [card.get_attribute("data-id") for card in self.page.locator(".card").all()]

    def crystals(self) -> int:
        """Count what the service holds."""
        return self.service.get("/v1/indexes").json["indexes"][0]["crystals"]

    def chips(self) -> list[str]:
        return self.page.locator(".chips .chip > span").all_inner_texts()

    def shows_all_of_its_width(self) -> bool:
        return self.page.evaluate(
            "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        )

    def picture(self, name: str, folder: Path) -> None:
        """Keep a screenshot in the folder that CLAC_SCREENSHOTS names, else in the one given."""
        place = Path(os.environ.get("CLAC_SCREENSHOTS") or folder)
        place.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=place / f"{name}.png")


def colours_of(png: bytes) -> set[tuple[int, int, int]]:
    """Return the colours of a picture."""
    with Image.open(io.BytesIO(png)) as picture:
        plain = picture.convert("RGB")
        return {colour for _, colour in plain.getcolors(plain.width * plain.height)}


def drop_file(page: Any, name: str, content: str) -> None:
    """Drop a file on the page."""
    carried = page.evaluate_handle(
        """([name, content]) => {
          const carried = new DataTransfer();
          carried.items.add(new File([content], name));
          return carried;
        }""",
        [name, content],
    )
    page.dispatch_event("body", "drop", {"dataTransfer": carried})


def grave_faults(page: Any) -> dict[str, list[str]]:
    """Name what axe finds grave, and some elements that have it; skips where there is no axe."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    return {
        fault["id"]: [node["html"][:200] for node in fault["nodes"]][:3]
        for fault in axe.run(page).response["violations"]
        if fault["impact"] in ("serious", "critical")
    }
