// Changes of one refund. Each names the revision that the person looked at.

import { Problem, get, newKey, post } from "../../api.js";
import { me } from "../../session.js";
import { t } from "../../i18n.js";
import { person } from "../../words.js";
import { announce } from "../../parts/toast.js";
import { problemText } from "../../parts/load.js";

/** Who changed a refund last, by its journal. */
function lastWho(file) {
  const entry = [...file.journal].reverse().find((one) => one.who);
  return entry ? person(entry.who) : t("journal.the_game");
}

/**
 * Sends a change of the case that is shown. Where somebody else was quicker, the case is loaded again, and the error
 * says who it was: the form stays as it is, over the case as it is now.
 */
export async function change(file, path, body, { key, reload }) {
  const { id, revision } = file.refund;
  try {
    return await post(`/refunds/${id}${path}`, body, { key, revision });
  } catch (error) {
    if (error.code !== "conflict") throw error;
    const now = reload ? await reload() : null;
    throw new Problem({ code: "conflict", who: now ? lastWho(now) : t("conflict.somebody") });
  }
}

/** Assigns a refund to me at once; it can be undone for ten seconds. */
export async function assignToMe(refund, reload) {
  const before = refund.assignee || null;
  if (before === me()) return announce(t("assign.already"));
  try {
    await post(`/refunds/${refund.id}/assign`, { to: me(), why: "-" }, { key: newKey() });
    await reload();
    return announce(t("assign.done", { id: String(refund.id) }), { undo: () => putBack(refund.id, before, reload) });
  } catch (error) {
    return announce(problemText(error), { tone: "bad" });
  }
}

async function putBack(id, before, reload) {
  try {
    await post(`/refunds/${id}/assign`, { to: before, why: "-" }, { key: newKey() });
    await reload();
    announce(t("assign.undone", { id: String(id) }));
  } catch (error) {
    announce(problemText(error), { tone: "bad" });
  }
}

export const loadCase = (id) => (signal) => get(`/refunds/${id}`, null, { signal });
