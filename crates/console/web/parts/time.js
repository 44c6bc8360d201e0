// Moments and texts that can be copied.

import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { t } from "../i18n.js";
import { clock, moment, span, utc } from "../format.js";
import { announce } from "./toast.js";
import { Icon } from "./icon.js";

/** A moment in the person's zone; in UTC on hover. */
export const Time = ({ at, clock: onlyClock }) =>
  at === null || at === undefined
    ? null
    : html`<time class="nowrap" datetime=${new Date(at).toISOString()} title=${utc(at)}>${onlyClock ? clock(at) : moment(at)}</time>`;

/** How long is left until a moment; a word where it has passed. */
export const Left = ({ until }) => {
  if (!until) return null;
  const left = until - Date.now();
  const tone = left < 0 ? "bad" : left < 3 * 3600000 ? "bad" : left < 12 * 3600000 ? "warn" : "plain";
  const text = left < 0 ? t("time.past") : t("time.left", { span: span(left) });
  return html`<span class=${`chip ${tone}`} title=${utc(until)}><i class="dot" aria-hidden="true"></i>${text}</span>`;
};

/** A button that copies a text. */
export function Copy({ text, label, quiet = true }) {
  const [done, setDone] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setDone(true);
      announce(t("copy.done"));
      setTimeout(() => setDone(false), 2000);
    } catch {
      announce(t("copy.failed"), { tone: "bad" });
    }
  };
  const icon = html`<${Icon} name=${done ? "check" : "copy"} />`;
  return quiet
    ? html`<button type="button" class="copy" onClick=${copy} title=${label || t("copy.id", { text })}>${icon}<span class="unseen">${label || t("copy.id", { text })}</span></button>`
    : html`<button type="button" class="button" onClick=${copy}>${icon}${done ? t("copy.copied") : label}</button>`;
}

/** An id, cut in the middle where it is long, with a button that copies all of it. */
export const Id = ({ text, copy = true, length = 30 }) => {
  if (!text) return null;
  const shown = text.length > length ? `${text.slice(0, length - 9)}…${text.slice(-8)}` : text;
  return html`<span class="id-line"><span class="id" title=${text}><bdi>${shown}</bdi></span>${copy && html`<${Copy} text=${text} />`}</span>`;
};
