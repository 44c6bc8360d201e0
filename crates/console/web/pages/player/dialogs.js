// Blocking, unblocking, forgiving and repaying, for one player.

import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { post } from "../../api.js";
import { t } from "../../i18n.js";
import { items } from "../../format.js";
import { debtsOf, untilText } from "../../words.js";
import { FormDialog, Text, Why } from "../../parts/form.js";
import { Quantities, grantsOf } from "../../parts/quantities.js";
import { announce } from "../../parts/toast.js";
import { ForgiveChoice, LengthSelect } from "../case/choices.js";

const SPAN = /^([0-9]+[smhd])+$/;

/** A length as the API takes it: `null` is without an end; `undefined` is not a length. */
export const spanOf = (length, own) => (length === "permanently" ? null : length === "own" ? (SPAN.test(own.trim()) ? own.trim() : undefined) : length);

export function BlockDialog({ user, onClose, onDone }) {
  const [length, setLength] = useState("7d");
  const [own, setOwn] = useState("14d");
  const [why, setWhy] = useState("");
  const span = spanOf(length, own);
  const send = (key) => post("/player/block", { user, span, why: why.trim() }, { key });
  const done = () => {
    announce(t("block.done", { user }));
    return onDone();
  };
  return html`<${FormDialog} title=${t("block.title", { user })} lead=${t("block.lead")} action=${t("player.block_now")} danger ready=${why.trim() !== "" && span !== undefined} send=${send} onClose=${onClose} onDone=${done}>
    <div class="form-row"><${LengthSelect} value=${length} onValue=${setLength} />
      ${length === "own" && html`<${Text} label=${t("block.own")} hint=${t("block.own_hint")} error=${span === undefined && t("block.own_hint")} value=${own} onValue=${setOwn} />`}</div>
    <${Why} value=${why} onValue=${setWhy} />
  <//>`;
}

export function UnblockDialog({ user, blocks, onClose, onDone }) {
  const [why, setWhy] = useState("");
  const active = blocks.filter((block) => !block.ended);
  const send = (key) => post("/player/unblock", { user, why: why.trim() }, { key });
  const done = () => {
    announce(t("unblock.done", { user }));
    return onDone();
  };
  return html`<${FormDialog} title=${t("unblock.title", { user })} lead=${t("unblock.lead")} action=${t("player.unblock_now")} ready=${why.trim() !== ""} send=${send} onClose=${onClose} onDone=${done}>
    <p class="preview">${t("unblock.will", { n: active.length })} ${active.map((block) => untilText(block.until, block.until_settled)).join("; ")}</p>
    <${Why} value=${why} onValue=${setWhy} />
  <//>`;
}

/** Forgives all of the player's debts, refund by refund: what was refused is named. */
export function ForgiveDialog({ player, onClose, onDone }) {
  const [writtenOff, setWrittenOff] = useState(false);
  const [why, setWhy] = useState("");
  const owed = debtsOf(player);
  const refunds = [...new Set(player.debts.debts.map((debt) => debt.refund))];
  const ends = player.blocks.filter((block) => !block.ended && block.until_settled).length;
  const send = (key) => post("/refunds/bulk", { action: { what: "forgive", written_off: writtenOff }, refunds, why: why.trim(), dry_run: false }, { key });
  const done = (result) => {
    const refused = result.items.filter((item) => item.failed);
    if (refused.length) announce(t("forgive.some_refused", { refunds: refused.map((item) => item.refund).join(", ") }), { tone: "bad" });
    else announce(t("forgive.done", { items: items(owed) }));
    return onDone();
  };
  return html`<${FormDialog} title=${t("forgive.player_title", { user: player.user })} lead=${t("forgive.lead")} action=${t("forgive.action")} danger ready=${why.trim() !== ""} send=${send} onClose=${onClose} onDone=${done}>
    <p class="preview"><strong>${items(owed)}</strong> ${t("forgive.of_refunds", { refunds: t("n_refunds", { n: refunds.length }) })}${ends > 0 && html` ${t("forgive.ends_block")}`}</p>
    <${ForgiveChoice} value=${writtenOff} onValue=${setWrittenOff} />
    <${Why} value=${why} onValue=${setWhy} />
  <//>`;
}

export function RepayDialog({ player, onClose, onDone }) {
  const owed = debtsOf(player);
  const [value, setValue] = useState({});
  const [why, setWhy] = useState("");
  const given = grantsOf(value);
  const send = (key) => post("/player/repay", { user: player.user, items: given, why: why.trim() }, { key });
  const done = (result) => {
    announce(t("repay.done", { items: items(result.applied) || items(given) }));
    if (result.too_much && result.too_much.length) announce(t("case.too_much", { items: items(result.too_much) }), { tone: "bad" });
    return onDone();
  };
  return html`<${FormDialog} title=${t("repay.title")} lead=${t("repay.lead")} action=${t("repay.action")} ready=${given.length > 0 && why.trim() !== ""} send=${send} onClose=${onClose} onDone=${done}>
    <${Quantities} label=${t("repay.how_many")} rows=${owed.map((one) => ({ item: one.item, most: one.quantity }))} value=${value} onValue=${setValue} />
    <${Why} value=${why} onValue=${setWhy} />
  <//>`;
}
