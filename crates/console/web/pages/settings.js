// Settings: my own, and for admins who may sign in and what they did.

import { html } from "htm/preact";
import { route, to } from "../router.js";
import { may, session } from "../session.js";
import { t, word } from "../i18n.js";
import { PageHead } from "../parts/page.js";
import { Tabs } from "../parts/menu.js";
import { Mine } from "./settings/mine.js";
import { Sessions } from "./settings/sessions.js";
import { Exports } from "./settings/exports.js";
import { Operators } from "./settings/operators.js";
import { Audit } from "./settings/audit.js";

export default function Settings() {
  const tabs = ["mine", "sessions", may("export") && "exports", may("operators") && "operators", may("audit") && "audit"].filter(Boolean);
  const wanted = route.value.query.get("tab");
  const tab = tabs.includes(wanted) ? wanted : "mine";
  const { operator, role, version } = session.value;
  const Shown = { mine: Mine, sessions: Sessions, exports: Exports, operators: Operators, audit: Audit }[tab];
  return html`<div class="page">
    <${PageHead} title=${t("nav.settings")} lead=${t("settings.lead", { operator, role: word("role", role), version })} />
    <div class="stack">
      <${Tabs} label=${t("nav.settings")} tabs=${tabs.map((one) => ({ label: t(`settings.tab.${one}`), href: to("/settings", { tab: one === "mine" ? null : one }), current: one === tab }))} />
      <${Shown} />
    </div>
  </div>`;
}
