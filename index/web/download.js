/** Hand results to the user: CSV, JSON, or a zip of CIFs. */

import { ask } from "./api.js";
import { save } from "./dom.js";
import { cifOf } from "./results.js";
import { zip } from "./zip.js";

const MOST = 100;
const TOGETHER = 4;
const COLUMNS = ["rank", "id", "formula", "space_group", "space_group_number", "prototype", "prototype_name", "score", "dense", "lexical"];

/** Save hits as 'CSV', 'JSON' or 'CIFs'; tell says how far it is. */
export async function saveAs(kind, hits, state, tell) {
  if (kind === "CSV") save("crystals.csv", "text/csv", [csv(hits)]);
  else if (kind === "JSON") save("crystals.json", "application/json", [JSON.stringify({ query: asked(state), hits }, null, 2)]);
  else await cifs(hits.slice(0, MOST), state, tell);
}

function asked(state) {
  const { q, like, f, unique, raw, index } = state;
  return { text: q, like, file: state.upload?.name || "", filters: f, unique, parse: !raw, index, address: location.href.split("#")[0] };
}

/** Return hits as a table; words that a spreadsheet would take for a formula are quoted. */
function csv(hits) {
  const names = [...new Set(hits.flatMap((hit) => Object.keys(hit.properties)))];
  const head = [...COLUMNS, "why", ...names.map((name) => (COLUMNS.includes(name) ? `property_${name}` : name))];
  const rows = hits.map((hit) => [...COLUMNS.map((name) => hit[name]), hit.why.join("; "), ...names.map((name) => hit.properties[name])]);
  return [head, ...rows].map((row) => row.map(cell).join(",")).join("\r\n") + "\r\n";
}

function cell(value) {
  if (value === null || value === undefined) return "";
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

async function cifs(hits, state, tell) {
  const files = Array.from(hits);
  const waiting = [...hits.entries()];
  let done = 0;
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [i, hit] = next;
      files[i] = { name: nameOf(hit, i), text: await ask(cifOf(hit.id, state.index), null, { text: true }) };
      done += 1;
      tell(` ${done} of ${hits.length}`);
    }
  };
  try {
    await Promise.all(Array.from({ length: TOGETHER }, work));
    save("crystals.zip", "application/zip", zip(files));
    tell("");
  } catch (problem) {
    tell(` ${problem.message}`);
  }
}

function nameOf(hit, i) {
  const plain = hit.id.replaceAll(/[^\w.-]+/g, "_").slice(0, 80);
  return `${String(i + 1).padStart(3, "0")}-${plain}.cif`;
}
