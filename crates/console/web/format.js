// Times, numbers and money as the person reads them.

import { locale, t } from "./i18n.js";
import { settings } from "./settings.js";

const cache = new Map();

function formatter(kind, options) {
  const key = `${locale.value || "en"} ${kind.name} ${JSON.stringify(options)}`;
  if (!cache.has(key)) cache.set(key, new kind(locale.value, options));
  return cache.get(key);
}

export const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

const zone = () => settings.value.zone || ZONE;

function inZone(options, timeZone = zone()) {
  try {
    return formatter(Intl.DateTimeFormat, { timeZone, ...options });
  } catch {
    return formatter(Intl.DateTimeFormat, { timeZone: "UTC", ...options });
  }
}

const DAY = { year: "numeric", month: "numeric", day: "numeric" };

/** A moment, as short as can be: today only the time, this year without the year. */
export function moment(at) {
  const [then, now] = [new Date(at), new Date()];
  const time = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  if (inZone(DAY).format(then) === inZone(DAY).format(now)) return t("time.today", { time: inZone(time).format(then) });
  const sameYear = inZone({ year: "numeric" }).format(then) === inZone({ year: "numeric" }).format(now);
  return inZone({ ...(sameYear ? {} : { year: "numeric" }), month: "short", day: "numeric", ...time }).format(then);
}

/** The time of day, where the day is named already. */
export const clock = (at) => inZone({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(new Date(at));

/** A moment in full, as it is copied into an answer. */
export const momentInFull = (at) =>
  inZone({ year: "numeric", month: "long", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(new Date(at));

export const day = (at) => inZone({ year: "numeric", month: "short", day: "numeric" }).format(new Date(at));

/** The day of a figure, which is a day of the ledger's offset. */
export const dayAt = (at, offsetMinutes, grain) =>
  inZone(grain === "month" ? { year: "numeric", month: "short" } : { month: "short", day: "numeric" }, "UTC").format(new Date(at + offsetMinutes * 60000));

/** For a hover: the same moment in UTC, to the second. */
export const utc = (at) => `${new Date(at).toISOString().slice(0, 19).replace("T", " ")} UTC`;

export const count = (n) => formatter(Intl.NumberFormat, {}).format(n);

export const signed = (n) => formatter(Intl.NumberFormat, { signDisplay: "exceptZero" }).format(n);

/** An amount with the currency's own decimals, or more where the amount has more. */
export function money(amount) {
  if (!amount) return "";
  const { micros, currency } = amount;
  try {
    const options = { style: "currency", currency, currencyDisplay: "symbol" };
    const digits = formatter(Intl.NumberFormat, options).resolvedOptions().maximumFractionDigits;
    const whole = micros % 10 ** (6 - digits) === 0;
    return formatter(Intl.NumberFormat, whole ? options : { ...options, maximumFractionDigits: 6 }).format(micros / 1e6);
  } catch {
    return `${formatter(Intl.NumberFormat, { maximumFractionDigits: 6 }).format(micros / 1e6)} ${currency}`;
  }
}

/** Sums of money per currency, the largest list first as the server gives it. */
export const sums = (byCurrency) => Object.entries(byCurrency || {}).map(([currency, micros]) => money({ currency, micros }));

/** An amount where there is little room: 20.4M. */
export function moneyShort({ micros, currency }) {
  if (Math.abs(micros) < 1e12) return money({ micros, currency });
  return formatter(Intl.NumberFormat, { style: "currency", currency, notation: "compact", maximumFractionDigits: 1 }).format(micros / 1e6);
}

export function percent(perMillion, digits = 2) {
  if (perMillion === null || perMillion === undefined) return "–";
  return formatter(Intl.NumberFormat, { style: "percent", minimumFractionDigits: digits, maximumFractionDigits: digits }).format(perMillion / 1e6);
}

const UNITS = [["day", 86400000], ["hour", 3600000], ["minute", 60000], ["second", 1000]];

/** How long, in one or two units. */
export function span(millis) {
  let left = Math.abs(millis);
  const parts = [];
  for (const [unit, size] of UNITS) {
    const n = Math.floor(left / size);
    if (n > 0 || (unit === "second" && parts.length === 0)) {
      parts.push(formatter(Intl.NumberFormat, { style: "unit", unit, unitDisplay: "short" }).format(n));
      left -= n * size;
    }
    // From ten of a unit on, the smaller one says nothing more.
    if (parts.length === 2 || (parts.length === 1 && n >= 10)) break;
  }
  return parts.join(" ");
}

/** Items in a line: "gem 400, chest 1". Names are the game's ids and are not translated. */
export const items = (grants) => (grants || []).map(({ item, quantity }) => `${item} ${count(quantity)}`).join(", ");
