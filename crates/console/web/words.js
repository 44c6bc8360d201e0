// What the model's values mean, in words.

import { t, word } from "./i18n.js";
import { items, money, momentInFull, percent } from "./format.js";
import { storeName } from "./parts/chip.js";

/** The name behind `who`: operators of the console are `console:<name>` in the ledger. */
export const person = (who) => (who || "").replace(/^console:/, "");

const UNITS = { s: "second", m: "minute", h: "hour", d: "day" };

/** A span of the configuration, such as `7d`, in words. */
export function spanWords(text, locale = document.documentElement.lang || "en") {
  const parts = [...String(text).matchAll(/(\d+)([smhd])/g)];
  if (!parts.length) return text;
  return parts.map(([, n, unit]) => new Intl.NumberFormat(locale, { style: "unit", unit: UNITS[unit], unitDisplay: "long" }).format(Number(n))).join(" ");
}

/** What a rule or an operator does with a refund. */
export function actionText(action) {
  if (action === null || action === undefined) return t("action.by_policy");
  if (typeof action === "string") return word("action", action);
  if (!action.block) return JSON.stringify(action);
  if (action.block === "repaid") return action.grace ? t("action.block_repaid_grace", { span: spanWords(action.grace) }) : t("action.block_repaid");
  if (action.block === "permanently") return t("action.block_permanently");
  return t("action.block_for", { span: spanWords(action.block) });
}

/** Until when a block lasts, as the end of a sentence. */
export function untilText(until, untilSettled) {
  if (untilSettled) return t("until.repaid");
  return until ? t("until.time", { time: momentInFull(until) }) : t("until.no_end");
}

/** The product by its name at the store, or that it is not known. */
export const productName = (refund) => refund.about.product || t("refund.no_product");

export const orderId = (about) => about.order_id || about.purchase_token || "";

/** How much of the order was refunded, as far as the store reported. */
export const howMuch = (refund) => howMuchParts(refund).join(" · ");

/** The same, the amount first. */
export function howMuchParts(refund) {
  const parts = [];
  if (refund.amount) parts.push(money(refund.amount));
  const bought = refund.about.quantity;
  if (refund.quantity && bought !== 1) {
    parts.push(bought ? t("refund.items_of", { n: refund.quantity, bought }) : t("refund.items", { n: refund.quantity }));
  }
  if (refund.share && refund.state === "partly_refunded") parts.push(percent(refund.share * 10, 1));
  if (!parts.length && refund.about.price && refund.state === "refunded") parts.push(money(refund.about.price));
  if (!parts.length) return [refund.state === "refunded" ? t("refund.all_of_it") : t("refund.amount_unknown")];
  return parts;
}

export const isRefunded = (refund) => refund.state === "refunded" || refund.state === "partly_refunded";

/** What is owed by the books, for a cell: `{text, tone}`. */
export function owedText(refund, recovery) {
  if (!recovery) return null;
  const owed = recovery.items.filter((item) => item.owed > 0).map(({ item, owed: quantity }) => ({ item, quantity }));
  const back = recovery.items.filter((item) => item.to_return > 0).map(({ item, to_return: quantity }) => ({ item, quantity }));
  const known = recovery.known && recovery.sized && refund.user;
  if (owed.length) return { text: known ? items(owed) : t("books.at_least", { items: items(owed) }), tone: "owed" };
  if (back.length) return { text: t("books.to_return_items", { items: items(back) }), tone: "back" };
  if (!known && ["open", "recovering"].includes(refund.work_status)) return { text: t("not_known"), tone: "muted" };
  return null;
}

/** What is owed of each item, as grants. */
export const owedItems = (recovery) => recovery.items.filter((item) => item.owed > 0).map(({ item, owed }) => ({ item, quantity: owed }));

export const returnItems = (recovery) => recovery.items.filter((item) => item.to_return > 0).map(({ item, to_return: quantity }) => ({ item, quantity }));

/** Why a block ended. */
export const endedText = (ended) =>
  ended.ended_by === "operator" ? t("ended.operator", { who: person(ended.who), why: ended.why }) : word("ended", ended.ended_by);

/** What an exclusion goes by. */
export const exclusionText = (kind, value) => (kind === "own_refunds" ? t("exclusion.own_refunds") : `${word("exclusion.kind", kind)} ${value}`);

/**
 * Why a player is blocked and what would end it, as sentences that can be sent to the player's colleague in support.
 * Each active block gives one; what is owed follows.
 */
export function whyBlocked(player) {
  const active = player.blocks.filter((block) => !block.ended);
  if (!active.length) {
    const last = [...player.blocks].filter((block) => block.ended).sort((a, b) => b.ended.at - a.ended.at)[0];
    const parts = [t("why.not_blocked", { user: player.user })];
    if (last) parts.push(t("why.was_blocked", { why: endedText(last.ended), time: momentInFull(last.ended.at) }));
    if (debtsOf(player).length) parts.push(t("why.owes", { items: items(debtsOf(player)) }));
    return parts;
  }
  const ordered = [...active].sort((a, b) => a.made_at - b.made_at);
  const sentences = ordered.length === 1 ? [sentenceOf(player, ordered[0], false)] : [
    t("why.several", { user: player.user, n: ordered.length }),
    ...ordered.map((block) => sentenceOf(player, block, true)),
  ];
  const owes = debtsOf(player);
  if (owes.length) sentences.push(t("why.owes", { items: items(owes) }));
  if (active.some((block) => block.until_settled)) sentences.push(owes.length ? t("why.ends_repaid") : t("why.ends_closed"));
  return sentences;
}

export const debtsOf = (player) => (player.debts && player.debts.items) || [];

function sentenceOf(player, block, several) {
  const values = { user: player.user, since: momentInFull(block.made_at), until: untilText(block.until, block.until_settled) };
  if (block.cause.by === "operator") return t(several ? "why.one.by_operator" : "why.by_operator", { ...values, who: person(block.cause.who), why: block.cause.why });
  const refund = player.refunds.find((one) => one.id === block.cause.refund);
  if (!refund) return t(several ? "why.one.by_refund" : "why.by_refund", { ...values, id: String(block.cause.refund), rule: block.cause.rule });
  const reason = refund.reason ? t("why.reason", { reason: word("reason", refund.reason) }) : "";
  const text = t(several ? "why.one.by_known_refund" : "why.by_known_refund", {
    ...values,
    store: storeName(refund.store),
    product: productName(refund),
    amount: howMuch(refund),
    time: momentInFull(refund.at),
    id: String(refund.id),
    rule: block.cause.rule,
  });
  return reason ? `${text} ${reason}` : text;
}
