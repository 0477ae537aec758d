// Calls the interface. Types come from its OpenAPI document, so a wrong path or field does not compile.

import createClient from "openapi-fetch";
import { isProblem, RequestError } from "./problem";
import type { paths } from "./schema";
import type { DocumentView, Person } from "./types";

// `fetch` is looked up at each call, so that tests can put another in its place.
const client = createClient<paths>({
  baseUrl: window.location.origin,
  fetch: (request) => globalThis.fetch(request),
});

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

async function call<T>(request: Promise<Answer<T>>): Promise<Answer<T>> {
  const answer = await request.catch(() => {
    throw new RequestError(0);
  });
  if (answer.response.ok) return answer;
  throw new RequestError(answer.response.status, isProblem(answer.error) ? answer.error : undefined);
}

async function body<T>(request: Promise<Answer<T>>): Promise<T> {
  const { data, response } = await call(request);
  if (data === undefined) throw new RequestError(response.status);
  return data;
}

export interface DocumentPage {
  documents: DocumentView[];
  next?: string | null;
}

export function listDocuments(before: string | undefined, signal?: AbortSignal): Promise<DocumentPage> {
  return body(client.GET("/api/documents", { params: { query: before ? { before } : {} }, signal }));
}

export function showDocument(id: string, signal?: AbortSignal): Promise<DocumentView> {
  return body(client.GET("/api/documents/{id}", { params: { path: { id } }, signal }));
}

export async function documentText(id: string, signal?: AbortSignal): Promise<string[]> {
  const { pages } = await body(client.GET("/api/documents/{id}/text", { params: { path: { id } }, signal }));
  return pages;
}

export async function deleteDocument(id: string): Promise<void> {
  await call(client.DELETE("/api/documents/{id}", { params: { path: { id } } }));
}

export function person(signal?: AbortSignal): Promise<Person> {
  return body(client.GET("/api/person", { signal }));
}

/** Where a document's file is downloaded from. */
export function fileUrl(id: string): string {
  return `/api/documents/${id}/file`;
}
