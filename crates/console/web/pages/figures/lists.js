// The lists beside the figures: items, rules, blocks, lags, reviews, players with several refunds, what waits.

import { html } from "htm/preact";
import { playerAddress, to } from "../../router.js";
import { t, word } from "../../i18n.js";
import { count, items, span, sums } from "../../format.js";
import { Facts, Panel } from "../../parts/page.js";
import { Table } from "../../parts/table.js";
import { Blocked, storeName } from "../../parts/chip.js";
import { Time } from "../../parts/time.js";
import { Definition, rateText } from "./tiles.js";

/** A panel with its definition; `empty`: that it has nothing in this time. */
const Part = ({ title, name, data, flush = true, full, empty, children }) => html`<${Panel} title=${html`${title} <${Definition} name=${name} of=${data.definitions} />`} flush=${flush && !empty} full=${full}>
  ${empty ? html`<p class="muted">${t("figures.nothing")}</p>` : children}
<//>`;

const number = (label, of) => ({ label, kind: "number", cell: (row) => (of(row) ? count(of(row)) : html`<span class="muted">0</span>`) });

export const Items = ({ data }) => data.items && html`<${Part} title=${t("figures.items")} name="items" data=${data} full empty=${!data.items.length}>
  <${Table} caption=${t("figures.items")} rows=${data.items} rowKey=${(row) => row.item} columns=${[
    { label: t("books.item"), cell: (row) => html`<bdi class="strong">${row.item}</bdi>` },
    number(t("books.due"), (row) => row.due),
    number(t("books.taken"), (row) => row.taken),
    number(t("figures.repaid"), (row) => row.repaid),
    number(t("figures.returned"), (row) => row.returned),
    number(t("books.forgiven"), (row) => row.forgiven),
    number(t("figures.owed_now"), (row) => row.owed),
  ]} /><//>`;

export const RuleFigures = ({ data }) => data.rules && html`<${Part} title=${t("nav.rules")} name="rules" data=${data} empty=${!data.rules.length}>
  <${Table} caption=${t("nav.rules")} rows=${data.rules} rowKey=${(row) => row.rule} columns=${[
    { label: t("rules.rule"), cell: (row) => html`<a class="strong plain-link" href=${to("/refunds", { tab: "all", rule: row.rule })}>${row.rule}</a>` },
    number(t("figures.refunds"), (row) => row.refunds),
    number(t("nav.blocks"), (row) => row.blocks),
  ]} /><//>`;

export const Blocks = ({ data }) => data.blocks && html`<${Part} title=${t("nav.blocks")} name="blocks" data=${data} flush=${false}>
  <${Facts} facts=${[
    [t("figures.blocks_active"), html`<strong>${count(data.blocks.active)}</strong>`],
    [t("figures.blocks_made"), html`${count(data.blocks.made)}<span class="second">${t("figures.by_refunds", { n: count(data.blocks.made_by_refunds) })}</span>`],
    [t("figures.blocking"), rateText(data.blocks.blocking_refunds)],
    ...Object.entries(data.blocks.ended).map(([why, n]) => [t("figures.ended_by", { why: why === "operator" ? t("figures.by_operator") : word("ended", why) }), count(n)]),
  ]} /><//>`;

export const Lags = ({ data }) => data.lags && html`<${Part} title=${t("figures.lags")} name="lags" data=${data} empty=${!data.lags.length}>
  <${Table} caption=${t("figures.lags")} rows=${data.lags} rowKey=${(row) => `${row.stage} ${row.store}`} columns=${[
    { label: t("figures.stage"), cell: (row) => html`<span class="strong">${word("figures.stage", row.stage)}</span>${row.store && html`<span class="second">${storeName(row.store)}</span>`}` },
    number(t("figures.refunds"), (row) => row.refunds),
    { label: t("figures.half"), kind: "number", cell: (row) => span(row.median_millis) },
    { label: "90 %", kind: "number", cell: (row) => span(row.p90_millis) },
    { label: "99 %", kind: "number", cell: (row) => span(row.p99_millis) },
  ]} /><//>`;

export const Repeat = ({ data }) => data.repeat_refunders && html`<${Part} title=${t("figures.repeat")} name="repeat_refunders" data=${data} empty=${!data.repeat_refunders.length}>
  <${Table} caption=${t("figures.repeat")} rows=${data.repeat_refunders.slice(0, 20)} rowKey=${(row) => row.user} columns=${[
    { label: t("column.player"), cell: (row) => html`<span class="player-cell"><a class="cut" href=${playerAddress(row.user)}><bdi>${row.user}</bdi></a>${row.blocked && html` <${Blocked} short />`}</span>` },
    number(t("figures.refunds"), (row) => row.refunds),
    { label: t("figures.amount_back"), kind: "number", cell: (row) => sums(row.amount_back).map((text, at) => html`<span class=${at ? "second" : ""}>${text}</span>`) },
    { label: t("column.owes"), cell: (row) => html`<span class="owed owed">${items(row.owed)}</span>` },
  ]} /><//>`;

export const Reviews = ({ data }) => data.reviews && html`<${Part} title=${t("nav.reviews")} name="reviews" data=${data} flush=${false} empty=${!data.reviews.cases}>
  <${Facts} facts=${[
    [t("figures.reviews_asked"), count(data.reviews.cases)],
    [t("figures.reviews_answered"), count(data.reviews.answered)],
    [t("figures.reviews_missed"), html`<span class=${data.reviews.missed ? "bad" : ""}>${count(data.reviews.missed)}</span>`],
    [t("figures.reviews_refunded"), count(data.reviews.refunded)],
    [t("figures.reviews_declined"), count(data.reviews.declined_by_store)],
    [t("figures.money_kept"), sums(data.reviews.money_kept).join(" · ") || "–"],
  ]} /><//>`;

export const Waiting = ({ data }) => {
  const { waiting } = data;
  if (!waiting) return null;
  const link = (n, address) => (n ? html`<a class="strong" href=${address}>${count(n)}</a>` : html`<span class="muted">0</span>`);
  return html`<${Part} title=${t("figures.waiting")} name="waiting" data=${data} flush=${false}>
    <${Facts} facts=${[
      ...Object.entries(waiting.to_do).map(([status, n]) => [word("status", status), link(n, to("/refunds", { tab: "all", work_status: status }))]),
      [t("inbox.tab.unknown"), link(waiting.unattributed, to("/refunds", { tab: "unknown" }))],
      [t("figures.players_owing"), link(waiting.players_owing, to("/refunds", { tab: "owing" }))],
      [t("nav.reviews"), html`${link(waiting.reviews_open, to("/reviews"))}${waiting.next_review_deadline && html`<span class="second">${t("figures.next_deadline")} <${Time} at=${waiting.next_review_deadline} /></span>`}`],
      [t("nav.dead_letters"), link(waiting.dead_letters, to("/dead-letters"))],
    ]} /><//>`;
};
