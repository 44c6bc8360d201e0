// The columns of the list of refunds, which each person chooses and orders.

import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { playerAddress, refundAddress } from "../../router.js";
import { settings } from "../../settings.js";
import { t, word } from "../../i18n.js";
import { howMuchParts, orderId, owedText, person, productName } from "../../words.js";
import { Amount, Blocked, Face, Sandbox, State, Store, storeName } from "../../parts/chip.js";
import { Id, Left, Time } from "../../parts/time.js";
import { Button } from "../../parts/form.js";
import { lazy } from "../../parts/load.js";

const ColumnsDialog = lazy(() => import("./columns_dialog.js"), "ColumnsDialog");

const Owed = ({ row }) => {
  const owed = owedText(row, row.recovery);
  return owed ? html`<span class=${`owed ${owed.tone}`}>${owed.text}</span>` : null;
};

const CELLS = {
  refund: { kind: "tight", sort: "first_seen", cell: (row) => html`<a class="row-link" data-row-link href=${refundAddress(row.id)} aria-label=${t("refund.name", { id: String(row.id) })}>${row.id}</a><span class="second"><${Time} at=${row.first_seen_at} /></span>` },
  updated: { kind: "tight", sort: "updated", cell: (row) => html`<${Time} at=${row.updated_at} />` },
  store: { kind: "tight", cell: (row) => html`<${Store} store=${row.store} /> <${Sandbox} environment=${row.environment} />` },
  order: { cell: (row) => html`<${Id} text=${orderId(row.about)} length=${24} />` },
  product: { cell: (row) => html`<bdi class="cut" title=${productName(row)}>${productName(row)}</bdi><span class="second">${storeName(row.store)} <${Sandbox} environment=${row.environment} /></span>` },
  player: { cell: (row) => (row.user ? html`<span class="player-cell"><a class="cut" href=${playerAddress(row.user)} title=${row.user}><bdi>${row.user}</bdi></a>${row.blocked && html` <${Blocked} short />`}</span>` : html`<span class="muted">${t("not_known")}</span>`) },
  amount: { kind: "number", cell: (row) => html`<${Amount} parts=${howMuchParts(row)} known=${row.amount || row.about.price} />` },
  reason: { cell: (row) => (row.reason ? word("reason", row.reason) : html`<span class="muted">${t("reason.none")}</span>`) },
  state: { kind: "tight", cell: (row) => word("state", row.state) },
  left: { kind: "tight", cell: (row) => (row.review ? html`<${Left} until=${row.review.deadline} />` : null) },
  owed: { kind: "owed-cell", cell: (row) => html`<${Owed} row=${row} />` },
  status: { kind: "tight", cell: (row) => html`<${State} family="status" value=${row.work_status} />` },
  who: { kind: "tight", cell: (row) => (row.assignee ? html`<span class="who-cell" title=${person(row.assignee)}><${Face} name=${person(row.assignee)} small />${person(row.assignee)}</span>` : null) },
};

export const ALL = Object.keys(CELLS).filter((name) => name !== "left");
const USUAL = ["refund", "player", "product", "amount", "owed", "status", "reason", "who"];

/** The columns that the person has chosen, in their order. */
export const chosen = () => {
  const saved = settings.value.columns;
  const known = Array.isArray(saved) ? saved.filter((name) => CELLS[name]) : USUAL;
  return known.includes("refund") ? known : ["refund", ...known];
};

/** The columns of a tab: as chosen, and the time that is left where a store waits for an answer. */
export function columnsOf(tab) {
  const names = tab === "reviews" ? ["refund", "left", ...chosen().filter((name) => name !== "refund" && name !== "owed")] : chosen();
  return names.map((name) => ({ key: name, label: t(`column.${name}`), ...CELLS[name] }));
}

/** The button that opens the choice of columns. */
export function ColumnsMenu() {
  const [open, setOpen] = useState(false);
  return html`<${Button} kind="small quiet" onClick=${() => setOpen(true)}>${t("columns.button")}<//>
    ${open && html`<${ColumnsDialog} onClose=${() => setOpen(false)} />`}`;
}
