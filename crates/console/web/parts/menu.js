// A menu of actions, tabs, segments.

import { html } from "htm/preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { Icon } from "./icon.js";

/** A button that opens a list of actions; `onOpen` is called then. `items`: `{label, icon, action, href, danger}`; nothing where none may be done. */
export function Menu({ label, icon = "more", text, items, kind = "", id: wanted, onOpen }) {
  const [open, setOpen] = useState(false);
  const root = useRef(null);
  const own = useId();
  const id = wanted || own;
  const shown = items.filter(Boolean);
  const focusOn = (step) => {
    const all = [...root.current.querySelectorAll("[role=menuitem]")];
    const at = all.indexOf(document.activeElement);
    const next = step === "first" ? 0 : step === "last" ? all.length - 1 : (at + step + all.length) % all.length;
    all[next].focus();
  };
  useEffect(() => {
    if (!open) return undefined;
    if (onOpen) onOpen();
    focusOn("first");
    const away = (event) => !root.current.contains(event.target) && setOpen(false);
    document.addEventListener("pointerdown", away);
    return () => document.removeEventListener("pointerdown", away);
  }, [open]);
  if (!shown.length) return null;
  const close = () => {
    setOpen(false);
    document.getElementById(id).focus();
  };
  const pressed = (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1, Home: "first", End: "last" }[event.key];
    if (step !== undefined) focusOn(step);
    else if (event.key === "Escape") close();
    else if (event.key === "Tab") return setOpen(false);
    else return undefined;
    event.preventDefault();
    return event.stopPropagation();
  };
  return html`<div class="menu" ref=${root}>
    <button type="button" id=${id} class=${`button ${kind}`} aria-haspopup="menu" aria-expanded=${open ? "true" : "false"} aria-label=${text ? undefined : label} title=${label} onClick=${() => setOpen(!open)}>
      ${text ? html`${text}<${Icon} name="down" />` : html`<${Icon} name=${icon} />`}
    </button>
    ${open && html`<div class="menu-list" role="menu" aria-label=${label} onKeyDown=${pressed}>
      ${shown.map((item) => {
        const inside = html`${item.icon && html`<${Icon} name=${item.icon} />`}<span>${item.label}${item.hint && html`<small>${item.hint}</small>`}</span>`;
        const choose = () => {
          close();
          if (item.action) item.action();
        };
        return item.href
          ? html`<a role="menuitem" tabindex="-1" href=${item.href} download=${item.download} onClick=${() => setOpen(false)}>${inside}</a>`
          : html`<button type="button" role="menuitem" tabindex="-1" class=${item.danger ? "danger" : ""} onClick=${choose}>${inside}</button>`;
      })}
    </div>`}
  </div>`;
}

/** Tabs that are links: each is an address. `tabs`: `{href, label, count, current, tone}`. */
export const Tabs = ({ label, tabs }) => html`<nav class="tabs" aria-label=${label}>
  ${tabs.map((tab) => html`<a href=${tab.href} aria-current=${tab.current ? "page" : undefined}>
    ${tab.label}${tab.count !== undefined && tab.count !== null && html` <span class=${`count ${tab.tone || ""}`}>${tab.count}</span>`}
  </a>`)}
</nav>`;

/** One of a few, beside each other. `options`: value, text, class. */
export const Segments = ({ label, name, value, onValue, options }) => html`<fieldset class="segments">
  <legend class="unseen">${label}</legend>
  ${options.map(([one, text, kind]) => html`<label class=${kind}>
    <input type="radio" name=${name} value=${one} checked=${one === value} onChange=${() => onValue(one)} />${text}
  </label>`)}
</fieldset>`;
