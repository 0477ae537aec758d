// The typed way to the API: paths, bodies and answers come from the generated document.

import createFetchClient from "openapi-fetch";
import createQueryClient from "openapi-react-query";
import { Problem, problemFrom, unreachable } from "./problem";
import type { paths } from "./schema";

export const http = createFetchClient<paths>({
  baseUrl: window.location.origin,
  // Looked up at each call, so that tests can put their own server in its place.
  fetch: (request) => globalThis.fetch(request),
});

http.use({
  async onResponse({ response }) {
    if (!response.ok) throw await problemFrom(response);
  },
  onError({ error }) {
    if (error instanceof Problem || (error instanceof DOMException && error.name === "AbortError"))
      return error;
    return unreachable(error);
  },
});

/** Queries and mutations over `http`, keyed by method, path and parameters. */
export const api = createQueryClient(http);
