"""Smaller ways through the page in a real browser: links, options, downloads, the tray, indexes."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browsing import Visit
from doubles import rock_salt
from running_service import Service, running

from clac.embed import load_model
from clac.types import Record
from index import SearchEngine

GAN = "gallium-nitride-wurtzite"
OXIDES = "lead-free cubic oxides with a gap between 2 and 4 eV"
OTHER = "salts"
"""name of a second index"""


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Serve the collection and an index of a few rock salts."""
    folder = tmp_path_factory.mktemp("page") / "index"
    salts = [Record(f"salt-{z}", rock_salt(z, 17, 5 + z / 50), "") for z in (3, 11, 19, 37)]
    SearchEngine.build(salts, folder, load_model())
    with running(indexes={"collection": None, OTHER: folder}) as found:
        yield found


def answered(page: Any) -> None:
    """Wait for the answer to what was changed."""
    page.wait_for_timeout(100)
    page.wait_for_selector("main:not(.busy) .card")


def test_more_like_this_finds_what_is_near(visit: Visit) -> None:
    page = visit.search("wurtzite nitride")
    first = visit.ids()[0]
    page.get_by_role("link", name="More like this").first.click()
    page.get_by_label(f"Drop: like {first}").wait_for()
    answered(page)
    told = visit.service.post("/v1/search", {"like": [first], "k": 20}).json
    assert visit.ids() == [hit["id"] for hit in told["hits"]] and first not in visit.ids()


def test_one_of_each_kind_leaves_the_others_out(visit: Visit) -> None:
    page = visit.search("silica")
    page.get_by_label("One of each kind").check()
    page.wait_for_url("**unique=1**")
    answered(page)
    told = visit.service.post("/v1/search", {"text": "silica", "k": 20, "unique": True}).json
    assert visit.ids() == [hit["id"] for hit in told["hits"]]
    assert page.locator(".more-box button").inner_text() == "Show more"


def test_words_only_filters_by_nothing(visit: Visit) -> None:
    page = visit.search(OXIDES)
    page.get_by_label("Words only").check()
    page.wait_for_url("**raw=1**")
    answered(page)
    assert visit.chips() == []
    told = visit.service.post("/v1/search", {"text": OXIDES, "k": 20, "parse": False}).json
    assert visit.ids() == [hit["id"] for hit in told["hits"]]


def test_the_theme_is_kept(visit: Visit) -> None:
    page = visit.open()
    shown = "document.documentElement.dataset.theme"
    assert page.evaluate(shown) == "light"
    page.get_by_role("button", name="Dark").click()
    page.reload()
    assert page.evaluate(shown) == "dark"
    assert page.get_by_role("button", name="Dark").get_attribute("aria-pressed") == "true"


def test_a_link_is_copied_and_a_cif_downloaded_without_a_key(visit: Visit) -> None:
    visit.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = visit.open(f"?id={GAN}")
    page.get_by_role("button", name="Copy link").click()
    page.get_by_role("button", name="Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == page.url
    with page.expect_download() as caught:
        page.get_by_role("link", name="Download CIF").click()
    assert caught.value.suggested_filename == f"{GAN}.cif"
    assert "_cell_length_a" in Path(caught.value.path()).read_text()


def test_how_many_more_there_are_is_said_and_when_these_are_all(visit: Visit) -> None:
    page = visit.open('?q=crystal&f=_clac_prototypes+HAS+ALL+"rock+salt"')
    page.wait_for_selector(".card")
    count = int(page.locator(".line strong").inner_text().split()[0])
    assert 20 < count < 200
    while page.locator(".more-box button").count():
        left = min(20, count - page.locator(".card").count())
        page.get_by_role("button", name=f"Show {left} more", exact=True).click()
        page.wait_for_function("() => !document.querySelector('.more-box button:disabled')")
    page.get_by_text("These are all.").wait_for()
    assert page.locator(".card").count() == count


def test_words_that_no_crystal_meets_are_told_without_filters_too(visit: Visit) -> None:
    page = visit.search("cubic oxide with a band gap above 90 eV")
    assert page.locator(".line strong").inner_text() == "No crystal meets all of it"
    page.get_by_text("those that meet most come first").wait_for()


def test_the_tray_compares_crystals_of_the_index_where_they_were_chosen(visit: Visit) -> None:
    page = visit.search("wurtzite nitride")
    for i in range(2):
        page.get_by_role("button", name="Compare ").nth(i).click()
    chosen = visit.ids()[:2]
    page.get_by_label("Index").select_option(OTHER)
    page.wait_for_url(f"**index={OTHER}**")
    page.wait_for_selector(".card[data-id^=salt]")
    page.get_by_role("link", name="Side by side").click()
    page.wait_for_selector(".compared")
    assert "index=" not in page.url and all(one in page.url for one in chosen)
    page.go_back()
    page.wait_for_selector(".card[data-id^=salt]")
    page.get_by_role("button", name="Compare ").first.click()
    assert page.locator("#tray .chip").count() == 1, "a pair is of one index"


def test_the_index_that_is_chosen_is_that_of_the_address(visit: Visit) -> None:
    page = visit.open("?q=salt")
    page.wait_for_selector(".card")
    page.get_by_label("Index").select_option(OTHER)
    page.wait_for_selector(".card[data-id^=salt]")
    page.go_back()
    page.wait_for_selector(".card:not([data-id^=salt])")
    assert page.get_by_label("Index").input_value() == "collection"
    page.go_forward()
    page.wait_for_selector(".card[data-id^=salt]")
    assert page.get_by_label("Index").input_value() == OTHER


def test_the_same_question_is_asked_once(visit: Visit) -> None:
    page = visit.search("nitride")
    asked = [url for url in visit.asked if url.endswith("v1/indexes")]
    assert len(asked) == 1
    told = page.evaluate(
        """async () => {
          const { remembered } = await import('./web/api.js');
          const [first, second] = [new AbortController(), new AbortController()];
          const ask = ({ signal }) => remembered('v1/indexes?a', null, { signal });
          const left = ask(first).catch((error) => error.name);
          const kept = ask(second);
          first.abort();
          return [await left, (await kept).indexes.length];
        }"""
    )
    assert told == ["AbortError", 2]


def test_pictures_of_a_view_that_was_left_are_asked_for_no_longer(visit: Visit) -> None:
    held: list[Any] = []
    visit.page.route("**/v1/structures/*", lambda route: held.append(route))
    page = visit.search("nitride")
    page.wait_for_timeout(500)
    given_up: list[str] = []
    page.on("requestfailed", lambda request: given_up.append(request.url))
    first = len(held)
    assert first
    page.fill("#q", "sulfide")
    page.press("#q", "Enter")
    page.wait_for_timeout(100)
    answered(page)
    for _ in range(100):
        if len(given_up) >= first:
            break
        page.wait_for_timeout(100)
    assert len([url for url in given_up if "v1/structures/" in url]) == first
    page.unroute("**/v1/structures/*")
    page.go_back()
    answered(page)
    page.wait_for_function(
        "() => { const c = document.querySelector('.thumb'); "
        "return c.getContext('2d').getImageData(0, 0, 208, 208).data.some(Boolean); }"
    )


def test_what_is_on_its_way_and_how_a_chip_came_about_is_told_to_all(visit: Visit) -> None:
    page = visit.open()
    page.evaluate(
        """() => { window.heard = []; new MutationObserver(() => window.heard.push(
          document.getElementById('live').textContent)).observe(
          document.getElementById('live'), { childList: true }); }"""
    )
    page.fill("#q", OXIDES)
    page.press("#q", "Enter")
    page.wait_for_selector(".card")
    page.wait_for_timeout(200)
    heard = page.evaluate("window.heard.join('|')")
    assert "Searching…" in heard and "20 shown" in heard
    chip = page.locator(".chips .chip", has_text="no Pb")
    assert "from “lead-free”" in chip.inner_text()
    told = visit.service.post("/v1/search", {"text": OXIDES, "k": 1}).json["hits"][0]
    parts = page.locator(".card .parts").first.inner_text()
    assert parts == f"likeness {told['dense']:.2f} + words {told['lexical']:.2f}"


def test_a_fact_is_told_once_where_properties_repeat_it(visit: Visit) -> None:
    def repeat(route: Any) -> None:
        told = route.fetch().json()
        told["properties"].update(formula="x", space_group=1)
        route.fulfill(body=json.dumps(told), content_type="application/json")

    visit.page.route(f"**/v1/structures/{GAN}", repeat)
    page = visit.open(f"?id={GAN}")
    page.locator(".fact-table").wait_for()
    heads = page.locator(".fact-table th").all_inner_texts()
    assert len(heads) == len(set(heads)) and "Formula" in heads
    assert page.locator(".fact-table td").first.inner_text() == "GaN"


def test_a_large_cell_cannot_be_doubled(visit: Visit) -> None:
    def enlarge(route: Any) -> None:
        told = route.fetch().json()
        told["cell"] = [[50, 0, 0], [0, 50, 0], [0, 0, 50]]
        spots = itertools.product(range(10), range(10), range(8))
        told["sites"] = [{"element": "Ar", "frac": [x / 10 for x in spot]} for spot in spots]
        route.fulfill(body=json.dumps(told), content_type="application/json")

    visit.page.route(f"**/v1/structures/{GAN}", enlarge)
    visit.page.route("**/3Dmol-min.js", lambda route: route.abort())
    page = visit.open(f"?id={GAN}")
    page.locator(".field .still").wait_for()
    assert page.get_by_role("button", name="2×2×2").is_disabled()
    assert page.get_by_role("button", name="1×1×1").get_attribute("aria-pressed") == "true"
    assert "6400 atoms" in page.locator(".under").inner_text()
