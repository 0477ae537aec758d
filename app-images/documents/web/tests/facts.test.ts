import { describe, expect, test } from "vitest";
import { FIELDS, parseTyped, shown } from "../src/reader/facts/fields";
import { historyWords } from "../src/reader/facts/history-words";
import { parseMoney } from "../src/reader/facts/money";
import { aDocument, fact } from "./world";

describe("amounts", () => {
  test.each([
    ["486.00 EUR", "486.00", "EUR"],
    ["1.234,56 €", "1234.56", "EUR"],
    ["€ 1,234.56", "1234.56", "EUR"],
    ["1'234.50 chf", "1234.50", "CHF"],
    ["1.234", "1234", undefined],
    ["1.234.567,8", "1234567.8", undefined],
    ["-99,90", "-99.90", undefined],
    ["0,5", "0.5", undefined],
    ["12", "12", undefined],
  ])("“%s” is %s %s", (typed, amount, currency) => {
    expect(parseMoney(typed)).toEqual(currency ? { amount, currency } : { amount });
  });

  test.each(["", "EUR", "twelve", "1,2,3.4.5", "EUR 5 USD", "1.23456"])("“%s” is no amount", (typed) => {
    expect(parseMoney(typed)).toBeUndefined();
  });
});

function field(name: string) {
  const found = FIELDS.find((each) => each.name === name);
  if (!found) throw new Error(name);
  return found;
}

test("what is typed becomes the change that the interface takes", () => {
  expect(parseTyped(field("iban"), "de89 3704 0044")).toEqual({ patch: { iban: "DE8937040044" } });
  expect(parseTyped(field("total"), "12 EUR")).toEqual({
    patch: { total: { amount: "12", currency: "EUR" } },
  });
  expect(parseTyped(field("date"), "17.4.2026")).toEqual({
    problem: "Write a date, such as 2026-04-17.",
  });
});

test("an emptied field takes the own edit back", () => {
  expect(parseTyped(field("title"), "  ")).toEqual({ patch: { title: null } });
});

test("facts are shown as people write them, with where they come from", () => {
  const { classification } = aDocument(
    {},
    {
      total: fact({ amount: "1234567.5", currency: "EUR" }, "e_invoice", 100),
      language: fact("de"),
      iban: fact("DE89370400440532013000"),
    },
  );
  expect(shown(classification, field("total"))).toMatchObject({
    words: "1,234,567.50 EUR",
    draft: "1234567.5 EUR",
    source: "e_invoice",
  });
  expect(shown(classification, field("language"))?.words).toBe("German");
  expect(shown(classification, field("iban"))?.words).toBe("DE89 3704 0044 0532 0130 00");
  expect(shown(classification, field("net"))).toBeUndefined();
});

test("history says who did what", () => {
  const at = "2026-10-12T09:00:00Z";
  expect(historyWords({ at, who: "Anna", what: "changed", field: "title", from: "a", to: "b" })).toBe(
    "Anna changed the title from “a” to “b”",
  );
  expect(historyWords({ at, who: null, what: "changed", field: "sender", to: "Brandt", source: "ai" })).toBe(
    "The AI set the sender to “Brandt”",
  );
  expect(historyWords({ at, who: "Anna", what: "trashed" })).toBe("Anna moved it to the trash");
});
