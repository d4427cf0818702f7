/** What is shown, as the address of the page says it. */

/** hits that are shown at first, and added by each press of a button */
export const PAGE = 20;
const MOST = 1000;
const LONGEST = 12_000;
/** letters of a structure in an address */

/** Return the state of an address; the structure of an upload comes with the history's entry. */
export function read(location, upload = null) {
  const given = new URLSearchParams(location.search);
  const n = Number.parseInt(given.get("n"), 10);
  return {
    q: given.get("q") || "",
    like: given.getAll("like").slice(0, 7),
    upload,
    f: given.getAll("f"),
    lasso: points(given.get("lasso")),
    map: given.get("map") === "1",
    unique: given.get("unique") === "1",
    raw: given.get("raw") === "1",
    n: Number.isFinite(n) ? Math.min(Math.max(n, PAGE), MOST) : PAGE,
    id: given.get("id") || "",
    file: given.get("file") || "",
    view: given.get("view") || "",
    pair: given.getAll("compare").slice(0, 2),
    index: given.get("index") || "",
  };
}

/** Return a state of its own with nothing asked, in the same index. */
export function empty(state) {
  return { ...read({ search: "" }), index: state.index };
}

/** Return the address of a state, relative to the page. */
export function write(state) {
  const said = new URLSearchParams();
  const put = (name, value) => { if (value) said.append(name, value); };
  put("index", state.index);
  if (state.pair.length === 2) state.pair.forEach((id) => put("compare", id));
  else if (state.id) put("id", state.id);
  else {
    put("view", state.upload && state.view);
    put("q", state.q);
    state.like.forEach((id) => put("like", id));
    put("file", state.upload?.name || state.file);
    state.f.forEach((filter) => put("f", filter));
    put("lasso", state.lasso?.map((point) => point.map((x) => x.toFixed(3)).join(",")).join(";"));
    put("map", state.map && "1");
    put("unique", state.unique && "1");
    put("raw", state.raw && "1");
    put("n", state.n > PAGE && state.n);
  }
  const text = said.toString();
  const packed = state.upload?.packed;
  return `./${text && `?${text}`}${packed && !state.id ? `#s=${packed}` : ""}`;
}

/** Tell whether a state asks for hits. */
export function asks(state) {
  return Boolean(state.q.trim() || state.like.length || state.upload || state.f.length
    || state.lasso);
}

/**
 * Pack a structure for an address. It stands behind '#', which browsers keep to themselves: a
 * structure that nobody has published yet is in no log. Empty where it is too long.
 */
export async function pack(upload) {
  if (typeof CompressionStream === "undefined") return "";
  const bytes = new TextEncoder().encode(JSON.stringify([upload.name, upload.content]));
  const packed = await through(bytes, new CompressionStream("deflate-raw"));
  const text = btoa(Array.from(packed, (b) => String.fromCharCode(b)).join(""));
  const safe = text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  return safe.length <= LONGEST ? safe : "";
}

/** Return the structure of an address, or null. */
export async function unpack(hash) {
  const packed = /^#s=([\w-]+)$/.exec(hash)?.[1];
  if (!packed) return null;
  try {
    const text = atob(packed.replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(text, (c) => c.charCodeAt(0));
    const plain = await through(bytes, new DecompressionStream("deflate-raw"));
    const [name, content] = JSON.parse(new TextDecoder().decode(plain));
    return { name: String(name), content: String(content), packed };
  } catch {
    return null;
  }
}

async function through(bytes, stream) {
  const out = new Blob([bytes]).stream().pipeThrough(stream);
  return new Uint8Array(await new Response(out).arrayBuffer());
}

function points(text) {
  const found = (text || "").split(";").map((pair) => pair.split(",").map(Number));
  const sound = found.filter((pair) => pair.length === 2 && pair.every(Number.isFinite));
  return sound.length > 2 ? sound.slice(0, 64) : null;
}
