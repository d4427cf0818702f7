/** Narrow the hits: values with how many crystals have them, and ranges of numbers. */

import { button, el } from "./dom.js";
import { CELL_NUMBERS, NUMBERS, labelOf, number, numbersOf } from "./notation.js";

const TITLES = {
  crystal_system: "Crystal system", classes: "Class", elements: "Elements",
  prototypes: "Structure type", dimensionality: "Bonded network",
};
const SHOWN = { elements: 24 };
const FEW = 7;
const LABEL = /^[A-Z]\w*_[a-z][A-Z]\d+_\d+/;
/** of a prototype, as AFLOW writes it */
const PLAIN = /^[a-z][a-z0-9_]*$/;
/** names that the filter language can hold */
const STANDARD = new Set(["nelements", "nsites"]);
/** columns that OPTIMADE itself names; all others carry the provider's prefix */
const open = new Map();
/** which groups the user opened or closed */

/** Return the filters of a state as a fold, for what the service told: facets and hits. */
export function filters(state, told, info, app) {
  const fold = el("details", { class: "fold" }, el("summary", {}, "Filters",
    state.f.length ? el("span", { class: "count" }, state.f.length) : null));
  const wide = matchMedia("(min-width: 860px)");
  fold.open = wide.matches;
  const groups = Object.entries(told.facets).map(([name, values]) => group(name, values, state, app));
  fold.append(el("div", { class: "facets" }, ranges(state, told.hits, info, app), groups));
  return el("aside", { class: "side", "aria-label": "Filters" }, fold);
}

function group(name, values, state, app) {
  const chosen = values.filter((one) => state.f.includes(one.filter));
  const all = [...chosen, ...values.filter((one) => !chosen.includes(one))];
  if (!all.length) return null;
  const most = SHOWN[name] || FEW;
  const list = el("ul", { class: `values ${name}` },
    all.map((one, i) => value(one, state, app, i >= most)));
  const box = el("details", { class: "facet" }, el("summary", {}, TITLES[name] || name), list);
  box.open = open.get(name) ?? true;
  box.addEventListener("toggle", () => open.set(name, box.open));
  if (all.length > most) box.append(moreButton(list, all.length - most));
  return box;
}

function value(one, state, app, isLate) {
  const isOn = state.f.includes(one.filter);
  const f = isOn ? state.f.filter((x) => x !== one.filter) : [...state.f, one.filter];
  return el("li", { hidden: isLate && !isOn },
    button([el("span", { class: LABEL.test(one.value) ? "what code" : "what" }, one.value),
      el("span", { class: "count" }, one.count.toLocaleString("en"))],
    () => app.go({ ...state, f, n: 0 }), { class: "value", "aria-pressed": isOn }));
}

function moreButton(list, count) {
  const more = button(`${count} more`, () => {
    for (const item of list.children) item.hidden = false;
    more.remove();
  }, { class: "link" });
  return more;
}

/** Name the numbers that an index can be asked: known ones, and those that hits show. */
function askable(hits, info) {
  const columns = info?.columns ?? [];
  const shown = hits.flatMap((hit) => numbersOf(hit.properties).map(([name]) => name));
  const names = [...Object.keys(NUMBERS), ...shown.filter((name) => PLAIN.test(name)),
    ...Object.keys(CELL_NUMBERS)];
  return [...new Set(names)].filter((name) => columns.includes(name));
}

function ranges(state, hits, info, app) {
  const names = askable(hits, info);
  const select = el("select", { id: "range-of" },
    names.map((name) => el("option", { value: name }, labelOf(name)[0])));
  const unit = el("span", { class: "unit" });
  const [low, high] = ["from", "to"].map((word) => el("input", {
    type: "text", inputmode: "decimal", placeholder: word, "aria-label": `${word}, number`,
  }));
  const told = el("p", { class: "wrong", role: "alert" });
  const set = () => { unit.textContent = labelOf(select.value)[1].replace("^3", "³").replace("^2", "²"); };
  select.addEventListener("change", set);
  set();
  const use = (event) => {
    event.preventDefault();
    const filter = rangeOf(select.value, low.value, high.value);
    if (filter.wrong) told.textContent = filter.wrong;
    else app.go({ ...state, f: [...new Set([...state.f, filter.text])], n: 0 });
  };
  return el("form", { class: "range", on: { submit: use } },
    el("label", { for: "range-of" }, "Number"), select,
    el("div", { class: "bounds" }, low, el("span", { "aria-hidden": "true" }, "–"), high, unit,
      el("button", { type: "submit", class: "plain" }, "Apply")), told);
}

/** Return {text} of a range in the OPTIMADE language, or {wrong}: what is wrong with it. */
function rangeOf(name, low, high) {
  const column = STANDARD.has(name) ? name : `_clac_${name}`;
  const read = [low, high].map((text) => {
    const plain = text.trim().replace("−", "-").replace(",", ".");
    return plain === "" ? null : Number(plain);
  });
  if (read.some((x) => x !== null && !Number.isFinite(x))) return { wrong: "Give numbers, such as 1.5." };
  if (read.every((x) => x === null)) return { wrong: "Give the least, the most, or both." };
  if (read[0] !== null && read[1] !== null && read[0] > read[1]) {
    return { wrong: `No number is at least ${number(read[0])} and at most ${number(read[1])}.` };
  }
  const parts = [read[0] === null ? "" : `${column}>=${read[0]}`,
    read[1] === null ? "" : `${column}<=${read[1]}`];
  return { text: parts.filter(Boolean).join(" AND ") };
}
