// What is below the reader's header: the document on one side, the facts on the other, or one of them at a time.

import { Loader } from "@mantine/core";
import { lazy, Suspense } from "react";
import { useDocumentText } from "../api/queries";
import type { DocumentView } from "../api/types";
import { ErrorNote } from "../parts/error-note";
import { FactsPanel } from "./facts/facts-panel";
import { NoText } from "./no-text";
import { Notice } from "./notice";
import { Pages } from "./pages";
import classes from "./reader.module.css";
import type { View } from "./view-choice";

// pdf.js is large: it comes when the first document is opened.
const PdfView = lazy(() => import("./pdf/pdf-view"));

interface Props {
  document: DocumentView;
  view: View;
  wide: boolean;
  editing: boolean;
}

export function Body({ document, view, wide, editing }: Props) {
  const facts = <FactsPanel document={document} editing={editing} />;
  return (
    <div className={classes.body}>
      <div className={classes.document} hidden={view === "facts"}>
        {view === "pages" && <AsPages document={document} />}
        {view === "text" && <AsText document={document} />}
      </div>
      {(wide || view === "facts") && <aside className={classes.facts}>{facts}</aside>}
    </div>
  );
}

function AsPages({ document }: { document: DocumentView }) {
  if (document.failure?.code === "password") return <NoText document={document} />;
  return (
    <Suspense fallback={<Notice sign={<Loader size={22} />} title="Opening the document…" />}>
      <PdfView document={document} />
    </Suspense>
  );
}

function AsText({ document }: { document: DocumentView }) {
  const text = useDocumentText(document.id, document.status === "ready");
  if (document.status !== "ready") return <NoText document={document} />;
  return (
    // Focusable, so that the keyboard can scroll it.
    // eslint-disable-next-line jsx-a11y-x/no-noninteractive-tabindex
    <div className={classes.text} role="region" aria-label="Text" tabIndex={0}>
      {text.error && (
        <ErrorNote
          title="The text could not be loaded"
          error={text.error}
          onRetry={() => void text.refetch()}
        />
      )}
      {text.isLoading && <Notice sign={<Loader size={22} />} title="Loading the text…" />}
      {text.data && <Pages pages={text.data} />}
    </div>
  );
}
