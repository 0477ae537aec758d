// A person's own name, address, password and tokens.

import { Button, Card, Group, PasswordInput, Stack, TextInput, Title } from "@mantine/core";
import { useForm } from "@mantine/form";
import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../api/client";
import { placeProblem } from "../../api/form";
import { Page } from "../../parts/page";
import { passwordFault } from "../../parts/password";
import { ProblemAlert } from "../../parts/problem-alert";
import { sessionQuery, useLogOut, useUser } from "../../session/session";
import { Tokens } from "./tokens";

export function Profile() {
  const logOut = useLogOut();
  return (
    <Page
      title="Profile"
      actions={
        <Button
          variant="default"
          loading={logOut.isPending}
          onClick={() => {
            logOut.mutate();
          }}
        >
          Log out
        </Button>
      }
    >
      <ProblemAlert error={logOut.error} />
      <Stack maw={520} gap="lg">
        <DetailsForm />
        <PasswordForm />
      </Stack>
      <Tokens />
    </Page>
  );
}

function DetailsForm() {
  const user = useUser();
  const cache = useQueryClient();
  const [problem, setProblem] = useState<unknown>(null);
  const form = useForm({
    mode: "uncontrolled",
    initialValues: { name: user.name, email: user.email },
    validate: {
      name: (name) => (name.trim() ? null : "Enter your name."),
      email: (email) => (email.includes("@") ? null : "Enter your email address."),
    },
  });
  const save = api.useMutation("patch", "/api/v1/profile", {
    onSuccess: async () => {
      form.resetDirty();
      await cache.invalidateQueries({ queryKey: sessionQuery().queryKey });
      notifications.show({ message: "Profile saved." });
    },
    onError: (error) => {
      setProblem(placeProblem(form, error));
    },
  });
  return (
    <Card component="section" withBorder aria-labelledby="details">
      <form
        noValidate
        onSubmit={form.onSubmit((body) => {
          setProblem(null);
          save.mutate({ body });
        })}
      >
        <Stack>
          <Title order={2} fz="lg" id="details">
            About you
          </Title>
          <ProblemAlert error={problem} />
          <TextInput
            label="Name"
            autoComplete="name"
            key={form.key("name")}
            {...form.getInputProps("name")}
          />
          <TextInput
            label="Email"
            type="email"
            autoComplete="email"
            key={form.key("email")}
            {...form.getInputProps("email")}
          />
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

function PasswordForm() {
  const user = useUser();
  const [problem, setProblem] = useState<unknown>(null);
  const form = useForm({
    mode: "uncontrolled",
    initialValues: { current: "", new: "" },
    validate: {
      current: (current) => (current ? null : "Enter your current password."),
      new: passwordFault,
    },
  });
  const change = api.useMutation("put", "/api/v1/profile/password", {
    onSuccess: () => {
      form.reset();
      notifications.show({ message: "Password changed." });
    },
    onError: (error) => {
      setProblem(placeProblem(form, error));
    },
  });
  return (
    <Card component="section" withBorder aria-labelledby="password">
      <form
        noValidate
        onSubmit={form.onSubmit((body) => {
          setProblem(null);
          change.mutate({ body });
        })}
      >
        <Stack>
          <Title order={2} fz="lg" id="password">
            Password
          </Title>
          <ProblemAlert error={problem} />
          {/* Tells password managers whose password this is. */}
          <input type="hidden" name="username" autoComplete="username" value={user.email} readOnly />
          <PasswordInput
            label="Current password"
            autoComplete="current-password"
            key={form.key("current")}
            {...form.getInputProps("current")}
          />
          <PasswordInput
            label="New password"
            description="At least 12 characters."
            autoComplete="new-password"
            key={form.key("new")}
            {...form.getInputProps("new")}
          />
          <Group>
            <Button type="submit" loading={change.isPending}>
              Change password
            </Button>
          </Group>
        </Stack>
      </form>
    </Card>
  );
}
