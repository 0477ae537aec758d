// What a person sees before the first document: what to do, and what will happen.

import { Button, Stack, Text, Title } from "@mantine/core";
import { IconUpload } from "@tabler/icons-react";
import { limitInWords } from "../parts/format";
import classes from "./empty.module.css";

interface Props {
  limitBytes: number | undefined;
  onChoose: () => void;
}

export function Empty({ limitBytes, onChoose }: Props) {
  return (
    <section className={classes.box}>
      <Stack align="center" gap="md" maw={460} ta="center">
        <Sheets />
        <div>
          <Title order={2} size="h3">
            Bring in your first PDFs
          </Title>
          <Text c="dimmed" mt={6}>
            Drop them anywhere on this page, or choose them from your computer. Their text is read for you in
            a moment. Only you can see them.
          </Text>
        </div>
        <Button size="md" leftSection={<IconUpload size={18} stroke={1.8} />} onClick={onChoose}>
          Choose PDFs
        </Button>
        <Text size="sm" c="dimmed">
          {limitBytes ? `Up to ${limitInWords(limitBytes)} each. ` : ""}Scans are kept, but their text cannot
          be read yet.
        </Text>
      </Stack>
    </section>
  );
}

/** Three sheets in a fan, drawn in the colours of the page. */
function Sheets() {
  return (
    <svg viewBox="0 0 160 112" width="160" height="112" aria-hidden className={classes.sheets}>
      <g className={classes.back}>
        <rect x="30" y="24" width="58" height="78" rx="6" transform="rotate(-12 59 63)" />
        <rect x="72" y="24" width="58" height="78" rx="6" transform="rotate(12 101 63)" />
      </g>
      <path className={classes.front} d="M51 20a6 6 0 0 1 6-6h32l20 20v58a6 6 0 0 1-6 6H57a6 6 0 0 1-6-6z" />
      <path className={classes.fold} d="M89 14l20 20H95a6 6 0 0 1-6-6z" />
      <g className={classes.lines}>
        <path d="M63 48h34" />
        <path d="M63 60h34" />
        <path d="M63 72h34" />
        <path d="M63 84h20" />
      </g>
    </svg>
  );
}
