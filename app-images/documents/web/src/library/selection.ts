// Which documents are selected: some by their ids, or everything that the filter matches.

import type { Filter, Selection } from "../api/types";

export type Selected = { kind: "some"; ids: ReadonlySet<string> } | { kind: "all" };

export const NOTHING: Selected = { kind: "some", ids: new Set() };

export function isSelected(selected: Selected, id: string): boolean {
  return selected.kind === "all" || selected.ids.has(id);
}

export function isAnything(selected: Selected): boolean {
  return selected.kind === "all" || selected.ids.size > 0;
}

/** Turns one document on or off. Of "everything", what is on the screen (`shown`) stays, without that one. */
export function toggled(selected: Selected, id: string, shown: readonly string[]): Selected {
  const ids = new Set(selected.kind === "all" ? shown : selected.ids);
  if (!ids.delete(id)) ids.add(id);
  return { kind: "some", ids };
}

/** Adds everything between two documents of the list, ends included. */
export function extended(selected: Selected, from: string, to: string, shown: readonly string[]): Selected {
  if (selected.kind === "all") return selected;
  const ends = [shown.indexOf(from), shown.indexOf(to)];
  if (ends.includes(-1)) return toggled(selected, to, shown);
  const between = shown.slice(Math.min(...ends), Math.max(...ends) + 1);
  return { kind: "some", ids: new Set([...selected.ids, ...between]) };
}

/** As the interface takes it. The order means nothing to it. */
export function asRequest(selected: Selected, filter: Filter): Selection {
  if (selected.kind === "some") return { ids: [...selected.ids] };
  const conditions = { ...filter };
  delete conditions.sort;
  return { filter: conditions };
}
