// My language, time zone, look and keys. Each change counts at once.

import { html } from "htm/preact";
import { LOCALES, change, settings } from "../../settings.js";
import { showLocale } from "../../session.js";
import { locale, t } from "../../i18n.js";
import { ZONE, momentInFull } from "../../format.js";
import { Panel } from "../../parts/page.js";
import { Check, Select } from "../../parts/form.js";
import { Segments } from "../../parts/menu.js";
import { problemText } from "../../parts/load.js";
import { announce } from "../../parts/toast.js";

const zones = () => (Intl.supportedValuesOf ? Intl.supportedValuesOf("timeZone") : []);

async function set(some) {
  try {
    await change(some);
    if (some.locale !== undefined) await showLocale();
    announce(t("settings.saved"));
  } catch (error) {
    announce(problemText(error), { tone: "bad" });
  }
}

export function Mine() {
  const mine = settings.value;
  const all = ["UTC", ...zones().filter((zone) => zone !== "UTC")];
  return html`<div class="pairs">
    <${Panel} title=${t("settings.language")}>
      <${Select} label=${t("settings.locale")} value=${mine.locale || locale.value} onValue=${(value) => set({ locale: value })} options=${Object.entries(LOCALES)} />
      <${Select} label=${t("settings.zone")} hint=${t("settings.now", { time: momentInFull(Date.now()) })} value=${mine.zone || ""} onValue=${(value) => set({ zone: value || null })} options=${[["", t("settings.zone_browser", { zone: ZONE })], ...all.map((zone) => [zone, zone.replace(/_/g, " ")])]} />
    <//>
    <${Panel} title=${t("settings.look")}>
      <div class="field"><span class="field-label">${t("settings.theme")}</span><${Segments} label=${t("settings.theme")} name="theme" value=${mine.theme || "system"} onValue=${(value) => set({ theme: value })} options=${["system", "light", "dark"].map((one) => [one, t(`settings.theme.${one}`)])} /></div>
      <div class="field"><span class="field-label">${t("settings.density")}</span><${Segments} label=${t("settings.density")} name="density" value=${mine.density || "comfortable"} onValue=${(value) => set({ density: value })} options=${["comfortable", "compact"].map((one) => [one, t(`settings.density.${one}`)])} /></div>
    <//>
    <${Panel} title=${t("nav.keys")}>
      <${Check} label=${t("settings.keys")} hint=${t("settings.keys_hint")} value=${mine.keys !== false} onValue=${(value) => set({ keys: value })} />
    <//>
  </div>`;
}
