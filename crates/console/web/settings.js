// How this person wants the console: kept with the operator, and in this browser for the sign-in page.

import { signal } from "@preact/signals";
import { put } from "./api.js";

export const LOCALES = { en: "English", ko: "한국어", ja: "日本語" };

const DEFAULTS = { locale: null, zone: null, theme: "system", density: "comfortable", keys: true };

/** The settings in force. Replaced as a whole by `change`. */
export const settings = signal({ ...DEFAULTS, ...kept() });

function kept() {
  try {
    const { locale, theme, density } = JSON.parse(localStorage.getItem("recoup") || "{}");
    return { ...(locale && { locale }), ...(theme && { theme }), ...(density && { density }) };
  } catch {
    return {};
  }
}

/** The language: as chosen, else the first of the browser's that there is, else English. */
export function localeOf(chosen) {
  if (chosen && LOCALES[chosen]) return chosen;
  const languages = navigator.languages || [navigator.language || "en"];
  return languages.map((language) => language.slice(0, 2).toLowerCase()).find((language) => LOCALES[language]) || "en";
}

/** Takes over what the operator has set. */
export function take(saved) {
  settings.value = { ...DEFAULTS, ...kept(), ...saved };
  show();
}

/** Changes settings, here at once and with the operator. */
export async function change(some, { save = true } = {}) {
  settings.value = { ...settings.value, ...some };
  show();
  if (save) await put("/settings", settings.value);
}

function show() {
  const { theme, density, locale } = settings.value;
  const root = document.documentElement;
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  else delete root.dataset.theme;
  if (density === "compact") root.dataset.density = "compact";
  else delete root.dataset.density;
  try {
    localStorage.setItem("recoup", JSON.stringify({ locale, theme, density }));
  } catch {
    // A browser that keeps nothing asks the server again.
  }
}
