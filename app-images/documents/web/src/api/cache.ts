// The cache of what the server said, and how what it says later changes it.

import { QueryClient, type InfiniteData } from "@tanstack/react-query";
import type { DocumentPage } from "./client";
import { RequestError } from "./problem";
import type { DocumentView } from "./types";

export const keys = {
  documents: ["documents"] as const,
  document: (id: string) => ["document", id] as const,
  text: (id: string) => ["text", id] as const,
  person: ["person"] as const,
};

type List = InfiniteData<DocumentPage, string | undefined>;

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
  cache.setQueryData<List>(keys.documents, (list) => list && withDocument(list, document));
}

/** A document was uploaded. If an event has told of it already, what the event said is newer. */
export function addDocument(cache: QueryClient, document: DocumentView): void {
  if (!cache.getQueryData(keys.document(document.id))) putDocument(cache, document);
}

/** A document is gone. */
export function dropDocument(cache: QueryClient, id: string): void {
  cache.removeQueries({ queryKey: keys.text(id) });
  cache.removeQueries({ queryKey: keys.document(id) });
  cache.setQueryData<List>(
    keys.documents,
    (list) => list && mapPages(list, (all) => all.filter((each) => each.id !== id)),
  );
}

/** Changes may have been missed: ask again, without throwing away what is on the screen. */
export function reloadAll(cache: QueryClient): void {
  void cache.invalidateQueries({ queryKey: keys.documents }, { cancelRefetch: false });
  void cache.invalidateQueries({ queryKey: ["document"] }, { cancelRefetch: false });
}

function withDocument(list: List, document: DocumentView): List {
  const known = list.pages.some((page) => page.documents.some(({ id }) => id === document.id));
  if (known) return mapPages(list, (all) => all.map((each) => (each.id === document.id ? document : each)));
  const oldest = list.pages.at(-1)?.documents.at(-1);
  const more = list.pages.at(-1)?.next;
  // Ids grow with time. One that is older than the list's end belongs to a part that is not loaded yet.
  if (more && oldest && document.id < oldest.id) return list;
  const pages = list.pages.map((page, index) =>
    index === 0 ? { ...page, documents: newestFirst([document, ...page.documents]) } : page,
  );
  return { ...list, pages };
}

function newestFirst(documents: DocumentView[]): DocumentView[] {
  return documents.toSorted((a, b) => (a.id < b.id ? 1 : -1));
}

function mapPages(list: List, change: (documents: DocumentView[]) => DocumentView[]): List {
  return { ...list, pages: list.pages.map((page) => ({ ...page, documents: change(page.documents) })) };
}
