// Takes over what paperless-ngx exported. It goes on while the dialog is closed, as long as the page is open.

import { Button, Group, List, Progress, Stack, Text } from "@mantine/core";
import { IconFileZip } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";
import { ErrorNote } from "../parts/error-note";
import { fileSize } from "../parts/format";
import { PlaceDialog } from "../parts/place-dialog";
import { useWarnBeforeLeaving } from "../parts/warn-before-leaving";
import { ImportResult } from "./result";
import { runImport, type ImportState } from "./run";

const BEGINNING: ImportState = { kind: "choosing" };

export function ImportDialog() {
  const { state, begin, again } = useImport();
  useWarnBeforeLeaving(state.kind === "sending" || state.kind === "taking");
  return (
    <PlaceDialog address="#/import" title="Import from paperless-ngx">
      <Step state={state} onChoose={begin} onAgain={again} />
    </PlaceDialog>
  );
}

function useImport() {
  const [state, setState] = useState(BEGINNING);
  const abort = useRef<AbortController>(undefined);
  useEffect(() => () => abort.current?.abort(), []);
  return {
    state,
    begin: (archive: File) => {
      abort.current = new AbortController();
      setState({ kind: "sending", sent: 0, bytes: archive.size });
      void runImport(archive, setState, abort.current.signal);
    },
    again: () => {
      abort.current?.abort();
      setState(BEGINNING);
    },
  };
}

interface StepProps {
  state: ImportState;
  onChoose: (archive: File) => void;
  onAgain: () => void;
}

function Step({ state, onChoose, onAgain }: StepProps) {
  switch (state.kind) {
    case "choosing":
      return <Choose onChoose={onChoose} />;
    case "sending":
      return (
        <Bar
          words={`Sending the archive: ${fileSize(state.sent)} of ${fileSize(state.bytes)}`}
          done={state.sent}
          all={state.bytes}
        />
      );
    case "taking":
      return (
        <Bar
          words={`Taking its documents: ${state.taken.toLocaleString("en-GB")} of ${state.documents.toLocaleString("en-GB")}`}
          done={state.taken}
          all={state.documents}
        />
      );
    case "done":
      return <ImportResult result={state.result} onAgain={onAgain} />;
    case "failed":
      return <ErrorNote title="The import did not work" error={state.error} onRetry={onAgain} />;
  }
}

function Choose({ onChoose }: { onChoose: (archive: File) => void }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <Stack>
      <List type="ordered" spacing="xs">
        <List.Item>
          On the machine that runs paperless-ngx, run <code>document_exporter ../export --zip</code>, or zip
          an export folder that you have.
        </List.Item>
        <List.Item>Choose the ZIP file here and leave this page open until it has arrived.</List.Item>
      </List>
      <Text c="dimmed" size="sm">
        Each PDF comes with its title, date, correspondent, type and tags, and is read anew. Other files are
        left out and named. What is here already is not taken twice, so you can import the same file again.
      </Text>
      <Group>
        <input
          ref={input}
          type="file"
          accept=".zip,application/zip"
          hidden
          aria-label="Choose an export"
          onChange={({ currentTarget }) => {
            const archive = currentTarget.files?.[0];
            currentTarget.value = "";
            if (archive) onChoose(archive);
          }}
        />
        <Button
          leftSection={<IconFileZip size={18} stroke={1.8} />}
          data-autofocus
          onClick={() => input.current?.click()}
        >
          Choose a ZIP file
        </Button>
      </Group>
    </Stack>
  );
}

function Bar({ words, done, all }: { words: string; done: number; all: number }) {
  const percent = all === 0 ? 0 : Math.round((done / all) * 100);
  return (
    <Stack gap="xs">
      <Text size="sm" role="status">
        {words}
      </Text>
      <Progress.Root size={8}>
        <Progress.Section value={percent} aria-label="Import" striped animated />
      </Progress.Root>
      <Text size="sm" c="dimmed">
        You can close this window and go on working; the page has to stay open.
      </Text>
    </Stack>
  );
}
