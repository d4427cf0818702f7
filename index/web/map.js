/** The map of a collection: each crystal a dot, like ones near each other, hits ringed. */

import { remembered } from "./api.js";
import { button, colour, el, fill } from "./dom.js";
import { watchKeys, watchPointer } from "./lasso.js";
import { formula } from "./notation.js";
import { showProblem, waitingLine } from "./problem.js";
import { empty } from "./state.js";

const LIGHT = ["#3b6fb0", "#d9822b", "#4c9a5b", "#8e63a9", "#2f9ca3", "#c4504e", "#8a6a4f", "#b89a1e", "#d477a8", "#6b7fd1"];
const DARK = ["#7da9e0", "#eaa864", "#86c793", "#bd9ad6", "#72c6cb", "#e68c89", "#bfa186", "#d8c25c", "#e6a5c8", "#a2aff0"];
const OTHER = "#9aa3ae";
const REST = new Set(["other", "unknown"]);
const MARGIN = 14;

/** Show the map in a box. */
export async function showMap(box, state, app, hits) {
  if (!box.firstChild) fill(box, waitingLine("Fetching the map…"));
  try {
    const sample = await remembered(`v1/map${state.index ? `?index=${encodeURIComponent(state.index)}` : ""}`);
    draw(box, sample, await withHits(sample, state, hits), state, app, hits);
  } catch (problem) {
    showProblem(box, problem, { again: app.again });
  }
}

/** Return a map with the hits that its sample leaves out. */
async function withHits(sample, state, hits) {
  const known = new Set(sample.ids);
  const ids = hits.map((hit) => hit.id).filter((id) => !known.has(id));
  if (!ids.length) return sample;
  const more = await remembered("v1/map", { ids, index: state.index });
  const joined = (name) => [...sample[name], ...more[name]];
  return { ids: joined("ids"), formulas: joined("formulas"), groups: joined("groups"), x: joined("x"), y: joined("y") };
}

function draw(box, sample, map, state, app, hits) {
  const canvas = el("canvas", { tabindex: "0", role: "application", "aria-label":
    `Map of ${map.ids.length} crystals, ${hits.length} of them results. Arrow keys go from crystal to crystal, Enter opens one, Space searches near it. With a pointer, draw around dots to narrow the search to them.` });
  const tip = el("div", { class: "map-tip", hidden: true });
  const field = el("div", { class: "map-field" }, canvas, tip);
  const groups = groupsOf(sample);
  const chart = { map, canvas, tip, groups, hits: new Set(hits.map((hit) => hit.id)), lasso: state.lasso, trail: null, at: -1, isDrawing: false };
  const pen = button("Draw on the map", () => {
    chart.isDrawing = !chart.isDrawing;
    pen.setAttribute("aria-pressed", String(chart.isDrawing));
    canvas.classList.toggle("drawn-on", chart.isDrawing);
  }, { class: "plain pen", "aria-pressed": false });
  fill(box, el("section", { class: "map", "aria-label": "Map of the collection" },
    el("div", { class: "map-head" },
      el("div", {}, el("h2", {}, "Map"), el("span", { class: "dim" }, `${sizeOf(sample, map)}; like structures lie near each other. Draw around dots to search among them.`)),
      el("div", { class: "map-ways" }, pen,
        state.lasso ? button("Clear the part", () => app.go({ ...state, lasso: null }), { class: "link" })
          : app.state.map ? button("Hide the map", () => app.go({ ...state, map: false }), { class: "link" }) : null)),
    field, legend(groups, hits.length)));
  paint(chart);
  const again = new ResizeObserver(() => (canvas.isConnected ? paint(chart) : again.disconnect()));
  again.observe(field);
  const does = {
    point: (i, isByKey) => point(chart, i, isByKey), paint: () => paint(chart),
    open: (i) => app.go({ ...empty(state), id: map.ids[i] }),
    narrow: (lasso) => app.go({ ...state, lasso, map: true, n: 0 }),
  };
  watchPointer(chart, does);
  watchKeys(chart, does);
}

/** Say how much of an index is on a map. */
function sizeOf(sample, map) {
  const [all, some, more] = [sample.crystals, sample.ids.length, map.ids.length - sample.ids.length].map((n) => n.toLocaleString("en"));
  if (some === all) return `${all} crystals`;
  return `${some} of ${all} crystals${more === "0" ? "" : `, and ${more} more results`}`;
}

/** Return group -> colour: the most frequent ones have one of their own. */
function groupsOf(map) {
  const counts = new Map();
  for (const name of map.groups) counts.set(name, (counts.get(name) || 0) + 1);
  const inks = document.documentElement.dataset.theme === "dark" ? DARK : LIGHT;
  const names = [...counts.keys()].filter((name) => !REST.has(name)).sort((a, b) => counts.get(b) - counts.get(a) || (a < b ? -1 : 1));
  return new Map(names.slice(0, inks.length).map((name, i) => [name, inks[i]]));
}

function legend(groups, count) {
  const dot = (ink) => { const mark = el("span", { class: "dot", "aria-hidden": "true" }); mark.style.background = ink; return mark; };
  return el("ul", { class: "legend", "aria-label": "Colours" },
    [...groups].map(([name, ink]) => el("li", {}, dot(ink), name)), el("li", {}, dot(OTHER), "other"),
    count ? el("li", {}, el("span", { class: "ring", "aria-hidden": "true" }), "result") : null);
}

function scale(chart) {
  const { x, y } = chart.map;
  const { width, height } = chart.canvas.getBoundingClientRect();
  const [left, right, low, high] = [least(x), -least(x.map((v) => -v)), least(y), -least(y.map((v) => -v))];
  const [sx, sy] = [(width - 2 * MARGIN) / (right - left || 1), (height - 2 * MARGIN) / (high - low || 1)];
  return {
    width, height,
    to: (u, v) => [MARGIN + (u - left) * sx, height - MARGIN - (v - low) * sy],
    from: (px, py) => [(px - MARGIN) / sx + left, (height - MARGIN - py) / sy + low],
  };
}

function least(values) {
  return values.reduce((a, b) => Math.min(a, b), Infinity);
}

function paint(chart) {
  const { map, canvas, groups, hits } = chart;
  const plan = scale(chart);
  chart.plan = plan;
  const dense = Math.min(devicePixelRatio || 1, 2);
  [canvas.width, canvas.height] = [plan.width * dense, plan.height * dense];
  const pen = canvas.getContext("2d");
  pen.scale(dense, dense);
  const round = (i, r) => { pen.beginPath(); pen.arc(...plan.to(map.x[i], map.y[i]), r, 0, 2 * Math.PI); };
  pen.globalAlpha = hits.size ? 0.4 : 0.75;
  const order = map.ids.map((_, i) => i);
  for (const i of order) if (!hits.has(map.ids[i])) { pen.fillStyle = groups.get(map.groups[i]) || OTHER; round(i, 2.6); pen.fill(); }
  pen.globalAlpha = 1;
  pen.lineWidth = 1.8;
  pen.strokeStyle = colour("--ink");
  for (const i of order) if (hits.has(map.ids[i])) { pen.fillStyle = groups.get(map.groups[i]) || OTHER; round(i, 4.6); pen.fill(); pen.stroke(); }
  outline(chart, pen);
  if (chart.at >= 0) { pen.strokeStyle = colour("--accent"); pen.lineWidth = 2.5; round(chart.at, 8); pen.stroke(); }
}

function outline(chart, pen) {
  const shape = chart.trail || chart.lasso;
  if (!shape?.length) return;
  pen.beginPath();
  for (const point of shape) pen.lineTo(...chart.plan.to(...point));
  if (!chart.trail) pen.closePath();
  pen.strokeStyle = colour("--accent");
  pen.lineWidth = 1.5;
  pen.stroke();
  pen.globalAlpha = 0.1;
  pen.fillStyle = colour("--accent");
  pen.fill();
  pen.globalAlpha = 1;
}

/** Name a dot beside it, and what keys do with it; -1 names none. */
function point(chart, i, isByKey = false) {
  const { map, tip, canvas } = chart;
  tip.hidden = i < 0;
  canvas.style.cursor = i < 0 ? "crosshair" : "pointer";
  if (i < 0) return;
  const [x, y] = chart.plan.to(map.x[i], map.y[i]);
  fill(tip, formula(map.formulas[i]), el("span", { class: "dim" }, ` ${map.ids[i]}${isByKey ? " · Enter opens it, Space searches near it" : ""}`));
  const isRight = x > chart.plan.width / 2;
  tip.style.left = isRight ? "auto" : `${x + 10}px`;
  tip.style.right = isRight ? `${chart.plan.width - x + 10}px` : "auto";
  tip.style.top = `${Math.max(y - 30, 2)}px`;
}
