/** Choose on the map, with a pointer or with keys: a dot to open, or a part of it to search in. */

import { announce } from "./dom.js";

const CORNERS = 32;
const NEAR = { mouse: 9, pen: 12, touch: 18 };
/** pixels within which a dot is meant */
const MOVED = 6;
/** pixels from which on a stroke is meant */
const AROUND = 56;
/** pixels: what is near a crystal */
const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/**
 * Let a pointer choose on a chart {map, canvas, hits, plan, trail, isDrawing}. A finger scrolls the
 * page until it is told to draw.
 * @param {{point: function, paint: function, open: function, narrow: function}} does
 */
export function watchPointer(chart, does) {
  const { canvas } = chart;
  let from = null;
  const spot = (event) => { const box = canvas.getBoundingClientRect(); return [event.clientX - box.left, event.clientY - box.top]; };
  const draws = (event) => event.pointerType !== "touch" || chart.isDrawing;
  const meant = (event) => nearest(chart, spot(event), NEAR[event.pointerType] || NEAR.mouse);
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    from = spot(event);
    if (draws(event)) canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener("pointermove", (event) => {
    const at = spot(event);
    if (!from) { does.point(meant(event)); return; }
    if (!draws(event)) return;
    if (!chart.trail && Math.hypot(at[0] - from[0], at[1] - from[1]) > MOVED) chart.trail = [chart.plan.from(...from)];
    if (chart.trail) { chart.trail.push(chart.plan.from(...at)); does.point(-1); does.paint(); }
  });
  canvas.addEventListener("pointerup", (event) => {
    const { trail } = chart;
    if (!from) return;
    const i = meant(event);
    from = null;
    chart.trail = null;
    if (trail?.length > 3) does.narrow(simpler(trail));
    else if (i >= 0) does.open(i);
    else does.paint();
  });
  canvas.addEventListener("pointercancel", () => { from = null; chart.trail = null; does.paint(); });
  canvas.addEventListener("pointerleave", () => { if (!from) does.point(-1); });
}

/** Let keys choose: arrows go from dot to dot, Enter opens one, Space searches around it. */
export function watchKeys(chart, does) {
  chart.canvas.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter" && chart.at >= 0) does.open(chart.at);
    else if (event.key === " " && chart.at >= 0) does.narrow(around(chart, chart.at));
    else if (WAYS[event.key]) {
      chart.at = chart.at < 0 ? first(chart) : next(chart, WAYS[event.key]);
      does.paint();
      does.point(chart.at, true);
      announce(`${chart.map.formulas[chart.at]}, ${chart.map.ids[chart.at]}`);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });
  chart.canvas.addEventListener("blur", () => { chart.at = -1; does.paint(); does.point(-1); });
}

function nearest(chart, [px, py], reach) {
  let [best, far] = [-1, reach];
  chart.map.ids.forEach((id, i) => {
    const [x, y] = chart.plan.to(chart.map.x[i], chart.map.y[i]);
    const d = Math.hypot(x - px, y - py) - (chart.hits.has(id) ? 3 : 0);
    if (d < far) [best, far] = [i, d];
  });
  return best;
}

/** Return a polygon of fewer corners. */
function simpler(points) {
  const step = Math.max(1, points.length / CORNERS);
  return Array.from({ length: Math.min(points.length, CORNERS) }, (_, i) => points[Math.floor(i * step)]);
}

/** Return a polygon around a dot. */
function around(chart, i) {
  const [x, y] = chart.plan.to(chart.map.x[i], chart.map.y[i]);
  return Array.from({ length: CORNERS / 2 }, (_, n) => {
    const turn = (4 * Math.PI * n) / CORNERS;
    return chart.plan.from(x + AROUND * Math.cos(turn), y + AROUND * Math.sin(turn));
  });
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
