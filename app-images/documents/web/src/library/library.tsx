// The list of documents: uploads under way, search and filters, the rows, and the opened document above it.

import { ActionIcon, Button, Group, Loader, Skeleton, Stack, Text, Title, Tooltip } from "@mantine/core";
import { IconFolderUp, IconUpload } from "@tabler/icons-react";
import { useCallback, useMemo, useRef, useState } from "react";
import { useOpenDocument } from "../address/document";
import { isFiltering, useFilter } from "../address/filter";
import { goTo } from "../address/location";
import { useLive } from "../api/live";
import { useDocuments, usePerson } from "../api/queries";
import type { Filter } from "../api/types";
import { ErrorNote } from "../parts/error-note";
import { count, limitInWords } from "../parts/format";
import { Reader } from "../reader/reader";
import { DropTarget } from "../uploads/drop-target";
import { useFilePicker, type FilePicker } from "../uploads/file-picker";
import type { UploadQueue } from "../uploads/queue";
import { UploadList } from "../uploads/upload-list";
import { BulkBar } from "./bulk-bar";
import { ConditionsSet } from "./conditions";
import { DocumentList } from "./document-list";
import { EmptyTrash, NoDocuments, NoMatch } from "./empty";
import classes from "./library.module.css";
import { ShortcutsHelp } from "./shortcuts-help";
import { defaultSort, Toolbar } from "./toolbar";
import { useCursor } from "./use-cursor";
import { useRowActions } from "./use-row-actions";
import { useSelection } from "./use-selection";

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
  const [filter, changeFilter] = useFilter();
  const asked = useMemo<Filter>(() => ({ ...filter, sort: filter.sort ?? defaultSort(filter) }), [filter]);
  const list = useDocuments(asked);
  const documents = useMemo(() => list.data?.pages.flatMap((page) => page.items), [list.data]);
  const total = list.data?.pages[0]?.total ?? undefined;
  const shown = useMemo(() => documents?.map(({ id }) => id) ?? [], [documents]);
  const selection = useSelection(JSON.stringify(filter), shown);
  const opened = useOpenDocument();
  const search = useRef<HTMLInputElement>(null);
  const [helping, setHelping] = useState(false);
  const { id: openId, close } = opened;
  const onGone = useCallback(
    (id: string) => {
      if (id === openId) close();
    },
    [openId, close],
  );
  const { actions, question } = useRowActions(selection.toggle, onGone);
  const focusRow = useCursor({
    documents: documents ?? [],
    actions,
    focusSearch: () => search.current?.focus(),
    clearSelection: selection.clear,
    showHelp: () => {
      setHelping(true);
    },
  });
  const { fetchNextPage, isFetchingNextPage } = list;
  const onMore = useCallback(() => {
    if (!isFetchingNextPage) void fetchNextPage();
  }, [fetchNextPage, isFetchingNextPage]);

  const empty = documents?.length === 0;
  const first = empty && !isFiltering(filter) && !filter.trashed;
  return (
    <>
      <Heading filter={filter} total={empty ? undefined : total} picker={first ? undefined : picker} />
      {!first && <Toolbar filter={filter} onChange={changeFilter} searchRef={search} />}
      <ConditionsSet filter={filter} onChange={changeFilter} />
      {list.isPending && <Placeholder />}
      {list.isError && !documents && (
        <ErrorNote
          title="The list could not be loaded"
          error={list.error}
          onRetry={() => void list.refetch()}
        />
      )}
      {empty && <Nothing filter={filter} limitBytes={limitBytes} picker={picker} />}
      {documents && !empty && (
        <div
          className={classes.rows}
          aria-busy={list.isPlaceholderData}
          data-old={list.isPlaceholderData || undefined}
        >
          <DocumentList
            documents={documents}
            label={filter.trashed ? "Documents in the trash" : "Documents"}
            selected={selection.selected}
            actions={actions}
            more={list.hasNextPage}
            onMore={onMore}
            focusRef={focusRow}
          />
        </div>
      )}
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

interface HeadingProps {
  filter: Filter;
  total: number | undefined;
  picker: FilePicker | undefined;
}

function Heading({ filter, total, picker }: HeadingProps) {
  return (
    <Group justify="space-between" wrap="nowrap">
      <div className={classes.heading}>
        <Title order={1} size="h2">
          {filter.trashed ? "Trash" : "Your documents"}
        </Title>
        <Text c="dimmed" size="sm" role="status" className={classes.total}>
          {total === undefined ? "" : count(total, isFiltering(filter) ? "match" : "document")}
        </Text>
      </div>
      {picker && !filter.trashed && (
        <Group gap={6} wrap="nowrap">
          <Tooltip label="Upload a folder" openDelay={400}>
            <ActionIcon
              variant="default"
              size={36}
              aria-label="Upload a folder"
              onClick={picker.chooseFolder}
            >
              <IconFolderUp size={18} stroke={1.8} />
            </ActionIcon>
          </Tooltip>
          <Button leftSection={<IconUpload size={18} stroke={1.8} />} onClick={picker.chooseFiles}>
            Upload<span className={classes.wide}>&nbsp;PDFs</span>
          </Button>
        </Group>
      )}
    </Group>
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
