// What every page has: a title in the tab and on the page, and panels.

import { html } from "htm/preact";
import { useEffect, useRef } from "preact/hooks";
import { moves } from "../router.js";
import { t } from "../i18n.js";

/** The page's heading. It takes the focus when the person comes from another page. */
export function PageHead({ title, tab, lead, crumb, actions, mark }) {
  const heading = useRef(null);
  useEffect(() => {
    document.title = `${tab || title} · Recoup`;
  }, [tab || title]);
  useEffect(() => {
    if (moves.focused === moves.count) return;
    moves.focused = moves.count;
    heading.current.focus({ preventScroll: true });
  });
  return html`<header class="page-head">
    <div class="words">
      ${crumb && html`<p class="crumb">${crumb}</p>`}
      <div class="title-line"><h1 tabindex="-1" ref=${heading}>${title}</h1>${mark}</div>
      ${lead && html`<p class="lead">${lead}</p>`}
    </div>
    ${actions && html`<div class="actions">${actions}</div>`}
  </header>`;
}

/** A part of a page with a heading of its own. */
export const Panel = ({ title, note, actions, flush, full, id, children }) => html`<section class=${`card ${flush ? "flush" : ""} ${full ? "full" : ""}`} id=${id}>
  ${(title || actions) && html`<header class="card-head"><h2>${title}</h2>${note && html`<span class="muted small">${note}</span>`}<span class="grow"></span>${actions}</header>`}
  ${children}
</section>`;

/** Names with what they stand for. `facts`: pairs of name and element; those without an element are left out. */
export const Facts = ({ facts, wide }) => html`<dl class=${wide ? "facts wide" : "facts"}>
  ${facts.filter((fact) => fact && fact[1] !== null && fact[1] !== undefined && fact[1] !== "").map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}
</dl>`;

/** What is not known, in words: never a zero. */
export const Unknown = ({ text }) => html`<span class="muted">${text || t("not_known")}</span>`;
