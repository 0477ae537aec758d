// The row on which the keyboard is: j and k move it, x selects it, e edits it, Enter opens it (it is a link).

import { useEffect, useRef } from "react";
import { openDocument } from "../address/document";
import type { DocumentView } from "../api/types";
import { useShortcuts } from "../parts/shortcuts";
import type { RowActions } from "./document-row";

interface Keys {
  documents: readonly DocumentView[];
  actions: RowActions;
  focusSearch: () => void;
  clearSelection: () => void;
  showHelp: () => void;
}

/** Sets the keys; answers with where the list puts its way of focusing a row. */
export function useCursor({ documents, actions, focusSearch, clearSelection, showHelp }: Keys) {
  const focusRow = useRef<(index: number) => void>(null);
  const current = useCurrentRow();
  const here = () => documents[current()];
  const move = (step: 1 | -1) => {
    const index = Math.min(Math.max(current() + step, 0), documents.length - 1);
    if (index >= 0) focusRow.current?.(index);
  };
  useShortcuts({
    j: () => {
      move(1);
    },
    k: () => {
      move(-1);
    },
    x: () => {
      const document = here();
      if (document) actions.toggle(document.id, false);
    },
    e: () => {
      const document = here();
      if (document) openDocument(document.id, "edit");
    },
    "/": focusSearch,
    "?": showHelp,
    Escape: clearSelection,
  });
  return focusRow;
}

/** The index of the row that has, or last had, the focus; -1 before any had. */
function useCurrentRow(): () => number {
  const last = useRef(-1);
  useEffect(() => {
    const remember = ({ target }: FocusEvent) => {
      const row = target instanceof Element ? target.closest("li[data-index]") : null;
      if (row) last.current = Number(row.getAttribute("data-index"));
    };
    window.addEventListener("focusin", remember);
    return () => {
      window.removeEventListener("focusin", remember);
    };
  }, []);
  return () => last.current;
}
