// The answer that support looks for: is this player blocked, why, and what do they owe?

import { html } from "htm/preact";
import { refundAddress } from "../../router.js";
import { may } from "../../session.js";
import { rich, t } from "../../i18n.js";
import { count } from "../../format.js";
import { debtsOf, whyBlocked } from "../../words.js";
import { Button } from "../../parts/form.js";
import { Copy } from "../../parts/time.js";
import { Icon } from "../../parts/icon.js";

export function Answer({ player, open }) {
  const sentences = whyBlocked(player);
  const cause = player.blocks.filter((block) => !block.ended && block.cause.by === "refund").map((block) => block.cause.refund);
  return html`<section class=${`card answer-card ${player.blocked ? "is-blocked" : ""}`}>
    <div class="answer-why">
      <h2><${Icon} name=${player.blocked ? "block" : "check"} />${t(player.blocked ? "why.title_blocked" : "why.title_not_blocked")}</h2>
      <div class="answer-text prose">${sentences.map((sentence, at) => html`<p key=${at}>${sentence}</p>`)}</div>
      <div class="actions">
        <${Copy} text=${sentences.join(" ")} label=${t("why.copy")} quiet=${false} />
        ${cause.map((id) => html`<a class="small" key=${id} href=${refundAddress(id)}>${t("why.see", { id: String(id) })}</a>`)}
      </div>
    </div>
    <${Debts} player=${player} open=${open} />
  </section>`;
}

function Debts({ player, open }) {
  const owed = debtsOf(player);
  if (!owed.length) {
    return html`<div class="answer-debts"><h2>${t("debts.title")}</h2><p class="muted">${t("debts.none")}</p></div>`;
  }
  return html`<div class="answer-debts">
    <h2>${t("debts.title")}</h2>
    <ul class="debts">${owed.map(({ item, quantity }) => html`<li key=${item}>
      <strong class="number">${count(quantity)}</strong><bdi>${item}</bdi>
      <span class="muted small">${rich("debts.for", { refunds: refundsOf(player, item) })}</span>
    </li>`)}</ul>
    <div class="actions">
      ${may("repay") && html`<${Button} kind="small" onClick=${() => open("repay")}>${t("repay.button")}<//>`}
      ${may("forgive") && html`<${Button} kind="small" onClick=${() => open("forgive")}>${t("case.forgive")}<//>`}
    </div>
  </div>`;
}

const refundsOf = (player, item) =>
  player.debts.debts.filter((debt) => debt.item === item).map((debt, at) => html`${at > 0 ? ", " : ""}<a href=${refundAddress(debt.refund)} key=${debt.refund}>${t("refund.name", { id: String(debt.refund) })}</a>`);
