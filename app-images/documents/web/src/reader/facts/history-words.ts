// A line of a document's history, in words.

import type { HistoryEntry, Source } from "../../api/types";
import { sourceName } from "../../parts/words";
import { FIELDS } from "./fields";

/** "Anna changed the title from “a” to “b”"; what a newer service may say besides is shown as it comes. */
export function historyWords(entry: HistoryEntry): string {
  const who = entry.who ?? author(entry.source);
  switch (entry.what) {
    case "changed":
      return `${who} ${change(entry)}`;
    case "category_added":
      return `${who} added the category “${entry.to ?? ""}”`;
    case "category_removed":
      return `${who} removed the category “${entry.from ?? ""}”`;
    case "trashed":
      return `${who} moved it to the trash`;
    case "restored":
      return `${who} restored it from the trash`;
    case "reprocessed":
      return `${who} had it read again`;
    default:
      return `${who}: ${entry.what}`;
  }
}

function change({ field, from, to }: HistoryEntry): string {
  const known = FIELDS.find(({ name }) => name === field)?.label.toLowerCase();
  const what = known ?? field ?? "something";
  if (!to) return `removed the ${what} “${from ?? ""}”`;
  return from ? `changed the ${what} from “${from}” to “${to}”` : `set the ${what} to “${to}”`;
}

function author(source: string | null | undefined): string {
  const known: Record<string, string> = { ai: "The AI", rules: "The rules", e_invoice: "The e-invoice" };
  if (source && source in known) return known[source] ?? sourceName(source as Source);
  return "The service";
}
