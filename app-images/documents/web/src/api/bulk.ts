// What is done to many documents at once.

import { body, http } from "./call";
import { isProblem, RequestError } from "./problem";
import type { BulkAction, Selection } from "./types";

/** Does it, and says to how many. */
export async function bulk(selection: Selection, action: BulkAction): Promise<number> {
  const { changed } = await body(http.POST("/api/bulk", { body: { ...selection, action } }));
  return changed;
}

/** All files of a selection as one ZIP. */
export async function downloadZip(selection: Selection): Promise<Blob> {
  const request = new Request("/api/bulk/download", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(selection),
  });
  const response = await globalThis.fetch(request).catch(() => {
    throw new RequestError(0);
  });
  if (response.ok) return response.blob();
  const problem: unknown = await response.json().catch(() => undefined);
  throw new RequestError(response.status, isProblem(problem) ? problem : undefined);
}
