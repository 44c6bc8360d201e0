// Choosing the columns of the list of refunds, and their order.

import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { change } from "../../settings.js";
import { t } from "../../i18n.js";
import { Check, FormDialog } from "../../parts/form.js";
import { Icon } from "../../parts/icon.js";
import { ALL, chosen } from "./columns.js";

export function ColumnsDialog({ onClose }) {
  const [names, setNames] = useState([...chosen(), ...ALL.filter((name) => !chosen().includes(name))]);
  const [shown, setShown] = useState(new Set(chosen()));
  const move = (at, step) => {
    const next = [...names];
    [next[at], next[at + step]] = [next[at + step], next[at]];
    setNames(next);
  };
  const toggle = (name) => (on) => {
    const next = new Set(shown);
    if (on) next.add(name);
    else next.delete(name);
    setShown(next);
  };
  const send = () => change({ columns: names.filter((name) => shown.has(name)) });
  return html`<${FormDialog} title=${t("columns.title")} lead=${t("columns.lead")} action=${t("do.save")} send=${send} onClose=${onClose}>
    <ol class="order-list">${names.map((name, at) => html`<li key=${name}>
      <${Check} label=${t(`column.${name}`)} value=${shown.has(name)} disabled=${name === "refund"} onValue=${toggle(name)} />
      <span class="grow"></span>
      <button type="button" class="copy" disabled=${at === 0} onClick=${() => move(at, -1)}><span class="up"><${Icon} name="down" /></span><span class="unseen">${t("columns.up", { column: t(`column.${name}`) })}</span></button>
      <button type="button" class="copy" disabled=${at === names.length - 1} onClick=${() => move(at, 1)}><${Icon} name="down" /><span class="unseen">${t("columns.down", { column: t(`column.${name}`) })}</span></button>
    </li>`)}</ol>
  <//>`;
}
