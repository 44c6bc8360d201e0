// An operator's decision on a player's access to one product.

import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { post } from "../../api.js";
import { t } from "../../i18n.js";
import { Choices, FormDialog, Text, Why } from "../../parts/form.js";
import { announce } from "../../parts/toast.js";

export function AccessDialog({ player, onClose, onDone }) {
  const [product, setProduct] = useState("");
  const [access, setAccess] = useState("yes");
  const [until, setUntil] = useState("");
  const [why, setWhy] = useState("");
  const send = (key) =>
    post("/player/access", { user: player.user, product: product.trim(), access: access === "yes", until: until ? new Date(`${until}T23:59:59`).getTime() : null, why: why.trim() }, { key });
  const done = () => {
    announce(t("access.done"));
    return onDone();
  };
  return html`<${FormDialog} title=${t("access.change")} lead=${t("access.lead")} action=${t("do.save")} ready=${product.trim() !== "" && why.trim() !== ""} send=${send} onClose=${onClose} onDone=${done}>
    <${Text} label=${t("column.product")} value=${product} onValue=${setProduct} list="products" required />
    <datalist id="products">${[...new Set([...(player.access || []).map((one) => one.product), ...player.purchases.map((one) => one.product).filter(Boolean)])].map((one) => html`<option value=${one} />`)}</datalist>
    <${Choices} label=${t("access.what")} name="access" value=${access} onValue=${setAccess} options=${[["yes", t("access.grant")], ["no", t("access.revoke")]]} />
    <${Text} label=${t("access.until")} hint=${t("access.until_hint")} type="date" value=${until} onValue=${setUntil} optional />
    <${Why} value=${why} onValue=${setWhy} />
  <//>`;
}
