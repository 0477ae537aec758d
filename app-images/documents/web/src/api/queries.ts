// What screens ask for.

import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { dropDocument, keys } from "./cache";
import { deleteDocument, documentText, listDocuments, person, showDocument } from "./client";

export function useDocuments() {
  return useInfiniteQuery({
    queryKey: keys.documents,
    queryFn: ({ pageParam, signal }) => listDocuments(pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });
}

export function useDocument(id: string) {
  return useQuery({ queryKey: keys.document(id), queryFn: ({ signal }) => showDocument(id, signal) });
}

export function useDocumentText(id: string, ready: boolean) {
  return useQuery({
    queryKey: keys.text(id),
    queryFn: ({ signal }) => documentText(id, signal),
    enabled: ready,
    // Long texts leave the memory soon after they leave the screen.
    gcTime: 60_000,
  });
}

export function usePerson() {
  return useQuery({ queryKey: keys.person, queryFn: ({ signal }) => person(signal) });
}

export function useDeleteDocument() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: deleteDocument,
    onSuccess: (_, id) => {
      dropDocument(cache, id);
    },
  });
}
