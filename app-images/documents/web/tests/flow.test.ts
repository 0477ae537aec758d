import { expect, test } from "vitest";
import { flow } from "../src/reader/flow";

test("the lines of a paragraph are joined, and its last line ends it", () => {
  const text = [
    "The fitters will need access from eight to four. They will cover desks",
    "and floors, but please clear the window sills and move screens away",
    "from the glass.",
    "Yours sincerely,",
  ].join("\n");
  expect(flow(text)).toBe(
    "The fitters will need access from eight to four. They will cover desks and floors, but please clear the window " +
      "sills and move screens away from the glass.\nYours sincerely,",
  );
});

test("an address and a table keep their lines beside long ones", () => {
  const text = `Kestrel Design Ltd\nBristol BS2 0QW\n\n${"word ".repeat(14).trim()}\n\nNetto 433,80\nUmsatzsteuer 82,42`;
  expect(flow(text)).toBe(text);
});

test("a word that was split at the end of a line is whole again", () => {
  const line = "für die Ladestation in Ihrer Garage berechnen wir Ihnen die Instal-";
  expect(flow(`${line}\nlation und den Anschluss`)).toBe(`${line.slice(0, -1)}lation und den Anschluss`);
  expect(flow("Die Werkstatt ist an allen Tagen der Woche geöffnet, sowohl vor-\nund nachmittags")).toContain(
    "vor- und",
  );
});

test("a page of short lines is left alone", () => {
  expect(flow("Milk\nBread\nButter")).toBe("Milk\nBread\nButter");
});

test("no text stays no text", () => {
  expect(flow("")).toBe("");
});
