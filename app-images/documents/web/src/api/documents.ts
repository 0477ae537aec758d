// Documents: list, one, its text, its files, and what can be done with it.

import { body, done, http } from "./call";
import type { DocumentPage, DocumentPatch, DocumentView, Facets, Filter, HistoryEntry } from "./types";

/** How many documents are asked for at a time. */
const PART = 100;

export function listDocuments(
  filter: Filter,
  after: string | undefined,
  signal?: AbortSignal,
): Promise<DocumentPage> {
  const query = { ...filter, limit: PART, ...(after === undefined ? {} : { after }) };
  return body(http.GET("/api/documents", { params: { query }, signal }));
}

export function showDocument(id: string, signal?: AbortSignal): Promise<DocumentView> {
  return body(http.GET("/api/documents/{id}", { params: { path: { id } }, signal }));
}

export async function documentText(id: string, signal?: AbortSignal): Promise<string[]> {
  const { pages } = await body(http.GET("/api/documents/{id}/text", { params: { path: { id } }, signal }));
  return pages;
}

export function documentHistory(id: string, signal?: AbortSignal): Promise<HistoryEntry[]> {
  return body(http.GET("/api/documents/{id}/history", { params: { path: { id } }, signal }));
}

export function changeDocument(id: string, patch: DocumentPatch): Promise<DocumentView> {
  return body(http.PATCH("/api/documents/{id}", { params: { path: { id } }, body: patch }));
}

/** Has a document read and classified again; a password opens a locked one. */
export function processDocument(id: string, password?: string): Promise<DocumentView> {
  return body(
    http.POST("/api/documents/{id}/process", {
      params: { path: { id } },
      body: password === undefined ? {} : { password },
    }),
  );
}

/** Moves a document into the trash. */
export async function trashDocument(id: string): Promise<void> {
  await done(http.DELETE("/api/documents/{id}", { params: { path: { id } } }));
}

/** Deletes a document for good. */
export async function deleteDocument(id: string): Promise<void> {
  await done(http.DELETE("/api/documents/{id}", { params: { path: { id }, query: { permanently: true } } }));
}

export function restoreDocument(id: string): Promise<DocumentView> {
  return body(http.POST("/api/documents/{id}/restore", { params: { path: { id } } }));
}

export function facets(signal?: AbortSignal): Promise<Facets> {
  return body(http.GET("/api/facets", { signal }));
}

/** Where a document's file is downloaded from. */
export function fileUrl(id: string): string {
  return `/api/documents/${id}/file`;
}

/** Where a copy with searchable text is downloaded from; of documents whose `searchable` is `copy`. */
export function searchableUrl(id: string): string {
  return `/api/documents/${id}/searchable`;
}

/** A small picture of the first page. */
export function thumbnailUrl(id: string): string {
  return `/api/documents/${id}/thumbnail`;
}

/** A picture of a page (from 1), so many pixels wide (100 to 2000). */
export function pictureUrl(id: string, page: number, width: number): string {
  return `/api/documents/${id}/pages/${page}/picture?width=${width}`;
}
