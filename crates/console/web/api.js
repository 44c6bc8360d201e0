// Calls of the console's HTTP API. Errors are `Problem`s with the server's code, what happened, and what to do.

const BASE = "/console/api/v1";

/** An error that the server, or the way to it, answered with. */
export class Problem extends Error {
  constructor(facts) {
    super(facts.detail || facts.title || facts.code || "");
    this.name = "Problem";
    this.code = facts.code || "unknown";
    this.status = facts.status || 0;
    this.facts = facts;
  }
}

/** What the page does where a call needs a person: set by the session. */
export const needs = {
  csrf: null,
  /** Nobody is signed in (any more). */
  signedOut: () => {},
  /** Asks who is there; resolves to whether it was proved. */
  proof: async () => false,
};

/** Query parameters as the API takes them: lists by repetition, and nothing for what is not set. */
export function parameters(query) {
  const all = new URLSearchParams();
  for (const [name, value] of Object.entries(query || {})) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined && one !== null && one !== "") all.append(name, String(one));
    }
  }
  return all;
}

export function address(path, query) {
  const all = parameters(query).toString();
  return `${BASE}${path}${all ? `?${all}` : ""}`;
}

async function problemOf(answer) {
  let facts = {};
  try {
    facts = await answer.json();
  } catch {
    // Not from the console: a proxy in front of it, for example.
  }
  const after = answer.headers.get("Retry-After");
  return new Problem({ status: answer.status, ...facts, ...(after ? { retry_after: Number(after) } : {}) });
}

async function send(method, path, { query, body, key, revision, signal, as } = {}) {
  const headers = { Accept: "application/json" };
  if (method !== "GET") {
    headers["Content-Type"] = "application/json";
    if (needs.csrf) headers["X-CSRF-Token"] = needs.csrf;
  }
  if (key) headers["Idempotency-Key"] = key;
  if (revision !== undefined && revision !== null) headers["If-Match"] = `"${revision}"`;
  let answer;
  try {
    answer = await fetch(address(path, query), {
      method,
      headers,
      signal,
      credentials: "same-origin",
      cache: "no-store",
      body: method === "GET" ? undefined : JSON.stringify(body === undefined ? {} : body),
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem({ code: "offline" });
  }
  if (!answer.ok) throw await problemOf(answer);
  const text = await answer.text();
  if (as === "text") return text;
  return text ? JSON.parse(text) : null;
}

/** Calls the API. Where it asks for a proof of who is there, asks the person and tries again. */
export async function call(method, path, options = {}) {
  try {
    return await send(method, path, options);
  } catch (error) {
    if (error.code === "signed_out" && !options.signing) needs.signedOut(error.facts);
    if (error.code === "prove_it" && (await needs.proof())) return send(method, path, options);
    throw error;
  }
}

export const get = (path, query, options) => call("GET", path, { query, ...options });
export const post = (path, body, options) => call("POST", path, { body, ...options });
export const put = (path, body, options) => call("PUT", path, { body, ...options });
export const remove = (path, options) => call("DELETE", path, options);

/** A key for a change that must not happen twice, however often it is sent. One per intention, not per try. */
export const newKey = () => crypto.randomUUID();

/** Saves text as a file of the person's machine. */
export function download(name, text, type = "text/plain") {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
