// What a person is on the platform.

import { Badge } from "@mantine/core";
import type { UserView } from "../api/types";

export function RoleBadge({ role }: { role: UserView["role"] }) {
  return role === "admin" ? (
    <Badge variant="light" tt="none" fw={600}>
      Administrator
    </Badge>
  ) : (
    <Badge variant="light" color="gray" tt="none" fw={600}>
      Member
    </Badge>
  );
}
