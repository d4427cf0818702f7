/** Hits as cards. */

import { el } from "./dom.js";
import { formula, labelOf, nameOf, numbersOf, quantity, spaceGroup } from "./notation.js";
import { pathOf } from "./api.js";
import { empty, write } from "./state.js";
import { thumb } from "./thumb.js";

/** Return the list of hits; the signal ends what their pictures ask for. */
export function cards(hits, state, app, signal) {
  return el("ol", { class: "cards", id: "hits", "aria-label": "Results" },
    hits.map((hit) => card(hit, state, app, signal)));
}

/** Return one hit. */
export function card(hit, state, app, signal) {
  const home = write({ ...empty(state), id: hit.id });
  const like = write({ ...empty(state), like: [hit.id] });
  return el("li", { class: "card", "data-id": hit.id },
    el("a", { class: "view", href: home, tabindex: "-1", "aria-hidden": "true" }, thumb(hit.id, state.index, signal)),
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

/** Say the score, and what it is the sum of where that is more than one thing. */
function score(hit) {
  const gain = hit.score - hit.dense - hit.lexical;
  const parts = [["likeness", hit.dense], ["words", hit.lexical], ["preferred", gain]].filter(([, x]) => Math.abs(x) >= 0.005);
  return el("p", { class: "score" }, el("small", {}, "score "), hit.score.toFixed(3),
    parts.length > 1 ? el("small", { class: "parts" }, parts.map(([name, x]) => `${name} ${x.toFixed(2)}`).join(" + ")) : null);
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
