// The inbox: refunds by what is to do with them, with filters, saved views and changes of many at once.

import { html } from "htm/preact";
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { get } from "../api.js";
import { environment, environmentFilter, go, openList, refundAddress, route, setQuery, to } from "../router.js";
import { me, may } from "../session.js";
import { useKeys } from "../keys.js";
import { caughtUp, changed, counts, toDo } from "../refresh.js";
import { t } from "../i18n.js";
import { count } from "../format.js";
import { PageHead, Panel } from "../parts/page.js";
import { Empty, Loaded, More, lazy, useLoad, usePages } from "../parts/load.js";
import { Table, pick } from "../parts/table.js";
import { Tabs } from "../parts/menu.js";
import { Icon } from "../parts/icon.js";
import { Export } from "../parts/export.js";
import { FilterBar, filterOf } from "./inbox/filters.js";
import { BulkBar } from "./inbox/bulk.js";
import { ColumnsMenu, columnsOf } from "./inbox/columns.js";
import { Views } from "./inbox/views.js";
import { assignToMe } from "./case/changes.js";

/** The refunds that are selected; kept while the page is shown. */
const selection = signal(new Set());

const Debtors = lazy(() => import("./inbox/debtors.js"), "Debtors");

const TABS = ["to_do", "mine", "unknown", "reviews", "owing", "all"];

/** What a tab adds to the filter. */
function tabFilter(tab) {
  if (tab === "to_do") return { to_do: environment.value === "production" || undefined, work_status: environment.value === "production" ? [] : ["open", "recovering", "returning"] };
  if (tab === "mine") return { assignee: me(), work_status: ["open", "recovering", "returning"] };
  if (tab === "unknown") return { unattributed: true };
  if (tab === "reviews") return { state: ["pending_review"] };
  return {};
}

function useMine() {
  const mine = useLoad((abort) => get("/refunds/count", { ...tabFilter("mine"), environment: environmentFilter() }, { signal: abort }), [environment.value, counts.value]);
  return mine.data ? mine.data.count : null;
}

function InboxTabs({ tab }) {
  const mine = useMine();
  const numbers = {
    to_do: toDo(environment.value),
    mine,
    unknown: counts.value && counts.value.unattributed,
    reviews: counts.value && counts.value.reviews_due,
  };
  return html`<${Tabs} label=${t("inbox.tabs")} tabs=${TABS.map((one) => ({
    href: to("/refunds", { tab: one === "to_do" ? null : one }),
    label: t(`inbox.tab.${one}`),
    count: numbers[one] ? count(numbers[one]) : null,
    tone: one === "reviews" ? "bad" : "",
    current: one === tab,
  }))} />`;
}

export default function Inbox() {
  const { query } = route.value;
  const tab = TABS.includes(query.get("tab")) ? query.get("tab") : "to_do";
  useEffect(() => {
    selection.value = new Set();
  }, [tab]);
  return html`<div class="page inbox">
    <${PageHead} title=${t("nav.inbox")} lead=${t(`inbox.lead.${tab}`)} actions=${html`<${Export} kind=${tab === "owing" ? "debts" : "refunds"} query=${tab === "owing" ? {} : { store: query.getAll("store")[0], user: query.get("user") }} /><${Views} page="refunds" />`} />
    <div class="stack">
      <${InboxTabs} tab=${tab} />
      ${tab === "owing" ? html`<${Debtors} />` : html`<${Refunds} tab=${tab} query=${query} />`}
    </div>
  </div>`;
}

function Refunds({ tab, query }) {
  const filter = filterOf(query);
  const key = `${tab} ${query}`;
  const asked = { ...filter, ...tabFilter(tab), environment: tab === "to_do" && environment.value === "production" ? undefined : environmentFilter() };
  if (filter.work_status && filter.work_status.length) asked.work_status = filter.work_status;
  const load = async (after, abort) => {
    const page = await get("/refunds", { ...asked, after, limit: 50 }, { signal: abort });
    if (!after) caughtUp();
    return page;
  };
  const pages = usePages(load, [key]);
  const rows = pages.items || [];
  useEffect(() => {
    openList.value = { ids: rows.map((row) => row.id), address: location.pathname + location.search };
  }, [pages.items]);
  const sort = { by: query.get("sort") || "first_seen", order: query.get("order") || "newest", to: (by, order) => setQuery({ sort: by === "first_seen" ? null : by, order: order === "newest" ? null : order }) };
  const current = () => Number(document.activeElement.closest("tr")?.dataset.row) || null;
  const row = () => rows.find((one) => one.id === current());
  const names = rows.map((one) => one.id);
  useKeys({
    Enter: ["keys.open", () => current() && go(refundAddress(current()))],
    x: ["keys.select", () => current() && pick(selection, names, current(), false)],
    "Shift+x": ["keys.select_to", () => current() && pick(selection, names, current(), true)],
    a: may("assign") ? ["keys.assign", () => row() && assignToMe(row(), pages.reload)] : null,
    ".": ["keys.actions", () => document.querySelector(".bulk .button")?.focus()],
  });

  return html`
    <${FilterBar} query=${query} more=${html`<${ColumnsMenu} />`} />
    <${News} rows=${rows} reload=${pages.reload} />
    <${Panel} flush>
      <${Loaded} of=${pages} rows=${8}>${(data) => (data.items.length
        ? html`<${Table} caption=${t(`inbox.tab.${tab}`)} columns=${columnsOf(tab)} rows=${data.items} rowKey=${(one) => one.id} selection=${may("assign") ? selection : undefined} sort=${sort} />
          <${More} next=${pages.next} loadMore=${pages.loadMore} />`
        : html`<${Nothing} tab=${tab} filtered=${Object.keys(filter).length > 0} />`)}<//>
    <//>
    ${may("assign") && html`<${BulkBar} selection=${selection} rows=${rows} reload=${pages.reload} />`}`;
}

/** What came or changed since the list was loaded; it is shown only when the person wants to. */
function News({ rows, reload }) {
  const ids = [...changed.value];
  if (!ids.length) return html`<div class="unseen" role="status"></div>`;
  const last = Math.max(0, ...rows.map((row) => row.id));
  const fresh = ids.filter((id) => id > last).length;
  const touched = ids.filter((id) => rows.some((row) => row.id === id)).length;
  if (!fresh && !touched) return null;
  return html`<p class="strip" role="status">
    <${Icon} name="refresh" />
    <span>${fresh ? t("inbox.new", { n: fresh }) : t("inbox.changed", { n: touched })}</span>
    <button type="button" class="link" onClick=${reload}>${t("inbox.show")}</button>
  </p>`;
}

function Nothing({ tab, filtered }) {
  if (filtered) {
    return html`<${Empty} icon="filter" title=${t("inbox.nothing_fits")} text=${t("inbox.nothing_fits_text")}>
      <a class="button" href=${to("/refunds", { tab: tab === "to_do" ? null : tab })}>${t("filters.clear")}</a><//>`;
  }
  return html`<${Empty} icon=${tab === "to_do" || tab === "mine" ? "check" : "inbox"} title=${t(`inbox.empty.${tab}`)} text=${t(`inbox.empty.${tab}_text`)}>
    ${tab === "to_do" ? html`<a class="button" href=${to("/refunds", { tab: "all" })}>${t("inbox.see_all")}</a>` : html`<a class="button" href=${to("/refunds", { tab: tab === "all" ? null : "all" })}>${t(tab === "all" ? "inbox.see_to_do" : "inbox.see_all")}</a>`}
  <//>`;
}
