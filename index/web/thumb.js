/** Small still pictures of crystals, drawn without WebGL, when they come into view. */

import { pathOf, remembered } from "./api.js";
import { repeated } from "./cell.js";
import { colour, el } from "./dom.js";
import { drawn } from "./elements.js";

const VIEW = turned(-1.15, 0.42);
const MOST = 260;
/** atoms; beyond, bonds are left out */
const SIZE = 0.36;
/** of the covalent radius */
const MARGIN = 4;
let watch = null;

/**
 * Return a picture of a crystal of an index, 104 px wide and high; it is drawn once it is seen.
 * What is not there when the signal ends is asked for no longer.
 */
export function thumb(id, index, signal) {
  const canvas = el("canvas", { width: 208, height: 208, class: "thumb", "aria-hidden": "true" });
  canvas.start = async () => {
    if (signal?.aborted) return;
    try {
      const query = index ? `?index=${encodeURIComponent(index)}` : "";
      still(canvas, await remembered(pathOf(id) + query, null, { signal }));
    } catch { /* the card says all without a picture */ }
  };
  watch ??= new IntersectionObserver((seen) => {
    for (const one of seen) if (one.isIntersecting) { watch.unobserve(one.target); one.target.start(); }
  }, { rootMargin: "200px" });
  watch.observe(canvas);
  return canvas;
}

/** Draw a crystal {cell, sites} on a canvas. */
export function still(canvas, crystal) {
  const { atoms, bonds, corners } = repeated(crystal, 1);
  const flat = atoms.map((atom) => ({ ...atom, at: seen(atom.at) }));
  const corner = corners.map(seen);
  const pen = canvas.getContext("2d");
  const far = flat.reduce((most, atom) => Math.max(most, drawn(atom.element).radius), 0) * SIZE;
  const fit = fitted([...corner, ...flat.map((atom) => atom.at)], canvas.width, far);
  pen.clearRect(0, 0, canvas.width, canvas.height);
  pen.lineCap = "round";
  const line = (from, to, ink, width) => {
    pen.strokeStyle = ink;
    pen.lineWidth = width;
    pen.beginPath();
    pen.moveTo(...fit.to(from));
    pen.lineTo(...fit.to(to));
    pen.stroke();
  };
  for (let i = 0; i < 8; i += 1) for (const bit of [1, 2, 4]) {
    if (!(i & bit)) line(corner[i], corner[i | bit], colour("--cell"), 1.5);
  }
  const parts = flat.map((atom) => ({ depth: atom.at[2], draw: () => ball(pen, atom, fit) }));
  if (atoms.length <= MOST) for (const [i, j] of bonds) parts.push(stick(flat[i], flat[j], line, fit));
  parts.sort((a, b) => a.depth - b.depth).forEach((part) => part.draw());
}

function stick(a, b, line, fit) {
  const middle = a.at.map((x, i) => (x + b.at[i]) / 2);
  const width = Math.max(2, fit.scale * 0.13);
  return { depth: middle[2] - 0.3, draw: () => {
    line(a.at, middle, drawn(a.element).colour, width);
    line(middle, b.at, drawn(b.element).colour, width);
  } };
}

function ball(pen, atom, fit) {
  const [x, y] = fit.to(atom.at);
  const look = drawn(atom.element);
  const r = Math.max(2.5, look.radius * SIZE * fit.scale);
  const shade = pen.createRadialGradient(x - r * 0.35, y - r * 0.35, r * 0.1, x, y, r);
  shade.addColorStop(0, mixed(look.colour, 255, 0.55));
  shade.addColorStop(0.45, look.colour);
  shade.addColorStop(1, mixed(look.colour, 0, 0.3));
  pen.fillStyle = shade;
  pen.beginPath();
  pen.arc(x, y, r, 0, 2 * Math.PI);
  pen.fill();
}

/** Mix a colour with grey of a level, by a share. */
function mixed(hex, level, share) {
  const parts = [1, 3, 5].map((i) => Number.parseInt(hex.slice(i, i + 2), 16));
  return `rgb(${parts.map((x) => Math.round(x + (level - x) * share)).join(",")})`;
}

/** Return how places come on a square of pixels, with room for balls of a radius around them. */
function fitted(points, size, room) {
  const [low, high] = [Math.min, Math.max].map((pick) => [0, 1].map((i) => points.reduce((m, p) => pick(m, p[i]), points[0][i])));
  const scale = (size - 2 * MARGIN) / (Math.max(high[0] - low[0], high[1] - low[1], 1) + 2 * room);
  return { scale, to: (p) => [0, 1].map((i) => size / 2 + (p[i] - (low[i] + high[i]) / 2) * scale * (i ? -1 : 1)) };
}

function seen(at) {
  return VIEW.map((row) => row[0] * at[0] + row[1] * at[1] + row[2] * at[2]);
}

/** Return a rotation about x after one about z, in radians. */
function turned(x, z) {
  const [c, s, u, v] = [Math.cos(x), Math.sin(x), Math.cos(z), Math.sin(z)];
  return [[u, -v, 0], [c * v, c * u, -s], [s * v, s * u, c]];
}
