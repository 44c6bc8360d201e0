// What changed meanwhile: asked for every ten seconds while the page is looked at.

import { computed, effect, signal } from "@preact/signals";
import { get } from "./api.js";
import { session } from "./session.js";

const EVERY = 10000;

const me = computed(() => session.value && session.value.operator);

/** Numbers that every page shows: `{items: [WorkCount], unattributed, reviews_due}`. */
export const counts = signal(null);

/** The ids of refunds that changed since the list that is shown was loaded. */
export const changed = signal(new Set());

/** The journal's number up to which this page knows what happened. */
let journal = null;
let timer = null;

/** Forgets what changed: the list is loaded again. */
export function caughtUp() {
  if (changed.value.size) changed.value = new Set();
}

/** Asks now. */
export async function refresh() {
  if (!session.value) return;
  const answer = await get("/changes", { after: journal });
  const first = journal === null;
  journal = answer.journal;
  if (answer.counts) counts.value = answer.counts;
  if (!first && answer.refunds.length) changed.value = new Set([...changed.value, ...answer.refunds]);
}

async function tick() {
  clearTimeout(timer);
  if (document.visibilityState === "visible") {
    try {
      await refresh();
    } catch {
      // The page's own calls say what is wrong; this one is asked again.
    }
  }
  timer = setTimeout(tick, EVERY);
}

export function startRefresh() {
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && tick());
  // At once when somebody signs in.
  effect(() => {
    if (me.value) tick();
    else clearTimeout(timer);
  });
}

/** How many refunds of the environment are to do. */
export function toDo(environment) {
  if (!counts.value) return null;
  return counts.value.items
    .filter((row) => ["open", "recovering", "returning"].includes(row.work_status))
    .filter((row) => environment === "both" || row.environment === environment)
    .reduce((sum, row) => sum + row.refunds, 0);
}
