// A person's data: all of it as a file, and forgetting it.

import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { download, post } from "../../api.js";
import { go, to } from "../../router.js";
import { t } from "../../i18n.js";
import { Check, FormDialog, Text, Why } from "../../parts/form.js";
import { announce } from "../../parts/toast.js";

export function ExportDialog({ user, onClose }) {
  const [why, setWhy] = useState("");
  const send = (key) => post("/people/export", { user, why: why.trim() }, { key, as: "text" });
  const done = (text) => {
    download(`person-${user.replace(/[^\w.-]+/g, "_").slice(0, 60)}.json`, text, "application/json");
    announce(t("privacy.exported"));
  };
  return html`<${FormDialog} title=${t("privacy.export")} lead=${t("privacy.export_lead")} action=${t("privacy.export_action")} ready=${why.trim() !== ""} send=${send} onClose=${onClose} onDone=${done}>
    <${Why} value=${why} onValue=${setWhy} />
  <//>`;
}

export function ForgetDialog({ user, onClose }) {
  const [why, setWhy] = useState("");
  const [typed, setTyped] = useState("");
  const [evenSo, setEvenSo] = useState(false);
  const send = (key) => post("/people/forget", { user, why: why.trim(), ...(evenSo && { even_so: true }) }, { key });
  const done = (result) => {
    announce(t("privacy.forgotten", { pseudonym: result.pseudonym }));
    go(to("/player", { user: result.pseudonym }));
  };
  return html`<${FormDialog} title=${t("privacy.forget")} lead=${t("privacy.forget_lead")} action=${t("privacy.forget_action")} danger ready=${typed === user && why.trim() !== ""} send=${send} onClose=${onClose} onDone=${done}>
    <${Text} label=${t("privacy.type", { user })} value=${typed} onValue=${setTyped} spellcheck=${false} required />
    <${Check} label=${t("privacy.even_so")} hint=${t("privacy.even_so_hint")} value=${evenSo} onValue=${setEvenSo} />
    <${Why} value=${why} onValue=${setWhy} />
  <//>`;
}
