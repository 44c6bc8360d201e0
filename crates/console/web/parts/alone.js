// A card alone on the page: signing in, and accepting an invitation.

import { html } from "htm/preact";
import { LOCALES, change, settings } from "../settings.js";
import { showLocale } from "../session.js";
import { locale, t } from "../i18n.js";
import { Mark } from "../frame.js";

export const Alone = ({ title, children }) => html`<main class="alone">
  <div class="alone-card">
    <div class="brand"><${Mark} /><b>Recoup</b></div>
    <h1>${title}</h1>
    ${children}
    <${Foot} />
  </div>
</main>`;

async function choose(name) {
  await change({ ...settings.value, locale: name }, { save: false });
  await showLocale();
}

const Foot = () => html`<div class="alone-foot">
  <span>${t("sign_in.foot")}</span>
  <select class="quiet-select" aria-label=${t("settings.locale")} onChange=${(event) => choose(event.target.value)}>
    ${Object.entries(LOCALES).map(([name, text]) => html`<option value=${name} selected=${name === locale.value} lang=${name}>${text}</option>`)}
  </select>
</div>`;
