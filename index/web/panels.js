/** What the model says of a crystal: words, classes, neighbours. Each is asked once it is seen. */

import { remembered } from "./api.js";
import { el, fill } from "./dom.js";
import { formula, nameOf, number, spaceGroup } from "./notation.js";
import { showProblem, waitingLine } from "./problem.js";
import { empty, write } from "./state.js";
import { thumb } from "./thumb.js";

const LABELS = 6;
const NEAREST = 6;
const WORDS = 8;

/**
 * Return a panel that fills itself when it comes into view.
 * @param {string} title
 * @param {function(HTMLElement): Promise<void>} fillIn gets the node to fill
 */
export function panel(title, fillIn, { head = null, lead = "" } = {}) {
  const body = el("div", { class: "panel-body" });
  const name = `panel-${title.toLowerCase().replaceAll(/\W+/g, "-")}`;
  const node = el("section", { class: "panel", "aria-labelledby": name },
    el("div", { class: "panel-head" }, el("h2", { id: name }, title), head),
    lead ? el("p", { class: "dim lead" }, lead) : null, body);
  const start = async () => {
    fill(body, waitingLine("Asking the model…"));
    try {
      await fillIn(body);
    } catch (problem) {
      showProblem(body, problem, { again: start });
    }
  };
  const watch = new IntersectionObserver((seen) => {
    if (seen.some((one) => one.isIntersecting)) { watch.disconnect(); start(); }
  }, { rootMargin: "150px" });
  watch.observe(node);
  node.start = start;
  return node;
}

/** Return the panel of descriptors and captions. */
export function describePanel(target, state, signal) {
  return panel("In words", async (body) => {
    const { matches } = await remembered("v1/describe", { ...target, k: WORDS }, { signal });
    const of = (kind) => matches.filter((one) => one.kind === kind);
    const rest = of("caption").slice(0, 3);
    fill(body,
      el("ul", { class: "terms" }, of("descriptor").map((one) => el("li", {},
        el("span", { class: "dim" }, one.group), el("span", {}, one.text),
        el("span", { class: "number dim" }, one.score.toFixed(2))))),
      el("h3", {}, "Captions near it"),
      el("ul", { class: "captions" }, rest.map((one) => el("li", {},
        el("p", {}, one.text), el("p", { class: "dim" }, one.score.toFixed(2), " · ",
          el("a", { href: write({ ...empty(state), id: one.id }) }, one.id))))));
  }, { lead: "Phrases that fit the structure best, with the cosine of both." });
}

/** Return the panel of classes, with a choice of what is asked. */
export function classifyPanel(target, app, signal) {
  const select = el("select", { "aria-label": "Classes to choose from" });
  const draw = async (body) => {
    if (!select.options.length) {
      const { tasks } = await app.info();
      select.append(...tasks.map((name) => el("option", { value: name }, name.replaceAll("_", " "))));
    }
    const asked = { ...target, task: select.value };
    const { labels } = await remembered("v1/classify", asked, { signal });
    fill(body, el("table", { class: "labels" },
      el("caption", { class: "hidden" }, "Classes and how probable each is"),
      el("tbody", {}, labels.slice(0, LABELS).map((one) => el("tr", {},
        el("th", { scope: "row" }, select.value === "space_group" ? spaceGroup(one.label) : one.label),
        el("td", { class: "meter" }, meter(one.probability)),
        el("td", { class: "number" }, percent(one.probability)))))));
  };
  const node = panel("Class", draw, { head: select, lead: "Chosen by the model among known classes; none was trained for." });
  select.addEventListener("change", () => node.start());
  return node;
}

/** Return the panel of the nearest crystals. */
export function nearestPanel(target, state, signal) {
  return panel("Nearest crystals", async (body) => {
    const { hits } = await remembered("v1/similar", { ...target, k: NEAREST }, { signal });
    fill(body, el("ol", { class: "nearest" }, hits.map((hit) => el("li", {},
      el("a", { href: write({ ...empty(state), id: hit.id }) }, thumb(hit.id, state.index, signal),
        el("strong", {}, formula(hit.formula))),
      el("p", {}, nameOf(hit)), el("p", { class: "dim" }, spaceGroup(hit.space_group), " · ", number(hit.score))))));
  }, { lead: "By the cosine of the structures' vectors." });
}

/** Return a bar that is filled by a share, for the eye; the number stands beside it. */
export function meter(share) {
  const inner = el("span");
  inner.style.width = `${Math.max(0, Math.min(1, share)) * 100}%`;
  return el("span", { class: "meter-bar", "aria-hidden": "true" }, inner);
}

/** Write a share in percent. */
export function percent(share) {
  if (share < 0.001) return "< 0.1 %";
  return `${(share * 100).toFixed(share < 0.1 || share > 0.995 ? 1 : 0)} %`;
}
