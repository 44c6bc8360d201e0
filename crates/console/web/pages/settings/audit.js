// Who did what, and what was refused.

import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { get } from "../../api.js";
import { playerAddress, refundAddress, route, setQuery } from "../../router.js";
import { t } from "../../i18n.js";
import { Panel } from "../../parts/page.js";
import { Empty, Loaded, More, usePages } from "../../parts/load.js";
import { Table } from "../../parts/table.js";
import { Chip } from "../../parts/chip.js";
import { Time } from "../../parts/time.js";

export function Audit() {
  const operator = route.value.query.get("operator") || "";
  const target = route.value.query.get("target") || "";
  const [values, setValues] = useState({ operator, target });
  const pages = usePages((after, signal) => get("/audit", { operator, target, after, limit: 50 }, { signal }), [operator, target]);
  const submit = (event) => {
    event.preventDefault();
    setQuery({ operator: values.operator.trim() || null, target: values.target.trim() || null });
  };
  const field = (name) => html`<input class="input" type="search" aria-label=${t(`audit.${name}`)} placeholder=${t(`audit.${name}`)} value=${values[name]} onInput=${(event) => setValues({ ...values, [name]: event.target.value })} />`;
  return html`<${Panel} title=${t("audit.title")} flush actions=${html`<form class="inline-form" onSubmit=${submit}>${field("operator")}${field("target")}<button type="submit" class="button small">${t("filters.add")}</button></form>`}>
    <${Loaded} of=${pages} rows=${8}>${(data) => (data.items.length
      ? html`<${Table} caption=${t("audit.title")} rows=${data.items} rowKey=${(row) => row.id} columns=${[
          { label: t("column.time"), kind: "tight", cell: (row) => html`<${Time} at=${row.at} />` },
          { label: t("audit.operator"), cell: (row) => html`<strong>${row.operator || t("audit.nobody")}</strong>${row.peer && html`<span class="second">${row.peer}</span>`}` },
          { label: t("audit.what"), cell: (row) => html`<code>${row.what}</code>` },
          { label: t("audit.target"), cell: (row) => html`<${Target} target=${row.target} />` },
          { label: t("audit.outcome"), kind: "tight", cell: (row) => (row.outcome === "done" ? html`<${Chip} tone="good">${t("audit.done")}<//>` : html`<${Chip} tone="bad">${row.outcome}<//>`) },
          { label: t("audit.details"), cell: (row) => row.details && html`<code class="breaks">${JSON.stringify(row.details)}</code>` },
        ]} /><${More} next=${pages.next} loadMore=${pages.loadMore} />`
      : html`<${Empty} icon="search" title=${t("audit.none")} text=${t("audit.none_text")} />`)}<//>
  <//>`;
}

/** What it was about, such as `refund:93`, as a link where there is a page of it. */
function Target({ target }) {
  if (!target) return null;
  const [kind, ...rest] = target.split(":");
  const name = rest.join(":");
  const address = kind === "refund" && /^\d+$/.test(name) ? refundAddress(name) : kind === "player" && name ? playerAddress(name) : null;
  return address ? html`<a class="breaks" href=${address}><bdi>${target}</bdi></a>` : html`<bdi class="breaks">${target}</bdi>`;
}
