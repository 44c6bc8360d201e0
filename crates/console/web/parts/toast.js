// What just happened, at the foot of the page and read out.

import { html } from "htm/preact";
import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { t } from "../i18n.js";
import { Icon } from "./icon.js";

const toasts = signal([]);
let last = 0;

/** Says something. `undo` is a function that takes it back; errors stay until they are closed. */
export function announce(text, { tone = "good", undo } = {}) {
  last += 1;
  const toast = { id: last, text, tone, undo };
  toasts.value = [...toasts.value.slice(-2), toast];
  if (tone !== "bad") setTimeout(() => close(toast.id), undo ? 10000 : 6000);
}

function close(id) {
  toasts.value = toasts.value.filter((toast) => toast.id !== id);
}

/** Above everything, dialogs too: a popover that is shown again comes to the top. */
export function Toasts() {
  const box = useRef(null);
  const shown = toasts.value;
  useEffect(() => {
    const element = box.current;
    if (!element.showPopover) return;
    if (element.matches(":popover-open")) element.hidePopover();
    if (shown.length) element.showPopover();
  }, [shown]);
  return html`<div class="toasts" ref=${box} popover="manual" role="status" aria-live="polite">
  ${shown.map(
    (toast) => html`<div class=${`toast ${toast.tone}`} key=${toast.id}>
      <${Icon} name=${toast.tone === "bad" ? "alert" : "check"} />
      <span>${toast.text}</span>
      ${toast.undo && html`<button type="button" class="link" onClick=${() => { close(toast.id); toast.undo(); }}>${t("do.undo")}</button>`}
      <button type="button" class="copy" onClick=${() => close(toast.id)}><${Icon} name="close" /><span class="unseen">${t("do.close")}</span></button>
    </div>`,
  )}
  </div>`;
}
