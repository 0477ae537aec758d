// What a document is called.

import type { DocumentView } from "../api/types";

/** Its title; as long as it has none, the name of its file. */
export function titleOf(document: DocumentView): string {
  return document.classification.title?.value ?? document.name;
}
