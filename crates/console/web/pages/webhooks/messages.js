// The messages of one endpoint.

import { html } from "htm/preact";
import { get, newKey, post } from "../../api.js";
import { playerAddress, refundAddress, route, setQuery } from "../../router.js";
import { may } from "../../session.js";
import { t, word } from "../../i18n.js";
import { Panel } from "../../parts/page.js";
import { Empty, Loaded, More, problemText, usePages } from "../../parts/load.js";
import { Table } from "../../parts/table.js";
import { Segments } from "../../parts/menu.js";
import { Button } from "../../parts/form.js";
import { State } from "../../parts/chip.js";
import { Time } from "../../parts/time.js";
import { announce } from "../../parts/toast.js";

const STATES = ["waiting", "held", "dead", "delivered"];

export function Messages({ endpoint }) {
  const state = STATES.includes(route.value.query.get("state")) ? route.value.query.get("state") : "";
  const pages = usePages((after, signal) => get(`/webhooks/${encodeURIComponent(endpoint)}/messages`, { state, after, limit: 50 }, { signal }), [endpoint, state]);
  const again = async (row) => {
    try {
      await post(`/webhooks/${encodeURIComponent(endpoint)}/replay`, { replay: { message: row.id }, why: "-" }, { key: newKey() });
      announce(t("webhooks.replayed", { n: 1 }));
      await pages.reload();
    } catch (error) {
      announce(problemText(error), { tone: "bad" });
    }
  };
  return html`<${Panel} title=${t("webhooks.messages")} flush actions=${html`<${Segments} label=${t("webhooks.filter")} name="state" value=${state} onValue=${(value) => setQuery({ state: value || null })} options=${[["", t("blocks.all")], ...STATES.map((one) => [one, word("webhook.state", one)])]} />`}>
    <${Loaded} of=${pages} rows=${6}>${(data) => (data.items.length
      ? html`<${Table} caption=${t("webhooks.messages")} rows=${data.items} rowKey=${(row) => row.id} columns=${[
          { label: t("exclusions.number"), kind: "tight", cell: (row) => html`<strong title=${row.webhook_id}>${row.id}</strong>` },
          { label: t("column.time"), kind: "tight", cell: (row) => html`<${Time} at=${row.made_at} />` },
          { label: t("webhooks.event"), cell: (row) => html`${word("event", row.kind)}${row.refund_id && html`<span class="second"><a href=${refundAddress(row.refund_id)}>${t("refund.name", { id: String(row.refund_id) })}</a></span>`}` },
          { label: t("column.player"), cell: (row) => row.user && html`<a class="cut" href=${playerAddress(row.user)}><bdi>${row.user}</bdi></a>` },
          { label: t("column.status"), kind: "tight", cell: (row) => html`<${State} family="webhook.state" value=${row.state} />` },
          { label: t("webhooks.tries"), kind: "number", cell: (row) => String(row.attempts) },
          { label: t("webhooks.problem"), cell: (row) => html`<span class="breaks">${row.problem || ""}</span>${row.next_at && html`<span class="second">${t("webhooks.next")} <${Time} at=${row.next_at} /></span>`}` },
          { label: t("webhooks.again"), unseen: true, kind: "tight", hidden: !may("replay"), cell: (row) => (["dead", "delivered", "dropped"].includes(row.state) ? html`<${Button} kind="small" onClick=${() => again(row)}>${t("webhooks.again")}<//>` : null) },
        ]} /><${More} next=${pages.next} loadMore=${pages.loadMore} />`
      : html`<${Empty} icon="webhook" title=${t("webhooks.no_messages")} text=${t("webhooks.no_messages_text")} />`)}<//>
  <//>`;
}
