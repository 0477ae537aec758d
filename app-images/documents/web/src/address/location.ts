// The page's address, as something that components can follow and change.
//
// The path names the screen of administrators (`/admin/`), the query is the list's filter, the fragment (`#/…`) is what is
// open above the list. The server serves the same page at both paths.

import { useSyncExternalStore } from "react";

const CHANGED = "documents:address";

/** Goes to another address of this page without loading it anew. */
export function goTo(address: string, how: "push" | "replace" = "push"): void {
  if (how === "push") window.history.pushState(null, "", address);
  else window.history.replaceState(null, "", address);
  window.dispatchEvent(new Event(CHANGED));
}

export function usePath(): string {
  return useSyncExternalStore(subscribe, () => window.location.pathname);
}

export function useQueryString(): string {
  return useSyncExternalStore(subscribe, () => window.location.search);
}

export function useFragment(): string {
  return useSyncExternalStore(subscribe, () => window.location.hash);
}

function subscribe(listener: () => void): () => void {
  const events = ["hashchange", "popstate", CHANGED];
  for (const event of events) window.addEventListener(event, listener);
  return () => {
    for (const event of events) window.removeEventListener(event, listener);
  };
}
