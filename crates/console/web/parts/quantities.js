// Choosing how many of which items.

import { html } from "htm/preact";
import { t } from "../i18n.js";
import { count } from "../format.js";
import { Icon } from "./icon.js";

/** Numbers of known items. `rows`: `{item, most, hint}`; `value`: `{item: text}`. */
export const Quantities = ({ label, rows, value, onValue }) => html`<fieldset class="quantities"><legend>${label}</legend>
  ${rows.map((row) => html`<label key=${row.item}>
    <bdi class="strong">${row.item}</bdi>
    <input class="input number" type="number" inputmode="numeric" min="0" max=${row.most} step="1" value=${value[row.item] ?? ""} placeholder="0" onInput=${(event) => onValue({ ...value, [row.item]: event.target.value })} />
    <span class="muted small">${row.hint || (row.most !== undefined ? t("quantities.of", { n: count(row.most) }) : "")}</span>
  </label>`)}
</fieldset>`;

/** What was chosen, as grants; nothing where a number is not one. */
export function grantsOf(value) {
  return Object.entries(value)
    .map(([item, text]) => ({ item: item.trim(), quantity: Number(text) }))
    .filter(({ item, quantity }) => item && Number.isSafeInteger(quantity) && quantity > 0);
}

/** Items by name, for what nobody has recorded. `value`: a list of `{item, quantity}` texts. */
export function GrantRows({ label, value, onValue }) {
  const set = (at, change) => onValue(value.map((row, one) => (one === at ? { ...row, ...change } : row)));
  return html`<fieldset class="quantities"><legend>${label}</legend>
    ${value.map((row, at) => html`<div class="grant-row" key=${at}>
      <input class="input" type="text" aria-label=${t("books.item")} placeholder=${t("books.item")} value=${row.item} onInput=${(event) => set(at, { item: event.target.value })} />
      <input class="input number" type="number" min="1" step="1" aria-label=${t("column.number")} placeholder="0" value=${row.quantity} onInput=${(event) => set(at, { quantity: event.target.value })} />
      <button type="button" class="copy" disabled=${value.length === 1} onClick=${() => onValue(value.filter((_, one) => one !== at))}><${Icon} name="close" /><span class="unseen">${t("do.remove")}</span></button>
    </div>`)}
    <button type="button" class="link" onClick=${() => onValue([...value, { item: "", quantity: "" }])}>${t("quantities.add")}</button>
  </fieldset>`;
}

export const rowsToGrants = (rows) => grantsOf(Object.fromEntries(rows.map((row) => [row.item, row.quantity])));
