// One refund: what it is, what its books say, what was done, and what can be done.

import { html } from "htm/preact";
import { useEffect, useState } from "preact/hooks";
import { get } from "../api.js";
import { go, openList, refundAddress, to } from "../router.js";
import { may } from "../session.js";
import { useKeys } from "../keys.js";
import { changed } from "../refresh.js";
import { t } from "../i18n.js";
import { owedItems } from "../words.js";
import { Loaded, lazy, useLoad } from "../parts/load.js";
import { Icon } from "../parts/icon.js";
import { CaseHead, Warnings } from "./case/head.js";
import { Books } from "./case/books.js";
import { Timeline } from "./case/timeline.js";
import { AtStore, OtherRefunds, Work } from "./case/aside.js";
import { Notes } from "./notes.js";
import { assignToMe, change, loadCase } from "./case/changes.js";

const CaseDialog = lazy(() => import("./case/dialogs.js"), "CaseDialog");

export default function Case({ found }) {
  const id = Number(found[1]);
  const file = useLoad(loadCase(id), [id]);
  return html`<div class="page case"><${Loaded} of=${file} rows=${10}>${(data) => html`<${Shown} file=${data} reload=${file.reload} />`}<//></div>`;
}

/** The cases before and after this one in the list it was opened from. */
function neighbours(id) {
  const { ids } = openList.value;
  const at = ids.indexOf(id);
  return at < 0 ? {} : { previous: ids[at - 1], next: ids[at + 1], at: at + 1, of: ids.length };
}

function Shown({ file, reload }) {
  const { refund, recovery } = file;
  const [dialog, setDialog] = useState(null);
  const around = neighbours(refund.id);
  const open = (name, more) => setDialog({ name, ...more });
  const blocked = file.blocks.some((block) => !block.ended);
  const isOwed = owedItems(recovery).length > 0;
  const visit = (id) => id && go(refundAddress(id));
  useKeys({
    a: may("assign") ? ["keys.assign", () => assignToMe(refund, reload)] : null,
    n: may("note") ? ["keys.note", () => document.getElementById("new-note").focus()] : null,
    t: may("report_recovery") && isOwed ? ["keys.took_all", () => open("took_all")] : null,
    f: may("forgive") && isOwed ? ["keys.forgive", () => open("forgive")] : null,
    b: refund.user && (blocked ? may("unblock") : may("block")) ? ["keys.block", () => open(blocked ? "unblock" : "block")] : null,
    "[": ["keys.previous_case", () => visit(around.previous)],
    "]": ["keys.next_case", () => visit(around.next)],
    ".": ["keys.actions", () => document.getElementById("case-actions")?.click()],
  });
  const send = (path, body) => (key) => change(file, path, body, { key, reload });
  return html`
    <${CaseHead} file=${file} around=${around} open=${open} blocked=${blocked} back=${openList.value.ids.includes(refund.id) ? openList.value.address : to("/refunds")} />
    <${Changed} id=${refund.id} reload=${reload} />
    <${Warnings} file=${file} />
    <div class="columns">
      <div class="stack">
        <${Books} file=${file} open=${open} />
        <${Timeline} journal=${file.journal} refund=${refund.id} />
      </div>
      <div class="stack aside">
        <${Work} file=${file} open=${open} reload=${reload} />
        <${Notes} notes=${file.notes} send=${(text) => send("/notes", { text })} onDone=${reload} />
        <${OtherRefunds} refund=${refund} />
        <${AtStore} refund=${refund} open=${open} />
      </div>
    </div>
    ${dialog && html`<${CaseDialog} dialog=${dialog} file=${file} reload=${reload} onClose=${() => setDialog(null)} />`}`;
}

/** That somebody changed the case while it is looked at. */
function Changed({ id, reload }) {
  const [seen, setSeen] = useState(changed.value);
  useEffect(() => setSeen(changed.value), [id]);
  const isNew = changed.value !== seen && changed.value.has(id) && !seen.has(id);
  const stale = useLoad(async () => (isNew ? get(`/refunds/${id}`) : null), [isNew]);
  if (!isNew || !stale.data) return html`<div class="unseen" role="status"></div>`;
  const show = async () => {
    await reload();
    setSeen(changed.value);
  };
  return html`<p class="strip" role="status"><${Icon} name="refresh" /><span>${t("case.changed")}</span><button type="button" class="link" onClick=${show}>${t("inbox.show")}</button></p>`;
}
