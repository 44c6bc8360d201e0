// The dialogs of a case. Each says what it will do before it does it.

import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { newKey, post } from "../../api.js";
import { t, word } from "../../i18n.js";
import { items } from "../../format.js";
import { actionText, owedItems, person } from "../../words.js";
import { FormDialog, Text, Why } from "../../parts/form.js";
import { GrantRows, Quantities, grantsOf, rowsToGrants } from "../../parts/quantities.js";
import { announce } from "../../parts/toast.js";
import { BlockDialog, UnblockDialog } from "../player/dialogs.js";
import { ActionChoice, CloseChoice, ForgiveChoice, StatusChoice } from "./choices.js";
import { RefundAtStore, RevokeAtStore } from "./store_dialogs.js";
import { change } from "./changes.js";

/** The dialog of a name. `file` is the case as it is now, also while the dialog is open. */
export function CaseDialog({ dialog, file, reload, onClose }) {
  const send = (path, body) => (key) => change(file, path, body, { key, reload });
  const done = (text) => async (result) => {
    announce(text);
    if (result && result.too_much && result.too_much.length) announce(t("case.too_much", { items: items(result.too_much) }), { tone: "bad" });
    await reload();
  };
  const { user } = file.refund;
  const Shown = DIALOGS[dialog.name];
  if (dialog.name === "block") return html`<${BlockDialog} user=${user} onClose=${onClose} onDone=${reload} />`;
  if (dialog.name === "unblock") return html`<${UnblockDialog} user=${user} blocks=${file.blocks} onClose=${onClose} onDone=${reload} />`;
  return html`<${Shown} ...${{ dialog, file, send, done, onClose }} />`;
}

function TookAll({ file, send, done, onClose }) {
  const [why, setWhy] = useState("");
  const owed = owedItems(file.recovery);
  return html`<${FormDialog} title=${t("case.took_all")} lead=${t("took_all.lead", { user: file.refund.user || t("journal.the_player") })} action=${t("took_all.action")} send=${send("/recovery", { taken: owed, ...(why.trim() && { why: why.trim() }) })} onClose=${onClose} onDone=${done(t("took_all.done", { items: items(owed) }))}>
    <p class="preview"><strong>${items(owed)}</strong></p>
    <${Why} value=${why} onValue=${setWhy} hint=${t("took.why_hint")} optional />
  <//>`;
}

function TookSome({ file, send, done, onClose }) {
  const [value, setValue] = useState({});
  const [why, setWhy] = useState("");
  const rows = file.recovery.items.map((item) => ({ item: item.item, most: item.granted ? Math.max(0, item.granted - item.taken) : undefined, hint: item.owed ? t("took.owed", { items: items([{ item: item.item, quantity: item.owed }]) }) : "" }));
  const taken = grantsOf(value);
  return html`<${FormDialog} title=${t("case.took_some")} lead=${t("took.lead")} action=${t("took.action")} ready=${taken.length > 0} send=${send("/recovery", { taken, ...(why.trim() && { why: why.trim() }) })} onClose=${onClose} onDone=${done(t("took_all.done", { items: items(taken) }))}>
    <${Quantities} label=${t("took.how_many")} rows=${rows} value=${value} onValue=${setValue} />
    <${Why} value=${why} onValue=${setWhy} hint=${t("took.why_hint")} optional />
  <//>`;
}

function GaveBack({ file, send, done, onClose }) {
  const due = Object.fromEntries(file.recovery.items.filter((item) => item.to_return > 0).map((item) => [item.item, String(item.to_return)]));
  const [value, setValue] = useState(due);
  const [why, setWhy] = useState("");
  const rows = file.recovery.items.filter((item) => item.taken > 0).map((item) => ({ item: item.item, most: item.taken }));
  const returned = grantsOf(value);
  return html`<${FormDialog} title=${t("case.gave_back")} lead=${t("gave.lead")} action=${t("gave.action")} ready=${returned.length > 0} send=${send("/recovery", { returned, ...(why.trim() && { why: why.trim() }) })} onClose=${onClose} onDone=${done(t("gave.done", { items: items(returned) }))}>
    <${Quantities} label=${t("gave.how_many")} rows=${rows} value=${value} onValue=${setValue} />
    <${Why} value=${why} onValue=${setWhy} hint=${t("took.why_hint")} optional />
  <//>`;
}

function Forgive({ file, send, done, onClose }) {
  const owed = owedItems(file.recovery);
  const [writtenOff, setWrittenOff] = useState(false);
  const [value, setValue] = useState(Object.fromEntries(owed.map((one) => [one.item, String(one.quantity)])));
  const [why, setWhy] = useState("");
  const chosen = grantsOf(value);
  const isAll = owed.every((one) => chosen.some((other) => other.item === one.item && other.quantity === one.quantity));
  const ends = file.blocks.some((block) => !block.ended && block.until_settled);
  return html`<${FormDialog} title=${t("case.forgive")} lead=${t("forgive.lead")} action=${t("forgive.action")} danger ready=${chosen.length > 0 && why.trim() !== ""} send=${send("/forgive", { items: isAll ? [] : chosen, written_off: writtenOff, why: why.trim() })} onClose=${onClose} onDone=${done(t("forgive.done", { items: items(chosen) }))}>
    <${Quantities} label=${t("forgive.how_many")} rows=${owed.map((one) => ({ item: one.item, most: one.quantity }))} value=${value} onValue=${setValue} />
    <${ForgiveChoice} value=${writtenOff} onValue=${setWrittenOff} />
    <${Why} value=${why} onValue=${setWhy} />
    ${ends && isAll && html`<p class="preview">${t("forgive.ends_block")}</p>`}
  <//>`;
}

function Granted({ file, send, done, onClose }) {
  const known = file.recovery.items.filter((item) => item.granted > 0).map((item) => ({ item: item.item, quantity: String(item.granted) }));
  const [rows, setRows] = useState(known.length ? known : [{ item: "", quantity: "" }]);
  const [why, setWhy] = useState("");
  const granted = rowsToGrants(rows);
  return html`<${FormDialog} title=${t("case.granted")} lead=${t("granted.lead")} action=${t("do.save")} ready=${granted.length > 0 && why.trim() !== ""} send=${send("/granted", { granted, why: why.trim() })} onClose=${onClose} onDone=${done(t("granted.done", { items: items(granted) }))}>
    <${GrantRows} label=${t("granted.items")} value=${rows} onValue=${setRows} />
    <${Why} value=${why} onValue=${setWhy} />
  <//>`;
}

function Close({ send, done, onClose }) {
  const [closedAs, setClosedAs] = useState("written_off");
  const [why, setWhy] = useState("");
  return html`<${FormDialog} title=${t("case.close")} lead=${t("close.lead")} action=${t("close.action")} ready=${why.trim() !== ""} send=${send("/close", { closed_as: closedAs, why: why.trim() })} onClose=${onClose} onDone=${done(t("close.done", { as: word("status", closedAs) }))}>
    <${CloseChoice} value=${closedAs} onValue=${setClosedAs} />
    <${Why} value=${why} onValue=${setWhy} />
  <//>`;
}

function Reopen({ send, done, onClose }) {
  const [why, setWhy] = useState("");
  return html`<${FormDialog} title=${t("case.reopen")} lead=${t("reopen.lead")} action=${t("reopen.action")} ready=${why.trim() !== ""} send=${send("/reopen", { why: why.trim() })} onClose=${onClose} onDone=${done(t("reopen.done"))}>
    <${Why} value=${why} onValue=${setWhy} />
  <//>`;
}

function SetStatus({ send, done, onClose }) {
  const [status, setStatus] = useState("recovered");
  const [why, setWhy] = useState("");
  return html`<${FormDialog} title=${t("case.set_status")} lead=${t("status.lead")} action=${t("do.save")} ready=${why.trim() !== ""} send=${send("/status", { status, why: why.trim() })} onClose=${onClose} onDone=${done(t("status.done", { status: word("status", status) }))}>
    <${StatusChoice} value=${status} onValue=${setStatus} />
    <${Why} value=${why} onValue=${setWhy} />
  <//>`;
}

function Overrule({ file, send, done, onClose }) {
  const [action, setAction] = useState("alert");
  const [why, setWhy] = useState("");
  const { decision } = file.refund;
  return html`<${FormDialog} title=${t("case.overrule")} lead=${decision ? t("overrule.lead", { action: actionText(decision.action), rule: decision.rule }) : t("overrule.lead_undecided")} action=${t("overrule.action")} danger wide ready=${why.trim() !== ""} send=${send("/overrule", { action, why: why.trim() })} onClose=${onClose} onDone=${done(t("overrule.done", { action: actionText(action) }))}>
    <${ActionChoice} value=${action} onValue=${setAction} />
    <${Why} value=${why} onValue=${setWhy} />
  <//>`;
}

function Assign({ file, send, done, onClose }) {
  const [to, setTo] = useState(file.refund.assignee || "");
  const name = to.trim();
  return html`<${FormDialog} title=${t("assign.title")} action=${t("do.save")} send=${send("/assign", { to: name || null, why: "-" })} onClose=${onClose} onDone=${done(name ? t("assign.done_to", { to: name }) : t("assign.done_nobody"))}>
    <${Text} label=${t("assign.to")} hint=${t("assign.nobody_hint")} value=${to} maxlength="64" onValue=${setTo} />
  <//>`;
}

function Correct({ dialog, done, onClose }) {
  const [why, setWhy] = useState("");
  const { entry } = dialog;
  const send = (key) => post(`/entries/${entry.id}/correct`, { why: why.trim() }, { key: key || newKey() });
  return html`<${FormDialog} title=${t("correct.title", { entry: String(entry.id) })} lead=${t("correct.lead")} action=${t("correct.action")} danger ready=${why.trim() !== ""} send=${send} onClose=${onClose} onDone=${done(t("correct.done", { entry: String(entry.id) }))}>
    <p class="preview"><strong>${word("entry", entry.kind)}: ${items([entry])}</strong>${entry.who && html` <span class="muted">${person(entry.who)}</span>`}</p>
    <${Why} value=${why} onValue=${setWhy} />
  <//>`;
}

const DIALOGS = {
  took_all: TookAll, took_some: TookSome, gave_back: GaveBack, forgive: Forgive, granted: Granted, close: Close, reopen: Reopen,
  set_status: SetStatus, overrule: Overrule, assign: Assign, correct: Correct, store_refund: RefundAtStore, store_revoke: RevokeAtStore,
};
