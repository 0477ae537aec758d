// One person: details, password, sign-in, apps, tokens.

import { Badge, Button, Card, Group, SimpleGrid, Skeleton, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useDisclosure } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "../../api/client";
import { placeProblem } from "../../api/form";
import type { GrantView, UserView } from "../../api/types";
import { Page } from "../../parts/page";
import { TextLink } from "../../parts/links";
import { ProblemAlert } from "../../parts/problem-alert";
import { RoleChoice } from "../../parts/role-choice";
import { Rows, type Column } from "../../parts/rows";
import { Section } from "../../parts/section";
import { When } from "../../parts/when";
import { DeleteUser, DisableUser, EnableUser, SetPassword } from "./actions";
import { Tokens } from "./tokens";

export function User() {
  const { user: id } = useParams({ from: "/signed-in/admin/users/$user" });
  const user = api.useQuery("get", "/api/v1/users/{id}", { params: { path: { id } } });
  if (!user.data) {
    return (
      <Page title="User" back={<BackToUsers />}>
        {user.isPending ? <Skeleton height={240} radius="lg" /> : <ProblemAlert error={user.error} />}
      </Page>
    );
  }
  return (
    <Page
      title={user.data.name}
      lead={
        <>
          {user.data.email}{" "}
          {user.data.disabled && (
            <Badge variant="light" color="red" tt="none" fw={600}>
              Disabled
            </Badge>
          )}
        </>
      }
      back={<BackToUsers />}
    >
      <ProblemAlert error={user.error} />
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="xl">
        <Section title="Details">
          <Details key={user.data.id} user={user.data} />
        </Section>
        <Section title="Account">
          <Account user={user.data} />
        </Section>
      </SimpleGrid>
      <Section title="Apps">
        <Grants user={user.data} />
      </Section>
      <Section
        title="Tokens"
        lead="By which programs act for this person. Their secrets are known to nobody here."
      >
        <Tokens user={user.data} />
      </Section>
    </Page>
  );
}

function BackToUsers() {
  return (
    <TextLink to="/admin/users" size="sm">
      Users
    </TextLink>
  );
}

function Details({ user }: { user: UserView }) {
  const cache = useQueryClient();
  const [problem, setProblem] = useState<unknown>(null);
  const form = useForm({
    mode: "uncontrolled",
    initialValues: { name: user.name, email: user.email, role: user.role },
    validate: {
      name: (name) => (name.trim() ? null : "Enter a name."),
      email: (email) => (email.includes("@") ? null : "Enter an email address."),
    },
  });
  const save = api.useMutation("patch", "/api/v1/users/{id}", {
    onSuccess: async (saved) => {
      notifications.show({ message: `${saved.name} was saved.` });
      await cache.invalidateQueries();
    },
    onError: (error) => {
      setProblem(placeProblem(form, error));
    },
  });
  return (
    <Card withBorder>
      <form
        noValidate
        onSubmit={form.onSubmit((body) => {
          setProblem(null);
          save.mutate({ params: { path: { id: user.id } }, body });
        })}
      >
        <Stack>
          <ProblemAlert error={problem} />
          <TextInput label="Name" autoComplete="off" key={form.key("name")} {...form.getInputProps("name")} />
          <TextInput
            label="Email"
            type="email"
            autoComplete="off"
            key={form.key("email")}
            {...form.getInputProps("email")}
          />
          <RoleChoice key={form.key("role")} {...form.getInputProps("role")} />
          <Group>
            <Button type="submit" loading={save.isPending}>
              Save
            </Button>
          </Group>
        </Stack>
      </form>
    </Card>
  );
}

function Account({ user }: { user: UserView }) {
  const [password, passwordDialog] = useDisclosure(false);
  const [disabling, disableDialog] = useDisclosure(false);
  const [deleting, deleteDialog] = useDisclosure(false);
  return (
    <Card withBorder>
      <Stack>
        <div>
          <Text>
            Last sign-in: <When at={user.last_login_at} />
          </Text>
          <Text c="dimmed" size="sm">
            Added <When at={user.created_at} />
          </Text>
        </div>
        <Group gap="xs">
          <Button variant="default" onClick={passwordDialog.open}>
            Set password
          </Button>
          {user.disabled ? (
            <EnableUser user={user} />
          ) : (
            <Button variant="default" onClick={disableDialog.open}>
              Disable
            </Button>
          )}
          <Button variant="subtle" color="red" onClick={deleteDialog.open}>
            Delete
          </Button>
        </Group>
      </Stack>
      <SetPassword user={user} opened={password} onClose={passwordDialog.close} />
      <DisableUser user={user} opened={disabling} onClose={disableDialog.close} />
      <DeleteUser user={user} opened={deleting} onClose={deleteDialog.close} />
    </Card>
  );
}

function Grants({ user }: { user: UserView }) {
  const grants = api.useQuery("get", "/api/v1/users/{id}/grants", { params: { path: { id: user.id } } });
  const list = grants.data?.grants;
  return (
    <>
      <ProblemAlert error={grants.error} />
      {grants.isPending && <Skeleton height={60} radius="lg" />}
      {list?.length === 0 && (
        <Text c="dimmed">{user.name} may open no app yet. Access is given on an app’s page.</Text>
      )}
      {list && list.length > 0 && (
        <Rows
          label={`Apps of ${user.name}`}
          rows={list}
          rowKey={(grant) => grant.app}
          columns={grantColumns}
        />
      )}
    </>
  );
}

const grantColumns: Column<GrantView>[] = [
  {
    header: "App",
    cell: (grant) => (
      <TextLink
        to="/admin/apps/$app"
        params={{ app: grant.app }}
        search={{ tab: "access" }}
        fw={600}
        c="inherit"
      >
        {grant.app}
      </TextLink>
    ),
  },
  { header: "Role", cell: (grant) => grant.role },
  { header: "Since", cell: (grant) => <When at={grant.granted_at} /> },
];
