// The uploads that are under way or went wrong. A stored one leaves: its document is in the list below.

import { Anchor, Button, Group, Progress, Text, VisuallyHidden } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useSyncExternalStore } from "react";
import { addDocument } from "../api/cache";
import type { RequestError } from "../api/problem";
import { fileSize } from "../parts/format";
import { useWarnBeforeLeaving } from "../parts/warn-before-leaving";
import { QuietAction } from "../parts/quiet-action";
import { readerHref } from "../address/document";
import type { Upload, UploadQueue } from "./queue";
import { shownOf } from "./shown";
import classes from "./upload-list.module.css";

export function UploadList({ uploads }: { uploads: UploadQueue }) {
  const all = useSyncExternalStore(uploads.subscribe, uploads.snapshot);
  const open = all.filter(({ state }) => state.kind !== "stored");
  const busy = open.filter(({ state }) => state.kind !== "failed").length;
  const shown = shownOf(open);
  useMoveStoredToList(uploads, all);
  useWarnBeforeLeaving(busy > 0);
  return (
    <>
      <VisuallyHidden role="status">{announcement(busy, open.length - busy)}</VisuallyHidden>
      {open.length > 0 && (
        <ul className={classes.list} aria-label="Uploads">
          {shown.lines.map((upload) => (
            <UploadRow key={upload.key} upload={upload} uploads={uploads} />
          ))}
          <More kind="waiting" number={shown.waiting} uploads={uploads} />
          <More kind="failed" number={shown.failed} uploads={uploads} />
        </ul>
      )}
    </>
  );
}

interface MoreProps {
  kind: "waiting" | "failed";
  number: number;
  uploads: UploadQueue;
}

function More({ kind, number, uploads }: MoreProps) {
  if (number === 0) return null;
  return (
    <li className={classes.row}>
      <Text size="sm" c="dimmed">
        And {number.toLocaleString("en-GB")} more {kind === "waiting" ? "waiting" : "that failed"}
      </Text>
      <Button
        variant="default"
        size="compact-sm"
        onClick={() => {
          uploads.removeAll(kind);
        }}
      >
        {kind === "waiting" ? "Stop all that wait" : "Dismiss all that failed"}
      </Button>
    </li>
  );
}

function UploadRow({ upload, uploads }: { upload: Upload; uploads: UploadQueue }) {
  const { key, name, state } = upload;
  const failed = state.kind === "failed";
  return (
    <li className={classes.row} data-failed={failed || undefined}>
      <div className={classes.words}>
        <Group justify="space-between" wrap="nowrap" gap="md">
          <Text fw={550} truncate title={name}>
            {name}
          </Text>
          {!failed && (
            <Text size="sm" c="dimmed" className={classes.amount}>
              {amount(upload)}
            </Text>
          )}
        </Group>
        {failed ? <Failure upload={upload} error={state.error} uploads={uploads} /> : <Bar upload={upload} />}
      </div>
      <QuietAction
        label={failed ? `Dismiss ${name}` : `Stop uploading ${name}`}
        onClick={() => {
          uploads.remove(key);
        }}
      >
        <IconX size={18} stroke={1.8} />
      </QuietAction>
    </li>
  );
}

function Bar({ upload }: { upload: Upload }) {
  const sent = upload.state.kind === "sending" ? upload.state.sent : 0;
  const percent = upload.bytes === 0 ? 100 : Math.round((sent / upload.bytes) * 100);
  return (
    <Progress.Root size={6} mt={8}>
      <Progress.Section
        value={percent}
        aria-label={`Uploading ${upload.name}`}
        striped={percent === 100}
        animated={percent === 100}
      />
    </Progress.Root>
  );
}

function Failure({ upload, error, uploads }: { upload: Upload; error: RequestError; uploads: UploadQueue }) {
  return (
    <Group gap="xs" mt={2} className={classes.failure}>
      <Text size="sm" role="alert">
        {error.message} {error.existingId ? "" : error.cure}
      </Text>
      {error.existingId && (
        <Anchor href={readerHref(error.existingId)} size="sm">
          Open it
        </Anchor>
      )}
      {uploads.canRetry(upload) && (
        <Button
          variant="default"
          size="compact-sm"
          onClick={() => {
            uploads.retry(upload.key);
          }}
        >
          Try again
        </Button>
      )}
    </Group>
  );
}

function amount({ bytes, state }: Upload): string {
  if (state.kind === "waiting") return "Waiting";
  const sent = state.kind === "sending" ? state.sent : 0;
  return sent >= bytes ? "Storing…" : `${fileSize(sent)} of ${fileSize(bytes)}`;
}

function announcement(busy: number, failed: number): string {
  const uploading = busy > 0 ? `Uploading ${busy} files.` : "";
  return failed > 0 ? `${uploading} ${failed} uploads failed.` : uploading;
}

/** The answer to an upload may be here before the event that tells of the new document. */
function useMoveStoredToList(uploads: UploadQueue, all: readonly Upload[]) {
  const cache = useQueryClient();
  useEffect(() => {
    for (const { key, state } of all) {
      if (state.kind !== "stored") continue;
      addDocument(cache, state.document);
      uploads.remove(key);
    }
  }, [all, cache, uploads]);
}
