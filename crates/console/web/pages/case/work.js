// Who works on a case, and how far the work is.

import { html } from "htm/preact";
import { may, me } from "../../session.js";
import { t } from "../../i18n.js";
import { person } from "../../words.js";
import { Facts, Panel } from "../../parts/page.js";
import { Face, State } from "../../parts/chip.js";
import { Time } from "../../parts/time.js";
import { Button } from "../../parts/form.js";
import { assignToMe } from "./changes.js";

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
