/** The crystals that are to be compared: two of one index at most, kept as long as the tab is open. */

import { button, el, fill } from "./dom.js";
import { formula, nameOf } from "./notation.js";
import { empty, write } from "./state.js";

const PLACE = "clac-compare";

/** Return the tray; its bar is shown where something is in it. */
export function makeTray(bar, app) {
  let chosen = stored();
  const changed = () => {
    try { sessionStorage.setItem(PLACE, JSON.stringify(chosen)); } catch { /* not kept then */ }
    draw();
    for (const box of document.querySelectorAll("[data-compare]")) mark(box);
  };
  const has = (id, index) => chosen.some((one) => one.id === id && one.index === index);
  const mark = (box) => box.setAttribute("aria-pressed", String(has(box.dataset.compare, app.index())));
  const flip = (hit, index) => {
    const { id, formula: text } = hit;
    const same = chosen.filter((one) => one.index === index);
    chosen = has(id, index) ? same.filter((one) => one.id !== id) : [...same, { id, index, formula: text }].slice(-2);
    changed();
  };
  const draw = () => {
    bar.hidden = chosen.length === 0 || app.state.pair.length === 2;
    const pair = write({ ...empty(app.state), index: chosen[0]?.index, pair: chosen.map((one) => one.id) });
    fill(bar, el("div", { class: "frame" },
      el("strong", {}, "Compare"),
      chosen.map((one) => el("span", { class: "chip like" }, formula(one.formula), el("span", { class: "dim" }, one.id),
        button("×", () => flip(one, one.index), { "aria-label": `Leave out: ${one.id}` }))),
      chosen.length === 2 ? el("a", { class: "go", href: pair }, "Side by side")
        : el("span", { class: "dim" }, "choose one more")));
  };
  return {
    draw,
    toggle(hit) {
      const box = button(["Compare", el("span", { class: "hidden" }, ` ${nameOf(hit)}`)], () => flip(hit, app.index()),
        { class: "act", "data-compare": hit.id });
      mark(box);
      return box;
    },
  };
}

function stored() {
  try {
    const found = JSON.parse(sessionStorage.getItem(PLACE) || "[]");
    return found.filter((one) => ["id", "index", "formula"].every((name) => typeof one[name] === "string")).slice(0, 2);
  } catch {
    return [];
  }
}
