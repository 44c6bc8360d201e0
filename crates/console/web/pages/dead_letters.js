// Authentic messages that were not understood: why, and what they say.

import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { get } from "../api.js";
import { t } from "../i18n.js";
import { PageHead, Panel } from "../parts/page.js";
import { Empty, Loaded, More, useLoad, usePages } from "../parts/load.js";
import { Table } from "../parts/table.js";
import { Button, Dialog } from "../parts/form.js";
import { Store } from "../parts/chip.js";
import { Copy, Time } from "../parts/time.js";
import { pretty } from "./case/timeline.js";

export default function DeadLetters() {
  const [shown, setShown] = useState(null);
  const pages = usePages((after, signal) => get("/dead-letters", { after, limit: 50 }, { signal }), []);
  return html`<div class="page">
    <${PageHead} title=${t("nav.dead_letters")} lead=${t("dead_letters.lead")} />
    <${Panel} flush><${Loaded} of=${pages} rows=${6}>${(data) => (data.items.length
      ? html`<${Table} caption=${t("nav.dead_letters")} rows=${data.items} rowKey=${(row) => row.id} columns=${[
          { label: t("exclusions.number"), kind: "tight", cell: (row) => html`<strong>${row.id}</strong>` },
          { label: t("column.time"), kind: "tight", cell: (row) => html`<${Time} at=${row.received_at} />` },
          { label: t("column.store"), kind: "tight", cell: (row) => html`<${Store} store=${row.store} />` },
          { label: t("column.why"), cell: (row) => html`<span class="breaks">${row.message}</span><span class="second"><code>${row.code}</code></span>` },
          { label: t("dead_letters.show"), unseen: true, kind: "tight", cell: (row) => html`<${Button} kind="small" onClick=${() => setShown(row)}>${t("dead_letters.show")}<//>` },
        ]} /><${More} next=${pages.next} loadMore=${pages.loadMore} />`
      : html`<${Empty} icon="check" title=${t("dead_letters.none")} text=${t("dead_letters.none_text")} />`)}<//><//>
    ${shown && html`<${Body} letter=${shown} onClose=${() => setShown(null)} />`}
  </div>`;
}

function Body({ letter, onClose }) {
  const body = useLoad((signal) => get(`/dead-letters/${letter.id}/body`, null, { signal, as: "text" }), [letter.id]);
  return html`<${Dialog} title=${t("timeline.message_title", { id: String(letter.id) })} onClose=${onClose} wide>
    <div class="dialog-body">
      <p class="breaks">${letter.message}</p>
      <p class="muted small">${t("timeline.message_note")}</p>
      <${Loaded} of=${body} rows=${4}>${(text) => html`<pre class="raw" tabindex="0">${pretty(text)}</pre>`}<//>
    </div>
    <footer class="dialog-foot">${body.data && html`<${Copy} text=${body.data} label=${t("dead_letters.copy")} quiet=${false} />`}<${Button} kind="primary" onClick=${onClose}>${t("do.close")}<//></footer>
  <//>`;
}
