// Everything the ledger has as files: which kind, of which time, in which format.

import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { address } from "../../api.js";
import { session } from "../../session.js";
import { t } from "../../i18n.js";
import { Panel } from "../../parts/page.js";
import { Select, Text } from "../../parts/form.js";
import { Icon } from "../../parts/icon.js";
import { storeName } from "../../parts/chip.js";

const KINDS = ["refunds", "purchases", "blocks", "debts", "recovery", "journal", "exclusions", "notices", "webhook_messages"];

/** A day of a date field in UTC, as exports count days; `next`: the day after it, since `until` is exclusive. */
const dayOf = (text, next) => (text ? new Date(Date.parse(`${text}T00:00:00Z`) + (next ? 86400000 : 0)).toISOString() : undefined);

export function Exports() {
  const [values, setValues] = useState({ kind: "refunds", format: "csv", store: "", since: "", until: "" });
  const set = (name) => (value) => setValues((before) => ({ ...before, [name]: value }));
  const byStore = ["refunds", "purchases"].includes(values.kind);
  const byTime = values.kind !== "debts";
  const query = {
    format: values.format,
    store: byStore ? values.store : "",
    since: byTime ? dayOf(values.since) : undefined,
    until: byTime ? dayOf(values.until, true) : undefined,
  };
  return html`<${Panel} title=${t("exports.title")}>
    <p class="muted prose">${t("exports.lead")}</p>
    <div class="form">
      <div class="form-row">
        <${Select} label=${t("column.kind")} value=${values.kind} onValue=${set("kind")} options=${KINDS.map((kind) => [kind, t(`exports.${kind}`)])} />
        <${Select} label=${t("webhooks.format")} value=${values.format} onValue=${set("format")} options=${["csv", "excel", "ndjson"].map((format) => [format, t(`export.${format}`)])} />
        ${byStore && html`<${Select} label=${t("column.store")} value=${values.store} onValue=${set("store")} options=${[["", t("filter.any")], ...session.value.stores.map((store) => [store, storeName(store)])]} />`}
      </div>
      ${byTime && html`<div class="form-row">
        <${Text} label=${t("exports.from")} type="date" value=${values.since} onValue=${set("since")} optional />
        <${Text} label=${t("exports.to")} type="date" value=${values.until} onValue=${set("until")} optional />
      </div>`}
      <div class="actions"><a class="button primary" href=${address(`/exports/${values.kind}`, query)} download><${Icon} name="save" />${t("exports.action")}</a></div>
    </div>
  <//>`;
}
