// Refunds by store, product, country and so on; and by what became of them.

import { html } from "htm/preact";
import { to } from "../../router.js";
import { t, word } from "../../i18n.js";
import { count, sums } from "../../format.js";
import { Panel } from "../../parts/page.js";
import { Empty } from "../../parts/load.js";
import { Table } from "../../parts/table.js";
import { State, storeName } from "../../parts/chip.js";
import { Bar } from "../../parts/chart.js";
import { Definition, rateText } from "./tiles.js";

const NAMES = { store: storeName, reason: (value) => word("reason", value), work_status: (value) => word("status", value) };

const nameOf = (by, value) => (value === null || value === undefined ? html`<span class="muted">${t("not_known")}</span>` : (NAMES[by] || String)(value));

const Money = ({ refunds }) => html`${sums(refunds.amount_back).map((text, at) => html`<span class=${at ? "second" : ""}>${text}</span>`)}${refunds.amount_unknown > 0 && html`<span class="second">${t("figures.amount_unknown", { n: refunds.amount_unknown })}</span>`}`;

/** The list of refunds behind a group, where the list has such a filter. */
function listOf(by, group) {
  const filters = ["store", "product", "country", "currency", "reason", "rule", "work_status"];
  if (by.some((one) => group[one] === null || !filters.includes(one))) return null;
  return to("/refunds", { tab: "all", ...Object.fromEntries(by.map((one) => [one, group[one]])) });
}

export function Groups({ data, by }) {
  const most = Math.max(1, ...data.groups.map((row) => row.refunds.refunds));
  const rows = data.others ? [...data.groups, { ...data.others, group: null }] : data.groups;
  const withPurchases = data.groups.some((row) => row.purchases);
  return html`<${Panel} title=${t("figures.groups", { by: by.map((one) => t(`figures.by.${one}`)).join(", ") })} flush>${rows.length
    ? html`<${Table} caption=${t("figures.groups", { by: by.join(", ") })} rows=${rows} rowKey=${(row) => JSON.stringify(row.group)} columns=${[
        ...by.map((one, at) => ({ label: t(`figures.by.${one}`), cell: (row) => (row.group ? html`<span class=${at ? "" : "strong"}>${nameOf(one, row.group[one])}</span>` : at ? "" : t("figures.others")) })),
        { label: t("figures.refunds"), kind: "number", cell: (row) => (row.group && listOf(by, row.group) ? html`<a href=${listOf(by, row.group)}>${count(row.refunds.refunds)}</a>` : count(row.refunds.refunds)) },
        { label: t("figures.share"), unseen: true, kind: "meter-cell", cell: (row) => html`<${Bar} value=${row.refunds.refunds} of=${most} />` },
        { label: t("figures.amount_back"), kind: "number", cell: (row) => html`<${Money} refunds=${row.refunds} />` },
        { label: t("figures.purchases"), kind: "number", hidden: !withPurchases, cell: (row) => (row.purchases ? count(row.purchases.purchases) : "–") },
        { label: t("figures.rate_of_purchases"), kind: "number", hidden: !withPurchases, cell: (row) => rateText(row.rate_of_purchases) },
        { label: t("figures.rate_of_time"), kind: "number", hidden: !withPurchases, cell: (row) => rateText(row.rate_of_time) },
      ]} />`
    : html`<${Empty} icon="figures" title=${t("figures.none")} text=${t("figures.none_text")} />`}<//>`;
}

const TONES = { open: "warn", recovering: "info", returning: "warn", recovered: "good", partly_recovered: "good" };

export function Statuses({ data }) {
  const most = Math.max(1, ...data.by_status.map((row) => row.refunds));
  return html`<${Panel} title=${html`${t("figures.by_status")} <${Definition} name="amount_by_status" of=${data.definitions} />`} flush>${data.by_status.length
    ? html`<${Table} caption=${t("figures.by_status")} rows=${data.by_status} rowKey=${(row) => row.work_status} columns=${[
        { label: t("column.status"), kind: "tight", cell: (row) => html`<${State} family="status" value=${row.work_status} />` },
        { label: t("figures.refunds"), kind: "number", cell: (row) => count(row.refunds) },
        { label: t("figures.share"), unseen: true, kind: "meter-cell", cell: (row) => html`<${Bar} value=${row.refunds} of=${most} tone=${TONES[row.work_status] || ""} />` },
        { label: t("figures.amount_back"), kind: "number", cell: (row) => html`<${Money} refunds=${row} />` },
      ]} />`
    : html`<${Empty} icon="check" title=${t("figures.none")} />`}<//>`;
}
