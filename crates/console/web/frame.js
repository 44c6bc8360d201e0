// What is around every page: navigation, search, environment, who I am.

import { html } from "htm/preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { environment, go, moves, route, setQuery, to } from "./router.js";
import { me, may, session, signOut } from "./session.js";
import { keysShown, moveRow, useKeys } from "./keys.js";
import { counts, toDo } from "./refresh.js";
import { t, word } from "./i18n.js";
import { count } from "./format.js";
import { Icon } from "./parts/icon.js";
import { Face } from "./parts/chip.js";
import { Menu, Segments } from "./parts/menu.js";
import { announce } from "./parts/toast.js";
import { lazy, problemText } from "./parts/load.js";

export const Mark = () => html`<svg viewBox="0 0 32 32" aria-hidden="true"><rect width="32" height="32" rx="8" fill="#0d5c50" /><path d="M10.2 12.2h8.3a5 5 0 0 1 0 10h-5.2M13.8 8.2l-4.2 4 4.2 4" fill="none" stroke="#fff" stroke-width="2.6" stroke-linecap="round" stroke-linejoin="round" /></svg>`;

const KeyHelp = lazy(() => import("./parts/key_help.js"), "KeyHelp");

/** Goes back, as far as that stays in the console; a menu that is open is closed instead. */
function back() {
  if (moves.count > 0 && !document.querySelector(".side.open")) history.back();
}

/** Sections of the navigation: heading, and address, icon, text, number, right. */
const sections = () => [
  ["nav.work", [
    ["/refunds", "inbox", "nav.inbox", toDo(environment.value)],
    ["/player", "player", "nav.players"],
    ["/blocks", "block", "nav.blocks"],
    ["/exclusions", "exclusion", "nav.exclusions"],
    ["/reviews", "review", "nav.reviews", counts.value && counts.value.reviews_due],
  ]],
  ["nav.understand", [
    ["/figures", "figures", "nav.figures"],
    ["/rules", "rules", "nav.rules"],
  ]],
  ["nav.system", [
    ["/health", "health", "nav.health"],
    ["/dead-letters", "letter", "nav.dead_letters", null, "dead_letters"],
    ["/webhooks", "webhook", "nav.webhooks"],
    ["/settings", "settings", "nav.settings"],
  ]],
];

function Navigation({ current, open, onClose }) {
  return html`<div class=${open ? "side open" : "side"} id="navigation">
    <nav class="nav" aria-label=${t("nav.label")} onClick=${onClose}>
      <a class="brand" href=${to("/refunds")}><${Mark} /><span class="words"><b>Recoup</b>${session.value.game && html`<span>${session.value.game}</span>`}</span></a>
      ${sections().map(([heading, entries]) => html`<div key=${heading}>
        <h2>${t(heading)}</h2>
        <ul>${entries.filter(([, , , , right]) => !right || may(right)).map(([path, icon, text, number]) => html`<li key=${path}>
          <a href=${to(path)} aria-current=${path === current ? "page" : undefined}><${Icon} name=${icon} />${t(text)}${number ? html`<span class="count">${count(number)}</span>` : null}</a>
        </li>`)}</ul>
      </div>`)}
    </nav>
  </div>`;
}

function Search() {
  const field = useRef(null);
  const [text, setText] = useState(route.value.path === "/find" ? route.value.query.get("q") || "" : "");
  useKeys({ "/": ["keys.search", () => field.current.focus()] });
  const submit = (event) => {
    event.preventDefault();
    if (text.trim()) go(to("/find", { q: text.trim() }));
  };
  return html`<form class="search" role="search" onSubmit=${submit}>
    <${Icon} name="search" />
    <input ref=${field} type="search" aria-label=${t("search.label")} placeholder=${t("search.hint")} value=${text} maxlength="4096" onInput=${(event) => setText(event.target.value)} onKeyDown=${(event) => event.key === "Escape" && field.current.blur()} />
    <kbd aria-hidden="true">/</kbd>
  </form>`;
}

const Environment = () => html`<${Segments} label=${t("environment.label")} name="environment" value=${environment.value}
  onValue=${(value) => setQuery({ env: value === "production" ? null : value, after: null })}
  options=${[["production", word("environment", "production")], ["sandbox", word("environment", "sandbox"), "not-real"], ["both", word("environment", "both"), "not-real"]]} />`;

function Who() {
  const leave = async () => {
    try {
      await signOut();
    } catch (error) {
      announce(problemText(error), { tone: "bad" });
    }
  };
  const { role, way } = session.value;
  return html`<div class="who">
    <${Menu} label=${t("who.label", { name: me() })} kind="quiet" text=${html`<${Face} name=${me()} /><span class="name">${me()}</span>`} items=${[
      { label: t("nav.settings"), hint: t("who.role", { role: word("role", role) }), icon: "settings", href: to("/settings") },
      { label: t("nav.keys"), icon: "keyboard", action: () => { keysShown.value = true; } },
      way !== "proxy" && way !== "jwt" && { label: t("do.sign_out"), icon: "external", action: leave },
    ]} />
  </div>`;
}

export function Frame({ current, children }) {
  const [open, setOpen] = useState(false);
  const toggle = useRef(null);
  const close = () => setOpen(false);
  useEffect(close, [route.value.path]);
  useEffect(() => {
    if (!open) return undefined;
    const pressed = (event) => {
      if (event.key !== "Escape") return;
      close();
      toggle.current.focus();
    };
    document.addEventListener("keydown", pressed);
    return () => document.removeEventListener("keydown", pressed);
  }, [open]);
  const jump = (path) => () => go(to(path));
  useKeys({
    "?": ["keys.help", () => { keysShown.value = true; }],
    j: ["keys.next", () => moveRow(1)],
    k: ["keys.previous", () => moveRow(-1)],
    Escape: ["keys.back", back],
    "g i": ["keys.go_inbox", jump("/refunds")],
    "g p": ["keys.go_players", jump("/player")],
    "g b": ["keys.go_blocks", jump("/blocks")],
    "g f": ["keys.go_figures", jump("/figures")],
    "g h": ["keys.go_health", jump("/health")],
  });
  return html`<div class="frame">
    <a class="skip" href="#main" onClick=${(event) => { event.preventDefault(); document.querySelector("h1, main").focus(); }}>${t("skip")}</a>
    <${Navigation} current=${current} open=${open} onClose=${close} />
    ${open && html`<button type="button" class="veil" aria-label=${t("do.close")} onClick=${close}></button>`}
    <header class="bar">
      <button type="button" ref=${toggle} class="button quiet icon-only menu-button" aria-expanded=${open ? "true" : "false"} aria-controls="navigation" onClick=${() => setOpen(!open)}><${Icon} name="menu" /><span class="unseen">${t("nav.label")}</span></button>
      <${Search} />
      <span class="grow"></span>
      <${Environment} />
      <${Who} />
    </header>
    <main class="main" id="main" tabindex="-1">${children}</main>
    ${keysShown.value && html`<${KeyHelp} onClose=${() => { keysShown.value = false; }} />`}
  </div>`;
}
