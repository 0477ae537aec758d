// How tightly an app is shut in.

import { Badge } from "@mantine/core";
import { IconShieldCheck, IconShieldHalf } from "@tabler/icons-react";
import type { CatalogueEntry } from "../../api/types";

export function Rating({ rating }: { rating: CatalogueEntry["rating"] }) {
  return rating === "sealed" ? (
    <Badge variant="light" tt="none" fw={600} leftSection={<IconShieldCheck size={14} aria-hidden />}>
      Sealed
    </Badge>
  ) : (
    <Badge
      variant="light"
      color="amber"
      tt="none"
      fw={600}
      leftSection={<IconShieldHalf size={14} aria-hidden />}
    >
      Loosened
    </Badge>
  );
}
