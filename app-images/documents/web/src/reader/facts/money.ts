// Amounts as people type them.

import type { Money } from "../../api/types";

const SIGNS: Record<string, string> = { "€": "EUR", $: "USD", "£": "GBP" };

/** "1.234,56 €" → 1234.56 EUR; "1,234.56", "99" and "EUR 99,5" as well. Nothing, if it is no amount. */
export function parseMoney(typed: string): Money | undefined {
  const match = /^(?:([A-Za-z]{3}|[€$£])\s*)?(-?)\s*([\d.,'\s]*\d)\s*([A-Za-z]{3}|[€$£])?$/.exec(
    typed.trim(),
  );
  if (!match) return undefined;
  const [, before, sign = "", digits = "", after] = match;
  if (before && after) return undefined;
  const amount = decimal(digits.replace(/['\s]/g, ""));
  if (amount === undefined) return undefined;
  const named = before ?? after;
  const currency = named && (SIGNS[named] ?? named.toUpperCase());
  return { amount: sign + amount, ...(currency ? { currency } : {}) };
}

/** As it is put into the field to be changed: "1234.56 EUR". */
export function draftMoney({ amount, currency }: Money): string {
  return currency ? `${amount} ${currency}` : amount;
}

/** The last separator is the decimal one, unless exactly three digits follow the only kind that there is. */
function decimal(digits: string): string | undefined {
  const last = Math.max(digits.lastIndexOf("."), digits.lastIndexOf(","));
  if (last < 0) return digits;
  const fraction = digits.slice(last + 1);
  const whole = digits.slice(0, last);
  const kinds = new Set(digits.replace(/\d/g, ""));
  const grouping = fraction.length === 3 && kinds.size === 1;
  if (grouping) return digits.replace(/[.,]/g, "");
  if (fraction.length > 4 || whole.includes(digits.charAt(last))) return undefined;
  return `${whole.replace(/[.,]/g, "") || "0"}.${fraction}`;
}
