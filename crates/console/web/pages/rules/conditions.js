// A rule's conditions in words. What this version does not know is shown as it is written.

import { t, word } from "../../i18n.js";
import { money, percent } from "../../format.js";
import { storeName } from "../../parts/chip.js";
import { spanWords } from "../../words.js";

const FAMILIES = { environment: "environment", product_type: "product_type", reason: "reason", initiator: "initiator", trust: "trust", attributed_by: "found_by" };

const listOf = (value) => (Array.isArray(value) ? value : [value]);

/** "at least 2", "at most 5", "2 to 5". */
function range({ at_least: least, at_most: most }, say) {
  if (least !== undefined && least !== null && most !== undefined && most !== null) return t("match.between", { least: say(least), most: say(most) });
  if (least !== undefined && least !== null) return t("match.at_least", { least: say(least) });
  return t("match.at_most", { most: say(most) });
}

const RANGES = { amount: money, quantity: String, share: (share) => percent(share * 10, 1), purchase_age: (span) => spanWords(span) };

function userRefunds({ within, at_least: least, total_at_least: total }) {
  const parts = [];
  if (least) parts.push(t("match.user_refunds", { n: least, within: spanWords(within) }));
  if (total) parts.push(t("match.user_total", { total: money(total), within: spanWords(within) }));
  return parts.join(" · ");
}

function condition(name, value) {
  if (value === null || value === undefined) return null;
  if (name === "user_refunds") return userRefunds(value);
  if (typeof value === "boolean") return t(`match.${name}.${value ? "yes" : "no"}`);
  if (RANGES[name]) return t("match.is", { name: t(`match.${name}`), value: range(value, RANGES[name]) });
  const say = FAMILIES[name] ? (one) => word(FAMILIES[name], one) : name === "store" ? storeName : String;
  const known = ["store", "app", "product", "order", "user", "country", "currency", ...Object.keys(FAMILIES)];
  if (!known.includes(name)) return `${name}: ${JSON.stringify(value)}`;
  return t("match.is", { name: t(`match.${name}`), value: listOf(value).map(say).join(", ") });
}

/** The conditions of a `match`, each as a text; all have to fit. */
export function conditions(match) {
  const all = Object.entries(match || {}).map(([name, value]) => condition(name, value)).filter(Boolean);
  return all.length ? all : [t("match.everything")];
}
