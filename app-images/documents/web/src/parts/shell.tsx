// The frame: a bar with the app's name, the ways through it and the way back to the platform; and the page below it.

import { Anchor, Group, Text } from "@mantine/core";
import { IconLayoutGrid } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { usePerson } from "../api/queries";
import { Navigation } from "./navigation";
import classes from "./shell.module.css";

export function Shell({ children }: { children: ReactNode }) {
  const { data: person } = usePerson();
  return (
    <>
      <header className={classes.bar}>
        <div className={classes.inner}>
          <Group gap={10} wrap="nowrap">
            <img src="/icon.svg" alt="" width={28} height={28} />
            <Text component="span" fw={650} fz="lg">
              Documents
            </Text>
          </Group>
          <Group gap="md" wrap="nowrap" miw={0}>
            {person?.home_url && (
              <Anchor href={person.home_url} size="sm" className={classes.home} visibleFrom="sm">
                <IconLayoutGrid size={16} stroke={1.8} aria-hidden />
                All apps
              </Anchor>
            )}
            <Navigation person={person} />
          </Group>
        </div>
      </header>
      <main className={classes.main}>{children}</main>
    </>
  );
}
