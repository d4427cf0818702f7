/** Two crystals side by side. */

import { pathOf, remembered } from "./api.js";
import { announce, button, el, fill } from "./dom.js";
import { factsOf, likeness } from "./crystal.js";
import { formula, nameOf } from "./notation.js";
import { showProblem, waitingLine } from "./problem.js";
import { empty, write } from "./state.js";
import { viewer } from "./viewer.js";

/** Show the pair of a state. Returns what ends it. */
export function showCompare(root, state, app) {
  const giving = new AbortController();
  const ends = [() => giving.abort()];
  draw(root, state, app, giving.signal, ends);
  return () => ends.forEach((end) => end());
}

async function draw(root, state, app, signal, ends) {
  fill(root, waitingLine("Fetching both crystals…"));
  const query = state.index ? `?index=${encodeURIComponent(state.index)}` : "";
  try {
    const both = await Promise.all(state.pair.map((id) => remembered(pathOf(id) + query, null, { signal })));
    if (signal.aborted) return;
    const models = both.map((crystal) => viewer(crystal, crystal.formula));
    ends.push(...models.map((model) => model.end));
    const near = el("span", {}, "");
    fill(root,
      el("p", { class: "back" }, button("← Back", app.goBack, { class: "link" }), el("kbd", { class: "key-name", "aria-hidden": "true" }, "Esc")),
      el("h1", { class: "compare-title", tabindex: "-1" }, formula(both[0].formula), " and ", formula(both[1].formula)),
      el("p", { class: "dim" }, near),
      el("div", { class: "pair" }, both.map((crystal, i) => el("section", { "aria-label": nameOf(crystal) },
        el("h2", {}, el("a", { href: write({ ...empty(state), id: crystal.id }) }, formula(crystal.formula)),
          el("span", { class: "name" }, nameOf(crystal))),
        models[i].node))),
      table(both));
    root.querySelector("h1").focus({ preventScroll: true });
    document.title = `${both[0].formula} and ${both[1].formula} – CLaC`;
    announce(`${nameOf(both[0])} and ${nameOf(both[1])} side by side`);
    const cosine = await likeness(...state.pair, state.index).catch(() => null);
    if (cosine !== null) near.textContent = `Likeness ${cosine.toFixed(3)}: the cosine of their vectors, 1 for the same structure.`;
  } catch (problem) {
    if (!signal.aborted) showProblem(root, problem, { again: app.again });
  }
}

/** Return the facts of both; rows that differ are marked. */
function table(both) {
  const sides = both.map((crystal) => new Map(factsOf(crystal).map(([label, value]) => [label, el("span", {}, value)])));
  const labels = [...new Set(sides.flatMap((side) => [...side.keys()]))];
  return el("table", { class: "fact-table compared" },
    el("caption", { class: "hidden" }, "Facts of both crystals; rows that differ are marked"),
    el("thead", {}, el("tr", {}, el("td", {}), both.map((crystal) => el("th", { scope: "col" }, formula(crystal.formula))))),
    el("tbody", {}, labels.map((label) => {
      const cells = sides.map((side) => side.get(label));
      const differs = cells[0]?.textContent !== cells[1]?.textContent;
      return el("tr", { class: differs ? "differs" : "same" },
        el("th", { scope: "row" }, label, differs ? el("span", { class: "hidden" }, " (differs)") : null),
        cells.map((cell) => el("td", {}, cell || el("span", { class: "dim" }, "not known"))));
    })));
}
