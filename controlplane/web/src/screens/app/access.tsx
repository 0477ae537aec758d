// Who may use an app: give, change, take away. It counts at once, also for those who have it open.

import { Alert, Button, Card, Group, Select, Skeleton, Stack, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../api/client";
import type { CatalogueEntry, GrantView } from "../../api/types";
import { Confirm } from "../../parts/confirm";
import { Empty } from "../../parts/empty";
import { ProblemAlert } from "../../parts/problem-alert";
import { Rows, type Column } from "../../parts/rows";
import { When } from "../../parts/when";

type Role = CatalogueEntry["roles"][number];

interface AccessProps {
  app: string;
  title: string;
}

export function Access({ app, title }: AccessProps) {
  const params = { path: { app } };
  const grants = api.useQuery("get", "/api/v1/apps/{app}/grants", { params });
  const entry = api.useQuery("get", "/api/v1/catalogue/{app}", { params });
  const [leaving, setLeaving] = useState<GrantView | null>(null);
  const give = useGive();
  const roles = entry.data?.roles ?? [];
  const list = grants.data?.grants;
  const columns: Column<GrantView>[] = [
    { header: "Person", cell: (grant) => <Person grant={grant} /> },
    {
      header: "Role",
      cell: (grant) => (
        <RoleSelect
          label={`Role of ${grant.name}`}
          roles={roles}
          value={grant.role}
          disabled={give.isPending}
          onChange={(role) => {
            give.mutate({ params: { path: { app, user_id: grant.user_id } }, body: { role } });
          }}
        />
      ),
    },
    { header: "Since", cell: (grant) => <When at={grant.granted_at} /> },
    {
      header: "Actions",
      actions: true,
      cell: (grant) => (
        <Button
          variant="light"
          color="red"
          size="compact-sm"
          aria-label={`Revoke access of ${grant.name}`}
          onClick={() => {
            setLeaving(grant);
          }}
        >
          Revoke
        </Button>
      ),
    },
  ];
  return (
    <Stack gap="lg">
      <ProblemAlert error={grants.error ?? entry.error ?? give.error} />
      <GiveForm app={app} roles={roles} taken={list ?? []} />
      {grants.isPending && <Skeleton height={100} radius="lg" />}
      {list?.length === 0 && (
        <Empty title="Nobody yet" text={`Nobody may open ${title}, administrators included.`} />
      )}
      {list && list.length > 0 && (
        <Rows
          label={`Who may use ${title}`}
          rows={list}
          rowKey={(grant) => grant.user_id}
          columns={columns}
        />
      )}
      <RevokeDialog
        title={title}
        grant={leaving}
        onClose={() => {
          setLeaving(null);
        }}
      />
    </Stack>
  );
}

function useGive(onGiven?: () => void) {
  const cache = useQueryClient();
  return api.useMutation("put", "/api/v1/apps/{app}/grants/{user_id}", {
    onSuccess: async () => {
      onGiven?.();
      await cache.invalidateQueries();
    },
  });
}

function Person({ grant }: { grant: GrantView }) {
  return (
    <div>
      <Text fw={600}>{grant.name}</Text>
      <Text size="sm" c="dimmed">
        {grant.email}
      </Text>
    </div>
  );
}

interface RoleSelectProps {
  label: string;
  roles: readonly Role[];
  value: string;
  disabled: boolean;
  onChange: (role: string) => void;
}

/** A role that the entry no longer names is still shown: it is what the person has. */
function RoleSelect({ label, roles, value, disabled, onChange }: RoleSelectProps) {
  const known = roles.map((role) => ({ value: role.id, label: role.title }));
  const data = known.some((role) => role.value === value) ? known : [...known, { value, label: value }];
  return (
    <Select
      aria-label={label}
      size="xs"
      w={150}
      allowDeselect={false}
      data={data}
      value={value}
      disabled={disabled}
      onChange={(role) => {
        if (role && role !== value) onChange(role);
      }}
    />
  );
}

interface GiveFormProps {
  app: string;
  roles: readonly Role[];
  taken: readonly GrantView[];
}

function GiveForm({ app, roles, taken }: GiveFormProps) {
  const users = api.useQuery("get", "/api/v1/users");
  const [person, setPerson] = useState<string | null>(null);
  const [chosenRole, setRole] = useState<string | null>(null);
  const give = useGive(() => {
    setPerson(null);
  });
  const role = chosenRole ?? roles.find((candidate) => candidate.default)?.id ?? roles[0]?.id ?? null;
  const free = (users.data?.users ?? []).filter(
    (user) => !user.disabled && !taken.some((grant) => grant.user_id === user.id),
  );
  if (users.data && free.length === 0) {
    return (
      <Alert color="gray" title="Everybody has access">
        Everyone who can sign in may use this app.
      </Alert>
    );
  }
  return (
    <Card
      withBorder
      component="form"
      aria-label="Give access"
      onSubmit={(event) => {
        event.preventDefault();
        if (person && role) give.mutate({ params: { path: { app, user_id: person } }, body: { role } });
      }}
    >
      <Stack>
        <ProblemAlert error={users.error ?? give.error} />
        <Group align="flex-end">
          <Select
            label="Person"
            placeholder="Choose a person"
            searchable
            nothingFoundMessage="Nobody by that name"
            flex="1 1 14rem"
            data={free.map((user) => ({ value: user.id, label: `${user.name} (${user.email})` }))}
            value={person}
            onChange={setPerson}
          />
          <Select
            label="Role"
            flex="0 1 11rem"
            allowDeselect={false}
            data={roles.map((candidate) => ({ value: candidate.id, label: candidate.title }))}
            value={role}
            onChange={setRole}
          />
          <Button type="submit" disabled={!person || !role} loading={give.isPending}>
            Give access
          </Button>
        </Group>
      </Stack>
    </Card>
  );
}

interface RevokeDialogProps {
  title: string;
  grant: GrantView | null;
  onClose: () => void;
}

function RevokeDialog({ title, grant, onClose }: RevokeDialogProps) {
  const cache = useQueryClient();
  const revoke = api.useMutation("delete", "/api/v1/apps/{app}/grants/{user_id}", {
    onSuccess: async () => {
      onClose();
      await cache.invalidateQueries();
    },
  });
  return (
    <Confirm
      opened={grant !== null}
      onClose={onClose}
      title={grant ? `Revoke access of ${grant.name}?` : ""}
      action="Revoke"
      destructive
      pending={revoke.isPending}
      error={revoke.error}
      onConfirm={() => {
        if (grant) revoke.mutate({ params: { path: { app: grant.app, user_id: grant.user_id } } });
      }}
    >
      <Text>
        {title} closes for this person at once, also where it is open. What they stored in it stays.
      </Text>
    </Confirm>
  );
}
