// What became of an import: how many came, and what was left out and why.

import { Alert, Anchor, Button, Group, Stack, Text } from "@mantine/core";
import { IconAlertTriangle, IconCheck } from "@tabler/icons-react";
import { readerHref } from "../address/document";
import type { Imported, ImportedFile } from "../api/types";
import { count } from "../parts/format";
import rows from "../parts/rows.module.css";

/** More lines than this nobody reads. */
const MOST_LINES = 200;

export function ImportResult({ result, onAgain }: { result: Imported; onAgain: () => void }) {
  const { imported, already_here, refused, files } = result;
  const good = refused === 0;
  return (
    <Stack>
      <Alert
        role="status"
        color={good ? "lagoon" : "yellow"}
        icon={good ? <IconCheck size={20} /> : <IconAlertTriangle size={20} />}
        title={`${count(imported, "document")} imported`}
      >
        {summary(already_here, refused)}
      </Alert>
      <Files title="Left out" files={files.filter(({ outcome }) => outcome === "refused")} />
      <Files title="Here before" files={files.filter(({ outcome }) => outcome === "already_here")} />
      <Group>
        <Button variant="default" onClick={onAgain}>
          Import another
        </Button>
      </Group>
    </Stack>
  );
}

function summary(alreadyHere: number, refused: number): string {
  const parts = [
    alreadyHere > 0 ? `${alreadyHere.toLocaleString("en-GB")} here before.` : "",
    refused > 0 ? `${refused.toLocaleString("en-GB")} left out.` : "",
  ];
  return parts.filter(Boolean).join(" ") || "Nothing was left out.";
}

function Files({ title, files }: { title: string; files: ImportedFile[] }) {
  if (files.length === 0) return null;
  return (
    <details open={files.length <= 20}>
      <summary>
        {title} ({files.length.toLocaleString("en-GB")})
      </summary>
      <ul className={rows.list} aria-label={title}>
        {files.slice(0, MOST_LINES).map((file, index) => (
          // Two files of an export may have the same name.
          <li key={index} className={rows.row}>
            <Line file={file} />
          </li>
        ))}
      </ul>
      {files.length > MOST_LINES && (
        <Text size="sm" c="dimmed" mt="xs">
          And {count(files.length - MOST_LINES, "more file")}.
        </Text>
      )}
    </details>
  );
}

function Line({ file: { name, document_id: id, detail } }: { file: ImportedFile }) {
  return (
    <div className={rows.words}>
      {id ? (
        <Anchor href={readerHref(id)} underline="always" className={rows.wrapped}>
          {name}
        </Anchor>
      ) : (
        <span className={rows.name}>{name}</span>
      )}
      {detail && (
        <Text size="sm" c="dimmed" className={rows.wrapped}>
          {detail}
        </Text>
      )}
    </div>
  );
}
