"""The page in a real browser: what a visitor does, and what comes of it."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browsing import PHONE, Visit, colours_of, drop_file, grave_faults
from running_service import Service, running, running_with_key

from clac.data.readers import read_text
from index.service.bodies import CIF

GAN, ZNO = "gallium-nitride-wurtzite", "zinc-oxide-wurtzite"
OXIDES = "lead-free cubic oxides with a gap between 2 and 4 eV"
VIEWS = ["", "?q=cubic+oxide", "?q=oxide&f=nelements%3E30", f"?id={GAN}",
         f"?compare={GAN}&compare={ZNO}", "?q=nitride&map=1", "docs"]  # fmt: skip


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    with running() as found:
        yield found


def settle(page: Any) -> None:
    """Wait for all that the page still asks for."""
    for panel in page.locator(".panel").all():
        panel.scroll_into_view_if_needed()
    page.wait_for_load_state("networkidle")
    page.locator(".waiting").last.wait_for(state="detached")


def test_words_find_crystals_and_say_what_was_understood(visit: Visit, tmp_path: Path) -> None:
    page = visit.search(OXIDES)
    assert visit.chips() == ["no Pb", "crystal system cubic", "oxide", "band gap 2 to 4 eV"]
    first = page.locator(".card").first
    assert first.locator(".title sub").all_inner_texts() == ["3"]
    assert first.locator(".group .over").inner_text() == "3" and "eV" in first.inner_text()
    assert "oxide" in first.locator(".why").inner_text()
    assert not [url for url in visit.asked if "3Dmol" in url], "results wait for the viewer"
    visit.picture("results", tmp_path)
    hits = visit.service.post("/v1/search", {"text": OXIDES, "k": 20}).json["hits"]
    assert visit.ids() == [hit["id"] for hit in hits]


def test_a_chip_that_is_dropped_takes_its_words_with_it(visit: Visit) -> None:
    page = visit.search(OXIDES)
    page.get_by_label("Drop: band gap 2 to 4 eV").click()
    page.wait_for_function("() => document.querySelectorAll('.chips .chip').length === 3")
    assert page.input_value("#q") == "lead-free cubic oxides"
    page.go_back()
    page.get_by_label("Drop: band gap 2 to 4 eV").wait_for()
    assert page.input_value("#q") == OXIDES
    page.go_forward()
    page.wait_for_function("() => document.querySelectorAll('.chips .chip').length === 3")


def test_filters_narrow_by_values_and_numbers(visit: Visit) -> None:
    page = visit.search("oxide")
    value = page.locator(".values.crystal_system .value").first
    count = value.locator(".count").inner_text()
    value.click()
    page.wait_for_selector(".chip.narrow")
    assert page.evaluate("document.activeElement.getAttribute('aria-pressed')") == "true"
    assert page.locator(".line strong").inner_text().startswith(f"{count} crystal")
    page.fill(".bounds input >> nth=0", "3")
    page.fill(".bounds input >> nth=1", "2")
    page.click(".range button")
    assert "No number" in page.locator(".wrong").inner_text()
    page.fill(".bounds input >> nth=1", "3.5")
    page.click(".range button")
    page.get_by_label("Drop: band gap 3 to 3.5 eV").wait_for()
    gaps = page.locator(".card .facts dd").all_inner_texts()
    assert gaps and all(3 <= float(gap.split()[0]) <= 3.5 for gap in gaps)
    with_link = visit.ids()
    page.goto(page.url)
    page.wait_for_selector(".card")
    assert visit.ids() == with_link


def test_more_results_come_behind(visit: Visit) -> None:
    page = visit.search("oxide")
    page.get_by_role("button", name="Show 20 more").click()
    page.wait_for_function("() => document.querySelectorAll('.card').length === 40")
    assert len(set(visit.ids())) == 40 and "n=40" in page.url


def test_a_crystal_turns_in_the_viewer(visit: Visit, tmp_path: Path) -> None:
    page = visit.open("?id=sodium-chloride-rock-salt")
    field = page.locator(".field[data-ready]")
    field.wait_for()
    page.wait_for_timeout(500)
    assert len(colours_of(field.screenshot())) > 100
    before = field.screenshot()
    page.get_by_role("button", name="2×2×2").click()
    page.wait_for_timeout(500)
    larger = field.screenshot()
    assert larger != before
    field.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(500)
    assert field.screenshot() != larger
    assert page.locator("ul.elements li").all_inner_texts() == ["Na", "Cl"]
    visit.picture("crystal", tmp_path)


def test_a_crystal_is_described_classified_and_predicted(visit: Visit) -> None:
    page = visit.open(f"?id={GAN}")
    page.wait_for_selector(".field")
    settle(page)
    assert "GaN" in page.locator("h1").inner_text()
    predicted = page.locator(".answer-one", has_text="Band gap")
    assert "interval" in predicted.locator(".bar-of").get_attribute("aria-label")
    assert "Learnt from" in predicted.inner_text() and "Careful" in predicted.inner_text()
    assert page.locator(".terms li").count() and page.locator(".labels").count()
    page.get_by_label("Classes to choose from").select_option("metal_or_insulator")
    page.locator(".labels th", has_text="insulator").wait_for()
    predicted.locator("summary").click()
    predicted.locator(".evidence a").first.click()
    page.wait_for_function("(id) => !location.search.includes(id)", arg=GAN)
    page.wait_for_selector(".field")


@pytest.mark.parametrize("way", ["drop", "pick"])
def test_a_file_finds_crystals_like_it(visit: Visit, way: str) -> None:
    page = visit.open()
    if way == "drop":
        drop_file(page, "halite.cif", CIF)
    else:
        sent = {"name": "halite.cif", "mimeType": "chemical/x-cif", "buffer": CIF.encode()}
        page.set_input_files("#file", sent)
    page.wait_for_selector(".card")
    assert visit.ids()[0] == "sodium-chloride-rock-salt"
    assert visit.chips() == ["like halite.cif"]
    shared = page.url
    other = visit.context.new_page()
    other.goto(shared)
    other.wait_for_selector(".card")
    assert other.locator(".card").first.get_attribute("data-id") == "sodium-chloride-rock-salt"
    page.click(".chip.like a")
    page.wait_for_selector(".field[data-ready]")
    page.wait_for_selector(".answer-one")
    assert "halite.cif" in page.locator("h1").inner_text()


def test_a_file_that_cannot_be_read_is_told_with_its_line(visit: Visit) -> None:
    page = visit.open()
    drop_file(page, "bad.cif", CIF.replace("_cell_length_b 5.64", "_cell_length_b wide"))
    told = page.locator(".problem")
    told.wait_for()
    assert "line 3" in told.inner_text() and "_cell_length_b wide" in told.inner_text()
    drop_file(page, "empty.cif", " ")
    page.get_by_text("empty.cif is empty").wait_for()


def test_two_crystals_stand_side_by_side(visit: Visit, tmp_path: Path) -> None:
    page = visit.search("wurtzite nitride")
    buttons = page.get_by_role("button", name="Compare ")
    buttons.nth(0).click()
    buttons.nth(1).click()
    page.get_by_role("link", name="Side by side").click()
    page.locator(".field[data-ready]").nth(1).wait_for()
    page.wait_for_timeout(500)
    for field in page.locator(".field").all():
        assert len(colours_of(field.screenshot())) > 50
    assert (
        page.locator(".compared tr.differs").count() and page.locator(".compared tr.same").count()
    )
    visit.picture("compare", tmp_path)
    page.keyboard.press("Escape")
    page.wait_for_selector(".card")


def test_results_are_downloaded(visit: Visit) -> None:
    page = visit.search("wurtzite nitride")

    def saved(kind: str) -> bytes:
        with page.expect_download() as caught:
            page.get_by_role("button", name=f"Download the {kind}").click()
        return Path(caught.value.path()).read_bytes()

    rows = list(csv.DictReader(io.StringIO(saved("shown results as CSV").decode())))
    assert [row["id"] for row in rows] == visit.ids() and float(rows[0]["score"])
    told = json.loads(saved("shown results as JSON"))
    assert [hit["id"] for hit in told["hits"]] == visit.ids()
    with zipfile.ZipFile(io.BytesIO(saved("CIFs"))) as archive:
        assert archive.testzip() is None and len(archive.namelist()) == len(visit.ids())
        name = archive.namelist()[0]
        (record,) = read_text(archive.read(name).decode(), name)
        assert visit.ids()[0] in name and len(record.structure.numbers)


def test_mistakes_and_empty_answers_say_what_to_do(visit: Visit) -> None:
    page = visit.open("?q=oxide&f=nothing%3D1")
    told = page.locator(".problem")
    told.wait_for()
    assert "no column 'nothing'" in told.inner_text() and "the filter" in told.inner_text()
    page.get_by_label("Drop: nothing = 1").click()
    page.wait_for_selector(".card")
    page = visit.open("?q=oxide&f=nelements%3E30")
    page.get_by_role("heading", name="No crystal meets all of it").wait_for()
    page.get_by_role("button", name="Drop all filters").click()
    page.wait_for_selector(".card")
    page = visit.open("?id=no-such-crystal")
    page.get_by_text("no such id").wait_for()
    page.route("**/v1/search", lambda route: route.abort())
    page.fill("#q", "sulfide")
    page.press("#q", "Enter")
    page.get_by_text("cannot be reached").wait_for()
    page.unroute("**/v1/search")
    page.get_by_role("button", name="Try again").click()
    page.wait_for_selector(".card")


def test_a_service_that_starts_is_waited_for(visit: Visit) -> None:
    page = visit.open()
    busy = {"title": "Service Unavailable", "status": 503, "detail": "the service is starting"}
    left = [1]

    def answer(route: Any) -> None:
        if left and left.pop():
            route.fulfill(status=503, body=json.dumps(busy), headers={"retry-after": "1"})
        else:
            route.continue_()

    page.route("**/v1/search", answer)
    page.fill("#q", "sulfide")
    page.press("#q", "Enter")
    page.locator(".waiting", has_text="the service is starting").wait_for()
    page.wait_for_selector(".card")


def test_names_that_hold_markup_are_text(visit: Visit) -> None:
    evil = '<img src=x onerror="window.owned=1"><script>window.owned=1</script>'

    def spoil(route: Any) -> None:
        told = route.fetch().json()
        for hit in told.get("hits", [told]):
            hit.update(formula=evil, space_group=evil, prototype_name=evil)
            hit["properties"] = {"name": evil, "mineral": evil, "uses": evil, evil: 1.5}
        route.fulfill(json=told)

    visit.page.route("**/v1/search", spoil)
    visit.page.route("**/v1/structures/*", spoil)
    page = visit.search("nitride")
    assert evil in page.locator(".card .name").first.inner_text()
    page.locator(".card .title").first.click()
    page.wait_for_selector(".sheet-facts")
    assert page.locator("main img, main script").count() == 0
    assert page.evaluate("window.owned") is None


def test_the_keyboard_alone_is_enough(visit: Visit) -> None:
    page = visit.open()
    page.wait_for_selector(".examples")
    page.keyboard.press("/")
    page.keyboard.type("wurtzite nitride")
    page.keyboard.press("Enter")
    page.wait_for_selector(".card")
    first, second = visit.ids()[:2]
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_function("(id) => location.search.includes(id)", arg=second)
    page.wait_for_selector(".sheet")
    assert page.evaluate("document.activeElement.tagName") == "H1"
    page.keyboard.press("Escape")
    page.wait_for_selector(".card")
    focused = "() => document.activeElement.closest('.card')?.dataset.id"
    page.wait_for_function(f"(id) => ({focused})() === id", arg=second)
    page.keyboard.press("ArrowUp")
    assert page.evaluate(focused) == first


def test_a_key_is_asked_for_and_used(browser: Any) -> None:
    with running_with_key() as (guarded, key):
        visit = Visit(browser, guarded)
        page = visit.open("?q=nitride")
        page.get_by_text("A key is needed").wait_for()
        page.get_by_label("Key of this service").fill(key)
        page.get_by_role("button", name="Use it").click()
        page.wait_for_selector(".card")
        with page.expect_download() as caught:
            page.get_by_role("link", name="CIF of").first.click()
        assert "_cell_length_a" in Path(caught.value.path()).read_text()
        assert key not in page.url and not visit.complaints
        visit.context.close()


@pytest.mark.parametrize("view", VIEWS)
def test_a_phone_shows_all_of_it(visit: Visit, view: str) -> None:
    visit.page.set_viewport_size(PHONE)
    page = visit.open(view)
    page.locator(".card, .examples, .nothing, .sheet, .compared, article").first.wait_for()
    page.wait_for_timeout(300)
    assert visit.shows_all_of_its_width()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("view", VIEWS)
def test_no_grave_fault_of_accessibility(
    browser: Any, service: Service, view: str, theme: str
) -> None:
    visit = Visit(browser, service, color_scheme=theme)
    page = visit.open(view)
    page.locator(".card, .examples, .nothing, .sheet, .compared, article").first.wait_for()
    settle(page)
    assert page.evaluate("document.documentElement.dataset.theme") == theme
    faults = grave_faults(page)
    visit.context.close()
    assert not faults


@pytest.mark.parametrize(
    "text, words, left",
    [
        (OXIDES, "gap between 2 and 4 eV", "lead-free cubic oxides"),
        (OXIDES, "lead-free", "cubic oxides with a gap between 2 and 4 eV"),
        ("stable, cubic and with lead", "cubic", "stable and with lead"),
        ("cubic", "cubic", ""),
        ("an oxide of  titanium", "oxide of titanium", ""),
        ("perovskite", "spinel", None),
    ],
)
def test_words_are_taken_out_of_a_query(
    visit: Visit, text: str, words: str, left: str | None
) -> None:
    page = visit.open()
    call = "([t, w]) => import('./web/understood.js').then((m) => m.without(t, w))"
    assert page.evaluate(call, [text, words]) == left
