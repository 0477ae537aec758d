// Sizes, dates and counts as people say them.

import type { Money } from "../api/types";

const UNITS = ["KB", "MB", "GB"] as const;

/** 4661 → "4.7 KB"; decimal units, as file managers show them. */
export function fileSize(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  let value = bytes;
  let unit = "B";
  for (const next of UNITS) {
    if (value < 999.5) break;
    value /= 1000;
    unit = next;
  }
  return `${value < 9.95 ? value.toFixed(1) : value.toFixed(0)} ${unit}`;
}

/** A limit, in the server's binary units: 104857600 → "100 MiB". */
export function limitInWords(bytes: number): string {
  const mebibytes = bytes / 2 ** 20;
  if (mebibytes < 1) return `${Math.floor(bytes / 1024)} KiB`;
  return mebibytes < 1024
    ? `${Math.floor(mebibytes)} MiB`
    : `${Math.floor((mebibytes / 1024) * 10) / 10} GiB`;
}

/** "Today, 14:03", "Yesterday, 14:03" or "12 Oct 2026", by the reader's clock. */
export function when(time: string, now = new Date()): string {
  const date = new Date(time);
  const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" }).format(date);
  const days = Math.round((midnight(now) - midnight(date)) / 86_400_000);
  if (days === 0) return `Today, ${clock}`;
  if (days === 1) return `Yesterday, ${clock}`;
  return new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" }).format(date);
}

function midnight(date: Date): number {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}

/** 1 → "1 page", 2 → "2 pages". */
export function count(number: number, noun: string): string {
  const plural = noun.endsWith("ch") ? "es" : "s";
  return `${number.toLocaleString("en-GB")} ${noun}${number === 1 ? "" : plural}`;
}

/** "2026-04-17" → "17 Apr 2026"; a date of the calendar has no time zone. */
export function day(date: string): string {
  const [year, month, dayOfMonth] = date.split("-").map(Number);
  if (year === undefined || month === undefined || dayOfMonth === undefined) return date;
  const time = new Date(Date.UTC(year, month - 1, dayOfMonth));
  if (Number.isNaN(time.getTime())) return date;
  return new Intl.DateTimeFormat("en-GB", {
    day: "numeric",
    month: "short",
    year: "numeric",
    timeZone: "UTC",
  }).format(time);
}

/** {"1234.5", "EUR"} → "1,234.50 EUR"; the digits are never put through a float. */
export function money({ amount, currency }: Money): string {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(amount);
  if (!match) return [amount, currency].filter(Boolean).join(" ");
  const [, sign = "", whole = "0", fraction = ""] = match;
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return `${sign}${grouped}.${fraction.padEnd(2, "0")}${currency ? ` ${currency}` : ""}`;
}

/** "DE89370400440532013000" → "DE89 3704 0044 0532 0130 00". */
export function iban(account: string): string {
  return account.replace(/(.{4})(?=.)/g, "$1 ");
}

/** 850 → "0.9 s", 65000 → "65 s". */
export function duration(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  return `${seconds < 10 ? seconds.toFixed(1) : seconds.toFixed(0)} s`;
}

/** How long to wait, in seconds: 45 → "45 s", 3541 → "60 min". */
export function wait(seconds: number): string {
  return seconds < 120 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`;
}
