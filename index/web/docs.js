/** The page of the API, made of its OpenAPI document: paths, fields, answers, an example to try. */

import { ask, hasKey } from "./api.js";
import { el, fill } from "./dom.js";
import { showProblem, waitingLine } from "./problem.js";

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
  const told = known.info.description.split("\n\n");
  return [
    el("p", {}, `${known.info.summary} Version ${known.info.version}.`),
    ...told.map((words) => el("p", { class: "dim" }, words)),
    el("p", { class: "dim" }, "The examples name crystals of the embedded collection. Of another index take ids that a search gives."),
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
  const path = one.path.slice(1).replace(/\{id[^}]*\}/, "sodium-chloride-rock-salt");
  return el("article", {},
    el("h3", {}, el("span", { class: "method" }, one.method.toUpperCase()), one.path),
    el("p", {}, one.description || one.summary),
    rows.length > 0 && table(rows),
    answers(one, known),
    (example || one.method === "get") && trial(path, example, one.security),
  );
}

/** Tell what comes back: its fields, and an example. */
function answers(one, known) {
  const [[type, content]] = Object.entries(one.responses["200"].content);
  const schema = resolved(content.schema, known);
  const example = content.example ?? schema.examples?.[0];
  const rows = inner(schema, known);
  return el("details", {},
    el("summary", {}, `What comes back: ${type}`),
    rows.length > 0 && table(rows),
    el("pre", { tabindex: 0, role: "group", "aria-label": "Example of an answer" },
      typeof example === "string" ? example : JSON.stringify(example, null, 1)),
  );
}

/** List the fields of a schema, and after each those of the objects that it holds. */
function inner(schema, known, before = "") {
  return fields(schema, known).flatMap((row) => {
    const held = objectIn(schema.properties[row.name], known);
    const name = before + row.name;
    return [{ ...row, name, text: schema.properties[row.name].description }, ...(held ? inner(held, known, `${name}.`) : [])];
  });
}

/** Return the schema of the objects that a value is or holds, if it does. */
function objectIn(given, known) {
  if (given.$ref) return resolved(given, known);
  const parts = [given.items, given.additionalProperties, ...(given.anyOf ?? [])];
  return parts.filter((x) => x instanceof Object).map((x) => objectIn(x, known)).find(Boolean);
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
  const several = given.anyOf ?? given.oneOf;
  if (several) return several.filter((x) => x.type !== "null").map((x) => kind(x, known)).join(" or ");
  if (given.enum) return given.enum.join(" | ");
  if (given.type === "array") return `list of ${kind(given.items ?? {}, known)}${most(given.maxItems, "in the list")}`;
  const name = { string: "text", integer: "whole number", number: "number", boolean: "true or false", object: "object" }[given.type] ?? "value";
  const low = given.minimum ?? given.exclusiveMinimum, high = given.maximum ?? given.exclusiveMaximum;
  const range = low === undefined ? "" : high === undefined ? ` from ${low}` : ` ${low} to ${high}`;
  return name + range + most(given.maxLength, "letters");
}

function most(count, what) {
  return count === undefined ? "" : `, at most ${count} ${what}`;
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

/** An example as a command, and a button that asks it with the key that is in use. */
function trial(path, example, security) {
  const command = el("pre", { tabindex: 0, role: "group", "aria-label": "Command" });
  const answer = el("div", { hidden: true, role: "group", "aria-label": "Answer" });
  const tell = () => fill(command, commandOf(path, example, security && hasKey()));
  const tried = async () => {
    answer.hidden = false;
    tell();
    fill(answer, waitingLine("asking"));
    try {
      const text = await ask(path, example ?? null, { text: true });
      fill(answer, el("pre", { tabindex: 0 }, `200\n${pretty(text)}`));
    } catch (problem) {
      showProblem(answer, problem, { again: tried });
    }
  };
  tell();
  return el("div", {}, command, el("button", { type: "button", class: "plain", on: { click: tried } }, "Try it"), answer);
}

function commandOf(path, example, withKey) {
  const words = [`curl -s ${new URL(path, document.baseURI)}`];
  if (withKey) words.push("-H 'authorization: Bearer KEY'");
  if (example) {
    words.push("-H 'content-type: application/json'");
    words.push(`-d '${JSON.stringify(example).replaceAll("'", "'\\''")}'`);
  }
  return words.join(" ");
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
