/** A crystal that turns: 3Dmol.js, loaded when the first one is opened. */

import { repeated, edges } from "./cell.js";
import { button, colour, el, still as isStill } from "./dom.js";
import { drawn } from "./elements.js";
import { still } from "./thumb.js";

const BALL = 0.32;
/** of the covalent radius, in the picture */
const STICK = 0.085;
const STEP = 12;
/** degrees for a key */
const MOST = 6000;
/** atoms of a picture */
const SMALL = 7.6;
/** Angstrom; 3Dmol.js shows a smaller model from as far away */
const BEYOND = 0.5;
/** Angstrom, and a little of the edge, from the end of an edge to its letter */
const AXES = ["a", "b", "c"];
let loading = null;

/** Load 3Dmol.js once. */
function library() {
  loading ??= new Promise((resolve, reject) => {
    const script = el("script", { src: "web/vendor/3Dmol-min.js", on: {
      load: () => resolve(window.$3Dmol),
      error: () => { loading = null; reject(new Error("The viewer cannot be loaded.")); },
    } });
    document.head.append(script);
  });
  return loading;
}

/**
 * Return a viewer of a crystal {formula, cell, sites}: {node, end}. End gives the graphics card
 * back what it holds, since a browser has few such contexts.
 */
export function viewer(crystal, label) {
  const field = el("div", { class: "field", tabindex: "0", role: "group", "aria-label":
    `${label}: a model that turns. Arrow keys turn it, plus and minus zoom, 0 sets it back.` });
  const shown = { n: 1, view: null, ended: false };
  const size = el("div", { class: "segments", role: "group", "aria-label": "Cells shown" },
    [1, 2].map((n) => button(`${n}×${n}×${n}`, () => { shown.n = n; paint(); },
      { class: "segment", "aria-pressed": n === 1, "data-n": n, disabled: !fits(crystal, n) })));
  const spin = button("Turn", () => {
    const is = spin.getAttribute("aria-pressed") !== "true";
    spin.setAttribute("aria-pressed", String(is));
    shown.view?.spin(is ? "vy" : false, 0.6);
  }, { class: "segment", "aria-pressed": "false" });
  const reset = button("Reset", () => frame(shown.view), { class: "segment" });
  const node = el("figure", { class: "viewer" }, field,
    el("figcaption", { class: "under" }, legend(crystal),
      fits(crystal, 2) ? null : el("p", { class: "dim" }, `2×2×2 would be ${crystal.sites.length * 8} atoms: too many to turn`),
      el("div", { class: "segments-row" }, size, el("div", { class: "segments" }, spin, reset))));

  function paint() {
    for (const one of size.children) one.setAttribute("aria-pressed", String(Number(one.dataset.n) === shown.n));
    if (shown.view) draw(shown.view, crystal, shown.n);
  }

  async function start() {
    try {
      const lib = await library();
      if (shown.ended || !node.isConnected) return;
      shown.view = lib.createViewer(field, { backgroundColor: colour("--view"), antialias: true, disableFog: true });
      if (!shown.view) throw new Error("no WebGL");
      field.querySelector("canvas").setAttribute("aria-hidden", "true");
      paint();
      field.dataset.ready = "yes";
    } catch {
      plain(field, crystal);
    }
  }
  field.addEventListener("keydown", (event) => onKey(event, shown.view));
  calmWheel(field);
  const watch = new IntersectionObserver((seen) => {
    if (seen.some((one) => one.isIntersecting)) { watch.disconnect(); start(); }
  });
  watch.observe(field);
  const fit = new ResizeObserver(() => { shown.view?.resize(); });
  fit.observe(field);
  if (isStill()) spin.hidden = true;
  return { node, end: () => { shown.ended = true; watch.disconnect(); fit.disconnect(); end(shown.view, field); } };
}

/** Tell whether so many cells in each direction make a picture that still turns. */
function fits(crystal, n) {
  return n === 1 || crystal.sites.length * n ** 3 <= MOST;
}

function draw(view, crystal, n) {
  view.removeAllModels();
  view.removeAllShapes();
  view.removeAllLabels();
  const { atoms, bonds, corners } = repeated(crystal, n);
  const joined = atoms.map(() => []);
  for (const [i, j] of bonds) { joined[i].push(j); joined[j].push(i); }
  const model = view.addModel();
  model.addAtoms(atoms.map((atom, i) => ({
    elem: atom.element, x: atom.at[0], y: atom.at[1], z: atom.at[2], serial: i, index: i,
    bonds: joined[i], bondOrder: joined[i].map(() => 1), hetflag: true,
  })));
  for (const symbol of new Set(atoms.map((atom) => atom.element))) {
    const look = drawn(symbol);
    view.setStyle({ elem: symbol }, {
      sphere: { radius: Math.max(0.22, look.radius * BALL), color: look.colour },
      stick: { radius: STICK, color: look.colour },
    });
  }
  box(view, corners);
  frame(view, Math.hypot(...corners[7].map((x, k) => x - corners[0][k])));
}

function box(view, corners) {
  const ink = colour("--cell");
  const at = ([x, y, z]) => ({ x, y, z });
  for (const [from, to] of edges(corners)) {
    view.addCylinder({ start: at(from), end: at(to), radius: 0.035, color: ink, fromCap: 1, toCap: 1 });
  }
  AXES.forEach((name, i) => {
    const way = corners[1 << i].map((x, k) => x - corners[0][k]);
    const tip = corners[1 << i].map((x, k) => x + way[k] * (BEYOND / Math.hypot(...way) + 0.08));
    view.addLabel(name, {
      position: at(tip), fontSize: 15, fontColor: colour("--ink"), showBackground: false,
      alignment: "center", inFront: true,
    });
  });
}

/** Show all of a model, c upwards; across: its diagonal, Angstrom. */
function frame(view, across = view?.across) {
  if (!view) return;
  view.across = across;
  view.setView([0, 0, 0, 0, 0, 0, 0, 1]);
  view.zoomTo();
  view.rotate(-90, "vx");
  view.rotate(-24, "vy");
  view.rotate(14, "vx");
  view.zoom(Math.min(Math.max(SMALL / across, 0.97), 1.6));
  view.render();
}

function onKey(event, view) {
  const turns = { ArrowLeft: [-STEP, "vy"], ArrowRight: [STEP, "vy"], ArrowUp: [-STEP, "vx"], ArrowDown: [STEP, "vx"] };
  const zooms = { "+": 1.15, "=": 1.15, "-": 1 / 1.15 };
  if (!view || event.ctrlKey || event.metaKey) return;
  if (turns[event.key]) view.rotate(...turns[event.key]);
  else if (zooms[event.key]) view.zoom(zooms[event.key]);
  else if (event.key === "0") frame(view);
  else return;
  event.preventDefault();
  event.stopPropagation();
  view.render();
}

/** Let the wheel scroll the page, and zoom only the model that the user works with. */
function calmWheel(field) {
  const inside = () => field.contains(document.activeElement) || document.activeElement === field;
  field.addEventListener("wheel", (event) => {
    if (!inside() && !event.ctrlKey) event.stopPropagation();
  }, { capture: true, passive: true });
  field.addEventListener("pointerdown", () => field.focus({ preventScroll: true }), { capture: true });
}

/** Return the elements of a crystal with their colours. */
function legend(crystal) {
  const symbols = [...new Set(crystal.sites.map((site) => site.element))];
  return el("ul", { class: "elements", "aria-label": "Elements" }, symbols.map((symbol) => {
    const dot = el("span", { class: "dot", "aria-hidden": "true" });
    dot.style.background = drawn(symbol).colour;
    return el("li", {}, dot, symbol);
  }));
}

/** Show a still picture where there is no WebGL. */
function plain(field, crystal) {
  const canvas = el("canvas", { width: 640, height: 640, "aria-hidden": "true", class: "still" });
  field.replaceChildren(canvas, el("p", { class: "dim" }, "This browser shows no WebGL: a still picture."));
  still(canvas, crystal);
}

function end(view, field) {
  if (!view) return;
  view.spin(false);
  view.removeAllModels();
  view.removeAllShapes();
  const canvas = field.querySelector("canvas");
  const gl = canvas?.getContext("webgl2") || canvas?.getContext("webgl");
  gl?.getExtension("WEBGL_lose_context")?.loseContext();
}
