// An invitation, which is in the address behind `#`, so that no server's log has it.

import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { get, post } from "../api.js";
import { go, route, to } from "../router.js";
import { begin } from "../session.js";
import { t, word } from "../i18n.js";
import { Text } from "../parts/form.js";
import { FormError, Waiting, useLoad } from "../parts/load.js";
import { Alone } from "../parts/alone.js";

const LEAST = 12;

export default function Invitation() {
  const token = route.value.hash.slice(1);
  const invitation = useLoad(() => get(`/invitations/${encodeURIComponent(token)}`, null, { signing: true }), [token]);
  if (invitation.error && invitation.error.code !== "bad_invitation") {
    return html`<${Alone} title=${t("invitation.title")}>
      <${FormError} error=${invitation.error} />
      <button type="button" class="button" onClick=${invitation.reload}>${t("do.retry")}</button>
    <//>`;
  }
  if (invitation.error) {
    return html`<${Alone} title=${t("invitation.bad_title")}>
      <p class="muted">${t("invitation.bad")}</p>
      <a class="button" href="/">${t("invitation.to_sign_in")}</a>
    <//>`;
  }
  if (!invitation.data) return html`<${Alone} title=${t("invitation.title")}><${Waiting} rows=${2} /><//>`;
  return html`<${Accept} token=${token} invitation=${invitation.data} />`;
}

function Accept({ token, invitation }) {
  const [password, setPassword] = useState("");
  const [again, setAgain] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState(null);
  const [tried, setTried] = useState(false);
  const short = [...password].length < LEAST;
  const different = again !== password;
  const submit = async (event) => {
    event.preventDefault();
    setTried(true);
    if (short || different) return;
    setBusy(true);
    setError(null);
    try {
      await begin(await post(`/invitations/${encodeURIComponent(token)}`, { password }, { signing: true }));
      go(to("/refunds"), { replace: true });
    } catch (problem) {
      setError(problem);
      setBusy(false);
    }
  };
  return html`<${Alone} title=${t("invitation.welcome", { name: invitation.operator })}>
    <p class="muted">${t("invitation.lead", { role: word("role", invitation.role) })} ${t(`role.${invitation.role}.may`)}</p>
    <form class="form" onSubmit=${submit}>
      <input type="text" name="name" autocomplete="username" value=${invitation.operator} hidden readonly />
      <${Text} label=${t("invitation.password")} hint=${t("invitation.password_hint", { n: LEAST })} error=${tried && short && t("invitation.too_short", { n: LEAST })} type="password" autocomplete="new-password" value=${password} onValue=${setPassword} required />
      <${Text} label=${t("invitation.again")} error=${tried && different && !short && t("invitation.different")} type="password" autocomplete="new-password" value=${again} onValue=${setAgain} required />
      <${FormError} error=${error} />
      <button type="submit" class="button primary" disabled=${busy}>${busy ? t("do.busy") : t("invitation.action")}</button>
    </form>
  <//>`;
}
