// The facts of a document: what each is called, how it is shown, and how it is typed.

import type { Classification, DocumentPatch, DocumentType, Source } from "../../api/types";
import { day, iban, money } from "../../parts/format";
import { DOCUMENT_TYPES, typeName } from "../../parts/words";
import { draftMoney, parseMoney } from "./money";

/** The facts with one value each. */
export type FieldName = Exclude<keyof Classification, "tags" | "suggested_categories">;

export interface Field {
  name: FieldName;
  label: string;
  input: "line" | "lines" | "date" | "type" | "money";
}

export const FIELDS: readonly Field[] = [
  { name: "title", label: "Title", input: "line" },
  { name: "document_type", label: "Type", input: "type" },
  { name: "date", label: "Date", input: "date" },
  { name: "sender", label: "Sender", input: "line" },
  { name: "recipient", label: "Recipient", input: "line" },
  { name: "total", label: "Total", input: "money" },
  { name: "net", label: "Net", input: "money" },
  { name: "due_date", label: "Due", input: "date" },
  { name: "number", label: "Number", input: "line" },
  { name: "iban", label: "IBAN", input: "line" },
  { name: "language", label: "Language", input: "line" },
  { name: "summary", label: "Summary", input: "lines" },
];

export interface Shown {
  /** For people. */
  words: string;
  /** As it is put into the field to be changed. */
  draft: string;
  source: Source;
  /** In percent. */
  confidence: number;
}

/** What is known of one fact. */
export function shown(classification: Classification, field: Field): Shown | undefined {
  const fact = classification[field.name];
  if (!fact) return undefined;
  const { source, confidence, value } = fact;
  const draft = typeof value === "object" ? draftMoney(value) : value;
  return { words: inWords(field, value), draft, source, confidence };
}

function inWords({ name, input }: Field, value: NonNullable<Classification[FieldName]>["value"]): string {
  if (typeof value === "object") return money(value);
  if (input === "date") return day(value);
  if (input === "type") return typeName(value as DocumentType);
  if (name === "language") return languageName(value);
  return name === "iban" ? iban(value) : value;
}

function languageName(code: string): string {
  try {
    return new Intl.DisplayNames("en", { type: "language" }).of(code) ?? code;
  } catch {
    return code;
  }
}

export type Typed = { patch: DocumentPatch } | { problem: string };

/** What was typed, as a change of the document. */
export function parseTyped({ name, input }: Field, typed: string): Typed {
  const text = typed.trim();
  // Clearing a field takes the own edit back.
  if (text === "") return { patch: { [name]: null } };
  switch (input) {
    case "money": {
      const amount = parseMoney(text);
      return amount ? { patch: { [name]: amount } } : { problem: "Write an amount, such as 486.00 EUR." };
    }
    case "type":
      return DOCUMENT_TYPES.includes(text as DocumentType)
        ? { patch: { [name]: text as DocumentType } }
        : { problem: "Choose a type." };
    case "date":
      return /^\d{4}-\d{2}-\d{2}$/.test(text)
        ? { patch: { [name]: text } }
        : { problem: "Write a date, such as 2026-04-17." };
    case "line":
    case "lines":
      return { patch: { [name]: name === "iban" ? text.replace(/\s/g, "").toUpperCase() : text } };
  }
}
