// Blocks of all players, and blocking or unblocking many at once.

import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { get } from "../api.js";
import { playerAddress, refundAddress, route, to } from "../router.js";
import { may } from "../session.js";
import { t } from "../i18n.js";
import { items } from "../format.js";
import { endedText, person, untilText } from "../words.js";
import { PageHead, Panel } from "../parts/page.js";
import { Empty, Loaded, More, usePages } from "../parts/load.js";
import { Table } from "../parts/table.js";
import { Tabs } from "../parts/menu.js";
import { Button } from "../parts/form.js";
import { Chip } from "../parts/chip.js";
import { Time } from "../parts/time.js";
import { Export } from "../parts/export.js";
import { UnblockDialog } from "./player/dialogs.js";
import { ManyDialog } from "./blocks/many.js";

export default function Blocks() {
  const ended = route.value.query.get("ended") === "true";
  const [dialog, setDialog] = useState(null);
  const pages = usePages((after, signal) => get("/blocks", { ended, after, limit: 50 }, { signal }), [ended]);
  const close = () => setDialog(null);
  return html`<div class="page">
    <${PageHead} title=${t("nav.blocks")} lead=${t("blocks.lead")} actions=${html`
      <${Export} kind="blocks" />
      ${(may("block") || may("unblock")) && html`<${Button} kind="primary" onClick=${() => setDialog({ many: true })}>${t("blocks.many")}<//>`}`} />
    <div class="stack">
      <${Tabs} label=${t("nav.blocks")} tabs=${[
        { label: t("blocks.active"), href: to("/blocks"), current: !ended },
        { label: t("blocks.all"), href: to("/blocks", { ended: true }), current: ended },
      ]} />
      <${Panel} flush><${Loaded} of=${pages} rows=${8}>${(data) => (data.items.length
        ? html`<${List} rows=${data.items} ended=${ended} onUnblock=${(block) => setDialog({ block })} /><${More} next=${pages.next} loadMore=${pages.loadMore} />`
        : html`<${Empty} icon="check" title=${t("blocks.none")} text=${t("blocks.none_text")} />`)}<//><//>
    </div>
    ${dialog && dialog.block && html`<${UnblockDialog} user=${dialog.block.user} blocks=${pages.items.filter((one) => one.user === dialog.block.user)} onClose=${close} onDone=${pages.reload} />`}
    ${dialog && dialog.many && html`<${ManyDialog} onClose=${close} onDone=${pages.reload} />`}
  </div>`;
}

/** What a block is for. */
const Cause = ({ cause }) =>
  cause.by === "operator"
    ? html`${cause.why}<span class="second">${person(cause.who)}</span>`
    : html`${cause.rule}<span class="second"><a href=${refundAddress(cause.refund)}>${t("refund.name", { id: String(cause.refund) })}</a></span>`;

const List = ({ rows, ended, onUnblock }) => html`<${Table} caption=${t("nav.blocks")} rows=${rows} rowKey=${(row) => row.id} columns=${[
  { label: t("column.player"), cell: (row) => html`<a class="row-link cut" data-row-link href=${playerAddress(row.user)} title=${row.user}><bdi>${row.user}</bdi></a>` },
  { label: t("column.since"), kind: "tight", cell: (row) => html`<${Time} at=${row.made_at} />` },
  { label: t("blocks.until"), cell: (row) => html`<span class="sentence-case">${untilText(row.until, row.until_settled)}</span>` },
  { label: t("blocks.cause"), cell: (row) => html`<${Cause} cause=${row.cause} />` },
  { label: t("column.owes"), cell: (row) => html`<span class="owed owed">${items(row.owes)}</span>` },
  { label: t("blocks.state"), hidden: !ended, cell: (row) => (row.ended ? html`<${Chip}>${t("block.ended")}<//><span class="second">${endedText(row.ended)}</span>` : html`<${Chip} tone="bad">${t("block.active")}<//>`) },
  { label: t("player.unblock_now"), unseen: true, kind: "tight", hidden: !may("unblock"), cell: (row) => (row.ended ? null : html`<${Button} kind="small" onClick=${() => onUnblock(row)}>${t("player.unblock")}<//>`) },
]} />`;
