// The frame around set-up and login: a reef seen from above, and the form beside it.

import { Group, Text } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./door.module.css";
import { Mark } from "./logo";
import { Reef } from "./reef";

interface DoorProps {
  children: ReactNode;
}

export function Door({ children }: DoorProps) {
  return (
    <div className={classes.frame}>
      <header className={classes.sea}>
        <Reef className={classes.reef} />
        <p className={classes.words}>Every app on its own island. One way in.</p>
      </header>
      <main className={classes.content}>
        <div className={classes.form}>
          <Group gap="xs" mb="xl">
            <Mark size={34} />
            <Text fw={700} fz="xl">
              Atoll
            </Text>
          </Group>
          {children}
        </div>
      </main>
    </div>
  );
}
