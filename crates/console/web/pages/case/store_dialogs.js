// Refunds and revocations at the store: what the request would be is shown before it is sent.

import { html } from "htm/preact";
import { useEffect, useState } from "preact/hooks";
import { newKey, post } from "../../api.js";
import { t } from "../../i18n.js";
import { howMuch, productName } from "../../words.js";
import { Check, Choices, FormDialog, Select, Why } from "../../parts/form.js";
import { problemText } from "../../parts/load.js";
import { storeName } from "../../parts/chip.js";

/** Asks the server what it would do, whenever the request changes. */
function useDryRun(path, order) {
  const [dry, setDry] = useState({});
  const asked = JSON.stringify(order);
  useEffect(() => {
    let wanted = true;
    setDry({});
    post(path, { order, why: "-", dry_run: true }, { key: newKey() }).then(
      () => wanted && setDry({ ok: true }),
      (error) => wanted && setDry({ error }),
    );
    return () => { wanted = false; };
  }, [asked]);
  return dry;
}

const DryRun = ({ dry, text }) => html`<div class="preview" role="status">${dry.error ? html`<p class="bad">${problemText(dry.error)}</p>` : dry.ok ? html`<p>${text}</p>` : html`<p class="muted">${t("loading")}</p>`}</div>`;

export function RefundAtStore({ file, done, onClose }) {
  const { refund } = file;
  const { about } = refund;
  const isStripe = refund.store === "stripe";
  const [revoke, setRevoke] = useState(true);
  const [reason, setReason] = useState("");
  const [why, setWhy] = useState("");
  const order = isStripe
    ? { store: "stripe", app: refund.app, payment: about.order_id, ...(reason && { reason }) }
    : { store: "google-play", app: refund.app, order_id: about.order_id, revoke };
  const dry = useDryRun("/actions/refund", order);
  const send = (key) => post("/actions/refund", { order, why: why.trim(), dry_run: false }, { key });
  return html`<${FormDialog} title=${t("store.refund")} lead=${t("store.refund_lead", { store: storeName(refund.store) })} action=${t("store.refund_action")} danger ready=${dry.ok && why.trim() !== ""} send=${send} onClose=${onClose} onDone=${done(t("store.sent", { store: storeName(refund.store) }))}>
    ${isStripe
      ? html`<${Select} label=${t("store.reason")} value=${reason} onValue=${setReason} options=${[["", t("store.reason.none")], ...["requested_by_customer", "duplicate", "fraudulent"].map((one) => [one, t(`store.reason.${one}`)])]} />`
      : html`<${Check} label=${t("store.with_revoke")} hint=${t("store.with_revoke_hint")} value=${revoke} onValue=${setRevoke} />`}
    <${Why} value=${why} onValue=${setWhy} />
    <${DryRun} dry=${dry} text=${t("store.refund_will", { store: storeName(refund.store), product: productName(refund), amount: howMuch(refund) })} />
  <//>`;
}

export function RevokeAtStore({ file, done, onClose }) {
  const { refund } = file;
  const [how, setHow] = useState("prorated");
  const [why, setWhy] = useState("");
  const order = { app: refund.app, purchase_token: refund.about.purchase_token, refund: how };
  const dry = useDryRun("/actions/revoke", order);
  const send = (key) => post("/actions/revoke", { order, why: why.trim(), dry_run: false }, { key });
  return html`<${FormDialog} title=${t("store.revoke")} lead=${t("store.revoke_lead", { store: storeName(refund.store) })} action=${t("store.revoke_action")} danger ready=${dry.ok && why.trim() !== ""} send=${send} onClose=${onClose} onDone=${done(t("store.sent", { store: storeName(refund.store) }))}>
    <${Choices} label=${t("store.revoke_refund")} name="refund" value=${how} onValue=${setHow} options=${[["prorated", t("store.prorated")], ["full", t("store.full")]]} />
    <${Why} value=${why} onValue=${setWhy} />
    <${DryRun} dry=${dry} text=${t("store.revoke_will", { store: storeName(refund.store), product: productName(refund) })} />
  <//>`;
}
