// What can be done with the opened document.

import { ActionIcon, CopyButton, Tooltip } from "@mantine/core";
import {
  IconArrowBackUp,
  IconCheck,
  IconCopy,
  IconDownload,
  IconRefresh,
  IconTextScan2,
  IconTrash,
} from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useDeed } from "../api/changes";
import { fileUrl, searchableUrl } from "../api/documents";
import { useDocumentText } from "../api/queries";
import type { DocumentView } from "../api/types";
import type { RowActions } from "../library/document-row";
import { say, sayFailure } from "../parts/notify";

export function ReaderActions({ document, actions }: { document: DocumentView; actions: RowActions }) {
  const trashed = Boolean(document.trashed_at);
  return (
    <>
      {document.status === "ready" && <CopyText id={document.id} />}
      <Action label="Download" href={fileUrl(document.id)}>
        <IconDownload size={18} stroke={1.8} />
      </Action>
      {document.searchable === "copy" && (
        <Action label="Download with searchable text" href={searchableUrl(document.id)}>
          <IconTextScan2 size={18} stroke={1.8} />
        </Action>
      )}
      {!trashed && <ReadAgain document={document} />}
      {trashed && (
        <Action
          label="Restore"
          onClick={() => {
            actions.restore(document);
          }}
        >
          <IconArrowBackUp size={18} stroke={1.8} />
        </Action>
      )}
      <Action
        label={trashed ? "Delete for good" : "Move to trash"}
        onClick={() => {
          if (trashed) actions.delete(document);
          else actions.trash(document);
        }}
      >
        <IconTrash size={18} stroke={1.8} />
      </Action>
    </>
  );
}

function ReadAgain({ document }: { document: DocumentView }) {
  const deed = useDeed();
  return (
    <Action
      label="Read again"
      busy={deed.isPending || document.status === "extracting"}
      onClick={() => {
        deed.mutate(
          { id: document.id, deed: "process" },
          {
            onSuccess: () => {
              say("It is read again. What you have typed stays.");
            },
            onError: sayFailure,
          },
        );
      }}
    >
      <IconRefresh size={18} stroke={1.8} />
    </Action>
  );
}

function CopyText({ id }: { id: string }) {
  const { data: pages } = useDocumentText(id, true);
  return (
    <CopyButton value={pages?.join("\n\n") ?? ""} timeout={1600}>
      {({ copied, copy }) => (
        <Action label="Copy the text" disabled={!pages} onClick={copy}>
          {copied ? <IconCheck size={18} stroke={2} /> : <IconCopy size={18} stroke={1.8} />}
        </Action>
      )}
    </CopyButton>
  );
}

interface ActionProps {
  label: string;
  href?: string;
  busy?: boolean;
  disabled?: boolean;
  onClick?: () => void;
  children: ReactNode;
}

function Action({ label, href, busy = false, disabled = false, onClick, children }: ActionProps) {
  const looks = { variant: "subtle", color: "gray", c: "dimmed", size: "lg", "aria-label": label } as const;
  return (
    <Tooltip label={label} openDelay={300}>
      {href === undefined ? (
        <ActionIcon {...looks} loading={busy} disabled={disabled} onClick={onClick}>
          {children}
        </ActionIcon>
      ) : (
        <ActionIcon {...looks} component="a" href={href}>
          {children}
        </ActionIcon>
      )}
    </Tooltip>
  );
}
