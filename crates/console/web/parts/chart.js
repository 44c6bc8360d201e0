// Charts of our own: columns over time and bars of parts, as SVG. Each has a table beside it with the same numbers.

import { html } from "htm/preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../i18n.js";
import { count } from "../format.js";

const HEIGHT = 220;
const LEFT = 44;
const BOTTOM = 26;
const TOP = 12;

/** Round numbers for the axis: at most five, from 0 to above the highest. */
export function ticks(highest) {
  if (highest <= 4) return Array.from({ length: Math.max(2, Math.ceil(highest) + 1) }, (_, n) => n);
  const rough = highest / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((one) => one * power).find((one) => one >= rough && Number.isInteger(one)) || 10 * power;
  return Array.from({ length: Math.ceil(highest / step) + 1 }, (_, n) => n * step);
}

function useWidth() {
  const box = useRef(null);
  const [width, setWidth] = useState(640);
  useEffect(() => {
    const watch = new ResizeObserver(([entry]) => setWidth(Math.max(240, Math.round(entry.contentRect.width))));
    watch.observe(box.current);
    return () => watch.disconnect();
  }, []);
  return [box, width];
}

/** A column with a rounded top. */
function shape(x, y, width, height) {
  const radius = Math.min(3, width / 2, height);
  return `M${x} ${y + height}V${y + radius}q0 ${-radius} ${radius} ${-radius}H${x + width - radius}q${radius} 0 ${radius} ${radius}V${y + height}Z`;
}

/**
 * Columns over time. `points`: `{label, value, young, text}`, where `text` says all of the point. Arrow keys move along
 * the columns once the chart has the focus.
 */
export function Columns({ label, points }) {
  const [box, width] = useWidth();
  const [at, setAt] = useState(null);
  const marks = ticks(Math.max(1, ...points.map((point) => point.value)));
  const top = marks[marks.length - 1];
  const inner = { width: width - LEFT - 6, height: HEIGHT - TOP - BOTTOM };
  const slot = inner.width / Math.max(1, points.length);
  const bar = Math.max(1, Math.min(34, slot - (slot > 6 ? Math.max(2, slot * 0.22) : 0.6)));
  const y = (value) => TOP + inner.height * (1 - value / top);
  const x = (index) => LEFT + slot * index;
  const every = Math.max(1, Math.ceil(points.length / Math.max(2, Math.floor(inner.width / 78))));
  const pressed = (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity }[event.key];
    if (event.key === "Escape" && at !== null) {
      event.stopPropagation();
      return setAt(null);
    }
    if (step === undefined) return undefined;
    event.preventDefault();
    return setAt(Math.min(points.length - 1, Math.max(0, (at === null ? (step > 0 ? -1 : points.length) : at) + step)));
  };
  const moved = (event) => {
    const place = event.clientX - box.current.getBoundingClientRect().left - LEFT;
    const index = Math.floor(place / slot);
    setAt(index >= 0 && index < points.length ? index : null);
  };
  const point = at === null ? null : points[at];
  return html`<div class="chart" ref=${box}>
    <div class="chart-box" tabindex="0" role="img" aria-label=${`${label}. ${t("chart.how")}`} onKeyDown=${pressed} onBlur=${() => setAt(null)} onPointerMove=${moved} onPointerLeave=${() => setAt(null)}>
      <svg width=${width} height=${HEIGHT} viewBox=${`0 0 ${width} ${HEIGHT}`} aria-hidden="true">
        <defs><pattern id="young" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="5" height="5" class="young-ground" /><rect width="2" height="5" class="young-line" /></pattern></defs>
        ${marks.map((mark) => html`<g key=${mark}><line class=${mark === 0 ? "axis" : "grid"} x1=${LEFT} x2=${width - 6} y1=${y(mark)} y2=${y(mark)} /><text class="tick" x=${LEFT - 8} y=${y(mark) + 4} text-anchor="end">${count(mark)}</text></g>`)}
        ${point && html`<rect class="hover-band" x=${x(at)} y=${TOP} width=${slot} height=${inner.height} />`}
        ${points.map((one, index) => one.value > 0 && html`<path key=${index} class=${`column ${one.young ? "young" : ""} ${index === at ? "on" : ""}`} d=${shape(x(index) + (slot - bar) / 2, y(one.value), bar, TOP + inner.height - y(one.value))} />`)}
        ${points.map((one, index) => index % every === 0 && html`<text key=${`t${index}`} class="tick" x=${x(index) + slot / 2} y=${HEIGHT - 8} text-anchor=${index === 0 && slot < 40 ? "start" : "middle"}>${one.label}</text>`)}
      </svg>
    </div>
    <p class="chart-says" role="status" aria-live="polite">${point ? point.text : html`<span class="muted">${t("chart.hint")}</span>`}</p>
  </div>`;
}

/** A bar in a table's cell: how much of the largest. The number stands beside it. */
export const Bar = ({ value, of, tone = "" }) => html`<svg class="meter" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
  <rect class="meter-ground" width="100" height="6" rx="1" /><rect class=${`meter-value ${tone}`} width=${of > 0 ? Math.max(value > 0 ? 1 : 0, (100 * value) / of) : 0} height="6" rx="1" />
</svg>`;
