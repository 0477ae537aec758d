// Member or administrator.

import { Radio, Stack } from "@mantine/core";
import type { ComponentProps } from "react";

type RoleChoiceProps = Omit<ComponentProps<typeof Radio.Group>, "children" | "label">;

export function RoleChoice(props: RoleChoiceProps) {
  return (
    <Radio.Group label="Role" {...props}>
      <Stack gap="sm" mt={6}>
        <Radio value="member" label="Member" description="Opens the apps they were given." />
        <Radio value="admin" label="Administrator" description="Also installs apps and manages users." />
      </Stack>
    </Radio.Group>
  );
}
