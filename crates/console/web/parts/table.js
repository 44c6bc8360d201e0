// Tables that scan: real tables, with selection by row.

import { html } from "htm/preact";
import { t } from "../i18n.js";

/**
 * `columns`: `{key, label, cell: (row) => element, kind: "number" | "tight" | "wide", hidden}`.
 * `rowKey` names a row; `selection` is a signal with a set of names, where rows can be selected.
 */
export function Table({ caption, columns, rows, rowKey, selection, rowClass, foot, sort }) {
  const shown = columns.filter((column) => column && !column.hidden);
  const all = selection && rows.length > 0 && rows.every((row) => selection.value.has(rowKey(row)));
  const some = selection && !all && rows.some((row) => selection.value.has(rowKey(row)));
  return html`<div class="table-box" tabindex="0" role="region" aria-label=${caption}>
    <table class="table">
      <caption class="unseen">${caption}</caption>
      <thead><tr>
        ${selection && html`<th class="pick"><input type="checkbox" aria-label=${t("table.select_all")} checked=${all} indeterminate=${some} onChange=${() => selectAll(selection, rows.map(rowKey), !all)} /></th>`}
        ${shown.map((column) => html`<th scope="col" class=${column.kind || ""} aria-sort=${ariaSort(sort, column)}>${heading(sort, column)}</th>`)}
      </tr></thead>
      <tbody>${rows.map((row) => {
        const name = rowKey(row);
        const picked = selection && selection.value.has(name);
        return html`<tr key=${name} class=${`${picked ? "picked" : ""} ${rowClass ? rowClass(row) : ""}`} data-row=${name}>
          ${selection && html`<td class="pick"><input type="checkbox" aria-label=${t("table.select", { row: name })} checked=${picked} onClick=${(event) => pick(selection, rows.map(rowKey), name, event.shiftKey)} /></td>`}
          ${shown.map((column) => html`<td class=${column.kind || ""} data-label=${column.label}>${column.cell(row)}</td>`)}
        </tr>`;
      })}</tbody>
      ${foot && html`<tfoot>${foot}</tfoot>`}
    </table>
  </div>`;
}

function ariaSort(sort, column) {
  if (!sort || !column.sort) return undefined;
  if (sort.by !== column.sort) return "none";
  return sort.order === "oldest" ? "ascending" : "descending";
}

function heading(sort, column) {
  if (column.unseen) return html`<span class="unseen">${column.label}</span>`;
  if (!sort || !column.sort) return column.label;
  const current = sort.by === column.sort;
  const mark = current ? (sort.order === "oldest" ? "↑" : "↓") : "";
  return html`<button type="button" class="sort" onClick=${() => sort.to(column.sort, current && sort.order !== "oldest" ? "oldest" : "newest")}>${column.label}<span aria-hidden="true">${mark}</span></button>`;
}

let lastPicked = null;

/** Selects a row or takes it out; with `upTo`, all rows from the last one that was chosen. */
export function pick(selection, names, name, upTo) {
  const next = new Set(selection.value);
  const from = names.indexOf(lastPicked);
  const to = names.indexOf(name);
  if (upTo && from >= 0 && to >= 0) names.slice(Math.min(from, to), Math.max(from, to) + 1).forEach((one) => next.add(one));
  else if (next.has(name)) next.delete(name);
  else next.add(name);
  lastPicked = name;
  selection.value = next;
}

function selectAll(selection, names, on) {
  const next = new Set(selection.value);
  names.forEach((name) => (on ? next.add(name) : next.delete(name)));
  selection.value = next;
}
