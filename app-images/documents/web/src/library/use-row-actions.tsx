// What a row's buttons do.

import { useMemo, useState, type ReactNode } from "react";
import { useDeed } from "../api/changes";
import type { DocumentView } from "../api/types";
import { Confirm } from "../parts/confirm";
import { say, sayFailure } from "../parts/notify";
import { titleOf } from "../parts/title";
import { sayWithUndo } from "../parts/undo";
import type { RowActions } from "./document-row";

interface Answer {
  actions: RowActions;
  /** The question before a document is deleted for good; to be put on the page. */
  question: ReactNode;
}

export function useRowActions(toggle: RowActions["toggle"], onGone: (id: string) => void): Answer {
  const { mutate, ...deed } = useDeed();
  const [deleting, setDeleting] = useState<DocumentView>();
  const actions = useMemo<RowActions>(() => {
    const restore = (document: DocumentView) => {
      mutate({ id: document.id, deed: "restore" }, { onError: sayFailure });
    };
    return {
      toggle,
      restore: (document) => {
        restore(document);
        say(`Restored “${titleOf(document)}”.`);
      },
      trash: (document) => {
        mutate(
          { id: document.id, deed: "trash" },
          {
            onSuccess: () => {
              onGone(document.id);
              sayWithUndo(`Moved “${titleOf(document)}” to the trash.`, () => {
                restore(document);
              });
            },
            onError: sayFailure,
          },
        );
      },
      delete: setDeleting,
    };
  }, [mutate, toggle, onGone]);
  const close = () => {
    setDeleting(undefined);
  };
  const question = (
    <Confirm
      opened={deleting !== undefined}
      title="Delete this document for good?"
      words={`“${deleting ? titleOf(deleting) : ""}” and its text are deleted. You cannot undo this.`}
      action="Delete for good"
      error={deed.error}
      busy={deed.isPending}
      onConfirm={() => {
        if (!deleting) return;
        mutate(
          { id: deleting.id, deed: "delete" },
          {
            onSuccess: () => {
              onGone(deleting.id);
              close();
            },
          },
        );
      }}
      onClose={close}
    />
  );
  return { actions, question };
}
