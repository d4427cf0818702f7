/** Parts of the map: polygons, and what lies in them. */

import { remembered } from "./api.js";

const CORNERS = 32;
/** ids that one request may name */
export const MOST = 1000;

/** Return the map of an index. */
export function mapOf(index) {
  return remembered(`v1/map${index ? `?index=${encodeURIComponent(index)}` : ""}`);
}

/** Tell whether a point lies in a polygon. */
export function inside(polygon, x, y) {
  let is = false;
  for (let i = 0, j = polygon.length - 1; i < polygon.length; j = i, i += 1) {
    const [a, b] = polygon[i];
    const [c, d] = polygon[j];
    if ((b > y) !== (d > y) && x < ((c - a) * (y - b)) / (d - b) + a) is = !is;
  }
  return is;
}

/** Return the places in a map that a polygon holds, those nearest to its middle first. */
export function within(map, polygon) {
  const middle = [0, 1].map((i) => polygon.reduce((sum, point) => sum + point[i], 0) / polygon.length);
  const far = (i) => Math.hypot(map.x[i] - middle[0], map.y[i] - middle[1]);
  return map.ids.map((_, i) => i).filter((i) => inside(polygon, map.x[i], map.y[i]))
    .sort((i, j) => far(i) - far(j));
}

/** Return the ids in a part of the map, a thousand at most. */
export async function idsInside(polygon, index) {
  const map = await mapOf(index);
  const found = within(map, polygon).slice(0, MOST).map((i) => map.ids[i]);
  if (!found.length) {
    throw Object.assign(new Error("No crystal lies in this part of the map."), {
      advice: "Draw around some of the dots", again: false, status: 422, field: "", line: 0,
    });
  }
  return found;
}

/** Return a polygon of fewer corners. */
export function simpler(points) {
  const step = Math.max(1, points.length / CORNERS);
  return Array.from({ length: Math.min(points.length, CORNERS) }, (_, i) => points[Math.floor(i * step)]);
}
