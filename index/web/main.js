/** Start the page, and show what its address says. */

import { ask as fetched, hasKey, loaded, remembered } from "./api.js";
import { announce, el, save } from "./dom.js";
import { watchFiles } from "./drop.js";
import { problemBox, showProblem } from "./problem.js";
import { showSearch } from "./search.js";
import { asks, empty, read, unpack, write } from "./state.js";
import { makeTray } from "./tray.js";

const VIEWS = {
  crystal: async () => (await loaded(() => import("./crystal.js"))).showCrystal,
  compare: async () => (await loaded(() => import("./compare.js"))).showCompare,
};
const choice = document.getElementById("index");
const main = document.getElementById("main");
const box = document.getElementById("q");
let leave = () => {};
let turn = 0;
let at = history.state?.at || 0;
/** how many of our own entries of the history stand before this one */
let opened = "";
let held = "";
let first = "";
/** index: the one that is asked where none is named */

const app = {
  state: read(location, history.state?.upload),
  go, replace, goBack, again: () => render(),
  info: () => remembered("v1/indexes"),
  index: () => (app.state.index === first ? "" : app.state.index),
  shown: null,
};
app.tray = makeTray(document.getElementById("tray"), app);

/** Go to a state: a new entry of the history. */
function go(state) {
  const before = app.state;
  at += 1;
  history.pushState({ upload: state.upload, at }, "", write(state));
  take(state);
  const isNew = viewOf(before) !== viewOf(app.state) || before.q !== app.state.q
    || before.like.join() !== app.state.like.join();
  if (isNew) window.scrollTo(0, 0);
}

/** Change the address of what is shown. */
function replace(state) {
  app.state = { ...app.state, ...state };
  history.replaceState({ upload: state.upload, at }, "", write(state));
}

/** Leave a crystal: to where the visitor came from, else to the start. */
function goBack() {
  if (at > 0) history.back();
  else go(empty(app.state));
}

function take(state) {
  app.state = read(location, state.upload);
  render();
}

function viewOf(state) {
  if (state.pair.length === 2) return "compare";
  return state.id || (state.upload && state.view === "file") ? "crystal" : "search";
}

async function render() {
  const mine = ++turn;
  const { state } = app;
  held = main.contains(document.activeElement) ? nameOf(document.activeElement) : "";
  leave();
  leave = () => {};
  main.classList.remove("busy");
  box.value = state.q;
  document.title = state.q ? `${state.q} – CLaC` : "CLaC: search crystals";
  app.tray.draw();
  if (first) choice.value = state.index || first;
  else chooseIndex();
  const view = viewOf(state);
  document.body.dataset.view = view === "search" && !asks(state) ? "start" : view;
  app.shown = view === "search" ? back : null;
  try {
    const show = view === "search" ? showSearch : await VIEWS[view]();
    if (mine !== turn) return;
    if (view !== "search") opened = state.id || opened;
    leave = show(main, state, app) || (() => {});
  } catch (problem) {
    if (mine === turn) showProblem(main, problem, { again: app.again });
  }
}

/** Put the focus back: on the crystal that was looked at, or on the control that was used. */
function back() {
  const card = [...document.querySelectorAll(".card")].find((one) => one.dataset.id === opened);
  opened = "";
  if (card) card.querySelector(".title").focus();
  else if (held) {
    const controls = [...main.querySelectorAll("button, a, input, select, summary")];
    (controls.find((one) => nameOf(one) === held) || main).focus({ preventScroll: true });
  }
  held = "";
}

/** Tell a control from others, so that it is found again in a view that was drawn anew. */
function nameOf(node) {
  const words = node.querySelector(".what") || node.closest("label") || node;
  return [node.tagName, node.className, node.getAttribute("aria-label") || node.id || words.textContent].join("|");
}

function ask(event) {
  event.preventDefault();
  const q = box.value.trim();
  const { state } = app;
  const keeps = viewOf(state) === "search" ? state : empty(state);
  if (!q && !keeps.like.length && !keeps.upload && !keeps.f.length) return box.focus();
  go({ ...keeps, q, n: 0, raw: false });
}

function follow(event) {
  const link = event.target.closest?.("a[href]");
  if (link?.hasAttribute("download") && !link.href.startsWith("blob:") && hasKey()) {
    event.preventDefault();
    download(link.href);
    return;
  }
  const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
  if (!link || !isPlain || !link.getAttribute("href").startsWith("./") || link.hasAttribute("download")) return;
  event.preventDefault();
  const target = read(new URL(link.href), null);
  if (target.file) target.upload = app.state.upload;
  go(target);
}

/** Save what a link leads to, with the key of the service. */
async function download(address) {
  try {
    const text = await fetched(address, null, { text: true });
    save(decodeURIComponent(new URL(address).pathname.split("/").pop()), "chemical/x-cif", [text]);
  } catch (problem) {
    announce(problem.message);
  }
}

function keys(event) {
  const isTyping = event.target.matches?.("input:not([type=checkbox]), textarea, select");
  if (event.key === "/" && !isTyping && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    box.focus();
    box.select();
  } else if (event.key === "Escape") escape(isTyping);
  else if (event.key === "ArrowDown" || event.key === "ArrowUp") walk(event, isTyping);
}

function escape(isTyping) {
  if (isTyping) document.activeElement.blur();
  else if (viewOf(app.state) !== "search") goBack();
}

/** Move among the results with the arrow keys, from the search box on. */
function walk(event, isTyping) {
  const titles = [...document.querySelectorAll(".card .title")];
  const at = titles.findIndex((title) => title.closest(".card").contains(document.activeElement));
  const isBox = document.activeElement === box;
  if (!titles.length || (isTyping && !isBox) || (at < 0 && !isBox)) return;
  event.preventDefault();
  const next = at + (event.key === "ArrowDown" ? 1 : -1);
  if (next < 0) box.focus();
  else titles[Math.min(next, titles.length - 1)].focus();
}

function theme() {
  const flip = document.getElementById("theme");
  const root = document.documentElement;
  const mark = () => flip.setAttribute("aria-pressed", String(root.dataset.theme === "dark"));
  flip.addEventListener("click", () => {
    root.dataset.theme = root.dataset.theme === "dark" ? "light" : "dark";
    try { localStorage.setItem("clac-theme", root.dataset.theme); } catch { /* for now only */ }
    mark();
    render();
  });
  mark();
}

async function chooseIndex() {
  try {
    const info = await app.info();
    if (first) return;
    first = info.indexes[0].name;
    choice.replaceChildren(...info.indexes.map((one) => el("option", { value: one.name }, one.name)));
    choice.hidden = info.indexes.length < 2;
    choice.value = app.state.index || first;
    choice.addEventListener("change", () => go({ ...empty(app.state), q: app.state.q, index: choice.value }));
  } catch { /* the view tells it */ }
}

async function begin() {
  if (!app.state.upload && location.hash) {
    const upload = await unpack(location.hash);
    if (upload) app.state = read(location, upload);
  }
  document.getElementById("ask").addEventListener("submit", ask);
  document.addEventListener("click", follow);
  document.addEventListener("keydown", keys);
  window.addEventListener("popstate", async (event) => {
    at = event.state?.at || 0;
    const upload = event.state?.upload || await unpack(location.hash);
    take({ upload });
  });
  document.querySelector(".skip").addEventListener("click", (event) => {
    event.preventDefault(); // a hash in the address is a structure
    main.focus();
  });
  watchFiles(document.getElementById("drop"), document.getElementById("file"),
    (upload) => { announce(`Searching by ${upload.name}`); go({ ...empty(app.state), upload }); },
    (problem) => { leave(); main.replaceChildren(problemBox(problem)); });
  theme();
  render();
}

begin();
