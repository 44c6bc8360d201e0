// Exclusions: what is kept out of the rules before it comes.

import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { get, post } from "../api.js";
import { route, to } from "../router.js";
import { may } from "../session.js";
import { t, word } from "../i18n.js";
import { count } from "../format.js";
import { exclusionText, person, untilText } from "../words.js";
import { PageHead, Panel } from "../parts/page.js";
import { Empty, Loaded, More, usePages } from "../parts/load.js";
import { Table } from "../parts/table.js";
import { Tabs } from "../parts/menu.js";
import { Button, FormDialog, Why } from "../parts/form.js";
import { Chip, storeName } from "../parts/chip.js";
import { Time } from "../parts/time.js";
import { Export } from "../parts/export.js";
import { announce } from "../parts/toast.js";
import { AddDialog } from "./exclusions/add.js";

export default function Exclusions() {
  const ended = route.value.query.get("ended") === "true";
  const [dialog, setDialog] = useState(null);
  const pages = usePages((after, signal) => get("/exclusions", { ended, after, limit: 50 }, { signal }), [ended]);
  const close = () => setDialog(null);
  const mayAdd = may("exclude") || may("spare");
  const add = mayAdd && html`<${Button} kind="primary" icon="plus" onClick=${() => setDialog("add")}>${t("exclusions.add")}<//>`;
  return html`<div class="page">
    <${PageHead} title=${t("nav.exclusions")} lead=${t("exclusions.lead")} actions=${html`<${Export} kind="exclusions" />${add}`} />
    <div class="stack">
      <${Tabs} label=${t("nav.exclusions")} tabs=${[
        { label: t("blocks.active"), href: to("/exclusions"), current: !ended },
        { label: t("blocks.all"), href: to("/exclusions", { ended: true }), current: ended },
      ]} />
      <${Panel} flush><${Loaded} of=${pages} rows=${6}>${(data) => (data.items.length
        ? html`<${List} rows=${data.items} ended=${ended} onEnd=${(exclusion) => setDialog({ exclusion })} /><${More} next=${pages.next} loadMore=${pages.loadMore} />`
        : html`<${Empty} icon="exclusion" title=${t("exclusions.none")} text=${t("exclusions.none_text")}>${add}<//>`)}<//><//>
    </div>
    ${dialog === "add" && html`<${AddDialog} onClose=${close} onDone=${pages.reload} />`}
    ${dialog && dialog.exclusion && html`<${EndDialog} exclusion=${dialog.exclusion} onClose=${close} onDone=${pages.reload} />`}
  </div>`;
}

const List = ({ rows, ended, onEnd }) => html`<${Table} caption=${t("nav.exclusions")} rows=${rows} rowKey=${(row) => row.id} columns=${[
  { label: t("exclusions.number"), kind: "tight", cell: (row) => html`<strong>${row.id}</strong>` },
  { label: t("exclusions.what"), cell: (row) => html`<span class="breaks">${exclusionText(row.kind, row.value)}</span>${row.store && html`<span class="second">${storeName(row.store)}</span>`}` },
  { label: t("exclusions.does"), kind: "tight", cell: (row) => html`<${Chip} tone=${row.action === "exclude" ? "warn" : "info"}>${word("exclusion.action", row.action)}<//>` },
  { label: t("exclusions.uses"), kind: "number", cell: (row) => count(row.uses) },
  { label: t("column.why"), cell: (row) => html`${row.why}<span class="second">${person(row.who)} · <${Time} at=${row.made_at} /></span>` },
  { label: t("blocks.until"), cell: (row) => html`<span class="sentence-case">${untilText(row.until)}</span>` },
  { label: t("blocks.state"), hidden: !ended, cell: (row) => (row.ended ? html`<${Chip}>${t("block.ended")}<//><span class="second">${row.ended.who ? person(row.ended.who) : t("ended.expiry")}${row.ended.why ? `: ${row.ended.why}` : ""}</span>` : html`<${Chip} tone="good">${t("exclusions.active")}<//>`) },
  { label: t("exclusions.end"), unseen: true, kind: "tight", hidden: !may("exclude"), cell: (row) => (row.ended ? null : html`<${Button} kind="small" onClick=${() => onEnd(row)}>${t("exclusions.end")}<//>`) },
]} />`;

function EndDialog({ exclusion, onClose, onDone }) {
  const [why, setWhy] = useState("");
  const send = (key) => post(`/exclusions/${exclusion.id}/end`, { why: why.trim() }, { key });
  const done = () => {
    announce(t("exclusions.ended", { id: String(exclusion.id) }));
    return onDone();
  };
  return html`<${FormDialog} title=${t("exclusions.end_title", { id: String(exclusion.id) })} lead=${t("exclusions.end_lead")} action=${t("exclusions.end_action")} danger ready=${why.trim() !== ""} send=${send} onClose=${onClose} onDone=${done}>
    <p class="preview">${exclusionText(exclusion.kind, exclusion.value)}</p>
    <${Why} value=${why} onValue=${setWhy} />
  <//>`;
}
