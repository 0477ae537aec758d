import { expect, test } from "vitest";
import { conditionCount, filterQuery, parseFilter } from "../src/address/filter";
import type { Filter } from "../src/api/types";
import { asRequest, extended, NOTHING, toggled } from "../src/library/selection";

test("a filter survives the way through the address", () => {
  const filter: Filter = {
    q: 'brandt "zwei worte" -nicht',
    status: "ready",
    type: "invoice",
    sender: "Müller & Söhne",
    from: "2026-01-01",
    to: "2026-12-31",
    min: "-5.5",
    max: "1000",
    trashed: true,
    sort: "-date",
  };
  expect(parseFilter(filterQuery(filter))).toEqual(filter);
  expect(filterQuery({})).toBe("");
});

test("what does not belong into an address is left out", () => {
  expect(
    parseFilter("?status=nope&type=x&sort=up&from=yesterday&to=2026-13-01&min=ten&trashed=1&q=%20"),
  ).toEqual({});
});

test("words, order and trash are no conditions", () => {
  expect(conditionCount({ q: "a", sort: "title", trashed: true, type: "invoice", min: "1" })).toBe(2);
});

const shown = ["a", "b", "c", "d"];

test("a range is everything between two documents, either way", () => {
  const one = toggled(NOTHING, "c", shown);
  expect(extended(one, "c", "a", shown)).toEqual({ kind: "some", ids: new Set(["c", "a", "b"]) });
});

test("of everything, one can be left out", () => {
  const selected = toggled({ kind: "all" }, "b", shown);
  expect(selected).toEqual({ kind: "some", ids: new Set(["a", "c", "d"]) });
});

test("everything is asked for by the filter, some by their ids", () => {
  expect(asRequest({ kind: "all" }, { type: "invoice", sort: "title" })).toEqual({
    filter: { type: "invoice" },
  });
  expect(asRequest(toggled(NOTHING, "a", shown), { type: "invoice" })).toEqual({ ids: ["a"] });
});
