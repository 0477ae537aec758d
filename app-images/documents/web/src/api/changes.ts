// What screens change, and what of the cache follows from it.

import { useMutation, useQueryClient, type QueryClient } from "@tanstack/react-query";
import { bulk } from "./bulk";
import { dropDocument, keys, putDocument, reloadLists } from "./cache";
import { changeCategory, createCategory, createView, deleteCategory, deleteView } from "./categories";
import {
  changeDocument,
  deleteDocument,
  processDocument,
  restoreDocument,
  showDocument,
  trashDocument,
} from "./documents";
import { testSettings, writeSettings } from "./settings";
import type { BulkAction, DocumentPatch, Filter, NewCategory, Selection, SettingsDraft } from "./types";
import { createWebhook, deleteWebhook, testWebhook } from "./webhooks";

export function useChangeDocument(id: string) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (patch: DocumentPatch) => changeDocument(id, patch),
    onSuccess: (document) => {
      putDocument(cache, document);
    },
  });
}

export type Deed = "trash" | "delete" | "restore" | "process";

/** Does one thing to one document. */
export function useDeed() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (asked: { id: string; deed: Deed; password?: string }) => perform(asked),
    onSuccess: (document, { id, deed }) => {
      if (deed === "process") cache.removeQueries({ queryKey: keys.text(id) });
      if (document) putDocument(cache, document);
      else dropDocument(cache, id);
    },
  });
}

/** The document as it is afterwards; nothing, if it is gone for good. */
async function perform({ id, deed, password }: { id: string; deed: Deed; password?: string }) {
  switch (deed) {
    case "trash":
      await trashDocument(id);
      return showDocument(id);
    case "restore":
      return restoreDocument(id);
    case "process":
      return processDocument(id, password);
    case "delete":
      await deleteDocument(id);
      return undefined;
  }
}

export function useBulk() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: ({ selection, action }: { selection: Selection; action: BulkAction }) =>
      bulk(selection, action),
    onSuccess: async () => {
      await reloadDocuments(cache);
      await cache.invalidateQueries({ queryKey: keys.facets });
    },
  });
}

/** Creates a category, or changes the one with this id. */
export function useSaveCategory() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: ({ id, category }: { id: string | undefined; category: NewCategory }) =>
      id === undefined ? createCategory(category) : changeCategory(id, category),
    onSuccess: async () => {
      await cache.invalidateQueries({ queryKey: keys.categories });
      await reloadDocuments(cache);
    },
  });
}

export function useDeleteCategory() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: deleteCategory,
    onSuccess: async () => {
      await cache.invalidateQueries({ queryKey: keys.categories });
      await reloadDocuments(cache);
    },
  });
}

export function useSaveView() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: ({ name, filter }: { name: string; filter: Filter }) => createView(name, filter),
    onSuccess: () => cache.invalidateQueries({ queryKey: keys.views }),
  });
}

export function useDeleteView() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: deleteView,
    onSuccess: () => cache.invalidateQueries({ queryKey: keys.views }),
  });
}

export function useCreateWebhook() {
  return useWebhookChange(createWebhook);
}

export function useTestWebhook() {
  return useWebhookChange(testWebhook);
}

export function useDeleteWebhook() {
  return useWebhookChange(deleteWebhook);
}

function useWebhookChange<Asked, Answer>(change: (asked: Asked) => Promise<Answer>) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: () => cache.invalidateQueries({ queryKey: keys.webhooks }),
  });
}

export function useSaveSettings() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (settings: SettingsDraft) => writeSettings(settings),
    onSuccess: (settings) => {
      cache.setQueryData(keys.settings, settings);
    },
  });
}

export function useTestSettings() {
  return useMutation({ mutationFn: (settings: SettingsDraft) => testSettings(settings) });
}

/** Many of them have changed. */
async function reloadDocuments(cache: QueryClient): Promise<void> {
  reloadLists(cache);
  await cache.invalidateQueries({ queryKey: ["document"] });
}
