// Numbers as people read them.

import { expect, it } from "vitest";
import { bytes, duration, elapsed } from "../src/parts/units";

it.each([
  [0, "0 bytes"],
  [1023, "1023 bytes"],
  [1536, "1.5 KiB"],
  [512 * 1024 ** 2, "512 MiB"],
  [1024 ** 3, "1 GiB"],
  [1.25 * 1024 ** 3, "1.3 GiB"],
  [3000 * 1024 ** 4, "3000 TiB"],
])("%i bytes are %s", (count, shown) => {
  expect(bytes(count)).toBe(shown);
});

it.each([
  [0, "0 s"],
  [59, "59 s"],
  [60, "1 min"],
  [3_725, "1 h 2 min"],
  [93_784, "1 d 2 h"],
  [86_400 + 59, "1 d"],
])("%i seconds are %s", (secs, shown) => {
  expect(duration(secs)).toBe(shown);
});

it("gives the length of a step in tenths of a second, and never a negative one", () => {
  expect(elapsed("2026-11-23T09:00:00Z", "2026-11-23T09:00:02.44Z")).toBe("2.4 s");
  expect(elapsed("2026-11-23T09:00:02Z", "2026-11-23T09:00:00Z")).toBe("0.0 s");
  expect(elapsed("2026-11-23T09:00:00Z", "2026-11-23T09:01:30Z")).toBe("1 min 30 s");
});
