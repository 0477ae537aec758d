// The opened document in a drawer: its text, and what can be done with it.

import { ActionIcon, CopyButton, Drawer, Group, Loader, Stack, Text, Tooltip } from "@mantine/core";
import { usePrevious } from "@mantine/hooks";
import { IconAlertCircle, IconCheck, IconCopy, IconDownload, IconTrash } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { fileUrl } from "../api/client";
import { RequestError } from "../api/problem";
import { useDocument, useDocumentText } from "../api/queries";
import type { DocumentView } from "../api/types";
import { ErrorNote } from "../parts/error-note";
import { count, fileSize, when } from "../parts/format";
import { Pages } from "./pages";
import classes from "./reader.module.css";

interface Props {
  id: string | undefined;
  onClose: () => void;
  onDelete: (document: DocumentView) => void;
}

export function Reader({ id, onClose, onDelete }: Props) {
  // While the drawer slides out it still shows what it showed.
  const last = usePrevious(id);
  const shown = id ?? last;
  return (
    <Drawer.Root
      opened={id !== undefined}
      onClose={onClose}
      position="right"
      size={760}
      classNames={{ content: classes.content }}
    >
      <Drawer.Overlay backgroundOpacity={0.35} />
      <Drawer.Content aria-label="Document">
        {shown && <Opened id={shown} onDelete={onDelete} />}
      </Drawer.Content>
    </Drawer.Root>
  );
}

function Opened({ id, onDelete }: { id: string; onDelete: (document: DocumentView) => void }) {
  const query = useDocument(id);
  const document = query.data;
  const text = useDocumentText(id, document?.status === "ready");
  return (
    <>
      {/* A plain element, because Mantine's header would be a second banner of the page. */}
      <div className={classes.header}>
        <div className={classes.heading}>
          <Drawer.Title className={classes.title}>{document?.name ?? "Document"}</Drawer.Title>
          {document && <Facts document={document} />}
        </div>
        <Group gap={2} wrap="nowrap" className={classes.actions}>
          {document && <Actions document={document} pages={text.data} onDelete={onDelete} />}
          <Drawer.CloseButton aria-label="Close" size="lg" />
        </Group>
      </div>
      <Drawer.Body className={classes.body}>
        {query.error && <Missing error={query.error} onRetry={() => void query.refetch()} />}
        {document && document.status !== "ready" && <NoText document={document} />}
        {text.error && (
          <ErrorNote
            title="The text could not be loaded"
            error={text.error}
            onRetry={() => void text.refetch()}
          />
        )}
        {text.isLoading && <Notice sign={<Loader size={22} />} title="Loading the text…" />}
        {document && text.data && <Pages pages={text.data} />}
      </Drawer.Body>
    </>
  );
}

function Facts({ document }: { document: DocumentView }) {
  const pages = document.pages ? `${count(document.pages, "page")} · ` : "";
  return (
    <Text size="sm" c="dimmed">
      {pages}
      {fileSize(document.bytes)} · {when(document.uploaded_at)}
    </Text>
  );
}

interface ActionsProps {
  document: DocumentView;
  pages: string[] | undefined;
  onDelete: (document: DocumentView) => void;
}

function Actions({ document, pages, onDelete }: ActionsProps) {
  return (
    <>
      {pages && (
        <CopyButton value={pages.join("\n\n")} timeout={1600}>
          {({ copied, copy }) => (
            <Tooltip label={copied ? "Copied" : "Copy the text"}>
              <ActionIcon
                variant="subtle"
                color="gray"
                c="dimmed"
                size="lg"
                aria-label="Copy the text"
                onClick={copy}
              >
                {copied ? <IconCheck size={18} stroke={2} /> : <IconCopy size={18} stroke={1.8} />}
              </ActionIcon>
            </Tooltip>
          )}
        </CopyButton>
      )}
      <Tooltip label="Download">
        <ActionIcon
          component="a"
          href={fileUrl(document.id)}
          variant="subtle"
          color="gray"
          c="dimmed"
          size="lg"
          aria-label="Download"
        >
          <IconDownload size={18} stroke={1.8} />
        </ActionIcon>
      </Tooltip>
      <Tooltip label="Delete">
        <ActionIcon
          variant="subtle"
          color="gray"
          c="dimmed"
          size="lg"
          aria-label="Delete"
          onClick={() => {
            onDelete(document);
          }}
        >
          <IconTrash size={18} stroke={1.8} />
        </ActionIcon>
      </Tooltip>
    </>
  );
}

function NoText({ document }: { document: DocumentView }) {
  if (document.failure) {
    return (
      <Notice
        sign={<IconAlertCircle size={28} stroke={1.5} />}
        title={`This file ${document.failure.reason}.`}
        words="It is stored as you sent it: you can still download it."
      />
    );
  }
  return (
    <Notice
      sign={<Loader size={22} />}
      title={document.status === "queued" ? "Waiting to be read…" : "Reading…"}
      words="The text appears here by itself."
    />
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

function Notice({ sign, title, words }: { sign?: ReactNode; title: string; words?: string }) {
  return (
    <Stack align="center" justify="center" gap={6} ta="center" className={classes.notice} role="status">
      <span aria-hidden>{sign}</span>
      <Text fw={550}>{title}</Text>
      {words && (
        <Text size="sm" c="dimmed">
          {words}
        </Text>
      )}
    </Stack>
  );
}
