"""What the page says when something goes wrong, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from browsing import Visit, drop_file, grave_faults
from running_service import Service, running

from index.service.bodies import CIF

GAN = "gallium-nitride-wurtzite"


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    with running() as found:
        yield found


def gone(page: Any) -> None:
    """Let the service be gone for the page."""
    page.route("**/*", lambda route: route.abort())


def back(page: Any, way: str = "Load the page again") -> None:
    """Let the service be there again, and press a button."""
    page.unroute("**/*")
    page.get_by_role("button", name=way).click()


def test_a_crystal_that_cannot_be_shown_says_so(visit: Visit) -> None:
    page = visit.search("nitride")
    gone(page)
    page.locator(".card .title").first.click()
    page.get_by_role("alert").get_by_text("A part of this page cannot be loaded").wait_for()
    page.get_by_role("button", name="Load the page again").click()
    page.locator("#live", has_text="cannot be reached").wait_for(state="attached")
    back(page)
    page.wait_for_selector(".sheet")


def test_a_map_that_cannot_be_shown_says_so(visit: Visit) -> None:
    page = visit.open("?q=nitride")
    page.wait_for_selector(".card")
    page.route("**/web/map.js", lambda route: route.abort())
    page.get_by_role("button", name="Map", exact=True).click()
    page.locator(".map-box").get_by_text("A part of this page cannot be loaded").wait_for()
    assert page.locator(".card").count()
    page.unroute("**/web/map.js")
    back(page)
    page.locator(".map canvas").wait_for()


def test_a_download_that_cannot_be_made_says_so(visit: Visit) -> None:
    page = visit.search("nitride")
    gone(page)
    save = page.get_by_role("button", name="Download the shown results as CSV")
    save.click()
    page.locator(".saves").get_by_text("A part of this page cannot be loaded").wait_for()
    assert save.is_enabled()


def test_more_hits_that_cannot_be_fetched_are_asked_for_again(visit: Visit) -> None:
    page = visit.search("oxide")
    gone(page)
    page.get_by_role("button", name="Show 20 more").click()
    page.get_by_text("cannot be reached").wait_for()
    back(page, "Try again")
    page.wait_for_function("() => document.querySelectorAll('.card').length === 40")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("what", ["upload", "bad file", "no such crystal", "bad filter", "gone"])
def test_no_grave_fault_of_accessibility_in_trouble(
    browser: Any, service: Service, what: str, theme: str
) -> None:
    visit = Visit(browser, service, color_scheme=theme)
    page = visit.open(
        {"no such crystal": "?id=none", "bad filter": "?q=a&f=none%3D1"}.get(what, "")
    )
    page.locator(".examples, .problem").first.wait_for()
    if what == "upload":
        drop_file(page, "halite.cif", CIF)
        page.locator(".chip.like a").click()
        page.wait_for_selector(".answer-one")
    elif what == "bad file":
        drop_file(page, "bad.cif", CIF.replace("_cell_length_b 5.64", "_cell_length_b wide"))
    elif what == "gone":
        gone(page)
        page.locator(".examples a").first.click()
    if what != "upload":
        page.locator(".problem").wait_for()
    faults = grave_faults(page)
    visit.context.close()
    assert not faults
