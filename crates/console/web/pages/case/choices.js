// What an operator chooses from when changing a refund: used for one and for many.

import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { t, word } from "../../i18n.js";
import { Choices, Select, Text } from "../../parts/form.js";

export const ForgiveChoice = ({ value, onValue }) => html`<${Choices} label=${t("forgive.how")} name="written_off" value=${value ? "written_off" : "forgiven"} onValue=${(one) => onValue(one === "written_off")} options=${[
  ["forgiven", t("forgive.forgiven"), t("forgive.forgiven_hint")],
  ["written_off", t("forgive.written_off"), t("forgive.written_off_hint")],
]} />`;

export const CloseChoice = ({ value, onValue }) => html`<${Choices} label=${t("close.as")} name="closed_as" value=${value} onValue=${onValue} options=${["recovered", "partly_recovered", "written_off"].map((one) => [one, word("status", one), t(`close.${one}`)])} />`;

export const StatusChoice = ({ value, onValue }) => html`<${Choices} label=${t("status.set")} name="status" value=${value} onValue=${onValue} options=${["recovered", "written_off", "excluded", "open"].map((one) => [one, word("status", one), t(`status.set.${one}`)])} />`;

const LENGTHS = ["1d", "7d", "30d", "90d"];

/** An action of the rules, with the block's length; `null` where the rules are to decide again. */
export function ActionChoice({ value, onValue, byPolicy = true }) {
  const kind = value === null ? "policy" : typeof value === "string" ? value : "block";
  const length = value && value.block ? value.block : "7d";
  const own = !LENGTHS.includes(length) && length !== "permanently" && length !== "repaid";
  const choose = (one) => onValue(one === "policy" ? null : one === "block" ? { block: length } : one);
  const [custom, setCustom] = useState(own ? length : "14d");
  return html`<${Choices} label=${t("overrule.what")} name="action" value=${kind} onValue=${choose} options=${[
      ["exclude", word("action", "exclude"), t("overrule.exclude")],
      ["notify", word("action", "notify"), t("overrule.notify")],
      ["record", word("action", "record"), t("overrule.record")],
      ["alert", word("action", "alert"), t("overrule.alert")],
      ["block", t("overrule.block_title"), t("overrule.block")],
      ...(byPolicy ? [["policy", t("action.by_policy"), t("overrule.by_policy")]] : []),
    ]} />
    ${kind === "block" && html`<div class="form-row">
      <${LengthSelect} value=${own ? "own" : length} onValue=${(one) => onValue({ block: one === "own" ? custom : one })} settled />
      ${own && html`<${Text} label=${t("block.own")} hint=${t("block.own_hint")} value=${custom} pattern="([0-9]+[smhd])+" onValue=${(one) => { setCustom(one); onValue({ block: one }); }} />`}
    </div>`}`;
}

export const LengthSelect = ({ value, onValue, settled }) => html`<${Select} label=${t("block.length")} value=${value} onValue=${onValue} options=${[
  ...LENGTHS.map((one) => [one, t(`block.length.${one}`)]),
  ["permanently", t("block.length.permanently")],
  ...(settled ? [["repaid", t("block.length.repaid")]] : []),
  ["own", t("block.length.own")],
]} />`;
