// The keyboard. Pages name their keys with what they do; `?` lists those that work here. They can be switched off.

import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { settings } from "./settings.js";

/** What works now: a list of `{keys: {key: [text's key, action]}}`, the latest last. */
const stack = [];

/** Whether the list of keys is shown. */
export const keysShown = signal(false);

let begun = null;

/** Lets keys work while the component is shown. `null` as action leaves a key out. */
export function useKeys(keys) {
  const entry = useRef({});
  entry.current.keys = keys;
  useEffect(() => {
    const own = entry.current;
    stack.push(own);
    return () => stack.splice(stack.indexOf(own), 1);
  }, []);
}

/** The keys that work here, each with the key of its text. */
export function keysHere() {
  const all = new Map();
  for (const { keys } of stack) for (const [key, value] of Object.entries(keys)) if (value && value[1]) all.set(key, value[0]);
  return [...all];
}

function actionOf(key) {
  for (let i = stack.length - 1; i >= 0; i -= 1) {
    const value = stack[i].keys[key];
    if (value && value[1]) return value[1];
  }
  return null;
}

const isTyping = (target) => target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");

function pressed(event) {
  if (!settings.value.keys || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
  // What has the focus knows itself what Enter does.
  if (event.key === "Enter" && event.target.closest("a, button, input, summary")) return;
  if (event.target.closest("[role=menu]")) return;
  const key = event.shiftKey && event.key.length === 1 && /[a-z]/i.test(event.key) ? `Shift+${event.key.toLowerCase()}` : event.key;
  const whole = begun ? `${begun} ${key}` : key;
  begun = null;
  if (key === "g" && whole === "g") {
    begun = "g";
    setTimeout(() => { begun = null; }, 1500);
    return;
  }
  const action = actionOf(whole);
  if (!action) return;
  event.preventDefault();
  action(event);
}

export function startKeys() {
  document.addEventListener("keydown", pressed);
}

/** Moves the focus to the next or previous row of the list that is shown. */
export function moveRow(step) {
  const rows = [...document.querySelectorAll("[data-row-link]")];
  if (!rows.length) return;
  const inRow = document.activeElement && document.activeElement.closest("tr, li");
  const at = rows.findIndex((row) => row === document.activeElement || (inRow && inRow.contains(row)));
  const next = rows[at < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + step))];
  next.focus();
  next.scrollIntoView({ block: "nearest" });
}
