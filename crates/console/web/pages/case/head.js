// The head of a case: what, whose, how much, why, how sure, and which rule decided.

import { html } from "htm/preact";
import { playerAddress, refundAddress, to } from "../../router.js";
import { may } from "../../session.js";
import { rich, t, word } from "../../i18n.js";
import { money } from "../../format.js";
import { actionText, howMuch, isRefunded, orderId, owedItems, productName, untilText } from "../../words.js";
import { Facts, PageHead, Unknown } from "../../parts/page.js";
import { Blocked, Sandbox, State, Store, storeName } from "../../parts/chip.js";
import { Id, Left, Time } from "../../parts/time.js";
import { Menu } from "../../parts/menu.js";
import { Icon } from "../../parts/icon.js";
import { Button } from "../../parts/form.js";

export function CaseHead({ file, around, open, blocked, back }) {
  const { refund } = file;
  const name = productName(refund);
  const product = name.length > 60 ? `${name.slice(0, 59)}…` : name;
  const title = t(isRefunded(refund) ? "case.title" : "case.title_plain", { amount: howMuch(refund), product });
  return html`
    <${PageHead} title=${title} tab=${t("case.tab", { id: String(refund.id), product })}
      crumb=${html`<${Crumb} refund=${refund} around=${around} back=${back} />`}
      mark=${html`<${State} family="status" value=${refund.work_status} />${blocked && html`<${Blocked} />`}<${Sandbox} environment=${refund.environment} />`}
      lead=${html`<${Lead} refund=${refund} />`}
      actions=${html`<${Actions} file=${file} open=${open} blocked=${blocked} />`} />
    <section class="card answer" aria-label=${t("case.about")}><${About} file=${file} /></section>`;
}

const Crumb = ({ refund, around, back }) => html`<span class="crumb-line">
  <a href=${back}>${t("nav.inbox")}</a><span aria-hidden="true">/</span><span>${t("refund.name", { id: String(refund.id) })}</span>
  ${around.of && html`<span class="steps">
    <${Step} id=${around.previous} icon="left" text=${t("case.previous")} />
    <span class="number">${t("case.place", { at: around.at, of: around.of })}</span>
    <${Step} id=${around.next} icon="right" text=${t("case.next")} />
  </span>`}
</span>`;

const Step = ({ id, icon, text }) =>
  id ? html`<a class="copy" href=${refundAddress(id)} title=${text}><${Icon} name=${icon} /><span class="unseen">${text}</span></a>` : html`<span class="copy off"><${Icon} name=${icon} /></span>`;

function Lead({ refund }) {
  const values = { store: storeName(refund.store), state: word("state", refund.state), time: html`<${Time} at=${refund.at} />` };
  return html`${rich(`case.lead.${refund.state}`, values)} ${t("case.first_seen")} <${Time} at=${refund.first_seen_at} />.`;
}

function Actions({ file, open, blocked }) {
  const { refund } = file;
  const isOwed = owedItems(file.recovery).length > 0;
  const items = [
    may("overrule") && { label: t("case.overrule"), hint: t("case.overrule_hint"), icon: "rules", action: () => open("overrule") },
    may("close") && { label: t("case.close"), hint: t("case.close_hint"), icon: "check", action: () => open("close") },
    may("close") && { label: t("case.reopen"), icon: "back", action: () => open("reopen") },
    may("close") && { label: t("case.set_status"), icon: "settings", action: () => open("set_status") },
    may("correct") && { label: t("case.granted"), hint: t("case.granted_hint"), icon: "plus", action: () => open("granted") },
    refund.user && !blocked && may("block") && { label: t("player.block"), icon: "block", danger: true, action: () => open("block") },
    refund.user && blocked && may("unblock") && { label: t("player.unblock"), icon: "block", action: () => open("unblock") },
  ];
  return html`
    ${isOwed && may("report_recovery") && html`<${Button} kind="primary" onClick=${() => open("took_all")}>${t("case.took_all")}<//>`}
    ${isOwed && may("forgive") && html`<${Button} onClick=${() => open("forgive")}>${t("case.forgive")}<//>`}
    <${Menu} id="case-actions" label=${t("case.actions")} items=${items} />`;
}

function About({ file }) {
  const { refund, blocks } = file;
  const { about } = refund;
  const block = blocks.find((one) => !one.ended && one.cause.by === "refund") || blocks.find((one) => !one.ended);
  const second = (text) => text && html`<span class="second">${text}</span>`;
  return html`<${Facts} facts=${[
    [t("case.whose"), refund.user
      ? html`<a class="strong" href=${playerAddress(refund.user)}><bdi>${refund.user}</bdi></a>${second(refund.attributed_by && t("case.found_by", { by: word("found_by", refund.attributed_by) }))}`
      : html`<${Unknown} />${second(t("case.unknown_player"))}`],
    [t("case.what"), html`<bdi>${productName(refund)}</bdi>${second([about.product_type && word("product_type", about.product_type), about.quantity > 1 && t("refund.quantity", { n: about.quantity })].filter(Boolean).join(" · "))}`],
    [t("case.how_much"), html`${howMuch(refund)}${second([word("state", refund.state), about.price && refund.amount && t("case.of_price", { price: money(about.price) })].filter(Boolean).join(" · "))}`],
    [t("case.why"), html`${refund.reason ? word("reason", refund.reason) : html`<${Unknown} text=${t("reason.none")} />`}${second(refund.initiator && t("case.initiator", { who: word("initiator", refund.initiator) }))}`],
    [t("case.decided"), refund.decision
      ? html`${actionText(refund.decision.action)}${second(t("case.by_rule", { rule: refund.decision.rule, version: refund.policy_version ?? "–" }))}`
      : html`<${Unknown} text=${t("case.undecided")} />`],
    block && [t("case.blocked"), html`${html`<span class="sentence-case">${untilText(block.until, block.until_settled)}</span>`}${second(block.cause.by === "operator" ? t("case.by_operator") : null)}`],
    [t("case.how_sure"), html`${word("trust", refund.trust)}${second(t(`trust.${refund.trust}.means`))}`],
    [t("case.order"), html`<${Store} store=${refund.store} /><span class="second"><${Id} text=${orderId(about)} /></span>`],
  ]} />`;
}

/** What somebody has to know before doing anything. */
export function Warnings({ file }) {
  const { refund } = file;
  const strips = [
    refund.merged_into && html`<span>${rich("case.merged", { refund: html`<a href=${refundAddress(refund.merged_into)}>${t("refund.name", { id: String(refund.merged_into) })}</a>` })}</span>`,
    refund.paid_back_twice && html`<span>${t("case.paid_back_twice")}</span>`,
    refund.failure && html`<span>${t("case.failure", { why: refund.failure })}</span>`,
    refund.claimants && refund.claimants.length > 0 && html`<span>${rich("case.claimants", { users: refund.claimants.map((user, at) => html`${at > 0 ? ", " : ""}<a href=${playerAddress(user)}><bdi>${user}</bdi></a>`) })}</span>`,
    refund.state === "pending_review" && refund.review && html`<span>${rich("case.review", { store: storeName(refund.store), left: html`<${Left} until=${refund.review.deadline} />` })} <a href=${to("/reviews", { refund: refund.id })}>${t("case.to_review")}</a></span>`,
    refund.trust === "hint" && html`<span>${t("case.only_hint")}</span>`,
  ].filter(Boolean);
  return strips.map((strip, at) => html`<div class="strip warn" key=${at}><${Icon} name="alert" />${strip}</div>`);
}
