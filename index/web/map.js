/** The map of a collection: each crystal a dot, like ones near each other, hits ringed. */

import { announce, button, colour, el, fill } from "./dom.js";
import { MOST, mapOf, simpler, within } from "./lasso.js";
import { formula } from "./notation.js";
import { showProblem, waitingLine } from "./problem.js";
import { empty } from "./state.js";

const LIGHT = ["#3b6fb0", "#d9822b", "#4c9a5b", "#8e63a9", "#2f9ca3", "#c4504e", "#8a6a4f", "#b89a1e", "#d477a8", "#6b7fd1"];
const DARK = ["#7da9e0", "#eaa864", "#86c793", "#bd9ad6", "#72c6cb", "#e68c89", "#bfa186", "#d8c25c", "#e6a5c8", "#a2aff0"];
const OTHER = "#9aa3ae";
const REST = new Set(["other", "unknown"]);
const MARGIN = 14;
const NEAR = 9;
/** pixels within which a dot is meant */
const MOVED = 6;

/** Show the map in a box. */
export async function showMap(box, state, app, hits) {
  if (!box.firstChild) fill(box, waitingLine("Fetching the map…"));
  try {
    const map = await mapOf(state.index);
    draw(box, map, state, app, hits);
  } catch (problem) {
    showProblem(box, problem, { again: app.again });
  }
}

function draw(box, map, state, app, hits) {
  const canvas = el("canvas", { tabindex: "0", role: "application", "aria-label":
    `Map of ${map.ids.length} crystals, ${hits.length} of them results. Arrow keys go from crystal to crystal, Enter opens one. With a pointer, draw around dots to narrow the search to them.` });
  const tip = el("div", { class: "map-tip", hidden: true });
  const field = el("div", { class: "map-field" }, canvas, tip);
  const groups = groupsOf(map);
  const part = state.lasso ? within(map, state.lasso).length : 0;
  const sample = map.ids.length < map.crystals ? `${map.ids.length.toLocaleString("en")} of ${map.crystals.toLocaleString("en")} crystals` : `${map.ids.length.toLocaleString("en")} crystals`;
  const cut = part > MOST ? ` Of ${part.toLocaleString("en")} in the part the ${MOST.toLocaleString("en")} nearest its middle are searched.` : "";
  fill(box, el("section", { class: "map", "aria-label": "Map of the collection" },
    el("div", { class: "map-head" },
      el("div", {}, el("h2", {}, "Map"), el("span", { class: "dim" }, `${sample}; like structures lie near each other. Draw around dots to search among them.${cut}`)),
      state.lasso ? button(`Clear the part (${part})`, () => app.go({ ...state, lasso: null }), { class: "link" })
        : app.state.map ? button("Hide the map", () => app.go({ ...state, map: false }), { class: "link" }) : null),
    field, legend(groups, hits.length)));
  const chart = { map, canvas, tip, groups, hits: new Set(hits.map((hit) => hit.id)), lasso: state.lasso, trail: null, at: -1 };
  paint(chart);
  const again = new ResizeObserver(() => (canvas.isConnected ? paint(chart) : again.disconnect()));
  again.observe(field);
  const open = (i) => app.go({ ...empty(state), id: map.ids[i] });
  pointers(chart, open, (lasso) => app.go({ ...state, lasso, map: true, n: 0 }));
  canvas.addEventListener("keydown", (event) => keys(event, chart, open));
  canvas.addEventListener("blur", () => { chart.at = -1; point(chart, -1); });
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

function pointers(chart, open, narrow) {
  const { canvas } = chart;
  let from = null;
  const spot = (event) => { const box = canvas.getBoundingClientRect(); return [event.clientX - box.left, event.clientY - box.top]; };
  canvas.addEventListener("pointerdown", (event) => { if (event.button === 0) { from = spot(event); canvas.setPointerCapture(event.pointerId); } });
  canvas.addEventListener("pointermove", (event) => {
    const at = spot(event);
    if (!from) { point(chart, nearest(chart, at)); return; }
    if (!chart.trail && Math.hypot(at[0] - from[0], at[1] - from[1]) > MOVED) chart.trail = [chart.plan.from(...from)];
    if (chart.trail) { chart.trail.push(chart.plan.from(...at)); chart.tip.hidden = true; paint(chart); }
  });
  canvas.addEventListener("pointerup", (event) => {
    const { trail } = chart;
    const i = nearest(chart, spot(event));
    from = null;
    chart.trail = null;
    if (trail?.length > 3) narrow(simpler(trail));
    else if (i >= 0) open(i);
    else paint(chart);
  });
  canvas.addEventListener("pointercancel", () => { from = null; chart.trail = null; paint(chart); });
  canvas.addEventListener("pointerleave", () => { if (!from) point(chart, -1); });
}

function nearest(chart, [px, py]) {
  let [best, far] = [-1, NEAR];
  chart.map.ids.forEach((id, i) => {
    const [x, y] = chart.plan.to(chart.map.x[i], chart.map.y[i]);
    const d = Math.hypot(x - px, y - py) - (chart.hits.has(id) ? 3 : 0);
    if (d < far) [best, far] = [i, d];
  });
  return best;
}

/** Name a dot beside it; -1 names none. */
function point(chart, i) {
  const { map, tip, canvas } = chart;
  tip.hidden = i < 0;
  canvas.style.cursor = i < 0 ? "crosshair" : "pointer";
  if (i < 0) return;
  const [x, y] = chart.plan.to(map.x[i], map.y[i]);
  fill(tip, formula(map.formulas[i]), el("span", { class: "dim" }, ` ${map.ids[i]}`));
  const isRight = x > chart.plan.width / 2;
  tip.style.left = isRight ? "auto" : `${x + 10}px`;
  tip.style.right = isRight ? `${chart.plan.width - x + 10}px` : "auto";
  tip.style.top = `${Math.max(y - 30, 2)}px`;
}

function keys(event, chart, open) {
  const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  if (event.key === "Enter" && chart.at >= 0) open(chart.at);
  else if (ways[event.key]) {
    chart.at = chart.at < 0 ? first(chart) : next(chart, ways[event.key]);
    paint(chart);
    point(chart, chart.at);
    announce(`${chart.map.formulas[chart.at]}, ${chart.map.ids[chart.at]}`);
  } else return;
  event.preventDefault();
  event.stopPropagation();
}

function first(chart) {
  return Math.max(0, chart.map.ids.findIndex((id) => chart.hits.has(id)));
}

/** Return the dot that is nearest in a direction, or the same one where there is none. */
function next(chart, [dx, dy]) {
  const place = (i) => chart.plan.to(chart.map.x[i], chart.map.y[i]);
  const [x, y] = place(chart.at);
  let [best, cost] = [chart.at, Infinity];
  chart.map.ids.forEach((_, i) => {
    const [u, v] = place(i);
    const along = (u - x) * dx + (v - y) * dy;
    const aside = Math.abs((u - x) * dy) + Math.abs((v - y) * dx);
    if (along > 1 && along + 2 * aside < cost) [best, cost] = [i, along + 2 * aside];
  });
  return best;
}
