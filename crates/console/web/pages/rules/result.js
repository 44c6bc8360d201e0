// What other rules would have decided.

import { html } from "htm/preact";
import { playerAddress, refundAddress } from "../../router.js";
import { rich, t, word } from "../../i18n.js";
import { count, day, signed } from "../../format.js";
import { Panel } from "../../parts/page.js";
import { Empty } from "../../parts/load.js";
import { Table } from "../../parts/table.js";
import { spanWords } from "../../words.js";

/** An action as the trial names it: `alert`, `block 7d`, `block until repaid`. */
function actionName(text) {
  if (!text.startsWith("block")) return word("action.kind", text.replace(/ /g, "_"));
  const rest = text.slice(6);
  return rest ? `${word("action.kind", "block")}: ${/^\d/.test(rest) ? spanWords(rest) : rest.includes("repaid") ? t("until.repaid") : rest === "permanently" ? t("until.no_end") : rest}` : word("action.kind", "block");
}

export function Result({ result }) {
  const { blocked } = result;
  const range = result.since && result.until ? t("trial.range", { since: day(result.since), until: day(result.until) }) : "";
  return html`
    ${result.stopped && html`<p class="strip warn">${t("trial.stopped")}</p>`}
    <section class="card tiles-card"><h2>${t("trial.title")}</h2>
      <p class="muted">${t("trial.over", { refunds: t("n_refunds", { n: result.refunds }), players: t("n_players", { n: result.users }) })} ${range}</p>
      <div class="tiles small-tiles">
        <${Number} label=${t("trial.blocked_now")} value=${blocked.now} />
        <${Number} label=${t("trial.blocked_then")} value=${blocked.then} />
        <${Number} label=${t("trial.newly")} value=${blocked.newly} tone=${blocked.newly ? "bad" : ""} />
        <${Number} label=${t("trial.freed")} value=${blocked.freed} tone=${blocked.freed ? "good" : ""} />
      </div>
      <${Players} label=${t("trial.newly_who")} users=${result.blocked_examples.newly} of=${blocked.newly} />
      <${Players} label=${t("trial.freed_who")} users=${result.blocked_examples.freed} of=${blocked.freed} />
    </section>
    <${Panel} title=${t("trial.changes")} flush>${result.changes.length
      ? html`<${Table} caption=${t("trial.changes")} rows=${result.changes} rowKey=${(row) => `${row.from} ${row.to}`} columns=${[
          { label: t("trial.from"), cell: (row) => actionName(row.from) },
          { label: t("trial.to"), cell: (row) => html`<strong>${actionName(row.to)}</strong>` },
          { label: t("column.refunds"), kind: "number", cell: (row) => count(row.refunds) },
          { label: t("nav.players"), kind: "number", cell: (row) => count(row.users) },
          { label: t("trial.examples"), cell: (row) => row.examples.slice(0, 8).map((one, at) => html`${at > 0 ? ", " : ""}<a key=${one.refund} href=${refundAddress(one.refund)} title=${one.user}>${one.refund}</a>`) },
        ]} />`
      : html`<${Empty} icon="check" title=${t("trial.no_change")} text=${t("trial.no_change_text")} />`}<//>
    <${Panel} title=${t("trial.rules")} flush><${Table} caption=${t("trial.rules")} rows=${result.rules} rowKey=${(row) => row.name} columns=${[
      { label: t("rules.rule"), cell: (row) => html`<strong><bdi>${row.name}</bdi></strong>${note(result, row.name)}` },
      { label: t("trial.now"), kind: "number", cell: (row) => count(row.now) },
      { label: t("trial.then"), kind: "number", cell: (row) => count(row.then) },
      { label: t("trial.change"), kind: "number", cell: (row) => html`<span class=${row.then === row.now ? "muted" : "strong"}>${signed(row.then - row.now)}</span>` },
    ]} /><//>`;
}

const Number = ({ label, value, tone }) => html`<div class="tile"><span class="tile-label">${label}</span><strong class=${`tile-value ${tone || ""}`}>${count(value)}</strong></div>`;

const Players = ({ label, users, of }) =>
  users.length > 0 && html`<p>${label} ${users.slice(0, 10).map((user, at) => html`${at > 0 ? ", " : ""}<a key=${user} href=${playerAddress(user)}><bdi>${user}</bdi></a>`)}${of > Math.min(10, users.length) ? ` ${t("and_more", { n: of - Math.min(10, users.length) })}` : ""}</p>`;

function note(result, name) {
  if (result.never_fits.includes(name)) return html`<span class="second">${t("trial.never_fits")}</span>`;
  const shadow = result.shadowed.find((one) => one.rule === name);
  return shadow && html`<span class="second">${rich("trial.shadowed", { by: shadow.by })}</span>`;
}
