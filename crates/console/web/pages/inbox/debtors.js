// Players who owe something, the oldest debt first.

import { html } from "htm/preact";
import { get } from "../../api.js";
import { playerAddress, refundAddress } from "../../router.js";
import { t } from "../../i18n.js";
import { items } from "../../format.js";
import { Panel } from "../../parts/page.js";
import { Empty, Loaded, More, usePages } from "../../parts/load.js";
import { Table } from "../../parts/table.js";
import { Blocked } from "../../parts/chip.js";
import { Time } from "../../parts/time.js";

/** The refunds that a debtor owes for, each once. */
const refundsOf = (debtor) => [...new Set(debtor.debts.map((debt) => debt.refund))];

const Refunds = ({ debtor }) => {
  const ids = refundsOf(debtor);
  return html`${ids.slice(0, 4).map((id, at) => html`${at > 0 ? ", " : ""}<a href=${refundAddress(id)} key=${id}>${id}</a>`)}${ids.length > 4 ? ` ${t("and_more", { n: ids.length - 4 })}` : ""}`;
};

export function Debtors() {
  const pages = usePages((after, signal) => get("/debtors", { after, limit: 50 }, { signal }), []);
  return html`<${Panel} flush><${Loaded} of=${pages} rows=${8}>${(data) => (data.items.length
    ? html`<${Table} caption=${t("inbox.tab.owing")} rows=${data.items} rowKey=${(row) => row.user} columns=${[
        { label: t("column.player"), cell: (row) => html`<span class="player-cell"><a class="row-link" data-row-link href=${playerAddress(row.user)}><bdi>${row.user}</bdi></a>${row.blocked && html` <${Blocked} short />`}</span>` },
        { label: t("column.owes"), cell: (row) => html`<span class="owed owed">${items(row.items)}</span>` },
        { label: t("column.refunds"), cell: (row) => html`<${Refunds} debtor=${row} />` },
        { label: t("column.since"), kind: "tight", cell: (row) => html`<${Time} at=${row.since} />` },
      ]} /><${More} next=${pages.next} loadMore=${pages.loadMore} />`
    : html`<${Empty} icon="check" title=${t("inbox.empty.owing")} text=${t("inbox.empty.owing_text")} />`)}<//><//>`;
}
