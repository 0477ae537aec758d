// A list with nothing in it says so, and what would fill it.

import { EmptyState } from "@mantine/core";
import type { ReactNode } from "react";
import { Mark } from "../brand/logo";

interface EmptyProps {
  title: string;
  text: string;
  action?: ReactNode;
}

export function Empty({ title, text, action }: EmptyProps) {
  return (
    <EmptyState icon={<Mark size={44} />} title={title} description={text} py="xl">
      {action && <EmptyState.Actions>{action}</EmptyState.Actions>}
    </EmptyState>
  );
}
