// One part of the settings, under a heading.

import { Paper, Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";

export interface SectionProps {
  title: string;
  words: string;
  children: ReactNode;
}

export function Section({ title, words, children }: SectionProps) {
  return (
    <Paper withBorder radius="lg" p="lg" component="section" aria-label={title}>
      <Title order={2} size="h4">
        {title}
      </Title>
      <Text size="sm" c="dimmed" mb="md">
        {words}
      </Text>
      <Stack>{children}</Stack>
    </Paper>
  );
}
