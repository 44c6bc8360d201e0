// Notes on a refund or a player: plain text, never edited.

import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { newKey } from "../api.js";
import { may } from "../session.js";
import { t } from "../i18n.js";
import { person } from "../words.js";
import { Panel } from "../parts/page.js";
import { Face } from "../parts/chip.js";
import { Time } from "../parts/time.js";
import { FormError } from "../parts/load.js";
import { announce } from "../parts/toast.js";

/** `send(text)` gives a function that takes the key and writes the note. */
export function Notes({ notes, send, onDone }) {
  return html`<${Panel} title=${t("notes.title")} note=${notes.length ? t("n_notes", { n: notes.length }) : null}>
    ${may("note") && html`<${NewNote} send=${send} onDone=${onDone} />`}
    ${notes.length > 0 && html`<ol class="notes">${[...notes].reverse().map((note) => html`<li key=${note.id}>
      <p class="note-head"><${Face} name=${person(note.who)} small /><strong>${person(note.who)}</strong><span class="muted small"><${Time} at=${note.at} /></span></p>
      <p class="note-text">${note.text}</p>
    </li>`)}</ol>`}
    ${!notes.length && !may("note") && html`<p class="muted">${t("notes.none")}</p>`}
  <//>`;
}

function NewNote({ send, onDone }) {
  const [text, setText] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState(null);
  const submit = async (event) => {
    event.preventDefault();
    if (!text.trim() || busy) return;
    setBusy(true);
    setError(null);
    try {
      await send(text.trim())(newKey());
      setText("");
      announce(t("notes.done"));
      await onDone();
    } catch (problem) {
      setError(problem);
    }
    setBusy(false);
  };
  const pressed = (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) submit(event);
    if (event.key === "Escape") event.target.blur();
  };
  return html`<form class="new-note" onSubmit=${submit}>
    <textarea class="input" id="new-note" rows="2" maxlength="4096" aria-label=${t("notes.new")} placeholder=${t("notes.new")} value=${text} onInput=${(event) => setText(event.target.value)} onKeyDown=${pressed}></textarea>
    <${FormError} error=${error} />
    ${text.trim() && html`<div class="actions"><button type="submit" class="button small primary" disabled=${busy}>${t("notes.add")}</button></div>`}
  </form>`;
}
