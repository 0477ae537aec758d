// Opens a document's file with pdf.js, and asks for its password where it has one.

import { useEffect, useState } from "react";
import { fileUrl } from "../../api/documents";
import { openPdf, type PDFDocumentProxy } from "./engine";

export type PdfState =
  | { kind: "loading" }
  | { kind: "locked"; wrong: boolean; unlock: (password: string) => void }
  | { kind: "open"; pdf: PDFDocumentProxy }
  | { kind: "broken" };

/** pdf.js's word for "the password was wrong", in difference to "there is one". */
const WRONG_PASSWORD = 2;

export function usePdf(id: string): PdfState {
  const [state, setState] = useState<{ id: string; pdf: PdfState }>({ id, pdf: { kind: "loading" } });
  useEffect(() => {
    const task = openPdf(fileUrl(id));
    let gone = false;
    const become = (pdf: PdfState) => {
      if (!gone) setState({ id, pdf });
    };
    task.onPassword = (unlock: (password: string) => void, reason: number) => {
      become({ kind: "locked", wrong: reason === WRONG_PASSWORD, unlock });
    };
    task.promise.then(
      (pdf) => {
        become({ kind: "open", pdf });
      },
      () => {
        become({ kind: "broken" });
      },
    );
    return () => {
      gone = true;
      void task.destroy();
    };
  }, [id]);
  return state.id === id ? state.pdf : { kind: "loading" };
}
