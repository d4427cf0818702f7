/** What was understood of a query and what narrows it, as chips that can be dropped. */

import { button, el } from "./dom.js";
import { labelOf, number } from "./notation.js";
import { write } from "./state.js";

const LOOSE = "and|or|but|with|of|that|which|is|are|a|an|the|in|has|have|having|by|for|its|whose";
const END = new RegExp(`(?:(?:^|\\s)(?:${LOOSE})|[,;:])\\s*$`, "i");
const START = /^\s*(?:(?:and|or|but|with|of|that|which|is|are|by)\b|[,;:])\s*/i;
const USES = {
  filter: "",
  boost: "preferred: raises the crystals that meet it, leaves none out",
  unknown: "not used: this index knows it of no crystal",
};
const WORDS = { "=": "= ", ">=": "at least ", "<=": "at most ", ">": "above ", "<": "below " };

/** Return a text without some of its words, tidied; null where they do not stand in it. */
export function without(text, words) {
  const plain = words.trim().replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&").replaceAll(/\s+/g, "\\s+");
  const found = new RegExp(plain, "i").exec(text);
  if (!found || !plain) return null;
  let head = text.slice(0, found.index);
  let tail = text.slice(found.index + found[0].length);
  const isOpen = (part) => END.test(part);
  while (isOpen(head) && (!tail.trim() || START.test(tail) || /[,;:]\s*$/.test(head))) {
    head = head.replace(END, "");
  }
  while (!head.trim() && START.test(tail)) tail = tail.replace(START, "");
  return `${head.trim()} ${tail.trim()}`.trim().replaceAll(/\s+([,;:.])/g, "$1");
}

/** Say an OPTIMADE filter in a few words, as far as it is one of those that this page makes. */
export function sayFilter(filter) {
  const listed = /^(\w+) HAS ALL "((?:[^"\\]|\\.)*)"$/.exec(filter);
  if (listed) return `${kindOf(listed[1])}: ${plain(listed[2])}`;
  const word = /^(\w+)="((?:[^"\\]|\\.)*)"$/.exec(filter);
  if (word) return `${kindOf(word[1])}: ${plain(word[2])}`;
  const bounds = [...filter.matchAll(/(\w+)(>=|<=|=|>|<)(-?[\d.eE+-]+)/g)];
  const whole = bounds.map((one) => one[0]).join(" AND ");
  if (!bounds.length || whole !== filter || new Set(bounds.map((one) => one[1])).size > 1) return filter;
  const [label, unit] = labelOf(bare(bounds[0][1]));
  const said = bounds.length === 2
    ? `${number(Number(bounds[0][3]))} to ${number(Number(bounds[1][3]))}`
    : `${WORDS[bounds[0][2]]}${number(Number(bounds[0][3]))}`;
  return `${label} ${said}${unit ? ` ${unit}` : ""}`;
}

/** Return a column without the prefix of the OPTIMADE provider. */
export function bare(column) {
  return column.replace(/^_clac_/, "");
}

/** Return the chips of a state; understood: what the service read in its text. */
export function chips(state, understood, app) {
  const list = el("ul", { class: "chips", "aria-label": "What is asked" });
  const add = (kind, said, next, more = {}) => {
    const label = `Drop: ${said}`;
    list.append(el("li", { class: `chip ${kind}`, title: more.title },
      el("span", {}, said),
      more.mark ? el("small", {}, more.mark) : null,
      more.title ? el("small", { class: "hidden" }, more.title) : null,
      button("×", () => app.go(next), { "aria-label": label, title: label })));
  };
  state.like.forEach((id, i) => {
    add("like", `like ${id}`, { ...state, like: state.like.filter((_, j) => j !== i) });
  });
  if (state.upload) {
    const shown = { ...state, view: "file" };
    add("like", `like ${state.upload.name}`, { ...state, upload: null, file: "", view: "" });
    list.lastChild.firstChild.replaceChildren("like ",
      el("a", { href: write(shown) }, state.upload.name));
  }
  for (const one of understood) {
    const rest = without(state.q, one.text);
    const next = rest === null ? { ...state, raw: true } : { ...state, q: rest };
    const title = [`from “${one.text}”`, USES[one.use]].filter(Boolean).join("; ");
    add(`said ${one.use}`, one.says, next, {
      title, mark: { boost: "preferred", unknown: "not known here" }[one.use],
    });
  }
  state.f.forEach((filter, i) => {
    add("narrow", sayFilter(filter), { ...state, f: state.f.filter((_, j) => j !== i) });
  });
  if (state.lasso) add("narrow", "part of the map", { ...state, lasso: null });
  return list;
}

function kindOf(column) {
  return { classes: "class", elements: "element", prototypes: "structure type" }[bare(column)]
    || bare(column).replaceAll("_", " ");
}

function plain(text) {
  return text.replaceAll(/\\(.)/g, "$1");
}
