// Requests to the store about this refund's order, and what became of them.

import { html } from "htm/preact";
import { get } from "../../api.js";
import { may } from "../../session.js";
import { t, word } from "../../i18n.js";
import { person } from "../../words.js";
import { Panel } from "../../parts/page.js";
import { State, storeName } from "../../parts/chip.js";
import { Time } from "../../parts/time.js";
import { Button } from "../../parts/form.js";
import { Loaded, useLoad } from "../../parts/load.js";

/** What Recoup can request from each store. */
const CAN_REFUND = ["google-play", "stripe"];
const CAN_REVOKE = ["google-play"];

export function AtStore({ refund, open }) {
  const list = useLoad((signal) => get("/actions", { refund_id: refund.id }, { signal }), [refund.id, refund.revision]);
  const refundable = may("store_action") && CAN_REFUND.includes(refund.store) && refund.state !== "refunded";
  const revocable = may("store_action") && CAN_REVOKE.includes(refund.store) && refund.about.product_type === "subscription" && refund.about.purchase_token;
  const none = list.data && !list.data.items.length;
  if (none && !refundable && !revocable) return null;
  return html`<${Panel} title=${t("store.title", { store: storeName(refund.store) })}>
    <${Loaded} of=${list} rows=${1}>${(data) => (data.items.length
      ? html`<ul class="lines">${data.items.map((action) => html`<li key=${action.id} class="other">
          <span class="grow"><strong>${word("store_action", action.kind)}</strong><span class="second">${person(action.who)} · <${Time} at=${action.at} /></span><span class="second">${action.why}</span>
          ${action.answer && action.answer.message && html`<span class="second bad">${action.answer.message}</span>`}</span>
          <${State} family="store_action.state" value=${action.state} />
        </li>`)}</ul>`
      : html`<p class="muted">${t("store.none")}</p>`)}<//>
    <div class="actions">
      ${refundable && html`<${Button} kind="small" onClick=${() => open("store_refund")}>${t("store.refund")}<//>`}
      ${revocable && html`<${Button} kind="small" onClick=${() => open("store_revoke")}>${t("store.revoke")}<//>`}
    </div>
  <//>`;
}
