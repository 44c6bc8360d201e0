// A draft of the rules: checked as it is written, tried on what happened, and saved as a file for the configuration.

import { html } from "htm/preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { download, get, newKey, post, remove } from "../../api.js";
import { t } from "../../i18n.js";
import { count } from "../../format.js";
import { Panel } from "../../parts/page.js";
import { FormError, problemText } from "../../parts/load.js";
import { Button, Select } from "../../parts/form.js";
import { Icon } from "../../parts/icon.js";
import { lineOf } from "./place.js";
import { Result } from "./result.js";

const KEPT = "recoup-draft";

const ownRules = (policy) => policy.policy.slice(0, policy.own_rules ?? policy.policy.length);

function kept() {
  try {
    return sessionStorage.getItem(KEPT);
  } catch {
    return null;
  }
}

function keep(text) {
  try {
    sessionStorage.setItem(KEPT, text);
  } catch {
    // A browser that keeps nothing loses the draft with the page.
  }
}

export function Draft({ policy }) {
  const inForce = JSON.stringify(ownRules(policy), null, 2);
  const [text, setText] = useState(() => kept() || inForce);
  const [check, setCheck] = useState({});
  const [days, setDays] = useState("90");
  const [trial, setTrial] = useState(null);
  const [error, setError] = useState(null);
  const field = useRef(null);
  useEffect(() => {
    keep(text);
    setCheck({});
    const timer = setTimeout(async () => {
      try {
        await post("/policy/check", { policy: text });
        setCheck({ ok: true });
      } catch (problem) {
        setCheck({ problem });
      }
    }, 500);
    return () => clearTimeout(timer);
  }, [text]);
  const running = trial && trial.state === "running";
  useEffect(() => {
    if (!running) return undefined;
    const timer = setTimeout(async () => {
      try {
        setTrial(await get(`/policy/trials/${trial.id}`));
      } catch (problem) {
        setError(problem);
        setTrial(null);
      }
    }, 700);
    return () => clearTimeout(timer);
  }, [trial]);
  const begin = async () => {
    setError(null);
    try {
      const { id } = await post("/policy/trials", { policy: text, days: Number(days) }, { key: newKey() });
      setTrial({ id, state: "running", done: 0, of: null });
    } catch (problem) {
      setError(problem);
    }
  };
  const stop = async () => {
    try {
      await remove(`/policy/trials/${trial.id}`);
    } catch {
      // It has ended by itself.
    }
    setTrial(null);
  };
  const jump = (line) => {
    const area = field.current;
    const at = text.split("\n").slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
    area.focus();
    area.setSelectionRange(at, at + (text.split("\n")[line - 1] || "").length);
    area.scrollTop = Math.max(0, (line - 4) * 20);
  };
  const fragment = () => `"policy": ${text.trim()}\n`;
  return html`<${Panel} title=${t("draft.title")} actions=${html`
      <${Button} kind="small quiet" onClick=${() => setText(inForce)}>${t("draft.reset")}<//>
      <${Button} kind="small" icon="save" disabled=${!check.ok} onClick=${() => download("policy.json", fragment(), "application/json")}>${t("draft.download")}<//>`}>
      <p class="muted prose">${t("draft.lead")}</p>
      <label class="unseen" for="draft">${t("draft.title")}</label>
      <textarea id="draft" class="input code" ref=${field} spellcheck=${false} rows="18" value=${text} aria-describedby="draft-check" aria-invalid=${check.problem ? "true" : undefined} onInput=${(event) => setText(event.target.value)}></textarea>
      <div id="draft-check" role="status"><${Check} check=${check} text=${text} onJump=${jump} /></div>
      <div class="actions">
        <${Select} label=${t("draft.days")} value=${days} onValue=${setDays} options=${["30", "90", "180", "365"].map((n) => [n, t("draft.n_days", { n: Number(n) })])} />
        <${Button} kind="primary align-end" icon="play" disabled=${!check.ok || running} onClick=${begin}>${t("draft.try")}<//>
      </div>
      <${FormError} error=${error} />
    <//>
    ${running && html`<${Panel} title=${t("draft.running")} actions=${html`<${Button} kind="small" icon="stop" onClick=${stop}>${t("draft.stop")}<//>`}>
      <progress class="progress" max=${trial.of || 1} value=${trial.of ? trial.done : undefined}></progress>
      <p role="status">${trial.of ? t("draft.progress", { done: count(trial.done), of: count(trial.of) }) : t("draft.progress_unknown", { done: count(trial.done) })}</p>
    <//>`}
    ${trial && trial.state === "failed" && html`<${FormError} error=${trial.problem || { code: "unknown" }} />`}
    ${trial && trial.state === "done" && html`<${Result} result=${trial.result} />`}`;
}

function Check({ check, text, onJump }) {
  if (check.ok) return html`<p class="good check-line"><${Icon} name="check" />${t("draft.ok")}</p>`;
  if (!check.problem) return html`<p class="muted check-line">${t("draft.checking")}</p>`;
  const errors = (check.problem.facts && check.problem.facts.errors) || [];
  if (!errors.length) return html`<p class="bad check-line"><${Icon} name="alert" />${problemText(check.problem)}</p>`;
  return html`<ul class="bad">${errors.map((error) => {
    const line = lineOf(text, error.pointer);
    return html`<li class="check-line"><${Icon} name="alert" /><span>${line && error.pointer ? html`<button type="button" class="link" onClick=${() => onJump(line)}>${t("draft.line", { line })}</button> ` : ""}${error.detail} ${error.pointer && html`<code>${error.pointer}</code>`}</span></li>`;
  })}</ul>`;
}
