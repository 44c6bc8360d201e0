// Webhooks to the studio's own services: endpoints, what waits, what failed, sending again.

import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { get, newKey, post } from "../api.js";
import { route, to } from "../router.js";
import { may } from "../session.js";
import { t, word } from "../i18n.js";
import { count } from "../format.js";
import { Facts, PageHead, Panel } from "../parts/page.js";
import { Empty, Loaded, problemText, useLoad } from "../parts/load.js";
import { Button, FormDialog, Why } from "../parts/form.js";
import { Menu } from "../parts/menu.js";
import { Chip } from "../parts/chip.js";
import { Time } from "../parts/time.js";
import { Icon } from "../parts/icon.js";
import { announce } from "../parts/toast.js";
import { Messages } from "./webhooks/messages.js";

export default function Webhooks() {
  const chosen = route.value.query.get("endpoint");
  const [dialog, setDialog] = useState(null);
  const list = useLoad((signal) => get("/webhooks", null, { signal }), []);
  const close = () => setDialog(null);
  return html`<div class="page">
    <${PageHead} title=${chosen ? html`<bdi>${chosen}</bdi>` : t("nav.webhooks")} tab=${chosen || t("nav.webhooks")} lead=${t("webhooks.lead")} crumb=${chosen && html`<a href=${to("/webhooks")}>${t("nav.webhooks")}</a>`} />
    <${Loaded} of=${list} rows=${4}>${(data) => {
      const shown = chosen ? data.items.filter((one) => one.name === chosen) : data.items;
      if (!shown.length) return html`<${Panel}><${Empty} icon="webhook" title=${t("webhooks.none")} text=${t("webhooks.none_text")} /><//>`;
      return html`${shown.map((endpoint) => html`<${Endpoint} key=${endpoint.name} endpoint=${endpoint} open=${(name) => setDialog({ name, endpoint })} single=${Boolean(chosen)} />`)}
        ${chosen && html`<${Messages} endpoint=${chosen} />`}`;
    }}<//>
    ${dialog && dialog.name === "end" && html`<${EndDialog} endpoint=${dialog.endpoint} onClose=${close} onDone=${list.reload} />`}
    ${dialog && dialog.name === "replay" && html`<${ReplayDialog} endpoint=${dialog.endpoint} onClose=${close} onDone=${list.reload} />`}
  </div>`;
}

async function test(name) {
  try {
    const result = await post(`/webhooks/${encodeURIComponent(name)}/test`, {}, { key: newKey() });
    if (result.delivered) announce(t("webhooks.test_ok", { name, status: String(result.status), millis: result.millis }));
    else announce(t("webhooks.test_failed", { name, problem: result.problem || String(result.status) }), { tone: "bad" });
  } catch (error) {
    announce(problemText(error), { tone: "bad" });
  }
}

function Endpoint({ endpoint, open, single }) {
  const { name } = endpoint;
  const items = [
    may("end_webhook") && !endpoint.ended && { label: t("webhooks.end"), icon: "close", danger: true, action: () => open("end") },
  ];
  const number = (n, tone) => (n ? html`<strong class=${tone}>${count(n)}</strong>` : html`<span class="muted">0</span>`);
  return html`<${Panel} title=${single ? t("webhooks.endpoint") : html`<a href=${to("/webhooks", { endpoint: name })}><bdi>${name}</bdi></a>`} actions=${html`
      ${endpoint.ended ? html`<${Chip}>${t("webhooks.ended")}<//>` : endpoint.configured ? html`<${Chip} tone="good">${t("webhooks.configured")}<//>` : html`<${Chip} tone="warn">${t("webhooks.not_configured")}<//>`}
      ${may("replay") && !endpoint.ended && html`<${Button} kind="small" onClick=${() => test(name)}>${t("webhooks.test")}<//>`}
      ${may("replay") && endpoint.dead > 0 && html`<${Button} kind="small" onClick=${() => open("replay")}>${t("webhooks.replay_dead")}<//>`}
      <${Menu} label=${t("webhooks.more")} kind="small quiet icon-only" items=${items} />`}>
    ${endpoint.problem && html`<p class="strip warn"><${Icon} name="alert" /><span>${endpoint.problem}</span> <${Time} at=${endpoint.problem_at} /></p>`}
    <${Facts} facts=${[
      [t("webhooks.waiting"), number(endpoint.waiting, "")],
      [t("webhooks.held"), number(endpoint.held, "warn")],
      [t("webhooks.dead"), number(endpoint.dead, "bad")],
      [t("webhooks.delivered_at"), endpoint.delivered_at ? html`<${Time} at=${endpoint.delivered_at} />` : html`<span class="muted">${t("webhooks.never")}</span>`],
      [t("webhooks.format"), word("webhook.format", endpoint.format)],
      [t("webhooks.events"), endpoint.events ? endpoint.events.map((kind) => word("event", kind)).join(", ") : t("webhooks.all_events")],
      [t("environment.label"), endpoint.environments.map((one) => word("environment", one)).join(", ")],
      endpoint.held_back_until && [t("webhooks.held_back"), html`<${Time} at=${endpoint.held_back_until} />`],
    ]} />
    ${!single && html`<p><a href=${to("/webhooks", { endpoint: name })}>${t("webhooks.messages")}</a></p>`}
  <//>`;
}

function EndDialog({ endpoint, onClose, onDone }) {
  const [why, setWhy] = useState("");
  const send = (key) => post(`/webhooks/${encodeURIComponent(endpoint.name)}/end`, { why: why.trim() }, { key });
  return html`<${FormDialog} title=${t("webhooks.end_title", { name: endpoint.name })} lead=${t("webhooks.end_lead")} action=${t("webhooks.end_action")} danger ready=${why.trim() !== ""} send=${send} onClose=${onClose} onDone=${() => { announce(t("webhooks.end_done", { name: endpoint.name })); return onDone(); }}>
    <${Why} value=${why} onValue=${setWhy} />
  <//>`;
}

function ReplayDialog({ endpoint, onClose, onDone }) {
  const [why, setWhy] = useState("");
  const send = (key) => post(`/webhooks/${encodeURIComponent(endpoint.name)}/replay`, { replay: { dead: { endpoint: endpoint.name } }, why: why.trim() }, { key });
  return html`<${FormDialog} title=${t("webhooks.replay_title", { name: endpoint.name })} lead=${t("webhooks.replay_lead")} action=${t("webhooks.replay_action")} ready=${why.trim() !== ""} send=${send} onClose=${onClose} onDone=${(result) => { announce(t("webhooks.replayed", { n: result.replayed })); return onDone(); }}>
    <p class="preview">${t("webhooks.replay_will", { n: endpoint.dead })}</p>
    <${Why} value=${why} onValue=${setWhy} />
  <//>`;
}
