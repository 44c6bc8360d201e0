// Refunds by day or month, as columns and as a table.

import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { t } from "../../i18n.js";
import { count, dayAt, percent } from "../../format.js";
import { Panel } from "../../parts/page.js";
import { Empty } from "../../parts/load.js";
import { Segments } from "../../parts/menu.js";
import { Table } from "../../parts/table.js";
import { Columns } from "../../parts/chart.js";

const YOUNG = 30 * 86400000;

/** Minutes of an offset such as `+09:00`. */
export function offsetMinutes(text) {
  const match = /^([+-])(\d\d):(\d\d)$/.exec(text || "");
  return match ? (match[1] === "-" ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3])) : 0;
}

const shareOf = (point) => (point.purchases >= 30 ? percent((1e6 * point.purchases_refunded) / point.purchases) : point.purchases > 0 ? t("figures.of", { count: count(point.purchases_refunded), among: count(point.purchases) }) : "–");

export function Series({ data }) {
  const [what, setWhat] = useState("refunds");
  const offset = offsetMinutes(data.utc_offset);
  const label = (point) => dayAt(point.at, offset, data.grain);
  const young = (point) => what === "purchases_refunded" && Date.now() - point.at < YOUNG;
  const empty = data.series.every((point) => !point.refunds && !point.purchases);
  const points = data.series.map((point) => ({
    label: label(point),
    value: point[what],
    young: young(point),
    text: t("figures.point", { day: label(point), refunds: count(point.refunds), purchases: count(point.purchases), refunded: count(point.purchases_refunded) }),
  }));
  const title = t(`figures.series.${what}`, { grain: t(`figures.grain.${data.grain}`) });
  return html`<${Panel} title=${title} actions=${html`<${Segments} label=${t("figures.shown")} name="series" value=${what} onValue=${setWhat} options=${["refunds", "purchases", "purchases_refunded"].map((one) => [one, t(`figures.show.${one}`)])} />`}>
    ${empty ? html`<${Empty} icon="figures" title=${t("figures.none")} text=${t("figures.none_text")} />` : html`
      <${Columns} label=${title} points=${points} />
      ${what === "purchases_refunded" && html`<p class="muted small">${t("figures.young")}</p>`}
      <details class="as-table"><summary>${t("figures.as_table")}</summary>
        <${Table} caption=${title} rows=${data.series} rowKey=${(row) => row.at} columns=${[
          { label: t(`figures.column.${data.grain}`), cell: label },
          { label: t("figures.refunds"), kind: "number", cell: (row) => count(row.refunds) },
          { label: t("figures.purchases"), kind: "number", cell: (row) => count(row.purchases) },
          { label: t("figures.refunded_of"), kind: "number", cell: (row) => count(row.purchases_refunded) },
          { label: t("figures.rate_of_purchases"), kind: "number", cell: shareOf },
        ]} />
      </details>`}
  <//>`;
}
