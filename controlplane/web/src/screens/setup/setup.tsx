// The first minute of an installation: a one-time code becomes the first administrator.

import { Anchor, Button, Code, PasswordInput, Stack, Text, TextInput, Title } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useDocumentTitle } from "@mantine/hooks";
import { useState } from "react";
import { api } from "../../api/client";
import { placeProblem } from "../../api/form";
import { Door } from "../../brand/door";
import { passwordFault } from "../../parts/password";
import { ProblemAlert } from "../../parts/problem-alert";
import { leaveTo } from "../../session/leave";

export function Setup() {
  useDocumentTitle("Set up · Atoll");
  const setup = api.useQuery("get", "/api/v1/setup");
  return (
    <Door>
      <ProblemAlert error={setup.error} />
      {setup.data && (setup.data.needed ? <SetupForm /> : <Done />)}
    </Door>
  );
}

function SetupForm() {
  const [problem, setProblem] = useState<unknown>(null);
  const form = useForm({
    mode: "uncontrolled",
    // The link that `make up` prints carries the code behind the #, which browsers never send to a server.
    initialValues: { code: codeFromAddress(), name: "", email: "", password: "" },
    validate: {
      code: (code) => (code.trim() ? null : "Enter the code."),
      name: (name) => (name.trim() ? null : "Enter your name."),
      email: (email) => (email.includes("@") ? null : "Enter your email address."),
      password: passwordFault,
    },
  });
  const create = api.useMutation("post", "/api/v1/setup", {
    onSuccess: () => {
      leaveTo("/");
    },
    onError: (error) => {
      setProblem(placeProblem(form, error));
    },
  });

  return (
    <form
      noValidate
      onSubmit={form.onSubmit((values) => {
        setProblem(null);
        create.mutate({ body: { ...values, code: values.code.trim() } });
      })}
    >
      <Stack>
        <div>
          <Title order={1} fz={26}>
            Set up Atoll
          </Title>
          <Text c="dimmed">You become the first administrator.</Text>
        </div>
        <ProblemAlert error={problem} />
        <TextInput
          label="Set-up code"
          description={
            <>
              Printed once by <Code>make up</Code>; <Code>atoll-controlplane setup-code</Code> prints a new
              one.
            </>
          }
          autoComplete="off"
          spellCheck={false}
          key={form.key("code")}
          {...form.getInputProps("code")}
        />
        <TextInput label="Name" autoComplete="name" key={form.key("name")} {...form.getInputProps("name")} />
        <TextInput
          label="Email"
          type="email"
          autoComplete="username"
          key={form.key("email")}
          {...form.getInputProps("email")}
        />
        <PasswordInput
          label="Password"
          description="At least 12 characters."
          autoComplete="new-password"
          key={form.key("password")}
          {...form.getInputProps("password")}
        />
        <Button type="submit" size="md" mt="xs" loading={create.isPending || create.isSuccess}>
          Create administrator
        </Button>
      </Stack>
    </form>
  );
}

function Done() {
  return (
    <Stack>
      <Title order={1} fz={26}>
        Atoll is set up
      </Title>
      <Text>
        An administrator exists already. <Anchor href="/login">Sign in</Anchor>, or ask that person for an
        account.
      </Text>
    </Stack>
  );
}

function codeFromAddress(): string {
  return new URLSearchParams(window.location.hash.slice(1)).get("code") ?? "";
}
