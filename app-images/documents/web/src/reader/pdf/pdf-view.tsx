// A document's pages as they look. Where pdf.js cannot show them, the service's own pictures of them are shown.

import { Loader } from "@mantine/core";
import type { DocumentView } from "../../api/types";
import { Notice } from "../notice";
import { PasswordForm } from "../password-form";
import { Pictures } from "../pictures";
import { PdfPages } from "./pdf-pages";
import { usePdf } from "./use-pdf";

export default function PdfView({ document }: { document: DocumentView }) {
  const state = usePdf(document.id);
  switch (state.kind) {
    case "loading":
      return <Notice sign={<Loader size={22} />} title="Opening the document…" />;
    case "locked":
      return (
        <PasswordForm
          words="The file is locked. Its password stays in this page."
          error={state.wrong ? "The password is wrong." : undefined}
          busy={false}
          onSubmit={state.unlock}
        />
      );
    case "open":
      return <PdfPages key={document.id} pdf={state.pdf} />;
    case "broken":
      return <Pictures document={document} />;
  }
}
