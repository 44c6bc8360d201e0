// The player's other refunds, for a look beside this one.

import { html } from "htm/preact";
import { get } from "../../api.js";
import { playerAddress, refundAddress } from "../../router.js";
import { t, word } from "../../i18n.js";
import { howMuch, productName } from "../../words.js";
import { Panel } from "../../parts/page.js";
import { State } from "../../parts/chip.js";
import { Time } from "../../parts/time.js";
import { Loaded, useLoad } from "../../parts/load.js";

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
