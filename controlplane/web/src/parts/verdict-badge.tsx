// Whether the running containers are what was asked for.

import { Badge } from "@mantine/core";
import { IconAlertTriangle, IconShieldCheck } from "@tabler/icons-react";
import type { Verification } from "../api/types";

export function VerdictBadge({ verification }: { verification: Verification | null }) {
  if (!verification) {
    return (
      <Badge variant="light" color="gray" tt="none" fw={600}>
        Not checked
      </Badge>
    );
  }
  return verification.verdict === "verified" ? (
    <Badge variant="light" tt="none" fw={600} leftSection={<IconShieldCheck size={14} aria-hidden />}>
      Verified
    </Badge>
  ) : (
    <Badge
      variant="light"
      color="red"
      tt="none"
      fw={600}
      leftSection={<IconAlertTriangle size={13} aria-hidden />}
    >
      Differs
    </Badge>
  );
}
