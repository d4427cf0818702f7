"""The page in a real browser: how soon it is there, how soon it answers, how much it weighs.

    python -m benchmarks.page [--visits 20] [--questions 100]

A service over the embedded collection in a process of its own, and a headless Chromium, which must
be installed (CLAC_CHROMIUM names another). Paint: the first text of the page, each visit with an
empty cache. Answers: from the question that is sent to the frame that shows its results; sentences
of the tests, and after each the first value of a filter, without a pause between them.
Weight: all that comes over the line for the start, a search and a crystal in the viewer, as sent.
"""

from __future__ import annotations

import argparse
import json
import random
from typing import Any

import numpy as np
from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks import chromium, report
from benchmarks.engine.lines import Line, shown
from benchmarks.service import SENTENCES, running

_PAINT = """() => new Promise((done) => new PerformanceObserver((list, watch) => {
  const [first] = list.getEntriesByName("first-contentful-paint");
  if (first) { watch.disconnect(); done(first.startTime); }
}).observe({ type: "paint", buffered: true }))"""
_ANSWER = """(act) => new Promise((done) => {
  document.querySelector(".found")?.setAttribute("data-old", "");
  const start = performance.now();
  const look = () => {
    if (!document.querySelector(".found:not([data-old]) .line")) return;
    watch.disconnect();
    requestAnimationFrame(() => {
      const after = new MessageChannel();
      after.port1.onmessage = () => done(performance.now() - start);
      after.port2.postMessage(0);
    });
  };
  const watch = new MutationObserver(look);
  watch.observe(document.getElementById("main"), { childList: true, subtree: true });
  if (act.text) {
    document.getElementById("q").value = act.text;
    document.getElementById("ask").requestSubmit();
  } else document.querySelector(".facet .value").click();
})"""
_WEIGHT = """() => performance.getEntriesByType("navigation")
  .concat(performance.getEntriesByType("resource"))
  .map((one) => [new URL(one.name).pathname, one.transferSize])"""


def first_paints(browser: Browser, address: str, visits: int) -> list[float]:
    """Return when each of some first visits saw the page, in s after it asked for it."""
    found = []
    for _ in range(visits):
        context = browser.new_context()
        page = context.new_page()
        page.goto(address)
        page.wait_for_selector("#q")
        page.wait_for_selector(".examples a")
        found.append(page.evaluate(_PAINT) / 1000)
        context.close()
    return found


def answers(page: Page, questions: int) -> tuple[list[float], list[float]]:
    """Return how long results took, in s: of sentences, and of a filter set on each."""
    texts = [json.loads(line)["text"] for line in SENTENCES.read_text().splitlines()]
    texts = random.Random(0).sample(texts, questions)
    asked, narrowed = [], []
    for text in texts:
        asked.append(page.evaluate(_ANSWER, {"text": text}) / 1000)
        if page.locator(".facet .value").count():
            narrowed.append(page.evaluate(_ANSWER, {}) / 1000)
    return asked, narrowed


def weights(browser: Browser, address: str) -> dict[str, int]:
    """Return the bytes that came over the line, by path, for a search and a crystal looked at."""
    page = browser.new_context().new_page()
    page.goto(address)
    page.wait_for_selector(".examples a")
    page.evaluate(_ANSWER, {"text": "garnet"})
    page.locator(".card .title").first.click()
    page.wait_for_selector("canvas")
    page.wait_for_load_state("networkidle")
    found = dict(page.evaluate(_WEIGHT))
    page.context.close()
    return found


def main() -> None:
    """Measure, print and write the result file."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--visits", type=int, default=20)
    parser.add_argument("--questions", type=int, default=100)
    given = parser.parse_args()
    found = chromium.find()
    if found is None:
        raise SystemExit(chromium.NONE)
    with running() as server, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=found, args=[*chromium.FLAGS])
        address = f"http://127.0.0.1:{server.port}/"
        paints = first_paints(browser, address, given.visits)
        page = browser.new_context(viewport={"width": 1280, "height": 860}).new_page()
        page.goto(address)
        page.wait_for_selector(".examples a")
        asked, narrowed = answers(page, given.questions)
        sizes = weights(browser, address)
        browser.close()
    both = asked + narrowed
    lines = [
        Line("first paint, s: slowest visit", max(paints), most=1),
        Line("question to results, s: p95", float(np.quantile(both, 0.95)), most=0.2),
        Line("weight with search and viewer, MB", sum(sizes.values()) / 1e6, most=1.5),
    ]
    spread = {
        name: dict(zip(("p50", "p95", "most"), np.quantile(values, (0.5, 0.95, 1)).tolist()))
        for name, values in (("paint", paints), ("sentence", asked), ("filter", narrowed))
    }
    told: dict[str, Any] = {
        "lines": shown(lines), "seconds": spread, "answers": len(both), "bytes": sizes,
    }  # fmt: skip
    report.write("page", told)


if __name__ == "__main__":
    main()
