// Blocking or unblocking many players: ids are pasted, and each has its own result.

import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { download, newKey, post } from "../../api.js";
import { may } from "../../session.js";
import { t } from "../../i18n.js";
import { Button, Choices, Dialog, Long, Text, Why } from "../../parts/form.js";
import { problemText } from "../../parts/load.js";
import { Table } from "../../parts/table.js";
import { Chip } from "../../parts/chip.js";
import { LengthSelect } from "../case/choices.js";
import { spanOf } from "../player/dialogs.js";

const MOST = 500;

/** The ids of a pasted text, each once. */
export const idsOf = (text) => [...new Set(text.split(/[\r\n]+/).map((line) => line.trim()).filter(Boolean))];

/** A cell of a CSV file: quoted, and nothing that a spreadsheet runs. */
const cell = (text) => `"${String(text).replace(/^([=+\-@\t\r])/, "'$1").replace(/"/g, '""')}"`;

export function ManyDialog({ onClose, onDone }) {
  const [what, setWhat] = useState(may("block") ? "block" : "unblock");
  const [text, setText] = useState("");
  const [length, setLength] = useState("7d");
  const [own, setOwn] = useState("14d");
  const [why, setWhy] = useState("");
  const [results, setResults] = useState(null);
  const [busy, setBusy] = useState(false);
  const ids = idsOf(text);
  const span = spanOf(length, own);
  const ready = ids.length > 0 && ids.length <= MOST && why.trim() && (what === "unblock" || span !== undefined);
  const run = async (event) => {
    event.preventDefault();
    if (!ready || busy) return;
    setBusy(true);
    const done = [];
    for (const user of ids) {
      try {
        await post(`/player/${what}`, what === "block" ? { user, span, why: why.trim() } : { user, why: why.trim() }, { key: newKey() });
        done.push({ user });
      } catch (error) {
        done.push({ user, error });
      }
      setResults([...done]);
    }
    setBusy(false);
    onDone();
  };
  if (results) return html`<${Results} results=${results} of=${ids.length} busy=${busy} onClose=${onClose} />`;
  return html`<${Dialog} title=${t("blocks.many")} onClose=${onClose} wide>
    <form onSubmit=${run}>
      <div class="dialog-body">
        ${may("block") && html`<${Choices} label=${t("blocks.what")} name="what" value=${what} onValue=${setWhat} options=${[["block", t("player.block_now")], ["unblock", t("player.unblock_now")]]} />`}
        <${Long} label=${t("blocks.ids")} hint=${t("blocks.ids_hint", { n: MOST })} error=${ids.length > MOST && t("bulk.too_many", { n: MOST })} rows="8" value=${text} onValue=${setText} spellcheck=${false} />
        ${what === "block" && html`<div class="form-row"><${LengthSelect} value=${length} onValue=${setLength} />
          ${length === "own" && html`<${Text} label=${t("block.own")} hint=${t("block.own_hint")} value=${own} onValue=${setOwn} />`}</div>`}
        <${Why} value=${why} onValue=${setWhy} />
        <p class="preview" role="status">${t(what === "block" ? "blocks.will_block" : "blocks.will_unblock", { n: ids.length })}</p>
      </div>
      <footer class="dialog-foot">
        <${Button} kind="quiet" onClick=${onClose}>${t("do.cancel")}<//>
        <button type="submit" class=${what === "block" ? "button danger" : "button primary"} disabled=${!ready}>${t(what === "block" ? "player.block_now" : "player.unblock_now")}</button>
      </footer>
    </form>
  <//>`;
}

function Results({ results, of, busy, onClose }) {
  const failed = results.filter((result) => result.error);
  const save = () => download("failed.csv", ["user,problem", ...failed.map((one) => `${cell(one.user)},${cell(problemText(one.error))}`)].join("\r\n"), "text/csv");
  return html`<${Dialog} title=${t("blocks.results", { n: results.length, of })} onClose=${onClose} wide>
    <div class="dialog-body">
      <progress class="progress" max=${of} value=${results.length}></progress>
      <p role="status">${busy ? t("loading") : failed.length ? t("blocks.failed", { n: failed.length }) : t("blocks.all_done")}</p>
      <${Table} caption=${t("blocks.results", { n: results.length, of })} rows=${results} rowKey=${(row) => row.user} columns=${[
        { label: t("column.player"), cell: (row) => html`<bdi>${row.user}</bdi>` },
        { label: t("blocks.result"), cell: (row) => (row.error ? html`<span class="bad">${problemText(row.error)}</span>` : html`<${Chip} tone="good">${t("blocks.done")}<//>`) },
      ]} />
    </div>
    <footer class="dialog-foot">
      ${failed.length > 0 && !busy && html`<${Button} icon="save" onClick=${save}>${t("blocks.save_failed")}<//>`}
      <${Button} kind="primary" onClick=${onClose}>${t("do.close")}<//>
    </footer>
  <//>`;
}
