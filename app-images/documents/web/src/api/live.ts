// Keeps the cache in step with the server by its event stream.

import { useQueryClient, type QueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { dropDocument, keys, putDocument, reloadAll } from "./cache";
import type { DocumentView } from "./types";

/** The pause before a stream that the browser gave up is opened anew, in milliseconds. */
const REOPEN_AFTER = 3000;
/** A break shorter than this is not worth a word, in milliseconds: streams end every few minutes on purpose. */
const TOLERATED_BREAK = 4000;

/** Follows the stream while mounted; says whether what is on the screen may be out of date. */
export function useLive(): { behind: boolean } {
  const cache = useQueryClient();
  const [behind, setBehind] = useState(false);
  useEffect(() => follow(cache, setBehind), [cache]);
  return { behind };
}

function follow(cache: QueryClient, setBehind: (behind: boolean) => void): () => void {
  let source: EventSource;
  let reopen: ReturnType<typeof setTimeout> | undefined;
  let notice: ReturnType<typeof setTimeout> | undefined;

  const open = () => {
    source = new EventSource("/api/events");
    source.addEventListener("document", ({ data }: MessageEvent<string>) => {
      putDocument(cache, JSON.parse(data) as DocumentView);
    });
    source.addEventListener("deleted", ({ data }: MessageEvent<string>) => {
      dropDocument(cache, (JSON.parse(data) as { id: string }).id);
    });
    source.addEventListener("categories", () => {
      void cache.invalidateQueries({ queryKey: keys.categories });
    });
    source.addEventListener("views", () => {
      void cache.invalidateQueries({ queryKey: keys.views });
    });
    // Also the first event of each stream.
    source.addEventListener("reload", () => {
      reloadAll(cache);
    });
    source.onopen = () => {
      clearTimeout(notice);
      notice = undefined;
      setBehind(false);
    };
    source.onerror = () => {
      notice ??= setTimeout(() => {
        setBehind(true);
      }, TOLERATED_BREAK);
      // Browsers open a broken stream again by themselves, but not one that was answered with an error.
      if (source.readyState === EventSource.CLOSED) {
        reopen = setTimeout(open, REOPEN_AFTER);
        // If the answer was "not signed in", this request tells the whole page so.
        void cache.invalidateQueries({ queryKey: keys.person });
      }
    };
  };

  open();
  return () => {
    clearTimeout(reopen);
    clearTimeout(notice);
    source.close();
  };
}
