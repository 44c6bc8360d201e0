// Refund reviews: what stores ask before they decide, what is answered, and what came of it.

import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { get, post } from "../api.js";
import { playerAddress, refundAddress, route, to } from "../router.js";
import { may } from "../session.js";
import { counts } from "../refresh.js";
import { t, word } from "../i18n.js";
import { PageHead, Panel } from "../parts/page.js";
import { Empty, Loaded, More, usePages } from "../parts/load.js";
import { Table } from "../parts/table.js";
import { Tabs } from "../parts/menu.js";
import { Button, Check, FormDialog, Select, Text } from "../parts/form.js";
import { State, Store } from "../parts/chip.js";
import { Id, Left, Time } from "../parts/time.js";
import { announce } from "../parts/toast.js";

const TABS = ["waiting", "reported", "all"];

export default function Reviews() {
  const { query } = route.value;
  const refund = query.get("refund");
  const tab = refund ? "all" : TABS.includes(query.get("state")) ? query.get("state") : "waiting";
  const [asked, setAsked] = useState(null);
  const filter = { state: tab === "all" ? undefined : tab, refund_id: refund };
  const pages = usePages((after, signal) => get("/reviews", { ...filter, after, limit: 50 }, { signal }), [tab, refund]);
  const due = counts.value && counts.value.reviews_due;
  return html`<div class="page">
    <${PageHead} title=${t("nav.reviews")} lead=${t("reviews.lead")} />
    <div class="stack">
      <${Tabs} label=${t("nav.reviews")} tabs=${TABS.map((one) => ({ label: t(`reviews.tab.${one}`), href: to("/reviews", { state: one === "waiting" ? null : one }), current: one === tab && !refund, count: one === "waiting" && due ? due : null, tone: "bad" }))} />
      ${refund && html`<p class="strip">${t("reviews.of_refund", { id: refund })} <a class="link" href=${to("/reviews", { state: "all" })}>${t("reviews.all")}</a></p>`}
      <${Panel} flush><${Loaded} of=${pages} rows=${6}>${(data) => (data.items.length
        ? html`<${List} rows=${data.items} onReport=${setAsked} /><${More} next=${pages.next} loadMore=${pages.loadMore} />`
        : html`<${Empty} icon="review" title=${t("reviews.none")} text=${t("reviews.none_text")}>${tab !== "all" && html`<a class="button" href=${to("/reviews", { state: "all" })}>${t("reviews.all")}</a>`}<//>`)}<//><//>
    </div>
    ${asked && html`<${ReportDialog} review=${asked} onClose=${() => setAsked(null)} onDone=${pages.reload} />`}
  </div>`;
}

const isOpen = (row) => row.state === "waiting" || row.state === "reported";

const List = ({ rows, onReport }) => html`<${Table} caption=${t("nav.reviews")} rows=${rows} rowKey=${(row) => row.id} columns=${[
  { label: t("column.refund"), kind: "tight", cell: (row) => html`<a class="row-link" data-row-link href=${refundAddress(row.refund_id)}>${row.refund_id}</a>` },
  { label: t("column.left"), kind: "tight", cell: (row) => (isOpen(row) ? html`<${Left} until=${row.deadline} />` : null) },
  { label: t("column.store"), cell: (row) => html`<${Store} store=${row.store} /><span class="second"><${Id} text=${row.order_id} length=${24} /></span>` },
  { label: t("column.player"), cell: (row) => (row.user ? html`<a class="cut" href=${playerAddress(row.user)}><bdi>${row.user}</bdi></a>` : html`<span class="muted">${t("not_known")}</span>`) },
  { label: t("reviews.requested"), kind: "tight", cell: (row) => html`<${Time} at=${row.requested_at} />` },
  { label: t("reviews.answer"), cell: (row) => html`${row.answer ? word("review.reply", row.answer) : html`<span class="muted">${t("reviews.no_answer_yet")}</span>`}${row.rule && html`<span class="second">${row.rule}</span>`}` },
  { label: t("column.status"), kind: "tight", cell: (row) => html`<${State} family="review.state" value=${row.state} />` },
  { label: t("reviews.outcome"), cell: (row) => (row.outcome ? word("review.outcome", row.outcome) : "") },
  { label: t("reviews.report"), unseen: true, kind: "tight", hidden: !may("answer_review"), cell: (row) => (isOpen(row) ? html`<${Button} kind="small" onClick=${() => onReport(row)}>${t("reviews.report")}<//>` : null) },
]} />`;

const DELIVERY = ["delivered", "quality_issue", "wrong_item", "server_outage", "not_delivered"];

function ReportDialog({ review, onClose, onDone }) {
  const [consumed, setConsumed] = useState("");
  const [delivery, setDelivery] = useState("delivered");
  const [sample, setSample] = useState(false);
  const [consent, setConsent] = useState(false);
  const share = Number(consumed);
  const known = consumed !== "";
  const wrong = known && !(share >= 0 && share <= 100);
  const send = (key) =>
    post("/reviews/report", { refund: review.refund_id, consent, delivery, sample_given: sample, ...(known && { consumed: Math.round(share * 1000) }) }, { key });
  const done = () => {
    announce(t("reviews.reported"));
    return onDone();
  };
  return html`<${FormDialog} title=${t("reviews.report_title", { id: String(review.refund_id) })} lead=${t("reviews.report_lead")} action=${t("reviews.report_action")} ready=${!wrong} send=${send} onClose=${onClose} onDone=${done}>
    <${Text} label=${t("reviews.consumed")} hint=${t("reviews.consumed_hint")} error=${wrong && t("reviews.consumed_hint")} inputmode="decimal" value=${consumed} onValue=${setConsumed} optional />
    <${Select} label=${t("reviews.delivery")} value=${delivery} onValue=${setDelivery} options=${DELIVERY.map((one) => [one, word("delivery", one)])} />
    <${Check} label=${t("reviews.sample")} value=${sample} onValue=${setSample} />
    <${Check} label=${t("reviews.consent")} hint=${t("reviews.consent_hint")} value=${consent} onValue=${setConsent} />
  <//>`;
}
