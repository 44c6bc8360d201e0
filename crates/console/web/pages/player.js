// One player: blocked and why, what they owe, and all that is kept about them. Without a player: how to find one.

import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { get, post } from "../api.js";
import { go, playerAddress, route } from "../router.js";
import { may } from "../session.js";
import { useKeys } from "../keys.js";
import { locale, t } from "../i18n.js";
import { day } from "../format.js";
import { PageHead } from "../parts/page.js";
import { Loaded, lazy, useLoad } from "../parts/load.js";
import { Menu } from "../parts/menu.js";
import { Button } from "../parts/form.js";
import { Chip } from "../parts/chip.js";
import { Copy } from "../parts/time.js";
import { Icon } from "../parts/icon.js";
import { debtsOf } from "../words.js";
import { Notes } from "./notes.js";
import { Timeline } from "./case/timeline.js";
import { Answer } from "./player/answer.js";
import { Access, Blocks, Notices, Purchases, Refunds } from "./player/lists.js";

const dialogs = () => import("./player/dialogs.js");
const BlockDialog = lazy(dialogs, "BlockDialog");
const UnblockDialog = lazy(dialogs, "UnblockDialog");
const ForgiveDialog = lazy(dialogs, "ForgiveDialog");
const RepayDialog = lazy(dialogs, "RepayDialog");
const AccessDialog = lazy(() => import("./player/access_dialog.js"), "AccessDialog");
const ExportDialog = lazy(() => import("./player/privacy.js"), "ExportDialog");
const ForgetDialog = lazy(() => import("./player/privacy.js"), "ForgetDialog");
const Debtors = lazy(() => import("./inbox/debtors.js"), "Debtors");

export default function Player() {
  const user = route.value.query.get("user");
  return user ? html`<${One} user=${user} key=${user} />` : html`<${Search} />`;
}

function Search() {
  const [text, setText] = useState("");
  const submit = (event) => {
    event.preventDefault();
    if (text.trim()) go(playerAddress(text.trim()));
  };
  return html`<div class="page">
    <${PageHead} title=${t("nav.players")} lead=${t("player.search_lead")} />
    <form class="search wide" onSubmit=${submit}><${Icon} name="player" /><input type="search" aria-label=${t("player.search")} placeholder=${t("player.search")} value=${text} onInput=${(event) => setText(event.target.value)} /></form>
    <div class="stack"><h2>${t("player.owing")}</h2><${Debtors} /></div>
  </div>`;
}

function One({ user }) {
  const player = useLoad((signal) => get("/player", { user, locale: locale.value }, { signal }), [user, locale.value]);
  return html`<div class="page player"><${Loaded} of=${player} rows=${10}>${(data) => html`<${Shown} player=${data} reload=${player.reload} />`}<//></div>`;
}

const isKnown = (player) => ["refunds", "purchases", "blocks", "journal", "notes"].some((list) => player[list] && player[list].length);

function since(player) {
  const times = player.purchases.map((purchase) => purchase.purchased_at || purchase.recorded_at);
  return times.length ? Math.min(...times) : null;
}

function Shown({ player, reload }) {
  const [dialog, setDialog] = useState(null);
  const { user } = player;
  const close = () => setDialog(null);
  const active = player.blocks.filter((block) => !block.ended);
  const owes = debtsOf(player).length > 0;
  useKeys({
    b: (player.blocked ? may("unblock") : may("block")) ? ["keys.block", () => setDialog(player.blocked ? "unblock" : "block")] : null,
    n: may("note") ? ["keys.note", () => document.getElementById("new-note").focus()] : null,
    f: may("forgive") && owes ? ["keys.forgive", () => setDialog("forgive")] : null,
    ".": ["keys.actions", () => document.getElementById("player-actions")?.click()],
  });
  const menu = [
    may("access") && { label: t("access.change"), icon: "lock", action: () => setDialog("access") },
    may("export_user") && { label: t("privacy.export"), icon: "save", action: () => setDialog("export") },
    may("forget_user") && { label: t("privacy.forget"), icon: "close", danger: true, action: () => setDialog("forget") },
  ];
  const first = since(player);
  const facts = [first && t("player.since", { day: day(first) }), t("n_purchases", { n: player.purchases.length }), t("n_refunds", { n: player.refunds.length })].filter(Boolean).join(" · ");
  const note = (text) => (key) => post("/player/notes", { user, text }, { key });
  return html`
    <${PageHead} title=${html`<bdi>${user}</bdi>`} tab=${user} crumb=${t("player.crumb")} lead=${isKnown(player) ? facts : t("player.unknown")}
      mark=${html`<${Copy} text=${user} />${player.blocked ? html`<${Chip} tone="bad">${t("player.blocked")}<//>` : html`<${Chip} tone="good">${t("player.not_blocked")}<//>`}`}
      actions=${html`
        ${player.blocked && may("unblock") && html`<${Button} onClick=${() => setDialog("unblock")}>${t("player.unblock")}<//>`}
        ${!player.blocked && may("block") && html`<${Button} onClick=${() => setDialog("block")}>${t("player.block")}<//>`}
        <${Menu} id="player-actions" label=${t("player.actions")} items=${menu} />`} />
    <${Answer} player=${player} open=${setDialog} />
    <div class="columns">
      <div class="stack">
        <${Refunds} refunds=${player.refunds} debts=${player.debts} />
        <${Purchases} purchases=${player.purchases} />
        <${Timeline} journal=${player.journal} />
      </div>
      <div class="stack aside">
        <${Notes} notes=${player.notes || []} send=${note} onDone=${reload} />
        <${Access} access=${player.access || []} onChange=${may("access") ? () => setDialog("access") : null} />
        <${Blocks} blocks=${player.blocks} />
        <${Notices} notices=${player.notices || []} user=${user} reload=${reload} />
      </div>
    </div>
    ${dialog === "block" && html`<${BlockDialog} user=${user} onClose=${close} onDone=${reload} />`}
    ${dialog === "unblock" && html`<${UnblockDialog} user=${user} blocks=${active} onClose=${close} onDone=${reload} />`}
    ${dialog === "forgive" && html`<${ForgiveDialog} player=${player} onClose=${close} onDone=${reload} />`}
    ${dialog === "repay" && html`<${RepayDialog} player=${player} onClose=${close} onDone=${reload} />`}
    ${dialog === "access" && html`<${AccessDialog} player=${player} onClose=${close} onDone=${reload} />`}
    ${dialog === "export" && html`<${ExportDialog} user=${user} onClose=${close} />`}
    ${dialog === "forget" && html`<${ForgetDialog} user=${user} onClose=${close} />`}`;
}
