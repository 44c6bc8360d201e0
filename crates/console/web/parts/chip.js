// Small marks: a state with its colour and word, a number, a person, a store.

import { html } from "htm/preact";
import { t, word } from "../i18n.js";
import { Icon } from "./icon.js";

/** What a status means for whoever reads: the colour is only a second sign beside the word. */
const TONES = {
  open: "warn", recovering: "info", returning: "warn", recovered: "good", partly_recovered: "good", written_off: "plain",
  returned: "good", excluded: "plain", nothing_due: "plain",
  refunded: "plain", partly_refunded: "plain", pending_review: "warn", declined: "plain", reversed: "good", unconfirmed: "warn",
  released: "plain",
  waiting: "info", reported: "info", answered: "good", declined_to_answer: "plain", missed: "bad", closed: "plain",
  shown: "plain", acknowledged: "good", expired: "plain", withdrawn: "plain",
  delivered: "good", sending: "info", held: "warn", dead: "bad", dropped: "plain",
  written: "info", confirming: "info", done: "good", failed: "bad", unknown: "warn",
  ok: "good", warning: "warn", broken: "bad",
};

export const Chip = ({ tone = "plain", dot = true, title, children }) =>
  html`<span class=${`chip ${tone}`} title=${title}>${dot && html`<i class="dot" aria-hidden="true"></i>`}${children}</span>`;

/** A value of the model as a chip; `family` names its words. */
export const State = ({ family, value, title }) =>
  value ? html`<${Chip} tone=${TONES[value] || "plain"} title=${title}>${word(family, value)}<//>` : null;

/** That a player is blocked: a sign in lists, words elsewhere. */
export const Blocked = ({ short }) =>
  short
    ? html`<span class="sign bad" title=${t("player.blocked")}><${Icon} name="block" /><span class="unseen">${t("player.blocked")}</span></span>`
    : html`<${Chip} tone="bad">${t("player.blocked")}<//>`;

export const Sandbox = ({ environment }) =>
  environment && environment !== "production" ? html`<${Chip} tone="warn" dot=${false}>${word("environment", environment)}<//>` : null;

/** A person, by the first letters of the name. */
export const Face = ({ name, small }) =>
  html`<span class=${small ? "face small" : "face"} aria-hidden="true">${[...(name || "?")].slice(0, 2).join("").toUpperCase()}</span>`;

const STORES = { "app-store": "App Store", "google-play": "Google Play", "one-store": "ONE Store", stripe: "Stripe", amazon: "Amazon" };

/** A store's own name, which no language translates. */
export const storeName = (store) => STORES[store] || store;

export const Store = ({ store }) =>
  html`<span class="store"><i class=${`store-dot ${STORES[store] ? store : "other"}`} aria-hidden="true"></i>${storeName(store)}</span>`;

/** How much was refunded, in a cell: the amount, and below it which part that is. `parts`: the amount first. */
export const Amount = ({ parts, known }) => html`<span class=${known ? "" : "muted"}>${parts[0]}</span>${parts.length > 1 && html`<span class="second">${parts.slice(1).join(" · ")}</span>`}`;
