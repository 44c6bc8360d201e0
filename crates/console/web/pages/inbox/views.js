// Saved views: addresses of the list under a name, of one's own or for everybody.

import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { get } from "../../api.js";
import { me } from "../../session.js";
import { t } from "../../i18n.js";
import { Menu } from "../../parts/menu.js";
import { lazy, problemText } from "../../parts/load.js";
import { announce } from "../../parts/toast.js";

const SaveView = lazy(() => import("./views_dialogs.js"), "SaveView");
const ManageViews = lazy(() => import("./views_dialogs.js"), "ManageViews");

export function Views({ page }) {
  const [open, setOpen] = useState(null);
  const [all, setAll] = useState([]);
  const load = async () => {
    try {
      setAll((await get("/views", { page })).items);
    } catch (error) {
      announce(problemText(error), { tone: "bad" });
    }
  };
  const own = all.filter((view) => view.operator === me());
  const close = () => setOpen(null);
  const items = [
    ...all.map((view) => ({ label: view.name, hint: view.shared ? t("views.by", { who: view.operator }) : undefined, icon: "save", href: `/${page}${view.query ? `?${view.query}` : ""}` })),
    { label: t("views.save"), icon: "plus", action: () => setOpen("save") },
    own.length > 0 && { label: t("views.manage"), icon: "settings", action: () => setOpen("manage") },
  ];
  return html`<${Menu} label=${t("views.title")} text=${t("views.title")} items=${items} onOpen=${load} />
    ${open === "save" && html`<${SaveView} page=${page} onClose=${close} onDone=${load} />`}
    ${open === "manage" && html`<${ManageViews} views=${own} onClose=${close} reload=${load} />`}`;
}
