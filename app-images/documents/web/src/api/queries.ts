// What screens ask for.

import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { keys } from "./cache";
import { listCategories, listViews } from "./categories";
import { documentHistory, documentText, facets, listDocuments, showDocument } from "./documents";
import { person } from "./person";
import { readSettings } from "./settings";
import type { Filter } from "./types";
import { listWebhooks } from "./webhooks";

/** Long lists and texts leave the memory soon after they leave the screen, in milliseconds. */
const SOON = 60_000;
/** How often webhooks are asked for while they are on the screen, in milliseconds. */
const WEBHOOKS_EVERY = 10_000;

export function useDocuments(filter: Filter) {
  return useInfiniteQuery({
    queryKey: keys.list(filter),
    queryFn: ({ pageParam, signal }) => listDocuments(filter, pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    // While a new filter is asked for, the old answer stays: no flash of emptiness at each letter.
    placeholderData: keepPreviousData,
    gcTime: SOON,
  });
}

export function useDocument(id: string) {
  return useQuery({ queryKey: keys.document(id), queryFn: ({ signal }) => showDocument(id, signal) });
}

export function useDocumentText(id: string, wanted: boolean) {
  return useQuery({
    queryKey: keys.text(id),
    queryFn: ({ signal }) => documentText(id, signal),
    enabled: wanted,
    gcTime: SOON,
  });
}

export function useHistory(id: string, wanted: boolean) {
  return useQuery({
    queryKey: keys.history(id),
    queryFn: ({ signal }) => documentHistory(id, signal),
    enabled: wanted,
    staleTime: 0,
    gcTime: SOON,
  });
}

export function useCategories() {
  return useQuery({ queryKey: keys.categories, queryFn: ({ signal }) => listCategories(signal) });
}

export function useViews() {
  return useQuery({ queryKey: keys.views, queryFn: ({ signal }) => listViews(signal) });
}

export function useFacets(wanted: boolean) {
  return useQuery({
    queryKey: keys.facets,
    queryFn: ({ signal }) => facets(signal),
    enabled: wanted,
    // Counts follow no events; half a minute old is good enough for a list of choices.
    staleTime: 30_000,
  });
}

export function useWebhooks() {
  return useQuery({
    queryKey: keys.webhooks,
    queryFn: ({ signal }) => listWebhooks(signal),
    // No event tells how a delivery ended.
    staleTime: 0,
    refetchInterval: WEBHOOKS_EVERY,
  });
}

export function usePerson() {
  return useQuery({ queryKey: keys.person, queryFn: ({ signal }) => person(signal) });
}

export function useSettings() {
  return useQuery({ queryKey: keys.settings, queryFn: ({ signal }) => readSettings(signal) });
}
