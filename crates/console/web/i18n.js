// Texts in the person's language. Keys are flat; `{name}` is a placeholder; `key#one` and `key#other` are plural forms
// by `Intl.PluralRules`, chosen by the placeholder `n`. A locale has the forms that its language has.

import { signal } from "@preact/signals";

/** The language that is shown; empty until one is loaded. */
export const locale = signal("");

let texts = {};
let plural = new Intl.PluralRules("en");

/** Loads a language and shows it. */
export async function loadLocale(name) {
  const answer = await fetch(new URL(`./locales/${name}.json`, import.meta.url));
  if (!answer.ok) throw new Error(`locale ${name}: ${answer.status}`);
  texts = await answer.json();
  plural = new Intl.PluralRules(name);
  document.documentElement.lang = name;
  locale.value = name;
}

/** Whether there is a text of this key. */
export const has = (key) => texts[key] !== undefined;

function find(key, values) {
  // Reading the signal makes whoever shows the text follow a change of language.
  locale.value;
  if (texts[key] !== undefined) return texts[key];
  const n = values && values.n;
  if (n !== undefined) {
    const form = texts[`${key}#${plural.select(Number(n))}`] ?? texts[`${key}#other`];
    if (form !== undefined) return form;
  }
  return key;
}

const PLACEHOLDER = /\{(\w+)\}/;

/** The text of a key. Numbers are written as the language writes them. */
export function t(key, values) {
  const text = find(key, values);
  if (!values) return text;
  return text.replace(/\{(\w+)\}/g, (whole, name) => {
    const value = values[name];
    if (value === undefined || value === null) return whole;
    return typeof value === "number" ? new Intl.NumberFormat(locale.value).format(value) : String(value);
  });
}

/** The text of a key as a list of texts and elements: values may be elements. */
export function rich(key, values) {
  const text = find(key, values);
  return text.split(/(\{\w+\})/).map((part) => {
    const name = (part.match(PLACEHOLDER) || [])[1];
    if (!name || values[name] === undefined) return part;
    return typeof values[name] === "number" ? new Intl.NumberFormat(locale.value).format(values[name]) : values[name];
  });
}

/** The word for a value of the model, such as a state; a value that this version does not know, with spaces. */
export function word(family, value) {
  if (value === null || value === undefined) return "";
  const key = `${family}.${value}`;
  const text = find(key);
  return text === key ? String(value).replace(/_/g, " ") : text;
}
