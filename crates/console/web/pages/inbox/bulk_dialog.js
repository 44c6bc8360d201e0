// A change of many refunds: what it is, what it will do, and what was refused.

import { html } from "htm/preact";
import { useEffect, useState } from "preact/hooks";
import { newKey, post } from "../../api.js";
import { refundAddress } from "../../router.js";
import { t, word } from "../../i18n.js";
import { items } from "../../format.js";
import { Dialog, FormDialog, Text, Why } from "../../parts/form.js";
import { Table } from "../../parts/table.js";
import { problemText } from "../../parts/load.js";
import { ActionChoice, CloseChoice, ForgiveChoice, StatusChoice } from "../case/choices.js";

const TITLES = { forgive: "case.forgive", assign: "bulk.assign", close: "case.close", reopen: "case.reopen", set_status: "case.set_status", overrule: "case.overrule" };

export function BulkDialog({ what, ids, onClose, onDone }) {
  const [choice, setChoice] = useState({ forgive: { written_off: false }, assign: { to: "" }, close: { closed_as: "written_off" }, reopen: {}, set_status: { status: "recovered" }, overrule: { action: "alert" } }[what]);
  const [why, setWhy] = useState("");
  const [preview, setPreview] = useState({});
  const action = { what, ...choice, ...(what === "assign" ? { to: choice.to.trim() || null } : {}) };
  const asked = JSON.stringify(action);
  useEffect(() => {
    let wanted = true;
    setPreview({});
    post("/refunds/bulk", { action, refunds: ids, why: why.trim() || "-", dry_run: true }, { key: newKey() }).then(
      (data) => wanted && setPreview({ data }),
      (error) => wanted && setPreview({ error }),
    );
    return () => { wanted = false; };
  }, [asked]);
  const send = (key) => post("/refunds/bulk", { action, refunds: ids, why: why.trim(), dry_run: false }, { key });
  const fields = {
    forgive: () => html`<${ForgiveChoice} value=${choice.written_off} onValue=${(value) => setChoice({ written_off: value })} />`,
    assign: () => html`<${Text} label=${t("assign.to")} hint=${t("assign.nobody_hint")} value=${choice.to} maxlength="64" onValue=${(value) => setChoice({ to: value })} />`,
    close: () => html`<${CloseChoice} value=${choice.closed_as} onValue=${(value) => setChoice({ closed_as: value })} />`,
    reopen: () => null,
    set_status: () => html`<${StatusChoice} value=${choice.status} onValue=${(value) => setChoice({ status: value })} />`,
    overrule: () => html`<${ActionChoice} value=${choice.action} onValue=${(value) => setChoice({ action: value })} />`,
  };
  return html`<${FormDialog} title=${t("bulk.title", { what: t(TITLES[what]).replace(/…$/, ""), n: ids.length })} action=${t("bulk.action", { n: ids.length })} danger=${what === "overrule" || what === "forgive"} ready=${why.trim() !== "" && Boolean(preview.data)} send=${send} onClose=${onClose} onDone=${onDone}>
    ${fields[what]()}
    <${Why} value=${why} onValue=${setWhy} />
    <${Preview} of=${preview} />
  <//>`;
}

/** What the change will do, by the server's own reckoning. */
const Preview = ({ of }) => html`<div class="preview" role="status">
  ${of.error ? html`<p class="bad">${problemText(of.error)}</p>` : of.data ? html`<p>
    <strong>${t("bulk.will", { refunds: t("n_refunds", { n: of.data.refunds }), players: t("n_players", { n: of.data.players }) })}</strong>
    ${of.data.items.length > 0 && html` ${t("bulk.will_items", { items: items(of.data.items) })}`}
    ${of.data.blocks_end > 0 && html` ${t("bulk.will_end", { n: of.data.blocks_end })}`}
  </p>` : html`<p class="muted">${t("loading")}</p>`}
</div>`;

export const Refused = ({ failed, rows, onClose }) => html`<${Dialog} title=${t("bulk.refused", { n: failed.length })} onClose=${onClose} wide>
  <div class="dialog-body">
    <p class="muted">${t("bulk.refused_text")}</p>
    <${Table} caption=${t("bulk.refused", { n: failed.length })} rows=${failed} rowKey=${(item) => item.refund} columns=${[
      { label: t("column.refund"), kind: "tight", cell: (item) => html`<a href=${refundAddress(item.refund)}>${item.refund}</a>` },
      { label: t("column.player"), cell: (item) => (rows.find((row) => row.id === item.refund) || {}).user || "" },
      { label: t("column.why"), cell: (item) => (item.failed.code ? problemText({ ...item.failed }) : word("problem", "unknown")) },
    ]} />
  </div>
<//>`;
