import { describe, expect, test } from "vitest";
import { count, fileSize, limitInWords, wait, when } from "../src/parts/format";

describe("sizes", () => {
  test.each([
    [0, "0 B"],
    [999, "999 B"],
    [4661, "4.7 KB"],
    [52_000, "52 KB"],
    [999_600, "1.0 MB"],
    [2_500_000_000, "2.5 GB"],
  ])("%d bytes are %s", (bytes, words) => {
    expect(fileSize(bytes)).toBe(words);
  });

  test("a limit is said as the server says it", () => {
    expect(limitInWords(100 * 2 ** 20)).toBe("100 MiB");
    expect(limitInWords(1.5 * 2 ** 30)).toBe("1.5 GiB");
    expect(limitInWords(2048)).toBe("2 KiB");
  });
});

describe("times", () => {
  const now = new Date(2026, 9, 12, 0, 30);

  test("a time of the same day says so", () => {
    expect(when(new Date(2026, 9, 12, 0, 5).toISOString(), now)).toBe("Today, 00:05");
  });

  test("a few minutes ago can be yesterday", () => {
    expect(when(new Date(2026, 9, 11, 23, 55).toISOString(), now)).toBe("Yesterday, 23:55");
  });

  test("an older time is a date", () => {
    expect(when(new Date(2025, 0, 2, 12).toISOString(), now)).toBe("2 Jan 2025");
  });
});

test("one is singular", () => {
  expect(count(1, "page")).toBe("1 page");
  expect(count(1200, "page")).toBe("1,200 pages");
});

test("a wait is said in seconds while these can be counted", () => {
  expect([wait(45), wait(120), wait(3541)]).toEqual(["45 s", "2 min", "60 min"]);
});
