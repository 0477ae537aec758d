// The opened document is part of the address (`#/<id>`), so that the back button closes it and a link opens it.

import { useCallback, useSyncExternalStore } from "react";

const ADDRESS = /^#\/([0-9a-f-]{36})$/;

export function readerHref(id: string): string {
  return `#/${id}`;
}

/** The opened document's id, and how to close it. */
export function useOpenDocument(): [string | undefined, () => void] {
  const hash = useSyncExternalStore(subscribe, () => window.location.hash);
  const close = useCallback(() => {
    // A new entry rather than going back, because the page before may be another site.
    window.history.pushState(null, "", window.location.pathname);
    window.dispatchEvent(new HashChangeEvent("hashchange"));
  }, []);
  return [ADDRESS.exec(hash)?.[1], close];
}

function subscribe(listener: () => void): () => void {
  window.addEventListener("hashchange", listener);
  window.addEventListener("popstate", listener);
  return () => {
    window.removeEventListener("hashchange", listener);
    window.removeEventListener("popstate", listener);
  };
}
