// What was found for a pasted id, of whatever kind it is.

import { html } from "htm/preact";
import { useEffect } from "preact/hooks";
import { get } from "../api.js";
import { go, playerAddress, refundAddress, route, to } from "../router.js";
import { t, word } from "../i18n.js";
import { money } from "../format.js";
import { howMuchParts, orderId, productName } from "../words.js";
import { PageHead, Panel } from "../parts/page.js";
import { Empty, Loaded, useLoad } from "../parts/load.js";
import { Table } from "../parts/table.js";
import { Amount, State, Store } from "../parts/chip.js";
import { Id, Time } from "../parts/time.js";
import { Icon } from "../parts/icon.js";

/** The one place a search leads to, where there is only one. */
function onlyHit(found) {
  const others = found.actions.length + found.blocks.length + found.events.length;
  const users = new Set([...found.users, ...found.purchases.map((purchase) => purchase.user)]);
  if (others) return null;
  if (found.refunds.length === 1 && !found.users.length) return refundAddress(found.refunds[0].id);
  if (!found.refunds.length && users.size === 1) return playerAddress([...users][0]);
  if (found.users.length === 1 && found.refunds.every((refund) => refund.user === found.users[0])) return playerAddress(found.users[0]);
  return null;
}

export default function Find() {
  const text = route.value.query.get("q") || "";
  const found = useLoad((signal) => get("/find", { q: text }, { signal }), [text]);
  useEffect(() => {
    const hit = found.data && onlyHit(found.data);
    if (hit) go(hit, { replace: true });
  }, [found.data]);
  return html`<div class="page">
    <${PageHead} title=${t("find.title", { text: text.length > 60 ? `${text.slice(0, 57)}…` : text })} tab=${t("find.tab")} />
    <${Loaded} of=${found}>${(data) => html`<${Hits} data=${data} />`}<//>
  </div>`;
}

function Hits({ data }) {
  const nothing = Object.values(data).every((list) => !list.length);
  if (nothing) {
    return html`<${Empty} icon="search" title=${t("find.nothing")} text=${t("find.nothing_text")}><a class="button" href=${to("/refunds")}>${t("do.to_inbox")}</a><//>`;
  }
  return html`
    ${data.users.length > 0 && html`<${Panel} title=${t("find.players")}>
      <ul class="lines">${data.users.map((user) => html`<li key=${user}><a class="row-link" data-row-link href=${playerAddress(user)}><${Icon} name="player" /><bdi>${user}</bdi></a></li>`)}</ul>
    <//>`}
    ${data.refunds.length > 0 && html`<${Panel} title=${t("find.refunds")} flush><${Table} caption=${t("find.refunds")} rows=${data.refunds} rowKey=${(row) => row.id} columns=${[
      { label: t("column.refund"), cell: (row) => html`<a class="row-link" data-row-link href=${refundAddress(row.id)}>${row.id}</a>`, kind: "tight" },
      { label: t("column.store"), cell: (row) => html`<${Store} store=${row.store} />`, kind: "tight" },
      { label: t("column.order"), cell: (row) => html`<${Id} text=${orderId(row.about)} />` },
      { label: t("column.product"), cell: productName },
      { label: t("column.player"), cell: (row) => (row.user ? html`<a href=${playerAddress(row.user)}><bdi>${row.user}</bdi></a>` : t("not_known")) },
      { label: t("column.amount"), cell: (row) => html`<${Amount} parts=${howMuchParts(row)} known=${row.amount || row.about.price} />`, kind: "number" },
      { label: t("column.status"), cell: (row) => html`<${State} family="status" value=${row.work_status} />`, kind: "tight" },
    ]} /><//>`}
    ${data.purchases.length > 0 && html`<${Panel} title=${t("find.purchases")} flush><${Table} caption=${t("find.purchases")} rows=${data.purchases} rowKey=${(row) => `${row.store} ${row.order_id || row.purchase_token} ${row.user}`} columns=${[
      { label: t("column.time"), cell: (row) => html`<${Time} at=${row.purchased_at || row.recorded_at} />`, kind: "tight" },
      { label: t("column.order"), cell: (row) => html`<${Id} text=${row.order_id || row.purchase_token} />` },
      { label: t("column.product"), cell: (row) => row.product || "" },
      { label: t("column.player"), cell: (row) => html`<a class="row-link" data-row-link href=${playerAddress(row.user)}><bdi>${row.user}</bdi></a>` },
      { label: t("column.price"), cell: (row) => money(row.price), kind: "number" },
    ]} /><//>`}
    ${data.blocks.length > 0 && html`<${Panel} title=${t("find.blocks")}>
      <ul class="lines">${data.blocks.map((block) => html`<li key=${block.id}><a class="row-link" data-row-link href=${playerAddress(block.user)}><${Icon} name="block" />${t("find.block", { id: String(block.id), user: block.user })}</a></li>`)}</ul>
    <//>`}
    ${data.events.length > 0 && html`<${Panel} title=${t("find.events")}>
      <ul class="lines">${data.events.map((event) => html`<li key=${event.id}>${t("find.event", { id: String(event.id), kind: word("event", event.kind) })} ${event.refund_id && html`<a href=${refundAddress(event.refund_id)}>${t("refund.name", { id: String(event.refund_id) })}</a>`} ${event.user && html`<a href=${playerAddress(event.user)}><bdi>${event.user}</bdi></a>`}</li>`)}</ul>
    <//>`}
    ${data.actions.length > 0 && html`<${Panel} title=${t("find.actions")}>
      <ul class="lines">${data.actions.map((action) => html`<li key=${action.id}>${t("find.action", { id: String(action.id), kind: word("store_action", action.kind) })} <${State} family="store_action.state" value=${action.state} /> ${action.refund_id && html`<a href=${refundAddress(action.refund_id)}>${t("refund.name", { id: String(action.refund_id) })}</a>`}</li>`)}</ul>
    <//>`}`;
}
