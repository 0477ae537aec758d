// A few words where a document's pages would be.

import { Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./reader.module.css";

interface Props {
  sign?: ReactNode;
  title: string;
  words?: string;
  children?: ReactNode;
}

export function Notice({ sign, title, words, children }: Props) {
  return (
    <Stack align="center" justify="center" gap={6} ta="center" className={classes.notice} role="status">
      <span aria-hidden>{sign}</span>
      <Text fw={550}>{title}</Text>
      {words && (
        <Text size="sm" c="dimmed">
          {words}
        </Text>
      )}
      {children}
    </Stack>
  );
}
