// An app's state in one word, told apart by shape and word as well as by colour.

import { Badge } from "@mantine/core";
import {
  IconAlertTriangle,
  IconCircleCheckFilled,
  IconDownload,
  IconMoon,
  IconPlayerPause,
  IconRefresh,
  IconTrash,
  type Icon,
} from "@tabler/icons-react";
import type { AppState } from "../api/types";

const looks: Record<AppState, { word: string; color: string; icon: Icon }> = {
  installing: { word: "Installing", color: "blue", icon: IconDownload },
  starting: { word: "Starting", color: "blue", icon: IconRefresh },
  ready: { word: "Ready", color: "lagoon", icon: IconCircleCheckFilled },
  sleeping: { word: "Sleeping", color: "grape", icon: IconMoon },
  stopping: { word: "Stopping", color: "gray", icon: IconRefresh },
  stopped: { word: "Stopped", color: "gray", icon: IconPlayerPause },
  removing: { word: "Removing", color: "gray", icon: IconTrash },
  failed: { word: "Failed", color: "red", icon: IconAlertTriangle },
};

interface StateBadgeProps {
  state: AppState;
}

export function StateBadge({ state }: StateBadgeProps) {
  const look = looks[state];
  return (
    <Badge
      variant="light"
      color={look.color}
      tt="none"
      fw={600}
      leftSection={<look.icon size={13} aria-hidden />}
    >
      {look.word}
    </Badge>
  );
}
