// The stores' health: what doctor found, grouped, with what to do.

import { html } from "htm/preact";
import { useEffect, useState } from "preact/hooks";
import { get, post } from "../api.js";
import { t, word } from "../i18n.js";
import { PageHead, Panel } from "../parts/page.js";
import { Empty, Loaded, problemText, useLoad } from "../parts/load.js";
import { Button, Check } from "../parts/form.js";
import { State, Store } from "../parts/chip.js";
import { Time } from "../parts/time.js";
import { Icon } from "../parts/icon.js";
import { announce } from "../parts/toast.js";
import { may } from "../session.js";

const ORDER = { broken: 0, warning: 1, ok: 2 };
const ICONS = { broken: "alert", warning: "alert", ok: "check" };

export default function Health() {
  const health = useLoad((signal) => get("/health", null, { signal }), []);
  const [testApple, setTestApple] = useState(false);
  const running = health.data && health.data.running;
  useEffect(() => {
    if (!running) return undefined;
    const timer = setTimeout(health.reload, 1500);
    return () => clearTimeout(timer);
  }, [health.data]);
  const examine = async () => {
    try {
      await post("/health/examine", { app_store_test_notification: testApple });
      await health.reload();
    } catch (error) {
      announce(problemText(error), { tone: "bad" });
    }
  };
  return html`<div class="page">
    <${PageHead} title=${t("nav.health")} lead=${t("health.lead")} actions=${html`
      ${may("replay") && html`<${Check} label=${t("health.test_apple")} value=${testApple} onValue=${setTestApple} />`}
      <${Button} kind="primary" icon="refresh" busy=${running} onClick=${examine}>${t(running ? "health.running" : "health.examine")}<//>`} />
    <${Loaded} of=${health} rows=${8}>${(data) => (data.report
      ? html`<${Report} report=${data.report} />`
      : html`<${Panel}><${Empty} icon="health" title=${t(data.running ? "health.running" : "health.none")} text=${t("health.none_text")}>
          ${!data.running && html`<${Button} kind="primary" onClick=${examine}>${t("health.examine")}<//>`}<//><//>`)}<//>
  </div>`;
}

/** Findings by area, the worst first. */
function groupsOf(findings) {
  const areas = new Map();
  for (const finding of findings) areas.set(finding.area, [...(areas.get(finding.area) || []), finding]);
  const worst = (list) => Math.min(...list.map((finding) => ORDER[finding.health] ?? 1));
  return [...areas].map(([area, list]) => [area, [...list].sort((a, b) => (ORDER[a.health] ?? 1) - (ORDER[b.health] ?? 1))]).sort((a, b) => worst(a[1]) - worst(b[1]));
}

function Report({ report }) {
  const number = (health) => report.findings.filter((finding) => finding.health === health).length;
  return html`
    <section class=${`card verdict ${report.health}`}>
      <${Icon} name=${ICONS[report.health] || "alert"} big />
      <div class="grow"><h2>${t(`health.verdict.${report.health}`)}</h2>
        <p class="muted">${t("health.counts", { broken: number("broken"), warning: number("warning"), ok: number("ok") })} ${t("health.at")} <${Time} at=${report.at} />.</p></div>
    </section>
    <div class="health-groups">${groupsOf(report.findings).map(([area, findings]) => html`<${Area} key=${area} area=${area} findings=${findings} />`)}</div>`;
}

function Area({ area, findings }) {
  const fine = findings.filter((finding) => finding.health === "ok");
  const [all, setAll] = useState(fine.length === findings.length);
  const shown = all ? findings : findings.filter((finding) => finding.health !== "ok");
  return html`<${Panel} title=${word("health.area", area)} actions=${fine.length > 0 && fine.length < findings.length && html`<button type="button" class="link small" aria-expanded=${all ? "true" : "false"} onClick=${() => setAll(!all)}>${all ? t("fewer") : t("health.also_fine", { n: fine.length })}</button>`}>
    <ul class="lines">${shown.map((finding, at) => html`<li class="other" key=${`${finding.code} ${finding.store} ${finding.app} ${at}`}>
      <span class=${`finding-sign ${finding.health}`}><${Icon} name=${ICONS[finding.health] || "alert"} /></span>
      <span class="grow">
        <span class="finding-head">${finding.store && html`<${Store} store=${finding.store} />`}${finding.app && html`<code>${finding.app}</code>`}</span>
        <span class="finding-facts">${finding.facts}</span>
        ${finding.advice && html`<span class="finding-advice">${finding.advice}</span>`}
      </span>
      <${State} family="health.is" value=${finding.health} />
    </li>`)}</ul>
  <//>`;
}
