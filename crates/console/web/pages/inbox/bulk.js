// Changes of many refunds at once: what it will do is shown before, and what was refused after.

import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { newKey, post } from "../../api.js";
import { may, me } from "../../session.js";
import { t } from "../../i18n.js";
import { Button } from "../../parts/form.js";
import { Menu } from "../../parts/menu.js";
import { announce } from "../../parts/toast.js";
import { lazy, problemText } from "../../parts/load.js";

const BulkDialog = lazy(() => import("./bulk_dialog.js"), "BulkDialog");
const Refused = lazy(() => import("./bulk_dialog.js"), "Refused");

const MOST = 500;

export function BulkBar({ selection, rows, reload }) {
  const [asked, setAsked] = useState(null);
  const [failed, setFailed] = useState(null);
  const ids = [...selection.value];
  if (!ids.length && !asked && !failed) return null;
  const done = (result) => {
    const refused = result.items.filter((item) => item.failed);
    const n = result.items.length - refused.length;
    if (n) announce(t("bulk.done", { n }));
    selection.value = new Set(refused.map((item) => item.refund));
    if (refused.length) setFailed(refused);
    reload();
  };
  const toMe = async () => {
    try {
      done(await post("/refunds/bulk", { action: { what: "assign", to: me() }, refunds: ids, why: "-", dry_run: false }, { key: newKey() }));
    } catch (error) {
      announce(problemText(error), { tone: "bad" });
    }
  };
  const tooMany = ids.length > MOST;
  return html`<div class="bulk" role="region" aria-label=${t("bulk.label")}>
    <strong>${t("bulk.selected", { n: ids.length })}</strong>
    ${tooMany && html`<span class="bad">${t("bulk.too_many", { n: MOST })}</span>`}
    <span class="grow"></span>
    <${Button} kind="small" disabled=${tooMany} onClick=${toMe}>${t("bulk.to_me")}<//>
    ${may("forgive") && html`<${Button} kind="small" disabled=${tooMany} onClick=${() => setAsked("forgive")}>${t("case.forgive")}<//>`}
    <${Menu} label=${t("bulk.more")} text=${t("bulk.more")} kind="small" items=${tooMany ? [] : [
      { label: t("bulk.assign"), icon: "player", action: () => setAsked("assign") },
      may("close") && { label: t("case.close"), icon: "check", action: () => setAsked("close") },
      may("close") && { label: t("case.reopen"), icon: "back", action: () => setAsked("reopen") },
      may("close") && { label: t("case.set_status"), icon: "settings", action: () => setAsked("set_status") },
      may("overrule") && { label: t("case.overrule"), icon: "rules", action: () => setAsked("overrule") },
    ]} />
    <${Button} kind="small quiet" icon="close" onClick=${() => { selection.value = new Set(); }}>${t("bulk.clear")}<//>
    ${asked && html`<${BulkDialog} what=${asked} ids=${ids} onClose=${() => setAsked(null)} onDone=${done} />`}
    ${failed && html`<${Refused} failed=${failed} rows=${rows} onClose=${() => setFailed(null)} />`}
  </div>`;
}
