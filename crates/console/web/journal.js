// The journal in words: what happened, by whom and why, so that it can be explained to a player.

import { rich, t, word } from "./i18n.js";
import { items, momentInFull } from "./format.js";
import { storeName } from "./parts/chip.js";
import { actionText, endedText, exclusionText, person, untilText } from "./words.js";

/** What a happening belongs to, for the timeline's filter; what is not here belongs to the work of operators. */
const GROUPS = {
  store: ["received", "purchase_recorded", "state_changed", "updated", "attributed", "unattributed", "claimed", "purchase_transferred",
    "merged", "capture_presumed", "paid_back_twice", "inquiry_opened", "inquiry_overdue", "inquiry_settled", "consent_rescinded",
    "action_written", "action_sending", "action_answered", "consumption_reported", "review_settled", "review_decided", "sweep_gap"],
  decision: ["decided", "blocked", "block_ended", "overruled", "exclusion_made", "exclusion_ended", "access_granted", "access_revoked"],
  books: ["recovery_reported", "forgiven", "granted_set", "repaid", "bought_again", "corrected"],
  game: ["event_made", "event_acknowledged", "notice_made", "notice_ended", "endpoint_ended", "message_dead", "messages_replayed"],
};

export const GROUP_NAMES = ["store", "decision", "books", "work", "game"];

export function groupOf(what) {
  return Object.keys(GROUPS).find((group) => GROUPS[group].includes(what)) || "work";
}

const ICONS = { store: "store", decision: "rules", books: "back", work: "note", game: "game" };

export const iconOf = (entry) => (entry.what === "blocked" ? "block" : ICONS[groupOf(entry.what)]);

/** The members of a happening that are values of the model or numbers, in words. */
function valuesOf(entry) {
  const values = { ...entry };
  for (const key of ["who", "assignee"]) if (entry[key]) values[key] = person(entry[key]);
  if (entry.store) values.store = storeName(entry.store);
  if (entry.user) values.user = entry.user;
  if (entry.action !== undefined && (typeof entry.action !== "number")) values.action = actionText(entry.action);
  for (const key of ["items", "grants", "taken", "returned"]) if (Array.isArray(entry[key])) values[key] = items(entry[key]);
  for (const key of ["until", "deadline"]) if (typeof entry[key] === "number") values[key] = momentInFull(entry[key]);
  for (const key of ["block", "event", "notice", "note", "exclusion", "entry", "message", "purchase", "into", "review"]) {
    if (typeof entry[key] === "number") values[key] = String(entry[key]);
  }
  return values;
}

const SPECIAL = {
  state_changed: (entry) => [entry.from ? "journal.state_changed" : "journal.state_new", { from: word("state", entry.from), to: word("state", entry.to) }],
  updated: (entry) => ["journal.updated", { state: word("state", entry.state) }],
  attributed: (entry) => ["journal.attributed", { by: word("found_by", entry.by) }],
  purchase_recorded: (entry) => ["journal.purchase_recorded", { product: entry.product || t("refund.no_product") }],
  purchase_transferred: (entry) => ["journal.purchase_transferred", { from: entry.from || t("not_known"), to: entry.to }],
  blocked: (entry) => [entry.who ? "journal.blocked_by" : "journal.blocked", { until: untilText(entry.until, entry.until_settled) }],
  block_ended: (entry) => ["journal.block_ended", { how: endedText(entry) }],
  recovery_reported: (entry) => [reported(entry), { who: entry.who ? person(entry.who) : t("journal.the_game") }],
  forgiven: (entry) => [entry.written_off ? "journal.written_off" : "journal.forgiven", {}],
  repaid: () => ["journal.repaid", {}],
  bought_again: (entry) => [entry.items.length ? "journal.bought_again" : "journal.bought_no_longer", {}],
  corrected: (entry) => ["journal.corrected", { kind: word("entry", entry.kind), quantity: entry.quantity }],
  closed: (entry) => ["journal.closed", { closed_as: word("status", entry.closed_as) }],
  status_set: (entry) => ["journal.status_set", { status: word("status", entry.status) }],
  assigned: (entry) => [assignment(entry), { to: person(entry.to) }],
  overruled: (entry) => [entry.action === null ? "journal.overruled_back" : "journal.overruled", {}],
  exclusion_made: (entry) => ["journal.exclusion_made", { what: exclusionText(entry.kind, entry.value), action: word("exclusion.action", entry.action) }],
  notice_made: (entry) => ["journal.notice_made", { name: word("notice", entry.name) }],
  notice_ended: (entry) => ["journal.notice_ended", { name: word("notice", entry.name), state: word("notice.state", entry.state) }],
  event_made: (entry) => ["journal.event_made", { kind: word("event", entry.kind) }],
  event_acknowledged: (entry) => ["journal.event_acknowledged", { kind: word("event", entry.kind) }],
  inquiry_settled: (entry) => [entry.state === "answered" ? "journal.inquiry_answered" : "journal.inquiry_ended", { error: entry.error || "" }],
  action_written: (entry) => ["journal.action_written", { kind: word("store_action", entry.kind), action: String(entry.action) }],
  action_sending: (entry) => ["journal.action_sending", { action: String(entry.action) }],
  action_answered: (entry) => ["journal.action_answered", { action: String(entry.action), state: word("store_action.state", entry.state) }],
  consumption_reported: (entry) => [entry.consent ? "journal.consumption_consent" : "journal.consumption_no_consent", {}],
  review_settled: (entry) => ["journal.review_settled", { state: word("review.state", entry.state) }],
  review_decided: (entry) => ["journal.review_decided", { outcome: word("review.outcome", entry.outcome) }],
  sweep_gap: (entry) => ["journal.sweep_gap", { from: momentInFull(entry.from), to: momentInFull(entry.to) }],
};

function assignment(entry) {
  if (!entry.to) return "journal.assigned_nobody";
  return person(entry.to) === person(entry.who) ? "journal.assigned_self" : "journal.assigned";
}

function reported(entry) {
  if (entry.taken.length && entry.returned.length) return "journal.took_and_returned";
  if (entry.taken.length) return "journal.took";
  return entry.returned.length ? "journal.returned" : "journal.took_nothing";
}

/** The sentence of an entry. `links` makes elements of names that lead somewhere: `{user}`. */
export function sentence(entry, links = {}) {
  const [key, some] = SPECIAL[entry.what] ? SPECIAL[entry.what](entry) : [`journal.${entry.what}`, {}];
  const values = { user: t("journal.the_player"), ...valuesOf(entry), ...some };
  for (const [name, make] of Object.entries(links)) if (values[name]) values[name] = make(values[name]);
  const words = rich(key, values);
  // A happening that this version does not know is named as the ledger names it.
  return words.length === 1 && words[0] === key ? [String(entry.what).replace(/_/g, " ")] : words;
}

/** The reason that was given, where one was; `-` stands for none. Why a block ended is in its sentence already. */
export const reasonOf = (entry) => (entry.why && entry.why !== "-" && entry.what !== "block_ended" ? entry.why : null);

/** What becomes of the rest that is still owed, where a report says so. */
export const restOf = (entry) => (entry.what === "recovery_reported" && entry.rest !== "owed" ? t(`journal.rest_${entry.rest}`) : null);
