/** The page of the API, made of its OpenAPI document: paths, fields, an example to try. */

import { el, fill } from "./dom.js";

const TITLES = {
  search: "Search", structure: "One crystal", collection: "What is there", optimade: "OPTIMADE",
  service: "For whoever runs it",
};
const SHOWN = 6000;

const main = document.getElementById("main");
start();

async function start() {
  try {
    const reply = await fetch("openapi.json");
    const known = await reply.json();
    main.append(...introduction(known), ...Object.entries(grouped(known)).flatMap(
      ([tag, paths]) => [el("h2", {}, TITLES[tag] ?? tag), ...paths.map((one) => article(one, known))],
    ));
  } catch (error) {
    main.append(el("p", { class: "note" }, "The document cannot be read; is the service running? Load the page again."));
  }
}

function introduction(known) {
  return [
    el("p", {}, `${known.info.summary} Version ${known.info.version}.`),
    el("p", { class: "dim" }, "Bodies are JSON. A mistake is answered as application/problem+json with its field, the line of a bad file, and what to do; 429 and 503 say in Retry-After when to ask again. Where the service wants a key, send it as Authorization: Bearer KEY."),
  ];
}

/** Put the paths under their tags. */
function grouped(known) {
  const groups = {};
  for (const [path, methods] of Object.entries(known.paths)) {
    for (const [method, one] of Object.entries(methods)) {
      (groups[one.tags?.[0] ?? "other"] ??= []).push({ path, method, ...one });
    }
  }
  return groups;
}

function article(one, known) {
  const body = one.requestBody?.content?.["application/json"]?.schema;
  const schema = body && resolved(body, known);
  const example = schema?.examples?.[0];
  const rows = schema ? fields(schema, known) : parameters(one, known);
  const address = new URL(one.path.slice(1).replace(/\{id[^}]*\}/, "sodium-chloride-rock-salt"), document.baseURI);
  return el("article", {},
    el("h3", {}, el("span", { class: "method" }, one.method.toUpperCase()), one.path),
    el("p", {}, one.description || one.summary),
    rows.length > 0 && table(rows),
    (example || one.method === "get") && trial(one.method, address, example),
  );
}

function fields(schema, known) {
  return Object.entries(schema.properties ?? {}).map(([name, given]) => ({
    name, kind: kind(given, known), text: told(given, schema.required?.includes(name)),
  }));
}

function parameters(one, known) {
  return (one.parameters ?? []).map((given) => ({
    name: given.name, kind: kind(given.schema ?? {}, known),
    text: given.description ?? (given.in === "path" ? "in the path" : ""),
  }));
}

function told(given, isNeeded) {
  const preset = given.default;
  const shown = preset === undefined || preset === null || preset === "" || preset?.length === 0;
  const words = [given.description, isNeeded && "needed", !shown && `default ${JSON.stringify(preset)}`];
  return words.filter(Boolean).join("; ");
}

/** Name what a value is: 'text', 'whole number 1 to 100', 'list of Upload'. */
function kind(given, known) {
  if (given.$ref) return given.$ref.split("/").pop();
  if (given.anyOf) return given.anyOf.filter((x) => x.type !== "null").map((x) => kind(x, known)).join(" or ");
  if (given.enum) return given.enum.join(" | ");
  if (given.type === "array") return `list of ${kind(given.items ?? {}, known)}`;
  const name = { string: "text", integer: "whole number", number: "number", boolean: "true or false" }[given.type] ?? "value";
  const low = given.minimum ?? given.exclusiveMinimum, high = given.maximum ?? given.exclusiveMaximum;
  const range = low === undefined ? "" : high === undefined ? ` from ${low}` : ` ${low} to ${high}`;
  return name + range;
}

function resolved(given, known) {
  return given.$ref ? known.components.schemas[given.$ref.split("/").pop()] : given;
}

function table(rows) {
  return el("table", {},
    el("thead", {}, el("tr", {}, ["field", "kind", "what it is"].map((name) => el("th", { scope: "col" }, name)))),
    el("tbody", {}, rows.map((row) => el("tr", {}, [row.name, row.kind, row.text].map((x) => el("td", {}, x))))),
  );
}

/** An example as a command, and a button that asks it. */
function trial(method, address, example) {
  const sent = example && JSON.stringify(example);
  const command = sent
    ? `curl -s ${address} -H 'content-type: application/json' -d '${sent.replaceAll("'", "'\\''")}'`
    : `curl -s ${address}`;
  const answer = el("pre", { hidden: true, tabindex: 0, role: "group", "aria-label": "Answer" });
  const ask = el("button", { type: "button", class: "plain", on: { click: () => tried(answer, method, address, sent) } }, "Try it");
  return el("div", {}, el("pre", { tabindex: 0, role: "group", "aria-label": "Command" }, command), ask, answer);
}

async function tried(answer, method, address, sent) {
  answer.hidden = false;
  fill(answer, "…");
  try {
    const reply = await fetch(address, {
      method: method.toUpperCase(), body: sent, headers: sent ? { "content-type": "application/json" } : {},
    });
    fill(answer, `${reply.status}\n${pretty(await reply.text())}`);
  } catch (error) {
    fill(answer, "The service does not answer.");
  }
}

function pretty(text) {
  let shown = text;
  try {
    shown = JSON.stringify(JSON.parse(text), null, 1);
  } catch (error) {
    /* it is no JSON: as it came */
  }
  return shown.length > SHOWN ? `${shown.slice(0, SHOWN)}\n…` : shown;
}
