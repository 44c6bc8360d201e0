// My password, and where I am signed in.

import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { get, post, remove } from "../../api.js";
import { resume, session } from "../../session.js";
import { t } from "../../i18n.js";
import { Panel } from "../../parts/page.js";
import { FormError, Loaded, problemText, useLoad } from "../../parts/load.js";
import { Table } from "../../parts/table.js";
import { Button, Text } from "../../parts/form.js";
import { Time } from "../../parts/time.js";
import { announce } from "../../parts/toast.js";

const LEAST = 12;

export function Sessions() {
  const list = useLoad((signal) => get("/session/sessions", null, { signal }), []);
  const end = async (one) => {
    try {
      await remove(`/session/sessions/${encodeURIComponent(one.id)}`);
      announce(t("sessions.ended"));
      await list.reload();
    } catch (error) {
      announce(problemText(error), { tone: "bad" });
    }
  };
  return html`<div class="stack">
    <${Panel} title=${t("sessions.title")} flush><${Loaded} of=${list} rows=${3}>${(data) => html`<${Table} caption=${t("sessions.title")} rows=${data.items} rowKey=${(row) => row.id} columns=${[
      { label: t("column.kind"), cell: (row) => html`<strong>${t(`sessions.kind.${row.kind}`)}</strong>${row.label && html`<span class="second">${row.label}</span>`}` },
      { label: t("sessions.begun"), kind: "tight", cell: (row) => html`<${Time} at=${row.made_at} />` },
      { label: t("sessions.seen"), kind: "tight", cell: (row) => html`<${Time} at=${row.seen_at} />` },
      { label: t("sessions.until"), kind: "tight", cell: (row) => html`<${Time} at=${row.until} />` },
      { label: t("sessions.end"), unseen: true, kind: "tight", cell: (row) => html`<${Button} kind="small" onClick=${() => end(row)}>${t("sessions.end")}<//>` },
    ]} />`}<//><//>
    <${Password} onDone=${list.reload} />
  </div>`;
}

function Password({ onDone }) {
  const [password, setPassword] = useState("");
  const [next, setNext] = useState("");
  const [error, setError] = useState(null);
  const [busy, setBusy] = useState(false);
  const short = next !== "" && [...next].length < LEAST;
  const submit = async (event) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      await post("/session/password", { password, new_password: next });
      // The other sessions ended, and this one is a new one.
      await resume();
      setPassword("");
      setNext("");
      announce(t("password.done"));
      await onDone();
    } catch (problem) {
      setError(problem);
    }
    setBusy(false);
  };
  return html`<${Panel} title=${t("password.title")}>
    <form class="form narrow" onSubmit=${submit}>
      <p class="muted">${t("password.lead")}</p>
      <${Text} label=${t("password.now")} type="password" autocomplete="current-password" value=${password} onValue=${setPassword} required />
      <${Text} label=${t("password.new")} hint=${t("invitation.password_hint", { n: LEAST })} error=${short && t("invitation.too_short", { n: LEAST })} type="password" autocomplete="new-password" value=${next} onValue=${setNext} required />
      <${FormError} error=${error} />
      <div class="actions"><button type="submit" class="button primary" disabled=${busy || !password || !next || short}>${t("password.action")}</button></div>
    </form>
  <//>`;
}
