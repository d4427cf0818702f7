/** The view of a question: what was understood, filters, hits, the map. */

import { loaded, remembered } from "./api.js";
import { announce, button, el, fill } from "./dom.js";
import { filters } from "./filters.js";
import { labelOf } from "./notation.js";
import { showProblem, waitingLine } from "./problem.js";
import { cards, card } from "./results.js";
import { PAGE, asks, empty, write } from "./state.js";
import { chips, sayFilter } from "./understood.js";

const EXAMPLES = [
  "wide band gap nitride with the wurtzite structure",
  "lead-free cubic oxides with a gap between 2 and 4 eV",
  "layered lithium cobalt oxide",
  "soft magnetic spinel ferrite",
  "two-dimensional semiconductor with a gap of 1 to 2 eV",
  "transparent conductor",
  "mineral garnet with aluminium",
  "binary superconductor with the A15 structure",
];
const WIDE = matchMedia("(min-width: 1000px)");
/** the start has room for the map then */
const NOTHING = "crystals";
/** is asked where filters are all that is said, since hits need some order */

/** Show a question's answer, or the start. Returns what ends it. */
export function showSearch(root, state, app) {
  const giving = new AbortController();
  const mapBox = el("div", { class: "map-box" });
  const body = el("div", { class: "answer" });
  if (asks(state)) answer(root, body, mapBox, state, app, giving.signal);
  else {
    fill(root, body);
    start(body, mapBox, state, app);
  }
  return () => giving.abort();
}

/** Put what is on its way in the place of what was shown; results stay, dimmed, until it is there. */
function wait(root, body, isHere) {
  root.classList.toggle("busy", !isHere && Boolean(root.querySelector(".split")));
  if (!root.classList.contains("busy")) fill(root, body);
}

function start(body, mapBox, state, app) {
  const count = el("span", {}, "crystals");
  const text = el("section", { class: "start-text" },
    el("h1", {}, "Search crystals in plain English"),
    el("p", { class: "lead" }, "Say what you look for: composition, symmetry, structure type, properties with units, uses. Or drop a CIF on this page to find crystals like it."),
    el("h2", {}, "For example"),
    el("ul", { class: "examples" }, EXAMPLES.map((text) => el("li", {},
      el("a", { href: write({ ...empty(state), q: text }) }, text)))),
    el("p", { class: "dim" }, "Searching ", count, " on this service. Press / to type, Escape to come back."));
  fill(body, el("div", { class: "start" }, text, mapBox));
  app.info().then((info) => {
    const one = indexOf(info, state);
    if (one) count.textContent = `${one.crystals.toLocaleString("en")} crystals`;
  }).catch((problem) => showProblem(mapBox, problem, { again: app.again }));
  mapPart(mapBox, { ...state, map: state.map || WIDE.matches }, app, []);
}

async function answer(root, body, mapBox, state, app, signal) {
  const waiting = (problem) => {
    fill(body, waitingLine(`${problem.message}; asking again…`));
    wait(root, body, true);
  };
  try {
    fill(body, chips(state, [], app), waitingLine("Searching…"), ghosts());
    wait(root, body, false);
    const question = questionOf(state);
    const [told, info] = await Promise.all([
      remembered("v1/search", question, { signal, waiting }), app.info(),
    ]);
    if (signal.aborted) return;
    wait(root, body, true);
    draw(body, mapBox, told, question, state, app, indexOf(info, state), signal);
  } catch (problem) {
    if (signal.aborted) return;
    const told = el("div");
    fill(body, chips(state, [], app), told);
    wait(root, body, true);
    showProblem(told, problem, { again: app.again, content: state.upload?.content });
  }
}

function draw(body, mapBox, told, question, state, app, info, signal) {
  const list = cards(told.hits, state, app, signal);
  const hits = [...told.hits];
  const main = el("section", { class: "found", "aria-label": "Results" });
  const line = summary(told, state, info);
  fill(main, bar(hits, line, told, state, app), mapBox, note(told, state),
    hits.length ? list : nothing(told, state, app));
  const ringed = () => mapPart(mapBox, state, app, hits);
  addMore(main, { list, hits, most: mostOf(told, info), ringed }, question, state, app, signal);
  const asked = chips(state, told.understood, app);
  fill(body, el("h1", { class: "hidden" }, "Results"), asked.children.length ? asked : null,
    el("div", { class: "split" }, filters(state, told, info, app), main));
  ringed();
  announce(`${line}. ${hits.length} shown.`);
  app.shown?.();
}

/** Offer more hits; found: {list, hits, most, ringed}: what is shown, and how many there may be. */
function addMore(main, found, question, state, app, signal) {
  const { list, hits, most, ringed } = found;
  if (hits.length < state.n || hits.length >= most) return;
  const label = () => (state.unique ? "Show more" : `Show ${Math.min(PAGE, most - hits.length)} more`);
  const box = el("div", { class: "more-box" });
  const more = button(label(), async () => {
    more.disabled = true;
    const next = { ...question, k: PAGE, offset: hits.length, facets: false };
    try {
      const rest = await remembered("v1/search", next, { signal });
      rest.hits.forEach((hit) => { hits.push(hit); list.append(card(hit, state, app, signal)); });
      more.textContent = label();
      if (rest.hits.length < PAGE || hits.length >= most) fill(box, el("p", { class: "dim" }, "These are all."));
      app.replace({ ...state, n: hits.length });
      ringed();
      announce(`${hits.length} shown.`);
    } catch (problem) {
      showProblem(box, problem, { again: () => { fill(box, more); more.click(); } });
    } finally {
      more.disabled = false;
    }
  }, { class: "plain more" });
  main.append(fill(box, more));
}

/** Count the crystals that may be hits: of one kind there may be several. */
function mostOf(told, info) {
  return told.filter ? told.filter.passing + told.filter.unknown : info?.crystals ?? 0;
}

/** Return the request for a state. */
function questionOf(state) {
  const like = [...state.like];
  if (state.upload) like.push({ content: state.upload.content, name: state.upload.name });
  else if (state.file) throw lost(state.file);
  const text = state.q.trim();
  const asked = { k: state.n, facets: true, unique: state.unique, index: state.index };
  if (like.length) asked.like = like;
  if (text) Object.assign(asked, { text, parse: !state.raw });
  else if (!like.length) Object.assign(asked, { text: NOTHING, parse: false });
  if (state.f.length) asked.filter = state.f.map((one) => `(${one})`).join(" AND ");
  if (state.lasso) asked.inside = state.lasso;
  return asked;
}

function lost(name) {
  return Object.assign(new Error(`This link asks for crystals like ${name}, which is not part of it.`), {
    advice: "The file was too long for a link: drop it on this page again", again: false,
    status: 422, field: "structure", line: 0,
  });
}

function summary(told, state, info) {
  if (told.relaxed) return "No crystal meets all of it";
  if (!told.filter) return `${(info?.crystals ?? told.hits.length).toLocaleString("en")} crystals ranked`;
  const count = told.filter.passing;
  return `${count.toLocaleString("en")} ${count === 1 ? "crystal meets" : "crystals meet"} it`;
}

function bar(hits, line, told, state, app) {
  const flip = (name, label, title) => el("label", { class: "check", title },
    el("input", { type: "checkbox", ...(state[name] ? { checked: true } : {}),
      on: { change: () => app.go({ ...state, [name]: !state[name], n: PAGE }) } }), label);
  return el("div", { class: "bar" },
    el("p", { class: "line" }, el("strong", {}, line),
      el("span", { class: "dim" }, ` in ${told.took_ms < 10 ? told.took_ms.toFixed(1) : Math.round(told.took_ms)} ms`)),
    el("div", { class: "options" },
      flip("unique", "One of each kind", "Of entries with one formula, space group and prototype only the best"),
      told.understood.length || state.raw
        ? flip("raw", "Words only", "Compare the words, and filter by nothing that they say") : null,
      button("Map", () => app.go({ ...state, map: !state.map }), { class: "plain", "aria-pressed": state.map }),
      saveButtons(hits, state)));
}

function saveButtons(hits, state) {
  const told = el("span", { class: "dim", role: "status" });
  const make = (kind, label) => button(kind, async (event) => {
    event.target.disabled = true;
    try {
      const { saveAs } = await loaded(() => import("./download.js"));
      await saveAs(kind, hits, state, (words) => { told.textContent = words; });
    } catch (problem) {
      told.textContent = problem.isPart ? `${problem.message} Load the page again.` : problem.message;
    }
    event.target.disabled = false;
  }, { class: "link", "aria-label": label, title: label });
  return el("span", { class: "saves", role: "group", "aria-label": "Download" },
    el("span", { class: "dim", "aria-hidden": "true" }, "Download"),
    make("CSV", "Download the shown results as CSV"), make("JSON", "Download the shown results as JSON"),
    make("CIFs", "Download the CIFs of the shown results as a zip file, 100 at most"), told);
}

function note(told, state) {
  const lines = [];
  if (told.relaxed && told.hits.length) lines.push("No crystal meets all that the words say: those that meet most come first. Drop a part above to widen the search.");
  if (!told.relaxed && told.filter?.unknown && told.hits.length) {
    const names = Object.keys(told.filter.missing).map((name) => labelOf(name)[0]).join(", ");
    const count = told.filter.unknown.toLocaleString("en");
    lines.push(state.f.length ? `Of ${count} more the ${names} is not known.`
      : `Of ${count} more the ${names} is not known: they stand behind the others.`);
  }
  if (!state.q.trim() && !state.like.length && !state.upload) lines.push("No words to rank by: the order means little.");
  return lines.length ? el("p", { class: told.relaxed ? "note" : "remark" }, lines.join(" ")) : null;
}

function nothing(told, state, app) {
  const alone = Object.entries(told.filter?.alone || {});
  return el("div", { class: "nothing" },
    el("h2", {}, "No crystal meets all of it"),
    el("p", {}, "Drop one of the parts above, or widen a range."),
    alone.length ? el("table", {}, el("caption", {}, "How many crystals meet each part alone"),
      el("tbody", {}, alone.map(([text, count]) => el("tr", {}, el("th", { scope: "row" }, sayFilter(text)),
        el("td", {}, count))))) : null,
    state.f.length || state.lasso ? button("Drop all filters", () => app.go({ ...state, f: [], lasso: null }), { class: "plain" }) : null);
}

async function mapPart(box, state, app, hits) {
  if (!state.map) {
    if (!asks(state)) fill(box, button("Show the map of the collection", () => app.go({ ...state, map: true }), { class: "plain" }));
    return;
  }
  try {
    const { showMap } = await loaded(() => import("./map.js"));
    await showMap(box, state, app, hits);
  } catch (problem) {
    showProblem(box, problem, { again: app.again });
  }
}

function ghosts() {
  return el("div", { class: "ghosts", "aria-hidden": "true" }, [1, 2, 3, 4].map(() => el("div", {})));
}

/** Return what the service says of the index of a state. */
function indexOf(info, state) {
  return info.indexes.find((one) => one.name === state.index) || info.indexes[0];
}
