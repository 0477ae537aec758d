// Installing with one click.

import { useQueryClient } from "@tanstack/react-query";
import { api } from "../../api/client";

/** The newest operation of an app: what the catalogue shows while an app is being installed. */
export const latestOperationQuery = (app: string) =>
  api.queryOptions("get", "/api/v1/operations", { params: { query: { app, limit: 1 } } });

/** Asks for an installation. `onAccepted` runs once the server has taken it up. */
export function useInstall(onAccepted?: (app: string) => void) {
  const cache = useQueryClient();
  return api.useMutation("post", "/api/v1/apps", {
    onSuccess: async (operation) => {
      cache.setQueryData(latestOperationQuery(operation.app).queryKey, { operations: [operation] });
      onAccepted?.(operation.app);
      await cache.invalidateQueries();
    },
  });
}
