// The one screen: uploads under way, the list of documents, and the opened one beside it.

import { Button, Group, Loader, Skeleton, Stack, Text, Title } from "@mantine/core";
import { IconUpload } from "@tabler/icons-react";
import { useState } from "react";
import { useLive } from "../api/live";
import { useDocuments, usePerson } from "../api/queries";
import type { DocumentView } from "../api/types";
import { ErrorNote } from "../parts/error-note";
import { limitInWords } from "../parts/format";
import { useOpenDocument } from "../reader/address";
import { Reader } from "../reader/reader";
import { DropTarget } from "../uploads/drop-target";
import { useFilePicker } from "../uploads/file-picker";
import type { UploadQueue } from "../uploads/queue";
import { UploadList } from "../uploads/upload-list";
import { DeleteDialog } from "./delete-dialog";
import { DocumentRow } from "./document-row";
import { Empty } from "./empty";
import classes from "./library.module.css";

export function Library({ uploads }: { uploads: UploadQueue }) {
  const { behind } = useLive();
  const list = useDocuments();
  const limitBytes = usePerson().data?.max_upload_bytes;
  const [openId, close] = useOpenDocument();
  const [deleting, setDeleting] = useState<DocumentView>();
  const add = (files: Iterable<File>) => {
    const message = limitBytes
      ? `is larger than ${limitInWords(limitBytes)}, the most that one file may have.`
      : "";
    uploads.add(files, limitBytes ? { bytes: limitBytes, message } : undefined);
  };
  const { input, choose } = useFilePicker(add);

  const documents = list.data?.pages.flatMap((page) => page.documents);
  const empty = documents?.length === 0;
  return (
    <DropTarget onDrop={add}>
      {input}
      <Stack gap="lg">
        <Group justify="space-between" wrap="nowrap">
          <Title order={1} size="h2">
            Your documents
          </Title>
          {documents && !empty && (
            <Button leftSection={<IconUpload size={18} stroke={1.8} />} onClick={choose}>
              Upload<span className={classes.wide}>&nbsp;PDFs</span>
            </Button>
          )}
        </Group>
        {behind && <Behind />}
        <UploadList uploads={uploads} />
        {list.isPending && <Placeholder />}
        {list.isError && !documents && (
          <ErrorNote
            title="The list could not be loaded"
            error={list.error}
            onRetry={() => void list.refetch()}
          />
        )}
        {empty && <Empty limitBytes={limitBytes} onChoose={choose} />}
        {documents && !empty && (
          <ul className={classes.list} aria-label="Documents, newest first">
            {documents.map((document) => (
              <DocumentRow key={document.id} document={document} onDelete={setDeleting} />
            ))}
          </ul>
        )}
        {list.hasNextPage && (
          <Button
            variant="default"
            className={classes.more}
            loading={list.isFetchingNextPage}
            onClick={() => void list.fetchNextPage()}
          >
            Show older documents
          </Button>
        )}
        {documents && !empty && !list.hasNextPage && (
          <Text size="sm" c="dimmed" ta="center" className={classes.wide}>
            Drop PDFs anywhere on this page to add them.
          </Text>
        )}
      </Stack>
      <Reader id={openId} onClose={close} onDelete={setDeleting} />
      <DeleteDialog
        document={deleting}
        onDeleted={(id) => {
          if (id === openId) close();
        }}
        onClose={() => {
          setDeleting(undefined);
        }}
      />
    </DropTarget>
  );
}

function Behind() {
  return (
    <Group gap="xs" role="status">
      <Loader size={14} />
      <Text size="sm" c="dimmed">
        The connection broke. What you see may be out of date; trying again…
      </Text>
    </Group>
  );
}

function Placeholder() {
  return (
    <div className={classes.list} aria-busy aria-label="Loading your documents">
      {[46, 62, 38].map((width) => (
        <div key={width} className={classes.placeholder}>
          <Skeleton height={14} width={`${width}%`} radius="xl" />
          <Skeleton height={10} width="28%" radius="xl" mt={10} />
        </div>
      ))}
    </div>
  );
}
