// Calls the interface. Types come from its OpenAPI document, so a wrong path or field does not compile.

import createClient from "openapi-fetch";
import { isProblem, RequestError } from "./problem";
import type { paths } from "./schema";

// `fetch` is looked up at each call, so that tests can put another in its place.
export const http = createClient<paths>({
  baseUrl: window.location.origin,
  fetch: (request) => globalThis.fetch(request),
});

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** Waits for the answer; rejects with a `RequestError` for anything but success. */
export async function done<T>(request: Promise<Answer<T>>): Promise<Answer<T>> {
  const answer = await request.catch((reason: unknown) => {
    throw isAbort(reason) ? reason : new RequestError(0);
  });
  if (answer.response.ok) return answer;
  throw new RequestError(answer.response.status, isProblem(answer.error) ? answer.error : undefined);
}

/** Waits for the answer's body; rejects with a `RequestError` where there is none. */
export async function body<T>(request: Promise<Answer<T>>): Promise<T> {
  const { data, response } = await done(request);
  if (data === undefined) throw new RequestError(response.status);
  return data;
}

function isAbort(reason: unknown): reason is DOMException {
  return reason instanceof DOMException && reason.name === "AbortError";
}
