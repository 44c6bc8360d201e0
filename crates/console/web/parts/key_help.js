// The list of keys that work on the page that is shown.

import { html } from "htm/preact";
import { keysHere } from "../keys.js";
import { settings } from "../settings.js";
import { t } from "../i18n.js";
import { Dialog } from "./form.js";

const Key = ({ name }) => name.split(/[ +]/).map((part) => html`<kbd>${part === "Escape" ? "Esc" : part}</kbd> `);

export function KeyHelp({ onClose }) {
  return html`<${Dialog} title=${t("nav.keys")} onClose=${onClose}>
    <div class="dialog-body">
      ${!settings.value.keys && html`<p class="strip warn">${t("keys.off")}</p>`}
      <dl class="facts wide">${keysHere().map(([key, text]) => html`<div><dt><${Key} name=${key} /></dt><dd>${t(text)}</dd></div>`)}</dl>
      <p class="muted small">${t("keys.switch")}</p>
    </div>
  <//>`;
}
