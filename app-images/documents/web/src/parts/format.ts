// Sizes, dates and counts as people say them.

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
  return `${number.toLocaleString("en-GB")} ${noun}${number === 1 ? "" : "s"}`;
}
