// What is kept about a player, as lists.

import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { newKey, post } from "../../api.js";
import { refundAddress } from "../../router.js";
import { may } from "../../session.js";
import { t, word } from "../../i18n.js";
import { items, money } from "../../format.js";
import { endedText, howMuchParts, person, productName, untilText } from "../../words.js";
import { Panel } from "../../parts/page.js";
import { Table } from "../../parts/table.js";
import { Empty, problemText } from "../../parts/load.js";
import { Amount, Chip, State, storeName } from "../../parts/chip.js";
import { Id, Time } from "../../parts/time.js";
import { Button } from "../../parts/form.js";
import { announce } from "../../parts/toast.js";

const FEW = 8;

/** The first rows of a list, and all of it on request. */
function useFew(rows) {
  const [all, setAll] = useState(false);
  const more = rows.length > FEW && html`<div class="card-foot"><button type="button" class="link" aria-expanded=${all ? "true" : "false"} onClick=${() => setAll(!all)}>${all ? t("fewer") : t("all_n", { n: rows.length })}</button></div>`;
  return [all ? rows : rows.slice(0, FEW), more];
}

export function Refunds({ refunds, debts }) {
  const [rows, more] = useFew([...refunds].sort((a, b) => b.at - a.at));
  const owed = (id) => items(((debts && debts.debts) || []).filter((debt) => debt.refund === id).map((debt) => ({ item: debt.item, quantity: debt.owed })));
  return html`<${Panel} title=${t("player.refunds")} flush>${refunds.length
    ? html`<${Table} caption=${t("player.refunds")} rows=${rows} rowKey=${(row) => row.id} columns=${[
        { label: t("column.refund"), kind: "tight", cell: (row) => html`<a class="row-link" data-row-link href=${refundAddress(row.id)}>${row.id}</a>` },
        { label: t("column.product"), cell: (row) => html`<bdi class="cut" title=${productName(row)}>${productName(row)}</bdi><span class="second"><${Time} at=${row.at} /></span>` },
        { label: t("column.amount"), kind: "number", cell: (row) => html`<${Amount} parts=${howMuchParts(row)} known=${row.amount || row.about.price} />` },
        { label: t("column.reason"), cell: (row) => (row.reason ? word("reason", row.reason) : html`<span class="muted">${t("reason.none")}</span>`) },
        { label: t("column.owed"), cell: (row) => html`<span class="owed owed">${owed(row.id)}</span>` },
        { label: t("column.status"), kind: "tight", cell: (row) => html`<${State} family="status" value=${row.work_status} />` },
      ]} />${more}`
    : html`<${Empty} icon="check" title=${t("player.no_refunds")} text=${t("player.no_refunds_text")} />`}<//>`;
}

export function Purchases({ purchases }) {
  const when = (row) => row.purchased_at || row.recorded_at;
  const [rows, more] = useFew([...purchases].sort((a, b) => when(b) - when(a)));
  return html`<${Panel} title=${t("player.purchases")} flush>${purchases.length
    ? html`<${Table} caption=${t("player.purchases")} rows=${rows} rowKey=${(row) => `${row.store} ${row.order_id || row.purchase_token || row.original_id}`} columns=${[
        { label: t("column.time"), kind: "tight", cell: (row) => html`<${Time} at=${when(row)} />` },
        { label: t("column.product"), cell: (row) => html`<bdi class="cut" title=${row.product}>${row.product || t("refund.no_product")}</bdi><span class="second">${storeName(row.store)}</span>${row.repays && html`<span class="second">${t("player.repays", { id: String(row.repays) })}</span>`}` },
        { label: t("column.price"), kind: "number", cell: (row) => money(row.price) },
        { label: t("column.granted"), cell: (row) => items(row.grants) },
        { label: t("column.order"), cell: (row) => html`<${Id} text=${row.order_id || row.purchase_token} length=${18} />` },
      ]} />${more}`
    : html`<${Empty} icon="inbox" title=${t("player.no_purchases")} text=${t("player.no_purchases_text")} />`}<//>`;
}

/** Why a player has or has no access. */
function accessWhy(because) {
  if (because.by === "operator") return t("access.by.operator", { who: person(because.who), why: because.why });
  if (because.by === "purchase") return t("access.by.purchase", { store: storeName(because.store) });
  if (because.by === "refund") return t("access.by.refund", { id: String(because.refund) });
  return t(`access.by.${because.by}`);
}

export function Access({ access, onChange }) {
  return html`<${Panel} title=${t("access.title")} actions=${onChange && html`<${Button} kind="small quiet" onClick=${onChange}>${t("access.change_short")}<//>`}>
    ${access.length ? html`<ul class="lines">${access.map((one) => html`<li key=${one.product} class="other">
      <span class="grow"><bdi class="strong">${one.product}</bdi><span class="second">${accessWhy(one.because)}</span>${one.until && html`<span class="second"><span class="sentence-case">${untilText(one.until)}</span></span>`}</span>
      <${Chip} tone=${one.has ? "good" : "plain"}>${t(one.has ? "access.has" : "access.has_not")}<//>
    </li>`)}</ul>` : html`<p class="muted">${t("access.none")}</p>`}
  <//>`;
}

export function Blocks({ blocks }) {
  if (!blocks.length) return null;
  const sorted = [...blocks].sort((a, b) => b.made_at - a.made_at);
  return html`<${Panel} title=${t("player.blocks")}><ul class="lines">${sorted.map((block) => html`<li key=${block.id} class="other">
    <span class="grow"><strong class="sentence-case">${untilText(block.until, block.until_settled)}</strong>
      <span class="second">${block.cause.by === "operator" ? t("block.by_operator", { who: person(block.cause.who), why: block.cause.why }) : html`<a href=${refundAddress(block.cause.refund)}>${t("refund.name", { id: String(block.cause.refund) })}</a> · ${block.cause.rule}`}</span>
      <span class="second"><${Time} at=${block.made_at} />${block.ended && html` – <${Time} at=${block.ended.at} /> · ${endedText(block.ended)}`}</span>
    </span>
    ${block.ended ? html`<${Chip}>${t("block.ended")}<//>` : html`<${Chip} tone="bad">${t("block.active")}<//>`}
  </li>`)}</ul><//>`;
}

export function Notices({ notices, user, reload }) {
  const mark = async (notice, how) => {
    try {
      await post("/player/notices", { user, id: notice.id, mark: how }, { key: newKey() });
      announce(t("notice.marked"));
      await reload();
    } catch (error) {
      announce(problemText(error), { tone: "bad" });
    }
  };
  return html`<${Panel} title=${t("player.notices")}>
    ${notices.length ? html`<ul class="lines">${notices.map((notice) => html`<li key=${notice.id} class="other">
      <span class="grow"><strong lang=${notice.locale}>${notice.title}</strong><span class="second" lang=${notice.locale}>${notice.text}</span>
        <span class="second"><${Time} at=${notice.made_at} />${notice.shown_at && html` · ${t("notice.shown")} <${Time} at=${notice.shown_at} />`}</span>
        ${may("mark_notice") && (notice.state === "waiting" || notice.state === "shown") && html`<button type="button" class="link small" onClick=${() => mark(notice, notice.state === "waiting" ? "shown" : "acknowledged")}>${t(notice.state === "waiting" ? "notice.mark_shown" : "notice.mark_acknowledged")}</button>`}
      </span>
      <${State} family="notice.state" value=${notice.state} />
    </li>`)}</ul>` : html`<p class="muted">${t("player.no_notices")}</p>`}
  <//>`;
}
