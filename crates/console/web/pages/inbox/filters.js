// The filters of the list of refunds: one list of what they are, for the chips, the dialog and the API; and the chips.

import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { setQuery } from "../../router.js";
import { t, word } from "../../i18n.js";
import { day, money } from "../../format.js";
import { session } from "../../session.js";
import { storeName } from "../../parts/chip.js";
import { Button } from "../../parts/form.js";
import { Icon } from "../../parts/icon.js";
import { lazy } from "../../parts/load.js";

const FilterDialog = lazy(() => import("./filter_dialog.js"), "FilterDialog");

const STATES = ["refunded", "partly_refunded", "pending_review", "declined", "reversed", "unconfirmed", "released"];
const REASONS = ["chargeback", "friendly_fraud", "fraud", "remorse", "accidental_purchase", "not_received", "defective", "unacknowledged",
  "family_sharing_lost", "legal", "store_fault", "other"];
const STATUSES = ["open", "recovering", "returning", "recovered", "partly_recovered", "written_off", "returned", "excluded", "nothing_due"];
const ACTIONS = ["block", "alert", "record", "notify", "exclude"];

/**
 * Name in the API and the address; how it is chosen: "many" and "one" of values, "text", "bool", "day" or "amount";
 * and the family of its values' words.
 */
export const FILTERS = [
  { name: "store", kind: "many", values: () => session.value.stores, say: storeName },
  { name: "reason", kind: "many", values: () => REASONS, say: (value) => word("reason", value) },
  { name: "state", kind: "many", values: () => STATES, say: (value) => word("state", value) },
  { name: "work_status", kind: "many", values: () => STATUSES, say: (value) => word("status", value) },
  { name: "action", kind: "one", values: () => ACTIONS, say: (value) => word("action.kind", value) },
  { name: "trust", kind: "one", values: () => ["hint", "signed", "confirmed"], say: (value) => word("trust", value) },
  { name: "blocked", kind: "bool", say: (value) => t(value === "true" ? "filter.blocked.yes" : "filter.blocked.no") },
  { name: "user", kind: "text" },
  { name: "assignee", kind: "text" },
  { name: "product", kind: "text" },
  { name: "order_id", kind: "text" },
  { name: "rule", kind: "text" },
  { name: "app", kind: "text" },
  { name: "country", kind: "text", code: true },
  { name: "currency", kind: "text", code: true },
  { name: "amount_at_least", kind: "amount", say: (value, query) => money({ micros: Number(value), currency: query.get("currency") }) },
  { name: "amount_at_most", kind: "amount", say: (value, query) => money({ micros: Number(value), currency: query.get("currency") }) },
  { name: "first_seen_since", kind: "day", say: (value) => day(Number(value)) },
  { name: "first_seen_until", kind: "day", say: (value) => day(Number(value) - 1) },
];

/** The filter that an address asks for, with the sort. */
export function filterOf(query) {
  const filter = {};
  for (const { name, kind } of FILTERS) {
    const values = query.getAll(name);
    if (!values.length) continue;
    filter[name] = kind === "many" ? values : kind === "day" ? new Date(Number(values[0])).toISOString() : values[0];
  }
  for (const name of ["sort", "order"]) if (query.get(name)) filter[name] = query.get(name);
  return filter;
}

/** The filters of an address as chips: `{name, text, without}`, where `without` is the change that takes it away. */
export function chipsOf(query) {
  const chips = [];
  for (const { name, say, kind } of FILTERS) {
    const values = query.getAll(name);
    if (!values.length) continue;
    const texts = values.map((value) => (say ? say(value, query) : value));
    const text = kind === "bool" ? texts[0] : t("filter.chip", { name: t(`filter.${name}`), value: texts.join(", ") });
    const without = name === "currency" ? { currency: null, amount_at_least: null, amount_at_most: null, sort: null } : { [name]: null };
    chips.push({ name, text, without });
  }
  return chips;
}

/** The filters in force as chips. */
export function FilterBar({ query, more }) {
  const [open, setOpen] = useState(false);
  const chips = chipsOf(query);
  const clear = Object.assign({}, ...chips.map((chip) => chip.without));
  return html`<div class="filters">
    <${Button} icon="filter" kind="small" onClick=${() => setOpen(true)}>${t("filters.add")}<//>
    ${chips.map((chip) => html`<span class="filter" key=${chip.name}>
      <button type="button" class="filter-text" onClick=${() => setOpen(true)}>${chip.text}</button>
      <button type="button" class="copy" onClick=${() => setQuery(chip.without)}><${Icon} name="close" /><span class="unseen">${t("filters.remove", { filter: chip.text })}</span></button>
    </span>`)}
    ${chips.length > 1 && html`<button type="button" class="link small" onClick=${() => setQuery(clear)}>${t("filters.clear")}</button>`}
    <span class="grow"></span>
    ${more}
    ${open && html`<${FilterDialog} query=${query} onClose=${() => setOpen(false)} />`}
  </div>`;
}
