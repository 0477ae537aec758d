// The cache of server state: when to ask again, and what a refused session means.

import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { asProblem } from "./problem";

/** Makes the cache. `onSignedOut` runs whenever any answer says that nobody is signed in. */
export function createCache(onSignedOut: () => void): QueryClient {
  const watch = (error: unknown) => {
    const problem = asProblem(error);
    // A wrong password is an answer to the login form, not the end of a session.
    if (problem.status === 401 && problem.code !== "wrong-credentials") onSignedOut();
  };
  return new QueryClient({
    queryCache: new QueryCache({
      onError: (error, query) => {
        if (!query.meta?.guard) watch(error);
      },
    }),
    mutationCache: new MutationCache({ onError: watch }),
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        retry: (failures, error) => failures < 2 && asProblem(error).passing,
        retryDelay: (failures) => 500 * 2 ** failures,
      },
      mutations: { retry: false },
    },
  });
}
