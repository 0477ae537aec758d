// What a person sees where there is nothing: why, and what to do.

import { Anchor, Button, Stack, Text, Title } from "@mantine/core";
import { IconUpload } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { limitInWords } from "../parts/format";
import { Sheets } from "./sheets";
import classes from "./empty.module.css";

interface FirstProps {
  limitBytes: number | undefined;
  onChoose: () => void;
}

/** Before the first document. */
export function NoDocuments({ limitBytes, onChoose }: FirstProps) {
  return (
    <Empty title="Bring in your first PDFs" picture={<Sheets />}>
      <Text c="dimmed">
        Drop files or folders anywhere on this page, or choose them from your computer. Each is read, named,
        dated and sorted for you in a moment. Only you can see them.
      </Text>
      <Button size="md" leftSection={<IconUpload size={18} stroke={1.8} />} onClick={onChoose}>
        Choose PDFs
      </Button>
      {limitBytes !== undefined && (
        <Text size="sm" c="dimmed">
          Up to {limitInWords(limitBytes)} each. Scans are read too.
        </Text>
      )}
      <Anchor href="#/import" size="sm">
        Coming from paperless-ngx? Import its export
      </Anchor>
    </Empty>
  );
}

/** Nothing matches the search and the filters. */
export function NoMatch({ onClear }: { onClear: () => void }) {
  return (
    <Empty title="Nothing matches">
      <Text c="dimmed">
        Try fewer words or filters. The beginning of a word is enough, “two words” in quotes must stand
        together, and -word leaves documents out.
      </Text>
      <Button variant="default" onClick={onClear}>
        Show all documents
      </Button>
    </Empty>
  );
}

export function EmptyTrash() {
  return (
    <Empty title="The trash is empty">
      <Text c="dimmed">
        What you move here can be restored for a while, as long as the administrator has set. Then it is
        deleted for good.
      </Text>
    </Empty>
  );
}

interface Props {
  title: string;
  picture?: ReactNode;
  children: ReactNode;
}

function Empty({ title, picture, children }: Props) {
  return (
    <section className={classes.box}>
      <Stack align="center" gap="md" maw={460} ta="center">
        {picture}
        <Title order={2} size="h3">
          {title}
        </Title>
        {children}
      </Stack>
    </section>
  );
}
