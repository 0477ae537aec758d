// The cache of what the server said, and how what it says later changes it.

import { QueryClient, type InfiniteData, type QueryKey } from "@tanstack/react-query";
import { RequestError } from "./problem";
import type { DocumentPage, DocumentView, Filter, ListedDocument } from "./types";

export const keys = {
  /** All lists, whatever their filter. */
  lists: ["documents"] as const,
  list: (filter: Filter) => ["documents", filter] as const,
  document: (id: string) => ["document", id] as const,
  text: (id: string) => ["text", id] as const,
  history: (id: string) => ["history", id] as const,
  categories: ["categories"] as const,
  views: ["views"] as const,
  facets: ["facets"] as const,
  webhooks: ["webhooks"] as const,
  settings: ["settings"] as const,
  person: ["person"] as const,
};

/** The least time between two reloads that events cause, in milliseconds. */
const RELOAD_PAUSE = 2000;
/** How many parts of a list are asked for again. */
const MOST_PARTS = 10;

export type List = InfiniteData<DocumentPage, string | undefined>;

export function createCache(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // Events say what changes, so nothing gets old by itself.
        staleTime: Infinity,
        refetchOnWindowFocus: false,
        // What the server refuses it will refuse again; a broken connection is worth a second try.
        retry: (count, error) =>
          count < 2 && !(error instanceof RequestError && error.status >= 400 && error.status < 500),
      },
    },
  });
}

/** A document is new or changed. */
export function putDocument(cache: QueryClient, document: DocumentView): void {
  cache.setQueryData(keys.document(document.id), document);
  void cache.invalidateQueries({ queryKey: keys.history(document.id) });
  for (const [key, list] of cache.getQueriesData<List>({ queryKey: keys.lists })) {
    if (list) putInList(cache, key, list, document);
  }
}

/** A document was uploaded. If an event has told of it already, what the event said is newer. */
export function addDocument(cache: QueryClient, document: DocumentView): void {
  if (!cache.getQueryData(keys.document(document.id))) putDocument(cache, document);
}

/** A document is gone. */
export function dropDocument(cache: QueryClient, id: string): void {
  cache.removeQueries({ queryKey: keys.text(id) });
  cache.removeQueries({ queryKey: keys.document(id) });
  cache.setQueriesData<List>({ queryKey: keys.lists }, (list) => list && withoutDocument(list, id));
}

/** Changes may have been missed: ask again, without throwing away what is on the screen. */
export function reloadAll(cache: QueryClient): void {
  reloadLists(cache);
  for (const queryKey of [["document"], keys.categories, keys.views, keys.facets]) {
    void cache.invalidateQueries({ queryKey }, { cancelRefetch: false });
  }
}

function putInList(cache: QueryClient, key: QueryKey, list: List, document: DocumentView): void {
  const filter = (key[1] ?? {}) as Filter;
  const here = (filter.trashed ?? false) === Boolean(document.trashed_at);
  const known = list.pages.some((page) => page.items.some(({ id }) => id === document.id));
  if (known) {
    cache.setQueryData<List>(key, here ? withChanged(list, document) : withoutDocument(list, document.id));
    return;
  }
  if (here && isPlain(filter)) cache.setQueryData<List>(key, withNew(list, document));
  // Whether it belongs into a filtered or sorted list, and where, is for the server to say.
  else reloadSoon(cache);
}

const soon = new WeakMap<QueryClient, ReturnType<typeof setTimeout>>();

/** Asks for the lists again, at most once in a while: a thousand uploads are a thousand events. */
function reloadSoon(cache: QueryClient): void {
  if (soon.has(cache)) return;
  const timer = setTimeout(() => {
    soon.delete(cache);
    reloadLists(cache);
  }, RELOAD_PAUSE);
  soon.set(cache, timer);
}

/** Asks for the lists again. Of a long one only the beginning is kept: each part is a request of its own. */
export function reloadLists(cache: QueryClient): void {
  cache.setQueriesData<List>({ queryKey: keys.lists }, (list) =>
    list && list.pages.length > MOST_PARTS
      ? { pages: list.pages.slice(0, MOST_PARTS), pageParams: list.pageParams.slice(0, MOST_PARTS) }
      : list,
  );
  void cache.invalidateQueries({ queryKey: keys.lists }, { cancelRefetch: false });
}

/** Whether a list shows everything, newest first. */
function isPlain(filter: Filter): boolean {
  return Object.entries(filter).every(
    ([name, value]) => name === "trashed" || (name === "sort" && value === "newest"),
  );
}

function withChanged(list: List, document: DocumentView): List {
  return mapPages(list, (page) => {
    const at = page.items.findIndex(({ id }) => id === document.id);
    if (at < 0) return page;
    // An event knows nothing of a search: the words that matched stay as they were found.
    const snippet = page.items[at]?.snippet;
    const changed = snippet ? { ...document, snippet } : document;
    return { ...page, items: page.items.with(at, changed) };
  });
}

function withNew(list: List, document: DocumentView): List {
  const oldest = list.pages.at(-1)?.items.at(-1);
  const more = list.pages.at(-1)?.next;
  // Ids grow with time. One that is older than the list's end belongs to a part that is not loaded yet.
  const later = Boolean(more && oldest && document.id < oldest.id);
  return mapPages(list, (page, index) => ({
    ...page,
    total: page.total == null ? page.total : page.total + 1,
    items: index === 0 && !later ? newestFirst([document, ...page.items]) : page.items,
  }));
}

function withoutDocument(list: List, id: string): List {
  if (!list.pages.some((page) => page.items.some((item) => item.id === id))) return list;
  return mapPages(list, (page) => ({
    ...page,
    total: page.total == null ? page.total : Math.max(0, page.total - 1),
    items: page.items.filter((item) => item.id !== id),
  }));
}

function newestFirst(documents: ListedDocument[]): ListedDocument[] {
  return documents.toSorted((a, b) => (a.id < b.id ? 1 : -1));
}

function mapPages(list: List, change: (page: DocumentPage, index: number) => DocumentPage): List {
  return { ...list, pages: list.pages.map(change) };
}
