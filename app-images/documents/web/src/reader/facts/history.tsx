// What became of a document: who changed what, when.

import { Button, Collapse, Loader, Text } from "@mantine/core";
import { IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { useState } from "react";
import { useHistory } from "../../api/queries";
import type { HistoryEntry } from "../../api/types";
import { when } from "../../parts/format";
import classes from "./facts.module.css";
import { historyWords } from "./history-words";

export function History({ id }: { id: string }) {
  const [opened, setOpened] = useState(false);
  const history = useHistory(id, opened);
  return (
    <section aria-label="History">
      <Button
        variant="subtle"
        size="compact-sm"
        color="gray"
        c="dimmed"
        aria-expanded={opened}
        leftSection={opened ? <IconChevronDown size={16} /> : <IconChevronRight size={16} />}
        onClick={() => {
          setOpened(!opened);
        }}
      >
        History
      </Button>
      <Collapse expanded={opened}>
        {history.isLoading && <Loader size={16} m="sm" />}
        {history.error && (
          <Text size="sm" c="red" role="alert">
            {history.error.message}
          </Text>
        )}
        {history.data?.length === 0 && (
          <Text size="sm" c="dimmed" px="xs">
            Nothing has changed since the upload.
          </Text>
        )}
        <ol className={classes.history}>
          {history.data?.map((entry, index) => (
            <Line key={index} entry={entry} />
          ))}
        </ol>
      </Collapse>
    </section>
  );
}

function Line({ entry }: { entry: HistoryEntry }) {
  return (
    <li>
      <Text size="sm" className={classes.deed}>
        {historyWords(entry)}
      </Text>
      <Text size="xs" c="dimmed">
        {when(entry.at)}
      </Text>
    </li>
  );
}
