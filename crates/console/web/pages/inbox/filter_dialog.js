// The dialog in which the filters of the list of refunds are chosen.

import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { setQuery } from "../../router.js";
import { t } from "../../i18n.js";
import { Button, Check, Dialog, Select, Text } from "../../parts/form.js";
import { FILTERS } from "./filters.js";

/** Days of a date field, in the person's own zone: from the day's start, until its end. */
const startOf = (text) => (text ? new Date(`${text}T00:00:00`).getTime() : null);
const endOf = (text) => (text ? startOf(text) + 86400000 : null);
const dayText = (at) => {
  if (!at) return "";
  const date = new Date(at);
  return `${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, "0")}-${String(date.getDate()).padStart(2, "0")}`;
};

function valuesOf(query) {
  const values = {};
  for (const { name, kind } of FILTERS) {
    const given = query.getAll(name);
    if (kind === "many") values[name] = given;
    else if (kind === "amount") values[name] = given[0] ? String(Number(given[0]) / 1e6) : "";
    else if (kind === "day") values[name] = given[0] ? dayText(Number(given[0]) - (name.endsWith("until") ? 1 : 0)) : "";
    else values[name] = given[0] || "";
  }
  return values;
}

function changesOf(values) {
  const changes = {};
  for (const { name, kind, code } of FILTERS) {
    const value = values[name];
    if (kind === "amount") changes[name] = value && Number(value) >= 0 ? Math.round(Number(value) * 1e6) : null;
    else if (kind === "day") changes[name] = name.endsWith("until") ? endOf(value) : startOf(value);
    else if (kind === "many") changes[name] = value.length ? value : null;
    else changes[name] = (code ? value.trim().toUpperCase() : value.trim()) || null;
  }
  return changes;
}

export function FilterDialog({ query, onClose }) {
  const [values, setValues] = useState(() => valuesOf(query));
  const set = (name) => (value) => setValues((before) => ({ ...before, [name]: value }));
  const needsCurrency = (values.amount_at_least || values.amount_at_most) && !values.currency.trim();
  const submit = (event) => {
    event.preventDefault();
    if (needsCurrency) return;
    setQuery(changesOf(values));
    onClose();
  };
  const field = (name, rest = {}) => html`<${Text} label=${t(`filter.${name}`)} value=${values[name]} onValue=${set(name)} ...${rest} />`;
  const many = (name) => {
    const filter = FILTERS.find((one) => one.name === name);
    const toggle = (value) => (on) => set(name)(on ? [...values[name], value] : values[name].filter((one) => one !== value));
    return html`<fieldset class="choices"><legend>${t(`filter.${name}`)}</legend><div class="check-grid">
      ${filter.values().map((value) => html`<${Check} key=${value} label=${filter.say(value)} value=${values[name].includes(value)} onValue=${toggle(value)} />`)}
    </div></fieldset>`;
  };
  const one = (name) => {
    const filter = FILTERS.find((other) => other.name === name);
    return html`<${Select} label=${t(`filter.${name}`)} value=${values[name]} onValue=${set(name)} options=${[["", t("filter.any")], ...filter.values().map((value) => [value, filter.say(value)])]} />`;
  };
  return html`<${Dialog} title=${t("filters.title")} onClose=${onClose} wide>
    <form onSubmit=${submit}>
      <div class="dialog-body">
        ${many("store")}${many("reason")}${many("work_status")}${many("state")}
        <div class="form-row">${field("user")}${field("assignee")}</div>
        <div class="form-row">${field("product")}${field("order_id")}</div>
        <div class="form-row">${field("rule")}${field("app")}</div>
        <div class="form-row">${one("action")}${one("trust")}
          <${Select} label=${t("filter.blocked")} value=${values.blocked} onValue=${set("blocked")} options=${[["", t("filter.any")], ["true", t("filter.blocked.yes")], ["false", t("filter.blocked.no")]]} /></div>
        <div class="form-row">${field("country", { maxlength: 2, placeholder: "KR" })}${field("currency", { maxlength: 3, placeholder: "KRW", error: needsCurrency && t("problem.filter_needs_currency") })}
          ${field("amount_at_least", { inputmode: "decimal" })}${field("amount_at_most", { inputmode: "decimal" })}</div>
        <div class="form-row">${field("first_seen_since", { type: "date" })}${field("first_seen_until", { type: "date" })}</div>
      </div>
      <footer class="dialog-foot">
        <${Button} kind="quiet" onClick=${onClose}>${t("do.cancel")}<//>
        <button type="submit" class="button primary">${t("filters.apply")}</button>
      </footer>
    </form>
  <//>`;
}
