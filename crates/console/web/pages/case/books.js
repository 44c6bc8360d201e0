// The books of a refund: what was granted, what is due, what came back, and what is still owed.

import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { may } from "../../session.js";
import { playerAddress } from "../../router.js";
import { t, word } from "../../i18n.js";
import { count, signed } from "../../format.js";
import { isRefunded, owedItems, person, returnItems } from "../../words.js";
import { Panel } from "../../parts/page.js";
import { Table } from "../../parts/table.js";
import { Empty } from "../../parts/load.js";
import { Button } from "../../parts/form.js";
import { Menu } from "../../parts/menu.js";
import { Time } from "../../parts/time.js";
import { Icon } from "../../parts/icon.js";

export function Books({ file, open }) {
  const { refund, recovery, entries } = file;
  const [all, setAll] = useState(false);
  const owed = owedItems(recovery).length > 0;
  const back = returnItems(recovery).length > 0;
  const report = may("report_recovery");
  const menu = [
    report && recovery.items.length > 0 && { label: t("case.took_some"), icon: "back", action: () => open("took_some") },
    report && recovery.items.some((item) => item.taken > 0) && { label: t("case.gave_back"), icon: "play", action: () => open("gave_back") },
    may("correct") && { label: t("case.granted"), icon: "plus", action: () => open("granted") },
  ];
  return html`<${Panel} title=${t("books.title")} flush note=${recovery.granted_by && t(`books.granted_by.${recovery.granted_by}`)} actions=${html`
    ${owed && report && html`<${Button} kind="small" onClick=${() => open("took_some")}>${t("case.took_some")}<//>`}
    ${back && report && html`<${Button} kind="small primary" onClick=${() => open("gave_back")}>${t("case.gave_back")}<//>`}
    <${Menu} label=${t("books.actions")} kind="small quiet icon-only" items=${menu} />`}>
    ${recovery.items.length > 0 ? html`<${Items} recovery=${recovery} />` : html`<${NoItems} file=${file} open=${open} />`}
    ${recovery.known && !recovery.sized && isRefunded(refund) && html`<p class="card-note warn"><${Icon} name="alert" />${t("books.not_sized")}</p>`}
    ${recovery.settled && recovery.items.length > 0 && html`<p class="card-note"><${Icon} name="check" />${t("books.settled")}</p>`}
    ${entries.length > 0 && html`<div class="card-foot"><button type="button" class="link" aria-expanded=${all ? "true" : "false"} onClick=${() => setAll(!all)}>${t(all ? "books.hide_entries" : "books.show_entries", { n: entries.length })}</button></div>`}
    ${all && html`<${Entries} entries=${entries} user=${refund.user} open=${open} />`}
  <//>`;
}

const quiet = (n) => (n ? count(n) : html`<span class="muted">0</span>`);

const Items = ({ recovery }) => {
  const returning = recovery.items.some((item) => item.to_return > 0);
  return html`<${Table} caption=${t("books.title")} rows=${recovery.items} rowKey=${(row) => row.item} columns=${[
    { label: t("books.item"), cell: (row) => html`<bdi class="strong">${row.item}</bdi>` },
    { label: t("books.granted"), kind: "number", cell: (row) => quiet(row.granted) },
    { label: t("books.due"), kind: "number", cell: (row) => quiet(row.due) },
    { label: t("books.taken"), kind: "number", cell: (row) => quiet(row.taken) },
    { label: t("books.forgiven"), kind: "number", cell: (row) => quiet(row.forgiven) },
    { label: t("books.owed"), kind: "number", cell: (row) => (row.owed ? html`<strong class="owed owed">${count(row.owed)}</strong>` : quiet(0)) },
    { label: t("books.to_return"), kind: "number", hidden: !returning, cell: (row) => (row.to_return ? html`<strong class="owed back">${count(row.to_return)}</strong>` : quiet(0)) },
  ]} />`;
};

function NoItems({ file, open }) {
  const { refund, recovery } = file;
  if (!isRefunded(refund)) return html`<${Empty} icon="check" title=${t("books.nothing_refunded")} text=${t("books.nothing_refunded_text")} />`;
  if (!refund.user) return html`<${Empty} icon="player" title=${t("books.no_player")} text=${t("books.no_player_text")} />`;
  if (recovery.known) return html`<${Empty} icon="check" title=${t("books.nothing_due")} text=${t("books.nothing_due_text")} />`;
  return html`<${Empty} icon="info" title=${t("books.unknown")} text=${t("books.unknown_text")}>
    ${may("correct") && html`<${Button} kind="primary" onClick=${() => open("granted")}>${t("case.granted")}<//>`}
    ${may("close") && html`<${Button} onClick=${() => open("close")}>${t("case.close")}<//>`}
  <//>`;
}

function Entries({ entries, user, open }) {
  const corrected = new Set(entries.map((entry) => entry.corrects).filter(Boolean));
  const how = (entry) => (entry.corrects ? t("books.cancels", { entry: String(entry.corrects) }) : `${word("how", entry.how)}${entry.purchase ? ` ${t("books.purchase", { id: String(entry.purchase) })}` : ""}`);
  return html`<${Table} caption=${t("books.entries")} rows=${entries} rowKey=${(row) => row.id} rowClass=${(row) => (corrected.has(row.id) ? "struck" : "")} columns=${[
    { label: t("column.entry"), kind: "tight", cell: (row) => String(row.id) },
    { label: t("column.time"), kind: "tight", cell: (row) => html`<${Time} at=${row.at} />` },
    { label: t("books.item"), cell: (row) => html`<bdi>${row.item}</bdi>` },
    { label: t("column.kind"), cell: (row) => word("entry", row.kind) },
    { label: t("column.number"), kind: "number", cell: (row) => signed(row.quantity) },
    { label: t("column.how"), cell: (row) => html`${how(row)}${row.user !== user ? html`<span class="second"><a href=${playerAddress(row.user)}><bdi>${row.user}</bdi></a></span>` : ""}` },
    { label: t("column.who"), cell: (row) => person(row.who) },
    { label: t("books.correct"), unseen: true, kind: "tight", hidden: !may("correct"), cell: (row) => (row.kind !== "due" && !row.corrects && !corrected.has(row.id) ? html`<${Button} kind="small quiet" onClick=${() => open("correct", { entry: row })}>${t("books.correct")}<//>` : null) },
  ]} />`;
}
