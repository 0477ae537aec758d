// The list's filter as the address's query: a link shows the same list, and the back button the one before.

import { useCallback, useMemo } from "react";
import type { DocumentStatus, DocumentType, Filter, FilterQuery, Sort } from "../api/types";
import { DOCUMENT_TYPES, SORTS, STATUSES } from "../parts/words";
import { goTo, useQueryString } from "./location";

/** Reads a filter from an address. What does not belong there is left out, never an error. */
export function parseFilter(query: string): Filter {
  const params = new URLSearchParams(query);
  const filter: Filter = {};
  for (const name of ["q", "category", "tag", "sender"] as const) {
    const value = params.get(name)?.trim();
    if (value) filter[name] = value;
  }
  const status = oneOf<DocumentStatus>(params.get("status"), STATUSES);
  if (status) filter.status = status;
  const type = oneOf<DocumentType>(params.get("type"), DOCUMENT_TYPES);
  if (type) filter.type = type;
  const sort = oneOf<Sort>(params.get("sort"), SORTS);
  if (sort) filter.sort = sort;
  for (const name of ["from", "to"] as const) {
    const value = params.get(name);
    if (value && isDate(value)) filter[name] = value;
  }
  for (const name of ["min", "max"] as const) {
    const value = params.get(name);
    if (value && /^-?\d{1,12}(\.\d{1,4})?$/.test(value)) filter[name] = value;
  }
  if (params.get("trashed") === "true") filter.trashed = true;
  return filter;
}

/** Writes a filter as a query: "" or "?q=…". */
export function filterQuery(filter: FilterQuery): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(filter)) {
    if (value) params.set(name, String(value));
  }
  const query = params.toString();
  return query === "" ? "" : `?${query}`;
}

/** How many conditions are set, the words searched for, the order and the trash aside. */
export function conditionCount(filter: Filter): number {
  const conditions: readonly (keyof Filter)[] = [
    "status",
    "type",
    "category",
    "tag",
    "sender",
    "from",
    "to",
    "min",
    "max",
  ];
  return conditions.filter((name) => filter[name] !== undefined).length;
}

/** Whether the filter hides anything. */
export function isFiltering(filter: Filter): boolean {
  return Boolean(filter.q) || conditionCount(filter) > 0;
}

/** Changes some of a filter; `undefined` takes a condition away. */
export type ChangeFilter = (change: { [name in keyof Filter]?: Filter[name] | undefined }) => void;

export function useFilter(): [Filter, ChangeFilter] {
  const query = useQueryString();
  const filter = useMemo(() => parseFilter(query), [query]);
  const change = useCallback<ChangeFilter>((changes) => {
    const next = { ...parseFilter(window.location.search), ...changes };
    // Replaced, not pushed: a search of ten letters is not ten steps back.
    goTo(window.location.pathname + filterQuery(next), "replace");
  }, []);
  return [filter, change];
}

function oneOf<T extends string>(value: string | null, all: readonly T[]): T | undefined {
  return all.find((each) => each === value);
}

function isDate(value: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(Date.parse(value));
}
