// Asks who is there, before what moves money or a person's data.

import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { prove, session } from "../session.js";
import { t } from "../i18n.js";
import { FormDialog, Text } from "./form.js";

export function Prove({ asked }) {
  const [password, setPassword] = useState("");
  const { way } = session.value || {};
  const hint = way === "proxy" || way === "jwt" ? t("prove.proxy") : undefined;
  let proved = false;
  const send = async () => {
    await prove(password);
    proved = true;
  };
  return html`<${FormDialog} title=${t("prove.title")} lead=${t("prove.lead")} action=${t("prove.action")} ready=${password !== ""} send=${send} onClose=${() => asked.end(proved)}>
    <${Text} label=${t("sign_in.password")} hint=${hint} type="password" autocomplete="current-password" value=${password} onValue=${setPassword} required />
  <//>`;
}
