/** The view of one crystal: model, facts, predictions, words, classes, what is nearest. */

import { ask, pathOf, remembered } from "./api.js";
import { lattice } from "./cell.js";
import { announce, button, el, fill } from "./dom.js";
import {
  formula, labelOf, nameOf, number, numbersOf, quantity, spaceGroup, systemOf, unitOf,
} from "./notation.js";
import { classifyPanel, describePanel, nearestPanel } from "./panels.js";
import { predictPanel } from "./predict.js";
import { showProblem, waitingLine } from "./problem.js";
import { cifOf } from "./results.js";
import { empty, write } from "./state.js";
import { viewer } from "./viewer.js";

const KNOWN = new Set(["formula", "space_group", "name", "prototype", "mineral", "names", "uses"]);
/** properties that the facts above tell already */

/** Show the crystal of a state: of the index, or of a file. Returns what ends it. */
export function showCrystal(root, state, app) {
  const giving = new AbortController();
  const ends = [() => giving.abort()];
  if (state.id) indexed(root, state, app, giving.signal, ends);
  else uploaded(root, state, app, giving.signal, ends);
  return () => ends.forEach((end) => end());
}

async function indexed(root, state, app, signal, ends) {
  fill(root, backLink(app), waitingLine("Fetching the crystal…"));
  try {
    const query = state.index ? `?index=${encodeURIComponent(state.index)}` : "";
    const crystal = await remembered(pathOf(state.id) + query, null, { signal });
    if (signal.aborted) return;
    const model = viewer(crystal, crystal.formula);
    ends.push(model.end);
    const target = { id: state.id, index: state.index };
    fill(root, backLink(app), heading(crystal, state, app),
      el("div", { class: "sheet" }, model.node, table(crystal)),
      ...panels(target, state, app, signal));
    document.title = `${crystal.formula}, ${nameOf(crystal)} – CLaC`;
    focusHeading(root);
    announce(`${crystal.formula}, ${nameOf(crystal)}`);
  } catch (problem) {
    if (signal.aborted) return;
    const box = el("div");
    fill(root, backLink(app), box);
    showProblem(box, problem, { again: app.again });
  }
}

/** Show a file: what the service reads in it, and what the model says of that. */
async function uploaded(root, state, app, signal, ends) {
  const { name, content } = state.upload;
  const target = { structure: { name, content }, index: state.index };
  const found = write({ ...state, view: "" });
  fill(root, backLink(app), waitingLine(`Reading ${name}…`));
  try {
    const crystal = await remembered("v1/structures", target, { signal });
    if (signal.aborted) return;
    const model = viewer(crystal, crystal.formula);
    ends.push(model.end);
    fill(root, backLink(app),
      el("header", { class: "crystal-head" },
        el("div", {},
          el("h1", { tabindex: "-1" }, formula(crystal.formula), " ", el("span", { class: "name" }, name)),
          el("p", { class: "dim" }, "Your file; the service keeps nothing of it.")),
        el("div", { class: "acts" }, el("a", { class: "plain", href: found }, "Crystals like it"))),
      el("div", { class: "sheet" }, model.node, table(crystal)),
      ...panels(target, state, app, signal));
    document.title = `${crystal.formula}, ${name} – CLaC`;
    focusHeading(root);
  } catch (problem) {
    if (signal.aborted) return;
    const box = el("div");
    fill(root, backLink(app), box);
    showProblem(box, problem, { again: app.again, content });
  }
}

function panels(target, state, app, signal) {
  return [
    el("div", { class: "panels" }, predictPanel(target, state, signal), el("div", {},
      classifyPanel(target, app, signal), describePanel(target, state, signal))),
    nearestPanel(target, state, signal),
  ];
}

function backLink(app) {
  return el("p", { class: "back" }, button("← Back", app.goBack, { class: "link" }), el("kbd", { class: "key-name", "aria-hidden": "true" }, "Esc"));
}

function heading(crystal, state, app) {
  const like = write({ ...empty(state), like: [crystal.id] });
  return el("header", { class: "crystal-head" },
    el("div", {},
      el("h1", { tabindex: "-1" }, formula(crystal.formula), " ", el("span", { class: "name" }, nameOf(crystal))),
      el("p", { class: "meta" }, el("span", {}, spaceGroup(crystal.space_group)),
        el("span", {}, systemOf(crystal.space_group_number)),
        crystal.prototype_name ? el("span", {}, crystal.prototype_name) : null,
        nameOf(crystal) === crystal.id ? null : el("code", {}, crystal.id))),
    el("div", { class: "acts" },
      el("a", { class: "plain", href: like }, "More like this"), plainToggle(app, crystal),
      el("a", { class: "plain", href: cifOf(crystal.id, state.index), download: "" }, "Download CIF"),
      linkButton()));
}

function plainToggle(app, crystal) {
  const box = app.tray.toggle(crystal);
  box.className = "plain";
  return box;
}

function linkButton() {
  const link = button("Copy link", async () => {
    try {
      await navigator.clipboard.writeText(location.href);
      link.textContent = "Copied";
    } catch {
      link.textContent = "Copy it from the address bar";
    }
    setTimeout(() => { link.textContent = "Copy link"; }, 2000);
  }, { class: "plain" });
  return link;
}

/** Return the facts of a crystal as rows: [label, what stands there]. */
export function factsOf(crystal) {
  const cell = lattice(crystal.cell);
  const rows = [
    ["Formula", formula(crystal.formula)],
    ["Space group", [spaceGroup(crystal.space_group), ` (No. ${crystal.space_group_number})`]],
    ["Crystal system", systemOf(crystal.space_group_number)],
    ["Structure type", crystal.prototype_name || "no common name"],
    ["Prototype label", el("code", {}, crystal.prototype)],
    ["a, b, c", el("span", { class: "number" }, [cell.a, cell.b, cell.c].map((x) => x.toFixed(3)).join(", "), " Å")],
    ["α, β, γ", el("span", { class: "number" }, [cell.alpha, cell.beta, cell.gamma].map((x) => x.toFixed(2)).join(", "), " °")],
    ["Volume of the cell", el("span", { class: "number" }, cell.volume.toFixed(2), " ", unitOf("Å^3"))],
    ["Atoms in the cell", number(crystal.sites.length)],
  ];
  for (const [name, value] of numbersOf(crystal.properties)) {
    const [label, unit] = labelOf(name);
    rows.push([capital(label), quantity(value, unit), "known"]);
  }
  const { mineral, names, uses } = crystal.properties;
  for (const [label, value] of [["Mineral", mineral], ["Also called", names], ["Uses", uses]]) {
    if (typeof value === "string" && value) rows.push([label, value.split(";").map((part) => part.trim()).join(", ")]);
  }
  for (const [name, value] of Object.entries(crystal.properties)) {
    if (typeof value !== "number" && !KNOWN.has(name) && value !== null) rows.push([capital(labelOf(name)[0]), String(value)]);
  }
  return rows;
}

function table(crystal) {
  return el("section", { class: "sheet-facts", "aria-label": "Facts" },
    el("table", { class: "fact-table" }, el("tbody", {}, factsOf(crystal).map(([label, value]) => el("tr", {},
      el("th", { scope: "row" }, label), el("td", {}, value))))));
}

function focusHeading(root) {
  root.querySelector("h1")?.focus({ preventScroll: true });
}

function capital(text) {
  return text[0].toUpperCase() + text.slice(1);
}

/** Return the cosine of two crystals of an index, or null. */
export async function likeness(first, second, index) {
  const told = await ask("v1/similar", { id: first, among: [second], k: 1, index });
  return told.hits[0]?.score ?? null;
}
