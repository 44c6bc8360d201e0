// Asks who is there, before what moves money or a person's data.

import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { prove, session } from "../session.js";
import { t } from "../i18n.js";
import { Button, Dialog, FormDialog, Text } from "./form.js";

export function Prove({ asked }) {
  const [password, setPassword] = useState("");
  const { way } = session.value || {};
  if (way === "proxy" || way === "jwt" || way === "token") {
    return html`<${Dialog} title=${t("prove.title")} onClose=${() => asked.end(false)}>
      <div class="dialog-body"><p>${t("prove.proxy")}</p></div>
      <footer class="dialog-foot"><${Button} kind="quiet" onClick=${() => asked.end(false)}>${t("do.cancel")}<//><${Button} kind="primary" onClick=${() => location.reload()}>${t("do.reload")}<//></footer>
    <//>`;
  }
  let proved = false;
  const send = async () => {
    await prove(password);
    proved = true;
  };
  return html`<${FormDialog} title=${t("prove.title")} lead=${t("prove.lead")} action=${t("prove.action")} ready=${password !== ""} send=${send} onClose=${() => asked.end(proved)}>
    <${Text} label=${t("sign_in.password")} type="password" autocomplete="current-password" value=${password} onValue=${setPassword} required />
  <//>`;
}
