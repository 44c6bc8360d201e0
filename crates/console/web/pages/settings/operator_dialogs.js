// Changes of operators. Invitations and tokens are shown once.

import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { post } from "../../api.js";
import { session } from "../../session.js";
import { t, word } from "../../i18n.js";
import { momentInFull } from "../../format.js";
import { Button, Choices, Dialog, FormDialog, Select, Text } from "../../parts/form.js";
import { Copy } from "../../parts/time.js";
import { announce } from "../../parts/toast.js";

const ROLES = ["viewer", "support", "operator", "admin"];

const path = (operator, what) => `/operators/${encodeURIComponent(operator.name)}/${what}`;

const RoleChoice = ({ value, onValue }) => html`<${Choices} label=${t("operators.role")} name="role" value=${value} onValue=${onValue} options=${ROLES.map((role) => [role, word("role", role), t(`role.${role}.they`)])} />`;

/** What is shown once: an address or a token. */
const Once = ({ title, lead, text, label, onClose }) => html`<${Dialog} title=${title} onClose=${onClose} wide>
  <div class="dialog-body"><p>${lead}</p><pre class="command"><code>${text}</code></pre></div>
  <footer class="dialog-foot"><${Copy} text=${text} label=${label} quiet=${false} /><${Button} kind="primary" onClick=${onClose}>${t("do.close")}<//></footer>
<//>`;

const Invited = ({ invitation, onClose }) => html`<${Once} title=${t("operators.invitation", { name: invitation.operator })} lead=${t("operators.invitation_lead", { time: momentInFull(invitation.until) })} text=${invitation.address} label=${t("operators.copy_address")} onClose=${onClose} />`;

/** A form, and then what it gave, which is shown once. */
function useGiven(onDone) {
  const [given, setGiven] = useState(null);
  const done = (result) => {
    setGiven(result);
    return onDone();
  };
  return [given, done];
}

export function AddDialog({ onClose, onDone }) {
  const [name, setName] = useState("");
  const [role, setRole] = useState("support");
  const [given, done] = useGiven(onDone);
  const [closed, setClosed] = useState(false);
  if (given) return html`<${Invited} invitation=${given} onClose=${onClose} />`;
  if (closed) return null;
  return html`<${FormDialog} title=${t("operators.add")} action=${t("operators.add_action")} ready=${name.trim() !== ""} send=${(key) => post("/operators", { name: name.trim(), role }, { key })} onClose=${() => setClosed(true)} onCancel=${onClose} onDone=${done}>
    <${Text} label=${t("sign_in.name")} hint=${t("operators.name_hint")} value=${name} onValue=${setName} maxlength="64" required />
    <${RoleChoice} value=${role} onValue=${setRole} />
  <//>`;
}

export function InviteDialog({ operator, onClose, onDone }) {
  const [given, done] = useGiven(onDone);
  const [closed, setClosed] = useState(false);
  if (given) return html`<${Invited} invitation=${given} onClose=${onClose} />`;
  if (closed) return null;
  return html`<${FormDialog} title=${t("operators.invite_title", { name: operator.name })} lead=${t("operators.invite_lead")} action=${t("operators.add_action")} send=${(key) => post(path(operator, "invite"), {}, { key })} onClose=${() => setClosed(true)} onCancel=${onClose} onDone=${done} />`;
}

export function RoleDialog({ operator, onClose, onDone }) {
  const [role, setRole] = useState(operator.role);
  const done = () => {
    announce(t("operators.role_done", { name: operator.name, role: word("role", role) }));
    return onDone();
  };
  return html`<${FormDialog} title=${t("operators.role_title", { name: operator.name })} lead=${t("operators.role_lead")} action=${t("do.save")} ready=${role !== operator.role} send=${(key) => post(path(operator, "role"), { role }, { key })} onClose=${onClose} onDone=${done}>
    <${RoleChoice} value=${role} onValue=${setRole} />
  <//>`;
}

export function EndDialog({ operator, onClose, onDone }) {
  const done = () => {
    announce(t("operators.end_done", { name: operator.name }));
    return onDone();
  };
  return html`<${FormDialog} title=${t("operators.end_title", { name: operator.name })} lead=${t("operators.end_lead")} action=${t("operators.end_action")} danger send=${(key) => post(path(operator, "end"), {}, { key })} onClose=${onClose} onDone=${done} />`;
}

export function SignOutDialog({ operator, onClose, onDone }) {
  const done = (result) => {
    announce(t("operators.sign_out_done", { n: result ? result.ended : 0 }));
    return onDone();
  };
  return html`<${FormDialog} title=${t("operators.sign_out_title", { name: operator.name })} lead=${t("operators.sign_out_lead")} action=${t("operators.sign_out_action")} send=${(key) => post(path(operator, "sign-out"), {}, { key })} onClose=${onClose} onDone=${done} />`;
}

export function TokenDialog({ onClose, onDone }) {
  const own = session.value.role;
  const [label, setLabel] = useState("");
  const [role, setRole] = useState("viewer");
  const [days, setDays] = useState("90");
  const [given, done] = useGiven(onDone);
  const [closed, setClosed] = useState(false);
  if (given) return html`<${Once} title=${t("token.title")} lead=${t("token.lead_once")} text=${given.token} label=${t("token.copy")} onClose=${onClose} />`;
  if (closed) return null;
  return html`<${FormDialog} title=${t("token.make")} lead=${t("token.lead")} action=${t("token.action")} ready=${label.trim() !== ""} send=${(key) => post("/tokens", { label: label.trim(), role, days: Number(days) }, { key })} onClose=${() => setClosed(true)} onCancel=${onClose} onDone=${done}>
    <${Text} label=${t("token.label")} hint=${t("token.label_hint")} value=${label} onValue=${setLabel} maxlength="64" required />
    <div class="form-row">
      <${Select} label=${t("operators.role")} value=${role} onValue=${setRole} options=${ROLES.slice(0, ROLES.indexOf(own) + 1).map((one) => [one, word("role", one)])} />
      <${Select} label=${t("token.days")} value=${days} onValue=${setDays} options=${["7", "30", "90", "365"].map((n) => [n, t("draft.n_days", { n: Number(n) })])} />
    </div>
  <//>`;
}
