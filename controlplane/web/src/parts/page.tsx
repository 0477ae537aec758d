// The head of a screen: its title (which is also the tab's), a line about it, and what can be done here.

import { Group, Stack, Text, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import type { ReactNode } from "react";

interface PageProps {
  title: string;
  /** One line under the title. */
  lead?: ReactNode;
  /** Shown before the title, an app's icon for example. */
  icon?: ReactNode;
  /** The way to the screen above this one. */
  back?: ReactNode;
  /** Buttons at the right. */
  actions?: ReactNode;
  children: ReactNode;
}

export function Page({ title, lead, icon, back, actions, children }: PageProps) {
  useDocumentTitle(`${title} · Atoll`);
  return (
    <Stack gap="lg">
      {back && <nav aria-label="Up">{back}</nav>}
      <Group justify="space-between" align="flex-start" gap="md">
        <Group gap="md" wrap="nowrap" align="center">
          {icon}
          <div>
            <Title order={1} fz={{ base: 24, sm: 28 }}>
              {title}
            </Title>
            {lead && (
              <Text component="div" c="dimmed">
                {lead}
              </Text>
            )}
          </div>
        </Group>
        {actions && <Group gap="xs">{actions}</Group>}
      </Group>
      {children}
    </Stack>
  );
}
