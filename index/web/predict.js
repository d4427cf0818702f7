/** Predicted properties: value, interval as a bar, the known crystals behind it, warnings. */

import { remembered } from "./api.js";
import { el, fill } from "./dom.js";
import { formula, labelOf, number, quantity, spaceGroup, unitOf } from "./notation.js";
import { meter, panel, percent } from "./panels.js";
import { empty, write } from "./state.js";

const MARGIN = 0.06;
const NEAR_ZERO = 0.4;
/** of the range: so near to 0, a scale begins there */

/** Return the panel of all properties that the index can predict. */
export function predictPanel(target, state, signal) {
  return panel("Predicted properties", async (body) => {
    const { answers } = await remembered("v1/predict", target, { signal });
    fill(body, answers.length ? answers.map((one) => answer(one, state))
      : el("p", { class: "dim" }, "This index can predict nothing: clac predict --train teaches it."));
  });
}

function answer(one, state) {
  const [label] = labelOf(one.property);
  return el("article", { class: "answer-one" },
    el("h3", {}, label[0].toUpperCase() + label.slice(1)),
    one.interval ? numeric(one) : classes(one),
    one.warning ? el("p", { class: "note" }, el("strong", {}, "Careful: "), one.warning) : null,
    one.source ? el("p", { class: "dim source" }, "Learnt from ", one.source) : null,
    evidence(one, state));
}

function numeric(one) {
  const [low, high] = one.interval;
  return [
    el("p", { class: "value-line" }, el("strong", {}, quantity(one.value, one.unit)),
      el("span", { class: "dim" }, ` ${percent(one.coverage)} interval `,
        el("span", { class: "number" }, `${number(low)} to ${number(high)}`), one.unit ? [" ", unitOf(one.unit)] : null)),
    bar(one),
  ];
}

/** Draw the interval, the value in it, and the evidence as ticks, on one scale. */
function bar(one) {
  const values = one.evidence.map((e) => e.value).filter(Number.isFinite);
  const [from, to] = scaleOf([...one.interval, one.value, ...values]);
  const part = (x) => `${((x - from) / (to - from)) * 100}%`;
  const put = (name, x, more = {}) => {
    const mark = el("span", { class: name });
    mark.style.left = part(x);
    return Object.assign(mark, more);
  };
  const range = put("interval", one.interval[0]);
  range.style.width = `${((one.interval[1] - one.interval[0]) / (to - from)) * 100}%`;
  const said = `${number(one.value)} ${one.unit}, interval ${number(one.interval[0])} to ${number(one.interval[1])}`;
  return el("div", { class: "bar-of", role: "img", "aria-label": said },
    el("div", { class: "track" }, range, values.map((x) => put("tick", x)), put("mid", one.value)),
    el("div", { class: "scale", "aria-hidden": "true" }, el("span", {}, number(round(from))), el("span", {}, number(round(to)))));
}

/** Return the ends of a scale that holds some numbers. */
function scaleOf(values) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const margin = (high - low || Math.abs(high) || 1) * MARGIN;
  const from = low >= 0 && low < (high - low) * NEAR_ZERO + margin ? 0 : low - margin;
  return [from, high + margin];
}

function round(x) {
  return Number(x.toPrecision(3));
}

function classes(one) {
  const rows = Object.entries(one.probabilities);
  return [
    el("p", { class: "value-line" }, el("strong", {}, String(one.value)),
      one.possible.length > 1 ? el("span", { class: "dim" }, ` ${percent(one.coverage)} sure: ${one.possible.join(" or ")}`) : null),
    rows.length ? el("table", { class: "labels" }, el("tbody", {}, rows.slice(0, 5).map(([name, share]) => el("tr", {},
      el("th", { scope: "row" }, name), el("td", { class: "meter" }, meter(share)),
      el("td", { class: "number" }, percent(share)))))) : null,
  ];
}

function evidence(one, state) {
  if (!one.evidence.length) return null;
  const count = one.evidence.length;
  return el("details", { class: "evidence" },
    el("summary", {}, `${count} known ${count === 1 ? "crystal" : "crystals"} near it`),
    el("table", {},
      el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "Crystal"), el("th", { scope: "col" }, "Space group"),
        el("th", { scope: "col", class: "right" }, ["Known", one.unit ? [", ", unitOf(one.unit)] : null]),
        el("th", { scope: "col", class: "right" }, "Cosine"), el("th", { scope: "col", class: "right" }, "Weight"))),
      el("tbody", {}, one.evidence.map((e) => el("tr", {},
        el("th", { scope: "row" }, el("a", { href: write({ ...empty(state), id: e.id }), title: e.id }, formula(e.formula))),
        el("td", {}, spaceGroup(e.space_group)),
        el("td", { class: "right" }, typeof e.value === "number" ? number(e.value) : e.value),
        el("td", { class: "right" }, e.score.toFixed(2)), el("td", { class: "right" }, e.weight.toFixed(2)))))));
}
