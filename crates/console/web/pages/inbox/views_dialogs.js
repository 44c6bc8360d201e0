// Saving a view, and deleting one's own.

import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { post, remove } from "../../api.js";
import { may } from "../../session.js";
import { t } from "../../i18n.js";
import { Check, Dialog, FormDialog, Text } from "../../parts/form.js";
import { problemText } from "../../parts/load.js";
import { announce } from "../../parts/toast.js";
import { Icon } from "../../parts/icon.js";

export function SaveView({ page, onClose, onDone }) {
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

export function ManageViews({ views, onClose, reload }) {
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
