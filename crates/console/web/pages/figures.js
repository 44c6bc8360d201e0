// Figures: what was bought and refunded, and what became of it.

import { html } from "htm/preact";
import { get } from "../api.js";
import { environment, route, setQuery } from "../router.js";
import { may } from "../session.js";
import { t } from "../i18n.js";
import { day } from "../format.js";
import { address } from "../api.js";
import { PageHead } from "../parts/page.js";
import { Loaded, useLoad } from "../parts/load.js";
import { Segments } from "../parts/menu.js";
import { Select, Text } from "../parts/form.js";
import { Icon } from "../parts/icon.js";
import { Tiles } from "./figures/tiles.js";
import { Series } from "./figures/series.js";
import { Groups, Statuses } from "./figures/groups.js";
import { Blocks, Items, Lags, Repeat, Reviews, RuleFigures, Waiting } from "./figures/lists.js";

const PERIODS = ["7", "30", "90", "365"];
const GROUPS = ["store", "product", "country", "currency", "reason", "rule", "work_status"];
const LISTS = ["items", "rules", "blocks", "lags", "reviews", "repeat_refunders", "waiting"];
const DAY = 86400000;

/** The question that an address asks. Figures are of whole days of the ledger's offset: noon lies in the same day everywhere. */
function questionOf(query) {
  const by = query.getAll("by").filter((one) => GROUPS.includes(one)).slice(0, 2);
  const from = query.get("since");
  const to = query.get("until");
  const period = from || to ? "own" : PERIODS.includes(query.get("days")) ? query.get("days") : "30";
  const since = period === "own" ? (from ? new Date(`${from}T12:00:00Z`).toISOString() : undefined) : new Date(Date.now() - (Number(period) - 1) * DAY).toISOString();
  const until = period === "own" && to ? new Date(`${to}T12:00:00Z`).toISOString() : undefined;
  return { period, by: by.length ? by : ["store"], since, until };
}

export default function Figures() {
  const { query } = route.value;
  const { period, by, since, until } = questionOf(query);
  const asked = { by, since, until, environment: environment.value === "sandbox" ? "sandbox" : undefined };
  const figures = useLoad((signal) => get("/figures", { ...asked, lists: LISTS }, { signal }), [String(query), environment.value]);
  const choose = (days) => setQuery(days === "own" ? { days: null, since: new Date(Date.now() - 29 * DAY).toISOString().slice(0, 10), until: new Date().toISOString().slice(0, 10) } : { days: days === "30" ? null : days, since: null, until: null });
  return html`<div class="page figures">
    <${PageHead} title=${t("nav.figures")} lead=${figures.data ? html`<${Lead} data=${figures.data} />` : t("loading")} actions=${may("export") && html`<a class="button" href=${address("/figures.csv", asked)} download><${Icon} name="save" />${t("figures.csv")}</a>`} />
    ${environment.value === "both" && html`<p class="strip"><${Icon} name="info" />${t("figures.not_both")}</p>`}
    <div class="figure-bar">
      <${Segments} label=${t("figures.period")} name="period" value=${period} onValue=${choose} options=${[...PERIODS.map((n) => [n, t(`figures.days.${n}`)]), ["own", t("figures.days.own")]]} />
      ${period === "own" && html`<div class="own-days">
        <${Text} label=${t("figures.from")} type="date" value=${query.get("since") || ""} onValue=${(value) => setQuery({ since: value || null })} />
        <${Text} label=${t("figures.to")} type="date" value=${query.get("until") || ""} onValue=${(value) => setQuery({ until: value || null })} />
      </div>`}
      <span class="grow"></span>
      <div class="by-fields">
        <${Select} label=${t("figures.by")} value=${by[0]} onValue=${(one) => setQuery({ by: [one, ...by.slice(1).filter((other) => other !== one)] })} options=${GROUPS.map((one) => [one, t(`figures.by.${one}`)])} />
        <${Select} label=${t("figures.and_by")} value=${by[1] || ""} onValue=${(one) => setQuery({ by: one ? [by[0], one] : [by[0]] })} options=${[["", t("figures.by.none")], ...GROUPS.filter((one) => one !== by[0]).map((one) => [one, t(`figures.by.${one}`)])]} />
      </div>
    </div>
    <${Loaded} of=${figures} rows=${10}>${(data) => html`<${Shown} data=${data} by=${by} />`}<//>
  </div>`;
}

const Lead = ({ data }) => t("figures.lead", { since: day(data.since), until: day(data.until - 1), offset: data.utc_offset === "+00:00" || data.utc_offset === "Z" ? "UTC" : `UTC${data.utc_offset}`, environment: t(`environment.${data.environment}`) });

const Shown = ({ data, by }) => html`
  <${Tiles} data=${data} />
  <${Series} data=${data} />
  <${Groups} data=${data} by=${by} />
  <div class="pairs">
    <${Statuses} data=${data} />
    <${Waiting} data=${data} />
    <${RuleFigures} data=${data} />
    <${Blocks} data=${data} />
    <${Items} data=${data} />
    <${Lags} data=${data} />
    <${Repeat} data=${data} />
    <${Reviews} data=${data} />
  </div>`;
