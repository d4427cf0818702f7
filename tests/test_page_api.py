"""The page of the API in a real browser: fields, answers, limits, examples that can be tried."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from browsing import Visit
from running_service import running, running_with_key


def test_the_api_is_shown_with_examples_that_can_be_tried(browser: Any, tmp_path: Path) -> None:
    with running() as service:
        visit = Visit(browser, service)
        page = visit.open("docs")
        search = page.locator("article", has_text="/v1/search").first
        asked = search.locator("table").first.inner_text()
        assert "OPTIMADE filter language" in asked and "at most 2000 letters" in asked
        search.get_by_text("What comes back").click()
        told = search.locator("details").inner_text()
        assert "hits.space_group_number" in told and "milliseconds" in told
        assert "500 atoms" in page.locator("main").inner_text()
        search.get_by_role("button", name="Try it").click()
        answer = search.get_by_label("Answer", exact=True)
        answer.get_by_text('"hits"').wait_for()
        assert answer.inner_text().startswith("200")
        visit.picture("docs", tmp_path)
        assert not visit.complaints
        visit.context.close()


def test_the_examples_of_the_api_are_tried_with_the_key_of_the_page(browser: Any) -> None:
    with running_with_key() as (guarded, key):
        visit = Visit(browser, guarded)
        page = visit.open("docs")
        search = page.locator("article", has_text="/v1/search").first
        assert "authorization" not in search.get_by_label("Command").inner_text()
        search.get_by_role("button", name="Try it").click()
        search.get_by_label("Key of this service").fill(key)
        search.get_by_role("button", name="Use it").click()
        search.get_by_label("Answer", exact=True).get_by_text('"hits"').wait_for()
        assert "authorization: Bearer KEY" in search.get_by_label("Command").inner_text()
        visit.context.close()
