// Numbers as people read them.

const steps = ["bytes", "KiB", "MiB", "GiB", "TiB"] as const;

/** Bytes in the allowlist's own units: 536870912 is `512 MiB`. */
export function bytes(count: number): string {
  let value = count;
  let step = 0;
  while (value >= 1024 && step < steps.length - 1) {
    value /= 1024;
    step += 1;
  }
  const shown = step === 0 || Number.isInteger(value) || value >= 100 ? Math.round(value) : value.toFixed(1);
  return `${shown} ${steps[step] ?? ""}`;
}

/** A length of time in its two largest units: 93784 is `1 d 2 h`. */
export function duration(secs: number): string {
  const units: [string, number][] = [
    ["d", 86_400],
    ["h", 3_600],
    ["min", 60],
    ["s", 1],
  ];
  const largest = units.findIndex(([, size]) => secs >= size);
  if (largest === -1) return "0 s";
  let rest = Math.floor(secs);
  return units
    .slice(largest, largest + 2)
    .map(([unit, size]) => {
      const count = Math.floor(rest / size);
      rest -= count * size;
      return count > 0 ? `${count} ${unit}` : "";
    })
    .filter(Boolean)
    .join(" ");
}

/** Seconds between two instants with one decimal, as in `2.4 s`. */
export function elapsed(from: string, to: string): string {
  const secs = (Date.parse(to) - Date.parse(from)) / 1000;
  return secs >= 60 ? duration(secs) : `${Math.max(0, secs).toFixed(1)} s`;
}
