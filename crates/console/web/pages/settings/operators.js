// Who may sign in, and as what; tokens for programs.

import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { get } from "../../api.js";
import { me } from "../../session.js";
import { t, word } from "../../i18n.js";
import { Panel } from "../../parts/page.js";
import { Loaded, useLoad } from "../../parts/load.js";
import { Table } from "../../parts/table.js";
import { Menu } from "../../parts/menu.js";
import { Button } from "../../parts/form.js";
import { Chip, Face } from "../../parts/chip.js";
import { Time } from "../../parts/time.js";
import { AddDialog, EndDialog, InviteDialog, RoleDialog, SignOutDialog, TokenDialog } from "./operator_dialogs.js";

export function Operators() {
  const [dialog, setDialog] = useState(null);
  const list = useLoad((signal) => get("/operators", null, { signal }), []);
  const close = () => setDialog(null);
  const open = (name, operator) => () => setDialog({ name, operator });
  const Shown = dialog && { add: AddDialog, role: RoleDialog, invite: InviteDialog, end: EndDialog, sign_out: SignOutDialog, token: TokenDialog }[dialog.name];
  return html`<${Panel} title=${t("operators.title")} flush actions=${html`
      <${Button} kind="small" onClick=${open("token")}>${t("token.make")}<//>
      <${Button} kind="small primary" icon="plus" onClick=${open("add")}>${t("operators.add")}<//>`}>
    <${Loaded} of=${list} rows=${4}>${(data) => html`<${Table} caption=${t("operators.title")} rows=${data.items} rowKey=${(row) => row.name} columns=${[
      { label: t("sign_in.name"), cell: (row) => html`<span class="who-cell"><${Face} name=${row.name} /><strong>${row.name}</strong>${row.name === me() && html`<span class="muted small">${t("operators.you")}</span>`}</span>` },
      { label: t("operators.role"), cell: (row) => word("role", row.role) },
      { label: t("column.status"), cell: (row) => html`<${Standing} operator=${row} />` },
      { label: t("operators.since"), kind: "tight", cell: (row) => html`<${Time} at=${row.made_at} />` },
      { label: t("operators.actions"), unseen: true, kind: "tight", cell: (row) => !row.ended_at && html`<${Menu} label=${t("operators.actions_of", { name: row.name })} kind="small quiet icon-only" items=${[
        row.name !== me() && { label: t("operators.set_role"), icon: "settings", action: open("role", row) },
        { label: t("operators.invite"), icon: "letter", action: open("invite", row) },
        { label: t("operators.sign_out"), icon: "external", action: open("sign_out", row) },
        row.name !== me() && { label: t("operators.end"), icon: "close", danger: true, action: open("end", row) },
      ]} />` },
    ]} />`}<//>
    ${Shown && html`<${Shown} operator=${dialog.operator} onClose=${close} onDone=${list.reload} />`}
  <//>`;
}

function Standing({ operator }) {
  if (operator.ended_at) return html`<${Chip}>${t("operators.ended")}<//>`;
  if (operator.invited_until && operator.invited_until > Date.now()) return html`<${Chip} tone="info">${t("operators.invited")}<//>`;
  if (!operator.has_password) return html`<${Chip} tone="warn">${t("operators.no_password")}<//>`;
  return html`<${Chip} tone="good">${t("operators.active")}<//>`;
}
