/** Ask the service. Each answer is JSON; each mistake is a Problem with what the service says. */

const KEPT = 24;
const PATIENCE = 20;
const KEY = "clac-key";
const kept = new Map();

/** What went wrong: RFC 9457 members, and whether asking again may help. */
export class Problem extends Error {
  constructor(told) {
    super(told.detail || told.title || "The service did not answer.");
    this.status = told.status || 0;
    this.field = told.field || "";
    this.line = told.line || 0;
    this.advice = told.advice || "";
    this.again = this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

/**
 * Ask one path, and wait for a service that is starting.
 * @param {string} path relative to the page
 * @param {object|null} body JSON to POST; null asks with GET
 * @param {{signal?: AbortSignal, waiting?: function, text?: boolean}} how
 */
export async function ask(path, body = null, how = {}) {
  for (let tries = 0; ; tries += 1) {
    const reply = await sent(path, body, how.signal);
    if (reply.ok) return how.text ? reply.text() : reply.json();
    const problem = new Problem(await told(reply));
    const busy = reply.status === 503 || reply.status === 429;
    if (!busy || tries >= PATIENCE) throw problem;
    how.waiting?.(problem);
    await wait(Number(reply.headers.get("retry-after")) || 1, how.signal);
  }
}

/** Ask, or return what was answered to the same question a moment ago. */
export async function remembered(path, body = null, how = {}) {
  const name = path + JSON.stringify(body);
  if (!kept.has(name)) {
    const answer = await ask(path, body, how);
    kept.set(name, answer);
    if (kept.size > KEPT) kept.delete(kept.keys().next().value);
  }
  return kept.get(name);
}

/** Keep the key of a service that wants one, as long as the tab is open. */
export function useKey(key) {
  sessionStorage.setItem(KEY, key);
}

/** Tell whether a key is in use, which a plain link does not carry. */
export function hasKey() {
  return Boolean(sessionStorage.getItem(KEY));
}

/** Return the path of a crystal; '.cif' may follow it. */
export function pathOf(id) {
  return `v1/structures/${encodeURIComponent(id)}`;
}

async function sent(path, body, signal) {
  const key = sessionStorage.getItem(KEY);
  const headers = key ? { authorization: `Bearer ${key}` } : {};
  const given = body === null ? { headers } : {
    method: "POST", headers: { ...headers, "content-type": "application/json" },
    body: JSON.stringify(body),
  };
  try {
    return await fetch(path, { ...given, signal });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem({
      detail: "The service cannot be reached.",
      advice: "See whether clac serve still runs and whether the network is there.",
    });
  }
}

async function told(reply) {
  const plain = { status: reply.status, detail: `${reply.status} ${reply.statusText}` };
  try {
    return { ...plain, ...(await reply.json()) };
  } catch {
    return plain;
  }
}

function wait(seconds, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, seconds * 1000);
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(new DOMException("given up", "AbortError"));
    });
  });
}
