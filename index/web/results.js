/** Hits as cards. */

import { el } from "./dom.js";
import { formula, labelOf, nameOf, number, numbersOf, quantity, spaceGroup } from "./notation.js";
import { pathOf } from "./api.js";
import { empty, write } from "./state.js";
import { thumb } from "./thumb.js";

/** Return the list of hits. */
export function cards(hits, state, app) {
  return el("ol", { class: "cards", id: "hits", "aria-label": "Results" },
    hits.map((hit) => card(hit, state, app)));
}

/** Return one hit. */
export function card(hit, state, app) {
  const home = write({ ...empty(state), id: hit.id });
  const like = write({ ...empty(state), like: [hit.id] });
  return el("li", { class: "card", "data-id": hit.id },
    el("a", { class: "view", href: home, tabindex: "-1", "aria-hidden": "true" }, thumb(hit.id, state.index)),
    el("div", { class: "body" },
      el("div", { class: "head" },
        el("h2", {}, el("a", { class: "title", href: home }, formula(hit.formula)),
          el("span", { class: "name" }, nameOf(hit))),
        score(hit)),
      el("p", { class: "meta" }, el("span", {}, spaceGroup(hit.space_group),
        el("span", { class: "dim" }, ` No. ${hit.space_group_number}`)),
      el("span", {}, hit.prototype_name || el("code", {}, hit.prototype)),
      typeof hit.properties.mineral === "string" ? el("span", {}, `mineral: ${hit.properties.mineral}`) : null),
      facts(hit), why(hit),
      el("div", { class: "acts" },
        el("a", { href: like, class: "act" }, "More like this",
          el("span", { class: "hidden" }, ` ${nameOf(hit)}`)),
        app.tray.toggle(hit), el("a", { class: "act", href: cifOf(hit.id, state.index), download: "" }, "CIF",
          el("span", { class: "hidden" }, ` of ${nameOf(hit)}`)))));
}

/** Return where the CIF of a crystal is. */
export function cifOf(id, index) {
  return `${pathOf(id)}.cif${index ? `?index=${encodeURIComponent(index)}` : ""}`;
}

function score(hit) {
  const parts = `likeness ${number(hit.dense)}${hit.lexical ? `, words ${number(hit.lexical)}` : ""}`;
  return el("p", { class: "score", title: `Score ${hit.score.toFixed(3)}: ${parts}` },
    el("small", {}, "score "), hit.score.toFixed(3));
}

function facts(hit) {
  const numbers = numbersOf(hit.properties).slice(0, 5);
  if (!numbers.length) return null;
  return el("dl", { class: "facts" }, numbers.map(([name, value]) => {
    const [label, unit] = labelOf(name);
    return el("div", {}, el("dt", {}, label), el("dd", {}, quantity(value, unit)));
  }));
}

function why(hit) {
  if (!hit.why?.length) return null;
  return el("ul", { class: "why", "aria-label": "Why it matched" }, hit.why.map((fact) => el("li", {}, fact)));
}
