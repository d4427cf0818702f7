/** Show what went wrong, where, and what to do. */

import { announce, button, el, fill } from "./dom.js";
import { reload, useKey } from "./api.js";

const NAMES = {
  text: "your words", filter: "the filter", structure: "the structure file", id: "the crystal's id",
  index: "the index", like: "what hits are like", inside: "the part of the map",
};

/**
 * Return a box that tells of a problem.
 * @param {Error} problem
 * @param {{again?: function, content?: string}} more how to ask again; the text of the file
 */
export function problemBox(problem, { again, content } = {}) {
  const where = [];
  const given = problem.status === 404 ? "like" : "structure";
  const field = /^like\.\d+/.test(problem.field || "") ? given : problem.field;
  if (field && field !== "body") where.push(["In ", NAMES[field] || field]);
  if (problem.line) where.push([where.length ? ", line " : "Line ", String(problem.line)]);
  const line = problem.line && content ? content.split(/\r?\n/)[problem.line - 1] : undefined;
  const box = el("div", { class: "problem", role: "alert" },
    el("h2", {}, titleOf(problem)),
    el("p", { class: "detail" }, problem.message),
    where.length ? el("p", { class: "where" }, where) : null,
    line === undefined ? null
      : el("pre", {}, el("span", { class: "line-number" }, problem.line), ` ${line}`),
    problem.advice ? el("p", { class: "advice" }, sentence(problem.advice)) : null);
  if (problem.isPart) box.append(button("Load the page again", () => reload().catch((still) => announce(still.message)), { class: "plain" }));
  else if (problem.status === 401) box.append(keyForm(again));
  else if (again && (problem.again || problem.again === undefined)) {
    box.append(button("Try again", again, { class: "plain" }));
  }
  return box;
}

/** Put a problem in place of what a node holds; what was given up is no problem. */
export function showProblem(node, problem, more = {}) {
  if (problem.name === "AbortError") return;
  fill(node, problemBox(problem, more));
}

/** Return a line that tells that something is on its way; screen readers are told too. */
export function waitingLine(words) {
  announce(words);
  return el("p", { class: "waiting" }, el("span", { class: "spinner", "aria-hidden": "true" }), words);
}

function titleOf(problem) {
  if (problem.status === 401) return "A key is needed";
  if (problem.status === 404) return "There is no such thing";
  if (problem.status === 422 || problem.status === 413) return "This cannot be used as it is";
  if (problem.status === 429 || problem.status === 503) return "The service is busy";
  return "No answer";
}

function keyForm(again) {
  const input = el("input", { type: "password", id: "key", autocomplete: "off", required: true });
  const use = (event) => {
    event.preventDefault();
    useKey(input.value.trim());
    again?.();
  };
  return el("form", { class: "key", on: { submit: use } },
    el("label", { for: "key" }, "Key of this service"), input,
    el("button", { type: "submit" }, "Use it"),
    el("p", { class: "dim" }, "It stays in this tab, until the tab is closed."));
}

function sentence(text) {
  const first = text[0].toUpperCase() + text.slice(1);
  return /[.!?]$/.test(first) ? first : `${first}.`;
}
