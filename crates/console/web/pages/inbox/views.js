// Saved views: addresses of the list under a name, of one's own or for everybody.

import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { get, post, remove } from "../../api.js";
import { may, me } from "../../session.js";
import { t } from "../../i18n.js";
import { Menu } from "../../parts/menu.js";
import { Check, Dialog, FormDialog, Text } from "../../parts/form.js";
import { problemText, useLoad } from "../../parts/load.js";
import { announce } from "../../parts/toast.js";
import { Icon } from "../../parts/icon.js";

export function Views({ page }) {
  const [open, setOpen] = useState(null);
  const views = useLoad((signal) => get("/views", { page }, { signal }), [page]);
  const all = (views.data && views.data.items) || [];
  const close = () => setOpen(null);
  const items = [
    ...all.map((view) => ({ label: view.name, hint: view.shared ? t("views.by", { who: view.operator }) : undefined, icon: "save", href: `/${page}${view.query ? `?${view.query}` : ""}` })),
    { label: t("views.save"), icon: "plus", action: () => setOpen("save") },
    all.some((view) => view.operator === me()) && { label: t("views.manage"), icon: "settings", action: () => setOpen("manage") },
  ];
  return html`<${Menu} label=${t("views.title")} text=${t("views.title")} items=${items} />
    ${open === "save" && html`<${SaveView} page=${page} onClose=${close} onDone=${views.reload} />`}
    ${open === "manage" && html`<${ManageViews} views=${all.filter((view) => view.operator === me())} onClose=${close} reload=${views.reload} />`}`;
}

function SaveView({ page, onClose, onDone }) {
  const [name, setName] = useState("");
  const [shared, setShared] = useState(false);
  const send = () => post("/views", { page, name: name.trim(), query: location.search.slice(1), shared });
  const done = () => {
    announce(t("views.saved", { name: name.trim() }));
    onDone();
  };
  return html`<${FormDialog} title=${t("views.save")} lead=${t("views.lead")} action=${t("do.save")} ready=${name.trim() !== ""} send=${send} onClose=${onClose} onDone=${done}>
    <${Text} label=${t("views.name")} value=${name} onValue=${setName} maxlength="64" required />
    ${may("share_view") && html`<${Check} label=${t("views.shared")} hint=${t("views.shared_hint")} value=${shared} onValue=${setShared} />`}
  <//>`;
}

function ManageViews({ views, onClose, reload }) {
  const drop = async (view) => {
    try {
      await remove(`/views/${view.id}`);
      announce(t("views.deleted", { name: view.name }));
      if (views.length === 1) onClose();
      reload();
    } catch (error) {
      announce(problemText(error), { tone: "bad" });
    }
  };
  return html`<${Dialog} title=${t("views.manage")} onClose=${onClose}>
    <div class="dialog-body"><ul class="lines">${views.map((view) => html`<li key=${view.id}>
      <span>${view.name}</span>${view.shared && html`<small class="muted">${t("views.is_shared")}</small>`}<span class="grow"></span>
      <button type="button" class="button small" onClick=${() => drop(view)}><${Icon} name="close" />${t("do.delete")}</button>
    </li>`)}</ul></div>
  <//>`;
}
