// How much was refunded, in a cell: the amount, and below it which part that is.

import { html } from "htm/preact";
import { howMuchParts } from "../words.js";

export function Amount({ refund }) {
  const [first, ...rest] = howMuchParts(refund);
  const known = refund.amount || refund.about.price;
  return html`<span class=${known ? "" : "muted"}>${first}</span>${rest.length > 0 && html`<span class="second">${rest.join(" · ")}</span>`}`;
}
