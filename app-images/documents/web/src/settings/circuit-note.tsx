// How the AI provider has been doing, where that is not well: nobody looks into the log for it.

import { Alert } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import type { Settings } from "../api/types";
import { wait } from "../parts/format";

export function CircuitNote({ circuit }: { circuit: Settings["circuit"] }) {
  if (!circuit?.last_failure) return null;
  const { last_failure: failure, paused_secs: pause } = circuit;
  return (
    <Alert
      color="yellow"
      icon={<IconAlertTriangle size={20} />}
      title={
        pause == null
          ? "The provider did not answer the last time"
          : `The provider is left alone for ${wait(pause)}`
      }
      role="status"
    >
      {failure.charAt(0).toUpperCase() + failure.slice(1)}. Documents are sorted by the built-in rules
      meanwhile.
    </Alert>
  );
}
