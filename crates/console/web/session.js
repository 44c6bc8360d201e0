// Who is signed in, what they may do, and what the server knows that every page shows.

import { signal, computed } from "@preact/signals";
import { get, needs, post, remove } from "./api.js";
import { loadLocale, locale } from "./i18n.js";
import { localeOf, settings, take } from "./settings.js";

/** The session document; `null`: nobody is signed in; `undefined`: not known yet. */
export const session = signal(undefined);

/** How one can sign in, where nobody is: the members of the problem `signed_out`. */
export const waysIn = signal({ ways: ["password"], has_operators: true });

/** Asks for the proof of who is there, while a call waits for it. */
export const proofAsked = signal(null);

const rights = computed(() => new Set(session.value ? session.value.rights : []));

/** Whether the operator may do this; the names are the API's. */
export const may = (right) => rights.value.has(right);

export const me = () => (session.value ? session.value.operator : null);

needs.signedOut = (facts) => {
  needs.csrf = null;
  waysIn.value = { ...waysIn.value, ...facts };
  session.value = null;
};

needs.proof = () => {
  if (proofAsked.value) return proofAsked.value.proved;
  let resolve;
  const proved = new Promise((done) => { resolve = done; });
  const end = (isProved) => {
    proofAsked.value = null;
    resolve(isProved);
  };
  proofAsked.value = { proved, end };
  return proved;
};

/** Takes over a session document, with its settings and language. */
export async function begin(document) {
  needs.csrf = document.csrf;
  take(document.settings || {});
  await showLocale();
  session.value = document;
}

/** Loads the language of the settings, if another is shown. */
export async function showLocale() {
  const wanted = localeOf(settings.value.locale);
  if (wanted !== locale.value) await loadLocale(wanted);
}

/** Asks the server who is there. */
export async function resume() {
  try {
    await begin(await get("/session", null, { signing: true }));
  } catch (error) {
    if (error.code !== "signed_out") throw error;
    needs.signedOut(error.facts);
  }
}

export async function signIn(name, password) {
  await begin(await post("/session", { name, password }, { signing: true }));
}

export async function prove(password) {
  const document = await post("/session/prove", { password }, { signing: true });
  needs.csrf = document.csrf;
  session.value = document;
}

export async function signOut() {
  await remove("/session");
  needs.signedOut({});
}
