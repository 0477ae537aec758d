// A titled part of a screen.

import { Stack, Text, Title } from "@mantine/core";
import { useId } from "@mantine/hooks";
import type { ReactNode } from "react";

interface SectionProps {
  title: string;
  lead?: ReactNode;
  children: ReactNode;
}

export function Section({ title, lead, children }: SectionProps) {
  const id = useId();
  return (
    <Stack component="section" gap="sm" aria-labelledby={id}>
      <div>
        <Title order={2} fz="lg" id={id}>
          {title}
        </Title>
        {lead && <Text c="dimmed">{lead}</Text>}
      </div>
      {children}
    </Stack>
  );
}
