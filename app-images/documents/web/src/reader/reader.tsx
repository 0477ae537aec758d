// The opened document: its pages or its text, and beside them what it is about.

import { Drawer } from "@mantine/core";
import { useMediaQuery, usePrevious } from "@mantine/hooks";
import { useState } from "react";
import type { Opened } from "../address/document";
import { RequestError } from "../api/problem";
import { useDocument } from "../api/queries";
import type { RowActions } from "../library/document-row";
import { ErrorNote } from "../parts/error-note";
import { titleOf } from "../parts/title";
import { Body } from "./body";
import { Notice } from "./notice";
import { ReaderActions } from "./reader-actions";
import classes from "./reader.module.css";
import { ViewChoice, type View } from "./view-choice";

interface Props {
  opened: Opened;
  actions: RowActions;
}

export function Reader({ opened, actions }: Props) {
  // While the drawer slides out it still shows what it showed.
  const last = usePrevious(opened.id);
  const shown = opened.id ?? last;
  return (
    <Drawer.Root
      opened={opened.id !== undefined}
      onClose={opened.close}
      position="right"
      size="100%"
      classNames={{ content: classes.content, inner: classes.inner }}
    >
      <Drawer.Overlay backgroundOpacity={0.35} />
      <Drawer.Content aria-label="Document">
        {shown && <Document key={shown} id={shown} editing={opened.editing} actions={actions} />}
      </Drawer.Content>
    </Drawer.Root>
  );
}

function Document({ id, editing, actions }: { id: string; editing: boolean; actions: RowActions }) {
  const query = useDocument(id);
  const document = query.data;
  const wide = useMediaQuery("(min-width: 62em)", true, { getInitialValueInEffect: false });
  const [chosen, setView] = useState<View>(editing ? "facts" : "pages");
  // Where there is room, the facts are always there.
  const view = wide && chosen === "facts" ? "pages" : chosen;
  return (
    <div className={classes.frame}>
      {/* A plain element, because Mantine's header would be a second banner of the page. */}
      <div className={classes.header}>
        <Drawer.Title className={classes.title}>{document ? titleOf(document) : "Document"}</Drawer.Title>
        {document && <ViewChoice view={view} wide={wide} onChange={setView} />}
        <div className={classes.actions}>
          {document && <ReaderActions document={document} actions={actions} />}
          <Drawer.CloseButton aria-label="Close" size="lg" />
        </div>
      </div>
      {query.error && !document && <Missing error={query.error} onRetry={() => void query.refetch()} />}
      {document && <Body document={document} view={view} wide={wide} editing={editing} />}
    </div>
  );
}

function Missing({ error, onRetry }: { error: Error; onRetry: () => void }) {
  if (error instanceof RequestError && error.status === 404) {
    return (
      <Notice
        title="This document is not here"
        words="It may have been deleted, or belong to somebody else."
      />
    );
  }
  return <ErrorNote title="The document could not be loaded" error={error} onRetry={onRetry} />;
}
