// Beside the books: who works on the case, the player's other refunds, and what was requested from the store.

import { html } from "htm/preact";
import { get } from "../../api.js";
import { may, me } from "../../session.js";
import { playerAddress, refundAddress } from "../../router.js";
import { t, word } from "../../i18n.js";
import { howMuch, person, productName } from "../../words.js";
import { Facts, Panel } from "../../parts/page.js";
import { Face, State, storeName } from "../../parts/chip.js";
import { Time } from "../../parts/time.js";
import { Button } from "../../parts/form.js";
import { Loaded, useLoad } from "../../parts/load.js";
import { assignToMe } from "./changes.js";

/** Who works on the case, and how far the work is. */
export function Work({ file, open, reload }) {
  const { refund } = file;
  const name = person(refund.assignee);
  return html`<${Panel} title=${t("work.title")}>
    <${Facts} wide facts=${[
      [t("column.status"), html`<${State} family="status" value=${refund.work_status} /><span class="second">${t(`status.${refund.work_status}.means`)}</span>`],
      [t("column.who"), html`<span class="who-line">
        ${name ? html`<span class="who-cell"><${Face} name=${name} small />${name}</span>` : html`<span class="muted">${t("assign.nobody")}</span>`}
        </span><span class="who-line">
        ${may("assign") && refund.assignee !== me() && html`<${Button} kind="small" onClick=${() => assignToMe(refund, reload)}>${t("assign.to_me")}<//>`}
        ${may("assign") && html`<${Button} kind="small quiet" onClick=${() => open("assign")}>${t("assign.other")}<//>`}
      </span>`],
      [t("work.updated"), html`<${Time} at=${refund.updated_at} />`],
    ]} />
  <//>`;
}

/** The player's other refunds, for a look beside this one. */
export function OtherRefunds({ refund }) {
  const { user, id } = refund;
  const list = useLoad(async (signal) => (user ? (await get("/refunds", { user, limit: 9 }, { signal })).items.filter((one) => one.id !== id) : []), [user, id]);
  if (!user) return null;
  return html`<${Panel} title=${t("case.others")}><${Loaded} of=${list} rows=${2}>${(others) => (others.length
    ? html`<ul class="lines">${others.slice(0, 8).map((one) => html`<li key=${one.id} class="other">
        <span class="grow"><a class="strong" href=${refundAddress(one.id)}><bdi>${productName(one)}</bdi></a><span class="second">${howMuch(one)} · ${one.reason ? word("reason", one.reason) : t("reason.none")} · <${Time} at=${one.at} /></span></span>
        <${State} family="status" value=${one.work_status} />
      </li>`)}</ul>
      <a href=${playerAddress(user)}>${t("case.all_of_player")}</a>`
    : html`<p class="muted">${t("case.no_others")}</p>`)}<//><//>`;
}

/** What Recoup can request from each store. */
const CAN_REFUND = ["google-play", "stripe"];
const CAN_REVOKE = ["google-play"];

/** Requests to the store about this refund's order, and what became of them. */
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
