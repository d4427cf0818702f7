"""The map of the page in a real browser: hits are ringed, and a part of it is searched."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browsing import Visit, colours_of
from running_service import Service, running

from index.plane import plane

SAMPLE = 100
"""crystals on the map of a collection that is called large"""


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    with running() as found:
        yield found


def mapped(visit: Visit, text: str = "nitride") -> Any:
    """Search, and show the map."""
    page = visit.search(text)
    page.get_by_role("button", name="Map", exact=True).click()
    page.locator(".map canvas").wait_for()
    page.locator(".map canvas").scroll_into_view_if_needed()
    return page


def stroke(page: Any, pointer: str = "mouse") -> None:
    """Draw around the right part of the map."""
    box = page.locator(".map canvas").bounding_box()
    spots = [(0.4, 0.02), (0.98, 0.05), (0.98, 0.95), (0.4, 0.95)]
    places = [(box["x"] + box["width"] * x, box["y"] + box["height"] * y) for x, y in spots]
    if pointer == "mouse":
        page.mouse.move(*places[0])
        page.mouse.down()
        for place in places[1:]:
            page.mouse.move(*place, steps=8)
        page.mouse.up()
        return
    sent = page.context.new_cdp_session(page)
    for kind, (x, y) in zip(
        ("touchStart", "touchMove", "touchMove", "touchMove"), places, strict=True
    ):
        sent.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
        page.wait_for_timeout(50)
    sent.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_the_map_marks_hits_and_is_lassoed(visit: Visit, tmp_path: Path) -> None:
    page = mapped(visit)
    canvas = page.locator(".map canvas")
    assert len(colours_of(canvas.screenshot())) > 50
    stroke(page)
    page.get_by_label("Drop: part of the map").wait_for()
    assert "lasso=" in page.url and len(page.url) < 1000
    visit.picture("map", tmp_path)
    page.wait_for_selector(".card")
    assert page.locator(".card").count() >= 1
    page.get_by_role("button", name="Clear the part").click()
    page.get_by_label("Drop: part of the map").wait_for(state="detached")


def test_hits_beside_the_sample_are_ringed_and_more_of_them(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.service.collection.plane", lambda engine: plane(engine, SAMPLE))
    page = mapped(visit, "oxide")
    label = page.locator(".map canvas").get_attribute("aria-label")
    shown = int(re.match(r"Map of (\d+) crystals, 20 of them results", label)[1])
    assert SAMPLE < shown <= SAMPLE + 20
    told = page.locator(".map-head").inner_text()
    assert f"100 of 1,{visit.crystals() % 1000:03} crystals, and {shown - SAMPLE} more" in told
    page.get_by_role("button", name="Show 20 more").click()
    page.get_by_label(re.compile("40 of them results")).wait_for()


def test_keys_open_a_dot_or_search_near_it(visit: Visit) -> None:
    page = mapped(visit)
    page.locator(".map canvas").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert "Space searches near it" in page.locator(".map-tip").inner_text()
    near = page.locator(".map-tip .dim").inner_text().split(" ·")[0].strip()
    page.keyboard.press("Space")
    page.get_by_label("Drop: part of the map").wait_for()
    page.wait_for_selector(".card")
    assert near in page.evaluate(
        "() => fetch('v1/search', {method: 'POST', headers: {'content-type': 'application/json'},"
        " body: JSON.stringify({text: 'crystal', parse: false, k: 1000, inside: new URL(location)"
        ".searchParams.get('lasso').split(';').map((c) => c.split(',').map(Number))})})"
        ".then((told) => told.json()).then((told) => told.hits.map((hit) => hit.id))"
    )
    canvas = page.locator(".map canvas")
    canvas.focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    page.wait_for_selector(".sheet")


def test_a_link_to_a_part_of_the_map_searches_it_again(visit: Visit) -> None:
    page = mapped(visit)
    stroke(page)
    page.get_by_label("Drop: part of the map").wait_for()
    page.wait_for_selector("main:not(.busy) .card")
    first, line = visit.ids(), page.locator(".line strong").inner_text()
    page.goto("about:blank")
    page.go_back()
    page.reload()
    page.wait_for_selector(".card")
    assert visit.ids() == first and page.locator(".line strong").inner_text() == line


def test_a_finger_scrolls_until_it_is_told_to_draw(browser: Any, service: Service) -> None:
    visit = Visit(browser, service, has_touch=True, is_mobile=True)
    page = mapped(visit)
    stroke(page, "touch")
    page.wait_for_timeout(300)
    assert "lasso" not in page.url and not visit.complaints
    page.locator(".map canvas").scroll_into_view_if_needed()
    page.get_by_role("button", name="Draw on the map").tap()
    stroke(page, "touch")
    page.get_by_label("Drop: part of the map").wait_for()
    assert "lasso" in page.url
    visit.context.close()
