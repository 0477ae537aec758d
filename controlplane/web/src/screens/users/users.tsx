// The people who may sign in.

import { Badge, Button, Group, Skeleton, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { api } from "../../api/client";
import type { UserView } from "../../api/types";
import { Page } from "../../parts/page";
import { TextLink } from "../../parts/links";
import { ProblemAlert } from "../../parts/problem-alert";
import { RoleBadge } from "../../parts/role-badge";
import { Rows, type Column } from "../../parts/rows";
import { When } from "../../parts/when";
import { CreateUser } from "./create-user";

export function Users() {
  const users = api.useQuery("get", "/api/v1/users");
  const [creating, dialog] = useDisclosure(false);
  return (
    <Page
      title="Users"
      lead="Everyone with an account"
      actions={<Button onClick={dialog.open}>Add user</Button>}
    >
      <ProblemAlert error={users.error} />
      {users.isPending && <Skeleton height={160} radius="lg" />}
      {users.data && (
        <Rows label="Users" rows={users.data.users} rowKey={(user) => user.id} columns={columns} />
      )}
      <CreateUser opened={creating} onClose={dialog.close} />
    </Page>
  );
}

const columns: Column<UserView>[] = [
  {
    header: "Name",
    cell: (user) => (
      <div>
        <TextLink to="/admin/users/$user" params={{ user: user.id }} fw={600} c="inherit">
          {user.name}
        </TextLink>
        <Text size="sm" c="dimmed">
          {user.email}
        </Text>
      </div>
    ),
  },
  {
    header: "Role",
    cell: (user) => (
      <Group gap={6}>
        <RoleBadge role={user.role} />
        {user.disabled && (
          <Badge variant="light" color="red" tt="none" fw={600}>
            Disabled
          </Badge>
        )}
      </Group>
    ),
  },
  { header: "Last sign-in", cell: (user) => <When at={user.last_login_at} /> },
  { header: "Added", cell: (user) => <When at={user.created_at} /> },
];
