// A button that is only a sign, for what a line of a list offers beside itself.

import { ActionIcon } from "@mantine/core";
import type { ReactNode } from "react";

interface Props {
  /** What it does, and to what: "Delete Workshop". */
  label: string;
  size?: "md" | "lg";
  onClick: () => void;
  children: ReactNode;
}

export function QuietAction({ label, size = "lg", onClick, children }: Props) {
  return (
    <ActionIcon variant="subtle" color="gray" c="dimmed" size={size} aria-label={label} onClick={onClick}>
      {children}
    </ActionIcon>
  );
}
