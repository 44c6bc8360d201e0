// Fields of forms, and the dialog in which most of them are.

import { html } from "htm/preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { t } from "../i18n.js";
import { newKey } from "../api.js";
import { FormError } from "./load.js";
import { Icon } from "./icon.js";

/** A label, a field, and a hint or what is wrong. `children` is a function of the field's attributes. */
export function Field({ label, hint, error, optional, children }) {
  const id = useId();
  const note = error || hint;
  const field = { id, "aria-describedby": note ? `${id}-note` : undefined, "aria-invalid": error ? "true" : undefined };
  return html`<div class=${error ? "field wrong" : "field"}>
    <label for=${id}>${label}${optional && html` <span class="muted">${t("form.optional")}</span>`}</label>
    ${children(field)}
    ${note && html`<p class="note" id=${`${id}-note`}>${note}</p>`}
  </div>`;
}

export const Text = ({ label, hint, error, optional, value, onValue, ...rest }) =>
  html`<${Field} ...${{ label, hint, error, optional }}>${(field) =>
    html`<input class="input" type="text" autocomplete="off" max=${rest.type === "date" ? "9999-12-31" : undefined} ...${field} ...${rest} value=${value} onInput=${(event) => onValue(event.target.value)} />`}<//>`;

export const Long = ({ label, hint, error, optional, value, onValue, ...rest }) =>
  html`<${Field} ...${{ label, hint, error, optional }}>${(field) =>
    html`<textarea class="input" rows="3" ...${field} ...${rest} value=${value} onInput=${(event) => onValue(event.target.value)}></textarea>`}<//>`;

/** `options`: pairs of value and text. */
export const Select = ({ label, hint, error, optional, value, onValue, options, ...rest }) =>
  html`<${Field} ...${{ label, hint, error, optional }}>${(field) =>
    html`<select class="input" ...${field} ...${rest} value=${value} onChange=${(event) => onValue(event.target.value)}>
      ${options.map(([one, text]) => html`<option value=${one} selected=${one === value}>${text}</option>`)}
    </select>`}<//>`;

export const Check = ({ label, hint, value, onValue, ...rest }) => html`<label class="check">
  <input type="checkbox" checked=${value} onChange=${(event) => onValue(event.target.checked)} ...${rest} />
  <span>${label}${hint && html`<small class="muted">${hint}</small>`}</span>
</label>`;

/** One of several, each with a line that says what it does. `options`: value, text, hint. */
export function Choices({ label, name, value, onValue, options }) {
  return html`<fieldset class="choices"><legend>${label}</legend>
    ${options.map(([one, text, hint]) => html`<label class="check">
      <input type="radio" name=${name} value=${one} checked=${one === value} onChange=${() => onValue(one)} />
      <span>${text}${hint && html`<small class="muted">${hint}</small>`}</span>
    </label>`)}
  </fieldset>`;
}

/** A reason: asked for with every change that a colleague may wonder about. */
export const Why = ({ value, onValue, hint, optional }) =>
  html`<${Long} label=${t("form.why")} hint=${hint || t("form.why_hint")} value=${value} onValue=${onValue} required=${!optional} optional=${optional} maxlength="4096" rows="2" />`;

export const Button = ({ icon, kind = "", busy, children, ...rest }) =>
  html`<button type="button" class=${`button ${kind}`} ...${rest} disabled=${busy || rest.disabled}>${icon && html`<${Icon} name=${icon} />`}${children}</button>`;

/** A modal dialog. */
export function Dialog({ title, onClose, wide, children }) {
  const dialog = useRef(null);
  const id = useId();
  const before = useRef(null);
  useEffect(() => {
    before.current = document.activeElement;
    const element = dialog.current;
    element.showModal();
    const first = element.querySelector("[autofocus], .dialog-body :is(input:not([type=radio], [type=hidden]), input:checked, textarea, select)") || element.querySelector(".dialog-foot button");
    if (first) first.focus();
    return () => {
      element.close();
      if (before.current && before.current.isConnected) before.current.focus();
    };
  }, []);
  const cancel = (event) => {
    event.preventDefault();
    onClose();
  };
  return html`<dialog ref=${dialog} class=${wide ? "dialog wide" : "dialog"} aria-labelledby=${id} onCancel=${cancel}>
    <header class="dialog-head">
      <h2 id=${id}>${typeof title === "string" ? title.replace(/…$/, "") : title}</h2>
      <button type="button" class="copy" onClick=${onClose}><${Icon} name="close" /><span class="unseen">${t("do.close")}</span></button>
    </header>
    ${children}
  </dialog>`;
}

/**
 * A dialog that changes something. `send` gets the key of this intention and does it; the dialog stays, with what is
 * wrong, where that fails. `ready`: whether there is something to send. `onCancel`, where giving up differs from `onClose`.
 */
export function FormDialog({ title, lead, action, danger, ready = true, send, onClose, onCancel = onClose, onDone, wide, children }) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState(null);
  const key = useRef(newKey());
  const submit = async (event) => {
    event.preventDefault();
    if (busy || !ready) return;
    setBusy(true);
    setError(null);
    try {
      const result = await send(key.current);
      onClose();
      if (onDone) onDone(result);
    } catch (problem) {
      // What was refused was not done: another try is another intention, unless nobody knows what became of it.
      if (problem.code !== "offline" && problem.code !== "unknown") key.current = newKey();
      setBusy(false);
      setError(problem);
    }
  };
  return html`<${Dialog} title=${title} onClose=${onCancel} wide=${wide}>
    <form onSubmit=${submit}>
      <div class="dialog-body">
        ${lead && html`<p class="muted">${lead}</p>`}
        ${children}
        <${FormError} error=${error} />
      </div>
      <footer class="dialog-foot">
        <${Button} kind="quiet" onClick=${onCancel}>${t("do.cancel")}<//>
        <button type="submit" class=${danger ? "button danger" : "button primary"} disabled=${busy || !ready}>${busy ? t("do.busy") : action}</button>
      </footer>
    </form>
  <//>`;
}
