// Signing in. The address stays as it was, so that the person is back where they wanted to be.

import { html } from "htm/preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { signIn, waysIn } from "../session.js";
import { t } from "../i18n.js";
import { Text } from "../parts/form.js";
import { FormError } from "../parts/load.js";
import { Alone } from "../parts/alone.js";

export function SignIn() {
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState(null);
  const { ways, has_operators: hasOperators } = waysIn.value;
  const form = useRef(null);
  useEffect(() => {
    document.title = `${t("sign_in.title")} · Recoup`;
    if (form.current) form.current.querySelector("input").focus();
  }, []);
  const submit = async (event) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      await signIn(name.trim(), password);
    } catch (problem) {
      setError(problem);
      setPassword("");
      setBusy(false);
      form.current.querySelector("[type=password]").focus();
    }
  };
  const byPassword = !ways || ways.includes("password");
  if (hasOperators === false) {
    return html`<${Alone} title=${t("sign_in.first_title")}>
      <p class="muted">${t("sign_in.first")}</p>
      <pre class="command"><code>${`recoup operator add NAME --role admin --console ${location.origin}`}</code></pre>
      <p class="muted">${t("sign_in.first_then")}</p>
    <//>`;
  }
  if (!byPassword) {
    return html`<${Alone} title=${t("sign_in.title")}>
      <p class="muted">${t("sign_in.proxy")}</p>
      <button type="button" class="button primary" onClick=${() => location.reload()}>${t("do.reload")}</button>
    <//>`;
  }
  return html`<${Alone} title=${t("sign_in.title")}>
    <form class="form" ref=${form} onSubmit=${submit}>
      <${Text} label=${t("sign_in.name")} name="name" autocomplete="username" autocapitalize="none" spellcheck=${false} value=${name} onValue=${setName} required />
      <${Text} label=${t("sign_in.password")} name="password" type="password" autocomplete="current-password" value=${password} onValue=${setPassword} required />
      <${FormError} error=${error} />
      <button type="submit" class="button primary" disabled=${busy}>${busy ? t("do.busy") : t("sign_in.action")}</button>
    </form>
    <p class="muted small">${t("sign_in.forgot")}</p>
  <//>`;
}
