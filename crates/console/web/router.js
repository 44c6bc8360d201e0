// The address is the page's state. Every link is an ordinary link; clicks on ours do not load the page again.

import { signal, computed } from "@preact/signals";

const here = () => ({ path: location.pathname, query: new URLSearchParams(location.search), hash: location.hash });

/** Where the person is. */
export const route = signal(here());

/** The list that a case was opened from, for its "previous" and "next". */
export const openList = signal({ ids: [], address: "/refunds" });

/** Counts the changes of page: a heading that appears after one takes the focus. */
export const moves = { count: 0, focused: 0 };

/** Which environment lists and figures are of: "production", "sandbox" or "both". */
export const environment = computed(() => {
  const chosen = route.value.query.get("env");
  return chosen === "sandbox" || chosen === "both" ? chosen : "production";
});

/** The environment as the API's parameter. */
export const environmentFilter = () => (environment.value === "both" ? undefined : environment.value);

/** The address of a page of ours; the environment stays. */
export function to(path, query = {}) {
  const all = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined && one !== null && one !== "" && one !== false) all.append(name, String(one));
    }
  }
  if (environment.value !== "production" && !all.has("env")) all.set("env", environment.value);
  const text = all.toString();
  return text ? `${path}?${text}` : path;
}

export const refundAddress = (id) => to(`/refunds/${id}`);
export const playerAddress = (user) => to("/player", { user });

/** Goes to an address of ours. */
export function go(address, { replace = false } = {}) {
  const before = location.pathname + (new URLSearchParams(location.search).get("user") || "");
  history[replace ? "replaceState" : "pushState"](null, "", address);
  arrived(before);
}

function arrived(before) {
  const after = location.pathname + (new URLSearchParams(location.search).get("user") || "");
  if (after !== before) {
    moves.count += 1;
    window.scrollTo(0, 0);
  }
  lastPlace = after;
  route.value = here();
}

/** Changes parts of the query of the page that is shown; `null` takes a part away. */
export function setQuery(changes, { replace = false } = {}) {
  const query = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(changes)) {
    query.delete(name);
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== null && one !== undefined && one !== "" && one !== false) query.append(name, String(one));
    }
  }
  const text = query.toString();
  go(location.pathname + (text ? `?${text}` : ""), { replace });
}

let lastPlace = location.pathname + (new URLSearchParams(location.search).get("user") || "");

/** Follows clicks and the browser's own back and forward. */
export function startRouter() {
  addEventListener("popstate", () => arrived(lastPlace));
  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = event.target.closest("a[href]");
    if (!link || link.target || link.hasAttribute("download") || link.origin !== location.origin) return;
    if (link.pathname.startsWith("/assets/") || link.pathname.startsWith("/console/")) return;
    if (link.pathname === location.pathname && link.hash) return;
    event.preventDefault();
    go(link.pathname + link.search + link.hash);
  });
}
