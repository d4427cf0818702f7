/** Ask the service. Each answer is JSON; each mistake is a Problem with what the service says. */

const KEPT = 200;
/** answers; those that were asked for longest ago go first */
const PATIENCE = 20;
const KEY = "clac-key";
const kept = new Map();

/** What went wrong: RFC 9457 members, and whether asking again may help. */
class Problem extends Error {
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

/** Ask, or return the answer to the same question: one that is on its way, or was given before. */
export async function remembered(path, body = null, how = {}) {
  const name = path + JSON.stringify(body);
  const answer = kept.get(name) || ask(path, body, how);
  kept.delete(name);
  kept.set(name, answer);
  if (kept.size > KEPT) kept.delete(kept.keys().next().value);
  try {
    return await answer;
  } catch (problem) {
    if (kept.get(name) === answer) kept.delete(name);
    const isLeft = problem.name === "AbortError" && !how.signal?.aborted;
    if (isLeft) return remembered(path, body, how); // whoever asked first has left
    throw problem;
  }
}

/**
 * Load a part of the page by a function that imports it. Browsers keep that an import failed, so
 * that only a page that is loaded anew can try again.
 */
export async function loaded(part) {
  try {
    return await part();
  } catch {
    const problem = new Problem({
      detail: "A part of this page cannot be loaded.",
      advice: "See whether clac serve still runs and whether the network is there, then load the page again.",
    });
    throw Object.assign(problem, { isPart: true });
  }
}

/** Load the page again, once the service is there. */
export async function reload() {
  await ask("healthz");
  location.reload();
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
