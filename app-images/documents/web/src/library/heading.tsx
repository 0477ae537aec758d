// What the list shows, how much of it there is, and the ways to bring in more.

import { ActionIcon, Button, Group, Text, Title, Tooltip } from "@mantine/core";
import { IconFolderUp, IconUpload } from "@tabler/icons-react";
import { isFiltering } from "../address/filter";
import type { Filter } from "../api/types";
import { count } from "../parts/format";
import type { FilePicker } from "../uploads/file-picker";
import classes from "./library.module.css";

interface Props {
  filter: Filter;
  total: number | undefined;
  /** None where the page below offers it. */
  picker: FilePicker | undefined;
}

export function Heading({ filter, total, picker }: Props) {
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
      {picker && !filter.trashed && <UploadButtons picker={picker} />}
    </Group>
  );
}

function UploadButtons({ picker }: { picker: FilePicker }) {
  return (
    <Group gap={6} wrap="nowrap">
      <Tooltip label="Upload a folder" openDelay={400}>
        <ActionIcon variant="default" size={36} aria-label="Upload a folder" onClick={picker.chooseFolder}>
          <IconFolderUp size={18} stroke={1.8} />
        </ActionIcon>
      </Tooltip>
      <Button leftSection={<IconUpload size={18} stroke={1.8} />} onClick={picker.chooseFiles}>
        Upload<span className={classes.wide}>&nbsp;PDFs</span>
      </Button>
    </Group>
  );
}
