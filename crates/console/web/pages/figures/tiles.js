// The five figures that are looked at first, with the time before beside them.

import { html } from "htm/preact";
import { useId, useState } from "preact/hooks";
import { has, t } from "../../i18n.js";
import { count, money, moneyShort, percent } from "../../format.js";
import { Icon } from "../../parts/icon.js";

/** What a figure means, one click away. */
export function Definition({ name, of }) {
  const [open, setOpen] = useState(false);
  const id = useId();
  const text = has(`definition.${name}`) ? t(`definition.${name}`) : of[name];
  if (!text) return null;
  return html`<span class="definition">
    <button type="button" class="copy" aria-expanded=${open ? "true" : "false"} aria-controls=${id} onClick=${() => setOpen(!open)}><${Icon} name="info" /><span class="unseen">${t("figures.means")}</span></button>
    <span id=${id} class="definition-text" hidden=${!open}>${text}</span>
  </span>`;
}

/** A rate; where it is of few, the numbers themselves. */
export function rateText(rate) {
  if (!rate || rate.among === 0 || rate.per_million === null) return "–";
  if (rate.among < 30) return t("figures.of", { count: count(rate.count), among: count(rate.among) });
  return percent(rate.per_million);
}

/** How a number compares with the time before. */
function change(now, before) {
  if (!before) return null;
  return (now - before) / before;
}

function Compared({ now, before, text, worse }) {
  const share = change(now, before);
  const words = t("figures.before", { before: text });
  if (share === null || Math.abs(share) < 0.005) return html`<span class="tile-before">${words}</span>`;
  const sign = `${share > 0 ? "↑" : "↓"} ${percent(Math.abs(share) * 1e6, 0)}`;
  const bad = worse === "up" ? share > 0 : worse === "down" ? share < 0 : null;
  return html`<span class="tile-before"><b class=${bad === null ? "" : bad ? "bad" : "good"}>${sign}</b> ${words}</span>`;
}

const Tile = ({ label, value, more, definition, children }) => html`<div class="tile">
  <span class="tile-label">${label}${definition}</span>
  <strong class="tile-value">${value}</strong>
  ${more && html`<span class="tile-more">${more}</span>`}
  ${children}
</div>`;

export function Tiles({ data }) {
  const { total, before, definitions } = data;
  const then = before.total;
  const purchases = total.purchases || { purchases: 0, sold: {} };
  const purchasesThen = then.purchases || { purchases: 0, sold: {} };
  const back = Object.entries(total.refunds.amount_back).map(([currency, micros]) => ({ currency, micros }));
  const definition = (name) => html`<${Definition} name=${name} of=${definitions} />`;
  const per = (rate) => (rate && rate.per_million) || 0;
  return html`<section class="tiles" aria-label=${t("figures.overview")}>
    <${Tile} label=${t("figures.refunds")} value=${count(total.refunds.refunds)} more=${t("figures.whole", { n: count(total.refunds.whole) })} definition=${definition("refunds")}>
      <${Compared} now=${total.refunds.refunds} before=${then.refunds.refunds} text=${count(then.refunds.refunds)} worse="up" /><//>
    <${Tile} label=${t("figures.amount_back")} value=${back[0] ? html`<span title=${money(back[0])}>${moneyShort(back[0])}</span>` : "–"} more=${[...back.slice(1).map(money), total.refunds.amount_unknown > 0 && t("figures.amount_unknown", { n: total.refunds.amount_unknown })].filter(Boolean).join(" · ")} definition=${definition("amount_back")}>
      <span class="tile-before">${t("figures.before", { before: Object.entries(then.refunds.amount_back).map(([currency, micros]) => moneyShort({ currency, micros })).join(" · ") || "–" })}</span><//>
    <${Tile} label=${t("figures.rate_of_purchases")} value=${rateText(total.rate_of_purchases)} more=${t("figures.young_note")} definition=${definition("rate_of_purchases")}>
      <${Compared} now=${per(total.rate_of_purchases)} before=${per(then.rate_of_purchases)} text=${rateText(then.rate_of_purchases)} worse="up" /><//>
    <${Tile} label=${t("figures.rate_of_time")} value=${rateText(total.rate_of_time)} more=${html`<${Coverage} rate=${total.coverage} />`} definition=${definition("rate_of_time")}>
      <${Compared} now=${per(total.rate_of_time)} before=${per(then.rate_of_time)} text=${rateText(then.rate_of_time)} worse="up" /><//>
    <${Tile} label=${t("figures.purchases")} value=${count(purchases.purchases)} more=${Object.entries(purchases.sold).map(([currency, micros]) => moneyShort({ currency, micros })).join(" · ")} definition=${definition("purchases")}>
      <${Compared} now=${purchases.purchases} before=${purchasesThen.purchases} text=${count(purchasesThen.purchases)} worse="down" /><//>
  </section>`;
}

const Coverage = ({ rate }) =>
  rate && rate.among > 0 ? html`<span class=${rate.per_million < 950000 ? "warn-text" : ""}>${t("figures.coverage", { share: percent(rate.per_million, 1) })}</span>` : null;
