// What happened, in one order, with its cause.

import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { get } from "../../api.js";
import { may } from "../../session.js";
import { playerAddress, refundAddress } from "../../router.js";
import { GROUP_NAMES, groupOf, iconOf, reasonOf, restOf, sentence } from "../../journal.js";
import { t } from "../../i18n.js";
import { day } from "../../format.js";
import { Panel } from "../../parts/page.js";
import { Icon } from "../../parts/icon.js";
import { Time } from "../../parts/time.js";
import { Dialog, Button } from "../../parts/form.js";
import { Loaded, useLoad } from "../../parts/load.js";

const links = {
  user: (user) => html`<a href=${playerAddress(user)}><bdi>${user}</bdi></a>`,
  into: (id) => html`<a href=${refundAddress(id)}>${id}</a>`,
  rule: (rule) => html`<strong>${rule}</strong>`,
  name: (name) => html`<code>${name}</code>`,
};
const ofPlayer = { ...links, user: (user) => html`<bdi>${user}</bdi>` };

/** `refund`: the case that is shown; entries of others name theirs. */
export function Timeline({ journal, refund }) {
  const [hidden, setHidden] = useState(new Set());
  const [body, setBody] = useState(null);
  const present = GROUP_NAMES.filter((group) => journal.some((entry) => groupOf(entry.what) === group));
  const shown = [...journal].reverse().filter((entry) => !hidden.has(groupOf(entry.what)));
  const toggle = (group) => {
    const next = new Set(hidden);
    if (next.has(group)) next.delete(group);
    else next.add(group);
    setHidden(next);
  };
  let last = null;
  return html`<${Panel} title=${t("timeline.title")} actions=${present.length > 1 && html`<div class="toggles" role="group" aria-label=${t("timeline.filter")}>
      ${present.map((group) => html`<button type="button" class="toggle" key=${group} aria-pressed=${hidden.has(group) ? "false" : "true"} onClick=${() => toggle(group)}>${t(`timeline.${group}`)}</button>`)}
    </div>`}>
    ${!journal.length && html`<p class="muted">${t("timeline.none")}</p>`}
    <ol class="timeline">${shown.map((entry) => {
      const date = day(entry.at);
      const heading = date !== last && html`<li class="date" key=${`day ${date}`}>${date}</li>`;
      last = date;
      return html`${heading}<${Entry} key=${entry.id} entry=${entry} refund=${refund} onBody=${setBody} />`;
    })}</ol>
    ${body && html`<${Body} inbox=${body} onClose=${() => setBody(null)} />`}
  <//>`;
}

function Entry({ entry, refund, onBody }) {
  const reason = reasonOf(entry);
  const rest = restOf(entry);
  return html`<li class=${`happening of-${groupOf(entry.what)} ${entry.what === "blocked" ? "of-block" : ""}`}>
    <span class="happening-icon"><${Icon} name=${iconOf(entry)} /></span>
    <div class="happening-text">
      <p>${sentence(entry, refund ? links : ofPlayer)}${rest && ` ${rest}`}</p>
      ${reason && html`<p class="said">${reason}</p>`}
      <p class="muted small"><${Time} at=${entry.at} clock />
        ${!refund && entry.refund && html` · <a href=${refundAddress(entry.refund)}>${t("refund.name", { id: String(entry.refund) })}</a>`}
        ${entry.inbox && may("raw_body") && html` · <button type="button" class="link small" onClick=${() => onBody(entry.inbox)}>${t("timeline.message")}</button>`}
      </p>
    </div>
  </li>`;
}

/** What the store sent, as it sent it. Looking at it is noted in the audit. */
function Body({ inbox, onClose }) {
  const body = useLoad((signal) => get(`/messages/${inbox}`, null, { signal, as: "text" }), [inbox]);
  return html`<${Dialog} title=${t("timeline.message_title", { id: String(inbox) })} onClose=${onClose} wide>
    <div class="dialog-body"><p class="muted small">${t("timeline.message_note")}</p>
      <${Loaded} of=${body} rows=${4}>${(text) => html`<pre class="raw" tabindex="0">${pretty(text)}</pre>`}<//></div>
    <footer class="dialog-foot"><${Button} onClick=${onClose}>${t("do.close")}<//></footer>
  <//>`;
}

export function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
