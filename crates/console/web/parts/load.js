// Loading what a page shows, and what is shown while that takes, fails, or finds nothing.

import { html } from "htm/preact";
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { has, t } from "../i18n.js";
import { span } from "../format.js";
import { announce } from "./toast.js";
import { Icon } from "./icon.js";

/** Loads by an asynchronous function; again whenever one of `inputs` changes. What was loaded stays until then. */
export function useLoad(load, inputs) {
  const [state, setState] = useState({ loading: true });
  const latest = useRef(0);
  const running = useRef(null);
  const run = useCallback(async () => {
    const mine = (latest.current += 1);
    if (running.current) running.current.abort();
    const control = new AbortController();
    running.current = control;
    setState((before) => ({ ...before, loading: true }));
    try {
      const data = await load(control.signal);
      if (mine === latest.current) setState({ data, loading: false });
      return data;
    } catch (error) {
      if (error.name === "AbortError") return undefined;
      if (mine === latest.current) setState((before) => ({ data: before.data, error, loading: false }));
      return undefined;
    }
  }, inputs);
  useEffect(() => {
    run();
    return () => running.current && running.current.abort();
  }, [run]);
  const set = useCallback((change) => setState((before) => ({ ...before, data: change(before.data) })), []);
  return { ...state, reload: run, set };
}

/** An error in words, with what to do. */
export function problemText(error) {
  const code = error.code || "unknown";
  if (code === "slow_down" && error.facts && error.facts.retry_after) return t("problem.slow_down", { span: span(error.facts.retry_after * 1000) });
  const key = `problem.${code}`;
  if (has(key)) return t(key, error.facts || {});
  return error.message || t("problem.unknown");
}

/** An error in place of what could not be loaded. */
export function ErrorPanel({ error, retry }) {
  const notThere = error.status === 404;
  return html`<div class="empty bad" role="alert">
    <${Icon} name=${error.code === "not_allowed" ? "lock" : "alert"} big />
    <h2>${t(notThere ? "error.not_there" : error.code === "not_allowed" ? "error.not_allowed" : "error.title")}</h2>
    <p>${problemText(error)}</p>
    <div class="actions">
      ${retry && !notThere && html`<button type="button" class="button" onClick=${retry}><${Icon} name="refresh" />${t("do.retry")}</button>`}
      <a class="button quiet" href="/refunds">${t("do.to_inbox")}</a>
    </div>
  </div>`;
}

/** A form's error: beside the form, read out. */
export const FormError = ({ error }) =>
  error ? html`<p class="form-error" role="alert"><${Icon} name="alert" /><span>${problemText(error)}</span></p>` : null;

/** Nothing to show, and what to do next. */
export const Empty = ({ icon = "inbox", title, text, children }) => html`<div class="empty">
  <${Icon} name=${icon} big />
  <h2>${title}</h2>
  ${text && html`<p>${text}</p>`}
  ${children && html`<div class="actions">${children}</div>`}
</div>`;

/** Rows that are not there yet. */
export const Waiting = ({ rows = 6 }) => html`<div class="waiting" role="status">
  <span class="unseen">${t("loading")}</span>
  ${Array.from({ length: rows }, (_, i) => html`<i key=${i}></i>`)}
</div>`;

/** Shows what was loaded, or why not. `children` is a function of the data. */
export function Loaded({ of, rows, children }) {
  if (of.data !== undefined) {
    return html`${of.error && html`<${Stale} error=${of.error} retry=${of.reload} />`}${children(of.data)}`;
  }
  if (of.error) return html`<${ErrorPanel} error=${of.error} retry=${of.reload} />`;
  return html`<${Waiting} rows=${rows} />`;
}

const Stale = ({ error, retry }) => html`<p class="strip warn" role="status">
  <${Icon} name="alert" /><span>${t("error.stale", { why: problemText(error) })}</span>
  <button type="button" class="link" onClick=${retry}>${t("do.retry")}</button>
</p>`;

/** Items page by page: the first by `inputs`, more on request. A short page with a `next` is followed by itself. */
export function usePages(load, inputs) {
  const first = useLoad((signal) => follow(load, null, signal), inputs);
  const [more, setMore] = useState({ items: [], next: undefined, of: null });
  const mine = more.of === first.data ? more : { items: [], next: first.data && first.data.next };
  const next = mine.next;
  const loadMore = async () => {
    const page = await follow(load, next);
    setMore({ items: [...mine.items, ...page.items], next: page.next, of: first.data });
  };
  const items = first.data ? [...first.data.items, ...mine.items] : undefined;
  return { ...first, items, next, loadMore, data: first.data && { ...first.data, items } };
}

async function follow(load, after, signal) {
  let page = await load(after, signal);
  const items = [...page.items];
  for (let tries = 0; items.length < 20 && page.next && tries < 8; tries += 1) {
    page = await load(page.next, signal);
    items.push(...page.items);
  }
  return { ...page, items };
}

/** The button for more rows. */
export function More({ next, loadMore }) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState(null);
  if (!next) return null;
  const click = async () => {
    setBusy(true);
    setError(null);
    try {
      await loadMore();
    } catch (problem) {
      setError(problem);
    }
    setBusy(false);
  };
  return html`<div class="more"><button type="button" class="button" disabled=${busy} onClick=${click}>${t("do.more")}</button><${FormError} error=${error} /></div>`;
}

/** A component of a module that is loaded when the component is first shown. */
export function lazy(load, name = "default") {
  let module = null;
  return function Lazy(props) {
    const [loaded, setLoaded] = useState(module);
    useEffect(() => {
      if (module) return;
      load().then(
        (found) => { module = found; setLoaded(found); },
        () => { announce(problemText({ code: "offline" }), { tone: "bad" }); if (props.onClose) props.onClose(); },
      );
    }, []);
    return loaded ? html`<${loaded[name]} ...${props} />` : null;
  };
}
