// The console in the browser: which page an address is, and the frame around it.

import { render } from "preact";
import { html } from "htm/preact";
import { useEffect, useState } from "preact/hooks";
import { startRouter, route } from "./router.js";
import { proofAsked, resume, session } from "./session.js";
import { startKeys } from "./keys.js";
import { startRefresh } from "./refresh.js";
import { loadLocale, locale, t } from "./i18n.js";
import { localeOf, settings } from "./settings.js";
import { ErrorPanel, Waiting, lazy } from "./parts/load.js";
import { Frame } from "./frame.js";
import { Toasts } from "./parts/toast.js";

const SignIn = lazy(() => import("./pages/sign_in.js"), "SignIn");
const Prove = lazy(() => import("./parts/prove.js"), "Prove");

/** Address, module, and the entry of the navigation that is shown as the current one. */
const PAGES = [
  [/^\/(refunds)?$/, () => import("./pages/inbox.js"), "/refunds"],
  [/^\/refunds\/(\d+)$/, () => import("./pages/case.js"), "/refunds"],
  [/^\/player$/, () => import("./pages/player.js"), "/player"],
  [/^\/blocks$/, () => import("./pages/blocks.js"), "/blocks"],
  [/^\/exclusions$/, () => import("./pages/exclusions.js"), "/exclusions"],
  [/^\/reviews$/, () => import("./pages/reviews.js"), "/reviews"],
  [/^\/rules$/, () => import("./pages/rules.js"), "/rules"],
  [/^\/figures$/, () => import("./pages/figures.js"), "/figures"],
  [/^\/health$/, () => import("./pages/health.js"), "/health"],
  [/^\/dead-letters$/, () => import("./pages/dead_letters.js"), "/dead-letters"],
  [/^\/webhooks$/, () => import("./pages/webhooks.js"), "/webhooks"],
  [/^\/settings$/, () => import("./pages/settings.js"), "/settings"],
  [/^\/find$/, () => import("./pages/find.js"), null],
];
const INVITATION = () => import("./pages/invitation.js");
const NOT_FOUND = () => import("./pages/not_found.js");

const loaded = new Map();

function usePageModule(load) {
  const [state, setState] = useState({ load: null });
  useEffect(() => {
    let wanted = true;
    const done = (result) => wanted && setState({ load, ...result });
    if (loaded.has(load)) done({ module: loaded.get(load) });
    else load().then((module) => { loaded.set(load, module); done({ module }); }, (error) => done({ error }));
    return () => { wanted = false; };
  }, [load]);
  return state.load === load ? state : loaded.has(load) ? { module: loaded.get(load) } : {};
}

function Page({ load, found }) {
  const { module, error } = usePageModule(load);
  if (error) return html`<${ErrorPanel} error=${{ code: "offline" }} retry=${() => location.reload()} />`;
  if (!module) return html`<${Waiting} />`;
  return html`<${module.default} found=${found} key=${found ? found[0] : ""} />`;
}

function App() {
  const { path } = route.value;
  locale.value;
  if (path === "/invite") return html`<${Page} load=${INVITATION} />`;
  if (session.value === undefined) return null;
  if (session.value === null) return html`<${SignIn} /><${Toasts} />`;
  const [pattern, load, current] = PAGES.find(([one]) => one.test(path)) || [null, NOT_FOUND, null];
  return html`<${Frame} current=${current}><${Page} load=${load} found=${pattern && path.match(pattern)} /><//>
    ${proofAsked.value && html`<${Prove} asked=${proofAsked.value} />`}<${Toasts} />`;
}

async function start() {
  const root = document.getElementById("app");
  try {
    await loadLocale(localeOf(settings.value.locale));
  } catch {
    root.textContent = "The console's texts did not load. Reload the page.";
    return;
  }
  startRouter();
  startKeys();
  render(html`<${App} />`, root);
  await begin(root);
}

async function begin(root) {
  try {
    await resume();
  } catch (error) {
    const retry = () => { render(html`<${App} />`, root); begin(root); };
    render(html`<main class="alone"><${ErrorPanel} error=${error} retry=${retry} /></main>`, root);
    document.title = t("error.title");
    return;
  }
  render(html`<${App} />`, root);
  startRefresh();
}

start();
