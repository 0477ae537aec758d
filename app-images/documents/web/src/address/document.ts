// The opened document is part of the address (`#/<id>`), so that the back button closes it and a link opens it.

import { useCallback } from "react";
import { goTo, useFragment } from "./location";

const DOCUMENT = /^#\/([0-9a-f-]{36})(\/edit)?$/;

export function readerHref(id: string): string {
  return `#/${id}`;
}

/** Opens a document; `edit` puts the cursor into its title. */
export function openDocument(id: string, how: "read" | "edit" = "read"): void {
  goTo(`#/${id}${how === "edit" ? "/edit" : ""}`);
}

export interface Opened {
  id: string | undefined;
  editing: boolean;
  close: () => void;
}

export function useOpenDocument(): Opened {
  const match = DOCUMENT.exec(useFragment());
  const close = useCallback(() => {
    // A new entry rather than going back, because the page before may be another site.
    goTo(window.location.pathname + window.location.search);
  }, []);
  return { id: match?.[1], editing: match?.[2] !== undefined, close };
}
