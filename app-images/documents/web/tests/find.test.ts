import { expect, test } from "vitest";
import { findIn, fold, piecesOf } from "../src/reader/pdf/find";

test("words are found without case and accents, across the end of a line, on every page", () => {
  const pages = ["Die Überweisung\nan uns", "nichts", "UBERWEISUNG  AN alle"];
  expect(findIn(pages, "überweisung an")).toEqual([
    { page: 0, start: 4, end: 18 },
    { page: 2, start: 0, end: 15 },
  ]);
});

test("signs are only signs", () => {
  expect(findIn(["a.c abc (1)"], ".c")).toEqual([{ page: 0, start: 1, end: 3 }]);
  expect(findIn(["a.c abc (1)"], "(1)")).toHaveLength(1);
  expect(findIn(["text"], "   ")).toEqual([]);
});

test("folding keeps every place", () => {
  for (const text of ["Straße İÅé\u{1F600}ﬁ", "\u0041\u030a", "日本語"])
    expect(fold(text)).toHaveLength(text.length);
});

test("a stretch is found in the pieces that it touches", () => {
  expect(piecesOf([4, 0, 3, 5], 2, 9)).toEqual([
    { piece: 0, from: 2, to: 4 },
    { piece: 2, from: 0, to: 3 },
    { piece: 3, from: 0, to: 2 },
  ]);
});
