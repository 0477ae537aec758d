// The list of documents: uploads under way, search and filters, the rows, and the opened document above it.

import { Group, Loader, Skeleton, Stack, Text } from "@mantine/core";
import { useCallback, useMemo, useRef, useState, type Ref } from "react";
import { useOpenDocument, type Opened } from "../address/document";
import { isFiltering } from "../address/filter";
import { goTo } from "../address/location";
import { useLive } from "../api/live";
import { usePerson } from "../api/queries";
import type { Filter, ListedDocument } from "../api/types";
import { ErrorNote } from "../parts/error-note";
import { limitInWords } from "../parts/format";
import { Reader } from "../reader/reader";
import { DropTarget } from "../uploads/drop-target";
import { useFilePicker, type FilePicker } from "../uploads/file-picker";
import type { UploadQueue } from "../uploads/queue";
import { UploadList } from "../uploads/upload-list";
import { BulkBar } from "./bulk-bar";
import { ConditionsSet } from "./conditions";
import { DocumentList } from "./document-list";
import type { RowActions } from "./document-row";
import { EmptyTrash, NoDocuments, NoMatch } from "./empty";
import { Heading } from "./heading";
import classes from "./library.module.css";
import type { Selected } from "./selection";
import { ShortcutsHelp } from "./shortcuts-help";
import { Toolbar } from "./toolbar";
import { useCursor } from "./use-cursor";
import { useList, type Listed } from "./use-list";
import { useRowActions } from "./use-row-actions";
import { useSelection } from "./use-selection";

const NONE: readonly ListedDocument[] = [];

export function Library({ uploads }: { uploads: UploadQueue }) {
  const { behind } = useLive();
  const limitBytes = usePerson().data?.max_upload_bytes;
  const add = (files: Iterable<File>) => {
    const message = limitBytes
      ? `is larger than ${limitInWords(limitBytes)}, the most that one file may have.`
      : "";
    uploads.add(files, limitBytes ? { bytes: limitBytes, message } : undefined);
  };
  const picker = useFilePicker(add);
  return (
    <DropTarget onDrop={add}>
      {picker.inputs}
      <Stack gap="md">
        {behind && <Behind />}
        <UploadList uploads={uploads} />
        <Documents picker={picker} limitBytes={limitBytes} />
      </Stack>
    </DropTarget>
  );
}

interface DocumentsProps {
  picker: FilePicker;
  limitBytes: number | undefined;
}

function Documents({ picker, limitBytes }: DocumentsProps) {
  const list = useList();
  const { filter, changeFilter, documents = NONE, total } = list;
  const shown = useMemo(() => documents.map(({ id }) => id), [documents]);
  const selection = useSelection(JSON.stringify(filter), shown);
  const opened = useOpenDocument();
  const search = useRef<HTMLInputElement>(null);
  const [helping, setHelping] = useState(false);
  const { actions, question } = useRowActions(selection.toggle, useCloseWhenGone(opened));
  const focusRow = useCursor({
    documents,
    actions,
    focusSearch: () => search.current?.focus(),
    clearSelection: selection.clear,
    showHelp: () => {
      setHelping(true);
    },
  });
  return (
    <>
      <Heading
        filter={filter}
        total={shown.length > 0 ? total : undefined}
        picker={list.first ? undefined : picker}
      />
      {!list.first && <Toolbar filter={filter} onChange={changeFilter} searchRef={search} />}
      <ConditionsSet filter={filter} onChange={changeFilter} />
      {list.documents?.length === 0 && <Nothing filter={filter} limitBytes={limitBytes} picker={picker} />}
      <Rows list={list} selected={selection.selected} actions={actions} focusRef={focusRow} />
      <BulkBar selection={selection} filter={filter} total={total} shown={shown.length} />
      <Reader opened={opened} actions={actions} />
      {question}
      <ShortcutsHelp
        opened={helping}
        onClose={() => {
          setHelping(false);
        }}
      />
    </>
  );
}

/** Closes the opened document once it is gone. */
function useCloseWhenGone({ id: openId, close }: Opened): (id: string) => void {
  return useCallback(
    (id: string) => {
      if (id === openId) close();
    },
    [openId, close],
  );
}

interface RowsProps {
  list: Listed;
  selected: Selected;
  actions: RowActions;
  focusRef: Ref<(index: number) => void>;
}

function Rows({ list, selected, actions, focusRef }: RowsProps) {
  const { documents, error, retry, filter, old, more, onMore } = list;
  if (error) return <ErrorNote title="The list could not be loaded" error={error} onRetry={retry} />;
  if (!documents) return <Placeholder />;
  if (documents.length === 0) return null;
  return (
    <div className={classes.rows} aria-busy={old} data-old={old || undefined}>
      <DocumentList
        documents={documents}
        label={filter.trashed ? "Documents in the trash" : "Documents"}
        selected={selected}
        actions={actions}
        more={more}
        onMore={onMore}
        focusRef={focusRef}
      />
    </div>
  );
}

function Nothing({ filter, limitBytes, picker }: DocumentsProps & { filter: Filter }) {
  if (isFiltering(filter)) {
    return (
      <NoMatch
        onClear={() => {
          goTo(filter.trashed ? "/?trashed=true" : "/");
        }}
      />
    );
  }
  if (filter.trashed) return <EmptyTrash />;
  return <NoDocuments limitBytes={limitBytes} onChoose={picker.chooseFiles} />;
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
    <div className={classes.list} aria-busy aria-label="Loading your documents" role="status">
      {[46, 62, 38].map((width) => (
        <div key={width} className={classes.placeholder}>
          <Skeleton height={14} width={`${width}%`} radius="xl" />
          <Skeleton height={10} width="28%" radius="xl" mt={10} />
        </div>
      ))}
    </div>
  );
}
