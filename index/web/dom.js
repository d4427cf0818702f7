/** Make elements. What a server says becomes text nodes, never markup: names may hold anything. */

const said = new Set();

/**
 * Make an element.
 * @param {string} tag
 * @param {object} given attributes; `class`, `on` {event: function}, true and false for bare ones
 * @param {...(Node|string|number|Array|null)} children text is inserted as text
 */
export function el(tag, given = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(given)) {
    const isBare = typeof value === "boolean" && !name.startsWith("aria-");
    if (value === null || value === undefined || (isBare && !value)) continue;
    if (name === "on") {
      for (const [event, call] of Object.entries(value)) node.addEventListener(event, call);
    } else if (isBare) node.setAttribute(name, "");
    else node.setAttribute(name, String(value));
  }
  append(node, children);
  return node;
}

function append(node, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    node.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
}

/** Put children in place of what a node holds. */
export function fill(node, ...children) {
  node.replaceChildren();
  append(node, children);
  return node;
}

/** Make a button. */
export function button(label, click, given = {}) {
  return el("button", { type: "button", ...given, on: { click } }, label);
}

/** Say something to screen readers, with what else is said in the same moment. */
export function announce(words) {
  const live = document.getElementById("live");
  if (!said.size) {
    live.textContent = ""; // the same words again are said again
    setTimeout(() => { live.textContent = [...said].join("; "); said.clear(); }, 30);
  }
  said.add(words);
}

/** Hand a file to the user. */
export function save(name, type, parts) {
  const url = URL.createObjectURL(new Blob(parts, { type }));
  const link = el("a", { href: url, download: name, class: "hidden" });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** Tell whether the user wants things to stand still. */
export function still() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

/** Return a colour of the style sheet, such as '--accent'. */
export function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}
