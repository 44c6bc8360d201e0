// The rules in force, with how often each decided; and a draft that is tried on what happened.

import { html } from "htm/preact";
import { get } from "../api.js";
import { route, to } from "../router.js";
import { may } from "../session.js";
import { t } from "../i18n.js";
import { count } from "../format.js";
import { actionText } from "../words.js";
import { PageHead, Panel } from "../parts/page.js";
import { Loaded, useLoad } from "../parts/load.js";
import { Table } from "../parts/table.js";
import { Tabs } from "../parts/menu.js";
import { Chip } from "../parts/chip.js";
import { Icon } from "../parts/icon.js";
import { conditions } from "./rules/conditions.js";
import { Draft } from "./rules/draft.js";

export default function Rules() {
  const draft = route.value.query.get("draft") === "true" && may("try_policy");
  const policy = useLoad((signal) => get("/policy", null, { signal }), []);
  return html`<div class="page">
    <${PageHead} title=${t("nav.rules")} lead=${t("rules.lead")} />
    <p class="strip"><${Icon} name="info" /><span>${t("rules.where")}</span></p>
    <div class="stack">
      ${may("try_policy") && html`<${Tabs} label=${t("nav.rules")} tabs=${[
        { label: t("rules.in_force"), href: to("/rules"), current: !draft },
        { label: t("rules.draft"), href: to("/rules", { draft: true }), current: draft },
      ]} />`}
      <${Loaded} of=${policy} rows=${8}>${(data) => (draft ? html`<${Draft} policy=${data} />` : html`<${InForce} policy=${data} />`)}<//>
    </div>
  </div>`;
}

function InForce({ policy }) {
  const own = policy.own_rules ?? policy.policy.length;
  const rules = policy.policy.map((rule, at) => ({ ...rule, at: at + 1, own: at < own, hits: policy.hits[rule.name] || 0 }));
  const decided = Object.values(policy.hits).reduce((sum, n) => sum + n, 0);
  const never = rules.filter((rule) => rule.own && !rule.hits);
  return html`<${Panel} title=${t("rules.version", { n: policy.version })} note=${t("rules.decided", { n: decided })} flush>
      <${Table} caption=${t("rules.in_force")} rows=${rules} rowKey=${(row) => `${row.at} ${row.name}`} rowClass=${(row) => (row.own ? "" : "default-rule")} columns=${[
        { label: t("exclusions.number"), kind: "tight", cell: (row) => html`<span class="muted number">${row.at}</span>` },
        { label: t("rules.rule"), cell: (row) => html`<strong><bdi>${row.name}</bdi></strong>${!row.own && html`<span class="second">${t("rules.default")}</span>`}` },
        { label: t("rules.fits"), cell: (row) => html`<ul class="conditions">${conditions(row.match).map((one) => html`<li key=${one}>${one}</li>`)}</ul>` },
        { label: t("rules.does"), cell: (row) => html`<${Chip} tone=${toneOf(row.action)}>${actionText(row.action)}<//>` },
        { label: t("rules.hits"), kind: "number", cell: (row) => (row.hits ? html`<a href=${to("/refunds", { tab: "all", rule: row.name })}>${count(row.hits)}</a>` : html`<span class="muted">0</span>`) },
      ]} />
    <//>
    ${never.length > 0 && html`<p class="muted">${t("rules.never", { rules: never.map((rule) => `“${rule.name}”`).join(", ") })}</p>`}`;
}

const toneOf = (action) => (action.block ? "bad" : { alert: "warn", exclude: "plain" }[action] || "info");
