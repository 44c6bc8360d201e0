// Making exclusions: several orders or players are pasted, one a line.

import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { Problem, post } from "../../api.js";
import { may, session } from "../../session.js";
import { t, word } from "../../i18n.js";
import { Choices, FormDialog, Long, Select, Text, Why } from "../../parts/form.js";
import { problemText } from "../../parts/load.js";
import { storeName } from "../../parts/chip.js";
import { announce } from "../../parts/toast.js";
import { idsOf } from "../blocks/many.js";

const MOST = 100;

export function AddDialog({ onClose, onDone }) {
  // Support may spare an order, and nothing else.
  const all = may("exclude");
  const [kind, setKind] = useState("order");
  const [action, setAction] = useState("spare");
  const [text, setText] = useState("");
  const [store, setStore] = useState("");
  const [until, setUntil] = useState("");
  const [why, setWhy] = useState("");
  const values = kind === "own_refunds" ? [""] : idsOf(text);
  const send = async () => {
    const refunded = [];
    for (const [at, value] of values.entries()) {
      const body = { kind, action, why: why.trim(), ...(value && { value }), ...(store && { store }), ...(until && { until: new Date(`${until}T23:59:59`).getTime() }) };
      try {
        const made = await post("/exclusions", body);
        refunded.push(...(made.refunded_already || []));
      } catch (error) {
        // Those before are made: only the rest is left to be tried again.
        setText(values.slice(at).join("\n"));
        throw at === 0 ? error : new Problem({ code: "some_made", made: at, value, why: problemText(error) });
      }
    }
    return refunded;
  };
  const done = (refunded) => {
    announce(t("exclusions.made", { n: values.length }));
    if (refunded.length) announce(t("exclusions.refunded_already", { refunds: refunded.slice(0, 20).join(", ") }), { tone: "bad" });
    return onDone();
  };
  return html`<${FormDialog} title=${t("exclusions.add")} lead=${t("exclusions.add_lead")} action=${t("exclusions.add_action")} wide ready=${values.length > 0 && values.length <= MOST && why.trim() !== ""} send=${send} onClose=${onClose} onDone=${done}>
    ${all && html`<div class="form-row">
      <${Select} label=${t("exclusions.kind")} value=${kind} onValue=${setKind} options=${["order", "user", "product", "own_refunds"].map((one) => [one, word("exclusion.kind", one)])} />
      <${Select} label=${t("column.store")} value=${store} onValue=${setStore} options=${[["", t("filter.any")], ...session.value.stores.map((one) => [one, storeName(one)])]} />
    </div>`}
    ${kind !== "own_refunds" && html`<${Long} label=${t(`exclusions.values.${kind}`)} hint=${kind === "product" ? t("exclusions.pattern_hint") : t("exclusions.values_hint", { n: MOST })} error=${values.length > MOST && t("bulk.too_many", { n: MOST })} rows="5" value=${text} onValue=${setText} spellcheck=${false} />`}
    ${all && html`<${Choices} label=${t("exclusions.does")} name="exclusion" value=${action} onValue=${setAction} options=${[["spare", word("exclusion.action", "spare"), t("exclusions.spare_hint")], ["exclude", word("exclusion.action", "exclude"), t("exclusions.exclude_hint")]]} />`}
    <${Text} label=${t("access.until")} hint=${t("access.until_hint")} type="date" value=${until} onValue=${setUntil} optional />
    <${Why} value=${why} onValue=${setWhy} />
  <//>`;
}
